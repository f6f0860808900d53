"""Accounts and the roles they hold."""

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Membership, Organisation, User
from ..permissions import Permission
from ..roles import GIVES, Role, held_at, opens_cases, roles_with
from ..rules.audit import Verb
from . import audit, sessions
from .base import Refused, action


@action
def add(*, email: str, name: str, password: str, language: str = "", by: User | None) -> User:
    """A new account; `by` is None where nobody signed in adds it. Raises Refused."""
    email = email.strip().lower()
    if account_of(email) is not None:
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


def account_of(email: str) -> User | None:
    """The account that signs in with this address, or has shown that it is theirs."""
    theirs = Q(email__iexact=email) | Q(emailaddress__email__iexact=email, emailaddress__verified=True)
    return User.objects.filter(theirs).distinct().first()


# --- roles --------------------------------------------------------------------------------------------------


@action
def begin_membership(*, user: User, organisation: Organisation, role: Role, by: User | None) -> Membership:
    """Give the user the role; the same open role twice is one row.

    A role that opens cases waits for a team lead of the organisation, unless one gives it. `by` is None for the
    command line and the invented world, where there is nobody yet to confirm. Raises Refused.
    """
    if by is not None:
        if user.pk == by.pk:
            raise Refused(NOT_YOURSELF)
        if role not in roles_to_give(organisation, by=by):
            raise Refused(NOT_THIS_ROLE)
    counts = by is None or not opens_cases(role) or confirms_at(organisation, by=by)
    row, begun = Membership.objects.get_or_create(user=user, organisation=organisation, role=role, until_at=None)
    if counts and row.confirmed_at is None:
        row.confirmed_at, row.confirmed_by = timezone.now(), by
        row.save(update_fields=["confirmed_at", "confirmed_by"])
    user.forget_roles()
    if begun:
        audit.record(Verb.MEMBERSHIP_BEGUN, by=by or user, organisation=organisation, object_id=row.pk)
    return row


@action
def end_membership(*, membership: Membership, by: User) -> Membership:
    """End the role from now on. Raises Refused for one's own role and outside one's own organisation."""
    row = locked(membership)
    if not may_end(row, by=by):
        raise Refused(
            _("You cannot end this role: only a team lead of the same organisation can, and never their own.")
        )
    if row.until_at is None or row.until_at > timezone.now():
        end(row, by=by)
        audit.record(Verb.MEMBERSHIP_ENDED, by=by, organisation=row.organisation, object_id=row.pk)
    return row


@action
def change_role(*, membership: Membership, role: Role, by: User) -> Membership:
    """Another role instead of this one: it ends, and the other begins. Raises Refused."""
    row = locked(membership)
    if row.until_at is not None:
        raise Refused(_("This role has ended already. Invite the person again."))
    if role == row.role:
        raise Refused(_("That is the role this person has now."))
    end_membership(membership=row, by=by)
    return begin_membership(user=row.user, organisation=row.organisation, role=role, by=by)


@action
def confirm_membership(*, membership: Membership, by: User) -> Membership:
    """The role opens from now on what it opens. Raises Refused."""
    row = locked(membership)
    must_be_waiting(row, by=by)
    row.confirmed_at, row.confirmed_by = timezone.now(), by
    row.save(update_fields=["confirmed_at", "confirmed_by"])
    row.user.forget_roles()
    audit.record(Verb.MEMBERSHIP_CONFIRMED, by=by, organisation=row.organisation, object_id=row.pk)
    return row


@action
def refuse_membership(*, membership: Membership, by: User) -> Membership:
    """The role ends without ever having opened anything. Raises Refused."""
    row = locked(membership)
    must_be_waiting(row, by=by)
    end(row, by=by)
    audit.record(Verb.MEMBERSHIP_REFUSED, by=by, organisation=row.organisation, object_id=row.pk)
    return row


def locked(membership: Membership) -> Membership:
    rows = Membership.objects.select_related("organisation", "user")
    return rows.select_for_update(no_key=True, of=("self",)).get(pk=membership.pk)


