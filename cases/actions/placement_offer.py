"""Offering places: held until a moment, answered by the house, refused by the person, and the arrival."""

import datetime
import uuid

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import audit
from organisations.actions import shelter as houses
from organisations.actions.base import Refused, action, constraint_of, fresh, once
from organisations.models import Place, PlaceOut, Shelter, User
from organisations.rules.audit import Verb
from organisations.rules.shelters import Decides

from ..models import (
    Case,
    FamilyMember,
    Participation,
    PlaceHold,
    Placement,
    PlacementOffer,
    PlacementRequest,
)
from ..models.vacancy import house_of, until_after
from ..rules.access import Part
from ..rules.placement import LONGEST_HOLD, Closed, Outcome, fits, must_agree, placed_at_once, reasons
from . import shelter
from .base import lock, told
from .case import begin_participation, put_on
from .placement import answer, close, write_lapsed
from .placement_request import looked_for, waiting

NO_LONGER = _("This offer was answered, taken back or has lapsed.")


@action
def offer(
    *,
    request: PlacementRequest,
    house: Shelter,
    places: list[Place],
    values: dict,
    submission: uuid.UUID | None,
    by: User,
) -> PlacementOffer:
    """Hold these places of one house for the request, and ask the house; where CoMensha places directly it is accepted.

    `values`: holds_until, remark, nevertheless, agreed_on. All places or none. Raises Refused.
    """
    case, row = looked_for(request, by=by)
    locked_house = Shelter.objects.select_for_update(no_key=True).get(pk=house.pk)

    def make() -> PlacementOffer:
        check(row, locked_house, places, values)
        write_lapsed(row)
        made = PlacementOffer(
            case=case, request=row, shelter=locked_house, submission=submission, created_by=by, **values
        )
        made.save(force_insert=True)
        now = timezone.now()
        for place in places:
            shelter.room_for(place, locked_house, now)
            if Placement.objects.filter(place=place).filter(until_after(now)).exists():
                raise Refused(shelter.TAKEN)
            PlaceHold(
                case=case, offer=made, place=place, from_at=now, until_at=values["holds_until"], created_by=by
            ).save(force_insert=True)
        told(Verb.PLACE_OFFERED, case=case, by=by, room="shelter", object_id=made.pk)
        # of a restricted case somebody of the house has to be there who is assigned
        if placed_at_once(Decides(locked_house.decides)) and not case.restricted:
            take(made, case, escort=None, by=by)
        return made

    said = {
        "shelter": locked_house, "places_held": frozenset(place.pk for place in places),
        "hours": round((values["holds_until"] - timezone.now()).total_seconds() / 3600),
        **{name: values[name] for name in ("remark", "nevertheless", "agreed_on")},
    }  # fmt: skip
    try:
        with transaction.atomic():
            return once(PlacementOffer, submission, make, said=said, request_id=row.pk)[0]
    except IntegrityError as error:
        constraint = constraint_of(error)
        if constraint == "one_placement_offer_holds":
            raise Refused(_("Places of a house are held for this person already. Let those go first.")) from None
        if constraint == "no_place_held_twice":
            raise Refused(_("Somebody else holds this place since a moment ago. Choose another place.")) from None
        raise


def check(row: PlacementRequest, house: Shelter, places: list[Place], values: dict) -> None:
    """Raises Refused."""
    now = timezone.now()
    if not places or any(place.shelter_id != house.pk for place in places):
        raise Refused(_("Choose one or more places of this house."))
    if not now < values["holds_until"] <= now + LONGEST_HOLD:
        raise Refused(_("Hold the places until a moment within the next seven days."))
    if len(places) > row.brief.wanted.people:
        raise Refused(_("These are more places than there are people."))
    planned = PlaceOut.objects.filter(
        Q(until_on=None) | Q(until_on__gt=timezone.localdate(now)),
        place__in=places, from_on__lte=timezone.localdate(values["holds_until"]),
    )  # fmt: skip
    if planned.exists():
        raise Refused(
            _("A place goes out of use before that moment. Choose another place, or hold it for a shorter time.")
        )
    found = reasons(row.brief.wanted, house_of(house, now, but=row))
    if not fits(found) and not values["nevertheless"]:
        raise Refused(_("Something speaks against this house. Write why it is asked nevertheless."))
    if must_agree(Decides(house.decides)) and values["agreed_on"] is None:
        raise Refused(
            _("%(body)s decides about places in this house. Write on which day they agreed.")
            % {"body": house.decides_name}
        )


