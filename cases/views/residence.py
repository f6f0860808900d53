"""The residence position, as the authorities decided it."""

from functools import partial

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import residence as pages
from ..actions import residence as actions
from ..forms.residence import ProcedureForm, ReturnDutyForm, TitleForm
from .lookups import get_case, get_row
from .pages import case_page, form_page


@page(Permission.SUPPORT_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_READ, room="residence")
    titles, procedures = list(case.residencestatus_set.all()), pages.procedures(case)
    reflection = case.reflectionperiod_set.first()
    return case_page(
        request, case, "residence", "cases/residence/room.html",
        titles=titles, procedures=procedures,
        suspending=[one["row"] for one in procedures if one["row"].suspends_departure and one["row"].decided_on is None],
        corrections=pages.corrections_of(case, [*titles, *(one["row"] for one in procedures)]), reflection=reflection, provisions=pages.provisions(reflection),
        hints=pages.worth_asking(case), at_odds=pages.at_odds(case, titles, reflection, [one["row"] for one in procedures]),
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
def record(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="residence")
    form = TitleForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.record_title(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:residence", case.reference)
    return form_page(
        request, case, "residence", form, title=_("Record a residence position"),
        explanation=_("A position that still runs ends on the day on which this one begins."),
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
def change(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="residence")
    title = get_row(case.residencestatus_set, pk)
    form = TitleForm(sent(request), row=title)
    if done(
        request,
        form,
        lambda: actions.change_title(
            title=title, values=form.values(), version=form.seen, why=form.why, by=request.user
        ),
    ):
        return redirect("cases:residence", case.reference)
    return form_page(request, case, "residence", form, title=_("Change the residence position"))


@page(Permission.SUPPORT_WRITE)
def record_procedure(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="residence")
    form = ProcedureForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.record_procedure(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:residence", case.reference)
    return form_page(request, case, "residence", form, title=_("Record a procedure"))


@page(Permission.SUPPORT_WRITE)
def change_procedure(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="residence")
    procedure = get_row(case.procedure_set, pk)
    form = ProcedureForm(sent(request), row=procedure)
    form.terms = partial(pages.terms, case, procedure)
    if done(
        request,
        form,
        lambda: actions.change_procedure(
            procedure=procedure, values=form.values(), version=form.seen, why=form.why, by=request.user
        ),
    ):
        return redirect("cases:residence", case.reference)
    return form_page(
        request, case, "residence", form, title=_("Change the procedure"), subject=str(procedure.kind_name)
    )


@page(Permission.SUPPORT_WRITE)
def return_duty(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="residence")
    form = ReturnDutyForm(sent(request), row=case)
    if done(
        request,
        form,
        lambda: actions.set_return_duty(
            case=case, return_duty=form.cleaned_data["return_duty"], version=form.seen, by=request.user
        ),
    ):
        return redirect("cases:residence", case.reference)
    return form_page(request, case, "residence", form, title=_("Duty to return"))
