"""Every page declares who may open it; the middleware refuses what declares nothing."""

from collections.abc import Callable

from ..permissions import Permission

PUBLIC = "public"
SIGNED_IN = "signed in"


def page(access: Permission | str) -> Callable:
    """Declares the permission a role must hold for the page (or PUBLIC). For a case, the door comes after."""

    def declare(view: Callable) -> Callable:
        view.access = access
        return view

    return declare
