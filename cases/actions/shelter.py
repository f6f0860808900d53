"""Stays in a shelter."""

import datetime
import uuid
from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.db.models.functions import Length, Now
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action, constraint_of, fresh, once
from organisations.models import Place, Shelter, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.rules.shelters import capacity_on

from ..models import (
    Case,
    DateCorrection,
    FamilyMember,
    Participation,
    PlaceHold,
    Placement,
    PlacementOffer,
    UnknownDestination,
)
from ..models.facts import consent_of, facts_of
from ..models.vacancy import free_among, until_after
from ..rules.access import Part
from ..rules.consent import Purpose
from ..rules.placement import Outcome, Undone, undone
from ..rules.undo import UNDO, What
from . import undo
from .base import change, locked, told
from .case import begin_participation, part_follows
from .placement import stop
from .registration import register

NOT_OF_THE_CASE = _("This place is not of an organisation that takes part in the case.")
NOT_YOURS = _("You do not work in that house. Ask for a place there: the house answers.")
TAKEN = _("Somebody else has this place in that time. Choose another place.")
NOT_OF_THE_HOUSEHOLD = _("This person does not stand under People of this case.")


@action
def place(
    *,
    case: Case,
    place: Place,
    from_at: datetime.datetime,
    expected_until: datetime.date | None,
    submission: uuid.UUID | None,
    by: User,
    member: FamilyMember | None = None,
    emergency: bool = False,
) -> Placement:
    """One stay in one place; the shelter's row is locked first, the database has the last word. Raises Refused.

    `member`: who of the household it is; None: the person of the case. `emergency`: placed at once by one person, so that
    what is not arranged yet is asked the next morning.
    """
    case = locked(case, by=by, permission=Permission.SHELTER_WRITE)
    if not places_of(case, by=by).filter(pk=place.pk).exists():
        raise Refused(NOT_YOURS)
    if member is not None and member.case_id != case.pk:
        raise Refused(NOT_OF_THE_HOUSEHOLD)
    house = locked_house(place)

    def make() -> Placement:
        row = begin_stay(
            case, place, house, from_at=from_at, expected_until=expected_until, member=member, emergency=emergency,
            submission=submission, by=by,
        )  # fmt: skip
        if member is None and not emergency:
            # who was placed for a night only is still looked for
            stop(case, "own_house", by=by)
            case.bed_needed = False
            case.version += 1
            case.save(update_fields=["bed_needed", "version"])
        told(Verb.PLACED, case=case, by=by, room="shelter", object_id=row.pk)
        return row

    said = {
        "place": place, "arrived_on": timezone.localdate(from_at), "expected_until": expected_until,
        "member": member, "emergency": emergency,
    }  # fmt: skip
    try:
        with transaction.atomic():
            return once(Placement, submission, make, said=said, case_id=case.pk)[0]
    except IntegrityError as error:
        raise Refused(why_not(error)) from None


def locked_house(place: Place) -> Shelter:
    """The house of the place, held until the end of the transaction; the case is locked before it."""
    return Shelter.objects.select_for_update(no_key=True).get(pk=place.shelter_id)


