"""How the login library meets our users, and what it asks of a password."""

import base64
import datetime
import time
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as serving
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from . import mails
from .actions import audit as trail
from .actions import sessions
from .permissions import Permission
from .rules import browsers
from .rules.audit import Verb
from .sealing import envelope, keys

# Kept in the session; the middleware writes down once in a while that the session was used.
SEEN_AT = "seen_at"
# What stands where the library wants a network address: we keep none.
NO_ADDRESS = "0.0.0.0"  # noqa: S104 - nothing is bound to it


class OurAccounts(DefaultAccountAdapter):
    """Nobody signs up by themselves; sessions and messages are ours."""

    def is_open_for_signup(self, request) -> bool:
        return False

    def login(self, request, user) -> None:
        super().login(request, user)
        request.session[SEEN_AT] = int(time.time())

    def get_login_redirect_url(self, request) -> str:
        """The day's work for those who have one, the start page for everybody else."""
        return reverse("cases:my_day" if Permission.MY_DAY_READ in request.user.abilities else "home")

    def pre_authenticate(self, request, **credentials: Any) -> None:
        """Raises ValidationError, with the time from which this account can be tried again."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as blocked:
            key = self._get_login_attempts_cache_key(request, **credentials)
            raise ValidationError(
                _(
                    "Too often a wrong password. Try again after %(time)s, or ask for a new password by e-mail: that works at once."
                )
                % {"time": free_again(request, key)},
                code=blocked.code,
            ) from None

    def set_password(self, user, password: str) -> None:
        super().set_password(user, password)
        sessions.password_changed(user=user, keep=serving.request.session.session_key, by=user)

    def get_http_user_agent(self, request) -> str:
        return browsers.in_words(super().get_http_user_agent(request))

    def send_mail(self, template_prefix: str, email: str, context: dict) -> None:
        facts = {"request": serving.request, "email": email, **context}
        mails.after_commit(self.render_mail(template_prefix, email, facts))

    def send_notification_mail(self, template_prefix: str, user, context=None, email=None) -> None:
        """The library tells the person of every such change; the audit trail hears of it by the same way."""
        super().send_notification_mail(template_prefix, user, context=context, email=email)
        verb = CHANGES.get(template_prefix.removeprefix("account/email/").removeprefix("mfa/email/"))
        if verb is not None:
            trail.record(verb, by=user, object_id=user.pk)


# Of what the library sends a message about: what the trail keeps besides (the password is told by set_password).
CHANGES = {
    "email_changed": Verb.ADDRESS_CHANGED,
    "email_deleted": Verb.ADDRESS_CHANGED,
    "email_confirm": Verb.ADDRESS_CHANGED,
    "totp_activated": Verb.SECOND_STEP_CHANGED,
    "totp_deactivated": Verb.SECOND_STEP_CHANGED,
    "recovery_codes_generated": Verb.SECOND_STEP_CHANGED,
}


class SealedSecondStep(DefaultMFAAdapter):
    """The secret of the second step lies sealed: a stolen database makes no codes."""

    def encrypt(self, text: str) -> str:
        sealed = envelope.seal(keys.data_key(keys.ACCOUNTS), text.encode(), "second step")
        return base64.b64encode(sealed).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return envelope.unseal(keys.data_key(keys.ACCOUNTS), base64.b64decode(encrypted_text), "second step").decode()


class OurSessions(DefaultUserSessionsAdapter):
    def end_sessions(self, sessions_to_end) -> None:
        sessions.end(sessions=sessions_to_end, by=serving.request.user)


def free_again(request, key: str) -> str:
    """The time from which one more try is counted; the library keeps the moments of the last tries, newest first."""
    free = time.time()
    for rate in ratelimit.get_rates(app="allauth.account", action="login_failed"):
        tries = cache.get(
            ratelimit.get_cache_key(request, app="allauth.account", action="login_failed", rate=rate, key=key), []
        )
        if len(tries) >= rate.amount:
            free = max(free, tries[rate.amount - 1] + rate.duration)
    # Rounded up to the minute that is shown.
    return time_format(timezone.localtime(datetime.datetime.fromtimestamp(free + 60, tz=datetime.UTC)), "H:i")


def without_address(instance, **kwargs) -> None:
    """Of a session is kept since when, last seen and the browser in words; no network address."""
    instance.ip, instance.user_agent = NO_ADDRESS, browsers.in_words(instance.user_agent)


class LongEnough(MinimumLengthValidator):
    """Length is what makes a password strong; said in our own words, since Django's Dutch lacks the sentence."""

    def get_error_message(self):
        return self.get_help_text()

    def get_help_text(self):
        return _("Use at least %(length)s characters: three or four words are easy to remember.") % {
            "length": self.min_length
        }


class NotBreached(CommonPasswordValidator):
    """Not one of the long passwords among the million most common in breaches (docs/decisions/passwords.md)."""

    def get_error_message(self):
        return _("This password is known from data breaches, so it is guessed first. Choose another one.")

    def get_help_text(self):
        return _("Not a password that is known from data breaches.")


class NotAboutYou(UserAttributeSimilarityValidator):
    def get_help_text(self):
        return _("Not your name or e-mail address.")
