"""Stays in a shelter."""

import datetime
import uuid

from django.db import IntegrityError, transaction
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action, constraint_of, once
from organisations.models import Place, Shelter, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.rules.shelters import capacity_on

from ..models import Case, DateCorrection, Participation, Placement
from . import undo
from .base import locked, told

NOT_OF_THE_CASE = _("This place is not of an organisation that takes part in the case.")


@action
def place(
    *,
    case: Case,
    place: Place,
    from_at: datetime.datetime,
    expected_until: datetime.date | None,
    submission: uuid.UUID | None,
    by: User,
) -> Placement:
    """One stay in one place; the shelter's row is locked first, the database has the last word. Raises Refused."""
    case = locked(case, by=by, permission=Permission.SHELTER_WRITE)
    if not places_for(case).filter(pk=place.pk).exists():
        raise Refused(NOT_OF_THE_CASE)
    house = Shelter.objects.select_for_update(no_key=True).get(pk=place.shelter_id)

    def make() -> Placement:
        room_for(place, house, from_at)
        row = Placement(
            case=case,
            place=place,
            from_at=from_at,
            expected_until=expected_until,
            submission=submission,
            created_by=by,
        )
        row.save(force_insert=True)
        case.bed_needed = False
        case.version += 1
        case.save(update_fields=["bed_needed", "version"])
        told(Verb.PLACED, case=case, by=by, room="shelter", object_id=row.pk)
        return row

    try:
        with transaction.atomic():
            return once(
                Placement,
                submission,
                make,
                said={"place": place, "arrived_on": timezone.localdate(from_at), "expected_until": expected_until},
                case_id=case.pk,
            )[0]
    except IntegrityError as error:
        raise Refused(why_not(error)) from None


def room_for(place: Place, house: Shelter, from_at: datetime.datetime) -> None:
    """Raises Refused where the place is not used on that day, or the house takes nobody more; the house is locked."""
    day = timezone.localdate(from_at)
    if not Place.objects.usable_on(day).filter(pk=place.pk).exists():
        raise Refused(_("This place is out of use on that day, or the house is closed. Choose another place."))
    not_full(house, from_at)


def not_full(
    house: Shelter, since: datetime.datetime, *, until: datetime.datetime | None = None, but: Placement | None = None
) -> None:
    """Raises Refused where, at any moment from then until (None: on), as many others stay there as may; the house is locked."""
    others = Placement.objects.filter(place__shelter=house).exclude(pk=but.pk if but else None)
    known = list(others.exclude(until_at__lte=since).values_list("from_at", "until_at"))
    rows, places = list(house.capacities.values_list("from_on", "places")), house.places.count()
    later = (begin for begin, _end in known if begin > since and (until is None or begin < until))
    for moment in [since, *later]:
        there = sum(begin <= moment and (end is None or moment < end) for begin, end in known)
        capacity = capacity_on(rows, timezone.localdate(moment), places=places)
        if there >= capacity:
            raise Refused(
                _("This house is full: %(number)s may stay there, as agreed. Choose another one.")
                % {"number": capacity}
            )


def why_not(error: IntegrityError):
    """The sentence for the constraint that said no; anything else is a fault and is raised again."""
    constraint = constraint_of(error)
    if constraint == "no_place_twice":
        return _("Somebody else has this place in that time. Choose another place.")
    if constraint == "nobody_in_two_places":
        return _("This person has another stay in that time. End that stay first.")
    raise error


@action
def end(*, placement: Placement, until_at: datetime.datetime, departure_reason: str, by: User) -> Placement:
    """End the stay; the place is free from that moment. Raises Refused."""
    case = locked(placement.case, by=by, permission=Permission.SHELTER_WRITE)
    row = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk, case=case)
    if row.until_at is not None:
        raise Refused(_("This stay has already ended."))
    if until_at <= row.from_at:
        raise Refused(_("The stay cannot end before it began."))
    row.until_at, row.departure_reason = until_at, departure_reason
    undo.ends(row, by=by)
    row.version += 1
    row.save()
    told(Verb.PLACEMENT_ENDED, case=case, by=by, room="shelter", object_id=row.pk)
    return row


@action
def correct_end(*, placement: Placement, day: datetime.date, why: str, by: User) -> Placement:
    """A stay that ended on another day than was recorded, at the same time of the day; both stay told. Raises Refused."""
    case = locked(placement.case, by=by, permission=Permission.SHELTER_WRITE)
    row = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk, case=case)
    if row.until_at is None:
        return row
    ended = timezone.localtime(row.until_at)
    DateCorrection(
        case=case, created_by=by, subject=row.pk, field="until_on", was=ended.date(), became=day, reason=why
    ).save(force_insert=True)
    row.until_at = timezone.make_aware(datetime.datetime.combine(day, ended.time()))
    if row.until_at <= row.from_at:
        raise Refused(_("The stay cannot end before it began."))
    if row.until_at > timezone.now():
        raise Refused(_("This moment is still to come."))
    if row.until_at > ended:
        house = Shelter.objects.select_for_update(no_key=True).get(places=row.place_id)
        not_full(house, ended, until=row.until_at, but=row)
    row.version += 1
    try:
        with transaction.atomic():
            row.save(update_fields=["until_at", "version"])
    except IntegrityError as error:
        raise Refused(why_not(error)) from None
    told(Verb.PLACEMENT_END_CORRECTED, case=case, by=by, room="shelter", object_id=row.pk)
    return row


@action
def undo_end(*, placement: Placement, by: User) -> Placement:
    """Within ten minutes: the stay goes on as if it had not ended, if its place is still free. By whoever may end it.

    Raises Refused.
    """
    case = locked(placement.case, by=by, permission=Permission.SHELTER_WRITE)
    row = undo.just_ended(placement)
    if row.until_at is None:
        return row
    place = places_for(case).filter(pk=row.place_id).first()
    if place is None:
        raise Refused(NOT_OF_THE_CASE)
    house = Shelter.objects.select_for_update(no_key=True).get(pk=place.shelter_id)
    if place.outs.on(timezone.localdate()).exists():
        raise Refused(_("This place has gone out of use meanwhile. Record a stay in another one."))
    not_full(house, timezone.now())
    row.departure_reason = ""
    try:
        with transaction.atomic():
            undo.reopen(row, Verb.PLACEMENT_END_UNDONE, case=case, by=by, room="shelter")
    except IntegrityError as error:
        raise Refused(why_not(error)) from None
    return row


def places_for(case: Case):
    """Places of the organisations that take part in the case now."""
    taking_part = Participation.objects.now().filter(case=case).values("organisation_id")
    return Place.objects.filter(shelter__organisation__in=taking_part).select_related("shelter")


def free_places(case: Case, at: datetime.datetime | None = None):
    """Those of them in which nobody stays at that moment or after it."""
    at = at or timezone.now()
    taken = Placement.objects.exclude(until_at__lte=at).values("place_id")
    return (
        places_for(case)
        .usable_on(timezone.localdate(at))
        .exclude(pk__in=taken)
        .order_by("shelter__name", Length("name"), "name")
    )
