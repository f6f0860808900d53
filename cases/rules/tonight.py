"""The night of a house: which one it is, and whom one phones."""

import datetime

from django.utils import timezone

from organisations.rules.days import midnight

NIGHT_TURNS_AT = datetime.time(12)
# How long the notes of a shift are shown to the shifts after it.
HANDED_OVER = datetime.timedelta(hours=24)

# Whom the night shift may have to phone about somebody; codes of CONTACT_KINDS.
PHONED_AT_NIGHT = ("lawyer", "guardian")


def night_of(moment: datetime.datetime) -> datetime.date:
    """The day on which this night began: until noon it is still the night of the day before."""
    local = timezone.localtime(moment)
    return local.date() - datetime.timedelta(days=local.time() < NIGHT_TURNS_AT)


def beginning(night: datetime.date) -> datetime.datetime:
    """The first moment of the day on which the night begins: who came or left since then is told to the night shift."""
    return midnight(night)
