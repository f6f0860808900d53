"""The criminal case as dated events, without any statement."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from ..actions import criminal as actions
from ..forms.criminal import CriminalEventForm
from .lookups import get_case, get_row
from .pages import case_page, form_page


@page(Permission.SUPPORT_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_READ, room="criminal")
    return case_page(
        request, case, "criminal", "cases/criminal/room.html", criminal_events=list(case.criminalevent_set.all())
    )


@page(Permission.SUPPORT_WRITE)
def record(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="criminal")
    form = CriminalEventForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.record(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:criminal", case.reference)
    return form_page(
        request, case, "criminal", form, title=_("Record an event of the criminal case"),
        explanation=_("Record that it happened and when. Never write down what the person told the police."),
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
def change(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="criminal")
    event = get_row(case.criminalevent_set, pk)
    form = CriminalEventForm(sent(request), row=event)
    if done(
        request,
        form,
        lambda: actions.change(event=event, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:criminal", case.reference)
    return form_page(request, case, "criminal", form, title=_("Correct an event of the criminal case"))
