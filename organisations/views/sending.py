"""How a form that was sent becomes a verb."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from ..actions.base import Refused, SentBefore, Stale
from ..forms.base import Form
from .access import Request

# What else happens when a form was saved, in the same transaction. The case side knows; the wiring tells it here.
WHEN_SAVED: list[Callable[[Request], None]] = []


def done(request: Request, form: Form, verb: Callable[[], Any], *, said: str = "") -> bool:
    """Whether the form was sent, was right and its verb was done; a refusal becomes a sentence on the form."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        verb()
    except Refused as refusal:
        if isinstance(refusal, Stale):
            form.show_what_changed()
        elif isinstance(refusal, SentBefore):
            form.renew()
        form.add_error(None, refusal.sentence)
        return False
    for follow in WHEN_SAVED:
        follow(request)
    messages.success(request, said or _("Saved."))
    return True
