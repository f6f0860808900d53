"""Moving a case to another stage."""

from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, Stale, action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, StageMove
from ..models.facts import facts_of
from ..rules.workflow import Stage, blockers
from . import placement
from .base import locked, still_may, told
from .task import let_all_lapse


@action
def move(
    *,
    case: Case,
    to: Stage,
    reason: str,
    by: User,
    past: Collection[str] = (),
    closing_reason: str = "",
    lapse_reason: str = "",
    from_stage: str | None = None,
) -> Case:
    """Move the case, if nothing blocks it or a team lead moves it past what they saw blocking, with a reason.

    `past` names the blockers the team lead saw; `from_stage` is the stage the person saw; `lapse_reason` lets the open tasks of a case that closes lapse.
    Raises Stale, and Refused with what blocks.
    """
    to = Stage(to)
    row = locked(case, by=by, permission=Permission.STAGE_MOVE)
    if row.stage == to:
        return row
    if from_stage is not None and row.stage != from_stage:
        raise Stale()
    if to is Stage.CLOSED and lapse_reason.strip():
        let_all_lapse(row, reason=lapse_reason.strip(), by=by)
    waiting = blockers(to, facts_of(row))
    if waiting and not still_may(row, by=by, permission=Permission.STAGE_OVERRIDE):
        raise Refused(waiting[0].sentence)
    if any(blocker.code not in past for blocker in waiting):
        raise Stale()
    if waiting and not reason.strip():
        raise Refused(_("Write why the case moves past what blocks it."))
    if to is Stage.CLOSED and not closing_reason:
        raise Refused(_("Choose the reason for closing."))
    step = StageMove.objects.create(
        case=row,
        from_stage=row.stage,
        to_stage=to,
        at=timezone.now(),
        reason=reason.strip() or None,
        overridden=bool(waiting),
        created_by=by,
    )
    row.stage = to
    row.closing_reason = closing_reason if to is Stage.CLOSED else ""
    row.version += 1
    row.save(update_fields=["stage", "closing_reason", "version"])
    told(
        Verb.STAGE_OVERRIDDEN if waiting else Verb.STAGE_MOVED,
        case=row,
        by=by,
        room="case",
        object_id=step.pk,
    )
    if to is Stage.CLOSED:
        placement.stop(row, "not_needed", by=by)
    return row
