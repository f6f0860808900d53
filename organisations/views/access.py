"""Every page declares who may open it; the middleware refuses what declares nothing."""

import functools
from collections.abc import Callable
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseNotAllowed
from django.views.decorators.csrf import csrf_exempt

from ..actions import audit
from ..models import User
from ..permissions import Permission

PUBLIC = "public"
SIGNED_IN = "signed in"


class Request(HttpRequest):
    """What a page with a declared permission gets: somebody is signed in, and the middleware put its marks on it."""

    user: User
    refusals: list[dict[str, Any]]
    view_raised: bool


def refuse(request: "Request", page: str, case=None, organisation=None) -> NoReturn:
    """Raise PermissionDenied; that it was refused outlives the request."""
    request.refusals.append(audit.refusal(by=request.user, page=page, case=case, organisation=organisation))
    raise PermissionDenied


def page(access: Permission | str, *or_else: Permission) -> Callable:
    """Declares the permission a role must hold for the page (or PUBLIC); any one of them, where there are several.

    For a case, the door comes after.
    """

    def declare(view: Callable) -> Callable:
        view.access = frozenset({access, *or_else}) if or_else else access  # type: ignore[attr-defined]
        return view

    return declare


def by_script(view: Callable) -> Callable:
    """For what the script of our pages sends by itself, which is no use of the session.

    A page that was open when its person signed in anew holds a CSRF token of before, and must still be able to keep
    what is typed. So these are asked for a header of ours instead: no page of another site can send one.
    """

    @csrf_exempt
    @functools.wraps(view)
    def asked(request: HttpRequest, *args, **kwargs):
        if request.method != "POST" or request.headers.get("X-By-Script") != "yes":
            return HttpResponseNotAllowed(["POST"])
        return view(request, *args, **kwargs)

    asked.is_no_use = True  # type: ignore[attr-defined]
    return asked
