"""Whether somebody still sits there: a session that was not used for a quarter of an hour is over.

The server alone decides, by when it last heard of a use: a page that was opened, a form that was sent, or word from the
script that somebody typed or clicked. The script tells that at most once in a while, so a session is given that much more.
"""

import time

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

USED_AT = "used_at"
# Seconds between two words of the script; the session is written no more often than half of that.
TOLD_EVERY = 60


def who(user) -> str:
    """A name for the person that tells nothing: a page asks with it, and hears nothing in the session of another."""
    return salted_hmac("presence", str(user.pk), algorithm="sha256").hexdigest()[:16]


def is_of(request: HttpRequest) -> bool:
    """Whether the page that asks was made for the person who is signed in now."""
    return constant_time_compare(request.POST.get("who", ""), who(request.user))


def used(request: HttpRequest) -> None:
    now = int(time.time())
    if now - request.session.get(USED_AT, 0) >= TOLD_EVERY // 2:
        request.session[USED_AT] = now


def left(request: HttpRequest) -> int:
    """Seconds until the session is over; 0 when it is."""
    since = int(time.time()) - request.session.get(USED_AT, int(time.time()))
    return max(0, settings.IDLE_SECONDS + TOLD_EVERY - since)


def leave(request: HttpRequest) -> None:
    """End the session; the next page says why."""
    logout(request)
    messages.info(
        request,
        _(
            "Nobody typed or clicked here for a while, so you were signed out. What you typed into the forms of a case or of the night is kept."
        ),
    )
