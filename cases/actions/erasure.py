"""Erasing the file of a case, behind two people."""

import datetime
import types
import uuid

from django.apps import apps
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import audit, erasure_ledger
from organisations.actions.base import Refused, action, once
from organisations.models import DataKey, ErasureEntry, Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.sealing import files, index, keys
from organisations.sealing.fields import Sealed, SealedTextField

from ..models import Case, Document, ErasureProposal, Participation, Placement, Victim
from ..rules.erasure import EMPTIED, GONE, MONTH, OF_NO_CASE, TABLE, Ground, Outcome, may_end, reduced
from ..rules.references import tidy
from . import case_export

NOT_YOURS = _("Your organisation keeps no file with this reference. Look at the reference again.")
NOT_CLOSED = _("This file is still in use. Close the case first.")
STILL_STAYS = _("Somebody still has a place in a shelter in this file. End that stay first.")
SECOND_PERSON = _("A second person confirms: you proposed this yourself.")
OTHER_REFERENCE = _("This is not the reference of this file. Type it as it stands above.")
DECIDED = _("This proposal was decided already.")


@action
def propose(*, reference: str, ground: Ground, reason: str, submission: uuid.UUID | None, by: User) -> ErasureProposal:
    """Propose to erase the file with this reference; one proposal at a time. Raises Refused."""
    case = Case.objects.not_erased().select_for_update(no_key=True).filter(reference=tidy(reference) or "").first()
    by.forget_roles()
    keeper = kept_by(case, by=by) if case is not None else None
    if case is None or keeper is None:
        raise Refused(NOT_YOURS)
    check_over(case, keeper)

    def make() -> ErasureProposal:
        if ErasureProposal.objects.waiting().filter(case=case).exists():
            raise Refused(_("This was proposed already and waits for a second person."))
        proposal = ErasureProposal(
            case=case, organisation=keeper.organisation, ground=ground, reason=reason or None, submission=submission,
            created_by=by,
        )  # fmt: skip
        proposal.save(force_insert=True)
        told(Verb.ERASURE_PROPOSED, proposal, by=by)
        return proposal

    return once(ErasureProposal, submission, make, said={}, case_id=case.pk, created_by_id=by.pk)[0]


def kept_by(case: Case, *, by: User) -> Participation | None:
    """The part by which the organisation of this person keeps the file, if their role there may propose to erase it."""
    keeper = Participation.objects.keeping(case.pk)
    if keeper is None or keeper.organisation not in by.organisations_with(Permission.ERASURE_PROPOSE):
        return None
    return keeper


def may_propose(case: Case, *, by: User) -> bool:
    """Whether to offer it on a page: the action asks again."""
    keeper = kept_by(case, by=by) if Permission.ERASURE_PROPOSE in by.abilities else None
    return keeper is not None and may_end(case.stage, keeper.part_taken)


def check_over(case: Case, keeper: Participation) -> None:
    """Only what is over is erased. Raises Refused."""
    if not may_end(case.stage, keeper.part_taken):
        raise Refused(NOT_CLOSED)
    if Placement.objects.now().filter(case=case).exists():
        raise Refused(STILL_STAYS)


@action
def withdraw(*, proposal: ErasureProposal, by: User) -> None:
    """End the proposal: nothing is erased. By the person who made it or the second one. Raises Refused."""
    row = locked(proposal, by=by)
    if not row.waits:
        raise Refused(DECIDED)
    decide(row, Outcome.WITHDRAWN, by=by)
    told(Verb.ERASURE_WITHDRAWN, row, by=by)


@action
def confirm(*, proposal: ErasureProposal, reference: str, by: User) -> None:
    """The second person erases the file, for good; the reference is typed. Raises Refused."""
    row = locked(proposal, by=by)
    if row.outcome == Outcome.CONFIRMED:
        return
    if not row.waits:
        raise Refused(DECIDED)
    if row.created_by_id == by.pk:
        raise Refused(SECOND_PERSON)
    if tidy(reference) != row.case.reference:
        raise Refused(OTHER_REFERENCE)
    keeper = Participation.objects.keeping(row.case_id)
    if keeper is None or keeper.organisation_id != row.organisation_id:
        raise Refused(_("Another organisation keeps this file by now, and decides on it."))
    check_over(row.case, keeper)
    decide(row, Outcome.CONFIRMED, by=by)
    last = is_last_of_victim(row.case)
    erase(row.case, with_victim=last, at=timezone.now())
    erasure_ledger.enter(
        case=row.case, victim_id=row.case.victim_id if last else None, ground=row.ground, organisation=row.organisation,
        proposed_by=row.created_by, confirmed_by=by,
    )  # fmt: skip
    told(Verb.CASE_ERASED, row, by=by)


