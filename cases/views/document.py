"""Documents of a case: the list, a new one, opening one, and withdrawing one."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from organisations.actions.base import Refused
from organisations.forms.base import sent, sent_files
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from ..actions import document as actions
from ..forms.document import DocumentForm, WithdrawForm
from ..models import Document
from .lookups import get_case, get_row
from .pages import case_page, form_page


@page(Permission.SUPPORT_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_READ, room="documents")
    return case_page(
        request, case, "documents", "cases/document/room.html",
        documents=list(case.document_set.select_related("created_by", "withdrawn_by")),
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
def add(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="documents")
    form = DocumentForm(sent(request), files=sent_files(request))
    if done(
        request,
        form,
        lambda: actions.add(
            case=case,
            file=form.cleaned_data["file"],
            values=form.values(),
            submission=form.cleaned_data["submission"],
            by=request.user,
        ),
        said=_("The document is kept."),
    ):
        return redirect("cases:documents", case.reference)
    return form_page(
        request, case, "documents", form, title=_("Add a document"), submit=_("Keep this document"),
        explanation=_("The file is sealed before it is kept. Every time somebody opens it, that is kept in the audit trail."),
    )  # fmt: skip


@page(Permission.SUPPORT_READ)
def open_file(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_READ, room="documents")
    document = get_row(case.document_set.select_related("case"), pk)
    try:
        content = actions.open_file(document=document, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("cases:documents", case.reference)
    return as_attachment(document, content)


def as_attachment(document: Document, content: bytes) -> HttpResponse:
    """The file, for the browser to keep and never to show or store by itself."""
    return HttpResponse(
        content,
        content_type=document.content_type,
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=document.safe_name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@page(Permission.SUPPORT_WRITE)
def withdraw(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="documents")
    document = get_row(case.document_set, pk)
    form = WithdrawForm(sent(request), row=document)
    if done(
        request,
        form,
        lambda: actions.withdraw(
            document=document,
            reason=form.cleaned_data["reason"],
            version=form.seen,
            by=request.user,
        ),
        said=_("The document is withdrawn."),
    ):
        return redirect("cases:documents", case.reference)
    return form_page(
        request, case, "documents", form, title=_("Withdraw a document"), submit=_("Withdraw this document"),
        explanation=_("It stays in the list, struck out and with your reason. Only those who write here can still open it. Nothing is deleted."),
        subject=f"{document.kind_name}: {document.name}",
    )  # fmt: skip
