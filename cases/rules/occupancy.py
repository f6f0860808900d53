"""How full houses are: what is counted of one at a moment and over a week, and the little that everybody may know of it.

Counts of places alone. Who stays in them is asked nowhere in here.
"""

import dataclasses
import datetime
import re
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.rules.days import at_time, midnight
from organisations.rules.regions import REGIONS
from organisations.rules.shelters import SHELTER_TYPES, ShelterType, capacity_on

from .charts import Columns, columns
from .clocks import stay_norm
from .placement import OVERSTAY_REASONS

DAY = datetime.timedelta(days=1)
WEEK = 7 * DAY
# At this time of the day places are counted: whoever sleeps there is there.
COUNTED_AT = datetime.time(6)
WEEKS_BACK = 26
LEAVE_WITHIN = 14 * DAY
MOVED = "moved"


@dataclasses.dataclass(frozen=True)
class Use:
    """A place from (included) until (not included); both days, or both moments."""

    place: uuid.UUID
    since: Any
    until: Any = None

    def at(self, moment: Any) -> bool:
        return self.since <= moment and (self.until is None or moment < self.until)


@dataclasses.dataclass(frozen=True)
class Stay(Use):
    """Of somebody, of whom nothing else is known here."""

    expected_until: datetime.date | None = None
    departure_reason: str = ""
    overstay_reason: str = ""
    norm_from: datetime.date | None = None
    # tells two people apart, and nothing else
    who: Any = None

    def leaves_soon(self, today: datetime.date) -> bool:
        return (
            self.until is None
            and self.expected_until is not None
            and today <= self.expected_until <= today + LEAVE_WITHIN
        )

    def over_the_norm(self, day: datetime.date) -> bool:
        """On that day longer than the norm of specialised shelter already, or expected to last so long."""
        norm = stay_norm(self.norm_from or timezone.localdate(self.since))
        return max(day, self.expected_until or day) > norm


@dataclasses.dataclass(frozen=True)
class House:
    """A house: its places, how many of them may be taken as agreed, and how they are used."""

    slug: str
    name: str
    organisation: uuid.UUID
    type: ShelterType
    region: str
    closed_on: datetime.date | None = None
    places: frozenset[uuid.UUID] = frozenset()
    agreed: list[tuple[datetime.date, int]] = dataclasses.field(default_factory=list)
    stays: list[Stay] = dataclasses.field(default_factory=list)
    holds: list[Use] = dataclasses.field(default_factory=list)
    outs: list[Use] = dataclasses.field(default_factory=list)

    def closed_at(self, day: datetime.date) -> bool:
        return self.closed_on is not None and self.closed_on <= day


@dataclasses.dataclass(frozen=True)
class Count:
    """Places of one house or of several: how many may be taken, and how they are used. Each place is one thing only."""

    capacity: int = 0
    taken: int = 0
    held: int = 0
    out: int = 0
    free: int = 0
    leaving: int = 0

    def __add__(self, other: "Count") -> "Count":
        return Count(*(a + b for a, b in zip(dataclasses.astuple(self), dataclasses.astuple(other), strict=True)))


def total(counts: Iterable[Count]) -> Count:
    return sum(counts, Count())


def counted(house: House, moment: datetime.datetime) -> Count:
    """The house at that moment. Free is what is not used, as far as it may be taken; a closed house takes nobody."""
    day = timezone.localdate(moment)
    there = [stay for stay in house.stays if stay.at(moment)]
    taken = {stay.place for stay in there}
    held = {hold.place for hold in house.holds if hold.at(moment)} - taken
    out = {out.place for out in house.outs if out.at(day)} - taken - held
    capacity = 0 if house.closed_at(day) else capacity_on(house.agreed, day, places=len(house.places))
    used = len(taken) + len(held)
    return Count(
        capacity=capacity,
        taken=len(taken),
        held=len(held),
        out=len(out),
        free=max(0, min(len(house.places) - used - len(out), capacity - used)),
        leaving=sum(stay.leaves_soon(day) for stay in there),
    )


