"""Tasks across cases: a person's day, and a team's."""

import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q
from django.utils import timezone

from organisations.models import Membership, Organisation, User
from organisations.permissions import Permission
from organisations.roles import roles_with

from .models import Assignment, OwnPart, Participation, ReturnPlan, ReturnRisk, Task, Transfer
from .models.case import held_by, opens, with_keys
from .models.task import TaskQuerySet
from .rules.tasks import KINDS, SECOND_DECISIONS, URGENCIES, Urgency

SHOWN = 50


def own(user: User) -> TaskQuerySet:
    """Open tasks of the cases this person is assigned to, and those written for them; no second decisions."""
    # known first, so that the database begins at these cases and not at all open tasks
    assigned = list(Assignment.objects.now().filter(user=user).values_list("case_id", flat=True))
    mine = Q(for_user=user) | Q(for_user=None, case__in=assigned)
    return Task.objects.where_may(user).open().filter(mine).exclude(cause__in=list(SECOND_DECISIONS))


def second(user: User) -> TaskQuerySet:
    """Decisions that wait for this person as the second one: they may take it, and wrote no version of it."""
    waiting = Q(pk__in=[])
    for cause, permission in SECOND_DECISIONS.items():
        if held := held_by(user, permission):
            waiting |= Q(cause=cause) & opens(held, user.pk, permission, "case__")
    wrote = Q(Exists(ReturnPlan.objects.filter(pk=OuterRef("subject"), author_ids__contains=[user.pk]))) | Q(
        Exists(ReturnRisk.objects.filter(pk=OuterRef("subject"), author_ids__contains=[user.pk]))
    )
    return Task.objects.open().filter(waiting).exclude(wrote)


def pressing(tasks: TaskQuerySet, urgency: Urgency, *, today: datetime.date) -> TaskQuerySet:
    """Those of that urgency; the same answer as rules/tasks.py gives for one, as a query."""
    soon = Q(pk__in=[])
    for days in {kind.soon for kind in KINDS.values()}:
        causes = [cause.value for cause, kind in KINDS.items() if kind.soon == days]
        soon |= Q(cause__in=causes, due_on__lte=today + datetime.timedelta(days=days))
    return {
        Urgency.OVERDUE: tasks.filter(due_on__lt=today),
        Urgency.TODAY: tasks.filter(due_on=today),
        Urgency.SOON: tasks.filter(soon, due_on__gt=today),
        Urgency.LATER: tasks.exclude(soon).filter(due_on__gt=today),
    }[urgency]


def shown(tasks: TaskQuerySet) -> list[Task]:
    """The first of them and one more if there are more, each with its case and an open working name."""
    rows = list(tasks.select_related("case", "for_user").order_by("due_on", "pk")[: SHOWN + 1])
    with_keys([task.case for task in rows])
    return rows


def my_day(user: User, *, today: datetime.date) -> dict[str, Any]:
    """A person's day: what is overdue, due today and soon, and what waits for their second decision."""
    tasks = own(user)
    parts = []
    for urgency in (Urgency.OVERDUE, Urgency.TODAY, Urgency.SOON):
        rows = shown(pressing(tasks, urgency, today=today))
        parts.append({"name": URGENCIES[urgency], "tasks": rows[:SHOWN], "more": len(rows) > SHOWN})
    return {
        "second": shown(second(user)),
        "parts": parts,
        "any": any(part["tasks"] for part in parts),
        "later": pressing(tasks, Urgency.LATER, today=today).count(),
        "offered": Transfer.objects.to_answer(user).count(),
        "asked": list(OwnPart.objects.to_answer(user).select_related("case", "transfer__from_organisation")[:SHOWN]),
        "own_parts": OwnPart.objects.just_answered(user, today=today).count(),
        "answered": Transfer.objects.just_answered(user, today=today).count(),
    }


def counts(user: User, *, today: datetime.date) -> dict[str, int]:
    """How many, for a mail that says nothing else."""
    tasks = own(user)
    found = {u.value: pressing(tasks, u, today=today).count() for u in (Urgency.OVERDUE, Urgency.TODAY, Urgency.SOON)}
    return {
        **found,
        "second": second(user).count(),
        "escalated": escalated(user, today=today).count(),
        "offered": Transfer.objects.to_answer(user).count(),
        "asked": OwnPart.objects.to_answer(user).count(),
    }


def led(user: User) -> list[Organisation]:
    """The organisations whose team this person leads."""
    return user.organisations_with(Permission.TEAM_DAY_READ)


def of_team(user: User) -> TaskQuerySet:
    """Open tasks of cases in which an organisation this person leads takes part, as far as they may know of them."""
    taking_part = Participation.objects.now().filter(case=OuterRef("case"), organisation__in=led(user))
    return Task.objects.where_may(user).open().filter(Exists(taking_part))


def escalated(user: User, *, today: datetime.date) -> TaskQuerySet:
    """What has been overdue for as long as the team lead wants to be told of."""
    late = Q(pk__in=[])
    for organisation in led(user):
        taking_part = Participation.objects.now().filter(case=OuterRef("case"), organisation=organisation)
        since = today - datetime.timedelta(days=organisation.escalation_days)
        late |= Q(Exists(taking_part)) & Q(due_on__lte=since)
    return Task.objects.where_may(user).open().filter(late)


def team_day(user: User, *, today: datetime.date) -> dict[str, Any]:
    """The team lead's view: how much presses on whom, what has been overdue for long, and what nobody has."""
    tasks = of_team(user)
    active = Membership.objects.active().filter(
        user=OuterRef("pk"), organisation__in=led(user), role__in=roles_with(Permission.MY_DAY_READ)
    )
    people = list(User.objects.filter(Exists(active), is_active=True).order_by("name"))
    nobody = tasks.filter(for_user=None).exclude(Exists(Assignment.objects.now().filter(case=OuterRef("case"))))
    return {
        "people": loads(tasks, people, today=today),
        "escalated": shown(escalated(user, today=today)),
        "nobody": shown(nobody),
        "organisations": led(user),
    }


def loads(tasks: TaskQuerySet, people: list[User], *, today: datetime.date) -> list[dict[str, Any]]:
    """For each person how many tasks are theirs: written for them, or of a case they are assigned to."""
    tasks = tasks.exclude(cause__in=list(SECOND_DECISIONS))
    assigned = Q(case__assignment__until_at=None) | Q(case__assignment__until_at__gt=timezone.now())
    named = tasks.filter(for_user__in=people).annotate(person=F("for_user"))
    by_case = tasks.filter(assigned, for_user=None, case__assignment__user__in=people).annotate(
        person=F("case__assignment__user")
    )
    load = {person.pk: {"name": person.name, "overdue": 0, "today": 0, "all": 0} for person in people}
    for part in (named, by_case):
        for row in (
            part.order_by()
            .values("person")
            .annotate(
                overdue=Count("pk", filter=Q(due_on__lt=today), distinct=True),
                today=Count("pk", filter=Q(due_on=today), distinct=True),
                all=Count("pk", distinct=True),
            )
        ):
            for name in ("overdue", "today", "all"):
                load[row["person"]][name] += row[name]
    return list(load.values())
