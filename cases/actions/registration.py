"""The national register follows what notices, consents and the type of the file say."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused
from organisations.models import Organisation, User
from organisations.rules.audit import Verb

from ..models import Case, Consent, FileTypePeriod, Notice, Participation
from ..rules.access import Part
from ..rules.codes import FileType
from ..rules.consent import Ground, Purpose, givers
from ..rules.registration import REGISTERED, Decision
from .base import told
from .case import begin_participation, index_names
from .participation import end_part


def is_registered(notice: Notice) -> bool:
    return notice.decision in {d.value for d in REGISTERED} and notice.withdrawn_on is None


def lift_support_only(case: Case, *, by: User) -> None:
    """A file for support only that is to be registered after all becomes a registration, from today."""
    if case.file_type == FileType.SUPPORT_ONLY:
        set_file_type(case, FileType.REGISTRATION, timezone.localdate(), by=by)


def follow_registration(case: Case, *, by: User) -> None:
    """The national register takes part while a notice is registered and not withdrawn; a refusal never lets it in."""
    index_names(case)
    keeper = register()
    if keeper is None:
        return
    support_only = case.file_type == FileType.SUPPORT_ONLY
    registered = (
        not support_only
        and case.notice_set.filter(decision__in=[d.value for d in REGISTERED], withdrawn_on=None).exists()
    )
    part = Participation.objects.now().filter(case=case, organisation=keeper, part=Part.REGISTRATION).first()
    if registered and part is None:
        begin_participation(case=case, organisation=keeper, part=Part.REGISTRATION, by=by)
    elif part is not None and not registered and (support_only or case.notice_set.exclude(decision="").exists()):
        end_part(part, by=by)


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


def register() -> Organisation | None:
    """The organisation that keeps the national register."""
    return Organisation.objects.filter(registers_nationally=True).first()


def follow_consent(notice: Notice, *, by: User) -> None:
    """A notice registered with consent has its row among the consents; withdrawn at the notice, it is withdrawn there."""
    if notice.decision != Decision.CONSENT or notice.decided_on is None:
        return
    case = notice.case
    given = case.consent_set.given().filter(purpose=Purpose.REGISTRATION).first()
    if notice.withdrawn_on is None and given is None:
        minor = case.is_minor(notice.decided_on)
        by_guardian = givers(case.victim.birth_date, minor=minor, on=notice.decided_on) == {Ground.GUARDIAN}
        row = Consent.objects.create(
            case=case, purpose=Purpose.REGISTRATION, recipient=register(), given_on=notice.decided_on, written=True,
            ground=Ground.GUARDIAN if by_guardian else Ground.PERSON, created_by=by,
        )  # fmt: skip
        told(Verb.CONSENT_RECORDED, case=case, by=by, room="consents", object_id=row.pk)
    others = case.notice_set.filter(decision=Decision.CONSENT, withdrawn_on=None)
    if notice.withdrawn_on is not None and given is not None and not others.exists():
        given.withdrawn_on = max(notice.withdrawn_on, given.given_on)
        given.version += 1
        given.save(update_fields=["withdrawn_on", "version"])
        told(Verb.CONSENT_WITHDRAWN, case=case, by=by, room="consents", object_id=given.pk)


def withdraw_notices(case: Case, *, on: datetime.date, by: User) -> None:
    """The consent is withdrawn: the notices registered with it are, and the register goes. Raises Refused."""
    for notice in case.notice_set.select_for_update(no_key=True).filter(decision=Decision.CONSENT, withdrawn_on=None):
        notice.withdrawn_on = max(on, notice.decided_on or on)
        notice.version += 1
        notice.save(update_fields=["withdrawn_on", "version"])
        told(Verb.NOTICE_CHANGED, case=case, by=by, room="intake", object_id=notice.pk)
    follow_registration(case, by=by)
