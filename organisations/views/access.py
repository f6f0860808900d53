"""Every page declares who may open it; the middleware refuses what declares nothing."""

from collections.abc import Callable
from typing import Any, NoReturn

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.views.decorators.http import require_POST

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


def refuse(request: "Request", page: str, case=None, organisation=None, why="") -> NoReturn:
    """Raise PermissionDenied; that it was refused outlives the request. `why`: a sentence of ours, for the page."""
    request.refusals.append(audit.refusal(by=request.user, page=page, case=case, organisation=organisation))
    raise PermissionDenied(why)


def page(access: Permission | str, *or_else: Permission) -> Callable:
    """Declares the permission a role must hold for the page (or PUBLIC); any one of them, where there are several.

    For a case, the door comes after.
    """

    def declare(view: Callable) -> Callable:
        view.access = frozenset({access, *or_else}) if or_else else access  # type: ignore[attr-defined]
        return view

    return declare


def by_script(view: Callable) -> Callable:
    """For what the script of our pages sends by itself, which is no use of the session."""
    asked = require_POST(view)
    asked.is_no_use = True  # type: ignore[attr-defined]
    return asked
