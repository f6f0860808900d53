"""Safety."""

import uuid

from organisations.actions.base import action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, SafetyAssessment
from . import base


@action
def assess(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> SafetyAssessment:
    """A new assessment; the danger mark follows the newest one, if it was made since the case opened. Raises Refused."""
    assessment = base.record(
        SafetyAssessment, case=case, values=values, submission=submission, by=by,
        permission=Permission.SAFETY_WRITE, verb=Verb.SAFETY_ASSESSED, room="safety",
    )  # fmt: skip
    acute = assessment.case.assessed_as_acute()
    if acute is not None and assessment.case.danger_now != acute:
        assessment.case.danger_now = acute
        assessment.case.version += 1
        assessment.case.save(update_fields=["danger_now", "version"])
    return assessment
