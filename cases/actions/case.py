"""Opening a case, its first answers, restriction, assignment and the parts of organisations."""

import datetime
import uuid

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import audit
from organisations.actions.base import Refused, action, fresh, once
from organisations.models import AuditEvent, Organisation, User
from organisations.models.membership import in_force
from organisations.models.prepared import sent_together
from organisations.permissions import Permission
from organisations.roles import ABILITIES, Role
from organisations.rules.audit import Verb
from organisations.sealing import index, keys

from ..models import (
    Assignment,
    Case,
    FileTypePeriod,
    Notice,
    Participation,
    Placement,
    PlacementRequest,
    StageMove,
    Victim,
)
from ..models.read_once import ReadOnce
from ..rules.access import Part
from ..rules.codes import AgeGroup, FileType
from ..rules.consent import Purpose
from ..rules.references import new_reference
from ..rules.workflow import Stage
from . import refresh, undo
from .base import NOT_ANY_MORE, lock, locked, still_may, told


@action
def create(
    *,
    working_name: str,
    age_group: AgeGroup,
    danger_now: bool,
    bed_needed: bool,
    notifier: str,
    submission: uuid.UUID | None,
    by: User,
    received_on: datetime.date | None = None,
    reference: str | None = None,
) -> Case:
    """The four questions of the night: an empty victim, a case, and a notice if another body reported.

    The organisation of the person takes the part that fits their role there. The reference is random; only an
    invented world brings its own. Raises Refused.
    """
    organisation, part = beginning_of(by)

    def make() -> Case:
        victim = Victim(created_by=by)
        victim.save(force_insert=True)
        case = Case(
            reference=reference or new_reference(),
            victim=victim,
            working_name=working_name,
            age_group=age_group,
            danger_now=danger_now,
            bed_needed=bed_needed,
            stage=Stage.REGISTERED if part is Part.REGISTRATION else Stage.INTAKE,
            file_type=first_file_type(part, notifier=notifier, bed_needed=bed_needed),
            submission=submission,
            created_by=by,
        )
        keys.make(case.sealed_for)
        case.save(force_insert=True)
        today = timezone.localdate()
        with sent_together():
            FileTypePeriod.objects.create(case=case, file_type=case.file_type, from_on=today, created_by=by)
            StageMove.objects.create(case=case, to_stage=case.stage, created_by=by)
            taken = Participation.objects.create(case=case, organisation=organisation, part=part, created_by=by)
            if part is Part.REGISTRATION and bed_needed:
                # the register itself looks for the bed
                Participation.objects.create(case=case, organisation=organisation, part=Part.PLACEMENT, created_by=by)
            Assignment.objects.create(case=case, user=by, created_by=by)
            notices = []
            if notifier:
                day = received_on or today
                notices.append(Notice.objects.create(case=case, notifier=notifier, received_on=day, created_by=by))
            index.begin(case.pk, names=[working_name])
            audit.record(Verb.CASE_CREATED, by=by, organisation=organisation, case=case, room="case")
            lead = taken if part is Part.LEAD else None
            refresh.tasks(case, by=by, known=ReadOnce.of_new(case.pk, lead=lead, notices=notices))
        return case

    said = {"working_name": working_name, "age_group": age_group, "danger_now": danger_now, "bed_needed": bed_needed}
    return once(Case, submission, make, said=said, created_by_id=by.pk)[0]


def beginning_of(user: User) -> tuple[Organisation, Part]:
    """In which organisation, and as what, this person opens a case. Raises Refused."""
    for organisation in user.organisations_with(Permission.CASE_CREATE):
        roles = {m.role for m in user.active_memberships if m.organisation_id == organisation.pk}
        if roles & {Role.CASEWORKER, Role.TEAM_LEAD}:
            return organisation, Part.LEAD
        if Role.CARE_COORDINATOR in roles:
            return organisation, Part.COORDINATION
        if Role.COMENSHA_COORDINATOR in roles:
            return organisation, Part.REGISTRATION
    raise Refused(_("Your roles do not open cases."))


def first_file_type(part: Part, *, notifier: str, bed_needed: bool) -> FileType:
    """Without a notice a file is for support only, unless the national register itself opens it."""
    if not notifier and part is not Part.REGISTRATION:
        return FileType.SUPPORT_ONLY
    return FileType.SHELTER if bed_needed else FileType.REGISTRATION


