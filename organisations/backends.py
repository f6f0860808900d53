"""Which address opens an account: a confirmed one; and who is behind a session."""

import uuid

from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.forms import ResetPasswordForm
from allauth.account.models import EmailAddress

from .models import User


class ConfirmedAddress(AuthenticationBackend):
    """An address opens an account once it is confirmed, and not before: anybody can type one."""

    def get_user(self, user_id: uuid.UUID) -> User | None:
        """The person of a session, at each of its requests."""
        user = User.objects.with_roles(user_id)
        return user if user is not None and self.user_can_authenticate(user) else None

    def _authenticate_by_email(self, email: str, password: str):
        return super()._authenticate_by_email(email, password) if confirmed(email) else None


class ResetPassword(ResetPasswordForm):
    """A link for a new password goes to a confirmed address alone."""

    def clean_email(self) -> str:
        email = super().clean_email()
        if not confirmed(email):
            self.users: list = []
        return email


def confirmed(email: str) -> bool:
    return EmailAddress.objects.filter(email__iexact=email, verified=True).exists()
