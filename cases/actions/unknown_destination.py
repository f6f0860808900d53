"""Somebody left to an unknown destination: what that ends, and that they came back. The registration and its notices stay."""

import datetime
import uuid
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, SentBefore, action, once
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import (
    Case,
    DateCorrection,
    FamilyMember,
    Placement,
    PlacementRequest,
    ReflectionPeriod,
    UnknownDestination,
)
from ..rules.undo import UNDO, What
from . import base, placement, residence, shelter
from .base import NOT_ANY_MORE, locked, still_may, told
from .case import part_follows

REASON = "mob"


@dataclass(frozen=True)
class Ends:
    """What leaving on that day ends, as far as this person may end it; the rest stays as it is and is said."""

    day: datetime.date
    reflection: ReflectionPeriod | None
    stay: Placement | None
    # of whoever of the household has a place of their own now: who left is asked
    household: list[Placement]
    # a place that is asked for them
    asked: PlacementRequest | None
    # a running reflection period that ended at the latest before that day
    over: ReflectionPeriod | None
    writes_registration: bool
    writes_shelter: bool

    @property
    def mark(self) -> str:
        """The same as long as the same would end: what a page showed is what is done, or it is shown again."""
        ending = (self.reflection, self.stay, *self.household, self.asked, self.over)
        rows = [f"{row.pk}.{row.version}" for row in ending if row is not None]
        return " ".join([self.day.isoformat(), f"{self.writes_registration:d}{self.writes_shelter:d}", *rows])


def ends(case: Case, day: datetime.date, *, by: User) -> Ends:
    """What runs in the rooms that this person writes, read again."""
    registration = still_may(case, by=by, permission=Permission.REGISTRATION_WRITE)
    sheltering = still_may(case, by=by, permission=Permission.SHELTER_WRITE)
    period = ReflectionPeriod.objects.running().filter(case=case).first() if registration else None
    over = period is not None and period.latest_end is not None and period.latest_end < day
    running = Placement.objects.filter(case=case, until_at=None).select_related("place__shelter", "member")
    stays = list(running.order_by("from_at", "pk")) if sheltering else []
    stay = next((one for one in stays if one.member_id is None), None)
    household = [one for one in stays if one.member_id is not None]
    asked = PlacementRequest.objects.waiting().filter(case=case).first() if sheltering else None
    return Ends(
        day, None if over else period, stay, household, asked, period if over else None, registration, sheltering
    )


@action
def leave(
    *,
    case: Case,
    left_at: datetime.datetime,
    reported_by: str,
    shown: str,
    submission: uuid.UUID | None,
    by: User,
    household: Collection[FamilyMember] = (),
    left_time: datetime.time | None = None,
) -> UnknownDestination:
    """Record it and end what it ends, all or nothing. `shown`: the mark of what the page said it would end. Raises Refused.

    `household`: who of it left along; whoever else of it stays somewhere keeps their place. `left_time`: where
    it was told at what time; the moment itself is made up otherwise.
    """
    case = locked(case, by=by, permission=Permission.CASE_SEE)
    day = timezone.localdate(left_at)
    values = {"left_on": day, "left_time": left_time, "reported_by": reported_by}
    along = {member.pk for member in household}

    def make() -> UnknownDestination:
        ending = ends(case, day, by=by)
        check(case, ending, shown)
        row = UnknownDestination(
            case=case, created_by=by, submission=submission, reflection=ending.reflection, **values
        )
        row.save(force_insert=True)
        told(Verb.LEFT_TO_UNKNOWN, case=case, by=by, room="intake", object_id=row.pk)
        if ending.reflection is not None:
            residence.change_reflection(
                reflection=ending.reflection, values={"ended_on": day, "end_reason": REASON},
                version=ending.reflection.version, by=by,
            )  # fmt: skip
        leaving = [stay for stay in (ending.stay, *ending.household) if stay and stay.member_id in {None, *along}]
        shelter.lock_houses(leaving)
        for stay in leaving:
            shelter.is_left(stay, case, until_at=left_at, departure_reason=REASON, leaving=row, by=by)
        if leaving:
            part_follows(case, by=by)
        if ending.asked is not None:
            placement.stop(case, "left", by=by)
        return row

    said = {**values, "household": sorted(along)}
    try:
        return once(UnknownDestination, submission, make, said=said, case_id=case.pk, created_by_id=by.pk)[0]
    except SentBefore:
        # sent anew it would be a second leaving, of somebody who is away
        raise Refused(SAVED_BEFORE) from None


