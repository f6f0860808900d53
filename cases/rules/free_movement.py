"""Whose nationality gave free movement in the European Union on a day: for warnings, never for a decision."""

import datetime
from dataclasses import dataclass

from django_countries import countries


@dataclass(frozen=True)
class Member:
    """Nationals of `country` (ISO 3166-1) from the day `since` until the day `until`, both included."""

    country: str
    since: datetime.date
    until: datetime.date | None = None

    @property
    def name(self) -> str:
        return countries.name(self.country)

    def holds_on(self, day: datetime.date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


def joined(countries: str, year: int, month: int, day: int) -> tuple[Member, ...]:
    return tuple(Member(country, datetime.date(year, month, day)) for country in countries.split())


# The treaties of accession; Norway, Iceland and Liechtenstein by the EEA agreement, Switzerland by its own of 2002.
# Transitional limits to working in the Netherlands (2004–2014) are not told here.
MEMBERS: tuple[Member, ...] = (
    *joined("BE DE FR IT LU NL DK IE GR ES PT", 1993, 11, 1),
    *joined("NO IS", 1994, 1, 1),
    *joined("AT FI SE", 1995, 1, 1),
    *joined("LI", 1995, 5, 1),
    *joined("CH", 2002, 6, 1),
    *joined("CY CZ EE HU LT LV MT PL SI SK", 2004, 5, 1),
    *joined("BG RO", 2007, 1, 1),
    *joined("HR", 2013, 7, 1),
    # with the time of transition after leaving on 31 January 2020
    Member("GB", datetime.date(1993, 11, 1), datetime.date(2020, 12, 31)),
)


def moves_freely(country: str, day: datetime.date) -> bool:
    return any(member.country == country and member.holds_on(day) for member in MEMBERS)


def members(text: str) -> list[Member]:
    """Those in whose name every word stands, in the language and the order of the page."""
    found = [one for one in MEMBERS if all(word.casefold() in one.name.casefold() for word in text.split())]
    return sorted(found, key=lambda member: member.name)
