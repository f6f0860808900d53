"""Life stories are told afterwards: inside `it_is`, every verb believes it is that moment."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

Moment = datetime.datetime


@contextmanager
def it_is(moment: Moment) -> Iterator[None]:
    """Set the clock of this process; for the invented world alone."""
    real = timezone.now
    timezone.now = lambda: moment
    try:
        yield
    finally:
        timezone.now = real


def at(day: datetime.date, hour: int = 10, minute: int = 0) -> Moment:
    """A moment of that day in the Netherlands."""
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))
