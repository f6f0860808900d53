"""What was ended by a slip of the hand can be taken back for a short while. A working rule of ours, not of law."""

import datetime
from enum import StrEnum


class What(StrEnum):
    PARTICIPATION = "participation"
    STAY = "stay"
    ASSIGNMENT = "assignment"
    CARE = "care"
    LEAVING = "leaving"
    ORDER = "order"


# For how long after its end was recorded.
UNDO = {
    What.PARTICIPATION: datetime.timedelta(minutes=10),
    What.STAY: datetime.timedelta(minutes=10),
    What.ASSIGNMENT: datetime.timedelta(minutes=10),
    What.CARE: datetime.timedelta(minutes=10),
    # what it ended goes on with it
    What.LEAVING: datetime.timedelta(minutes=10),
    What.ORDER: datetime.timedelta(minutes=10),
}


def in_time(what: What, ended_at: datetime.datetime | None, now: datetime.datetime) -> bool:
    """Whether its end, recorded at that moment, can still be undone."""
    return ended_at is not None and now - ended_at < UNDO[what]
