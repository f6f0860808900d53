"""Figures of now, over open files alone: however many years of files there are, these are few."""

import collections
import dataclasses
import datetime
import uuid
from collections.abc import Callable
from typing import Any

from django.core.cache import caches
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.permissions import Permission
from organisations.rules.days import midnight

from ..models import Conversation, FollowUp, Journey, Note, Notice, Placement, ReflectionPeriod, ReturnPlan
from ..models.case import CaseQuerySet
from ..rules.codes import FileType
from ..rules.figures import share
from ..rules.workflow import OPEN_STAGES, STAGES, Stage
from .whose import SUPPORT, Asked, files_now

# Up to so many open files everybody reads what is counted in that moment; of more, what was counted within the last minute.
LIVE = 5_000
KEPT = datetime.timedelta(minutes=1)

# What tells that somebody had contact after a return.
REACHED = ("reached", "through_partner")


@dataclasses.dataclass(frozen=True)
class Figure:
    """One figure over open files: what it counts, in words, what the list behind it asks, and which files those are."""

    name: Any
    definition: Any
    reading: Permission
    narrow: Callable[[CaseQuerySet, Asked], CaseQuerySet]
    # rooms in whose rows it looks: what a transfer hid there since that day tells nothing to its reader
    rooms: tuple[str, ...] = ()
    looks_back: Callable[[Asked], datetime.datetime] | None = None


def reflecting(*, first: int | None, last: int) -> Callable[[CaseQuerySet, Asked], CaseQuerySet]:
    """Files with a granted period that has not ended and whose recorded latest end is that many days from today."""

    def narrow(files: CaseQuerySet, asked: Asked) -> CaseQuerySet:
        running = ReflectionPeriod.objects.running().filter(latest_end__lte=asked.today + datetime.timedelta(days=last))
        if first is not None:
            running = running.filter(latest_end__gte=asked.today + datetime.timedelta(days=first))
        return files.filter(pk__in=running.values("case"))

    return narrow


def stays() -> Exists:
    return Exists(Placement.objects.of_the_person().now().filter(case=OuterRef("pk")))


def waiting(files: CaseQuerySet, asked: Asked) -> CaseQuerySet:
    return files.filter(~stays(), bed_needed=True)


def bed_for_now(files: CaseQuerySet, asked: Asked) -> CaseQuerySet:
    """With those who wait these are all files in which a bed is needed: whoever sleeps somewhere for a night is not forgotten."""
    return files.filter(stays(), bed_needed=True)


def last_moment_without(asked: Asked) -> datetime.datetime:
    """The midnight after the day that lies n days back: contact since then is too young."""
    return midnight(asked.today - datetime.timedelta(days=asked.days - 1))


def without_contact(files: CaseQuerySet, asked: Asked) -> CaseQuerySet:
    moment = last_moment_without(asked)
    day = timezone.localdate(moment)
    notes = (
        Note.objects.filter(case=OuterRef("pk"), created_at__gte=moment)
        .annotate(written=Coalesce("first_written_at", "created_at"))
        .filter(written__gte=moment)
    )
    # few, and looked up once
    talks = Conversation.objects.current().filter(outcome="held", held_on__gte=day).order_by().values("case")
    follow_ups = FollowUp.objects.filter(case=OuterRef("pk"), outcome__in=REACHED, done_on__gte=day)
    old = files.filter(~Exists(notes), ~Exists(follow_ups), created_at__lt=moment)
    return old.exclude(pk__in=talks).exclude(stage=Stage.REGISTERED)


def undecided(files: CaseQuerySet, asked: Asked) -> CaseQuerySet:
    return files.filter(Exists(notices_undecided(asked).filter(case=OuterRef("pk"))))


def notices_undecided(asked: Asked) -> QuerySet[Notice]:
    notices = Notice.objects.filter(decision="")
    return notices.filter(region=asked.region_noted) if asked.region else notices


def prepared(files: CaseQuerySet, asked: Asked) -> CaseQuerySet:
    newest = ReturnPlan.objects.filter(case=OuterRef("pk")).order_by("-number").values("approved_at")[:1]
    plans = ReturnPlan.objects.filter(case=OuterRef("pk"), approved_at__isnull=False)
    gone = Journey.objects.filter(case=OuterRef("pk"), departed_on__isnull=False)
    # the first of these only lets the database begin with the few that have a plan
    return files.filter(Exists(plans), ~Exists(gone)).alias(approved=Subquery(newest)).filter(approved__isnull=False)


def in_stage(stage: Stage) -> Callable[[CaseQuerySet, Asked], CaseQuerySet]:
    return lambda files, asked: files.filter(stage=stage)


