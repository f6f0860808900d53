"""Organisations that take part in a case: let in by the lead organisation, and let go."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations.forms.base import Form, sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done, pressed

from .. import consents
from ..actions import participation as actions
from ..forms.participation import ParticipationForm
from ..rules.access import Part
from ..rules.consent import Purpose
from .case import to_access
from .lookups import cases_in_sight, get_case, get_row
from .pages import form_page


@page(Permission.CASE_SHARE)
def begin(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.CASE_SHARE, room="case")
    organisations = consents.with_consent(case, Purpose.SHARING)
    chosen = {"organisation": request.GET.get("organisation", "")}
    form = ParticipationForm(sent(request), organisations=organisations, initial=chosen)
    if done(
        request,
        form,
        lambda: actions.let_take_part(
            case=case, organisation=form.who(), part=Part(form.cleaned_data["part"]), by=request.user
        ),
    ):
        return redirect(to_access(case.reference))
    return form_page(
        request, case, "case", form, title=_("Let an organisation take part"), submit=_("Let it take part"),
        template="cases/participation/choose.html", organisations=organisations, purpose=Purpose.SHARING,
        back=to_access(case.reference),
    )  # fmt: skip


@page(Permission.CASE_SHARE)
def end(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.CASE_SHARE, room="case")
    participation = get_row(case.participation_set.select_related("organisation"), pk)
    form = Form(sent(request))
    if done(
        request,
        form,
        lambda: actions.end(participation=participation, by=request.user),
        said=_("The part of the organisation has ended."),
        undo=reverse("cases:participation_end_undo", args=[case.reference, participation.pk]),
    ):
        still_seen = cases_in_sight(request).filter(pk=case.pk).exists()
        return redirect(to_access(case.reference)) if still_seen else redirect("cases:case_list")
    return form_page(
        request, case, "case", form, title=_("End the part of an organisation"), submit=_("End this part"),
        explanation=_("Its people no longer see this case, from this moment on."),
        subject=participation.organisation.name, back=to_access(case.reference),
    )  # fmt: skip


@page(Permission.CASE_SHARE)
@require_POST
def undo_end(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.CASE_SHARE, room="case")
    participation = get_row(case.participation_set.select_related("case"), pk)
    pressed(
        request,
        lambda: actions.undo_end(participation=participation, by=request.user),
        said=_("The organisation takes part again."),
    )
    return redirect(to_access(case.reference))
