"""Every page declares who may open it; the middleware refuses what declares nothing."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest

from ..models import User
from ..permissions import Permission

PUBLIC = "public"
SIGNED_IN = "signed in"


class Request(HttpRequest):
    """What a page with a declared permission gets: somebody is signed in, and the middleware put its marks on it."""

    user: User
    refusals: list[dict[str, Any]]
    view_raised: bool


def page(access: Permission | str, *or_else: Permission) -> Callable:
    """Declares the permission a role must hold for the page (or PUBLIC); any one of them, where there are several.

    For a case, the door comes after.
    """

    def declare(view: Callable) -> Callable:
        view.access = frozenset({access, *or_else}) if or_else else access  # type: ignore[attr-defined]
        return view

    return declare
