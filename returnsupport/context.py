"""What every template gets."""

from django.conf import settings
from django.http import HttpRequest

from organisations.views import presence


def house(request: HttpRequest) -> dict:
    """`abilities`: what the person's roles hold, for the navigation; `demo`: whether this is the demo.

    `reader`: on what the main navigation hangs; people of whom it is the same see the same links.

    `presence`: what the script of the page must know to see that somebody went away; nothing for a visitor.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"abilities": frozenset(), "demo": settings.DEMO, "reader": "visitor"}
    roles = sorted({membership.role for membership in user.active_memberships})
    return {
        "abilities": user.abilities,
        "demo": settings.DEMO,
        "reader": " ".join([*roles, "at night" if user.works_at_night else ""]),
        "presence": {
            "who": presence.who(user),
            "idle": settings.IDLE_SECONDS,
            "warning": settings.IDLE_WARNING_SECONDS,
            "told_every": presence.TOLD_EVERY,
        },
    }
