from django.urls import include, path

from organisations.views import home

urlpatterns = [
    path("", home.home, name="home"),
    path("language/", home.language, name="language"),
    path("", include("organisations.urls")),
    path("", include("cases.urls")),
    path("", include("allauth.urls")),
]

handler400 = "organisations.views.home.unreadable"
handler403 = "organisations.views.home.forbidden"
handler404 = "organisations.views.home.not_found"
handler429 = "organisations.views.home.too_many"
handler500 = "organisations.views.home.broken"
