"""Offering places of a house, the answer of the house, what the person wants, and the arrival."""

import functools
from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forms.base import Form, sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import placements
from ..actions import placement_offer as actions
from ..forms.placement_offer import AcceptForm, ArriveForm, DeclineForm, OfferForm, RefuseForm
from ..models import Case, PlacementOffer
from ..models.vacancy import free_in
from ..rules.placement import Outcome
from .lookups import (
    cases_in_sight,
    get_case,
    get_house_to_offer,
    get_offer_shown_address,
    get_offer_to_answer,
    get_offer_to_take_back,
    get_request_to_place,
    get_row,
    offer_over,
    offers_to_answer,
)
from .pages import form_page


@page(Permission.PLACEMENT_BOARD)
def make(request: Request, pk, slug: str) -> HttpResponse:
    row = get_request_to_place(request, pk)
    now = timezone.now()
    fit = placements.weighed_one(row, get_house_to_offer(slug), now)
    form = OfferForm(sent(request), fit=fit, places=free_in(fit.shelter, now, but=row), urgency=row.urgency)
    if done(
        request,
        form,
        lambda: actions.offer(
            request=row,
            house=fit.shelter,
            places=form.chosen(),
            values=form.values(),
            submission=form.cleaned_data["submission"],
            by=request.user,
        ),
        said=_("Held. The house sees it now."),
    ):
        return redirect("cases:placement_request", row.pk)
    return render(
        request, "cases/placement_offer/make.html",
        {"form": form, "row": row, "fit": fit, "title": _("Offer places"), "submit": _("Hold and offer")},
    )  # fmt: skip


@page(Permission.PLACEMENT_BOARD)
def take_back(request: Request, pk) -> HttpResponse:
    offer = get_offer_to_take_back(request, pk)
    form = Form(sent(request))
    if done(
        request, form, lambda: actions.take_back(offer=offer, by=request.user), said=_("The places are free again.")
    ):
        return redirect("cases:placement_request", offer.request_id)
    return render(
        request, "cases/placement_offer/back.html",
        {"form": form, "offer": offer, "title": _("Let these places go"), "submit": _("Let these places go")},
    )  # fmt: skip


@page(Permission.OFFER_ANSWER)
def listing(request: Request) -> HttpResponse:
    return render(
        request, "cases/placement_offer/list.html",
        {
            "waiting": offers_to_answer(request), "expected": placements.expected_by(request.user),
            "answered": placements.answered_by(request.user),
        },
    )  # fmt: skip


@page(Permission.OFFER_ANSWER)
def accept(request: Request, pk) -> HttpResponse:
    if over := offer_over(request, pk):
        return led_back(request, over)
    offer = get_offer_to_answer(request, pk)
    form = AcceptForm(sent(request), row=offer, fill=False)
    if done(
        request,
        form,
        lambda: actions.accept(offer=offer, escort=form.cleaned_data["escort"], version=form.seen, by=request.user),
        said=_("Accepted. Your organisation takes part in the case now; record the arrival there."),
    ):
        return redirect("cases:shelter", offer.case.reference)
    if form.is_bound and (over := offer_over(request, pk)):
        return led_back(request, over)  # a press before this one was saved just now
    return render(
        request, "cases/placement_offer/answer.html",
        {"form": form, "offer": offer, "title": _("Accept this person"), "submit": _("Accept"), "accepting": True},
    )  # fmt: skip


@page(Permission.OFFER_ANSWER)
def decline(request: Request, pk) -> HttpResponse:
    if over := offer_over(request, pk):
        return led_back(request, over)
    offer = get_offer_to_answer(request, pk)
    form = DeclineForm(sent(request), row=offer, fill=False)
    if done(
        request,
        form,
        lambda: actions.decline(offer=offer, reason=form.cleaned_data["reason"], version=form.seen, by=request.user),
        said=_("Declined. The places are free again."),
    ):
        return redirect("cases:placement_offer_list")
    if form.is_bound and (over := offer_over(request, pk)):
        return led_back(request, over)
    return render(
        request, "cases/placement_offer/answer.html",
        {"form": form, "offer": offer, "title": _("Say no to this request"), "submit": _("Decline"), "accepting": False},
    )  # fmt: skip


