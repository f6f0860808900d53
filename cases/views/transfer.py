"""Transfers of a case to another lead organisation."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forms.base import Form, sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import consents, lists, own_part
from ..actions import transfer as actions
from ..forms.transfer import AcceptForm, DeclineForm, TransferForm
from ..rules.consent import Purpose
from .case import to_access
from .lookups import accepted_before, get_case, get_row, get_transfer, transfers_to_answer
from .pages import form_page


@page(Permission.CASE_TRANSFER)
def offer(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.CASE_TRANSFER, room="case")
    organisations = consents.with_consent(case, Purpose.TRANSFER)
    chosen = {"organisation": request.GET.get("organisation", "")}
    form = TransferForm(sent(request), organisations=organisations, initial=chosen)

    def save() -> None:
        actions.offer(
            case=case,
            organisation=form.who(),
            rooms=form.cleaned_data["rooms"],
            summary=form.cleaned_data["summary"],
            submission=form.cleaned_data["submission"],
            by=request.user,
        )

    if done(request, form, save, said=_("Offered. You keep the case until they accept it.")):
        return redirect(to_access(case.reference))
    return form_page(
        request, case, "case", form, title=_("Transfer the case"), submit=_("Offer the case"),
        template="cases/participation/choose.html", organisations=organisations, purpose=Purpose.TRANSFER,
        explanation=_("When they accept, your organisation loses sight of this case."),
        open_offer=case.transfer_set.waiting().select_related("to_organisation").first(),
        stay=case.placement_set.of_the_person().now().select_related("place__shelter").first(), back=to_access(case.reference),
    )  # fmt: skip


@page(Permission.CASE_TRANSFER)
def withdraw(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.CASE_TRANSFER, room="case")
    transfer = get_row(case.transfer_set.select_related("to_organisation"), pk)
    form = Form(sent(request))
    if done(request, form, lambda: actions.withdraw(transfer=transfer, by=request.user)):
        return redirect(to_access(case.reference))
    return form_page(
        request, case, "case", form, title=_("Take the offer back"), submit=_("Take it back"),
        subject=transfer.to_organisation.name, back=to_access(case.reference),
    )  # fmt: skip


@page(Permission.TRANSFER_ANSWER)
def listing(request: Request) -> HttpResponse:
    today = timezone.localdate()
    sent_by_us = lists.transfers_sent(request.user)
    return render(
        request,
        "cases/transfer/list.html",
        {
            "waiting": transfers_to_answer(request),
            "sent": own_part.with_own_part(sent_by_us, user=request.user, today=today),
            "today": today,
            "answered": lists.transfers_answered(request.user),
        },
    )


@page(Permission.TRANSFER_ANSWER)
def accept(request: Request, pk) -> HttpResponse:
    if request.method == "POST" and (accepted := accepted_before(request, pk)):
        return redirect("cases:case", accepted.case.reference)
    transfer = get_transfer(request, pk)
    form = AcceptForm(sent(request), row=transfer, fill=False)
    taken = []
    if done(
        request,
        form,
        lambda: taken.append(actions.accept(transfer=transfer, version=form.seen, by=request.user)),
        said=_("Your organisation leads this case now. You are assigned to it; assign whoever works on it."),
    ):
        return redirect("cases:case", taken[0].reference)
    if request.method == "POST" and (accepted := accepted_before(request, pk)):
        return redirect("cases:case", accepted.case.reference)
    return render(request, "cases/transfer/answer.html", {"form": form, "transfer": transfer, "accepting": True})


@page(Permission.TRANSFER_ANSWER)
def decline(request: Request, pk) -> HttpResponse:
    transfer = get_transfer(request, pk)
    form = DeclineForm(sent(request), row=transfer, fill=False)
    if done(
        request,
        form,
        lambda: actions.decline(
            transfer=transfer, reason=form.cleaned_data["reason"], version=form.seen, by=request.user
        ),
    ):
        return redirect("cases:transfer_list")
    return render(request, "cases/transfer/answer.html", {"form": form, "transfer": transfer, "accepting": False})
