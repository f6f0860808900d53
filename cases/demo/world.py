"""Invented organisations, accounts, shelters and partners. CoMensha is the one real name, since its part is fixed."""

import dataclasses
import datetime

from django.conf import settings

from organisations import directory_file
from organisations.actions import accounts, directory_import
from organisations.actions import invitation as invitations
from organisations.actions import organisation as directory
from organisations.actions import suggestion as suggestions
from organisations.models import Invitation, Membership, Organisation, Place, Shelter, ShelterCapacity, User
from organisations.roles import Role
from organisations.rules.directory import Visibility
from organisations.rules.invitations import State
from organisations.rules.regions import Region
from organisations.rules.shelters import USUALLY_DECIDES, PlaceKind, ShelterType
from organisations.rules.social_map import Row

from .clock import at, it_is

PASSWORD = "safe-return-demo"  # noqa: S105 - printed on the first page of the README

COSM, OTHER, COORDINATION, REGISTER = "demo-kade", "demo-oever", "demo-zorgcoordinatie", "comensha"
HAVEN = "demo-haven"

# slug: name, city of the office, kind, services, region, what it is in English and Dutch
TENANTS = {
    COSM: (
        "De Kade (demo)", "Amsterdam", "shelter", ["shelter", "coordination"], Region.AMSTERDAM,
        "Invented specialised shelter (COSM) of the demo.", "Verzonnen categorale opvang (COSM) van de demo.",
    ),
    OTHER: (
        "Huis Oever (demo)", "Rotterdam", "shelter", ["shelter"], Region.ROTTERDAM,
        "Invented women's shelter of the demo.", "Verzonnen vrouwenopvang van de demo.",
    ),
    HAVEN: (
        "De Haven (demo)", "Den Haag", "shelter", ["shelter"], Region.DEN_HAAG,
        "Invented houses of the demo for men, for people with several problems and for minors.",
        "Verzonnen huizen van de demo voor mannen, voor mensen met meerdere problemen en voor minderjarigen.",
    ),
    COORDINATION: (
        "Zorgcoördinatie Midden (demo)", "Utrecht", "ngo", ["coordination"], Region.MIDDEN_NEDERLAND,
        "Invented care coordination of a region.", "Verzonnen zorgcoördinatie van een regio.",
    ),
    REGISTER: (
        "CoMensha", "Amersfoort", "ngo", ["coordination", "identification"], "",
        "National coordination centre against human trafficking; in this demo with invented people and figures.",
        "Landelijk coördinatiecentrum tegen mensenhandel; in deze demo met verzonnen mensen en cijfers.",
    ),
}  # fmt: skip

# account: name, tenant, role
ACCOUNTS = {
    "caseworker": ("Kim de Demo", COSM, Role.CASEWORKER),
    "colleague": ("Sam de Demo", COSM, Role.CASEWORKER),
    "teamlead": ("Robin de Demo", COSM, Role.TEAM_LEAD),
    "outsider": ("Noor van Elders", OTHER, Role.CASEWORKER),
    "lead-elsewhere": ("Max van Elders", OTHER, Role.TEAM_LEAD),
    "haven": ("Ali van Haven", HAVEN, Role.TEAM_LEAD),
    "care-coordinator": ("Bo van Midden", COORDINATION, Role.CARE_COORDINATOR),
    "coordinator": ("Jip van Voorbeeld", REGISTER, Role.COMENSHA_COORDINATOR),
    "directory": ("Mika van Wijzer", REGISTER, Role.DIRECTORY_EDITOR),
    "admin": ("Luca van Beheer", REGISTER, Role.PLATFORM_ADMINISTRATOR),
    "privacy": ("Sasja van Waken", COSM, Role.PRIVACY_OFFICER),
}

# Invited to the COSM; has no account, and nobody reads its mail.
INVITED = "nieuwe.collega@demo.test"

# tenant: name of the shelter, type, region, places (name, kind); the addresses are invented and sealed
SHELTERS = {
    COSM: [
        ("Kade Noord", ShelterType.COSM, Region.AMSTERDAM, 24, PlaceKind.SINGLE),
        ("Kade Gezin", ShelterType.COSM, Region.AMSTERDAM, 6, PlaceKind.FAMILY),
    ],
    OTHER: [
        ("Oever", ShelterType.WOMEN, Region.ROTTERDAM, 8, PlaceKind.SINGLE),
        ("Oever Gezin", ShelterType.WOMEN, Region.ROTTERDAM, 4, PlaceKind.FAMILY),
    ],
    HAVEN: [
        ("Haven", ShelterType.MEN, Region.DEN_HAAG, 6, PlaceKind.SINGLE),
        ("Haven Thuis", ShelterType.OMM, Region.DEN_HAAG, 4, PlaceKind.FAMILY),
        ("Haven Jong", ShelterType.PROTECTED_MINORS, Region.OOST_NEDERLAND, 5, PlaceKind.SINGLE),
    ],
}

