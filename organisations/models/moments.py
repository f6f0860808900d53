"""The clock of default values, asked when a row is made and not when the class is, so that a clock can be set."""

import datetime

from django.utils import timezone


def now() -> datetime.datetime:
    return timezone.now()
