"""The day that a figure is about, of each file behind it: what it is called, and where it stands."""

import dataclasses
from collections.abc import Callable
from typing import Any

from django.db.models import Case as Choice
from django.db.models import DateField, Exists, OuterRef, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Greatest, TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation

from ..models import Conversation, FollowUp, Note, Placement, ReflectionPeriod, ReturnPlan, StageMove
from ..models.case import CaseQuerySet
from ..rules.figures import Measure
from .behind import Behind, departures, first_contacts, hiding, notices_of, of_notice, period_of
from .now import BY_STAGE, NOW, REACHED, notices_undecided
from .whose import Asked


@dataclasses.dataclass(frozen=True)
class Day:
    """What the day is called, how the database finds it, and whether the list is in its order, the earliest first."""

    name: Any
    of: Callable[[Asked, Behind], Any]
    in_order: bool = True


def earliest(rows: QuerySet, field: str) -> Subquery:
    return Subquery(rows.filter(case=OuterRef("pk")).order_by(field).values(field)[:1])


def latest(rows: QuerySet, field: str) -> Subquery:
    rows = rows.filter(case=OuterRef("pk"), **{f"{field}__isnull": False})
    return Subquery(rows.order_by(f"-{field}").values(field)[:1])


def waiting(asked: Asked, wanted: Behind) -> Any:
    over = Placement.objects.of_the_person().filter(until_at__lte=timezone.now())
    return TruncDate(Coalesce(latest(over, "until_at"), "created_at"))


def stay_began(asked: Asked, wanted: Behind) -> Any:
    return TruncDate(latest(Placement.objects.of_the_person().now(), "from_at"))


def last_contact(asked: Asked, wanted: Behind) -> Any:
    """The newest of what the figure counts as contact; the day on which the file was opened is older than all of it."""
    notes = Note.objects.annotate(written=Coalesce("first_written_at", "created_at"))
    return Greatest(
        TruncDate("created_at"),
        TruncDate(latest(notes, "written")),
        latest(Conversation.objects.current().filter(outcome="held"), "held_on"),
        latest(FollowUp.objects.filter(outcome__in=REACHED), "done_on"),
    )


def approved(asked: Asked, wanted: Behind) -> Any:
    newest = ReturnPlan.objects.filter(case=OuterRef("pk")).order_by("-number").values("approved_at")[:1]
    return TruncDate(Subquery(newest))


def since(asked: Asked, wanted: Behind) -> Any:
    """Since when the file is in the stage that it is in now."""
    return TruncDate(Coalesce(latest(StageMove.objects.filter(to_stage=OuterRef("stage")), "at"), "created_at"))


def notice(asked: Asked, wanted: Behind) -> Any:
    first, after = period_of(asked, wanted) or (asked.today, asked.today)
    return earliest(notices_of(Measure(wanted.figure), asked, of_notice(asked, wanted), first, after), "received_on")


def departure(asked: Asked, wanted: Behind) -> Any:
    return latest(departures(*(period_of(asked, wanted) or (asked.today, asked.today))), "departed_on")


def first_contact(asked: Asked, wanted: Behind) -> Any:
    return earliest(first_contacts(*(period_of(asked, wanted) or (asked.today, asked.today))), "done_on")


ENDING = Day(
    _("Latest end of the reflection period"),
    lambda asked, wanted: earliest(ReflectionPeriod.objects.running(), "latest_end"),
)
# Files of all years, and those of a whole stage, are too many to be put in the order of a day that is looked up in each.
SINCE = Day(_("In this stage since"), since, in_order=False)
NOTICE = Day(_("Day of the notice"), notice, in_order=False)
DEPARTURE = Day(_("Day of departure"), departure, in_order=False)
FIRST_CONTACT = Day(_("First contact after the return"), first_contact, in_order=False)

DAYS: dict[str, Day] = {
    "past": ENDING,
    "ending_7": ENDING,
    "ending_21": ENDING,
    "ending_30": ENDING,
    "waiting": Day(_("Last stay ended, or else case opened"), waiting),
    "bed_for_now": Day(_("Stay began on"), stay_began),
    "without_contact": Day(_("Last contact, or else case opened"), last_contact),
    "undecided": Day(_("Day of the notice"), lambda asked, wanted: earliest(notices_undecided(asked), "received_on")),
    "prepared": Day(_("Plan approved on"), approved),
    **dict.fromkeys(BY_STAGE, SINCE),
    Measure.PERSONS: NOTICE,
    Measure.NOTICES: NOTICE,
    Measure.SUPPORT_ONLY: Day(_("Case opened on"), lambda asked, wanted: TruncDate("created_at"), in_order=False),
    Measure.DEPARTED: DEPARTURE,
    Measure.SUPPORT_DEPARTED: DEPARTURE,
    Measure.FOLLOWED_UP: FIRST_CONTACT,
    Measure.SUPPORT_FOLLOWED_UP: FIRST_CONTACT,
}


def with_day(files: CaseQuerySet, asked: Asked, wanted: Behind, organisations: list[Organisation]) -> CaseQuerySet:
    """Each file with its `day`; none where a transfer to these organisations hid something in which the figure looks."""
    day, figure = DAYS[wanted.figure].of(asked, wanted), NOW.get(wanted.figure)
    for room in figure.rooms if figure else ():
        hidden = When(Exists(hiding(room, organisations)), then=Value(None))
        day = Choice(hidden, default=day, output_field=DateField())
    return files.annotate(day=day)
