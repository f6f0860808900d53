"""Titles of residence and the reflection period, as the authorities decided them."""

import uuid
from collections.abc import Callable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, Stale, action, constraint_of, fresh
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, DateCorrection, Procedure, ReflectionPeriod, ResidenceStatus, UnknownDestination
from ..rules.corrected_dates import DATES, corrected
from . import base
from .base import locked, told

# Records whose dates are corrected with a reason.
Dated = ReflectionPeriod | ResidenceStatus | Procedure | UnknownDestination

WITHOUT_REASON = _("A recorded date is corrected with a reason.")


@action
def record_title(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> ResidenceStatus:
    """A title from a day; an open title before it ends on that day. Raises Refused when titles would overlap."""
    case = locked(case, by=by, permission=Permission.SUPPORT_WRITE)
    if submission is None or not ResidenceStatus.objects.filter(submission=submission).exists():
        running = case.residencestatus_set.filter(until_on=None, from_on__lt=values["from_on"])
        for before in running:
            before.until_on = values["from_on"]
            before.version += 1
            before.save(update_fields=["until_on", "version"])
            told(Verb.RESIDENCE_CHANGED, case=case, by=by, room="residence", object_id=before.pk)
    with overlap_refused():
        return base.record(
            ResidenceStatus, case=case, values=values, submission=submission, by=by,
            permission=Permission.SUPPORT_WRITE, verb=Verb.RESIDENCE_RECORDED, room="residence",
        )  # fmt: skip


@action
def change_title(
    *, title: ResidenceStatus, values: dict, version: int | None, by: User, why: str = ""
) -> ResidenceStatus:
    """`why`: the reason of a date that was wrong. Raises Stale, and Refused when titles would overlap or there is no reason."""
    with overlap_refused():
        return base.change(
            title, values=values, version=version, by=by,
            permission=Permission.SUPPORT_WRITE, verb=Verb.RESIDENCE_CHANGED, room="residence",
            check=noting_corrections(values, why, by=by),
        )  # fmt: skip


class overlap_refused(transaction.Atomic):
    """A savepoint that turns the database's "these titles overlap" into a sentence."""

    def __init__(self) -> None:
        super().__init__(using=None, savepoint=True, durable=False)

    def __exit__(self, kind, error, trace) -> None:
        super().__exit__(kind, error, trace)
        if isinstance(error, IntegrityError) and constraint_of(error) == "residence_titles_exclude":
            raise Refused(
                _("Another position is recorded for part of this time. Change that one first: two at once cannot be.")
            ) from None


@action
def record_procedure(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> Procedure:
    """Raises Refused."""
    return base.record(
        Procedure, case=case, values=values, submission=submission, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.PROCEDURE_RECORDED, room="residence",
    )  # fmt: skip


@action
def change_procedure(*, procedure: Procedure, values: dict, version: int | None, by: User, why: str = "") -> Procedure:
    """`why`: the reason of a date that was wrong. Raises Stale, and Refused where there is no reason."""
    return base.change(
        procedure, values=values, version=version, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.PROCEDURE_CHANGED, room="residence",
        check=noting_corrections(values, why, by=by),
    )  # fmt: skip


@action
def set_return_duty(*, case: Case, return_duty: bool, version: int | None, by: User) -> Case:
    """Whether the authorities say the person must leave. Raises Stale and Refused."""
    row = fresh(locked(case, by=by, permission=Permission.SUPPORT_WRITE), version)
    if row.return_duty != return_duty:
        row.return_duty = return_duty
        row.version += 1
        row.save(update_fields=["return_duty", "version"])
        told(Verb.RESIDENCE_CHANGED, case=row, by=by, room="residence")
    return row


@action
def record_reflection(
    *, case: Case, values: dict, submission: uuid.UUID | None, by: User, another: bool = False
) -> ReflectionPeriod:
    """The reflection period of the case, or another one after the last has ended: then with a reason.

    Raises Stale when there is one already, and Refused.
    """
    case = locked(case, by=by, permission=Permission.REGISTRATION_WRITE)
    same = submission is not None and ReflectionPeriod.objects.filter(submission=submission).exists()
    last = case.reflectionperiod_set.first()
    made: dict[str, Any] = {"number": 1}
    if last is not None and another:
        # a page that shows the one before must not take this one for it
        made = {"number": last.number + 1, "version": last.version + 1}
    if not same and last is not None:
        if not another:
            raise Stale()
        if not last.over:
            raise Refused(_("The reflection period before it has not ended. Change that one."))
        if not values.get("explanation"):
            raise Refused(_("A second reflection period is recorded with a reason."))
    return base.record(
        ReflectionPeriod, case=case, values={**values, **made}, said=values, submission=submission, by=by,
        permission=Permission.REGISTRATION_WRITE, verb=Verb.REFLECTION_RECORDED, room="intake",
    )  # fmt: skip


@action
def change_reflection(
    *, reflection: ReflectionPeriod, values: dict, version: int | None, by: User, why: str = ""
) -> ReflectionPeriod:
    """`why`: the reason of a date that was wrong. Raises Stale, and Refused where there is no reason."""
    return base.change(
        reflection, values=values, version=version, by=by,
        permission=Permission.REGISTRATION_WRITE, verb=Verb.REFLECTION_CHANGED, room="intake",
        check=noting_corrections(values, why, by=by),
    )  # fmt: skip


@action
def reflection_goes_on(*, reflection: ReflectionPeriod, by: User) -> ReflectionPeriod:
    """Its end is taken back as if it had not been recorded: no date was wrong that anybody relied on. Raises Refused."""
    if ReflectionPeriod.objects.filter(case=reflection.case_id, number__gt=reflection.number).exists():
        raise Refused(_("Another reflection period was recorded since. Correct that one first."))
    return base.change(
        reflection, values={"ended_on": None, "end_reason": ""}, version=None, by=by,
        permission=Permission.REGISTRATION_WRITE, verb=Verb.REFLECTION_CHANGED, room="intake",
    )  # fmt: skip


def noting_corrections(values: dict, why: str, *, by: User) -> Callable[[Dated], None]:
    """What keeps each recorded date that becomes another, with the reason. Raises Refused without one."""

    def note(row: Dated) -> None:
        was = {name: getattr(row, name) for name in DATES if hasattr(row, name)}
        changed = corrected(was, values)
        if changed and not why:
            raise Refused(WITHOUT_REASON)
        for field, (before, after) in changed.items():
            DateCorrection(
                case=row.case, created_by=by, subject=row.pk, field=field, was=before, became=after, reason=why
            ).save(force_insert=True)

    return note
