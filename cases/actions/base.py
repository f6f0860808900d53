"""What every write on a case shares."""

import uuid
from collections.abc import Callable
from typing import Any, TypeVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import audit
from organisations.actions.base import Refused, empty, fresh, once
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case
from ..models.base import CaseRow
from ..models.case import CaseQuerySet
from ..models.facts import consent_of
from ..rules.consent import Purpose
from . import refresh

Row = TypeVar("Row", bound=CaseRow)

NOT_ANY_MORE = _("You may not do this on this case (any more).")


def in_sight(case: Case, *, by: User, permission: Permission) -> CaseQuerySet:
    """The case alone, as long as the person holds the permission on it."""
    return Case.objects.where_may(by, permission).filter(pk=case.pk)


def lock(case: Case, *, by: User) -> None:
    """Hold the row of the case until the end of the transaction; whoever else writes on it comes after.

    What this person may do is read again by whoever asks next: a role may have ended during the wait.
    """
    list(Case.objects.select_for_update(no_key=True).filter(pk=case.pk).values_list("pk"))
    by.forget_roles()


def locked(case: Case, *, by: User, permission: Permission) -> Case:
    """The case, read again under lock, if the person holds the permission on it at this moment. Raises Refused."""
    # The lock first: asked in the same statement, the rule would answer by what held before the wait for it.
    lock(case, by=by)
    row = in_sight(case, by=by, permission=permission).first()
    if row is None:
        raise Refused(NOT_ANY_MORE)
    row.hidden_before = Case.objects.hidden_from(row, by)
    return row


def still_may(case: Case, *, by: User, permission: Permission) -> bool:
    """Whether the person holds this permission on the case too, at this moment."""
    return Case.objects.where_may(by, permission).filter(pk=case.pk).exists()


def rests_on_consent(case: Case, purpose: Purpose, recipient: Organisation) -> None:
    """Raises Refused where no consent for it is in force."""
    if consent_of(case, purpose, recipient.pk) is None:
        raise Refused(_("There is no consent for this (any more). Record it first, under Consents."))


def told(verb: Verb, *, case: Case, by: User, room: str, object_id: uuid.UUID | None = None) -> None:
    """The case changed just now: the audit trail says who did what and for which organisation, and its tasks follow."""
    case.changed_at = timezone.now()
    case.save(update_fields=["changed_at"])
    audit.record(verb, by=by, organisation=acting_for(case, by=by), case=case, room=room, object_id=object_id)
    refresh.tasks(case, by=by)


def acting_for(case: Case, *, by: User, permission: Permission = Permission.CASE_SEE) -> Organisation | None:
    """The organisation through which the person is in the case; the one that takes part longest where there are several."""
    return acting_for_each([case], by=by, permission=permission).get(case.pk)


def acting_for_each(cases: list[Case], *, by: User, permission: Permission) -> dict[uuid.UUID, Organisation]:
    """The same for each of several cases, by their ids."""
    organisations = {one.pk: one for one in by.organisations_with(permission)}
    read = {case.pk: case.taken for case in cases if case.taken is not None}
    unread = [case.pk for case in cases if case.taken is None]
    taken = read | (Case.objects.taken_in(unread, by) if unread else {})
    allowing = (
        (case, part.organisation)
        for case, parts in taken.items()
        for part in parts
        if permission in part.allowed | part.without_lead
    )
    found: dict[uuid.UUID, Organisation] = {}
    for case, organisation in allowing:
        found.setdefault(case, organisations[organisation])
    return found


def record(
    model: type[Row],
    *,
    case: Case,
    values: dict[str, Any],
    submission: uuid.UUID | None,
    by: User,
    permission: Permission,
    verb: Verb,
    room: str,
    said: dict[str, Any] | None = None,
) -> Row:
    """A new record of the case, once per submission. Raises Refused.

    `said`: of the values what the person sent, where some are made here.
    """
    case = locked(case, by=by, permission=permission)

    def make() -> Row:
        row = model(case=case, created_by=by, submission=submission, **values)
        row.save(force_insert=True)
        told(verb, case=case, by=by, room=room, object_id=row.pk)
        return row

    return once(model, submission, make, said=values if said is None else said, case_id=case.pk, created_by_id=by.pk)[0]


def change(
    row: Row,
    *,
    values: dict[str, Any],
    version: int | None,
    by: User,
    permission: Permission,
    verb: Verb,
    room: str,
    check: Callable[[Row], None] | None = None,
) -> Row:
    """The record with new values, if it is still the version the person saw. Raises Stale and Refused."""
    case = locked(row.case, by=by, permission=permission)
    if not case.shows(row):
        raise Refused(NOT_ANY_MORE)
    current = fresh(type(row)._default_manager.select_for_update(no_key=True).get(pk=row.pk, case=case), version)
    current.case = case  # with what its reader may know of it
    if check is not None:
        check(current)
    if all(empty(getattr(current, name)) == empty(value) for name, value in values.items()):
        return current  # nothing is different, so there is nothing to tell
    for name, value in values.items():
        setattr(current, name, value)
    current.version += 1
    current.save()
    told(verb, case=case, by=by, room=room, object_id=current.pk)
    return current
