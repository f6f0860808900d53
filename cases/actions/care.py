"""What the night shift must know or give."""

import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import CareInstruction, Case
from . import base


@action
def add(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> CareInstruction:
    """Raises Refused."""
    return base.record(
        CareInstruction, case=case, values=values, submission=submission, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CARE_ADDED, room="tonight",
    )  # fmt: skip


@action
def change(*, instruction: CareInstruction, values: dict, version: int | None, by: User) -> CareInstruction:
    """Raises Stale and Refused."""
    return base.change(
        instruction, values=values, version=version, by=by, check=still_runs,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CARE_CHANGED, room="tonight",
    )  # fmt: skip


@action
def end(*, instruction: CareInstruction, version: int | None, by: User) -> CareInstruction:
    """It is no longer shown at night; nothing is deleted. Raises Stale and Refused."""
    return base.change(
        instruction, values={"ended_at": timezone.now(), "ended_by": by}, version=version, by=by, check=still_runs,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CARE_ENDED, room="tonight",
    )  # fmt: skip


@action
def undo_end(*, instruction: CareInstruction, by: User) -> CareInstruction:
    """It runs again, as if it had not been ended. Raises Refused, also when that was too long ago."""
    return base.change(
        instruction, values={"ended_at": None, "ended_by": None}, version=None, by=by, check=only_just_ended,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CARE_END_UNDONE, room="tonight",
    )  # fmt: skip


def still_runs(instruction: CareInstruction) -> None:
    if instruction.ended_at is not None:
        raise Refused(_("This was ended already."))


def only_just_ended(instruction: CareInstruction) -> None:
    if instruction.ended_at is None:
        raise Refused(_("This is not ended."))
    if not instruction.can_be_undone:
        raise Refused(_("This was ended more than ten minutes ago. Add it again instead."))
