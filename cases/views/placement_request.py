"""Asking for a place, and the board of those who look for one."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import placements
from ..actions import placement_request as actions
from ..forms.placement_request import AskForm, FailForm, RequestForm, WithdrawForm
from ..models import PlacementRequest
from .lookups import cases_in_sight, get_case, get_request_to_place, get_row, looked_at, requests_to_place
from .pages import form_page


@page(Permission.SHELTER_WRITE)
def ask(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    known = placements.known_of(case)
    form = AskForm(sent(request), grounds=placements.grounds(case), initial=known)
    if done(
        request,
        form,
        lambda: actions.ask(
            case=case,
            values=form.values(),
            ground=form.cleaned_data.get("ground", ""),
            submission=form.cleaned_data["submission"],
            by=request.user,
        ),
        said=_("Asked. CoMensha sees the request on its board now."),
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(
        request, case, "shelter", form, title=_("Ask for a place"), submit=_("Ask for a place"),
        explanation=_("CoMensha sees this profile without a name and asks houses. Nobody needs to be registered for a bed."),
    )  # fmt: skip


@page(Permission.SHELTER_WRITE)
def change(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    row = get_row(case.placementrequest_set.select_related("brief"), pk)
    form = RequestForm(sent(request), row=row, initial=placements.asked(row))
    if done(
        request, form, lambda: actions.change(request=row, values=form.values(), version=form.seen, by=request.user)
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(request, case, "shelter", form, title=_("Change what is asked"))


@page(Permission.SHELTER_WRITE)
def withdraw(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    row = get_row(case.placementrequest_set, pk)
    form = WithdrawForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.withdraw(request=row, reason=form.cleaned_data["reason"], by=request.user),
        said=_("Nobody looks for a place any more."),
    ):
        still_seen = cases_in_sight(request, Permission.SHELTER_READ).filter(pk=case.pk).exists()
        return redirect("cases:shelter", case.reference) if still_seen else redirect("home")
    return form_page(
        request, case, "shelter", form, title=_("Stop asking for a place"), submit=_("Stop asking"),
        explanation=_("CoMensha stops looking, and places that are held are let go."),
    )  # fmt: skip


@page(Permission.PLACEMENT_BOARD)
def board(request: Request) -> HttpResponse:
    shown = waiting(request)
    return board_page(request, shown.rows[0] if shown.rows else None, shown)


@page(Permission.PLACEMENT_BOARD)
def one(request: Request, pk) -> HttpResponse:
    chosen = get_request_to_place(request, pk)
    return board_page(request, chosen, waiting(request))


def waiting(request: Request) -> placements.Shown:
    """Those who wait, a page of them; how many there are in all is not counted for it."""
    asked = request.GET.get("page", "")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 1
    every = requests_to_place(request).waiting().with_offers().pressing_first()
    found = placements.shown(every, max(number, 1))
    return found if found.rows or number < 2 else placements.shown(every, 1)


def board_page(request: Request, chosen: PlacementRequest | None, shown: placements.Shown) -> HttpResponse:
    """The requests of a page beside the houses for one of them."""
    now = timezone.now()
    context: dict[str, Any] = {"shown": shown, "chosen": chosen}
    if chosen is not None:
        looked_at(request, chosen)
        found = [] if chosen.outcome else placements.weighed(chosen, now)
        offers = placements.offers_of(chosen)
        context |= {
            "fitting": [fit for fit in found if fit.fits],
            "others": [fit for fit in found if not fit.fits],
            "offers": offers,
            "holding": placements.holding_of(offers),
            "said_no": {offer.shelter_id for offer in offers if offer.outcome in ("declined", "refused")},
            "stays_now": placements.stays_now(chosen),
            "case_in_sight": cases_in_sight(request, Permission.SHELTER_READ).filter(pk=chosen.case_id).first(),
        }
    return render(request, "cases/placement_request/board.html", context)


@page(Permission.PLACEMENT_BOARD)
def fail(request: Request, pk) -> HttpResponse:
    row = get_request_to_place(request, pk)
    form = FailForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.fail(request=row, reason=form.cleaned_data["reason"], by=request.user),
        said=_("The search has ended. Whoever asked reads why."),
    ):
        return redirect("cases:placement_board")
    return render(
        request, "cases/placement_request/fail.html",
        {"form": form, "row": row, "title": _("Stop looking"), "submit": _("Stop looking")},
    )  # fmt: skip


@page(Permission.PLACEMENT_BOARD)
def figures(request: Request) -> HttpResponse:
    found = placements.figures(request.user, now=timezone.now())
    return render(request, "cases/placement_request/figures.html", found)
