"""The journey and the follow-up after it."""

import datetime
import uuid

from organisations.actions.base import Stale, action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, FollowUp, Journey
from . import base
from .base import locked, told


@action
def record(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> Journey:
    """The journey of the case, under the plan of that moment; possible without one, for it may simply have happened. Raises Stale and Refused."""
    case = locked(case, by=by, permission=Permission.RETURN_WRITE)
    same = submission is not None and Journey.objects.filter(submission=submission).exists()
    if not same and case.journey_set.exists():
        raise Stale()
    plan = case.returnplan_set.first()
    return base.record(
        Journey, case=case, values={**values, "plan": plan}, submission=submission, by=by,
        permission=Permission.RETURN_WRITE, verb=Verb.JOURNEY_RECORDED, room="journey",
    )  # fmt: skip


@action
def change(*, journey: Journey, values: dict, version: int | None, by: User) -> Journey:
    """Raises Stale and Refused."""
    return base.change(
        journey, values=values, version=version, by=by,
        permission=Permission.RETURN_WRITE, verb=Verb.JOURNEY_CHANGED, room="journey",
    )  # fmt: skip


@action
def plan_follow_ups(*, case: Case, days: list[datetime.date], by: User) -> list[FollowUp]:
    """Contacts agreed for these days; a day already planned stays as it is. Raises Refused."""
    case = locked(case, by=by, permission=Permission.RETURN_WRITE)
    planned = []
    for day in days:
        row, begun = FollowUp.objects.get_or_create(case=case, due_on=day, defaults={"created_by": by})
        if begun:
            planned.append(row)
            told(Verb.FOLLOW_UP_PLANNED, case=case, by=by, room="follow_up", object_id=row.pk)
    return planned


@action
def record_follow_up(*, follow_up: FollowUp, values: dict, version: int | None, by: User) -> FollowUp:
    """What came of the contact. Raises Stale and Refused."""
    return base.change(
        follow_up, values=values, version=version, by=by,
        permission=Permission.RETURN_WRITE, verb=Verb.FOLLOW_UP_RECORDED, room="follow_up",
    )  # fmt: skip