# name, country, city, kind, services, English, Dutch, role in a return in English and in Dutch
PARTNERS = [
    ("Harbour House Lagos (demo)", "NG", "Lagos", "ngo", ["reception_on_return", "reintegration", "psychosocial"],
     "Invented organisation that receives women after their return.", "Verzonnen organisatie die vrouwen na terugkeer opvangt.",
     "Meets people at the airport and offers a room for six months.", "Haalt mensen op van het vliegveld en biedt zes maanden een kamer."),
    ("Nov Dom Sofia (demo)", "BG", "Sofia", "ngo", ["reception_on_return", "reintegration", "legal_aid"],
     "Invented organisation for safe housing and legal aid.", "Verzonnen organisatie voor veilig wonen en rechtshulp.",
     "Safe house for up to three months, help with papers.", "Veilig huis tot drie maanden, hulp met papieren."),
    ("Hazatérés Alapítvány (demo)", "HU", "Budapest", "ngo", ["reintegration", "vocational"],
     "Invented foundation that helps people find work again.", "Verzonnen stichting die mensen weer aan werk helpt.",
     "Guidance for a year after return.", "Begeleiding tot een jaar na terugkeer."),
    ("Casa Lumina (demo)", "RO", "Iași", "faith_based", ["reception_on_return", "family_tracing"],
     "Invented house run by sisters.", "Verzonnen huis van zusters.",
     "Receives families, mediates with relatives.", "Vangt gezinnen op en bemiddelt met familie."),
    ("Balik Tahanan (demo)", "PH", "Cebu", "ngo", ["reintegration", "education"],
     "Invented organisation for school and small business.", "Verzonnen organisatie voor school en een eigen bedrijfje.",
     "A course and a starting grant.", "Een opleiding en een startbedrag."),
    ("Return Desk Europe (demo)", "NL", "Den Haag", "igo", ["travel_documents", "reintegration"],
     "Invented desk for travel and papers.", "Verzonnen loket voor reis en papieren.",
     "Books the journey and meets people at Schiphol.", "Boekt de reis en begeleidt op Schiphol."),
]  # fmt: skip

# Records with a past, in the same order.
SUSPENDED = (
    "Last Light House (demo)", "NG", "Benin City", "ngo", ["reception_on_return", "shelter"],
    "Invented organisation that nobody reaches any more.", "Verzonnen organisatie die niemand meer bereikt.",
    "Used to receive people after their return.", "Ving vroeger mensen op na terugkeer.",
)  # fmt: skip
VERIFIED_LONG_AGO = (
    "Ponte de Regresso (demo)", "BR", "Goiânia", "ngo", ["reintegration", "family_tracing"],
    "Invented bridge between families.", "Verzonnen brug tussen families.",
    "Looks for relatives and prepares them.", "Zoekt familie en bereidt die voor.",
)  # fmt: skip
SOCIAL_MAP = settings.BASE_DIR / "organisations" / "data" / "social-map.csv"


@dataclasses.dataclass
class World:
    """Who and where the life stories happen."""

    organisations: dict[str, Organisation]
    people: dict[str, User]
    partners: list[Organisation]


def build(today: datetime.date) -> World:
    """The organisations, accounts, shelters and partners; what is there already stays as it is."""
    with it_is(at(today - datetime.timedelta(days=900))):
        organisations = {slug: tenant(slug) for slug in TENANTS}
        people = {login: account(login, organisations) for login in ACCOUNTS}
        for slug, houses in SHELTERS.items():
            for house in houses:
                shelter(organisations[slug], *house)
    with it_is(at(today - datetime.timedelta(days=850))):
        for facts, deed in ((SUSPENDED, suspended), (VERIFIED_LONG_AGO, verified)):
            deed(partner(*facts, by=people["directory"]), by=people["directory"])
    with it_is(at(today - datetime.timedelta(days=240))):
        social_map()
    with it_is(at(today - datetime.timedelta(days=200))):
        partners = [partner(*facts, by=people["directory"]) for facts in PARTNERS]
    with it_is(at(today - datetime.timedelta(days=40))):
        verified(partners[0], by=people["directory"])
        suggested(partners[2], by=people["caseworker"])
    with it_is(at(today - datetime.timedelta(days=1), 23, 58)):
        newcomers(organisations[COSM], people)
    return World(organisations, people, partners)