@action
def accept(*, offer: PlacementOffer, escort: bool, version: int | None, by: User) -> PlacementOffer:
    """The house takes the person: its organisation takes part, and the places stay held until they arrive.

    `escort`: whoever asked brings the person and may see the address for a day. Raises Stale and Refused.
    """
    case, row = to_answer(offer, version=version, by=by)
    take(row, case, escort=row.request.created_by if escort else None, by=by)
    put_on(case, by, by=by)
    return row


def take(row: PlacementOffer, case: Case, *, escort: User | None, by: User) -> None:
    """The case is locked."""
    row.escort = escort
    answer(row, Outcome.ACCEPTED, by=by)
    PlaceHold.objects.filter(offer=row).update(until_at=None)
    organisation = row.shelter.organisation
    if not Participation.objects.now().filter(case=case, organisation=organisation, part__in=WORKING).exists():
        lead = Participation.objects.lead_of(case.pk)
        row.part = begin_participation(
            case=case, organisation=organisation, part=Part.SUPPORT if lead is not None else Part.LEAD, by=by,
            hidden_before=lead.hidden_before if lead is not None else {},
        )  # fmt: skip
        row.save(update_fields=["part"])
    told(Verb.PLACE_OFFER_ACCEPTED, case=case, by=by, room="shelter", object_id=row.pk)


# Who takes part like this works with the person already.
WORKING = (Part.LEAD, Part.SUPPORT)


@action
def decline(*, offer: PlacementOffer, reason: str, version: int | None, by: User) -> PlacementOffer:
    """The house says no; its places are free at once. Raises Stale and Refused."""
    case, row = to_answer(offer, version=version, by=by)
    row.reason = reason
    answer(row, Outcome.DECLINED, by=by)
    case.changed_at = timezone.now()
    case.save(update_fields=["changed_at"])
    audit.record(
        Verb.PLACE_OFFER_DECLINED, by=by, organisation=row.shelter.organisation, case=case, room="shelter",
        object_id=row.pk,
    )  # fmt: skip
    return row


@action
def refuse(*, offer: PlacementOffer, reason: str, by: User) -> PlacementOffer:
    """The person does not want this place, which is never held against them; the search goes on. Raises Refused."""
    case, row = holding(offer, by=by)
    row.reason = reason
    answer(row, Outcome.REFUSED, by=by)
    told(Verb.PLACE_OFFER_REFUSED, case=case, by=by, room="shelter", object_id=row.pk)
    return row


@action
def take_back(*, offer: PlacementOffer, by: User) -> PlacementOffer:
    """Whoever places people lets the places go, answered or not. Raises Refused."""
    case, _request = looked_for(offer.request, by=by)
    row = under_lock(offer, case)
    if row.outcome not in ("", Outcome.ACCEPTED) or row.has_lapsed:
        raise Refused(NO_LONGER)
    answer(row, Outcome.TAKEN_BACK, by=by)
    told(Verb.PLACE_OFFER_TAKEN_BACK, case=case, by=by, room="shelter", object_id=row.pk)
    return row


@action
def did_not_arrive(*, offer: PlacementOffer, by: User) -> PlacementOffer:
    """Accepted, and nobody came: the places are free, the search goes on. Raises Refused."""
    case, row = holding(offer, by=by)
    if row.outcome != Outcome.ACCEPTED:
        raise Refused(_("The house has not accepted this person yet."))
    answer(row, Outcome.NOT_ARRIVED, by=by)
    told(Verb.NOT_ARRIVED, case=case, by=by, room="shelter", object_id=row.pk)
    return row


