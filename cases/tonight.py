"""A house tonight: who sleeps where, what the shift must know of them, who came and left."""

import dataclasses
import datetime
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Q
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.models import Place, Shelter, User
from organisations.permissions import Permission
from organisations.rules.shelters import PlaceKind

from .models import (
    CareInstruction,
    Case,
    CaseContact,
    FamilyMember,
    Journey,
    Note,
    PlaceHold,
    Placement,
    SafetyAssessment,
)
from .models.case import with_keys
from .rules.placement import Wanted
from .rules.tonight import HANDED_OVER, PHONED_AT_NIGHT, beginning, night_of

# What may be known of somebody in the house is asked of each of their rooms.
ROOMS_ASKED = (
    Permission.SHELTER_READ, Permission.SUPPORT_READ, Permission.UNSAFE_REGIONS_READ, Permission.NOTES_READ,
    Permission.NOTES_WRITE, Permission.SUPPORT_WRITE, Permission.RETURN_READ,
)  # fmt: skip
Sight = dict[Permission, set[uuid.UUID]]


@dataclasses.dataclass
class Sleeper:
    """One stay in the house, as far as this person may know of it: without `case` only that the place is taken."""

    stay: Placement
    case: Case | None = None
    minor: bool = False
    unsafe: list[str] = dataclasses.field(default_factory=list)
    care: list[CareInstruction] = dataclasses.field(default_factory=list)
    phone: list[CaseContact] = dataclasses.field(default_factory=list)
    never_tell: list[CaseContact] = dataclasses.field(default_factory=list)
    notes: list[Note] = dataclasses.field(default_factory=list)
    booked_for: datetime.date | None = None
    may_add_care: bool = False
    # who of the household came along into this place: their number, and their names where the file tells who
    along: int = 0
    named: list[FamilyMember] = dataclasses.field(default_factory=list)
    household_of: int = 0

    @property
    def place(self) -> Place:
        return self.stay.place

    def sleeps_here(self, now: datetime.datetime) -> bool:
        return self.stay.until_at is None or self.stay.until_at > now


@dataclasses.dataclass
class Night:
    """The house that night. `came`, `left` and `leaving` name only people whose cases this person may open."""

    day: datetime.date
    sleepers: list[Sleeper]
    left: list[Sleeper]
    free: list[Place]
    # places that are held, with the case of whom is expected there where this person may know it
    held: list[tuple[Place, Case | None]]
    boxes: list[tuple[Case, str]]

    @property
    def people(self) -> int:
        """How many people sleep here, as far as is known: whoever came along in a place for a household too."""
        return sum(1 + row.along for row in self.sleepers)

    @property
    def day_after(self) -> datetime.date:
        return self.day + datetime.timedelta(days=1)

    @property
    def known(self) -> list[Sleeper]:
        """Everybody of whom something is told here."""
        return [one for one in [*self.sleepers, *self.left] if one.case is not None]

    @property
    def came(self) -> list[Sleeper]:
        return [one for one in self.sleepers if one.case is not None and one.stay.from_at >= beginning(self.day)]

    @property
    def leaving(self) -> list[Sleeper]:
        """Expected to leave by tomorrow, or before and still here; or with a journey booked for today or tomorrow."""
        return [
            one
            for one in self.sleepers
            if one.case is not None
            and (
                one.booked_for or one.stay.until_at or (one.stay.expected_until or datetime.date.max) <= self.day_after
            )
        ]


def houses(user: User) -> list[Shelter]:
    """The houses of the organisations where this person works at night, each with how many places are taken now."""
    now = timezone.now()
    here = user.organisations_with(Permission.TONIGHT_READ)
    if not here:
        return []
    stays = Q(places__placements__from_at__lte=now) & (
        Q(places__placements__until_at=None) | Q(places__placements__until_at__gt=now)
    )
    found = Shelter.objects.filter(organisation__in=here).annotate(taken=Count("places__placements", filter=stays))
    return list(found.order_by("name", "pk"))


def night(house: Shelter, *, by: User) -> Night:
    """The house as this person may know it now; the same number of questions for one person and for thirty."""
    now = timezone.now()
    day = night_of(now)
    stays = list(
        Placement.objects.filter(
            Q(until_at=None) | Q(until_at__gte=beginning(day)), from_at__lte=now, place__shelter=house
        )
        .select_related("place", "case__victim", "member", "offer__request__brief")
        .order_by(Length("place__name"), "place__name", "from_at")
    )
    sight = may_know([stay.case_id for stay in stays], by=by)
    rows = [row_of(stay, sight, day) for stay in stays]
    with_keys([row.case for row in rows if row.case is not None])
    fill([row for row in rows if row.case is not None], sight, by=by, now=now, day=day)
    here = [row for row in rows if row.sleeps_here(now)]
    count_along([row for row in here if lives_with(row)])
    left = [row for row in rows if not row.sleeps_here(now) and row.case is not None]
    taken = {row.place.pk for row in here}
    holds = list(PlaceHold.objects.now().filter(place__shelter=house).select_related("place", "case", "offer"))
    expected = may_know([hold.case_id for hold in holds], by=by, rooms=[Permission.SHELTER_READ])[
        Permission.SHELTER_READ
    ]
    with_keys([hold.case for hold in holds if hold.case_id in expected])
    taken |= {hold.place_id for hold in holds}
    return Night(
        day=day,
        sleepers=here,
        left=left,
        free=[
            place
            for place in Place.objects.filter(shelter=house)
            .usable_on(timezone.localdate(now))
            .order_by(Length("name"), "name")
            if place.pk not in taken
        ],
        held=[(hold.place, hold.case if hold.case_id in expected else None) for hold in holds],
        boxes=boxes(here, left, sight),
    )