def locked(proposal: ErasureProposal, *, by: User) -> ErasureProposal:
    """The proposal and its case, read again under lock, the case first. Raises Refused."""
    case = Case.objects.select_for_update(no_key=True).get(pk=proposal.case_id)
    by.forget_roles()
    row = (
        ErasureProposal.objects.of(by)
        .select_for_update(no_key=True, of=("self",))
        .select_related("organisation", "created_by")
        .filter(pk=proposal.pk)
        .first()
    )
    if row is None:
        raise Refused(_("You may not decide on this proposal (any more)."))
    row.case = case
    return row


def decide(row: ErasureProposal, outcome: Outcome, *, by: User) -> None:
    row.outcome, row.decided_at, row.decided_by = outcome, timezone.now(), by
    row.version += 1
    row.save(update_fields=["outcome", "decided_at", "decided_by", "version"])


def told(verb: Verb, proposal: ErasureProposal, *, by: User) -> None:
    """In the trail of the organisation that keeps the file: the second person may see no case at all."""
    audit.record(
        verb, by=by, organisation=proposal.organisation, case=proposal.case, room="history", object_id=proposal.pk
    )


def is_last_of_victim(case: Case) -> bool:
    """Whether the person has no other file. Their row is locked, so that two last files cannot each see the other."""
    Victim.objects.select_for_update(no_key=True).get(pk=case.victim_id)
    return not Case.objects.not_erased().filter(victim_id=case.victim_id).exclude(pk=case.pk).exists()


def erase(case: Case, *, with_victim: bool, at: datetime.datetime) -> None:
    """Destroy the key, take the file out of the search, and leave of each row what the table says."""
    ours = {model._meta.label: model for model in apps.get_app_config("cases").get_models()}
    ours = {label: model for label, model in ours.items() if label not in OF_NO_CASE}
    if ours.keys() != TABLE.keys():
        raise LookupError(f"cases/rules/erasure.py does not say what is left of {ours.keys() ^ TABLE.keys()}")
    case.participation_set.now().update(until_at=at)
    for name in case.document_set.values_list("file", flat=True):
        files.let_go(name, named=Document.objects.filter(file=name).exists)
    case_export.forget(case.pk)
    for label in TABLE:
        leave(rows_of(ours[label], case, with_victim=with_victim))
    Case.objects.filter(pk=case.pk).update(erased_at=at)
    index.forget(case.pk)
    keys.destroy(("case", case.pk))
    if with_victim:
        index.forget(case.victim_id)
        keys.destroy(("victim", case.victim_id))


def rows_of(model: type[models.Model], case: Case, *, with_victim: bool) -> models.QuerySet:
    rows = model._default_manager.all()
    if model is Case:
        return rows.filter(pk=case.pk)
    if model is Victim:
        return rows.filter(pk=case.victim_id) if with_victim else rows.none()
    return rows.filter(case=case)


def leave(rows: models.QuerySet) -> None:
    """Of these rows of one table: nothing, or what is kept, with dates as months and the rest emptied."""
    label = rows.model._meta.label
    columns = TABLE[label]
    if columns is GONE:
        rows.delete()
        return
    dated = [name for name, left in columns.items() if left is MONTH]
    to_empty = [rows.model._meta.get_field(name) for name, left in columns.items() if left is EMPTIED]
    filled = {row.pk: row for row in rows}
    for dates in reduced(label, list(rows.values("pk", *dated))):
        row = filled[dates.pop("pk")]
        nothing = {field.name: emptied(field, row) for field in to_empty}
        rows.model._default_manager.filter(pk=row.pk).update(**nothing, **dates)


def emptied(field: models.Field, row: models.Model):
    """Nothing, in the manner of the column. A sealed one that was filled keeps no byte, but stays filled for its rules."""
    if isinstance(field, SealedTextField):
        return None if row.__dict__[field.attname] is None else Sealed(b"")
    if field.null:
        return None
    if isinstance(field, ArrayField):
        return []
    if isinstance(field, models.JSONField):
        return {}
    if isinstance(field, models.BooleanField):
        return False
    if isinstance(field, models.CharField):
        return ""
    raise TypeError(f"{field} cannot be emptied: keep it, or let the row go.")


@action
def repeat(*, entry: ErasureEntry, by: User | None) -> bool:
    """Do an erasure of the ledger again if a restored backup has undone it, and say whether it had to be done."""
    case = Case.objects.not_erased().select_for_update(no_key=True).filter(pk=entry.case_id).first()
    owners = [("case", entry.case_id)] + ([("victim", entry.victim_id)] if entry.victim_id else [])
    alive = [
        owner for owner in owners if DataKey.objects.alive().filter(owner_kind=owner[0], owner_id=owner[1]).exists()
    ]
    if case is not None:
        erase(case, with_victim=entry.victim_id is not None, at=entry.at)
    for kind, owner_id in owners:
        index.forget(owner_id)
        keys.destroy((kind, owner_id))
    if case is None and not alive:
        return False
    named = types.SimpleNamespace(pk=entry.case_id, reference=entry.case_reference)
    organisation = Organisation.objects.filter(pk=entry.organisation_id).first()
    audit.record(Verb.ERASURE_REPEATED, by=by, organisation=organisation, case=named, room="history")
    return True
