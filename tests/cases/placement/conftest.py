"""Somebody who looks for a bed, a house with two free places, and what the tests of placement share."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from cases.actions import placement_offer as offers
from cases.models import Participation, PlaceHold, PlacementOffer
from cases.models.vacancy import free_in
from organisations.actions.base import Refused
from organisations.models import Place, Shelter
from tests.cast import new_case

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def case(cast):
    """Of Oever; nothing is asked yet."""
    return new_case(cast.outsider, working_name="Zoekt een bed")


@pytest.fixture
def house(cast):
    """Kade's, in which two of three places are free and the house decides."""
    house = Shelter.objects.get(slug="huis")
    house.takes = ["women", "families"]
    house.save()
    return house


def hold(cast, request, house, *names, submission=None, **values) -> PlacementOffer:
    values = {
        "holds_until": timezone.now() + 2 * HOUR,
        "remark": None,
        "nevertheless": None,
        "agreed_on": None,
        **values,
    }
    places = list(Place.objects.filter(shelter=house, name__in=names))
    return offers.offer(
        request=request, house=house, places=places, values=values, submission=submission, by=cast.coordinator
    )


def free(house) -> list[str]:
    return [place.name for place in free_in(house, timezone.now())]


def parts(case) -> set:
    return set(Participation.objects.now().filter(case=case).values_list("organisation__slug", "part"))


def refused(verb, **given) -> str:
    with pytest.raises(Refused) as refusal, transaction.atomic():
        verb(**given)
    return str(refusal.value.sentence)


def lapse(offer) -> None:
    """Two hours pass."""
    past = timezone.now() - HOUR
    PlacementOffer.objects.filter(pk=offer.pk).update(holds_until=past)
    PlaceHold.objects.filter(offer=offer).update(from_at=past - HOUR, until_at=past)
