"""Moving a case to another stage."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, Stale, action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, StageMove
from ..models.facts import facts_of
from ..rules.workflow import Stage, blockers
from .base import locked, told


@action
def move(
    *,
    case: Case,
    to: Stage,
    reason: str,
    by: User,
    override: bool = False,
    closing_reason: str = "",
    from_stage: str | None = None,
) -> Case:
    """Move the case, if nothing blocks it or a team lead overrides with a reason.

    `from_stage` is the stage the person saw. Raises Stale, and Refused with what blocks.
    """
    to = Stage(to)
    row = locked(case, by=by, permission=Permission.STAGE_OVERRIDE if override else Permission.STAGE_MOVE)
    if row.stage == to:
        return row
    if from_stage is not None and row.stage != from_stage:
        raise Stale()
    waiting = blockers(to, facts_of(row))
    if waiting and not override:
        raise Refused(waiting[0].sentence)
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
    return row
