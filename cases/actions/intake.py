"""Who this is, the notices, identification and exploitation."""

import datetime
import uuid

from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action, fresh
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.sealing import index

from ..models import Case, Exploitation, Identification, Notice, Victim
from ..rules.codes import BirthPrecision, FileType
from ..rules.periods import turns
from ..rules.registration import ground_refused
from . import base
from .base import locked, told
from .registration import follow_consent, follow_registration, is_registered, lift_support_only, set_file_type


@action
def change_victim(*, case: Case, values: dict, version: int | None, by: User) -> Victim:
    """Names, birth, numbers, nationalities; the search index follows. Raises Stale and Refused."""
    case = locked(case, by=by, permission=Permission.IDENTITY_WRITE)
    victim = fresh(Victim.objects.select_for_update(no_key=True).get(pk=case.victim_id), version)
    for name, value in values.items():
        setattr(victim, name, value)
    birth: datetime.date | None = victim.birth_date or None
    if victim.birth_precision == BirthPrecision.DAY and birth:
        victim.birth_year, victim.turns_18_on = birth.year, turns(birth, 18)
    else:
        victim.birth_date, victim.turns_18_on = None, None
        if victim.birth_precision == BirthPrecision.UNKNOWN:
            victim.birth_year = None
    victim.version += 1
    victim.save()
    index.rewrite(
        victim.pk,
        names=[n for n in (victim.given_names, victim.family_name, victim.other_names) if n],
        numbers=[n for n in (victim.v_number, victim.other_number) if n],
    )
    told(Verb.VICTIM_CHANGED, case=case, by=by, room="intake", object_id=victim.pk)
    return victim


@action
def record_notice(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> Notice:
    """One report, with the registration decision if there is one. Raises Refused."""
    check_ground(values)
    notice = base.record(
        Notice, case=case, values=values, submission=submission, by=by,
        permission=Permission.IDENTITY_WRITE, verb=Verb.NOTICE_RECORDED, room="intake",
    )  # fmt: skip
    if is_registered(notice):
        lift_support_only(notice.case, by=by)
    follow_consent(notice, by=by)
    follow_registration(notice.case, by=by)
    return notice


@action
def change_notice(*, notice: Notice, values: dict, version: int | None, by: User) -> Notice:
    """Raises Stale and Refused."""
    check_ground(values)
    before = is_registered(Notice.objects.get(pk=notice.pk))
    notice = base.change(
        notice, values=values, version=version, by=by,
        permission=Permission.IDENTITY_WRITE, verb=Verb.NOTICE_CHANGED, room="intake",
    )  # fmt: skip
    if is_registered(notice) and not before:
        lift_support_only(notice.case, by=by)
    follow_consent(notice, by=by)
    follow_registration(notice.case, by=by)
    return notice


def check_ground(values: dict) -> None:
    sentence = ground_refused(values["notifier"], values["decision"])
    if sentence is not None:
        raise Refused(sentence)


@action
def change_file_type(*, case: Case, file_type: FileType, from_on: datetime.date, version: int | None, by: User) -> Case:
    """A new type of file from a day; what came before ends on that day, and the national register follows.

    Raises Stale and Refused.
    """
    row = fresh(locked(case, by=by, permission=Permission.IDENTITY_WRITE), version)
    if row.file_type != file_type:
        set_file_type(row, file_type, from_on, by=by)
        follow_registration(row, by=by)
    return row


@action
def record_identification(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> Identification:
    """Raises Refused."""
    return base.record(
        Identification, case=case, values=values, submission=submission, by=by,
        permission=Permission.IDENTITY_WRITE, verb=Verb.IDENTIFICATION_RECORDED, room="intake",
    )  # fmt: skip


@action
def record_exploitation(*, case: Case, values: dict, submission: uuid.UUID | None, by: User) -> Exploitation:
    """A new account of it; earlier ones stay readable. Raises Refused."""
    if not values["forms"]:
        raise Refused(_("Tick at least one form; “not known yet” will do."))
    return base.record(
        Exploitation, case=case, values=values, submission=submission, by=by,
        permission=Permission.IDENTITY_WRITE, verb=Verb.EXPLOITATION_RECORDED, room="intake",
    )  # fmt: skip