# --- now, and over time --------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Kind:
    """The houses of one type: each as it is now, and all of them in each week, the oldest first."""

    type: ShelterType
    houses: list[tuple[House, Count]]
    weeks: list[tuple[datetime.date, Count]]

    @property
    def name(self):
        return SHELTER_TYPES[self.type]

    @property
    def total(self) -> Count:
        return total(count for _house, count in self.houses)

    @property
    def chart(self) -> Columns:
        """Places taken as columns, with a line at what may be taken."""
        points = [(f"{monday:%d-%m}", count.taken) for monday, count in self.weeks]
        return columns(points, limits=[count.capacity for _monday, count in self.weeks])


def kinds(houses: list[House], now: datetime.datetime) -> list[Kind]:
    """Houses by type. One that is closed and empty is told of in its weeks alone."""
    mondays, today = last_mondays(now), timezone.localdate(now)
    found = []
    for kind in ShelterType:
        those = [house for house in houses if house.type is kind]
        if those:
            lines = [(house, counted(house, now)) for house in those]
            weeks = [(monday, total(counted(house, counting(monday)) for house in those)) for monday in mondays]
            shown = [(house, count) for house, count in lines if count.taken or not house.closed_at(today)]
            found.append(Kind(kind, shown, weeks))
    return found


def counting(day: datetime.date) -> datetime.datetime:
    """The moment of the day at which places are counted."""
    return at_time(day, COUNTED_AT)


def monday_of(day: datetime.date) -> datetime.date:
    return day - day.weekday() * DAY


def last_mondays(now: datetime.datetime) -> list[datetime.date]:
    """Those on which places were counted, until this moment."""
    monday = monday_of(timezone.localdate(now))
    last = monday if counting(monday) <= now else monday - WEEK
    return [last - back * WEEK for back in reversed(range(WEEKS_BACK))]


# --- the weekly report of the specialised shelters -----------------------------------------------------------------

FIRST_YEAR = 2000


@dataclasses.dataclass(frozen=True)
class Week:
    """A week from Monday to Sunday, with the number it has by ISO 8601."""

    monday: datetime.date

    def __str__(self) -> str:
        year, number, _day = self.monday.isocalendar()
        return f"{year}-W{number:02d}"

    @property
    def sunday(self) -> datetime.date:
        return self.monday + 6 * DAY

    @property
    def begin(self) -> datetime.datetime:
        return midnight(self.monday)

    @property
    def end(self) -> datetime.datetime:
        """The first moment that is not of the week any more."""
        return midnight(self.monday + WEEK)

    @property
    def before(self) -> "Week":
        return Week(self.monday - WEEK)

    @property
    def after(self) -> "Week":
        return Week(self.monday + WEEK)

    def has(self, moment: datetime.datetime | None) -> bool:
        return moment is not None and self.begin <= moment < self.end


def last_whole_week(today: datetime.date) -> Week:
    return Week(monday_of(today) - WEEK)


def week_of(text: str) -> Week | None:
    """The week of "2026-W47"; None for what is none, or lies before this system could know of it."""
    read = re.fullmatch(r"([0-9]{4})-?[Ww]([0-9]{1,2})", text.strip())
    if read is None or int(read[1]) < FIRST_YEAR:
        return None
    try:
        return Week(datetime.date.fromisocalendar(int(read[1]), int(read[2]), 1))
    except ValueError:
        return None


@dataclasses.dataclass(frozen=True)
class Reported:
    """One house in a week; `reasons`: how many stay longer than the norm, by reason, "" where none is recorded."""

    name: str
    count: Count
    arrived: int
    left: int
    reasons: dict[str, int]

    @property
    def over(self) -> int:
        return sum(self.reasons.values())

    @property
    def told(self) -> list[tuple[Any, int]]:
        return [(REASONS[reason], number) for reason, number in self.reasons.items()]


