"""Calendar arithmetic, Europe/Amsterdam."""

import calendar
import datetime


def add_months(day: datetime.date, months: int) -> datetime.date:
    """The same day number `months` on, or the last day of a shorter month (doubt D21 of counting, shown as "at the latest")."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return datetime.date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def turns(birth: datetime.date, years: int) -> datetime.date:
    """The birthday of that age; somebody born on 29 February turns on 1 March in other years (as Dutch law counts)."""
    try:
        return birth.replace(year=birth.year + years)
    except ValueError:
        return datetime.date(birth.year + years, 3, 1)
