"""Moving a case to another stage."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from ..actions import stage as actions
from ..forms.case import StageForm
from ..models.facts import facts_of
from ..rules.workflow import STAGE_WORK, STAGES, Stage, blockers, warnings
from .lookups import abilities_on, get_case
from .pages import case_page, linked, stages_of


@page(Permission.STAGE_MOVE)
def move(request: Request, reference: str, to: str) -> HttpResponse:
    case = get_case(request, reference, Permission.STAGE_MOVE, room="case")
    if to not in STAGES:
        raise Http404
    stage = Stage(to)
    can = abilities_on(request, case)
    facts = facts_of(case)
    # Open tasks are no blocker on this page: its form lets them lapse.
    waiting = blockers(stage, facts.without_tasks())
    past = [blocker.code for blocker in waiting] if Permission.STAGE_OVERRIDE in can else []
    form = StageForm(sent(request), here=case.stage, to=stage, past=past, open_tasks=facts.open_tasks)
    if done(
        request,
        form,
        lambda: actions.move(
            case=case,
            to=stage,
            reason=form.cleaned_data["reason"],
            closing_reason=form.cleaned_data.get("closing_reason", ""),
            lapse_reason=form.cleaned_data.get("lapse_reason", ""),
            from_stage=form.cleaned_data["from_stage"],
            past=form.cleaned_data["past"].split(","),
            by=request.user,
        ),
        said=_("The case has moved to: %(stage)s") % {"stage": STAGES[stage]},
    ):
        return redirect("cases:case", case.reference)
    return case_page(
        request, case, "case", "cases/stage/move.html",
        form=form, stage=stage, stage_name=STAGES[stage], stage_work=STAGE_WORK[stage],
        stages=stages_of(case), here=case.stage == stage, override=bool(past),
        blocking=linked(waiting, case, can), open_tasks=facts.open_tasks if stage is Stage.CLOSED else 0,
        warned=warnings(stage, facts),
    )  # fmt: skip
