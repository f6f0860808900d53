"""What every template gets."""

from django.conf import settings
from django.http import HttpRequest


def house(request: HttpRequest) -> dict:
    """`abilities`: what the person's roles hold, for the navigation; `demo`: whether this is the demo."""
    user = getattr(request, "user", None)
    return {
        "abilities": user.abilities if user is not None and user.is_authenticated else frozenset(),
        "demo": settings.DEMO,
    }