@action
def arrive(
    *,
    offer: PlacementOffer,
    at: datetime.datetime,
    people: dict[Place, FamilyMember | None],
    expected_until: datetime.date | None,
    by: User,
) -> list[Placement]:
    """They are there: each held place becomes a stay, and the request has ended. Whoever stays elsewhere moves.

    `people`: who lives in which of the held places; None: the person of the case. All or nothing. Raises Refused.
    """
    case, row = holding(offer, by=by)
    if row.outcome != Outcome.ACCEPTED:
        raise Refused(_("The house has not accepted this person yet."))
    holds = list(PlaceHold.objects.filter(offer=row).select_related("place"))
    if {hold.place_id for hold in holds} != {place.pk for place in people} or list(people.values()).count(None) != 1:
        raise Refused(
            _("Say for each place who lives in it: the person, and of the household whoever has another place.")
        )
    if at < row.request.created_at:
        raise Refused(_("Nobody arrives before the place was asked for. Look at the day once more."))
    organisation = row.shelter.organisation_id
    if not Participation.objects.now().filter(case=case, organisation=organisation, part__in=WORKING).exists():
        raise Refused(
            _("This house takes part in the case no more. Let it take part again, or look for another place.")
        )
    if any(member is not None and member.case_id != case.pk for member in people.values()):
        raise Refused(shelter.NOT_OF_THE_HOUSEHOLD)
    before = list(Placement.objects.filter(case=case, until_at=None).select_related("place__shelter"))
    moving = [stay for stay in before if stay.member in people.values()]
    ids = {row.shelter_id, *(stay.place.shelter_id for stay in moving)}
    locked_houses = list(Shelter.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk"))
    house = next(one for one in locked_houses if one.pk == row.shelter_id)
    PlaceHold.objects.filter(offer=row).delete()
    for stay in moving:
        shelter.end_stay(stay, until_at=at, departure_reason="moved")
    try:
        with transaction.atomic():
            made = [
                shelter.begin_stay(
                    case,
                    place,
                    house,
                    from_at=at,
                    expected_until=expected_until,
                    member=member,
                    offer=row,
                    by=by,
                    after=next((stay for stay in moving if stay.member == member), None),
                )
                for place, member in people.items()
            ]
    except IntegrityError as error:
        raise Refused(shelter.why_not(error)) from None
    row.outcome = Outcome.ARRIVED
    row.version += 1
    row.save(update_fields=["outcome", "version"])
    close(row.request, Closed.PLACED, "", by=by)
    case.bed_needed = False
    case.version += 1
    case.save(update_fields=["bed_needed", "version"])
    for stay in made:
        told(Verb.PLACED, case=case, by=by, room="shelter", object_id=stay.pk)
    return made


@action
def reveal(*, offer: PlacementOffer, by: User) -> str:
    """Where the house is, for who placed somebody there or brings them, for 24 hours; each look is kept. Raises Refused."""
    row = PlacementOffer.objects.showing_address(by).filter(pk=offer.pk).select_related("shelter").first()
    if row is None:
        raise Refused(_("The address is no longer shown: it is for a day, for who places or brings somebody."))
    houses.told(Verb.SHELTER_ADDRESS_REVEALED, row.shelter, by=by)
    return row.shelter.address or ""


# --- the rows under lock


def to_answer(offer: PlacementOffer, *, version: int | None, by: User) -> tuple[Case, PlacementOffer]:
    """The case and the offer, if somebody of the house can answer it now. Raises Stale and Refused.

    The house is held too: until this is done nobody else finds that the places have lapsed.
    """
    lock(offer.case, by=by)
    list(Shelter.objects.select_for_update(no_key=True).filter(pk=offer.shelter_id).values_list("pk"))
    case = Case.objects.not_erased().filter(pk=offer.case_id).first()
    if case is None or not PlacementOffer.objects.where_may(by).filter(pk=offer.pk).exists():
        raise Refused(NO_LONGER)
    return case, fresh(under_lock(offer, case), version)


def holding(offer: PlacementOffer, *, by: User) -> tuple[Case, PlacementOffer]:
    """The same for those who write the shelter room of the case, while the request waits. Raises Refused."""
    case, request = waiting(offer.request, by=by)
    row = under_lock(offer, case)
    if row.outcome not in ("", Outcome.ACCEPTED) or row.has_lapsed:
        raise Refused(NO_LONGER)
    row.request = request
    return case, row


def under_lock(offer: PlacementOffer, case: Case) -> PlacementOffer:
    rows = PlacementOffer.objects.select_for_update(no_key=True, of=("self",))
    row = rows.select_related("shelter__organisation", "request__created_by").get(pk=offer.pk, case=case)
    row.case = case
    return row