ACTION: dict[str, Figure] = {
    "past": Figure(
        _("Reflection period past its latest end"),
        _("Granted, no end recorded, and the recorded latest end lies in the past."),
        Permission.REGISTRATION_READ, reflecting(first=None, last=-1),
    ),
    **{
        f"ending_{days}": Figure(
            name, definition, Permission.REGISTRATION_READ, reflecting(first=0, last=days),
        )
        for days, name, definition in (
            (7, _("Reflection period ends within 7 days"), _("Granted, no end recorded, and the recorded latest end is today or at most 7 days ahead. The day is the one recorded in the case; where nobody told one, it is the day by the rule.")),
            (21, _("Reflection period ends within 21 days"), _("The same, at most 21 days ahead; those of 7 days are among them.")),
            (30, _("Reflection period ends within 30 days"), _("The same, at most 30 days ahead; those of 21 days are among them.")),
        )
    },
    "waiting": Figure(
        _("Waiting for a place"), _("A bed is needed, and no stay in a shelter runs now."), Permission.SHELTER_READ, waiting,
    ),
    "bed_for_now": Figure(
        _("A bed for now, and a place still needed"),
        _("A bed is needed, though a stay in a shelter runs now: somebody was placed at once for the night, or has to move. With those who wait for a place these are all cases in which a bed is needed."),
        Permission.SHELTER_READ, bed_for_now,
    ),
    "without_contact": Figure(
        _("Without contact"),
        _("The last contact lies at least that many days back: a note, a conversation that was held, or a follow-up in which somebody spoke with the person or had news through the partner. Where there was none, the day on which the case was opened counts. Cases in the stage Registered are left out: nothing is asked of us there."),
        Permission.NOTES_READ, without_contact, ("notes", "safe_future"), last_moment_without,
    ),
    "undecided": Figure(
        _("Notices without a registration decision"),
        _("Notices, not cases, of open cases: neither registered nor refused."), Permission.REGISTRATION_READ, undecided,
    ),
}  # fmt: skip

RETURNS: dict[str, Figure] = {
    "prepared": Figure(
        _("Returns prepared"),
        _("The newest version of the return plan is approved, and no departure is recorded."),
        Permission.RETURN_READ, prepared, ("return_plan",),
    ),
}  # fmt: skip

BY_STAGE = {f"stage_{stage}": Figure(STAGES[stage], "", Permission.CASE_SEE, in_stage(stage)) for stage in OPEN_STAGES}

NOW = {**ACTION, **RETURNS, **BY_STAGE}


def counted(code: str, asked: Asked) -> dict[str, int]:
    """How many there are now: in files of the register or to be registered, and in files for support only."""
    files = files_now(asked)
    if code == "undecided":
        # from the files, of which there are few open ones: each notice asked for all files was minutes, by a bad guess
        told = {"notice__decision": "", **({"notice__region": asked.region_noted} if asked.region else {})}
        return in_both(files.filter(**told), SUPPORT, of="notice")
    return in_both(NOW[code].narrow(files, asked), SUPPORT)


def in_both(found: QuerySet, apart: Q, *, of: str = "pk") -> dict[str, int]:
    return found.aggregate(number=Count(of, filter=~apart), support=Count(of, filter=apart))


@dataclasses.dataclass(frozen=True)
class Numbers:
    """Every figure of now as it was at one moment, each twice: of the register, and apart those for support only."""

    at: datetime.datetime
    files: int
    people: dict[Stage | None, dict[str, int]]
    figures: dict[str, dict[str, int]]

    @property
    def many(self) -> bool:
        return self.files > LIVE


def numbers(asked: Asked) -> Numbers:
    """The figures of now. Of so many files that counting takes long, they are counted once in KEPT."""
    kept = caches["pieces"]
    key = "~".join(
        ["now", asked.whose.key, *map(str, (asked.within and asked.within.pk, asked.region, asked.days, asked.today))]
    )
    found = kept.get(key)
    if found is None:
        found = counted_now(asked)
        if found.many:
            kept.set(key, found, KEPT.total_seconds())
    return found


def counted_now(asked: Asked) -> Numbers:
    at, found = timezone.now(), list(files_now(asked).order_by().values_list("victim", "stage", "file_type"))
    return Numbers(at, len(found), persons(found), {code: counted(code, asked) for code in (*ACTION, *RETURNS)})


def persons(found: list[tuple[uuid.UUID, str, str]]) -> dict[Stage | None, dict[str, int]]:
    """Persons in each open stage; one with two open files in two stages stands in both, and once in all of them (None)."""
    here: dict[tuple, set[uuid.UUID]] = collections.defaultdict(set)
    for victim, stage, kind in found:
        apart = kind == FileType.SUPPORT_ONLY
        here[stage, apart].add(victim)
        here[None, apart].add(victim)
    stages: list[Stage | None] = [*OPEN_STAGES, None]
    return {stage: {"number": len(here[stage, False]), "support": len(here[stage, True])} for stage in stages}


def people_by_stage(now: Numbers) -> dict[str, Any]:
    most = max(now.people[stage]["number"] for stage in OPEN_STAGES)
    lines = [
        {**row, "code": f"stage_{stage}", "name": STAGES[stage], "width": share(row["number"], most)}
        for stage in OPEN_STAGES
        for row in [now.people[stage]]
    ]
    return {"lines": lines, "total": now.people[None]}


def lines(found: dict[str, Figure], now: Numbers) -> list[dict[str, Any]]:
    return [
        {"code": code, "name": figure.name, "definition": figure.definition, **now.figures[code]}
        for code, figure in found.items()
    ]
