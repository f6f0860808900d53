"""Inviting somebody to a role, by a link that works once and for a day."""

import datetime
import uuid
from typing import NamedTuple

from django.db import IntegrityError
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext_lazy as _

from ..models import AuditEvent, Invitation, Membership, Organisation, User
from ..permissions import Permission
from ..roles import Role, opens_cases
from ..rules.audit import Verb
from ..rules.invitations import PER_HOUR, VALID_FOR, State, hash_of, new_token
from . import accounts, audit
from .base import Refused, action, constraint_of, once


class Sent(NamedTuple):
    """An invitation and the secret of its link, which exists here and in the message only."""

    invitation: Invitation
    token: str


@action
def invite(
    *, email: str, organisation: Organisation, role: Role, submission: uuid.UUID | None, by: User
) -> Sent | None:
    """A new invitation, or None when this form was sent before. Raises Refused."""
    email, token = email.strip().lower(), new_token()

    def make() -> Invitation:
        must_be_possible(email, organisation, role, by=by)
        within_the_limit(by)
        old = Invitation.objects.pending().filter(email=email, organisation=organisation, role=role).first()
        if old is not None and old.state is State.OPEN:
            raise Refused(PENDING)
        row = old or Invitation(email=email, organisation=organisation, role=role)
        row.submission = submission
        renew(row, token, by=by)
        audit.record(Verb.INVITED, by=by, organisation=organisation, object_id=row.pk)
        return row

    try:
        row, made = once(Invitation, submission, make, said={}, email=email, organisation_id=organisation.pk, role=role)
    except IntegrityError as error:
        if constraint_of(error) != "invitation_pending_once":
            raise
        raise Refused(PENDING) from error
    return Sent(row, token) if made else None


@action
def send_again(*, invitation: Invitation, by: User) -> Sent:
    """A new link for a day; the old one stops working, and whoever sends it answers for it. Raises Refused."""
    row = locked(invitation)
    if not row.pending:
        raise Refused(OVER[row.state])
    must_be_possible(row.email, row.organisation, Role(row.role), by=by)
    within_the_limit(by)
    token = new_token()
    renew(row, token, by=by)
    audit.record(Verb.INVITATION_SENT_AGAIN, by=by, organisation=row.organisation, object_id=row.pk)
    return Sent(row, token)


@action
def mailed(*, invitation: Invitation, by: User) -> None:
    """The mail server took the message; no audit row, since it is no deed of anybody."""
    Invitation.objects.filter(pk=invitation.pk, token_hash=invitation.token_hash).update(mailed_at=timezone.now())


@action
def withdraw(*, invitation: Invitation, by: User) -> Invitation:
    """Its link stops working. Raises Refused."""
    row = locked(invitation)
    if not may_withdraw(row, by=by):
        raise Refused(_("Only a team lead of this organisation or a platform administrator withdraws its invitations."))
    if row.state is State.USED:
        raise Refused(OVER[State.USED])
    if row.withdrawn_at is None:
        row.withdrawn_at, row.withdrawn_by = timezone.now(), by
        row.save(update_fields=["withdrawn_at", "withdrawn_by"])
        audit.record(Verb.INVITATION_WITHDRAWN, by=by, organisation=row.organisation, object_id=row.pk)
    return row


@action
def join(*, token: str, name: str, password: str, language: str, by: None = None) -> Membership:
    """Whoever holds the link and has no account gets one, with the role. Raises Refused."""
    row = usable(token)
    if accounts.account_of(row.email) is not None:
        raise Refused(_("There is an account with this address already. Sign in, and accept the invitation then."))
    user = accounts.add(email=row.email, name=name, password=password, language=language, by=None)
    return taken(row, by=user)


@action
def accept(*, token: str, by: User) -> Membership:
    """The role for an account that is there already, if the invitation is for its address. Raises Refused."""
    row = usable(token)
    if not is_for(row, by):
        raise Refused(NOT_FOR_YOU)
    return taken(row, by=by)


# --- what is asked before -----------------------------------------------------------------------------------

PENDING = _(
    "This address was invited to this role already, and the invitation is still open. Withdraw it or send it again."
)
NOT_FOR_YOU = _("This invitation is for another address than yours. Sign out, and open the link again.")
OVER = {
    State.USED: _("This invitation has been used. Whoever used it can sign in."),
    State.WITHDRAWN: _("This invitation was withdrawn. Ask whoever invited you whether that was meant."),
    State.EXPIRED: _("This invitation is more than a day old. Ask whoever invited you to send it again."),
}
UNKNOWN = _("This link does not work. Was it copied whole? Otherwise ask whoever invited you to send it again.")
NO_LONGER_GIVEN = _("Whoever invited you can no longer give this role. Ask your organisation for a new invitation.")


