"""The risk of return: assessed by some, decided by somebody else."""

import uuid

from django.utils import timezone

from organisations.actions.base import Refused, Stale, action, once
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, ReturnRisk
from ..rules.codes import RiskDecision
from .base import locked, told
from .return_plan import SECOND_PERSON, newest, next_number, next_version


@action
def record(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> ReturnRisk:
    """The first assessment of a case. Raises Stale and Refused."""
    case = locked(case, by=by, permission=Permission.RETURN_WRITE)

    def make() -> ReturnRisk:
        if case.returnrisk_set.exists():
            raise Stale()
        number = next_number(ReturnRisk, case)
        risk = ReturnRisk(case=case, number=number, author_ids=[by.pk], submission=submission, created_by=by, **values)
        risk.save(force_insert=True)
        told(Verb.RISK_RECORDED, case=case, by=by, room="return_plan", object_id=risk.pk)
        return risk

    return once(ReturnRisk, submission, make, said=values, case_id=case.pk)[0]


@action
def change(*, risk: ReturnRisk, values: dict, version: int | None, by: User) -> ReturnRisk:
    """Edit the assessment; after a decision a new version without one begins. Raises Stale and Refused."""
    case = locked(risk.case, by=by, permission=Permission.RETURN_WRITE)
    current = newest(case, risk, version)
    if current.decided_at is not None:
        current = next_version(current, by=by)
    for name, value in values.items():
        setattr(current, name, value)
    if by.pk not in current.author_ids:
        current.author_ids = [*current.author_ids, by.pk]
    current.version += 1
    current.save()
    told(Verb.RISK_CHANGED, case=case, by=by, room="return_plan", object_id=current.pk)
    return current


@action
def decide(*, risk: ReturnRisk, decision: RiskDecision, reason: str, version: int | None, by: User) -> ReturnRisk:
    """A second person decides; never computed from the scores. Raises Stale, and Refused for anyone who wrote any version."""
    case = locked(risk.case, by=by, permission=Permission.RISK_DECIDE)
    row = newest(case, risk, version)
    if row.decided_at is not None:
        return row
    if row.written_by(by.pk):
        raise Refused(SECOND_PERSON)
    row.decision, row.decision_reason = decision, reason or None
    row.decided_at, row.decided_by = timezone.now(), by
    row.version += 1
    row.save()
    told(Verb.RISK_DECIDED, case=case, by=by, room="return_plan", object_id=row.pk)
    return row
