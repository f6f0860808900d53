"""The return plan: written by some, approved by somebody else."""

import uuid
from typing import Any

from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, Stale, action, fresh, once
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, FamilyMember, ReturnPlan, Traveller
from .base import NOT_ANY_MORE, locked, told

SECOND_PERSON = _("A second person decides: you wrote (part of) this yourself.")


@action
def start(
    *, case: Case, values: dict, travellers: list[FamilyMember], submission: uuid.UUID | None, by: User
) -> ReturnPlan:
    """The first version of the plan; the person of the case always travels. Raises Stale and Refused."""
    case = locked(case, by=by, permission=Permission.RETURN_WRITE)

    def make() -> ReturnPlan:
        if case.returnplan_set.exists():
            raise Stale()
        number = next_number(ReturnPlan, case)
        plan = ReturnPlan(case=case, number=number, author_ids=[by.pk], submission=submission, created_by=by, **values)
        plan.save(force_insert=True)
        name_travellers(plan, travellers, by=by)
        told(Verb.PLAN_STARTED, case=case, by=by, room="return_plan", object_id=plan.pk)
        return plan

    return once(ReturnPlan, submission, make, said=values, case_id=case.pk)[0]


@action
def change(
    *, plan: ReturnPlan, values: dict, travellers: list[FamilyMember], version: int | None, by: User
) -> ReturnPlan:
    """Edit the plan; an approved one stays as it was and a new version without approval begins. Raises Stale and Refused."""
    case = locked(plan.case, by=by, permission=Permission.RETURN_WRITE)
    current = newest(case, plan, version)
    if current.approved_at is not None:
        current = next_version(current, by=by)
    for name, value in values.items():
        setattr(current, name, value)
    if by.pk not in current.author_ids:
        current.author_ids = [*current.author_ids, by.pk]
    current.version += 1
    current.save()
    name_travellers(current, travellers, by=by)
    told(Verb.PLAN_CHANGED, case=case, by=by, room="return_plan", object_id=current.pk)
    return current


def renew_for(person: FamilyMember, *, by: User) -> None:
    """Who travels has changed: an approved plan that names them gets a version without approval."""
    plan = person.case.returnplan_set.select_for_update(no_key=True).order_by("-number").first()
    if plan is None or plan.approved_at is None or not plan.travellers.filter(family_member=person).exists():
        return
    travellers = [traveller.family_member for traveller in plan.travellers.all() if traveller.family_member]
    renewed = next_version(plan, by=by)
    if by.pk not in renewed.author_ids:
        renewed.author_ids = [*renewed.author_ids, by.pk]
    renewed.version += 1
    renewed.save()
    name_travellers(renewed, travellers, by=by)
    told(Verb.PLAN_CHANGED, case=person.case, by=by, room="return_plan", object_id=renewed.pk)


def next_number(model: Any, case: Case) -> int:
    """After the highest there is, also of versions that a transfer left behind."""
    return 1 + (model.objects.filter(case=case).aggregate(highest=Max("number"))["highest"] or 0)


def newest(case: Case, row: Any, version: int | None) -> Any:
    """The locked row, if it is the newest of its kind and what the person saw. Raises Stale and Refused."""
    if not case.shows(row):
        raise Refused(NOT_ANY_MORE)
    newest_row = type(row).objects.select_for_update(no_key=True).filter(case=case).order_by("-number").first()
    return fresh(newest_row, version if newest_row.pk == row.pk else -1)


def next_version(row: Any, *, by: User) -> Any:
    """An unsaved copy under the next number, with all former authors and no decision."""
    # Sealed values are opened before the copy gets its own id, since the id is part of the seal.
    copied = {
        field.attname: getattr(row, field.attname)
        for field in row._meta.concrete_fields
        if field.name not in {"id", "version", "submission", "created_at", "created_by", "number"}
        and field.name not in row.DECISION
    }
    copied["first_written_at"] = row.written_at
    copy = type(row)(**copied, number=row.number + 1, created_by=by)
    # The count goes on, so that a page showing the older number is stale.
    copy.version = row.version
    return copy


def name_travellers(plan: ReturnPlan, family: list[FamilyMember], *, by: User) -> None:
    """Exactly these people travel: the person of the case and the family members named."""
    if any(person.case_id != plan.case_id for person in family):
        raise Refused(_("Only people of this case can travel by this plan."))
    wanted = {None, *(person.pk for person in family)}
    have = set(plan.travellers.values_list("family_member_id", flat=True))
    plan.travellers.filter(family_member_id__in=have - wanted).delete()
    for person_id in wanted - have:
        Traveller.objects.create(plan=plan, case=plan.case, family_member_id=person_id, created_by=by)


@action
def approve(*, plan: ReturnPlan, version: int | None, by: User) -> ReturnPlan:
    """A second person approves the newest version. Raises Stale, and Refused for anyone who wrote any version."""
    case = locked(plan.case, by=by, permission=Permission.PLAN_APPROVE)
    row = newest(case, plan, version)
    if row.approved_at is not None:
        return row
    if row.written_by(by.pk):
        raise Refused(SECOND_PERSON)
    row.approved_at, row.approved_by = timezone.now(), by
    row.version += 1
    row.save()
    told(Verb.PLAN_APPROVED, case=case, by=by, room="return_plan", object_id=row.pk)
    return row


def partners(plan: ReturnPlan | None = None):
    """Organisations that receive or help people after their return: none that is suspended, but for the plan's own."""
    usable = Q(suspended_at=None, services__overlap=["reception_on_return", "reintegration"])
    own = Q(pk=plan.partner_id) if plan is not None and plan.partner_id else Q(pk=None)
    return Organisation.objects.filter(usable | own).order_by("country", "name")
