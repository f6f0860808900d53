"""A former lead organisation asks for its own part of a file; whoever leads the case now answers."""

import datetime
import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import audit
from organisations.actions.base import Refused, action, fresh, once
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Document, OwnPart, Transfer
from ..rules.own_part import Answer, objection_to_answer, objection_to_asking
from ..rules.transfer import Outcome
from .base import NOT_ANY_MORE, lock, locked, told
from .document import content_of

ANSWERED = _("This request was answered or taken back already.")


@action
def ask(*, transfer: Transfer, until_on: datetime.date, reason: str, submission: uuid.UUID | None, by: User) -> OwnPart:
    """For a case that an organisation of this person led and handed over. Raises Refused."""
    lock(transfer.case, by=by)
    row = Transfer.objects.sent_by(by).filter(pk=transfer.pk, outcome=Outcome.ACCEPTED).first()
    today = timezone.localdate()
    if row is None:
        raise Refused(NOT_ANY_MORE)
    sentence = objection_to_asking(until_on, today=today)
    if sentence is not None:
        raise Refused(sentence)

    def make() -> OwnPart:
        asked = OwnPart.objects.of(by).filter(transfer=row)
        if asked.waiting().exists() or asked.granted(today=today).exists():
            raise Refused(_("Your organisation has asked for this already."))
        made = OwnPart(
            case=row.case, transfer=row, until_on=until_on, reason=reason, submission=submission, created_by=by
        )
        made.save(force_insert=True)
        tell(Verb.OWN_PART_ASKED, made, by=by)
        return made

    said = {"until_on": until_on, "reason": reason}
    return once(OwnPart, submission, make, said=said, transfer_id=row.pk, created_by_id=by.pk)[0]


@action
def withdraw(*, own_part: OwnPart, by: User) -> OwnPart:
    """The asking organisation needs it no more. Raises Refused."""
    lock(own_part.case, by=by)
    row = OwnPart.objects.of(by).unfinished().filter(pk=own_part.pk).first()
    if row is None:
        raise Refused(ANSWERED)
    close(row, Answer.WITHDRAWN, by=by)
    tell(Verb.OWN_PART_WITHDRAWN, row, by=by)
    return row


@action
def answer(
    *, own_part: OwnPart, granted: bool, until_on: datetime.date, reason: str | None, version: int | None, by: User
) -> OwnPart:
    """Let them read until that day, which may be sooner than they asked; or decline and say why. Raises Stale and Refused."""
    case = locked(own_part.case, by=by, permission=Permission.CASE_SHARE)
    row = fresh(OwnPart.objects.select_related("case").get(pk=own_part.pk, case=case), version)
    if row.answer:
        raise Refused(ANSWERED)
    if row.created_by_id == by.pk:
        raise Refused(_("You asked for this yourself. Somebody else answers."))
    if granted and case.restricted:
        raise Refused(_("This case is restricted: only assigned people read in it."))
    wrong = objection_to_answer(
        granted=granted, until_on=until_on, reason=reason, asked=row.until_on, today=timezone.localdate()
    )
    if wrong is not None:
        raise Refused(wrong[1])
    row.answer_reason = reason
    if granted:
        row.until_on = until_on
    close(row, Answer.GRANTED if granted else Answer.DECLINED, by=by)
    verb = Verb.OWN_PART_GRANTED if granted else Verb.OWN_PART_DECLINED
    told(verb, case=case, by=by, room="case", object_id=row.pk)
    return row


@action
def end(*, own_part: OwnPart, by: User) -> OwnPart:
    """The lead ends it before its day. Raises Refused."""
    case = locked(own_part.case, by=by, permission=Permission.CASE_SHARE)
    row = OwnPart.objects.get(pk=own_part.pk, case=case)
    if row.answer != Answer.GRANTED:
        raise Refused(ANSWERED)
    close(row, Answer.ENDED, by=by)
    told(Verb.OWN_PART_ENDED, case=case, by=by, room="case", object_id=row.pk)
    return row


@action
def open_file(*, own_part: OwnPart, document: Document, by: User) -> bytes:
    """What is in a file of their own part; every opening is told to the audit trail. Raises Refused."""
    readable = OwnPart.objects.readable_by(by, today=timezone.localdate())
    row = readable.select_related("case", "transfer__from_organisation").filter(pk=own_part.pk).first()
    if row is None or not row.shows(document):
        raise Refused(NOT_ANY_MORE)
    content = content_of(document)
    tell(Verb.DOCUMENT_OPENED, row, by=by, object_id=document.pk)
    return content


def close(row: OwnPart, answer: Answer, *, by: User) -> None:
    row.answer, row.answered_at, row.answered_by = answer, timezone.now(), by
    row.version += 1
    row.save()


def tell(verb: Verb, row: OwnPart, *, by: User, object_id: uuid.UUID | None = None) -> None:
    """In the trail of the organisation that asked; the case itself stays as it is."""
    audit.record(
        verb, by=by, organisation=row.organisation, case=row.case, room="own_part", object_id=object_id or row.pk
    )