def lock_houses(stays: Iterable[Placement]) -> None:
    """The houses of several stays, held in the order of their ids; the case is locked before them."""
    ids = {stay.place.shelter_id for stay in stays}
    list(Shelter.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk").values_list("pk"))


def begin_stay(
    case: Case,
    place: Place,
    house: Shelter,
    *,
    from_at: datetime.datetime,
    expected_until: datetime.date | None,
    by: User,
    member: FamilyMember | None = None,
    emergency: bool = False,
    submission: uuid.UUID | None = None,
    offer: PlacementOffer | None = None,
    after: Placement | None = None,
) -> Placement:
    """The row, where the place and the house have room from then on. Case and house are locked. Raises Refused.

    `after`: the stay from which they move here; the norm of specialised shelter is counted from its beginning.

    `offer`: the place was held for it, and so was promised whatever was agreed about the house since.
    """
    if offer is None or offer.outcome != Outcome.ACCEPTED:
        room_for(place, house, from_at)
    row = Placement(
        case=case, place=place, from_at=from_at, expected_until=expected_until, member=member, emergency=emergency,
        submission=submission, offer=offer, created_by=by,
    )  # fmt: skip
    if after is not None and after.in_specialised_shelter and row.in_specialised_shelter:
        row.norm_from = after.norm_from or after.arrived_on
    row.save(force_insert=True)
    return row


def room_for(place: Place, house: Shelter, from_at: datetime.datetime) -> None:
    """Raises Refused where the place is not used on that day or held, or the house takes nobody more; the house is locked."""
    day = timezone.localdate(from_at)
    if not Place.objects.usable_on(day).filter(pk=place.pk).exists():
        raise Refused(_("This place is out of use on that day, or the house is closed. Choose another place."))
    if PlaceHold.objects.filter(place=place).filter(until_after(max(from_at, timezone.now()))).exists():
        raise Refused(_("This place is held for somebody who was offered it. Choose another place."))
    not_full(house, from_at)


def not_full(
    house: Shelter, since: datetime.datetime, *, until: datetime.datetime | None = None, but: Placement | None = None
) -> None:
    """Raises Refused where, at any moment from then until (None: on), as many places are taken or held as may be.

    The house is locked.
    """
    stays = Placement.objects.filter(place__shelter=house).exclude(pk=but.pk if but else None)
    holds = PlaceHold.objects.filter(place__shelter=house)
    known = [
        *stays.filter(until_after(since)).values_list("from_at", "until_at"),
        *holds.filter(until_after(since)).values_list("from_at", "until_at"),
    ]
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
        return TAKEN
    if constraint == "nobody_in_two_places":
        return _("This person has another stay in that time. End that stay first, or move them.")
    raise error


@action
def end(
    *,
    placement: Placement,
    until_at: datetime.datetime,
    departure_reason: str,
    by: User,
) -> Placement:
    """End the stay; the place is free from that moment. Raises Refused."""
    case = locked(placement.case, by=by, permission=Permission.SHELTER_WRITE)
    row = is_left(placement, case, until_at=until_at, departure_reason=departure_reason, by=by)
    part_follows(case, by=by)
    return row


def is_left(
    placement: Placement,
    case: Case,
    *,
    until_at: datetime.datetime,
    departure_reason: str,
    by: User,
    leaving: UnknownDestination | None = None,
) -> Placement:
    """The end of one of the stays. The case is locked and its permission asked; the parts follow after the last.

    `leaving`: to an unknown destination, that ends it. Raises Refused.
    """
    row = running(placement, case, ended=ENDED_BEFORE)
    undo.ends(row, by=by)
    row.leaving = leaving
    end_stay(row, until_at=until_at, departure_reason=departure_reason)
    told(Verb.PLACEMENT_ENDED, case=case, by=by, room="shelter", object_id=row.pk)
    return row


ENDED = _("This stay has already ended.")
ENDED_BEFORE = _(
    "This stay has already ended, and what you sent now is not saved. For ten minutes its end is taken back under Shelter, and recorded anew."
)


def running(placement: Placement, case: Case, *, ended=ENDED) -> Placement:
    """The stay under lock, if it has not ended (`ended`: what is said then). The case is locked. Raises Refused."""
    row = Placement.objects.select_for_update(no_key=True, of=("self",)).select_related("place__shelter")
    current = row.get(pk=placement.pk, case=case)
    if current.until_at is not None:
        raise Refused(ended)
    return current


BEFORE_IT_BEGAN = _("The stay cannot end before it began. It began on %(moment)s: correct the day or the time.")


def end_stay(row: Placement, *, until_at: datetime.datetime, departure_reason: str) -> None:
    """Raises Refused."""
    if until_at <= row.from_at:
        began = {"moment": formats.date_format(timezone.localtime(row.from_at), "DATETIME_FORMAT")}
        if row.member is None:
            raise Refused(BEFORE_IT_BEGAN % began)
        raise Refused(
            _("The stay of %(name)s cannot end before it began. It began on %(moment)s: correct the day or the time.")
            % {**began, "name": row.member.name}
        )
    row.until_at, row.departure_reason = until_at, departure_reason
    row.version += 1
    row.save()


@action
def move(
    *,
    placement: Placement,
    place: Place,
    at: datetime.datetime,
    expected_until: datetime.date | None,
    version: int | None,
    by: User,
) -> Placement:
    """To another place, also of another house, in one step: both or nothing. Raises Stale and Refused."""
    case = locked(placement.case, by=by, permission=Permission.SHELTER_WRITE)
    row = fresh(running(placement, case), version)
    if not places_of(case, by=by).filter(pk=place.pk).exists():
        raise Refused(NOT_YOURS)
    if place.pk == row.place_id:
        raise Refused(_("This person stays in this place already."))
    houses = Shelter.objects.select_for_update(no_key=True).filter(pk__in={row.place.shelter_id, place.shelter_id})
    house = next(one for one in list(houses.order_by("pk")) if one.pk == place.shelter_id)
    end_stay(row, until_at=at, departure_reason="moved")
    try:
        with transaction.atomic():
            new = begin_stay(
                case, place, house, from_at=at, expected_until=expected_until, member=row.member,
                emergency=row.waits_for_order, offer=row.offer, after=row, by=by,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refused(why_not(error)) from None
    told(Verb.PLACE_MOVED, case=case, by=by, room="shelter", object_id=new.pk)
    return new


@action
def expect(*, placement: Placement, values: dict, version: int | None, by: User) -> Placement:
    """Until when the stay is expected to last, and why beyond the norm. Raises Stale and Refused."""

    def still_runs(row: Placement) -> None:
        if row.until_at is not None:
            raise Refused(ENDED)

    return change(
        placement, values=values, version=version, by=by, check=still_runs,
        permission=Permission.SHELTER_WRITE, verb=Verb.STAY_EXPECTED, room="shelter",
    )  # fmt: skip


@action
def put_in_order(*, placement: Placement, by: User, reason: str | None = None) -> Placement:
    """What an emergency placement left undone is done; of what may stay open it is written down why. Raises Refused."""
    case = locked(placement.case, by=by, permission=Permission.SHELTER_WRITE)
    row = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk, case=case)
    if not row.emergency:
        raise Refused(_("This was no emergency placement."))
    if row.in_order_on is not None and reason not in (None, row.in_order_reason):
        raise Refused(
            _(
                "This was put in order before, and what you wrote is not saved. For ten minutes that is taken back under Shelter."
            )
        )
    if row.in_order_on is None:
        if row.until_at is not None:
            raise Refused(ENDED)
        check_left(undone(facts_of(case), expected=row.expected_until is not None), reason)
        row.in_order_reason = reason
        row.in_order_on, row.in_order_at = timezone.localdate(), timezone.now()
        # they stay here: nobody looks for another bed for the person
        asked = case.placementrequest_set.waiting().exists()
        row.bed_was_needed = case.bed_needed and row.member_id is None and not asked
        row.version += 1
        row.save(update_fields=["in_order_on", "in_order_at", "in_order_reason", "bed_was_needed", "version"])
        if row.bed_was_needed:
            case.bed_needed = False
            case.version += 1
            case.save(update_fields=["bed_needed", "version"])
            part_follows(case, by=by)
        told(Verb.STAY_PUT_IN_ORDER, case=case, by=by, room="shelter", object_id=row.pk)
    return row


def check_left(left: list[Undone], reason: str | None) -> None:
    """Raises Refused where something is undone that nobody may leave at that, or that needs a reason."""
    first = [one for one in left if not one.may_stay_open]
    if first:
        raise Refused(_("This has to be done first: %(what)s") % {"what": in_a_row(first)})
    if left and not reason:
        raise Refused(_("Write why this stays open: %(what)s") % {"what": in_a_row(left)})


def in_a_row(left: list[Undone]) -> str:
    return " ".join(str(one.sentence) for one in left)


@action
def undo_order(*, placement: Placement, by: User) -> Placement:
    """Within ten minutes: what was left undone is asked again, and the bed too where one was. Raises Refused.

    Why something might stay open is kept for whoever says again that it is in order.
    """
    case = locked(placement.case, by=by, permission=Permission.SHELTER_WRITE)
    rows = Placement.objects.select_for_update(no_key=True).filter(pk=placement.pk, case=case)
    row = rows.get()
    if row.in_order_on is None:
        return row
    if not rows.filter(in_order_at__gt=Now() - UNDO[What.ORDER]).exists():
        raise Refused(_("This was recorded more than ten minutes ago and cannot be taken back any more."))
    if row.until_at is not None:
        raise Refused(_("This stay has already ended."))
    if row.bed_was_needed:
        case.bed_needed = True
        case.version += 1
        case.save(update_fields=["bed_needed", "version"])
        # who looked for the bed until then looks again
        ended = Participation.objects.filter(case=case, part=Part.PLACEMENT, until_at__gte=row.in_order_at).first()
        if ended is not None:
            begin_participation(
                case=case,
                organisation=ended.organisation,
                part=Part.PLACEMENT,
                by=by,
                hidden_before=ended.hidden_before,
            )
    row.in_order_on = row.in_order_at = None
    row.bed_was_needed = False
    row.version += 1
    row.save(update_fields=["in_order_on", "in_order_at", "bed_was_needed", "version"])
    told(Verb.STAY_ORDER_UNDONE, case=case, by=by, room="shelter", object_id=row.pk)
    return row


@action
def correct_end(
    *, placement: Placement, day: datetime.date, why: str, by: User, time: datetime.time | None = None
) -> Placement:
    """A stay that ended on another day than was recorded, or at another time; both days stay told, `why` for another day.

    `time`: at which it ended; None: nobody says, so as recorded, or the moment of that day nearest to it. Raises Refused.
    """
    case = locked(placement.case, by=by, permission=Permission.SHELTER_WRITE)
    row = Placement.objects.select_for_update(no_key=True).get(pk=placement.pk, case=case)
    if row.until_at is None:
        return row
    ended = timezone.localtime(row.until_at)
    if day != ended.date():
        DateCorrection(
            case=case, created_by=by, subject=row.pk, field="until_on", was=ended.date(), became=day, reason=why
        ).save(force_insert=True)
    row.until_at = nearest(row, day) if time is None else timezone.make_aware(datetime.datetime.combine(day, time))
    if row.until_at <= row.from_at:
        began = formats.date_format(timezone.localtime(row.from_at), "DATETIME_FORMAT")
        raise Refused(BEFORE_IT_BEGAN % {"moment": began})
    if row.until_at > timezone.now():
        raise Refused(_("This moment is still to come."))
    if row.until_at > ended:
        house = locked_house(row.place)
        not_full(house, ended, until=row.until_at, but=row)
    row.version += 1
    try:
        with transaction.atomic():
            row.save(update_fields=["until_at", "version"])
    except IntegrityError as error:
        raise Refused(why_not(error)) from None
    told(Verb.PLACEMENT_END_CORRECTED, case=case, by=by, room="shelter", object_id=row.pk)
    return row


def nearest(row: Placement, day: datetime.date) -> datetime.datetime:
    """On that day at the time at which the stay ended, which may be made up: after it began, not after now or the next stay."""
    ended = timezone.localtime(row.until_at)
    meant = timezone.make_aware(datetime.datetime.combine(day, ended.time()))
    same = Q(place=row.place_id) | Q(case=row.case_id, member=row.member_id)
    after = Placement.objects.filter(same, from_at__gte=ended).order_by("from_at").values_list("from_at", flat=True)
    latest = min([timezone.now(), *after[:1]])
    found = max(min(meant, latest), row.from_at + datetime.timedelta(seconds=1))
    # where no moment of that day can be, the day is wrong
    return found if timezone.localdate(found) == day else meant


@action
def undo_end(*, placement: Placement, by: User) -> Placement:
    """Within ten minutes: the stay goes on as if it had not ended, if its place is still free. By whoever may end it.

    An end that a leaving to an unknown destination wrote is taken back with that leaving. Raises Refused.
    """
    case = locked(placement.case, by=by, permission=Permission.SHELTER_WRITE)
    row = undo.just_ended(placement)
    if row.until_at is None:
        return row
    if row.leaving_id is not None:
        raise Refused(
            _(
                "This stay ended because the person left to an unknown destination. Take back that they left: it goes on."
            )
        )
    return go_on(row, case, by=by)


def go_on(row: Placement, case: Case, *, by: User) -> Placement:
    """The stay as if it had not ended, if its place is still free. The case and the row are locked. Raises Refused."""
    place = places_for(case).filter(pk=row.place_id).first()
    if place is None:
        raise Refused(NOT_OF_THE_CASE)
    house = locked_house(place)
    if place.outs.on(timezone.localdate()).exists():
        raise Refused(_("This place has gone out of use meanwhile. Record a stay in another one."))
    if PlaceHold.objects.filter(place=place).filter(until_after(timezone.now())).exists():
        raise Refused(_("This place is held for somebody else by now. Record a stay in another one."))
    not_full(house, timezone.now())
    row.departure_reason, row.leaving = "", None
    try:
        with transaction.atomic():
            undo.reopen(row, Verb.PLACEMENT_END_UNDONE, case=case, by=by, room="shelter")
    except IntegrityError as error:
        raise Refused(why_not(error)) from None
    keeper = register()
    if row.offer_id is not None and keeper is not None and consent_of(case, Purpose.PLACEMENT, keeper.pk) is not None:
        lead = Participation.objects.lead_of(case.pk)
        begin_participation(
            case=case, organisation=keeper, part=Part.PLACEMENT, by=by,
            hidden_before=lead.hidden_before if lead is not None else {},
        )  # fmt: skip
    return row


def places_for(case: Case):
    """Places of the organisations that take part in the case now."""
    taking_part = Participation.objects.now().filter(case=case).values("organisation_id")
    return Place.objects.filter(shelter__organisation__in=taking_part).select_related("shelter")


def is_saved(submission: uuid.UUID | None) -> bool:
    """Whether a stay was made by this sending of its form."""
    return submission is not None and Placement.objects.filter(submission=submission).exists()


def places_of(case: Case, *, by: User):
    """Of these the places in which this person works: about a bed elsewhere that house is asked."""
    return places_for(case).filter(shelter__organisation__in=by.organisations_with(Permission.SHELTERS_READ))


def free_places(case: Case, *, by: User, at: datetime.datetime | None = None):
    """Those of them in which nobody stays at that moment or after it, and which are held for nobody."""
    return free_among(places_of(case, by=by), at or timezone.now()).order_by("shelter__name", Length("name"), "name")
