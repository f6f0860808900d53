"""Days and moments: a day is that of the Netherlands, whatever the clock of the server says."""

import datetime

from django.utils import timezone


def at_time(day: datetime.date, time: datetime.time) -> datetime.datetime:
    """The moment at which a clock in the Netherlands shows that time on that day."""
    return timezone.make_aware(datetime.datetime.combine(day, time))


def midnight(day: datetime.date) -> datetime.datetime:
    """The moment at which the day begins."""
    return at_time(day, datetime.time())
