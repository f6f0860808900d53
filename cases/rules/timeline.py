"""Where the parts of the time line stand: tracks under each other on one axis of days. Asks no database and no clock.

A period is drawn as far as it is recorded, and from today on no further than the day on which it ends at the latest.
"""

import calendar
import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

# In the units of the drawing. A letter is reckoned broad, so that no label runs into the next.
WIDE, EDGE, HEAD, NAME, LANE, LETTER, APART, MARK = 920, 10, 48, 26, 36, 7, 12, 72
# The room that the drawing has on the narrowest telephone, where each item has a line of its own and the axis fewer marks.
NARROW = 288
MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200, 6000, 12000)


class Kind(StrEnum):
    PERIOD = "period"
    HAPPENED = "happened"
    PLANNED = "planned"


@dataclass(frozen=True)
class Item:
    """Something of a track. A period without `until` has no recorded end; `latest` is then the last day it may have.

    `reckoned`: that day follows from a rule, and was not recorded.
    """

    what: str
    begin: datetime.date
    until: datetime.date | None = None
    latest: datetime.date | None = None
    reckoned: bool = False
    kind: Kind = Kind.PERIOD

    @property
    def known(self):
        """How it is known, in words."""
        if self.kind == Kind.PLANNED:
            return _("Planned")
        if self.kind == Kind.HAPPENED or self.until is not None:
            return _("Recorded")
        if self.latest is None:
            return _("Recorded; no end")
        return _("Recorded; latest end by the rule") if self.reckoned else _("Recorded, with the latest end")

    def solid_until(self, today: datetime.date) -> datetime.date:
        """How far it is drawn as recorded."""
        if self.kind != Kind.PERIOD:
            return self.begin
        if self.until is not None:
            return self.until
        return max(self.begin, min(today, self.latest or today))

    def days(self, today: datetime.date) -> list[datetime.date]:
        """Every day that must stand on the axis for it."""
        return [day for day in (self.begin, self.solid_until(today), self.open_end) if day is not None]

    @property
    def end(self) -> datetime.date:
        """The last day of what is known or allowed; what has none goes on after everything else."""
        return self.begin if self.kind != Kind.PERIOD else self.until or self.latest or datetime.date.max

    @property
    def open_end(self) -> datetime.date | None:
        """The latest day, where no end is recorded."""
        return self.latest if self.kind == Kind.PERIOD and self.until is None else None


@dataclass(frozen=True)
class Track:
    """One track and what is known of it."""

    name: str
    items: Sequence[Item] = ()

    @property
    def in_order(self) -> list[Item]:
        return sorted(self.items, key=lambda item: (item.begin, item.end))


@dataclass(frozen=True)
class Shape:
    """One item as it is drawn; numbers as text, so that no language turns them. `late`: where its latest day stands.

    The parts say the same of whatever width there is.
    """

    item: Item
    x: str
    end: str
    width: str
    late: str
    bar: str
    middle: str
    label_x: str
    label_y: str
    anchor: str

    @property
    def x_part(self) -> str:
        return part(self.x)

    @property
    def end_part(self) -> str:
        return part(self.end)

    @property
    def width_part(self) -> str:
        return part(self.width)

    @property
    def late_part(self) -> str:
        return part(self.late)


def part(place: str) -> str:
    """What a place or a length in the drawing is of its whole width; of none, none."""
    return f"{100 * int(place) / WIDE:.2f}%" if place else ""


@dataclass(frozen=True)
class Band:
    """One track as it is drawn."""

    name: str
    top: str
    name_y: str
    lanes: int
    shapes: list[Shape]


@dataclass(frozen=True)
class Drawing:
    width: str
    height: str
    today: str
    today_anchor: str
    marks: list[tuple[str, datetime.date]]
    # the marks are years, or months
    by_year: bool
    # the marks for which a narrow screen has room, as parts of its width
    few_marks: list[tuple[str, datetime.date]]
    few_by_year: bool
    bands: list[Band]

    @property
    def today_part(self) -> str:
        return part(self.today)


