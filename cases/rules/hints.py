"""What a residence title and the criminal case make worth asking a lawyer about. Sentences with their source, no decisions."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from .clock_table import Clock, Rule
from .clocks import reckon, rule_for
from .codes import Title

# The scheme for victims and witnesses of trafficking; extended while the criminal case runs, but for hardship.
WHILE_THE_CASE_RUNS = frozenset({Title.PERMIT_A, Title.PERMIT_B, Title.PERMIT_C})
SCHEME = WHILE_THE_CASE_RUNS | {Title.PERMIT_D}
# What ends the criminal case, unless something begins it anew.
OVER = frozenset({"dismissal", "irrevocable_judgment"})
RUNNING = frozenset(
    {"police_report", "cooperation", "investigation", "prosecution_decided", "trial", "judgment", "appeal", "cassation"}
)
# Since the middle of 2018 (National Rapporteur, 27 July 2018); the day itself was not found.
AT_PROSECUTION_SINCE = datetime.date(2018, 7, 27)
NOT_AWAITED_SINCE = datetime.date(2012, 8, 1)

NATIONAL_RAPPORTEUR = "Nationaal Rapporteur, 27-7-2018"
VC_CONTINUED = "Vreemdelingencirculaire 2000 (B), 2015: B9/10–12"


@dataclass(frozen=True)
class Held:
    """A title from its first day until the first on which it no longer counts, and how long its document is valid."""

    title: str
    begin: datetime.date
    end: datetime.date | None = None
    document_until: datetime.date | None = None

    def on(self, day: datetime.date) -> bool:
        return self.begin <= day and (self.end is None or day < self.end)


@dataclass(frozen=True)
class Event:
    """Something in the criminal case, by its kind (codes.CRIMINAL_EVENTS)."""

    kind: str
    day: datetime.date


@dataclass(frozen=True)
class Hint:
    """A sentence for people, the day it speaks of (if any), where it comes from, and what about it is doubtful."""

    sentence: object
    source: str
    day: datetime.date | None = None
    doubt: object = ""


def held_on(titles: Sequence[Held], day: datetime.date) -> Held | None:
    return next((held for held in titles if held.on(day)), None)


def permit_until(titles: Sequence[Held], today: datetime.date) -> datetime.date | None:
    """When the permit of the scheme held today ends: its document or recorded end, else a year (Vb 3.58). None without one."""
    held = held_on(titles, today)
    if held is None or held.title not in SCHEME:
        return None
    known = [day for day in (held.document_until, held.end) if day is not None]
    return min(known) if known else reckon(clock_of(held), held.begin).ends


def clock_of(held: Held) -> Clock:
    return Clock.HARDSHIP_PERMIT if held.title == Title.PERMIT_D else Clock.PERMIT


def scheme_since(titles: Sequence[Held], today: datetime.date) -> datetime.date | None:
    """Since when titles of the scheme have followed each other without a gap until today; None when none is held."""
    held = held_on(titles, today)
    since = None
    while held is not None and held.title in SCHEME:
        since = held.begin
        held = next((other for other in titles if other.end == since), None)
    return since


def is_over(events: Sequence[Event]) -> bool:
    """Whether the last event that says so ended the criminal case."""
    told = [event for event in events if event.kind in OVER | RUNNING]
    return bool(told) and max(told, key=lambda event: (event.day, event.kind in OVER)).kind in OVER


def hints(titles: Sequence[Held], events: Sequence[Event], today: datetime.date) -> list[Hint]:
    """What to ask about now, most pressing first."""
    held = held_on(titles, today)
    if held is None or held.title not in SCHEME:
        return []
    return [
        *on_ending(titles, held, today),
        *on_the_case(held, events),
        *on_duration(titles, events, today),
    ]


def on_ending(titles: Sequence[Held], held: Held, today: datetime.date) -> Iterator[Hint]:
    rule = rule_for(clock_of(held), held.begin)
    until = permit_until(titles, today)
    if held.title == Title.PERMIT_D:
        yield Hint(
            _("Permit d ends. Before that: continued stay (threat goes on, or compelling reasons), or a late report."),
            source_of(rule), until, rule.doubt,
        )  # fmt: skip
    else:
        yield Hint(
            _("The permit ends. It can be extended by a year while the criminal case runs; the police or the prosecution say so."),
            source_of(rule_for(Clock.EXTENSION, held.begin)), until,
        )  # fmt: skip


def on_the_case(held: Held, events: Sequence[Event]) -> Iterator[Hint]:
    if held.title not in WHILE_THE_CASE_RUNS:
        return
    decided = [event.day for event in events if event.kind == "prosecution_decided"]
    if decided and max(decided) >= AT_PROSECUTION_SINCE:
        yield Hint(
            _("The prosecution decided to prosecute: continued stay may be asked from then on."), NATIONAL_RAPPORTEUR,
            max(decided), _("The text of this change was not found, and not the day on which it began."),
        )  # fmt: skip
    if is_over(events):
        yield Hint(
            _(
                "The criminal case is over, so the permit may be withdrawn. Ask about continued stay: a conviction, three"
                " years on the scheme, or danger, prosecution and chances in the country of origin. Talk about what the person wants."
            ),
            VC_CONTINUED,
        )
    complaints = [event.day for event in events if event.kind == "complaint_art_12"]
    if complaints and max(complaints) >= NOT_AWAITED_SINCE:
        yield Hint(
            _("A complaint that there is no prosecution may no longer be awaited on this permit."),
            "CoMensha; Vreemdelingenbesluit 2000", max(complaints),
            _("Whether it may be awaited on another ground."),
        )  # fmt: skip


def on_duration(titles: Sequence[Held], events: Sequence[Event], today: datetime.date) -> Iterator[Hint]:
    since = scheme_since(titles, today)
    if since is None or is_over(events):
        return
    three_years = reckon(Clock.CONTINUED_BY_DURATION, since)
    yield Hint(
        _("Three years on the scheme with the criminal case still running: continued stay may be asked from this day.")
        if three_years.ends <= today
        else _("Three years on the scheme are reached on this day: if the criminal case still runs, ask about continued stay."),
        source_of(three_years.rule), three_years.ends, three_years.rule.doubt,
    )  # fmt: skip


def not_together(
    *, return_duty: bool, return_decision: bool, title: str | None, reflecting: bool, asylum: bool
) -> list[object]:
    """What is recorded and cannot all be so, in sentences; which of it is wrong, whoever reads it knows."""
    found: list[object] = []
    if return_decision and not return_duty:
        found.append(_("A return decision runs, and “duty to return” says no. Correct one of the two."))
    if title == Title.NONE and reflecting:
        found.append(
            _(
                "A reflection period runs, and the position says “none”: during it the stay is lawful. Record the position."
            )
        )
    elif title == Title.NONE and asylum:
        found.append(
            _("An asylum request runs, and the position says “none”. Ask the lawyer whether the stay is lawful.")
        )
    return found


def source_of(rule: Rule) -> str:
    return f"{rule.basis}; {rule.source}"
