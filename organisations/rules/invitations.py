"""How long an invitation lives, how many one person sends, and what is kept of its link."""

import datetime
import hashlib
import secrets
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

VALID_FOR = datetime.timedelta(hours=24)
PER_HOUR = 30
# How long an invitation that is over stays on the members page.
SHOWN_FOR = datetime.timedelta(days=30)


class State(StrEnum):
    OPEN = "open"
    USED = "used"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


STATES = {
    State.OPEN: _("Open"),
    State.USED: _("Used"),
    State.WITHDRAWN: _("Withdrawn"),
    State.EXPIRED: _("Expired"),
}


def new_token() -> str:
    """The secret part of a link: 256 random bits, so nobody guesses one and its hash needs no salt."""
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> str:
    """What the database keeps of a token: enough to recognise it, not to make a link."""
    return hashlib.sha256(token.encode()).hexdigest()
