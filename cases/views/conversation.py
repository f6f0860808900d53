"""Safe Future conversations and notes."""

import uuid

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import lists
from ..actions import conversation as actions
from ..forms.conversation import ConversationForm, NoteCorrectionForm, NoteForm
from ..models.facts import wish
from ..rules.codes import ORIENTATIONS, Orientation
from .lookups import get_case, get_correctable
from .pages import case_page, form_page

HOW_CORRECTED = gettext_lazy(
    "The correction takes the place of what it says now. That stays readable under it, for those who could read it."
)


@page(Permission.NOTES_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.NOTES_READ, room="safe_future")
    conversations = lists.conversations(case, by=request.user)
    now = wish([entry["row"] for entry in conversations])
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
    return case_page(
        request, case, "notes", "cases/conversation/notes.html",
        form=form, writing=Permission.NOTES_WRITE, notes=lists.notes(case, by=request.user),
    )  # fmt: skip


@page(Permission.NOTES_WRITE)
def correct(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.NOTES_WRITE, room="safe_future")
    conversation = get_correctable(request, case, case.conversation_set.filter(note=None), pk, room="safe_future")
    form = ConversationForm(sent(request), row=conversation, initial={"submission": uuid.uuid4()})
    if done(
        request,
        form,
        lambda: actions.correct(
            conversation=conversation,
            values=form.values(),
            version=form.seen,
            submission=form.cleaned_data["submission"],
            by=request.user,
        ),
        said=_("Corrected. What it said before can still be read."),
    ):
        return redirect("cases:safe_future", case.reference)
    return form_page(
        request, case, "safe_future", form, title=_("Correct a conversation about the future"),
        submit=_("Save the correction"), explanation=HOW_CORRECTED,
    )  # fmt: skip


@page(Permission.NOTES_WRITE)
def correct_note(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.NOTES_WRITE, room="notes")
    note = get_correctable(request, case, case.note_set, pk, room="notes")
    form = NoteCorrectionForm(sent(request), row=note, initial={"submission": uuid.uuid4()})
    if done(
        request,
        form,
        lambda: actions.correct_note(
            note=note,
            text=form.cleaned_data["text"],
            areas=form.cleaned_data["areas"],
            version=form.seen,
            submission=form.cleaned_data["submission"],
            by=request.user,
        ),
        said=_("Corrected. What it said before can still be read."),
    ):
        return redirect("cases:notes", case.reference)
    return form_page(
        request, case, "notes", form, title=_("Correct a note"), submit=_("Save the correction"),
        explanation=HOW_CORRECTED,
    )  # fmt: skip
