"""Who this is, the notices, identification and exploitation."""

import datetime
import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action, fresh
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.sealing import index

from ..models import Case, Exploitation, FileTypePeriod, Identification, Notice, Participation, Victim
from ..rules.access import Part
from ..rules.codes import BirthPrecision, FileType
from ..rules.periods import turns
from ..rules.registration import REGISTERED, ground_refused
from . import base
from .base import locked, told
from .case import begin_participation, end_participation, index_names


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
    follow_registration(notice.case, by=by)
    return notice


def check_ground(values: dict) -> None:
    sentence = ground_refused(values["notifier"], values["decision"])
    if sentence is not None:
        raise Refused(sentence)


def is_registered(notice: Notice) -> bool:
    return notice.decision in {d.value for d in REGISTERED} and notice.withdrawn_on is None


def lift_support_only(case: Case, *, by: User) -> None:
    """A file for support only that is to be registered after all becomes a registration, from today."""
    if case.file_type == FileType.SUPPORT_ONLY:
        set_file_type(case, FileType.REGISTRATION, timezone.localdate(), by=by)


def follow_registration(case: Case, *, by: User) -> None:
    """The national register takes part while a notice is registered and not withdrawn; a refusal never lets it in."""
    index_names(case)
    register = Organisation.objects.filter(registers_nationally=True).first()
    if register is None:
        return
    support_only = case.file_type == FileType.SUPPORT_ONLY
    registered = (
        not support_only
        and case.notice_set.filter(decision__in=[d.value for d in REGISTERED], withdrawn_on=None).exists()
    )
    part = Participation.objects.now().filter(case=case, organisation=register, part=Part.REGISTRATION).first()
    if registered and part is None:
        begin_participation(case=case, organisation=register, part=Part.REGISTRATION, by=by)
    elif part is not None and not registered and (support_only or case.notice_set.exclude(decision="").exists()):
        if not Participation.objects.now().filter(case=case).exclude(pk=part.pk).exists():
            raise Refused(
                _(
                    "No other organisation takes part in this case, so nobody would see it any more. Let one take part first."
                )
            )
        end_participation(participation=part, by=by)


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


def set_file_type(row: Case, file_type: FileType, from_on: datetime.date, *, by: User) -> None:
    running = row.filetypeperiod_set.get(until_on=None)
    if from_on < running.from_on:
        raise Refused(_("The present type began later than this day. Choose a later day."))
    running.until_on = from_on
    running.save(update_fields=["until_on"])
    period = FileTypePeriod.objects.create(case=row, file_type=file_type, from_on=from_on, created_by=by)
    row.file_type = file_type
    row.version += 1
    row.save(update_fields=["file_type", "version"])
    told(Verb.FILE_TYPE_CHANGED, case=row, by=by, room="intake", object_id=period.pk)


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
