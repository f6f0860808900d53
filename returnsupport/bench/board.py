"""What the placement board is measured on: two thousand places in a hundred houses, and five hundred people who wait."""

from django.db import transaction

from cases.models import Case, Participation, PlacementBrief, PlacementRequest
from cases.rules.access import Part
from cases.rules.placement import Urgency
from cases.rules.workflow import Stage
from organisations.models import Organisation, Place, Shelter, User
from organisations.rules.regions import Region
from organisations.rules.shelters import ShelterType

PLACES, REQUESTS, IN_A_HOUSE = 2_000, 500, 20


def fill() -> None:
    """Up to these numbers; what is there stays."""
    with transaction.atomic():
        houses()
        requests()


def houses() -> None:
    missing = PLACES - Place.objects.count()
    owners = list(Organisation.objects.filter(slug__startswith="demo-").order_by("slug")[:8])
    kinds, regions = list(ShelterType), list(Region)
    for number in range(max(0, -(-missing // IN_A_HOUSE))):
        house, new = Shelter.objects.get_or_create(
            slug=f"bench-{number}",
            defaults={
                "organisation": owners[number % len(owners)], "name": f"Meethuis {number} (demo)",
                "type": kinds[number % len(kinds)], "region": regions[number % len(regions)],
                "takes": ["women", "families"] if number % 2 else ["men"], "household_max": 2 + number % 4,
            },
        )  # fmt: skip
        if new:
            Place.objects.bulk_create(
                Place(shelter=house, name=f"Kamer {n}", kind="family" if n % 5 == 0 else "single")
                for n in range(IN_A_HOUSE)
            )


def requests() -> None:
    missing = REQUESTS - PlacementRequest.objects.waiting().count()
    by, register = User.objects.get(email="coordinator@demo.test"), Organisation.objects.get(slug="comensha")
    asking = Organisation.objects.get(slug="demo-kade")
    waits = PlacementRequest.objects.waiting().values("case")
    # of those that somebody leads: what the floor makes is nobody's, and sealed by nobody
    led = Case.objects.open().filter(participation__part=Part.LEAD, participation__until_at=None)
    cases = led.exclude(stage=Stage.REGISTERED).exclude(pk__in=waits).order_by("pk")
    urgencies = list(Urgency)
    for number, case in enumerate(cases[: max(0, missing)]):
        made = PlacementRequest.objects.create(
            case=case, organisation=asking, urgency=urgencies[number % len(urgencies)], created_by=by
        )
        PlacementBrief.objects.create(
            case=case, request=made, created_by=by, sex="female" if number % 4 else "male", age_band="adult", adults=1,
            children=number % 3, reflection="yes", unsafe_regions=[list(Region)[number % 10]],
        )  # fmt: skip
        Participation.objects.get_or_create(
            case=case, organisation=register, part=Part.PLACEMENT, until_at=None, defaults={"created_by": by}
        )
