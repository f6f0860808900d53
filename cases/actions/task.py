"""Tasks written by hand; and letting any task lapse."""

import datetime
import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, Task
from ..rules.tasks import WITHOUT_TASKS, Cause
from ..rules.workflow import Stage
from . import base
from .base import locked, told
from .case import assignable


@action
def add(
    *, case: Case, title: str, due_on: datetime.date, for_user: User | None, submission: uuid.UUID | None, by: User
) -> Task:
    """A task by hand, for somebody who works on the case or for whoever does. Raises Refused."""
    case = locked(case, by=by, permission=Permission.SUPPORT_WRITE)
    if Stage(case.stage) in WITHOUT_TASKS:
        raise Refused(_("A case in this stage has no tasks. Move the case to another stage first."))
    check_person(case, for_user)
    return base.record(
        Task, case=case, values={"title": title, "due_on": due_on, "for_user": for_user}, submission=submission, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.TASK_ADDED, room="tasks",
    )  # fmt: skip


@action
def change(
    *, task: Task, title: str, due_on: datetime.date, for_user: User | None, version: int | None, by: User
) -> Task:
    """Raises Stale and Refused."""
    check_person(task.case, for_user)
    return base.change(
        task, values={"title": title, "due_on": due_on, "for_user": for_user}, version=version, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.TASK_CHANGED, room="tasks", check=written_by_hand_and_open,
    )  # fmt: skip


@action
def finish(*, task: Task, by: User) -> Task:
    """Done. A task read off the facts is done by doing it. Raises Refused."""
    return base.change(
        task, values={"done_at": timezone.now(), "done_by": by}, version=None, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.TASK_DONE, room="tasks", check=written_by_hand_and_open,
    )  # fmt: skip


@action
def let_lapse(*, task: Task, reason: str, by: User) -> Task:
    """Not to be done after all, with the reason. Raises Refused."""
    values = {"lapsed_at": timezone.now(), "lapsed_by": by, "lapse_reason": reason}
    return base.change(
        task, values=values, version=None, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.TASK_LAPSED, room="tasks", check=still_open,
    )  # fmt: skip


@action
def reopen(*, task: Task, by: User) -> Task:
    """Done or lapsed by mistake: it is to be done again. Raises Refused."""
    values = {"done_at": None, "done_by": None, "lapsed_at": None, "lapsed_by": None, "lapse_reason": None}
    return base.change(
        task, values=values, version=None, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.TASK_REOPENED, room="tasks", check=in_a_stage_with_tasks,
    )  # fmt: skip


def let_all_lapse(case: Case, *, reason: str, by: User) -> None:
    """Every open task of a case that closes, with one reason; the caller holds the lock and asked for the permission."""
    for task in case.task_set.open():
        task.lapsed_at, task.lapsed_by, task.lapse_reason = timezone.now(), by, reason
        task.version += 1
        task.save()
        told(Verb.TASK_LAPSED, case=case, by=by, room="tasks", object_id=task.pk)


def check_person(case: Case, for_user: User | None) -> None:
    if for_user is not None and not assignable(case).filter(pk=for_user.pk).exists():
        raise Refused(_("This person does not work on the case. Choose somebody whose organisation takes part."))


def still_open(task: Task) -> None:
    if not task.is_open:
        raise Refused(_("This task is not open any more."))


def written_by_hand_and_open(task: Task) -> None:
    still_open(task)
    if task.cause != Cause.MANUAL:
        raise Refused(_("This task goes by itself when its work is done. Do it, or let it lapse with a reason."))


def in_a_stage_with_tasks(task: Task) -> None:
    if Stage(task.case.stage) in WITHOUT_TASKS:
        raise Refused(_("A case in this stage has no tasks. Move the case to another stage first."))
