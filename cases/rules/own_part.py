"""What a former lead organisation may read again of a case: what its own people wrote there, for a while.

Who leads the case now decides. Working rules of ours, not of law.
"""

import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Answer(StrEnum):
    GRANTED = "granted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    ENDED = "ended"


ANSWERS = {
    Answer.GRANTED: pgettext_lazy("own part", "Granted"),
    Answer.DECLINED: _("Declined"),
    Answer.WITHDRAWN: _("Taken back"),
    Answer.ENDED: _("Ended early"),
}

# How long at most, from the day on which it is asked.
LONGEST = datetime.timedelta(days=92)


# Waits or runs, until its day is over.
UNFINISHED = ("", Answer.GRANTED.value)


def objection_to_asking(until_on: datetime.date, *, today: datetime.date) -> object | None:
    """The sentence why nobody can ask today to read until that day, the day itself included; or None."""
    if today <= until_on <= today + LONGEST:
        return None
    return _("Choose a day from today on, at most three months ahead.")


def objection_to_answer(
    *, granted: bool, until_on: datetime.date | None, reason: str | None, asked: datetime.date, today: datetime.date
) -> tuple[str, object] | None:
    """What of an answer is wrong and the sentence why, or None. It may be sooner than the day that was asked."""
    if granted and (until_on is None or not today <= until_on <= asked):
        return "until_on", _("Choose a day from today on, and no later than was asked.")
    if not granted and not reason:
        return "reason", _("Say why not; they read it.")
    return None
