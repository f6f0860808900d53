"""What every page of a case shares: its head and its rooms."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forms.base import Form
from organisations.permissions import Permission
from organisations.views.access import Request

from ..models import Case
from ..models.facts import facts_of
from ..rules.access import GROUPS, READING, ROOM_NAMES
from ..rules.workflow import STAGES, Blocker, Stage, blockers, next_stage
from .lookups import abilities_on


def case_page(request: Request, case: Case, room: str, template: str, **context: Any) -> HttpResponse:
    """Render a page of a case with its head and its navigation; `can` holds what the person may do here."""
    can = abilities_on(request, case)
    waiting = waiting_for(case, can)
    return render(
        request,
        template,
        {
            "case": case,
            "room": room,
            "room_name": ROOM_NAMES[room],
            "can": can,
            "groups": groups(case, can, waiting),
            "chips": chips(case, can),
            "waiting": waiting,
            "following": following(case, can, waiting),
            "back": reverse(f"cases:{room}", args=[case.reference]),
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


def groups(case: Case, can: frozenset[Permission], waiting: list[dict]) -> list[tuple]:
    """The navigation: three groups of the rooms this person may read, each with how much waits in it."""
    open_tasks = case.task_set.open().readable(can).count()
    shown = []
    for name, rooms in GROUPS:
        links = [
            {
                "room": room,
                "name": ROOM_NAMES[room],
                "address": reverse(f"cases:{room}", args=[case.reference]),
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
    return {"name": STAGES[stage], "address": reverse("cases:stage_move", args=[case.reference, stage])}


def linked(waiting: list[Blocker], case: Case, can: frozenset[Permission]) -> list[dict]:
    """Blockers with the address of the room where they are lifted, "" for a room this person does not read."""
    return [
        {
            "code": blocker.code,
            "sentence": blocker.sentence,
            "room": blocker.room,
            "address": reverse(f"cases:{blocker.room}", args=[case.reference]) if READING[blocker.room] in can else "",
        }
        for blocker in waiting
    ]


def chips(case: Case, can: frozenset[Permission]) -> dict[str, Any]:
    """The line that stays in sight: the clock of the reflection period and the lawyer's telephone."""
    line: dict[str, Any] = {}
    if Permission.REGISTRATION_READ in can:
        reflection = case.reflectionperiod_set.first()
        if reflection is not None and reflection.running and case.stage != Stage.CLOSED:
            line["reflection"] = reflection
            line["days_left"] = reflection.days_left(timezone.localdate())
    if Permission.SUPPORT_READ in can:
        lawyers = case.casecontact_set.current().filter(kind="lawyer", never_tell=False)
        line["lawyer"] = next((lawyer for lawyer in lawyers if lawyer.phone), None)
    return line
