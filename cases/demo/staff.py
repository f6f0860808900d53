"""Who works on the bulk of an invented world: an organisation with a house for every few thousand cases, and its people.

Nobody can sign in as one of them.
"""

import dataclasses
import uuid

from django.db.models import Exists, OuterRef

from organisations.actions import accounts
from organisations.models import Organisation, Place, Shelter, User
from organisations.roles import Role
from organisations.rules.directory import Visibility
from organisations.rules.regions import REGIONS
from organisations.rules.shelters import PlaceKind, ShelterType

from ..models import Placement
from .world import COSM, World

# So many cases come to one organisation, of which a fifth are those of the COSM in which one signs in.
SHARE = 6_250
WORKERS, WORKERS_AT_COSM, PLACES = 6, 2, 24
REGION_CODES = tuple(REGIONS)


@dataclasses.dataclass(frozen=True)
class Team:
    """An organisation and those of its people who work on some of the cases, each as (id, name)."""

    organisation: tuple[uuid.UUID, str]
    workers: list[tuple[uuid.UUID, str]]
    lead: tuple[uuid.UUID, str]
    free_places: list[uuid.UUID]


@dataclasses.dataclass(frozen=True)
class Share:
    """Who works on the cases of one share: a team of its own, and one at the COSM."""

    own: Team
    cosm: Team


def shares(numbers: range, world: World) -> dict[int, Share]:
    """The teams of the cases with these numbers; what is there already stays as it is."""
    if not numbers:
        return {}
    return {share: teams(share, world) for share in range(numbers[0] // SHARE, numbers[-1] // SHARE + 1)}


def teams(share: int, world: World) -> Share:
    number = share + 1
    here = organisation(number)
    lead = person(f"opvang-{number}-teamleider", f"Teamleider {number} (demo)", here, Role.TEAM_LEAD)
    workers = [
        person(f"opvang-{number}-{n}", f"Medewerker {number}.{n} (demo)", here, Role.CASEWORKER)
        for n in range(1, WORKERS + 1)
    ]
    cosm, boss = world.organisations[COSM], world.people["teamlead"]
    others = [
        person(f"kade-{number}-{n}", f"Medewerker Kade {number}.{n} (demo)", cosm, Role.CASEWORKER)
        for n in range(1, WORKERS_AT_COSM + 1)
    ]
    return Share(
        own=Team((here.pk, here.name), workers, lead, free_places(here)),
        # its beds stay free for whoever tries the demo
        cosm=Team((cosm.pk, cosm.name), others, (boss.pk, boss.name), []),
    )


def organisation(number: int) -> Organisation:
    region = REGION_CODES[number % len(REGION_CODES)]
    found, new = Organisation.objects.get_or_create(
        slug=f"demo-opvang-{number}",
        defaults={
            "name": f"Opvang {number} (demo)", "country": "NL", "kind": "shelter", "services": ["shelter"],
            "region": region, "visibility": Visibility.PARTNERS,
            "summary_en": "Invented shelter of the demo.", "summary_nl": "Verzonnen opvang van de demo.",
        },
    )  # fmt: skip
    if new:
        house = Shelter.objects.create(
            organisation=found, slug=f"demo-huis-{number}", name=f"Huis {number} (demo)", type=ShelterType.COSM,
            region=region, address=f"Nergensweg {number}, Nergenshuizen",
        )  # fmt: skip
        Place.objects.bulk_create(
            Place(shelter=house, name=f"Kamer {n}", kind=PlaceKind.SINGLE) for n in range(1, PLACES + 1)
        )
    return found


def person(login: str, name: str, organisation: Organisation, role: Role) -> tuple[uuid.UUID, str]:
    user = User.objects.filter(email=f"{login}@demo.test").first()
    if user is None:
        user = User(email=f"{login}@demo.test", name=name)
        user.set_unusable_password()
        user.save(force_insert=True)
        accounts.begin_membership(user=user, organisation=organisation, role=role, by=None)
    return user.pk, user.name


def free_places(organisation: Organisation) -> list[uuid.UUID]:
    """Where nobody ever stayed, so that a stay with any beginning fits."""
    used = Placement.objects.filter(place=OuterRef("pk"))
    places = Place.objects.filter(~Exists(used), shelter__organisation=organisation)
    return list(places.order_by("shelter__name", "name", "pk").values_list("pk", flat=True))
