"""Procedures about residence: their terms, and what pauses the term of departure. The authorities decide; this only reckons."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from .clock_table import Clock, Rule, Unit, Whose
from .clocks import counted, reckon, rule_for, target


class Kind(StrEnum):
    ASYLUM = "asylum"
    DUBLIN = "dublin"
    M55 = "m55"
    HARDSHIP = "hardship"
    CONTINUED_STAY = "continued_stay"
    OBJECTION = "objection"
    APPEAL = "appeal"
    COMPLAINT = "complaint"
    RETURN_DECISION = "return_decision"
    OTHER = "other"


KINDS = {
    Kind.ASYLUM: _("Asylum request"),
    Kind.DUBLIN: _("Dublin procedure"),
    Kind.M55: _("Form M55 of the police (permit a, b or c)"),
    Kind.HARDSHIP: _("Application for permit d (hardship)"),
    Kind.CONTINUED_STAY: _("Application for continued stay"),
    Kind.OBJECTION: _("Objection"),
    Kind.APPEAL: _("Appeal"),
    Kind.COMPLAINT: _("Complaint that there is no prosecution (art. 12)"),
    Kind.RETURN_DECISION: _("Return decision with a departure term"),
    Kind.OTHER: _("Other procedure"),
}

OUTCOMES = {
    "granted": _("Granted"),
    "refused": _("Rejected"),
    "withdrawn": _("Withdrawn"),
    "over": _("Over, otherwise"),
}

# What the prosecution may say after a report: from then on its assessment is no longer waited for.
ASSESSED = frozenset({"prosecution_decided", "dismissal"})

CLOCK_OF = {
    Kind.M55: Clock.IND_DECISION,
    Kind.RETURN_DECISION: Clock.DEPARTURE_TERM,
    Kind.COMPLAINT: Clock.COMPLAINT,
}


@dataclass(frozen=True)
class Pause:
    """Days on which departure is suspended: from the first, until the first on which it no longer is; None: it goes on."""

    begin: datetime.date
    end: datetime.date | None = None


@dataclass(frozen=True)
class Around:
    """What else in the case the terms of its procedures hang on."""

    pauses: Sequence[Pause] = ()
    # the newest asylum request, the newest report to the police, and what the prosecution said since that report
    asylum_on: datetime.date | None = None
    reported_on: datetime.date | None = None
    assessed_on: datetime.date | None = None


@dataclass(frozen=True)
class Term:
    """When a procedure's term ends, and why. `ends` is None while it stands still.

    `moment` is the target of a term in hours; `paused` counts the days by which pauses have moved the end so far.
    """

    rule: Rule
    begins: datetime.date
    ends: datetime.date | None
    moment: datetime.datetime | None = None
    paused: int = 0
    # days that are left of a term that stands still
    left: int | None = None

    def passed(self, now: datetime.datetime) -> bool:
        """Whether it has ended at that moment."""
        if self.moment is not None:
            return self.moment < now
        return self.ends is not None and self.ends < now.date()

    @property
    def hour_unknown(self) -> bool:
        return self.rule.unit == Unit.HOURS and self.moment is None


def merged(pauses: Iterable[Pause], today: datetime.date) -> list[tuple[datetime.date, datetime.date, bool]]:
    """Pauses that overlap or touch as one, in order: first day, first day after, and whether it still goes on."""
    found: list[tuple[datetime.date, datetime.date, bool]] = []
    for pause in sorted(pauses, key=lambda pause: pause.begin):
        begin, end, on = pause.begin, pause.end or max(today, pause.begin), pause.end is None
        if found and begin <= found[-1][1]:
            begin, on = found[-1][0], on or found[-1][2]
            end = max(end, found.pop()[1])
        found.append((begin, end, on))
    return found


def moved(
    begins: datetime.date, ends: datetime.date, pauses: Iterable[Pause], today: datetime.date
) -> tuple[datetime.date | None, int, int | None]:
    """The end moved by every day of a pause that falls into the term, and by how many days.

    While it stands still there is no end, and the third is how many days are left of it.
    """
    days = 0
    for begin, end, on in merged(pauses, today):
        first = max(begin, begins)
        if first > ends or end < first or (end == first and not on):
            continue
        days += (end - first).days
        if on:
            return None, days, (ends - first).days
        ends += end - first
    return ends, days, None


def term_of(
    kind: str,
    begun_on: datetime.date,
    *,
    begun_at: datetime.datetime | None = None,
    around: Around,
    today: datetime.date,
) -> Term | None:
    """The term that runs in a procedure of this kind, or None where no rule knows one for that day.

    `begun_at`: the moment, where a term in hours is counted from it; without it the day after is the target.
    """
    try:
        if kind == Kind.DUBLIN:
            return dublin_term(around)
        rule = rule_for(CLOCK_OF[Kind(kind)], begun_on)
    except LookupError:
        return None
    clock = rule.clock
    if clock == Clock.IND_DECISION:
        if begun_at is not None:
            moment = target(clock, begun_at)
            return Term(rule, begun_on, moment.date(), moment)
        return Term(rule, begun_on, begun_on + datetime.timedelta(hours=rule.value))
    ends = counted(begun_on, rule.value, rule.unit)
    if clock != Clock.DEPARTURE_TERM:
        return Term(rule, begun_on, ends)
    after, days, left = moved(begun_on, ends, around.pauses, today)
    return Term(rule, begun_on, after, paused=days, left=left)


def dublin_term(around: Around) -> Term | None:
    """For a Dublin claimant: by when to report after the asylum request, then the target for assessing the report (WBV 2019/10).

    None while neither is recorded, and once the prosecution has said something. Raises LookupError before 1 August 2019.
    """
    if around.assessed_on is not None:
        return None
    if around.reported_on is not None:
        counts = reckon(Clock.DUBLIN_ASSESSMENT, around.reported_on, whose=Whose.DUBLIN)
    elif around.asylum_on is not None:
        counts = reckon(Clock.DUBLIN_REPORT, around.asylum_on, whose=Whose.DUBLIN)
    else:
        return None
    return Term(counts.rule, counts.begins, counts.ends)
