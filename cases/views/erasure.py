"""Erasing the file of a case: proposed by one, confirmed by a second person, who may see no case at all."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from organisations.forms.base import Form, sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import lists
from ..actions import erasure as actions
from ..forms.erasure import ConfirmErasureForm, ProposeErasureForm
from ..rules.erasure import LOST, STAYS, ground_name
from .lookups import cases_in_sight, get_proposal


@page(Permission.ERASURE_CONFIRM)
def listing(request: Request) -> HttpResponse:
    entries, older = lists.erasures(request.user, before=request.GET.get("before", ""))
    return render(
        request,
        "cases/erasure/list.html",
        {
            "waiting": lists.waiting_erasures(request.user),
            "entries": [{"entry": entry, "ground": ground_name(entry.ground)} for entry in entries],
            "older": older,
        },
    )


@page(Permission.ERASURE_PROPOSE)
def propose(request: Request) -> HttpResponse:
    form = ProposeErasureForm(sent(request), initial={"reference": request.GET.get("reference", "")})
    made = []

    def save() -> None:
        made.append(actions.propose(**form.values(), submission=form.cleaned_data["submission"], by=request.user))

    if done(request, form, save, said=_("Proposed. Nothing is erased before a second person confirms.")):
        return redirect("cases:erasure", made[0].pk)
    return render(request, "cases/erasure/propose.html", {"form": form, "lost": LOST, "stays": STAYS})


@page(Permission.ERASURE_CONFIRM)
def decide(request: Request, pk) -> HttpResponse:
    proposal = get_proposal(request, pk)
    form = ConfirmErasureForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.confirm(proposal=proposal, reference=form.cleaned_data["reference"], by=request.user),
        said=_("The file is erased. It cannot be brought back."),
    ):
        return redirect("cases:erasure_list")
    seen = cases_in_sight(request).filter(pk=proposal.case_id).exists()
    facts = lists.erasure(proposal, by=request.user, seen=seen)
    return render(request, "cases/erasure/decide.html", {"form": form, "lost": LOST, "stays": STAYS, **facts})


@page(Permission.ERASURE_CONFIRM)
def withdraw(request: Request, pk) -> HttpResponse:
    proposal = get_proposal(request, pk)
    form = Form(sent(request))
    if done(
        request,
        form,
        lambda: actions.withdraw(proposal=proposal, by=request.user),
        said=_("The proposal has ended. Nothing was erased."),
    ):
        return redirect("cases:erasure_list")
    return render(request, "cases/erasure/withdraw.html", {"form": form, "proposal": proposal})
