"""How the login library meets our users, and what it asks of a password."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.password_validation import (
    CommonPasswordValidator,
    MinimumLengthValidator,
    UserAttributeSimilarityValidator,
)
from django.utils.translation import gettext as _


class ClosedDoor(DefaultAccountAdapter):
    """Nobody signs up by themselves: accounts are given."""

    def is_open_for_signup(self, request) -> bool:
        return False


class LongEnough(MinimumLengthValidator):
    """Length is what makes a password strong; said in our own words, since Django's Dutch lacks the sentence."""

    def get_error_message(self):
        return self.get_help_text()

    def get_help_text(self):
        return _("Use at least %(length)s characters: three or four words are easy to remember.") % {
            "length": self.min_length
        }


class NotCommon(CommonPasswordValidator):
    def get_help_text(self):
        return _("Not a password that many people use.")


class NotAboutYou(UserAttributeSimilarityValidator):
    def get_help_text(self):
        return _("Not your name or e-mail address.")
