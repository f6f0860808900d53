"""Safe Future conversations and notes."""

import uuid

from django.utils import timezone

from organisations.actions.base import Refused, action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, Conversation, Note
from . import base
from .base import acting_for


@action
def record(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> Conversation:
    """A conversation about both futures, held or offered. Raises Refused."""
    return base.record(
        Conversation, case=case, values=values, submission=submission, by=by,
        permission=Permission.NOTES_WRITE, verb=Verb.CONVERSATION_RECORDED, room="safe_future",
    )  # fmt: skip


@action
def write_note(*, case: Case, text: str, areas: list[str], submission: uuid.UUID | None, by: User) -> Note:
    """One note; ticked as *future* it is a conversation too, so that nobody writes a thing twice. Raises Refused."""
    organisation = acting_for(case, by=by, permission=Permission.NOTES_WRITE)
    if organisation is None:
        raise Refused(base.NOT_ANY_MORE)
    values = {"text": text, "areas": areas, "organisation": organisation}
    note = base.record(
        Note, case=case, values=values, submission=submission, by=by,
        permission=Permission.NOTES_WRITE, verb=Verb.NOTE_WRITTEN, room="notes",
    )  # fmt: skip
    if "future" in areas and note.conversation_id is None:
        note.conversation = record(
            case=case, values={"held_on": timezone.localdate(), "outcome": "held"}, submission=None, by=by
        )
        note.save(update_fields=["conversation"])
    return note