def may_know(cases: list[uuid.UUID], *, by: User, rooms: Iterable[Permission] = ROOMS_ASKED) -> Sight:
    """For each room the cases of which this person may read (or write) it, by the one rule of access."""
    return {
        permission: set(Case.objects.where_may(by, permission).filter(pk__in=cases).values_list("pk", flat=True))
        for permission in rooms
    }


def row_of(stay: Placement, sight: Sight, day: datetime.date) -> Sleeper:
    """The stay with its case if this person may read the shelter room of it, and otherwise without."""
    if stay.case_id not in sight[Permission.SHELTER_READ]:
        return Sleeper(stay)
    return Sleeper(
        stay,
        stay.case,
        minor=stay.case.is_minor(day),
        may_add_care=stay.case_id in sight[Permission.SUPPORT_WRITE],
    )


def fill(rows: list[Sleeper], sight: Sight, *, by: User, now: datetime.datetime, day: datetime.date) -> None:
    """Put into each row what is to be known of the person, of the rooms that may be read."""
    shown = {row.stay.case_id for row in rows}
    hidden = Case.objects.hidden_in(list(shown), by)

    def among(permission: Permission) -> list[uuid.UUID]:
        return list(shown & sight[permission])

    support = among(Permission.SUPPORT_READ)
    care = by_case(CareInstruction.objects.on(day).filter(case__in=support))
    contacts = by_case(CaseContact.objects.current().filter(case__in=support))
    notes = by_case(
        Note.objects.filter(
            case__in=among(Permission.NOTES_READ),
            correction=None,
            areas__contains=["handover"],
            created_at__gte=now - HANDED_OVER,
        ).select_related("created_by")
    )
    newest = SafetyAssessment.objects.filter(case__in=among(Permission.UNSAFE_REGIONS_READ))
    safety = by_case(newest.order_by("case_id", "-assessed_on", "-created_at"))
    booked = by_case(
        Journey.objects.filter(
            case__in=among(Permission.RETURN_READ), departed_on=None,
            booked_for__range=(day, day + datetime.timedelta(days=1)),
        )
    )  # fmt: skip
    for row in rows:
        key = row.stay.case_id
        row.care = care[key]
        row.never_tell = [contact for contact in contacts[key] if contact.never_tell]
        row.phone = [c for c in contacts[key] if c.kind in PHONED_AT_NIGHT and not c.never_tell]
        in_sight = Case(pk=key)
        in_sight.hidden_before = hidden.get(key, {})
        row.notes = [note for note in notes[key] if in_sight.shows(note)]
        assessed = next((found for found in safety[key] if in_sight.shows(found)), None)
        row.unsafe = assessed.unsafe_region_names if assessed is not None else []
        row.booked_for = next((journey.booked_for for journey in booked[key]), None)


def lives_with(row: Sleeper) -> bool:
    """Whether others of a household may live in the place of this person too."""
    return row.case is not None and row.stay.member_id is None and row.place.kind != PlaceKind.SINGLE


def count_along(rows: list[Sleeper]) -> None:
    """Put beside each who of the household came along: as many as the place was asked for, less who has a stay of their own.

    They are named where the file tells who it must be. Where nobody asked CoMensha it does not say who came: the size of
    the household stands there, and is not counted.
    """
    if not rows:
        return
    cases = [row.stay.case_id for row in rows]
    members = by_case(FamilyMember.objects.filter(case__in=cases, in_the_netherlands=True))
    stays = by_case(Placement.objects.filter(case__in=cases))
    for row in rows:
        key, offer = row.stay.case_id, row.stay.offer_id
        # since they came: whoever had a place of their own then did not come along into this one, also after a move
        since = min([row.stay.from_at, *(stay.from_at for stay in stays[key] if offer and stay.offer_id == offer)])
        own = [stay for stay in stays[key] if stay.member_id is not None]
        apart = {stay.member_id for stay in own if stay.until_at is None or stay.until_at > since}
        rest = [member for member in members[key] if member.pk not in apart]
        if row.stay.offer is None:
            row.household_of = 1 + len(rest) if rest else 0
            continue
        wanted = row.stay.offer.request.brief.wanted
        row.along = max(wanted.people - 1 - len(apart), 0)
        if len(rest) == row.along and must_be(members[key], wanted):
            row.named = rest
        elif row.along:
            row.household_of = 1 + row.along


def must_be(household: list[FamilyMember], wanted: Wanted) -> bool:
    """Whether the household in the file is just the adults and children for whom was asked, beside the person."""
    today = timezone.localdate()
    children = sum(member.is_minor(today) for member in household)
    asked = (wanted.adults - 1, wanted.children) if wanted.adults else (0, wanted.children - 1)
    return (len(household) - children, children) == asked


def by_case(found: Iterable[Any]) -> dict[uuid.UUID, list]:
    """The rows of each case, each with the case that is known already by its id alone."""
    grouped = defaultdict(list)
    for row in found:
        grouped[row.case_id].append(row)
    return grouped


def boxes(here: list[Sleeper], left: list[Sleeper], sight: Sight) -> list[tuple[Case, str]]:
    """Of whom a handover note may be written: each person once, called by working name and place."""
    found: dict[uuid.UUID, tuple[Case, str]] = {}
    for rows, where in ((here, ""), (left, _("left"))):
        for row in rows:
            if row.case is not None and row.case.pk in sight[Permission.NOTES_WRITE]:
                found.setdefault(row.case.pk, (row.case, f"{row.case.working_name}, {where or row.place.name}"))
    return list(found.values())
