"""What stands around every request, from the outside in."""

import time
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme

from cases.views import draft
from organisations import sealing
from organisations.accounts import SEEN_AT
from organisations.actions import audit, sessions
from organisations.sealing import files
from organisations.views import presence
from organisations.views.access import PUBLIC, SIGNED_IN, Request, refuse

GetResponse = Callable[[HttpRequest], HttpResponse]


class PlainText:
    """Forms come as UTF-8: what names another coding is refused before anything reads it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        coding = request.content_params.get("charset", "utf-8") if request.content_params else "utf-8"
        if coding.strip("\"' ").lower().replace("_", "-") not in {"utf-8", "utf8"}:
            return HttpResponseBadRequest("Only UTF-8 is understood here.", content_type="text/plain")
        return self.get_response(request)


class StrictPages:
    """The content policy, and no copy of a signed-in page in any cache."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response
        self.policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in settings.SECURE_CSP.items())

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Content-Security-Policy", self.policy)
        response.headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), microphone=()")
        if not request.path.startswith(settings.STATIC_URL):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


class LastSeen:
    """Every few minutes the session of who is signed in is marked as used, for their own list of sessions."""

    EVERY = 300

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        before, now = request.session.get(SEEN_AT), int(time.time())
        if before is not None and now - before >= self.EVERY and request.user.is_authenticated:
            request.session[SEEN_AT] = now
            sessions.seen(key=request.session.session_key, by=request.user)
        return self.get_response(request)


class Language:
    """The switch, then the user, then Accept-Language, then English; the path never says it."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        stored = getattr(request.user, "language", "")
        language = stored or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class OneTransaction:
    """One transaction around the view and its rendering.

    It rolls back when the view raised anything (403 and 404 too) or the answer is 5xx; refusals that the request
    put aside are written afterwards, in a transaction of their own, so that they outlive the rollback. Files that
    were moved into place for a row that did not survive are taken away again.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        request.view_raised = False
        request.refusals = []
        with sealing.fresh_keys():
            with files.settled(), transaction.atomic():
                response = self.get_response(request)
                if request.view_raised or response.status_code >= 500:
                    transaction.set_rollback(True)
            if request.refusals:
                with transaction.atomic():
                    for refusal in request.refusals:
                        audit.record(**refusal)
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        request.view_raised = True


class Presence:
    """Who was away too long goes on as a visitor; what they sent with it is kept for them first."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: Request, view, args, kwargs) -> None:
        if not request.user.is_authenticated or getattr(view, "is_no_use", False):
            return
        if presence.left(request) == 0:
            # A browser without script could not tell that somebody was typing all the while.
            draft.keep_sent(request)
            presence.leave(request)
        else:
            presence.used(request)


class DeclaredAccess:
    """A page without a declared access is refused; a visitor is sent to the login before any look-up.

    The address of a button shows nothing: who types it, or comes back to it, reads a sentence.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: Request) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET":
            return render(request, "405.html", status=405)
        return response

    def process_view(self, request: Request, view, args, kwargs) -> HttpResponse | None:
        access = declared_access(view)
        if access == PUBLIC:
            return None
        if not request.user.is_authenticated:
            return redirect_to_login(page_of(request))
        wanted = access if isinstance(access, frozenset) else {access}
        if access != SIGNED_IN and not wanted & request.user.abilities:
            request.view_raised = True
            refuse(request, view_name(request))
        return None


def page_of(request: HttpRequest) -> str:
    """Where to go on after the login: the page that was asked, or on which the form stood that was sent."""
    came_from = request.headers.get("Referer", "")
    if request.method == "POST" and url_has_allowed_host_and_scheme(came_from, {request.get_host()}):
        return urlsplit(came_from)._replace(scheme="", netloc="", fragment="").geturl()
    return request.get_full_path()


def view_name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else ""


def declared_access(view):
    """What a view declared with `page(...)`; the account pages of the login library guard themselves."""
    if getattr(view, "__module__", "").startswith("allauth."):
        return PUBLIC
    return getattr(view, "access", None)
