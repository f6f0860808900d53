"""The public home, the language switch and the error pages."""

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language, get_language
from django.views.decorators.http import require_POST

from ..actions import accounts
from .access import PUBLIC, page


@page(PUBLIC)
def home(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        return render(request, "organisations/home.html")
    facts = {"waiting": request.user.waiting_memberships, "to_confirm": len(request.user.to_confirm)}
    return render(request, "organisations/home.html", facts)


@page(PUBLIC)
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """The switch: kept on the user when signed in, in a cookie otherwise."""
    chosen = request.POST.get("language", "")
    back = request.POST.get("next", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    ):
        back = "/"
    response = HttpResponseRedirect(back)
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        if request.user.is_authenticated:
            accounts.choose_language(language=chosen, by=request.user)
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            chosen,
            samesite="Lax",
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=True,
        )
    return response


@page(PUBLIC)
def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    return render(request, "400.html", {"too_much": too_much}, status=413 if too_much else 400)


@page(PUBLIC)
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "403.html", {"why": str(exception or "")}, status=403)


@page(PUBLIC)
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=404)


@page(PUBLIC)
def too_many(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """The answer of the throttle (the login library asks for it by its name in the urls)."""
    return render(request, "429.html", status=429)


@page(PUBLIC)
def broken(request: HttpRequest) -> HttpResponse:
    # Without the request: nothing here may ask the database, whose transaction has failed.
    page = render_to_string("500.html", {"language": get_language()})
    return HttpResponse(page, status=500)
