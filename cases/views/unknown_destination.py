"""Left to an unknown destination, and back."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done, pressed

from ..actions import unknown_destination as actions
from ..forms.unknown_destination import BackForm, LeftCorrectionForm, LeftForm, in_words
from .lookups import get_case, get_row
from .pages import form_page


@page(Permission.REGISTRATION_READ)
def leave(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.REGISTRATION_READ, room="intake")
    ending = actions.ends(case, timezone.localdate(), by=request.user)
    form = LeftForm(sent(request), here=ending.household, members=case.familymember_set.all())
    if done(
        request,
        form,
        lambda: actions.leave(
            case=case, left_at=form.left_at(), left_time=form.cleaned_data["time"], reported_by=form.cleaned_data["reported_by"],
            household=form.household, shown=form.cleaned_data["shown"] or "",
            submission=form.cleaned_data["submission"], by=request.user,
        ),
    ):  # fmt: skip
        return redirect("cases:intake", case.reference)
    if form.is_bound:
        ending = actions.ends(case, form.asked_day, by=request.user)
    form.show(ending.mark)
    return form_page(
        request, case, "intake", form, title=_("Left to an unknown destination"), ending=ending, lines=in_words(ending),
        template="cases/unknown_destination/leave.html",
    )  # fmt: skip


@page(Permission.REGISTRATION_WRITE)
def change(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.REGISTRATION_WRITE, room="intake")
    row = get_row(case.unknowndestination_set, pk)
    form = LeftCorrectionForm(sent(request), row=row)
    form.ended = actions.ended_by(row, by=request.user)
    if done(
        request,
        form,
        lambda: actions.change(row=row, values=form.values(), version=form.seen, why=form.why, by=request.user),
    ):
        return redirect("cases:intake", case.reference)
    return form_page(
        request, case, "intake", form, title=_("Correct what is recorded of leaving"),
        explanation=_("What ended because of it, and that you may change, moves along."),
    )  # fmt: skip


@page(Permission.REGISTRATION_WRITE)
def come_back(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.REGISTRATION_WRITE, room="intake")
    row = get_row(case.unknowndestination_set, pk)
    form = BackForm(sent(request), row=row)
    if done(
        request,
        form,
        lambda: actions.come_back(row=row, back_on=form.cleaned_data["back_on"], version=form.seen, by=request.user),
    ):
        return redirect("cases:intake", case.reference)
    return form_page(
        request, case, "intake", form, title=_("Came back"),
        explanation=_("This is only recorded: nothing that ended goes on by it. The police and the immigration service decide."),
    )  # fmt: skip


@page(Permission.REGISTRATION_READ)
@require_POST
def undo(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.REGISTRATION_READ, room="intake")
    pressed(
        request, lambda: actions.take_back(case=case, pk=pk, by=request.user),
        said=_("Taken back: what ended by it goes on. A place that was asked for is asked for anew."),
    )  # fmt: skip
    return redirect("cases:intake", case.reference)