def index_names(case: Case) -> None:
    """The case can be found by its working name and its notifiers' numbers, the victim by names and numbers."""
    index.rewrite(
        case.pk,
        names=[case.working_name],
        numbers=[notice.notifier_number for notice in case.notice_set.all() if notice.notifier_number],
    )


@action
def change(*, case: Case, values: dict, version: int | None, by: User) -> Case:
    """The working name and the first answers. Raises Stale and Refused."""
    row = fresh(locked(case, by=by, permission=Permission.IDENTITY_WRITE), version)
    if row.danger_now and not values.get("danger_now", True) and row.assessed_as_acute():
        raise Refused(_("The last safety assessment says acute danger. Assess again: that lifts the mark."))
    needed = row.bed_needed
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    index_names(row)
    told(Verb.CASE_CHANGED, case=row, by=by, room="intake")
    if needed and not row.bed_needed:
        part_follows(row, by=by)
    elif row.bed_needed and not needed:
        look_again(row, by=by)
    return row


def look_again(case: Case, *, by: User) -> None:
    """The register that opened the case looks for the bed itself, as at the opening: a no by a slip of the hand is put right.

    Only where nobody else ever took part, so that it sees nothing that others wrote. The case is locked.
    """
    parts = Participation.objects.filter(case=case)
    mine = parts.now().filter(
        part=Part.REGISTRATION, organisation__in=by.organisations_with(Permission.PLACEMENT_BOARD)
    )
    own = mine.first()
    if own is not None and not parts.exclude(organisation=own.organisation_id).exists():
        begin_participation(case=case, organisation=own.organisation, part=Part.PLACEMENT, by=by)


@action
def begin_participation(
    *, case: Case, organisation: Organisation, part: Part, by: User, hidden_before: dict[str, str] | None = None
) -> Participation:
    """Let an organisation take part. Called by the actions that grant a part; checks no permission of its own."""
    try:
        with transaction.atomic():
            row, begun = Participation.objects.get_or_create(
                case=case, organisation=organisation, part=part, until_at=None,
                defaults={"created_by": by, "hidden_before": hidden_before or {}},
            )  # fmt: skip
    except IntegrityError:
        raise Refused(_("This case already has a lead organisation.")) from None
    if begun:
        told(Verb.PARTICIPATION_BEGUN, case=case, by=by, room="case", object_id=row.pk)
    return row


@action
def end_participation(*, participation: Participation, by: User, for_good: bool = False) -> None:
    """End a part from now on. Called by the actions that take a part away; checks no permission of its own.

    `for_good`: it followed from something else, and is not taken back by itself.
    """
    if participation.until_at is None:
        participation.until_at = timezone.now()
        if not for_good:
            undo.ends(participation, by=by)
        participation.save(update_fields=["until_at", "ended_at", "ended_by"])
        case = participation.case
        told(Verb.PARTICIPATION_ENDED, case=case, by=by, room="case", object_id=participation.pk)
        # what was asked of somebody who no longer sees the case is asked of those who work on it
        case.task_set.open().exclude(for_user=None).exclude(for_user__in=assignable(case)).update(for_user=None)


def part_follows(case: Case, *, by: User) -> None:
    """CoMensha's part for placement lasts as long as a request waits or somebody stays where it placed them, and they agree."""
    agreed = case.consent_set.given().filter(purpose=Purpose.PLACEMENT).exists()
    busy = agreed and (
        PlacementRequest.objects.waiting().filter(case=case).exists()
        or Placement.objects.filter(case=case, until_at=None, offer__isnull=False).exists()
    )
    if not busy:
        for part in Participation.objects.now().filter(case=case, part=Part.PLACEMENT):
            end_participation(participation=part, by=by, for_good=True)


@action
def assign(*, case: Case, user: User, by: User) -> Assignment:
    """Put a person of a participating organisation on the case. Raises Refused."""
    row = locked(case, by=by, permission=Permission.CASE_ASSIGN)
    return put_on(row, user, by=by)


@action
def reassign(*, case: Case, user: User, by: User) -> Assignment:
    """Put a person on a restricted case without seeing it: what a team lead does when its people are gone. Raises Refused."""
    return put_on(locked_unseen(case, by=by), user, by=by)


