"""Family members and contacts of a case."""

import uuid

from django.utils import timezone

from organisations.actions.base import action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, CaseContact, FamilyMember
from . import base, return_plan


@action
def add_family_member(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> FamilyMember:
    """Raises Refused."""
    return base.record(
        FamilyMember, case=case, values=values, submission=submission, by=by,
        permission=Permission.IDENTITY_WRITE, verb=Verb.PERSON_ADDED, room="people",
    )  # fmt: skip


@action
def change_family_member(*, person: FamilyMember, values: dict, version: int | None, by: User) -> FamilyMember:
    """Raises Stale and Refused. An approved plan by which the person travels needs a new approval."""
    person = base.change(
        person, values=values, version=version, by=by,
        permission=Permission.IDENTITY_WRITE, verb=Verb.PERSON_CHANGED, room="people",
    )  # fmt: skip
    return_plan.renew_for(person, by=by)
    return person


@action
def add_contact(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> CaseContact:
    """Raises Refused."""
    return base.record(
        CaseContact, case=case, values=values, submission=submission, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CONTACT_ADDED, room="contacts",
    )  # fmt: skip


@action
def change_contact(*, contact: CaseContact, values: dict, version: int | None, by: User) -> CaseContact:
    """Raises Stale and Refused."""
    return base.change(
        contact, values=values, version=version, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CONTACT_CHANGED, room="contacts",
    )  # fmt: skip


@action
def end_contact(*, contact: CaseContact, version: int | None, by: User) -> CaseContact:
    """Raises Stale and Refused."""
    return base.change(
        contact, values={"until_on": timezone.localdate()}, version=version, by=by,
        permission=Permission.SUPPORT_WRITE, verb=Verb.CONTACT_ENDED, room="contacts",
    )  # fmt: skip
