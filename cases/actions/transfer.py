"""Offering a case to another organisation to lead, and the answer of that organisation."""

import uuid

from django.db import IntegrityError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import audit
from organisations.actions.base import Refused, action, constraint_of, fresh
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Assignment, Case, Participation, Transfer
from ..rules.access import READING, ROOMS, Part
from ..rules.consent import Purpose
from ..rules.transfer import Outcome, hidden_after
from ..rules.workflow import Stage
from . import base
from .base import acting_for, locked, rests_on_consent, told
from .case import assignable, begin_participation, end_participation

NO_LONGER = _("This transfer was answered or taken back already.")


@action
def offer(
    *, case: Case, organisation: Organisation, rooms: list[str], summary: str, submission: uuid.UUID | None, by: User
) -> Transfer:
    """Ask another organisation to lead the case, with a summary and the rooms that go along. Raises Refused."""
    case = locked(case, by=by, permission=Permission.CASE_TRANSFER)
    lead = Participation.objects.lead_of(case.pk)
    sender = lead.organisation if lead else acting_for(case, by=by, permission=Permission.CASE_TRANSFER)
    if case.stage == Stage.CLOSED:
        raise Refused(_("This case is closed. Move it to another stage first."))
    if organisation == sender:
        raise Refused(_("Your organisation leads this case already."))
    rests_on_consent(case, Purpose.TRANSFER, organisation)
    values = {
        "from_organisation": sender, "to_organisation": organisation, "rooms": sorted(rooms), "summary": summary,
    }  # fmt: skip
    try:
        return base.record(
            Transfer, case=case, values=values, submission=submission, by=by,
            permission=Permission.CASE_TRANSFER, verb=Verb.TRANSFER_OFFERED, room="case",
        )  # fmt: skip
    except IntegrityError as error:
        if constraint_of(error) != "one_transfer_waits":
            raise
        raise Refused(_("This case is offered to an organisation already. Take that back first.")) from None


@action
def withdraw(*, transfer: Transfer, by: User) -> Transfer:
    """Take the offer back before it is answered. Raises Refused."""
    locked(transfer.case, by=by, permission=Permission.CASE_TRANSFER)
    return take_back(transfer, by=by)


def take_back(transfer: Transfer, *, by: User) -> Transfer:
    """Raises Refused. The case is locked."""
    row = Transfer.objects.select_for_update(no_key=True).get(pk=transfer.pk)
    if row.outcome:
        raise Refused(NO_LONGER)
    answer(row, Outcome.WITHDRAWN, by=by)
    told(Verb.TRANSFER_WITHDRAWN, case=row.case, by=by, room="case", object_id=row.pk)
    return row


@action
def accept(*, transfer: Transfer, version: int | None, by: User) -> Case:
    """The receiver leads the case from now on, and the former lead organisation loses it. Raises Stale and Refused."""
    case, row = waiting(transfer, version=version, by=by)
    rests_on_consent(case, Purpose.TRANSFER, row.to_organisation)
    lead = Participation.objects.lead_of(case.pk)
    if lead is not None and lead.organisation_id != row.from_organisation_id:
        raise Refused(_("Another organisation leads this case by now."))
    if row.created_by_id == by.pk:
        raise Refused(_("You offered this case yourself. Somebody else of the receiving organisation answers."))
    answer(row, Outcome.ACCEPTED, by=by)
    if lead is not None:
        for part in Participation.objects.now().filter(case=case, organisation=lead.organisation_id):
            end_participation(participation=part, by=by, for_good=True)
    begin_participation(
        case=case, organisation=row.to_organisation, part=Part.LEAD, by=by,
        hidden_before=not_read_before(
            row,
            hidden_after(row.rooms, at=timezone.now(), from_sender=lead.hidden_before if lead is not None else {}),
        ),
    )  # fmt: skip
    Assignment.objects.now().filter(case=case).exclude(user__in=assignable(case)).update(until_at=timezone.now())
    Assignment.objects.get_or_create(case=case, user=by, until_at=None, defaults={"created_by": by})
    told(Verb.TRANSFER_ACCEPTED, case=case, by=by, room="case", object_id=row.pk)
    return case


def not_read_before(row: Transfer, hidden: dict[str, str]) -> dict[str, str]:
    """Of what would be hidden, without what the receiver reads already in a part of its own."""
    parts = Participation.objects.now().filter(case=row.case_id, organisation=row.to_organisation_id)
    read = [(ROOMS[part.part_taken], part.hidden_before) for part in parts]
    return {
        room: moment
        for room, moment in hidden.items()
        if not any(READING[room] in allowed and room not in before for allowed, before in read)
    }


@action
def decline(*, transfer: Transfer, reason: str, version: int | None, by: User) -> Transfer:
    """The receiver does not take the case; the sender reads why. Raises Stale and Refused."""
    case, row = waiting(transfer, version=version, by=by)
    row.reason = reason
    answer(row, Outcome.DECLINED, by=by)
    case.changed_at = timezone.now()
    case.save(update_fields=["changed_at"])
    audit.record(
        Verb.TRANSFER_DECLINED, by=by, organisation=row.to_organisation, case=case, room="case", object_id=row.pk
    )
    return row


def waiting(transfer: Transfer, *, version: int | None, by: User) -> tuple[Case, Transfer]:
    """The case and the offer under lock, if this person can answer it now. Raises Stale and Refused."""
    case = Case.objects.not_erased().select_for_update(no_key=True).filter(pk=transfer.case_id).first()
    by.forget_roles()
    row = Transfer.objects.to_answer(by).select_for_update(no_key=True, of=("self",)).filter(pk=transfer.pk).first()
    if case is None or row is None:
        raise Refused(NO_LONGER)
    return case, fresh(row, version)


def answer(row: Transfer, outcome: Outcome, *, by: User) -> None:
    row.outcome, row.answered_at, row.answered_by = outcome, timezone.now(), by
    row.version += 1
    row.save()
