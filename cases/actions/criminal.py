"""Events of the criminal case: that and when, never what was said."""

import uuid

from organisations.actions.base import action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, CriminalEvent
from . import base


@action
def record(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> CriminalEvent:
    """Raises Refused."""
    return base.record(
        CriminalEvent, case=case, values=values, submission=submission, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CRIMINAL_EVENT_RECORDED, room="criminal",
    )  # fmt: skip


@action
def change(*, event: CriminalEvent, values: dict, version: int | None, by: User) -> CriminalEvent:
    """A correction; nothing is ever taken out of the list. Raises Stale and Refused."""
    return base.change(
        event, values=values, version=version, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CRIMINAL_EVENT_CHANGED, room="criminal",
    )  # fmt: skip
