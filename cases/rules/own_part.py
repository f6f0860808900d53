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


def in_time(until_on: datetime.date, *, today: datetime.date) -> bool:
    """Whether somebody can ask today to read until that day, the day itself included."""
    return today <= until_on <= today + LONGEST
