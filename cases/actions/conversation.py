"""Safe Future conversations and notes."""

import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action, once
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, Conversation, Note
from . import base
from .base import acting_for, told
from .correction import check_changed, supersede, to_correct


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


@action
def correct(
    *, conversation: Conversation, values: dict, version: int | None, submission: uuid.UUID | None, by: User
) -> Conversation:
    """A conversation with these values takes the place of the newest of it. Raises Stale and Refused."""
    case = base.locked(conversation.case, by=by, permission=Permission.NOTES_WRITE)

    def make() -> Conversation:
        old = to_correct(conversation, version, by=by)
        if Note.objects.filter(conversation=old).exists():
            raise Refused(_("This conversation was written down as a note. Correct the note."))
        check_changed(old, values)
        row = supersede(old, values=values, submission=submission, by=by)
        told(Verb.CONVERSATION_CORRECTED, case=case, by=by, room="safe_future", object_id=row.pk)
        return row

    return once(Conversation, submission, make, said=values, case_id=case.pk, created_by_id=by.pk)[0]


@action
def correct_note(
    *, note: Note, text: str, areas: list[str], version: int | None, submission: uuid.UUID | None, by: User
) -> Note:
    """A note with this text takes the place of the newest of it, and so does its conversation. Raises Stale and Refused.

    Not about the future any more, it leaves no conversation that counts; about the future now, it was one of the day on
    which it was first written.
    """
    case = base.locked(note.case, by=by, permission=Permission.NOTES_WRITE)
    values = {"text": text, "areas": areas}

    def make() -> Note:
        old = to_correct(note, version, by=by)
        check_changed(old, values)
        talk = None
        if "future" in areas and old.conversation is not None:
            talk = supersede(old.conversation, values={}, submission=None, by=by)
        elif "future" in areas:
            day = timezone.localdate(old.written_at)
            talk = record(case=case, values={"held_on": day, "outcome": "held"}, submission=None, by=by)
        row = supersede(old, values={**values, "conversation": talk}, submission=submission, by=by)
        told(Verb.NOTE_CORRECTED, case=case, by=by, room="notes", object_id=row.pk)
        return row

    return once(Note, submission, make, said=values, case_id=case.pk, created_by_id=by.pk)[0]
