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
from .case import begin_participation, end_participation, index_names


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
        # also where nobody else takes part: a no is a no, and CoMensha can have the file erased by its reference
        end_participation(participation=part, by=by, for_good=True)


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
    """A notice registered with consent has its row among the consents, and what the person takes back there is taken back.

    Raises Refused where the consent was withdrawn: a new one is recorded first, where the old one stands.
    """
    case, day = notice.case, notice.decided_on
    if day is None:
        return
    of_register = case.consent_set.filter(purpose=Purpose.REGISTRATION)
    given = of_register.given().first()
    registered = case.notice_set.filter(decision=Decision.CONSENT, withdrawn_on=None)
    if notice.decision == Decision.CONSENT and notice.withdrawn_on is None and given is None:
        if of_register.exists():
            raise Refused(_("The consent to registration was withdrawn. Record a new one first, under Consents."))
        victim = case.victim
        who = givers(victim.birth_date, victim.birth_year, minor=case.is_minor(day), on=day)
        row = Consent.objects.create(
            case=case, purpose=Purpose.REGISTRATION, recipient=register(), given_on=day, written=True,
            ground=Ground.GUARDIAN if Ground.GUARDIAN in who else Ground.PERSON, created_by=by,
        )  # fmt: skip
        told(Verb.CONSENT_RECORDED, case=case, by=by, room="consents", object_id=row.pk)
    elif given is not None and not registered.exists() and (notice.withdrawn_on or notice.decision == Decision.REFUSED):
        given.withdrawn_on = max(notice.withdrawn_on or day, given.given_on)
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