@dataclass(frozen=True)
class Axis:
    """From the first day of a month to the last of another."""

    first: datetime.date
    last: datetime.date

    def place(self, day: datetime.date) -> int:
        total = (self.last - self.first).days
        return EDGE + (day - self.first).days * (WIDE - 2 * EDGE) // total

    def step(self, mark: int) -> int:
        """Months from one mark to the next, so that their names have room: so much each."""
        months = month_number(self.last) - month_number(self.first) + 1
        return next(step for step in MONTHS if months * mark <= step * WIDE or step == MONTHS[-1])

    def marks(self, mark: int = MARK) -> list[tuple[str, datetime.date]]:
        """Where months (or years) begin; none whose name would stand beyond the edge."""
        step = self.step(mark)
        begin = -(-month_number(self.first) // step) * step
        days = [
            datetime.date(number // 12, number % 12 + 1, 1)
            for number in range(begin, month_number(self.last) + 1, step)
        ]
        places = [(self.place(day), day) for day in days]
        return [(str(x), day) for x, day in places if x + mark - APART <= WIDE]


def month_number(day: datetime.date) -> int:
    return day.year * 12 + day.month - 1


def axis(days: Sequence[datetime.date]) -> Axis:
    """An axis of whole months on which all of these days stand."""
    last = max(days)
    return Axis(min(days).replace(day=1), last.replace(day=calendar.monthrange(last.year, last.month)[1]))


def drawn(tracks: Sequence[Track], today: datetime.date) -> Drawing | None:
    """The whole drawing; None where nothing is known."""
    days = [day for track in tracks for item in track.items for day in item.days(today)]
    if not days:
        return None
    scale = axis([today, *days])
    bands, top = [], HEAD
    for track in tracks:
        bands.append(band(track, scale, today, top=top))
        top += NAME + LANE * max(bands[-1].lanes, 1)
    now, few = scale.place(today), MARK * WIDE // NARROW
    return Drawing(
        str(WIDE), str(top + EDGE), str(now), "start" if now < WIDE // 2 else "end",
        marks=scale.marks(), by_year=scale.step(MARK) >= 12,
        few_marks=[(part(x), day) for x, day in scale.marks(few)], few_by_year=scale.step(few) >= 12, bands=bands,
    )  # fmt: skip


@dataclass
class Lane:
    """What is taken of one line of a track, from left to right."""

    taken: list[tuple[int, int]] = field(default_factory=list)

    def take(self, left: int, right: int) -> bool:
        """Whether there was room; it is taken then."""
        if any(left < other_right and other_left < right for other_left, other_right in self.taken):
            return False
        self.taken.append((left, right))
        return True


def band(track: Track, scale: Axis, today: datetime.date, *, top: int) -> Band:
    """The track from `top` down, each item on the first lane with room for it and its label."""
    lanes: list[Lane] = []
    shapes = []
    for item in track.in_order:
        x, end = scale.place(item.begin), scale.place(item.solid_until(today))
        late = scale.place(item.open_end) if item.open_end else None
        right, label = max(end, late or 0, x + EDGE), LETTER * len(item.what)
        fits = x + label <= WIDE - EDGE
        left, right = (x, max(right, x + label)) if fits else (min(x, WIDE - EDGE - label), WIDE - EDGE)
        number = next((n for n, lane in enumerate(lanes) if lane.take(left - EDGE, right + APART)), len(lanes))
        if number == len(lanes):
            lanes.append(Lane([(left - EDGE, right + APART)]))
        base = top + NAME + LANE * number
        shapes.append(
            Shape(
                item, x=str(x), end=str(end), width=str(max(end - x, 2)), late="" if late is None else str(late),
                bar=str(base + 18), middle=str(base + 23), label_x=str(x if fits else WIDE - EDGE),
                label_y=str(base + 12), anchor="start" if fits else "end",
            )
        )  # fmt: skip
    return Band(track.name, str(top), str(top + 18), len(lanes), shapes)
