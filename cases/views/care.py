"""What the night shift must know or give: added, changed and ended in the shelter room of a case."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations.actions.base import Refused
from organisations.forms.base import Form, sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from ..actions import care as actions
from ..forms.care import CareForm
from .lookups import get_case, get_row
from .pages import form_page


@page(Permission.SUPPORT_WRITE)
def add(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="tonight")
    form = CareForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.add(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(request, case, "shelter", form, title=_("Add something to know at night"))


@page(Permission.SUPPORT_WRITE)
def change(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="tonight")
    instruction = get_row(case.careinstruction_set, pk)
    form = CareForm(sent(request), row=instruction)
    if done(
        request,
        form,
        lambda: actions.change(instruction=instruction, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(request, case, "shelter", form, title=_("Change what to know at night"))


@page(Permission.SUPPORT_WRITE)
def end(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="tonight")
    instruction = get_row(case.careinstruction_set, pk)
    form = Form(sent(request), row=instruction)
    if done(
        request,
        form,
        lambda: actions.end(instruction=instruction, version=form.seen, by=request.user),
    ):
        return redirect("cases:shelter", case.reference)
    return form_page(
        request, case, "shelter", form, title=_("End what to know at night"), submit=_("End this"),
        explanation=_("The night shift no longer sees it. Nothing is deleted, and for ten minutes you can take it back."),
        subject=instruction.text,
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
@require_POST
def undo(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="tonight")
    instruction = get_row(case.careinstruction_set, pk)
    try:
        actions.undo_end(instruction=instruction, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("The night shift sees it again."))
    return redirect("cases:shelter", case.reference)
