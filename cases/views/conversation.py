"""Safe Future conversations and notes."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from ..actions import conversation as actions
from ..forms.conversation import ConversationForm, NoteForm
from ..models.facts import wish
from ..rules.codes import ORIENTATIONS, Orientation
from .lookups import get_case
from .pages import case_page, form_page


@page(Permission.NOTES_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.NOTES_READ, room="safe_future")
    conversations = list(case.conversation_set.select_related("created_by", "note"))
    now = wish(conversations)
    return case_page(
        request, case, "safe_future", "cases/conversation/room.html",
        conversations=conversations, wish=ORIENTATIONS[Orientation(now)] if now else "",
    )  # fmt: skip


@page(Permission.NOTES_WRITE)
def record(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.NOTES_WRITE, room="safe_future")
    form = ConversationForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.record(
            case=case, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    ):
        return redirect("cases:safe_future", case.reference)
    return form_page(
        request, case, "safe_future", form, title=_("Record a conversation about the future"),
        explanation=_("Talk about staying and about returning at the same depth. The client decides; nothing here binds."),
    )  # fmt: skip


@page(Permission.NOTES_READ)
def notes(request: Request, reference: str) -> HttpResponse:
    writing = request.method == "POST"
    permission = Permission.NOTES_WRITE if writing else Permission.NOTES_READ
    case = get_case(request, reference, permission, room="notes")
    form = NoteForm(sent(request))
    if done(
        request,
        form,
        lambda: actions.write_note(
            case=case,
            text=form.cleaned_data["text"],
            areas=form.cleaned_data["areas"],
            submission=form.cleaned_data["submission"],
            by=request.user,
        ),
        said=_("The note is kept."),
    ):
        return redirect("cases:notes", case.reference)
    written = list(case.note_set.select_related("created_by", "organisation"))
    return case_page(
        request, case, "notes", "cases/conversation/notes.html",
        form=form, writing=Permission.NOTES_WRITE, notes=written,
    )  # fmt: skip