def led_back(request: Request, offer: PlacementOffer) -> HttpResponse:
    """Pressed twice, or opened again: to where the first press led, with what was answered. Or pressed too late."""
    if offer.has_lapsed:
        messages.info(request, _("The time to answer this request is over, and the places are held no more."))
    else:
        messages.info(
            request,
            _("This was answered before: %(outcome)s. Nothing was changed just now.") % {"outcome": offer.outcome_name},
        )
    seen = cases_in_sight(request, Permission.SHELTER_READ).filter(pk=offer.case_id).first()
    if seen is None or offer.outcome == Outcome.DECLINED:
        return redirect("cases:placement_offer_list")
    return redirect("cases:shelter", seen.reference)


def led_back_too(view: Callable) -> Callable:
    """The house to which nobody comes sees the case no more at once: a second press leads to its list, as the first did."""

    @functools.wraps(view)
    def led(request: Request, reference: str, pk) -> HttpResponse:
        try:
            return view(request, reference, pk)
        except Http404:
            over = offer_over(request, pk)
            if over is None:
                raise
            return led_back(request, over)

    return led


@page(Permission.SHELTER_WRITE)
@led_back_too
def refuse(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    offer = get_row(case.placementoffer_set.select_related("request", "shelter"), pk)
    form = RefuseForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.refuse(offer=offer, reason=form.cleaned_data["reason"], by=request.user),
        said=_("The place is let go, and the search goes on."),
    ):
        still_seen = cases_in_sight(request, Permission.SHELTER_READ).filter(pk=case.pk).exists()
        return redirect("cases:shelter", case.reference) if still_seen else redirect("cases:placement_offer_list")
    return form_page(
        request, case, "shelter", form, title=_("The person does not want this place"), submit=_("Let the place go"),
        subject=offer.shelter.name,
        explanation=_("Saying no is their right. It is counted without a name, and never held against them."),
    )  # fmt: skip


@page(Permission.SHELTER_WRITE)
def arrive(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    offer = get_row(case.placementoffer_set.select_related("request", "shelter"), pk)
    if offer.outcome == Outcome.ARRIVED:
        return led_to_case(request, case)
    holds = list(offer.holds.select_related("place"))
    form = ArriveForm(
        sent(request), holds=holds, members=list(case.familymember_set.all()),
        initial={"expected_until": placements.usual_end(offer.shelter, timezone.localdate())},
    )  # fmt: skip
    if done(
        request,
        form,
        lambda: actions.arrive(
            offer=offer,
            at=form.at(),
            people=form.people(),
            expected_until=form.cleaned_data["expected_until"],
            by=request.user,
        ),
        said=_("Welcome. The stay has begun."),
    ):
        return redirect("cases:shelter", case.reference)
    if form.is_bound and get_row(case.placementoffer_set, pk).outcome == Outcome.ARRIVED:
        return led_to_case(request, case)  # a press before this one was saved just now
    return form_page(
        request, case, "shelter", form, title=_("Record the arrival"), template="cases/placement_offer/arrive.html",
        subject=offer.shelter.name, too_few=len(holds) - 1 > len(form.members), offer=offer,
    )  # fmt: skip


def led_to_case(request: Request, case: Case) -> HttpResponse:
    messages.info(request, _("The arrival was recorded before. Nothing was changed just now."))
    return redirect("cases:shelter", case.reference)


@page(Permission.SHELTER_WRITE)
@led_back_too
def did_not_arrive(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    offer = get_row(case.placementoffer_set.select_related("request", "case", "shelter"), pk)
    form = Form(sent(request))
    if done(
        request,
        form,
        lambda: actions.did_not_arrive(offer=offer, by=request.user),
        said=_("The places are free again, and the search goes on."),
    ):
        still_seen = cases_in_sight(request, Permission.SHELTER_READ).filter(pk=case.pk).exists()
        return redirect("cases:shelter", case.reference) if still_seen else redirect("cases:placement_offer_list")
    return form_page(
        request, case, "shelter", form, title=_("The person did not arrive"), submit=_("Record that nobody came"),
        subject=offer.shelter.name, template="cases/placement_offer/not_arrived.html",
    )  # fmt: skip


@page(Permission.SHELTER_WRITE)
def reveal(request: Request, pk) -> HttpResponse:
    offer = get_offer_shown_address(request, pk)
    address = actions.reveal(offer=offer, by=request.user) if request.method == "POST" else None
    case = cases_in_sight(request, Permission.SHELTER_READ).filter(pk=offer.case_id).first()
    return render(
        request, "cases/placement_offer/address.html", {"offer": offer, "address": address, "case_in_sight": case}
    )
