"""What a former lead organisation wrote: asking to read it again, the answer of whoever leads now, and reading it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from organisations.actions.base import Refused
from organisations.forms.base import Form, sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import own_part as own_parts
from ..actions import own_part as actions
from ..forms.own_part import AnswerForm, AskForm
from ..models import Document
from .case import to_access
from .document import as_attachment
from .lookups import get_asked, get_case, get_handed_over, get_own_part, get_row
from .pages import form_page


@page(Permission.OWN_PART)
def ask(request: Request, pk) -> HttpResponse:
    transfer = get_handed_over(request, pk)
    form = AskForm(sent(request))

    def save() -> None:
        actions.ask(
            transfer=transfer,
            until_on=form.cleaned_data["until_on"],
            reason=form.cleaned_data["reason"],
            submission=form.cleaned_data["submission"],
            by=request.user,
        )

    if done(request, form, save, said=_("Asked. You find the answer under Transfers.")):
        return redirect("cases:transfer_list")
    return render(request, "cases/own_part/ask.html", {"form": form, "transfer": transfer})


@page(Permission.OWN_PART)
def withdraw(request: Request, pk) -> HttpResponse:
    asked = get_asked(request, pk)
    form = Form(sent(request))
    if done(request, form, lambda: actions.withdraw(own_part=asked, by=request.user)):
        return redirect("cases:transfer_list")
    return render(request, "cases/own_part/withdraw.html", {"form": form, "own_part": asked})


@page(Permission.OWN_PART)
def read(request: Request, pk) -> HttpResponse:
    found = get_own_part(request, pk)
    return render(request, "cases/own_part/page.html", {"own_part": found, **own_parts.page(found)})


@page(Permission.OWN_PART)
def open_file(request: Request, pk, document) -> HttpResponse:
    found = get_own_part(request, pk)
    paper = get_row(found.rows_of(Document).select_related("case"), document)
    try:
        content = actions.open_file(own_part=found, document=paper, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("cases:own_part", found.pk)
    return as_attachment(paper, content)


@page(Permission.CASE_SHARE)
def answer(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.CASE_SHARE, room="case")
    asked = get_row(own_parts.asked_in(case), pk)
    form = AnswerForm(sent(request), row=asked)

    def save() -> None:
        actions.answer(
            own_part=asked,
            granted=form.cleaned_data["granted"],
            until_on=form.cleaned_data["until_on"] or asked.until_on,
            reason=form.cleaned_data["reason"],
            version=form.seen,
            by=request.user,
        )

    if done(request, form, save):
        return redirect(to_access(case.reference))
    return form_page(
        request, case, "case", form, title=_("May they read their own part of the file?"), submit=_("Send the answer"),
        template="cases/own_part/answer.html", own_part=asked, back=to_access(case.reference),
    )  # fmt: skip


@page(Permission.CASE_SHARE)
def end(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.CASE_SHARE, room="case")
    running = get_row(own_parts.asked_in(case), pk)
    form = Form(sent(request))
    if done(request, form, lambda: actions.end(own_part=running, by=request.user)):
        return redirect(to_access(case.reference))
    return form_page(
        request, case, "case", form, title=_("End the reading of their own part"), submit=_("End it"),
        subject=running.organisation.name, back=to_access(case.reference),
    )  # fmt: skip
