"""Where somebody is signed in, and how that ends."""

from collections.abc import Iterable
from typing import Any

from allauth.usersessions.models import UserSession
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import User
from ..rules.audit import Verb
from . import audit
from .base import Refused, action


@action
def end(*, sessions: Iterable[UserSession], by: User) -> None:
    """Sign out elsewhere: sessions of one's own. Raises Refused for somebody else's."""
    sessions = list(sessions)
    if any(session.user_id != by.pk for session in sessions):
        raise Refused(_("You can end your own sessions only."))
    for session in sessions:
        session.end()
    if sessions:
        audit.record(Verb.SESSIONS_ENDED, by=by)


@action
def password_changed(*, user: User, keep: str | None, by: User) -> None:
    """With another password every session but this one is over, at once and not when it next asks for something."""
    end_all_of(user, keep=keep)
    audit.record(Verb.PASSWORD_CHANGED, by=by)


@action
def seen(*, key: str, by: User) -> None:
    """This session was used just now; no audit row, since it tells nothing about a case."""
    UserSession.objects.filter(session_key=key, user=by).update(last_seen_at=timezone.now())


def put(session: Any, name: str, value: str) -> None:
    """Into the session of this request, and in its transaction: saved by itself it would wait for the disk once more."""
    was_modified = session.modified
    session[name] = value
    Session.objects.filter(pk=session.session_key).update(session_data=session.encode(dict(session.items())))
    session.modified = was_modified


def end_all_of(user: User, *, keep: str | None = None) -> None:
    """Called by the verbs that end them. Reads every session there is: one that no list knows must go too."""
    for session in Session.objects.exclude(session_key=keep).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
    UserSession.objects.filter(user=user).exclude(session_key=keep).delete()
