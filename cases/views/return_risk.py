"""The risk of return: assessed by some, decided by somebody else."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from ..actions import return_risk as actions
from ..forms.return_plan import DecisionForm, RiskForm
from .lookups import get_case
from .pages import form_page


@page(Permission.RETURN_WRITE)
def write(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.RETURN_WRITE, room="return_plan")
    risk = case.returnrisk_set.first()
    form = RiskForm(sent(request), row=risk)

    def save() -> None:
        if risk is None or form.is_new:
            actions.record(case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user)
        else:
            actions.change(risk=risk, values=form.values(), version=form.seen, by=request.user)

    if done(request, form, save):
        return redirect("cases:return_plan", case.reference)
    return form_page(
        request, case, "return_plan", form, title=_("Risk of return"),
        explanation=_("This was decided. Saving makes a new version, which needs a new decision.")
        if risk is not None and risk.decided_at is not None
        else _("Somebody else decides afterwards; the numbers decide nothing."),
    )  # fmt: skip


@page(Permission.RISK_DECIDE)
def decide(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.RISK_DECIDE, room="return_plan")
    risk = case.returnrisk_set.select_related("created_by").first()
    if risk is None:
        raise Http404
    form = DecisionForm(sent(request), row=risk, fill=False)
    if done(
        request,
        form,
        lambda: actions.decide(
            risk=risk,
            decision=form.cleaned_data["decision"],
            reason=form.cleaned_data["reason"],
            version=form.seen,
            by=request.user,
        ),
    ):
        return redirect("cases:return_plan", case.reference)
    return form_page(
        request, case, "return_plan", form, title=_("Decide on the risk of return"), submit=_("Record this decision"),
        template="cases/return_risk/decide.html", risk=risk,
    )  # fmt: skip
