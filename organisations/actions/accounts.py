"""Accounts and the roles they hold."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Membership, Organisation, User
from ..permissions import Permission
from ..roles import Role
from ..rules.audit import Verb
from . import audit
from .base import Refused, action


@action
def add(*, email: str, name: str, password: str, language: str = "", by: User | None) -> User:
    """A new account; `by` is None only for the first one of an installation. Raises Refused."""
    email = email.strip().lower()
    if User.objects.filter(email__iexact=email).exists():
        raise Refused(_("There is already an account with this e-mail address."))
    user = User(email=email, name=name.strip(), language=language)
    try:
        validate_password(password, user)
    except ValidationError as problem:
        raise Refused(" ".join(problem.messages)) from problem
    user.set_password(password)
    user.save(force_insert=True)
    # The login library keeps addresses apart; without this it would make the row on a page that is only read.
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    audit.record(Verb.ACCOUNT_ADDED, by=by or user, object_id=user.pk)
    return user


@action
def begin_membership(*, user: User, organisation: Organisation, role: Role, by: User | None) -> Membership:
    """Give the user the role; the same open role twice is one row."""
    membership, begun = Membership.objects.get_or_create(user=user, organisation=organisation, role=role, until_at=None)
    if begun:
        user.forget_roles()
        audit.record(Verb.MEMBERSHIP_BEGUN, by=by or user, organisation=organisation, object_id=membership.pk)
    return membership


@action
def end_membership(*, membership: Membership, by: User) -> Membership:
    """End the role from now on. Raises Refused for one's own role and outside one's own organisation."""
    row = Membership.objects.select_for_update(no_key=True).select_related("organisation").get(pk=membership.pk)
    if not may_end(row, by=by):
        raise Refused(
            _("You cannot end this role: only a team lead of the same organisation can, and never their own.")
        )
    if row.until_at is None or row.until_at > timezone.now():
        row.until_at, row.ended_by = timezone.now(), by
        row.save(update_fields=["until_at", "ended_by"])
        row.user.forget_roles()
        audit.record(Verb.MEMBERSHIP_ENDED, by=by, organisation=row.organisation, object_id=row.pk)
    return row


def may_end(membership: Membership, *, by: User) -> bool:
    """Whether `by` may end it: somebody else's role, in an organisation where one's own role allows ending."""
    if membership.user_id == by.pk:
        return False
    return membership.organisation_id in {o.pk for o in by.organisations_with(Permission.MEMBERS_END)}


@action
def choose_language(*, language: str, by: User) -> None:
    """Keep the language the person chose; no audit row, since it tells nothing about a case."""
    User.objects.filter(pk=by.pk).update(language=language)
