"""The return plan: its room, writing it, and its approval by a second person."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import consents
from ..actions import return_plan as actions
from ..forms.return_plan import ApprovalForm, ReturnPlanForm
from ..models import Case, ReturnPlan
from .lookups import get_case
from .pages import case_page, form_page


def newest_plan(case: Case) -> ReturnPlan | None:
    return (
        case.returnplan_set.select_related("partner", "approved_by", "created_by")
        .prefetch_related("travellers__family_member")
        .first()
    )


def companions(plan: ReturnPlan) -> list:
    """The family members who travel along."""
    return [traveller.family_member for traveller in plan.travellers.all() if traveller.family_member]


@page(Permission.RETURN_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.RETURN_READ, room="return_plan")
    plan = newest_plan(case)
    risk = case.returnrisk_set.select_related("decided_by").first()
    return case_page(
        request, case, "return_plan", "cases/return_plan/room.html",
        plan=plan, risk=risk,
        travellers=companions(plan) if plan else [],
        partner_consent=consents.of_partner(case, plan) if plan else None,
        earlier=[
            {"plan": version, "travellers": companions(version), "consent": consents.of_partner(case, version)}
            for version in case.returnplan_set.select_related("approved_by", "partner")
            .prefetch_related("travellers__family_member")[1:]
        ],
        wrote_plan=plan is not None and plan.written_by(request.user.pk),
        wrote_risk=risk is not None and risk.written_by(request.user.pk),
    )  # fmt: skip


@page(Permission.RETURN_WRITE)
def write(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.RETURN_WRITE, room="return_plan")
    plan = newest_plan(case)
    family, today = list(case.familymember_set.all()), timezone.localdate()
    form = ReturnPlanForm(
        sent(request),
        row=plan,
        family=family,
        partners=actions.partners(plan),
        minors=case.is_minor(today) or any(person.is_minor(today) for person in family),
        initial={
            "travellers": plan.companion_ids if plan else [],
            "partner": str(plan.partner_id) if plan and plan.partner_id else "",
        },
    )

    def save() -> None:
        given = {"values": form.values(), "travellers": form.chosen_travellers(), "by": request.user}
        if plan is None or form.is_new:
            actions.start(case=case, submission=form.cleaned_data["submission"], **given)
        else:
            actions.change(plan=plan, version=form.seen, **given)

    if done(request, form, save):
        return redirect("cases:return_plan", case.reference)
    return form_page(
        request, case, "return_plan", form, title=_("Return plan"),
        explanation=_("This plan was approved. Saving makes a new version, which needs a new approval.")
        if plan is not None and plan.approved_at is not None else "",
    )  # fmt: skip


@page(Permission.PLAN_APPROVE)
def approve(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.PLAN_APPROVE, room="return_plan")
    plan = newest_plan(case)
    if plan is None:
        raise Http404
    form = ApprovalForm(sent(request), row=plan, fill=False)
    if done(
        request,
        form,
        lambda: actions.approve(plan=plan, version=form.seen, by=request.user),
        said=_("The plan is approved."),
    ):
        return redirect("cases:return_plan", case.reference)
    return form_page(
        request, case, "return_plan", form, title=_("Approve the return plan"), submit=_("Approve this plan"),
        template="cases/return_plan/approve.html", plan=plan, partner_consent=consents.of_partner(case, plan),
        travellers=companions(plan),
    )  # fmt: skip
