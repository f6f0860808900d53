"""Tasks of a case; a person's day; a team's."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations.actions import organisation as directory
from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done, pressed

from .. import placements, tasks, tonight
from ..actions import task as actions
from ..actions.case import assignable
from ..forms.task import EscalationForm, LapseForm, TaskForm
from .lookups import abilities_on, get_case, get_row
from .pages import case_page, form_page


@page(Permission.MY_DAY_READ)
def my_day(request: Request) -> HttpResponse:
    today = timezone.localdate()
    day = tasks.my_day(request.user, today=today)
    return render(
        request, "cases/task/my_day.html",
        {
            "today": today, "houses": tonight.houses(request.user),
            "places_asked": placements.to_answer(request.user),
            "places_answered": placements.answers_for(request.user, today=today), **day,
        },
    )  # fmt: skip


@page(Permission.TEAM_DAY_READ)
def team_day(request: Request) -> HttpResponse:
    today = timezone.localdate()
    organisation = tasks.led(request.user)[0]
    form = EscalationForm(sent(request), row=organisation)
    if done(
        request,
        form,
        lambda: directory.set_escalation(
            organisation=organisation, days=int(form.cleaned_data["escalation_days"]), by=request.user
        ),
    ):
        return redirect("cases:team_day")
    return render(
        request, "cases/task/team_day.html", {"form": form, "today": today, **tasks.team_day(request.user, today=today)}
    )


@page(Permission.SUPPORT_READ)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_READ, room="tasks")
    every = list(case.task_set.readable(abilities_on(request, case)).select_related("for_user", "done_by", "lapsed_by"))
    return case_page(
        request, case, "tasks", "cases/task/room.html",
        open=[task for task in every if task.is_open], ended=[task for task in every if not task.is_open],
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
def add(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="tasks")
    form = TaskForm(sent(request), people=assignable(case))
    if done(
        request,
        form,
        lambda: actions.add(case=case, **form.values(), submission=form.cleaned_data["submission"], by=request.user),
    ):
        return redirect("cases:tasks", case.reference)
    return form_page(request, case, "tasks", form, title=_("Add a task"))


@page(Permission.SUPPORT_WRITE)
def change(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="tasks")
    task = get_row(case.task_set.readable(abilities_on(request, case)), pk)
    form = TaskForm(sent(request), row=task, people=assignable(case))
    if done(
        request,
        form,
        lambda: actions.change(task=task, **form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:tasks", case.reference)
    return form_page(request, case, "tasks", form, title=_("Change a task"))


@page(Permission.SUPPORT_WRITE)
def let_lapse(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="tasks")
    task = get_row(case.task_set.readable(abilities_on(request, case)), pk)
    form = LapseForm(sent(request))
    if done(request, form, lambda: actions.let_lapse(task=task, reason=form.cleaned_data["reason"], by=request.user)):
        return redirect("cases:tasks", case.reference)
    return form_page(
        request, case, "tasks", form, title=_("Let a task lapse"), submit=_("Let it lapse"), subject=task.sentence,
        explanation=_("It leaves every list and stays in the file with your reason. You can open it again."),
    )  # fmt: skip


@page(Permission.SUPPORT_WRITE)
@require_POST
def finish(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="tasks")
    task = get_row(case.task_set.readable(abilities_on(request, case)), pk)
    return at_once(request, case, lambda: actions.finish(task=task, by=request.user), said=_("Done."))


@page(Permission.SUPPORT_WRITE)
@require_POST
def reopen(request: Request, reference: str, pk) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="tasks")
    task = get_row(case.task_set.readable(abilities_on(request, case)), pk)
    return at_once(request, case, lambda: actions.reopen(task=task, by=request.user), said=_("It is open again."))


def at_once(request: Request, case, verb, *, said: str) -> HttpResponse:
    """A verb behind one button, and back to the tasks."""
    pressed(request, verb, said=said)
    return redirect("cases:tasks", case.reference)
