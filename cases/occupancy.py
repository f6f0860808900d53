"""How full the houses are, of whichever a person may know it: read from the rows of places, never from a case."""

import csv
import datetime
import io
import uuid
from collections import defaultdict
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet, UUIDField
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from organisations.lists import no_formula
from organisations.models import Place, PlaceOut, Shelter, ShelterCapacity, User
from organisations.permissions import Permission
from organisations.rules.regions import REGIONS
from organisations.rules.shelters import SHELTER_TYPES, ShelterType

from .models import PlaceHold, Placement
from .rules import occupancy as rules
from .rules.occupancy import REASONS, ROOMS, House, Kind, Reported, Room, Stay, Use, Week

UTF_8 = b"\xef\xbb\xbf"
# A board is kept until the next one has come.
KEPT_FOR = datetime.timedelta(days=8)


def houses_of(user: User) -> list[Shelter]:
    """The houses of which this person may know how full they are; the register knows it of every house."""
    here = user.organisations_with(Permission.OCCUPANCY_READ)
    if any(organisation.registers_nationally for organisation in here):
        return list(Shelter.objects.order_by("name", "pk"))
    return list(Shelter.objects.filter(organisation__in=here).order_by("name", "pk"))


def known(shelters: list[Shelter], since: datetime.datetime) -> list[House]:
    """How these houses were used since that moment; in five questions however many there are."""
    ids = [shelter.pk for shelter in shelters]
    places = by_house(Place.objects.filter(shelter__in=ids).values_list("shelter", "pk"))
    agreed = by_house(ShelterCapacity.objects.filter(shelter__in=ids).values_list("shelter", "from_on", "places"))
    stays = by_house(
        not_over(Placement.objects, ids, since=since).values_list(
            "place__shelter",
            "place",
            "from_at",
            "until_at",
            "expected_until",
            "departure_reason",
            "overstay_reason",
            "norm_from",
            Coalesce("member", "case", output_field=UUIDField()),
        )
    )
    holds = by_house(not_over(PlaceHold.objects, ids, since=since).values_list(
        "place__shelter", "place", "from_at", "until_at"
    ))  # fmt: skip
    outs = by_house(PlaceOut.objects.filter(
        Q(until_on=None) | Q(until_on__gt=timezone.localdate(since)), place__shelter__in=ids
    ).values_list("place__shelter", "place", "from_on", "until_on"))  # fmt: skip
    return [
        House(
            slug=shelter.slug,
            name=shelter.name,
            organisation=shelter.organisation_id,
            type=ShelterType(shelter.type),
            region=shelter.region,
            closed_on=shelter.closed_on,
            places=frozenset(place for (place,) in places[shelter.pk]),
            agreed=agreed[shelter.pk],
            stays=[Stay(*row) for row in stays[shelter.pk]],
            holds=[Use(*row) for row in holds[shelter.pk]],
            outs=[Use(*row) for row in outs[shelter.pk]],
        )
        for shelter in shelters
    ]


def not_over(rows: Any, ids: list[uuid.UUID], *, since: datetime.datetime) -> QuerySet:
    """Of these houses, what had not ended before that moment."""
    return rows.filter(Q(until_at=None) | Q(until_at__gte=since), place__shelter__in=ids).order_by()


def by_house(rows: Any) -> dict[uuid.UUID, list[Any]]:
    found: dict[uuid.UUID, list[Any]] = defaultdict(list)
    for shelter, *values in rows:
        found[shelter].append(tuple(values))
    return found


def kinds(shelters: list[Shelter], now: datetime.datetime) -> list[Kind]:
    """These houses by type, now and over the last half year."""
    return rules.kinds(known(shelters, rules.counting(rules.last_mondays(now)[0])), now)


def week_by_week(found: list[Kind]) -> list[tuple[datetime.date, list[tuple]]]:
    """What the charts show: of each week every kind with its count."""
    every = zip(*(kind.weeks for kind in found), strict=True)
    return [(line[0][0], [(kind, count) for kind, (_day, count) in zip(found, line, strict=True)]) for line in every]


def report(user: User, week: Week) -> list[Reported]:
    """Every specialised shelter of which this person may know it, in that week."""
    shelters = [shelter for shelter in houses_of(user) if shelter.type == ShelterType.COSM]
    return rules.report(known(shelters, week.begin), week)


def file_of(rows: list[Reported]) -> bytes:
    """The report for a spreadsheet: in Dutch with semicolons, which is what Excel splits by there; no cell is computed."""
    head: list[Any] = [
        _("House"), _("May be taken"), _("Taken"), _("Held"), _("Out of use"), _("Free"), _("Arrived"), _("Left"),
        _("Longer than the norm"), *REASONS.values(),
    ]  # fmt: skip
    lines: list[list[Any]] = [
        [
            row.name, row.count.capacity, row.count.taken, row.count.held, row.count.out, row.count.free,
            row.arrived, row.left, row.over, *row.reasons.values(),
        ]
        for row in rows
    ]  # fmt: skip
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if get_language() == "nl" else ",", quoting=csv.QUOTE_ALL)
    writer.writerows([no_formula(str(cell)) for cell in line] for line in [head, *lines])
    return UTF_8 + file.getvalue().encode()


def room(today: datetime.date) -> list[dict[str, Any]]:
    """The board of this week in words. It is made once, so that nothing on it changes before the next Monday."""
    kept = f"room {rules.monday_of(today)}"
    found: Any = cache.get_or_set(kept, lambda: board(today), timeout=int(KEPT_FOR.total_seconds()))
    return [
        {
            "type": SHELTER_TYPES[ShelterType(kind)],
            "region": REGIONS.get(region, ""),
            "state": state,
            "state_name": ROOMS[Room(state)],
        }
        for kind, region, state in found
    ]


def board(today: datetime.date) -> list[tuple[str, str, str]]:
    """What is known of every open house, told so coarsely that it may be known to everybody who seeks a place."""
    days = rules.days_told(today)
    shelters = [shelter for shelter in Shelter.objects.all() if shelter.open_on(days[-1] + rules.DAY)]
    shares = [rules.share_of(house, days) for house in known(shelters, rules.counting(days[0]))]
    return [(str(kind), str(region), str(state)) for (kind, region), state in rules.board(shares).items()]