SAVED_BEFORE = _(
    "This leaving is saved as you sent it first; what you changed since is not. Correct it under Intake, or take it back there and record it anew."
)


def check(case: Case, ending: Ends, shown: str) -> None:
    """Raises Refused."""
    if not ending.writes_registration and not ending.writes_shelter:
        raise Refused(NOT_ANY_MORE)
    if UnknownDestination.objects.filter(case=case, back_on=None).exists():
        raise Refused(_("It is recorded already that this person left. If they came back since, record that first."))
    if overlapping(case, ending.day, None):
        raise Refused(OTHER_TIME)
    granted = ending.reflection.granted_on if ending.reflection is not None else None
    if granted is not None and ending.day < granted:
        raise Refused(_("The reflection period was granted after this day. Look at the day once more."))
    if shown != ending.mark:
        raise Refused(_("Read what this ends, and save again. Nothing is saved yet."))


OTHER_TIME = _("That the person was away is recorded for part of this time already. Look at the days once more.")


def overlapping(
    case: Case, left: datetime.date, back: datetime.date | None, *, than: UnknownDestination | None = None
) -> bool:
    """Whether another leaving of the case lies in the time from the one day until the other (None: without end)."""
    others = UnknownDestination.objects.filter(case=case).exclude(pk=than.pk if than else None)
    others = others.filter(Q(back_on=None) | Q(back_on__gt=left))
    return (others.filter(left_on__lt=back) if back is not None else others).exists()


@dataclass(frozen=True)
class Ended:
    """What ended because of a leaving: as far as this person may change it, it goes along with a correction."""

    reflection: ReflectionPeriod | None
    stays: list[Placement]


def ended_by(row: UnknownDestination, *, by: User) -> Ended:
    """What it is known to have ended; where that is not written down (recorded by two people, or long ago), of the same day."""
    period, stays = None, []
    if still_may(row.case, by=by, permission=Permission.REGISTRATION_WRITE):
        of_that_day = row.case.reflectionperiod_set.filter(ended_on=row.left_on, end_reason=REASON)
        period = of_that_day.filter(Q(leavings=row) | Q(leavings=None)).first()
    if still_may(row.case, by=by, permission=Permission.SHELTER_WRITE):
        rows = row.case.placement_set.select_related("place", "member").order_by("created_at")
        stays = list(rows.filter(leaving=row))
        if not stays and not row.case.unknowndestination_set.filter(left_on=row.left_on).exclude(pk=row.pk).exists():
            alone = rows.filter(leaving=None, member=None, until_at__date=row.left_on, departure_reason=REASON)
            stays = list(alone[:1])
    return Ended(period, stays)


@action
def change(
    *, row: UnknownDestination, values: dict, version: int | None, by: User, why: str = ""
) -> UnknownDestination:
    """A leaving that was recorded wrongly, with what ended on that day because of it; `why` for a date. Raises Stale and Refused."""
    note = residence.noting_corrections(values, why, by=by)

    def follows(current: UnknownDestination) -> None:
        note(current)
        day = values["left_on"]
        if values.get("back_on") and values["back_on"] < day:
            raise Refused(_("This is before the day on which the person left."))
        if overlapping(current.case, day, values.get("back_on"), than=current):
            raise Refused(OTHER_TIME)
        ended = ended_by(current, by=by)
        period = ended.reflection
        if period is not None and day != current.left_on:
            if not period.granted_on <= day <= period.latest_end:
                raise Refused(
                    _(
                        "The reflection period did not run on that day. Look at the day once more, or correct that period first."
                    )
                )
            residence.change_reflection(
                reflection=period, values={"ended_on": day}, version=period.version, by=by, why=why
            )
        # also where somebody who does not write the shelter room corrected the day before
        time = values.get("left_time", current.left_time)
        moving = [stay for stay in ended.stays if not stay.ended_at_told(day, time)]
        if not why and any(stay.left_on != day for stay in moving):
            raise Refused(residence.WITHOUT_REASON)
        shelter.lock_houses(moving)
        for stay in moving:
            shelter.correct_end(placement=stay, day=day, time=time, why=why, by=by)

    return base.change(
        row, values=values, version=version, by=by, permission=Permission.REGISTRATION_WRITE,
        verb=Verb.UNKNOWN_DESTINATION_CORRECTED, room="intake", check=follows,
    )  # fmt: skip