def look(token: str) -> Invitation | None:
    """The invitation of this link, whatever its state."""
    return Invitation.objects.select_related("organisation", "invited_by").with_token(token).first()


def problem(row: Invitation | None):
    """Why this invitation cannot be accepted now, as a sentence; None if it can."""
    if row is None:
        return UNKNOWN
    if not row.pending or row.state is State.EXPIRED:
        return OVER[row.state]
    if Role(row.role) not in accounts.roles_to_give(row.organisation, by=row.invited_by):
        return NO_LONGER_GIVEN
    return None


def usable(token: str) -> Invitation:
    """The invitation under lock: of two people with one link the second finds it used. Raises Refused."""
    Invitation.objects.select_for_update(no_key=True).filter(token_hash=hash_of(token)).first()
    row = look(token)
    sentence = problem(row)
    if row is None or sentence:
        raise Refused(sentence)
    return row


def taken(row: Invitation, *, by: User) -> Membership:
    """The person has the role, given by whoever invited them."""
    membership = accounts.begin_membership(
        user=by, organisation=row.organisation, role=Role(row.role), by=row.invited_by
    )
    row.accepted_at, row.accepted_by = timezone.now(), by
    row.save(update_fields=["accepted_at", "accepted_by"])
    audit.record(Verb.INVITATION_ACCEPTED, by=by, organisation=row.organisation, object_id=row.pk)
    return membership


def is_for(row: Invitation, user: User) -> bool:
    """Whether the invitation is for an address of this person."""
    account = accounts.account_of(row.email)
    return account is not None and account.pk == user.pk


def may_withdraw(row: Invitation, *, by: User) -> bool:
    if Permission.ACCOUNTS_KEEP in by.abilities:
        return True
    return row.organisation_id in {o.pk for o in by.organisations_with(Permission.MEMBERS_INVITE)}


def must_be_possible(email: str, organisation: Organisation, role: Role, *, by: User) -> None:
    """Raises Refused when this person cannot invite this address to this role."""
    if role not in accounts.roles_to_give(organisation, by=by):
        raise Refused(accounts.NOT_THIS_ROLE)
    if opens_cases(role) and (missing := without_team_lead(organisation)):
        raise Refused(missing)
    account = accounts.account_of(email)
    if account is None:
        return
    if account.pk == by.pk:
        raise Refused(accounts.NOT_YOURSELF)
    held = Membership.objects.current().filter(user=account, organisation=organisation, role=role).first()
    if held is not None:
        raise Refused(
            _("This person has this role already, and it waits for a team lead to confirm it.")
            if held.waits
            else _("This person has this role already.")
        )


def without_team_lead(organisation: Organisation) -> str:
    """Where nobody can confirm a role that opens cases: the sentence that says where the first one comes from."""
    if organisation.has_team_lead():
        return ""
    return _(
        "%(organisation)s has no team lead yet who could confirm a role that opens cases. The first team lead comes from whoever runs the server, with the command manage.py add_account."
    ) % {"organisation": organisation.name}


def within_the_limit(by: User) -> None:
    """At most so many invitations an hour, counted in the audit trail. Raises Refused."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    sent = AuditEvent.objects.filter(
        actor_id=by.pk,
        verb__in=[Verb.INVITED, Verb.INVITATION_SENT_AGAIN],
        at__gt=timezone.now() - datetime.timedelta(hours=1),
    ).order_by("-at")[:PER_HOUR]
    moments = [event.at for event in sent]
    if len(moments) == PER_HOUR:
        free = timezone.localtime(moments[-1] + datetime.timedelta(hours=1, minutes=1))
        raise Refused(
            _("You sent %(count)s invitations in the last hour; that is the limit. Try again after %(time)s.")
            % {"count": PER_HOUR, "time": time_format(free, "H:i")}
        )


def locked(invitation: Invitation) -> Invitation:
    rows = Invitation.objects.select_related("organisation").select_for_update(no_key=True, of=("self",))
    return rows.get(pk=invitation.pk)


def renew(row: Invitation, token: str, *, by: User) -> None:
    row.token_hash, row.invited_by = hash_of(token), by
    row.sent_at, row.mailed_at = timezone.now(), None
    row.expires_at = row.sent_at + VALID_FOR
    row.save()