def social_map() -> None:
    """The real organisations of the social map; they are in no invented story."""
    if not Organisation.objects.filter(imported_at__isnull=False).exists():
        rows = (row for row in directory_file.rows_of(SOCIAL_MAP) if isinstance(row, Row))
        directory_import.take_over(rows=rows, heard=lambda verdict: None, by=None)


def verified(organisation: Organisation, *, by: User) -> None:
    if organisation.verified_on is None:
        directory.verify(organisation=organisation, version=None, by=by)


def suspended(organisation: Organisation, *, by: User) -> None:
    if organisation.suspended_at is None:
        reason = "Telefoon en mail werken niet meer; de site is weg. (demo)"
        directory.suspend(organisation=organisation, reason=reason, version=None, by=by)


def suggested(organisation: Organisation, *, by: User) -> None:
    """Somebody saw another telephone number; an editor has not looked yet."""
    if not organisation.suggestions.exists():
        values = {"phone": "+36 1 555 0123", "languages": ["hu", "en"]}
        suggestions.suggest(organisation=organisation, values=values, remark="Zo staat het op hun site. (demo)", by=by)


def newcomers(organisation: Organisation, people: dict[str, User]) -> None:
    """Somebody invited, and a role that waits for the team lead: what the members page is for."""
    pending = Invitation.objects.filter(email=INVITED).order_by("-sent_at").first()
    if pending is None or pending.state is State.EXPIRED:
        made = invitations.invite(
            email=INVITED, organisation=organisation, role=Role.CASEWORKER, submission=None, by=people["teamlead"]
        )
        if made is not None:
            invitations.mailed(invitation=made.invitation, by=people["teamlead"])
    if not Membership.objects.filter(organisation=organisation, user=people["care-coordinator"]).exists():
        accounts.begin_membership(
            user=people["care-coordinator"], organisation=organisation, role=Role.CARE_COORDINATOR, by=people["admin"]
        )


def tenant(slug: str) -> Organisation:
    name, city, kind, services, region, english, dutch = TENANTS[slug]
    return Organisation.objects.get_or_create(
        slug=slug,
        defaults={
            "name": name, "country": "NL", "city": city, "kind": kind, "services": services, "region": region,
            "summary_en": english, "summary_nl": dutch,
            "visibility": Visibility.PARTNERS if slug != REGISTER else Visibility.PUBLIC,
            "registers_nationally": slug == REGISTER,
        },
    )[0]  # fmt: skip


def account(login: str, organisations: dict[str, Organisation]) -> User:
    name, slug, role = ACCOUNTS[login]
    email = f"{login}@demo.test"
    user = User.objects.filter(email=email).first()
    if user is None:
        user = accounts.add(email=email, name=name, password=PASSWORD, by=None)
    if not Membership.objects.filter(user=user).exists():
        accounts.begin_membership(user=user, organisation=organisations[slug], role=role, by=None)
    return user


TAKES_IN_DEMO = {
    ShelterType.COSM: ["women", "men", "families"], ShelterType.WOMEN: ["women", "families"], ShelterType.MEN: ["men"],
    ShelterType.OMM: ["women", "men", "families", "couples"], ShelterType.PROTECTED_MINORS: ["minors"],
}  # fmt: skip


def shelter(
    organisation: Organisation, name: str, kind: ShelterType, region: Region, places: int, place: PlaceKind
) -> None:
    slug = name.lower().replace(" ", "-")
    house, new = Shelter.objects.get_or_create(
        slug=slug,
        defaults={
            "organisation": organisation, "name": name, "type": kind, "region": region,
            "address": f"Nergensweg {len(name)}, Nergenshuizen",
        },
    )  # fmt: skip
    if new:
        house.takes, house.decides = TAKES_IN_DEMO[kind], USUALLY_DECIDES[kind]
        house.household_max, house.wheelchair = (4 if place is PlaceKind.FAMILY else 1), places > 10
        house.save()
        ShelterCapacity.objects.create(shelter=house, from_on=datetime.date(2024, 1, 1), places=places)
        Place.objects.bulk_create(
            Place(shelter=house, name=f"Kamer {number}", kind=place) for number in range(1, places + 1)
        )


def partner(name, country, city, kind, services, english, dutch, role_en, role_nl, *, by: User) -> Organisation:
    here = Organisation.objects.filter(name=name).first()
    if here is not None:
        return here
    values = {
        "name": name, "country": country, "city": city, "kind": kind, "services": services,
        "summary_en": english, "summary_nl": dutch, "role_in_return_en": role_en, "role_in_return_nl": role_nl,
        "visibility": Visibility.PUBLIC,
    }  # fmt: skip
    return directory.add(values=values, submission=None, by=by)