def reported(house: House, week: Week) -> Reported:
    """The house as it was when the week ended, and who came and left; a move within the house is neither."""
    last = week.end - datetime.timedelta.resolution
    came = Counter((stay.who, stay.since) for stay in house.stays if week.has(stay.since))
    left = Counter((stay.who, stay.until) for stay in house.stays if week.has(stay.until))
    moved = Counter((stay.who, stay.until) for stay in house.stays if stay.departure_reason == MOVED)
    within = (came & moved).total()
    there = [stay for stay in house.stays if stay.at(last) and stay.over_the_norm(week.sunday)]
    over = Counter(stay.overstay_reason for stay in there)
    return Reported(
        house.name,
        counted(house, last),
        came.total() - within,
        left.total() - within,
        {reason: over[reason] for reason in REASONS},
    )


REASONS = {**OVERSTAY_REASONS, "": _("No reason recorded")}


def report(houses: list[House], week: Week) -> list[Reported]:
    """Every house that was open in that week, or in which somebody still was."""
    found = [(house, reported(house, week)) for house in houses]
    return [
        row for house, row in found if not house.closed_at(week.monday) or row.count.taken or row.arrived or row.left
    ]


def all_of(rows: list[Reported]) -> Reported:
    """The sum of them, without a name."""
    return Reported(
        "",
        total(row.count for row in rows),
        sum(row.arrived for row in rows),
        sum(row.left for row in rows),
        {reason: sum(row.reasons[reason] for row in rows) for reason in REASONS},
    )


# --- room: what everybody who seeks a place may know ---------------------------------------------------------------
#
# So coarse and so late that nobody who waits for one person to disappear into a house learns from it into which.


class Room(StrEnum):
    ROOM = "room"
    LITTLE = "little"
    FULL = "full"
    ASK = "ask"


ROOMS = {
    Room.ROOM: _("Room"),
    Room.LITTLE: _("Little room"),
    Room.FULL: _("Full"),
    Room.ASK: _("Ask CoMensha"),
}
# Places free of every hundred that may be taken, from which there is room, and a little.
ROOM_FROM, LITTLE_FROM = 20, 5
# Fewer are never told of by themselves.
HOUSES_TOLD, ORGANISATIONS_TOLD = 3, 2
WEEKS_TOLD = 4
# Longer ago than a month: whoever reads the board for thirty days from an arrival on reads of days before it.
WEEKS_LATE = 5
# In place of a region: houses of every region in which there are too few.
REST = ""


@dataclasses.dataclass(frozen=True)
class Share:
    """What one house brings to the board: places free and places that may be taken, added up over the days told of."""

    organisation: Any
    type: ShelterType
    region: str
    free: int
    places: int


def days_told(today: datetime.date) -> list[datetime.date]:
    """Every day of four weeks that are over for five; the next days are told of together, on Monday."""
    monday = monday_of(today) - WEEKS_LATE * WEEK
    return [monday - back * DAY for back in range(WEEKS_TOLD * 7, 0, -1)]


def share_of(house: House, days: list[datetime.date]) -> Share:
    count = total(counted(house, counting(day)) for day in days)
    return Share(house.organisation, house.type, house.region, count.free, count.capacity)


def state_of(shares: list[Share]) -> Room:
    free, places = sum(share.free for share in shares), sum(share.places for share in shares)
    if free * 100 >= places * ROOM_FROM:
        return Room.ROOM
    return Room.LITTLE if free * 100 >= places * LITTLE_FROM else Room.FULL


def enough(shares: list[Share]) -> bool:
    """Whether they may be told of together. A house without a place hides nobody."""
    having = [share for share in shares if share.places]
    return len(having) >= HOUSES_TOLD and len({share.organisation for share in having}) >= ORGANISATIONS_TOLD


def board(shares: list[Share]) -> dict[tuple[ShelterType, str], Room]:
    """The state of each type in each region that is told of, and in the rest of the country."""
    found = {}
    for kind in ShelterType:
        cells: dict[str, list[Share]] = defaultdict(list)
        for share in shares:
            if share.type is kind:
                cells[share.region].append(share)
        told = [region for region in REGIONS if enough(cells[region])]
        rest = [share for region, those in cells.items() if region not in told for share in those]
        found.update({(kind, region): state_of(cells[region]) for region in told})
        found[kind, REST] = state_of(rest) if enough(rest) else Room.ASK
    return found
