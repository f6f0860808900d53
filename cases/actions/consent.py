"""Consents: given, withdrawn, and those who received something told of it."""

import datetime
import uuid

from django.db import IntegrityError
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action, constraint_of
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, Consent, Participation
from ..models.facts import objection_to
from ..rules.access import GIVEN
from ..rules.consent import WITHOUT_CHOICE, Ground, Purpose
from . import base, placement, registration
from .base import locked, still_may
from .participation import end_part
from .transfer import take_back


@action
def give(
    *,
    case: Case,
    purpose: Purpose,
    recipient: Organisation | None,
    values: dict,
    submission: uuid.UUID | None,
    by: User,
) -> Consent:
    """A consent, or a decision to go without, for one purpose and recipient; CoMensha registers and places. Raises Refused."""
    case = locked(case, by=by, permission=Permission.SUPPORT_WRITE)
    check(case, purpose, values, by=by)
    if purpose in WITHOUT_CHOICE:
        recipient = registration.register()
    elif recipient is None:
        raise Refused(_("Choose who receives information."))
    overridden = values["ground"] == Ground.OVERRIDE
    try:
        return base.record(
            Consent, case=case, values={**values, "purpose": purpose, "recipient": recipient}, submission=submission,
            by=by, permission=Permission.SUPPORT_WRITE, room="consents",
            verb=Verb.CONSENT_OVERRIDDEN if overridden else Verb.CONSENT_RECORDED,
        )  # fmt: skip
    except IntegrityError as error:
        if constraint_of(error) != "one_consent_a_purpose_and_recipient":
            raise
        raise Refused(_("This consent is recorded already. Change it, or record that it was withdrawn.")) from None


def check(case: Case, purpose: Purpose, values: dict, *, by: User) -> None:
    """Raises Refused for a consent that does not count, and for an override by somebody who may not decide one."""
    day, ground = values["given_on"], Ground(values["ground"])
    sentence = objection_to(case, purpose, ground, written=values["written"], on=day)
    if sentence is not None:
        raise Refused(sentence)
    if ground is Ground.OVERRIDE:
        if not still_may(case, by=by, permission=Permission.CONSENT_OVERRIDE):
            raise Refused(_("Only a team lead of the lead organisation decides to go without consent."))
        if not values["reason"]:
            raise Refused(_("Write why it is done without consent."))


@action
def change(*, consent: Consent, values: dict, version: int | None, by: User) -> Consent:
    """What is recorded of it, while it is in force. Raises Stale and Refused."""
    if Ground.OVERRIDE in {consent.ground, values["ground"]} and consent.ground != values["ground"]:
        raise Refused(
            _("Record the withdrawal of this one and then the other: a decision to go without stays readable.")
        )
    check(consent.case, Purpose(consent.purpose), values, by=by)
    return base.change(
        consent, values=values, version=version, by=by, check=in_force,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CONSENT_CHANGED, room="consents",
    )  # fmt: skip


def in_force(consent: Consent) -> None:
    if consent.withdrawn_on is not None:
        raise Refused(_("This consent was withdrawn already."))


@action
def withdraw(*, consent: Consent, on: datetime.date, version: int | None, by: User) -> Consent:
    """It no longer counts, and what rested on it ends at once (rules/consent.py). Raises Stale and Refused."""
    if on < consent.given_on:
        raise Refused(_("This is before the consent was given."))
    row = base.change(
        consent, values={"withdrawn_on": on}, version=version, by=by, check=in_force,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CONSENT_WITHDRAWN, room="consents",
    )  # fmt: skip
    case = row.case
    if row.purpose == Purpose.REGISTRATION:
        registration.withdraw_notices(case, on=on, by=by)
    elif row.purpose == Purpose.SHARING:
        for part in Participation.objects.now().filter(case=case, organisation=row.recipient, part__in=GIVEN):
            end_part(part, by=by, for_good=True)
    elif row.purpose == Purpose.TRANSFER:
        for transfer in case.transfer_set.waiting().filter(to_organisation=row.recipient):
            take_back(transfer, by=by)
    elif row.purpose == Purpose.PLACEMENT:
        placement.stop(case, "consent", by=by)
    return row


@action
def tell(*, consent: Consent, on: datetime.date, version: int | None, by: User) -> Consent:
    """Those who received something know that the consent was withdrawn. Raises Stale and Refused."""
    if consent.withdrawn_on is not None and on < consent.withdrawn_on:
        raise Refused(_("This is before the consent was withdrawn."))
    return base.change(
        consent, values={"told_on": on}, version=version, by=by, check=withdrawn,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CONSENT_TOLD, room="consents",
    )  # fmt: skip


def withdrawn(consent: Consent) -> None:
    if consent.withdrawn_on is None:
        raise Refused(_("This consent was not withdrawn."))
