"""What is free: places in which nobody stays and which are held for nobody, and what is known of their houses."""

import datetime
import uuid
from collections import defaultdict

from django.db.models import Count, Q
from django.db.models.functions import Length
from django.utils import timezone

from organisations.models import Place, Shelter, ShelterCapacity
from organisations.models.shelter import PlaceQuerySet
from organisations.rules.shelters import Decides, ShelterType, capacity_on

from ..rules.placement import House
from .placement import Placement
from .placement_offer import PlaceHold
from .placement_request import PlacementRequest


def until_after(moment: datetime.datetime) -> Q:
    """Stays and holds that last beyond that moment, also those still to begin."""
    return Q(until_at=None) | Q(until_at__gt=moment)


def free_among(places: PlaceQuerySet, at: datetime.datetime, *, but: PlacementRequest | None = None) -> PlaceQuerySet:
    """Of these places those that are usable at that moment, with nobody in them then or later, and held for nobody.

    `but`: what is held for this request counts as free.
    """
    taken = Placement.objects.filter(until_after(at)).values("place_id")
    held = PlaceHold.objects.filter(until_after(max(at, timezone.now())))
    if but is not None:
        held = held.exclude(offer__request=but)
    usable = places.usable_on(timezone.localdate(at))
    return usable.exclude(pk__in=taken).exclude(pk__in=held.values("place_id"))


def houses_now(
    shelters: list[Shelter], now: datetime.datetime, *, but: PlacementRequest | None = None, every: bool = False
) -> dict[uuid.UUID, House]:
    """What the board knows of each of these houses, in five questions however many there are.

    `but`: what is held for this request counts as free; `every`: these are all there are, so that none is named.
    """
    ids = [shelter.pk for shelter in shelters]
    here: dict[str, list[uuid.UUID]] = {} if every else {"shelter__in": ids}
    there_in: dict[str, list[uuid.UUID]] = {} if every else {"place__shelter__in": ids}
    places = Place.objects.filter(**here)
    free: dict[uuid.UUID, dict[str, int]] = defaultdict(dict)
    open_places = free_among(places, now, but=but)
    for shelter, kind, number in open_places.values_list("shelter", "kind").annotate(Count("pk")).order_by():
        free[shelter][kind] = number
    there = counted(places, "shelter")
    taken = counted(Placement.objects.filter(until_after(now), **there_in), "place__shelter")
    holds = PlaceHold.objects.filter(until_after(now), **there_in)
    held = counted(holds.exclude(offer__request=but) if but is not None else holds, "place__shelter")
    agreed: dict[uuid.UUID, list] = defaultdict(list)
    rows = ShelterCapacity.objects.filter(**here).values_list("shelter", "from_on", "places")
    for shelter, since, number in rows:
        agreed[shelter].append((since, number))
    today = timezone.localdate(now)
    return {
        shelter.pk: House(
            type=ShelterType(shelter.type),
            region=shelter.region,
            takes=frozenset(shelter.takes),
            household_max=shelter.household_max,
            wheelchair=shelter.wheelchair,
            decides=Decides(shelter.decides),
            free=free[shelter.pk],
            room_for=max(
                0,
                capacity_on(agreed[shelter.pk], today, places=there.get(shelter.pk, 0))
                - taken.get(shelter.pk, 0)
                - held.get(shelter.pk, 0),
            ),
        )
        for shelter in shelters
    }


def counted(rows, by: str) -> dict[uuid.UUID, int]:
    return dict(rows.values_list(by).annotate(Count("pk")).order_by())


def house_of(shelter: Shelter, now: datetime.datetime, *, but: PlacementRequest | None = None) -> House:
    return houses_now([shelter], now, but=but)[shelter.pk]


def free_in(shelter: Shelter, now: datetime.datetime, *, but: PlacementRequest | None = None) -> list[Place]:
    """The places of the house that can be offered at this moment."""
    found = free_among(Place.objects.filter(shelter=shelter), now, but=but)
    return list(found.select_related("shelter").order_by(Length("name"), "name"))
