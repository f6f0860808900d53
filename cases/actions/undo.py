"""Taking back, for a short while, that something ended: the same row is open again, if everything still allows it."""

from typing import Any, TypeVar

from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused
from organisations.models import User
from organisations.rules.audit import Verb

from ..models import Case
from ..rules.undo import UNDO
from .base import told

Row = TypeVar("Row", bound=Any)

TOO_LATE = _("This ended more than ten minutes ago and cannot be taken back any more. Record it anew.")


def ends(row: Any, *, by: User) -> None:
    """Write down on the row, which the caller saves, who ends it just now."""
    row.ended_at, row.ended_by = timezone.now(), by


def just_ended(row: Row) -> Row:
    """The row, read again under lock, if its end may still be taken back; open already, as it is. Raises Refused.

    The caller has locked the case and asked its permission there. Ten minutes by the clock of the database.
    """
    rows = type(row)._default_manager.select_for_update(no_key=True, of=("self",)).filter(pk=row.pk, case=row.case_id)
    current = rows.get()
    if current.until_at is not None and not rows.filter(ended_at__gt=Now() - UNDO[current.what]).exists():
        raise Refused(TOO_LATE)
    return current


def reopen(row: Any, verb: Verb, *, case: Case, by: User, room: str) -> None:
    """The same row, open again. The trail keeps its end and this."""
    row.until_at = row.ended_at = row.ended_by = None
    row.version += 1
    row.save()
    told(verb, case=case, by=by, room=room, object_id=row.pk)
