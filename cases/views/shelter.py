"""Stays in a shelter."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done, pressed

from .. import placements
from ..actions import shelter as actions
from ..forms.shelter import ExpectForm, InOrderForm, LeaveForm, MoveForm, StayForm
from ..residence import corrections_of
from ..rules.clocks import stay_norm_doubt
from .lookups import get_case, get_row
from .pages import case_page, form_page


@page(Permission.SHELTER_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_READ, room="shelter")
    stays = list(case.placement_set.select_related("place__shelter__organisation", "member", "leaving"))
    care = list(case.careinstruction_set.select_related("ended_by"))
    placements.find_undone(case, stays)
    here = any(stay.until_at is None and stay.member is None for stay in stays)
    return case_page(
        request,
        case,
        "shelter",
        "cases/shelter/room.html",
        stays=stays,
        corrections=corrections_of(case, stays),
        free=actions.free_places(case, by=request.user).count(),
        stays_here=here,
        somebody_to_place=not here or case.familymember_set.exists(),
        **placements.in_room(case, by=request.user),
        care=[row for row in care if row.ended_at is None],
        ended_care=[row for row in care if row.ended_at is not None],
    )


@page(Permission.SHELTER_WRITE)
def place(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    form = StayForm(
        sent(request), places=actions.places_of(case, by=request.user), members=case.familymember_set.all(),
        free=actions.free_places(case, by=request.user), saved=actions.is_saved,
    )  # fmt: skip
    form.unsafe, form.people = partial(placements.unsafe_regions, case), partial(placements.household, case)
    if done(
        request,
        form,
        lambda: actions.place(case=case, **form.stay(), submission=form.cleaned_data["submission"], by=request.user),
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(request, case, "shelter", form, title=_("Record a stay"), template="cases/shelter/place.html")


@page(Permission.SHELTER_WRITE)
def end(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    stay = get_row(case.placement_set.select_related("place__shelter"), pk)
    form = LeaveForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.end(
            placement=stay,
            until_at=form.left_at(),
            departure_reason=form.cleaned_data["departure_reason"],
            by=request.user,
        ),
        said=_("The stay has ended."),
        undo=reverse("cases:shelter_end_undo", args=[case.reference, stay.pk]),
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(
        request, case, "shelter", form, title=_("End the stay"), submit=_("End the stay"),
        explanation=_("The place is free for somebody else from that moment."),
    )  # fmt: skip


@page(Permission.SHELTER_WRITE)
@require_POST
def undo_end(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    stay = get_row(case.placement_set.select_related("case"), pk)
    pressed(request, lambda: actions.undo_end(placement=stay, by=request.user), said=_("The stay goes on."))
    return redirect("cases:shelter", case.reference)


@page(Permission.SHELTER_WRITE)
def move(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    stay = get_row(case.placement_set.select_related("place__shelter"), pk)
    form = MoveForm(
        sent(request), row=stay, fill=False, free=actions.free_places(case, by=request.user),
        initial={"expected_until": stay.expected_until},
    )  # fmt: skip
    form.unsafe = partial(placements.unsafe_regions, case)
    if done(
        request,
        form,
        lambda: actions.move(placement=stay, **form.moved(), version=form.seen, by=request.user),
        said=_("Moved. The place that was left is free."),
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(
        request, case, "shelter", form, title=_("Move to another place"), submit=_("Move"), subject=str(stay.place),
        explanation=_("To a free place of an organisation that takes part. For a house elsewhere, ask for a place."),
    )  # fmt: skip


@page(Permission.SHELTER_WRITE)
def expect(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    stay = get_row(case.placement_set.select_related("place__shelter"), pk)
    form = ExpectForm(sent(request), row=stay)
    if done(
        request,
        form,
        lambda: actions.expect(placement=stay, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(
        request, case, "shelter", form, title=_("When is the stay expected to end?"), subject=str(stay.place),
        template="cases/shelter/expect.html", norm=stay.norm_until, doubt=stay_norm_doubt(stay.arrived_on),
    )  # fmt: skip


@page(Permission.SHELTER_WRITE)
def put_in_order(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    stay = get_row(case.placement_set.select_related("case", "place__shelter"), pk)
    placements.find_undone(case, [stay])
    form = InOrderForm(sent(request), undone=stay.undone, initial={"reason": stay.in_order_reason})
    if done(
        request,
        form,
        lambda: actions.put_in_order(placement=stay, reason=form.cleaned_data.get("reason"), by=request.user),
        said=_("In order."),
        undo=reverse("cases:shelter_order_undo", args=[case.reference, stay.pk]),
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(
        request, case, "shelter", form, title=_("Put the emergency placement in order"), submit=_("It is in order"),
        template="cases/shelter/in_order.html", stay=stay,
    )  # fmt: skip


@page(Permission.SHELTER_WRITE)
@require_POST
def undo_order(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SHELTER_WRITE, room="shelter")
    stay = get_row(case.placement_set.select_related("case"), pk)
    pressed(
        request, lambda: actions.undo_order(placement=stay, by=request.user), said=_("It waits to be put in order.")
    )
    return redirect("cases:shelter", case.reference)