def locked_unseen(case: Case, *, by: User) -> Case:
    """A restricted case that this team lead answers for, under lock, whether they see it or not. Raises Refused."""
    lock(case, by=by)
    row = Case.objects.restricted_led_by(by).filter(pk=case.pk).first()
    if row is None:
        raise Refused(NOT_ANY_MORE)
    return row


@action
def unassign(*, assignment: Assignment, by: User) -> None:
    """End an assignment; a restricted case keeps at least one person. Raises Refused."""
    case = locked(assignment.case, by=by, permission=Permission.CASE_ASSIGN)
    current = Assignment.objects.now().filter(case=case)
    # People who still see it, not rows: an assignment outlives a role.
    if case.restricted and not current.exclude(pk=assignment.pk).filter(user__in=assignable(case)).exists():
        raise Refused(_("A restricted case needs at least one assigned person. Assign somebody else first."))
    row = current.filter(pk=assignment.pk).first()
    if row is not None:
        row.until_at = timezone.now()
        undo.ends(row, by=by)
        row.save(update_fields=["until_at", "ended_at", "ended_by"])
        told(Verb.UNASSIGNED, case=case, by=by, room="case", object_id=row.pk)


@action
def undo_unassign(*, assignment: Assignment, by: User) -> Assignment:
    """Within ten minutes: the person is assigned as if they had been all along. By whoever may assign.

    Whoever ended it and with it lost sight of a restricted case may take that back; nobody gets an assignment that they
    could not be given now. Raises Refused.
    """
    seen = still_may(assignment.case, by=by, permission=Permission.CASE_ASSIGN)
    if seen:
        case = locked(assignment.case, by=by, permission=Permission.CASE_ASSIGN)
    else:
        case = locked_unseen(assignment.case, by=by)
    row = undo.just_ended(assignment)
    if row.until_at is None:
        return row
    if not seen and row.ended_by_id != by.pk:
        raise Refused(NOT_ANY_MORE)
    if restricted_since(case, row.ended_at):
        raise Refused(
            _("The case was restricted after this assignment had ended. Assign the person anew if that is meant.")
        )
    if not assignable(case).filter(pk=row.user_id).exists():
        raise Refused(
            _("This person cannot work on the case any more: their role or the part of their organisation has ended.")
        )
    if Assignment.objects.now().filter(case=case, user=row.user_id).exists():
        raise Refused(_("This person has been assigned again already."))
    undo.reopen(row, Verb.UNASSIGNED_UNDONE, case=case, by=by, room="case")
    return row


def restricted_since(case: Case, moment: datetime.datetime | None) -> bool:
    """Whether the case was restricted after that moment, and so is meant for fewer people than then."""
    return AuditEvent.objects.filter(case_id=case.pk, verb=Verb.CASE_RESTRICTED, at__gte=moment).exists()


def put_on(case: Case, user: User, *, by: User) -> Assignment:
    if not assignable(case).filter(pk=user.pk).exists():
        raise Refused(_("Only people whose organisation takes part can be assigned."))
    assignment, begun = Assignment.objects.get_or_create(
        case=case, user=user, until_at=None, defaults={"created_by": by}
    )
    if begun:
        told(Verb.ASSIGNED, case=case, by=by, room="case", object_id=assignment.pk)
    return assignment


def assignable(case: Case):
    """People with an active role that opens the case page, in an organisation that takes part now."""
    taking_part = Participation.objects.now().filter(case=case).values("organisation_id")
    roles = [role.value for role, abilities in ABILITIES.items() if Permission.CASE_SEE in abilities]
    return (
        User.objects.filter(
            in_force("memberships"),
            memberships__organisation__in=taking_part,
            memberships__role__in=roles,
            is_active=True,
        )
        .distinct()
        .order_by("name")
    )


def assigned(case: Case):
    """The ids of the people assigned now."""
    return Assignment.objects.now().filter(case=case).values("user_id")


@action
def restrict(*, case: Case, restricted: bool, version: int | None, by: User) -> Case:
    """Only assigned people see a restricted case; whoever restricts it is assigned. Raises Stale and Refused."""
    row = fresh(locked(case, by=by, permission=Permission.CASE_RESTRICT), version)
    if row.restricted == restricted:
        return row
    if restricted:
        assign(case=row, user=by, by=by)
    row.restricted = restricted
    row.version += 1
    row.save(update_fields=["restricted", "version"])
    told(Verb.CASE_RESTRICTED if restricted else Verb.CASE_UNRESTRICTED, case=row, by=by, room="case")
    return row
