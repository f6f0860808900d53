"""What goes along when another organisation takes over the lead of a case, and what the sender chooses."""

import datetime
from collections.abc import Collection, Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from .access import ROOM_NAMES


class Outcome(StrEnum):
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


OUTCOMES = {
    Outcome.ACCEPTED: _("Accepted"),
    Outcome.DECLINED: _("Declined"),
    Outcome.WITHDRAWN: _("Taken back"),
}

# What was written so far in these rooms goes along only if the sender chooses it. All else always does: nobody can help
# without knowing who this is, whom never to tell, where the person sleeps and on what title, and which consents there are.
CHOSEN = {room: ROOM_NAMES[room] for room in ("safety", "criminal", "documents", "return_plan", "safe_future", "notes")}

# Ticked when the form opens: what was said in confidence goes along by choice alone.
SUGGESTED = ("safety", "criminal", "documents", "return_plan")


def hidden_after(rooms: Collection[str], *, at: datetime.datetime, from_sender: Mapping[str, str]) -> dict[str, str]:
    """Room → moment (ISO): what is older there the receiver does not see. What the sender did not see cannot be passed on."""
    hidden = {room: at.isoformat() for room in CHOSEN if room not in rooms}
    return {**from_sender, **hidden}
