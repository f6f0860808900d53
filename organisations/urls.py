from django.urls import path

from .views import audit, members, organisation

app_name = "organisations"

urlpatterns = [
    path("organisations/", organisation.listing, name="organisation_list"),
    path("organisations/new/", organisation.add, name="organisation_add"),
    path("organisations/<slug:slug>/", organisation.detail, name="organisation_detail"),
    path("organisations/<slug:slug>/edit/", organisation.change, name="organisation_change"),
    path("members/", members.listing, name="members_list"),
    path("audit/", audit.trail, name="audit"),
    path("audit/export/", audit.export, name="audit_export"),
    path("members/<uuid:pk>/end/", members.end, name="members_end"),
]
