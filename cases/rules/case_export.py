"""Cases taken along as a file: how large one is made at once, how long it is kept, and what becomes of it."""

import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Up to this many cases the file is made while the person waits; beyond it by the command `make_exports`.
AT_ONCE = 1_000
# So many cases are read, written and told to the audit trail at a time.
BATCH = 5_000
# After this the file is deleted, and it is handed out no more, whether the command has run or not.
KEPT_FOR = datetime.timedelta(hours=24)
# Files of one person that may wait to be made.
MOST_WAITING = 5


class State(StrEnum):
    WAITING = "waiting"
    READY = "ready"
    FAILED = "failed"
    GONE = "gone"


STATES = {
    State.WAITING: pgettext_lazy("export", "Waits to be made"),
    State.READY: pgettext_lazy("export", "Ready"),
    State.FAILED: pgettext_lazy("export", "Not made"),
    State.GONE: pgettext_lazy("export", "Deleted"),
}


class Why(StrEnum):
    """Why a file was not made, or is there no more."""

    DISK = "disk"
    DAMAGED = "damaged"
    RIGHTS = "rights"
    TIME = "time"
    ASKED = "asked"
    LOST = "lost"
    ERASED = "erased"


WHYS = {
    Why.DISK: _("The file could not be kept: the disk may be full. Tell your administrator."),
    Why.DAMAGED: _("The working name of a case does not open. Tell your administrator."),
    Why.RIGHTS: _("You may not take cases along as a file any more."),
    Why.TIME: _("Deleted after 24 hours."),
    Why.ASKED: _("You deleted it."),
    Why.LOST: _("Deleted because you may no longer take along every case that was in it."),
    Why.ERASED: _("Deleted because the file of a case that was in it was erased."),
}


def is_over(made_at: datetime.datetime, now: datetime.datetime) -> bool:
    """Whether a file that was made at that moment has been kept long enough."""
    return now - made_at >= KEPT_FOR