def end(row: Membership, *, by: User) -> None:
    row.until_at, row.ended_by = timezone.now(), by
    row.save(update_fields=["until_at", "ended_by"])
    row.user.forget_roles()


def must_be_waiting(row: Membership, *, by: User) -> None:
    if row.user_id == by.pk:
        raise Refused(NOT_YOURSELF)
    if not confirms_at(row.organisation, by=by):
        raise Refused(_("Only a team lead of this organisation confirms or refuses its roles."))
    if not row.waits:
        raise Refused(_("This role does not wait for anybody (any more)."))


NOT_YOURSELF = _("Nobody gives a role to themselves, or confirms their own.")
NOT_THIS_ROLE = _("You cannot give this role at this organisation.")


def may_end(membership: Membership, *, by: User) -> bool:
    """Whether `by` may end it: somebody else's role, in an organisation where one's own role allows ending."""
    if membership.user_id == by.pk:
        return False
    return membership.organisation_id in {o.pk for o in by.organisations_with(Permission.MEMBERS_END)}


def confirms_at(organisation: Organisation, *, by: User) -> bool:
    """Whether `by` answers for who gets access to the cases of this organisation."""
    return organisation.pk in {o.pk for o in by.organisations_with(Permission.MEMBERS_CONFIRM)}


def roles_to_give(organisation: Organisation, *, by: User) -> list[Role]:
    """The roles this person may give to others at the organisation, in the order of the table of roles."""
    given: set[Role] = set()
    for membership in by.active_memberships:
        if membership.organisation_id == organisation.pk or membership.role == Role.PLATFORM_ADMINISTRATOR:
            given |= GIVES.get(Role(membership.role), frozenset())
    national = organisation.registers_nationally
    return [role for role in Role if role in given and held_at(role, national_register=national)]


# --- accounts -----------------------------------------------------------------------------------------------


@action
def close(*, user: User, by: User) -> User:
    """Nobody signs in with this account any more, and its open sessions are gone. Raises Refused."""
    row = account_kept(user, by=by)
    if row.is_active:
        row.is_active = False
        row.save(update_fields=["is_active"])
        row.forget_roles()
        sessions.end_all_of(row)
        told_where_they_work(Verb.ACCOUNT_CLOSED, row, by=by)
    return row


@action
def reopen(*, user: User, by: User) -> User:
    """The person can sign in again; their roles that open cases wait for a team lead once more. Raises Refused.

    Otherwise whoever keeps the accounts could bring somebody back to the cases of an organisation unseen by it.
    """
    row = account_kept(user, by=by)
    if not row.is_active:
        row.is_active = True
        row.save(update_fields=["is_active"])
        Membership.objects.current().filter(user=row, role__in=roles_with(Permission.CASE_SEE)).update(
            confirmed_at=None, confirmed_by=None
        )
        row.forget_roles()
        told_where_they_work(Verb.ACCOUNT_REOPENED, row, by=by)
    return row


def account_kept(user: User, *, by: User) -> User:
    """The account under lock, if it is for `by` to close and reopen. Raises Refused."""
    if user.pk == by.pk:
        raise Refused(_("You cannot close or reopen your own account; another platform administrator can."))
    if Permission.ACCOUNTS_KEEP not in by.abilities:
        raise Refused(_("Only a platform administrator closes and reopens accounts."))
    return User.objects.select_for_update(no_key=True).get(pk=user.pk)


def told_where_they_work(verb: Verb, user: User, *, by: User) -> None:
    """One row in the trail of every organisation where the person has a role, since each answers for its own."""
    organisations = Organisation.objects.filter(memberships__in=Membership.objects.current().filter(user=user))
    trails: list[Organisation | None] = [*organisations.distinct()]
    for organisation in trails or [None]:
        audit.record(verb, by=by, organisation=organisation, object_id=user.pk)


@action
def choose_language(*, language: str, by: User) -> None:
    """Keep the language the person chose; no audit row, since it tells nothing about a case."""
    User.objects.filter(pk=by.pk).update(language=language)
