"""What every page of a case shares: its head, its rooms, and that what is typed is kept."""

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forms.base import Form
from organisations.models import Organisation
from organisations.permissions import Permission
from organisations.views.access import Request

from ..models import Case
from ..models.facts import facts_of
from ..rules.access import GROUPS, READING, ROOM_NAMES
from ..rules.drafts import Place
from ..rules.marks import mark_of
from ..rules.tasks import reading
from ..rules.workflow import STAGES, Blocker, Stage, blockers, next_stage
from .lookups import abilities_on, get_draft


def case_page(
    request: Request,
    case: Case,
    room: str,
    template: str,
    *,
    form: Form | None = None,
    writing: Permission | None = None,
    form_address: str = "",
    **context: Any,
) -> HttpResponse:
    """Render a page of a case with its head and its navigation; `can` holds what the person may do here.

    `writing`: what sending the form asks, where that is more than the page; `form_address`: where it is sent, where that
    is another page.
    """
    can = abilities_on(request, case)
    writing = writing or case.opened_with
    if form is not None and writing in can:
        address = form_address or own_address(request, case)
        keep_what_is_typed(request, form, permission=writing, address=address, case=case)
    waiting = waiting_for(case, can)
    return render(
        request,
        template,
        {
            "case": case,
            "form": form,
            "mark": mark_of(case.reference),
            "room": room,
            "hidden_since": case.hidden_before.get(room),
            "room_name": ROOM_NAMES[room],
            "can": can,
            "groups": groups(case, can, waiting),
            "chips": chips(case, can),
            "waiting": waiting,
            "following": following(case, can, waiting),
            "back": case.address(room),
            **context,
        },
    )


def form_page(
    request: Request,
    case: Case,
    room: str,
    form: Form,
    *,
    title: str,
    submit: str = "",
    template: str = "cases/form.html",
    **context: Any,
) -> HttpResponse:
    """A page with one form that leads back to its room."""
    return case_page(request, case, room, template, form=form, title=title, submit=submit or _("Save"), **context)


def own_address(request: Request, case: Case) -> str:
    """The address of this page; the reference may have been typed in another way."""
    match = request.resolver_match
    assert match is not None
    return reverse(match.view_name, kwargs={**match.kwargs, "reference": case.reference})


def keep_what_is_typed(
    request: Request,
    form: Form,
    *,
    permission: Permission,
    address: str,
    case: Case | None = None,
    organisation: Organisation | None = None,
) -> None:
    """Mark the form, so that what is typed into it can be kept; and take up what was kept of it before."""
    row = form.row.pk if form.row is not None else None
    kept = None if form.is_bound else get_draft(request, address, case)
    # shown again with a mistake, it is still the same opening of the page
    same = Place.of(form.data.get("draft", "")) if form.is_bound else None
    if same is not None and (same.user, same.address) != (request.user.pk, address):
        same = None
    form.draft = Place(
        user=request.user.pk, case=case.pk if case else None, organisation=organisation.pk if organisation else None,
        permission=permission, address=address, row=row, opening=same.opening if same else uuid.uuid4(),
        took=same.took if same else kept.opening if kept else None,
    ).mark  # fmt: skip
    if kept is not None:
        form.take_up(kept.fields, same_row=kept.row == row)
        form.taken_up = kept


def groups(case: Case, can: frozenset[Permission], waiting: list[dict]) -> list[tuple]:
    """The navigation: three groups of the rooms this person may read, each with how much waits in it."""
    open_tasks = sum(reading(task.cause) in can for task in case.tasks_now())
    shown = []
    for name, rooms in GROUPS:
        links = [
            {
                "room": room,
                "name": ROOM_NAMES[room],
                "address": case.address(room),
                "count": open_tasks if room == "tasks" else sum(blocker["room"] == room for blocker in waiting),
            }
            for room in rooms
            if READING[room] in can
        ]
        if links:
            shown.append((name, links))
    return shown


def waiting_for(case: Case, can: frozenset[Permission]) -> list[dict]:
    """What the usual next stage waits for, of what this person may know: those who move the stage see all of it."""
    following = next_stage(Stage(case.stage))
    if following is None:
        return []
    waiting = linked(blockers(following, facts_of(case)), case, can)
    return [blocker for blocker in waiting if Permission.STAGE_MOVE in can or blocker["address"]]


def following(case: Case, can: frozenset[Permission], waiting: list[dict]) -> dict | None:
    """The usual next stage when nothing is in its way, for those who may move the case."""
    stage = next_stage(Stage(case.stage))
    if stage is None or waiting or Permission.STAGE_MOVE not in can:
        return None
    return {"name": STAGES[stage], "address": case.address("stage_move", stage)}


def stages_of(case: Case) -> list[tuple[Stage, Any, str]]:
    """Every stage, its name, and where the case is moved to it."""
    return [(stage, name, case.address("stage_move", stage)) for stage, name in STAGES.items()]


def linked(waiting: list[Blocker], case: Case, can: frozenset[Permission]) -> list[dict]:
    """Blockers with the address of the room where they are lifted, "" for a room this person does not read."""
    return [
        {
            "code": blocker.code,
            "sentence": blocker.sentence,
            "room": blocker.room,
            "address": case.address(blocker.room) if READING[blocker.room] in can else "",
        }
        for blocker in waiting
    ]


def chips(case: Case, can: frozenset[Permission]) -> dict[str, Any]:
    """The line that stays in sight: the clock of the reflection period and the lawyer's telephone."""
    line: dict[str, Any] = {}
    if Permission.REGISTRATION_READ in can:
        reflection = case.newest("reflectionperiod")
        if reflection is not None and reflection.running and case.stage != Stage.CLOSED:
            line["reflection"] = reflection
            line["days_left"] = reflection.days_left(timezone.localdate())
    if Permission.SUPPORT_READ in can:
        lawyers = (one for one in case.contacts_now() if one.kind == "lawyer" and not one.never_tell)
        line["lawyer"] = next((lawyer for lawyer in lawyers if lawyer.phone), None)
    return line
