"""Safety."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from ..actions import safety as actions
from ..forms.safety import SafetyForm
from .lookups import get_case
from .pages import case_page, form_page


@page(Permission.UNSAFE_REGIONS_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.UNSAFE_REGIONS_READ, room="safety")
    return case_page(
        request,
        case,
        "safety",
        "cases/safety/room.html",
        assessments=list(case.safetyassessment_set.select_related("created_by")),
    )


@page(Permission.SAFETY_WRITE)
def assess(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SAFETY_WRITE, room="safety")
    form = SafetyForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.assess(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:safety", case.reference)
    return form_page(request, case, "safety", form, title=_("Assess safety"))