@action
def come_back(*, row: UnknownDestination, back_on: datetime.date, version: int | None, by: User) -> UnknownDestination:
    """Only recorded: nothing that ended goes on by it. Raises Stale and Refused."""

    def not_before(current: UnknownDestination) -> None:
        if current.back_on is not None:
            raise Refused(_("It is recorded already that the person came back. Correct the day there, with a reason."))
        if back_on < current.left_on:
            raise Refused(_("This is before the day on which the person left."))

    return base.change(
        row, values={"back_on": back_on}, version=version, by=by,
        permission=Permission.REGISTRATION_WRITE, verb=Verb.CAME_BACK, room="intake", check=not_before,
    )  # fmt: skip


def may_take_back(row: UnknownDestination, *, by: User, permission: Permission) -> bool:
    """Who writes the room; or who recorded it, whose part may have ended with what it ended."""
    own = row.created_by_id == by.pk and permission in by.abilities
    return own or still_may(row.case, by=by, permission=permission)


@action
def take_back(*, case: Case, pk: uuid.UUID, by: User) -> None:
    """Within ten minutes: it was not so, and what it ended goes on; all or nothing. Pressed twice it is done once.

    A place that was asked for stays withdrawn: what houses were asked has been told to them. Raises Refused.
    """
    case = locked(case, by=by, permission=Permission.CASE_SEE)
    rows = UnknownDestination.objects.select_for_update(no_key=True, of=("self",)).filter(pk=pk, case=case)
    row = rows.select_related("reflection").first()
    if row is None:
        return
    if not rows.filter(created_at__gt=Now() - UNDO[What.LEAVING]).exists():
        raise Refused(_("This was recorded more than ten minutes ago and cannot be taken back any more. Correct it."))
    if row.back_on is not None:
        raise Refused(
            _("It is recorded already that the person came back. Correct what is wrong there, with a reason.")
        )
    registration = may_take_back(row, by=by, permission=Permission.REGISTRATION_WRITE)
    sheltering = may_take_back(row, by=by, permission=Permission.SHELTER_WRITE)
    locks = Placement.objects.select_for_update(no_key=True, of=("self",))
    stays = list(locks.filter(leaving=row).select_related("place").order_by("created_at"))
    period = row.reflection
    if not (registration or sheltering) or (stays and not sheltering) or (period is not None and not registration):
        raise Refused(_("With it ended what you may not open again. Ask whoever recorded it to take it back."))
    shelter.lock_houses(stays)
    for stay in stays:
        shelter.go_on(stay, case, by=by)
    # an end that was recorded otherwise since stays as it is
    if period is not None and (period.ended_on, period.end_reason) == (row.left_on, REASON):
        residence.reflection_goes_on(reflection=period, by=by)
    # nor was it ever corrected
    subjects = [row.pk, *(stay.pk for stay in stays), *([period.pk] if period is not None else [])]
    DateCorrection.objects.filter(
        case=case, subject__in=subjects, field__in=["left_on", "until_on", "ended_on"], created_at__gte=row.created_at
    ).delete()
    row.delete()
    told(Verb.LEFT_TO_UNKNOWN_UNDONE, case=case, by=by, room="intake", object_id=pk)
