"""The journey and the follow-up after it."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from ..actions import journey as actions
from ..forms.journey import FollowUpForm, FollowUpPlanForm, JourneyForm
from ..rules.follow_up import suggested_days
from .lookups import get_case, get_row
from .pages import case_page, form_page


@page(Permission.RETURN_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.RETURN_READ, room="journey")
    return case_page(request, case, "journey", "cases/journey/room.html", journey=case.journey_set.first())


@page(Permission.RETURN_WRITE)
def write(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.RETURN_WRITE, room="journey")
    journey = case.journey_set.first()
    form = JourneyForm(sent(request), row=journey)

    def save() -> None:
        if journey is None or form.is_new:
            actions.record(case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user)
        else:
            actions.change(journey=journey, values=form.values(), version=form.seen, by=request.user)

    if done(request, form, save):
        return redirect("cases:journey", case.reference)
    return form_page(
        request, case, "journey", form, title=_("Journey"),
        explanation=_("A departure that happened can always be recorded, also when it was not planned."),
    )  # fmt: skip


@page(Permission.RETURN_READ)
def follow_ups(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.RETURN_READ, room="follow_up")
    return case_page(
        request, case, "follow_up", "cases/journey/follow_up.html",
        follow_ups=list(case.followup_set.all()), today=timezone.localdate(),
    )  # fmt: skip


@page(Permission.RETURN_WRITE)
def plan_follow_ups(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.RETURN_WRITE, room="follow_up")
    journey = case.journey_set.first()
    planned = {row.due_on for row in case.followup_set.all()}
    begin = (journey.arrived_on or journey.departed_on) if journey else None
    form = FollowUpPlanForm(
        sent(request), suggested=[day for day in suggested_days(begin) if day not in planned] if begin else []
    )
    if done(
        request,
        form,
        lambda: actions.plan_follow_ups(case=case, days=form.chosen_days(), by=request.user),
        said=_("Planned."),
    ):
        return redirect("cases:follow_up", case.reference)
    return form_page(
        request, case, "follow_up", form, title=_("Plan follow-up"), submit=_("Plan these"),
        explanation=_("Note: not confirmed. One, three, six and twelve months after arrival is our suggestion; agree on it with the client.")
        if begin else _("Days are suggested once the journey has a departure or arrival."),
    )  # fmt: skip


@page(Permission.RETURN_WRITE)
def record_follow_up(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.RETURN_WRITE, room="follow_up")
    follow_up = get_row(case.followup_set, pk)
    form = FollowUpForm(sent(request), row=follow_up)
    if done(
        request,
        form,
        lambda: actions.record_follow_up(follow_up=follow_up, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:follow_up", case.reference)
    return form_page(
        request, case, "follow_up", form, title=_("Follow-up"),
        explanation=_("Not reaching the person is an outcome too: nothing failed."),
    )  # fmt: skip
