"""Reads the terms of clock_table.py: which row holds for a day, and what follows from it. Asks no database, decides no right.

What the authorities decided stands in the case; a row only says what follows from it, "at the latest".
"""

import datetime
from dataclasses import dataclass

import holidays

from .clock_table import TABLE, Clock, Rule, Unit, Whose
from .periods import add_months

DUTCH_HOLIDAYS = holidays.country_holidays("NL")


@dataclass(frozen=True)
class Reckoned:
    """A day, the day from which it was counted, and the row that says so."""

    begins: datetime.date
    ends: datetime.date
    rule: Rule


def add_working_days(day: datetime.date, count: int) -> datetime.date:
    """The day `count` working days later, `day` itself not counted."""
    while count > 0:
        day += datetime.timedelta(days=1)
        count -= is_working_day(day)
    return day


def is_working_day(day: datetime.date) -> bool:
    """No Saturday, Sunday or public holiday of the Algemene termijnenwet (art. 3): 5 May is one in every year."""
    return day.weekday() < 5 and day not in DUTCH_HOLIDAYS and (day.month, day.day) != (5, 5)


def counted(day: datetime.date, value: int, unit: Unit) -> datetime.date:
    """The day that many units on (or back, below nought). Raises ValueError for hours: they are counted from a moment."""
    if unit == Unit.MONTHS:
        return add_months(day, value)
    if unit == Unit.DAYS:
        return day + datetime.timedelta(days=value)
    if unit == Unit.WORKING_DAYS:
        return add_working_days(day, value)
    raise ValueError(unit)


def rule_for(clock: Clock, day: datetime.date, *, whose: Whose = Whose.EVERYBODY) -> Rule:
    """The row that holds for what begins on that day: the one of that group before the one of everybody.

    Raises LookupError where no row is known for that day.
    """
    for group in dict.fromkeys((whose, Whose.EVERYBODY)):
        for rule in TABLE:
            if rule.clock == clock and rule.whose == group and rule.holds_on(day):
                return rule
    raise LookupError(clock)


def reckon(clock: Clock, day: datetime.date, *, whose: Whose = Whose.EVERYBODY) -> Reckoned:
    """When what begins on that day ends at the latest. Raises LookupError, and ValueError for terms in hours."""
    rule = rule_for(clock, day, whose=whose)
    return Reckoned(day, counted(day, -rule.value if rule.backwards else rule.value, rule.unit), rule)


def target(clock: Clock, moment: datetime.datetime) -> datetime.datetime:
    """The end of a term in hours. `moment` is aware; an hour in which the clocks change is counted as it passes.

    Raises LookupError.
    """
    rule = rule_for(clock, moment.date())
    return (moment.astimezone(datetime.UTC) + datetime.timedelta(hours=rule.value)).astimezone(moment.tzinfo)


def stay_norm(arrived_on: datetime.date) -> datetime.date:
    """Until when a stay in specialised shelter lasts by the norm that held on its first day; a norm of practice, no law."""
    return reckon(Clock.SPECIALISED_SHELTER, arrived_on).ends


def stay_norm_doubt(arrived_on: datetime.date) -> object:
    """What is doubtful about that norm, as a sentence."""
    return rule_for(Clock.SPECIALISED_SHELTER, arrived_on).doubt


def reporting_days(granted_on: datetime.date, until: datetime.date) -> list[datetime.date]:
    """The monthly days of reporting to the police: each counted from the grant, so that a short month shifts no later one.

    Vc B8/3, state of 2015; whether it is still monthly is doubtful (D3).
    """
    step = rule_for(Clock.REPORTING, granted_on).value
    days, months = [], step
    while (day := add_months(granted_on, months)) <= until:
        days.append(day)
        months += step
    return days
