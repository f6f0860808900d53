"""How a form that was sent becomes a verb."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from ..actions.base import Refused, SentBefore, Stale
from ..forms.base import Form
from ..lists import last_saved
from ..permissions import Permission
from .access import Request

# What else happens when a form was saved, in the same transaction, and how what is typed before that is kept. The case side
# knows; the wiring tells it here.
WHEN_SAVED: list[Callable[[Request], None]] = []
KEEPING: list[Callable[..., None]] = []


def done(request: Request, form: Form, verb: Callable[[], Any], *, said: str = "", undo: str = "") -> bool:
    """Whether the form was sent, was right and its verb was done; a refusal becomes a sentence on the form.

    `undo` is the address of the button that takes it back, shown with what is said.
    """
    if request.method != "POST":
        return False
    if form.is_valid():
        try:
            verb()
        except Refused as refusal:
            if isinstance(refusal, Stale):
                form.show_what_changed()
            elif isinstance(refusal, SentBefore):
                form.renew()
            form.add_error(None, refusal.sentence)
        else:
            for follow in WHEN_SAVED:
                follow(request)
            messages.success(request, said or _("Saved."), extra_tags=undo)
            return True
    form.keep_choosing()
    if form.differences:
        form.saved = last_saved(form.row, form.deeds, within=form.within)
    return False


def keep_what_is_typed(request: Request, form: Form, permission: Permission) -> None:
    """Into this form, until it is saved: for the organisation in which this person holds the permission."""
    organisation = request.user.organisations_with(permission)[0]
    for keep in KEEPING:
        keep(request, form, permission=permission, address=request.path, organisation=organisation)


def pressed(request: Request, verb: Callable[[], Any], *, said: str) -> None:
    """A verb behind one button; a refusal becomes a sentence on the next page."""
    try:
        verb()
    except Stale:
        messages.error(request, changed_meanwhile())
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, said)


def changed_meanwhile() -> str:
    """Of a button, with which nothing was typed."""
    return _("Somebody else changed this meanwhile: look at it as it is now, and press again if it is still right.")
