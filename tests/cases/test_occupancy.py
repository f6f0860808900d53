"""How full the houses are, each number by hand; of whose houses; weeks and moments at their edges."""

import csv
import datetime
import io
import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import occupancy
from cases.models import PlaceHold, Placement, PlacementOffer, PlacementRequest
from cases.rules.occupancy import (
    Count,
    House,
    Stay,
    Use,
    Week,
    counted,
    kinds,
    last_mondays,
    last_whole_week,
    report,
    share_of,
    week_of,
)
from organisations.models import Place, PlaceOut, Shelter, ShelterCapacity
from organisations.roles import Role
from organisations.rules.shelters import ShelterType
from tests.cast import DAY, new_case, person
from tests.conftest import signed_in

HOUSES, WEEK, FILE = reverse("cases:occupancy"), reverse("cases:occupancy_week"), reverse("cases:occupancy_week_file")
ROOM = reverse("cases:room")


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def at(text: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.fromisoformat(text))


def stays(cast, place: str, since: datetime.datetime, until=None, *, house: str = "huis", **values) -> Placement:
    found = Place.objects.get(shelter__slug=house, name=place)
    return Placement.objects.create(
        case=new_case(cast.caseworker), created_by=cast.caseworker, place=found, from_at=since, until_at=until,
        departure_reason=values.pop("departure_reason", "own_home") if until else "", **values,
    )  # fmt: skip


def holds(cast, place: str, since: datetime.datetime, until=None) -> PlaceHold:
    found = Place.objects.get(shelter__slug="huis", name=place)
    given = {"case": new_case(cast.caseworker), "created_by": cast.caseworker}
    request = PlacementRequest.objects.create(**given, organisation=cast.kade, urgency="days")
    offer = PlacementOffer.objects.create(
        **given, request=request, shelter=found.shelter, holds_until=until or since + DAY
    )
    return PlaceHold.objects.create(**given, offer=offer, place=found, from_at=since, until_at=until)


def out_of_use(cast, place: str, since: datetime.date, until: datetime.date | None = None) -> PlaceOut:
    found = Place.objects.get(shelter__slug="huis", name=place)
    return PlaceOut.objects.create(
        place=found, from_on=since, until_on=until, reason="repair", created_by=cast.teamlead
    )


def more_places(*names: str) -> None:
    house = Shelter.objects.get(slug="huis")
    Place.objects.bulk_create(Place(shelter=house, name=name) for name in names)


def agreed(number: int, since: datetime.date) -> None:
    ShelterCapacity.objects.create(shelter=Shelter.objects.get(slug="huis"), from_on=since, places=number)


def another_house(
    cast, slug: str, *, organisation=None, kind: str = "cosm", places: int = 2, region="limburg"
) -> Shelter:
    house = Shelter.objects.create(
        organisation=organisation or cast.oever, slug=slug, name=slug.title(), type=kind, region=region,
        address="Geheime gracht 1",
    )  # fmt: skip
    Place.objects.bulk_create(Place(shelter=house, name=f"Bed {number}") for number in range(1, places + 1))
    return house


def rows_of(page) -> dict[str, list[int]]:
    """Of each row that is named on the page the numbers of its first table."""
    html = page.content.decode()
    found: dict[str, list[int]] = {}
    for row in re.findall(r"<tr>(.*?)</tr>", html[html.index("<tbody>") :], re.S):
        name = re.search(r'<th scope="row">(?:<a[^>]*>)?([^<]*)', row)
        if name:
            cells = re.findall(r'<td class="number"[^>]*>([^<]*)</td>', row)
            found.setdefault(name[1], [int(cell) for cell in cells if cell.isdigit()])
    return found


def english(client, address: str, **data):
    page = client.get(address, data, HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 200
    return page


# --- now ------------------------------------------------------------------------------------------------------------


def test_the_house_now_by_hand(cast, client_of):
    now, today = timezone.now(), timezone.localdate()
    more_places("Kamer 4", "Kamer 5", "Kamer 6")
    agreed(4, today)
    agreed(2, today + DAY)
    # Kamer 1 is taken by the cast
    stays(cast, "Kamer 2", now - DAY, expected_until=today + 14 * DAY)
    stays(cast, "Kamer 3", now - 9 * DAY, now - DAY, expected_until=today)
    holds(cast, "Kamer 3", now - DAY)
    out_of_use(cast, "Kamer 4", today)
    # six places; four may be taken, of which two are and one is held: one is free, though two beds are empty
    for who in ("teamlead", "coordinator"):
        assert rows_of(english(client_of(who), HOUSES))["Huis"] == [4, 2, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("expected", "leaving"), [(-1, 0), (0, 1), (14, 1), (15, 0)], ids=["past", "today", "the last day", "later"]
)
def test_who_is_expected_to_leave_in_fourteen_days(expected, leaving, cast, client_of):
    cast.rows["stay"].__class__.objects.filter(pk=cast.rows["stay"].pk).update(
        expected_until=timezone.localdate() + expected * DAY
    )
    assert rows_of(english(client_of("teamlead"), HOUSES))["Huis"] == [3, 1, 0, 0, 2, leaving]


def test_houses_of_one_type_are_added_up_and_types_apart(cast, client_of):
    another_house(cast, "oever-een", places=4)
    another_house(cast, "oever-vrouwen", kind="women", places=1)
    client = client_of("coordinator")
    rows = rows_of(english(client, HOUSES))
    assert (rows["Huis"], rows["Oever-Een"]) == ([3, 1, 0, 0, 2, 0], [4, 0, 0, 0, 4, 0])
    assert (rows["Together"], rows["Oever-Vrouwen"]) == ([7, 1, 0, 0, 6, 0], [1, 0, 0, 0, 1, 0])
    only = english(client, HOUSES, type="women")
    assert [kind.type for kind in only.context["kinds"]] == ["women"]
    one = english(client, HOUSES, house="oever-een")
    assert [house.slug for kind in one.context["kinds"] for house, _count in kind.houses] == ["oever-een"]
    assert english(client, HOUSES, house="oever-een", type="women").context["kinds"] == []


def test_a_closed_house_takes_nobody_and_is_told_of_while_somebody_is_there(cast, client_of):
    Shelter.objects.filter(slug="huis").update(closed_on=timezone.localdate())
    assert rows_of(english(client_of("teamlead"), HOUSES))["Huis"] == [0, 1, 0, 0, 0, 0]
    Placement.objects.update(from_at=timezone.now() - 2 * DAY, until_at=timezone.now() - DAY, departure_reason="mob")
    assert [kind.houses for kind in english(client_of("teamlead"), HOUSES).context["kinds"]] == [[]]


def test_a_restricted_case_counts_as_every_other(cast, client_of):
    before = rows_of(english(client_of("coordinator"), HOUSES))
    type(cast.case).objects.update(restricted=True)
    assert rows_of(english(client_of("coordinator"), HOUSES)) == before


# --- whose houses ----------------------------------------------------------------------------------------------------


def test_a_team_lead_reads_the_houses_of_their_own_organisation_and_the_register_every_one(cast, client_of):
    another_house(cast, "oever-een")
    theirs = signed_in(person("oever-baas", (cast.oever, Role.TEAM_LEAD)))
    for address in (HOUSES, WEEK, FILE):
        pages = {
            who: client.get(address).content.decode()
            for who, client in (
                ("kade", client_of("teamlead")), ("oever", theirs), ("all", client_of("coordinator"))
            )
        }  # fmt: skip
        seen = {who: ("Huis" in text, "Oever-Een" in text) for who, text in pages.items()}
        assert seen == {"kade": (True, False), "oever": (False, True), "all": (True, True)}
    refused = english(theirs, HOUSES, house="huis")
    invented = english(theirs, HOUSES, house="geen")
    told = "Select a valid choice. {} is not one of the available choices."
    assert refused.context["filters"].errors == {"house": [told.format("huis")]}
    assert invented.context["filters"].errors == {"house": [told.format("geen")]}
    assert next(iter(rows_of(refused))) == "Oever-Een"


def test_a_coordinator_of_an_organisation_that_registers_nothing_reads_its_own_houses(cast):
    another_house(cast, "oever-een")
    coordinator = signed_in(person("oever-coordinator", (cast.oever, Role.COMENSHA_COORDINATOR)))
    assert [shelter.slug for shelter in english(coordinator, HOUSES).context["filters"].shelters] == ["oever-een"]


def test_neither_address_nor_case_stands_on_any_of_these_pages(cast, client_of):
    since = timezone.now() - 10 * DAY
    stays(cast, "Kamer 2", since)
    for number in range(3):
        another_house(cast, f"huis-{number}", organisation=(cast.kade, cast.oever)[number % 2], region="amsterdam")
    hidden = [
        "Geheime gracht 1", "Vogel", "Kamer 2",
        *Placement.objects.values_list("case__reference", flat=True),
    ]  # fmt: skip
    for address in (HOUSES, WEEK, FILE, ROOM):
        text = client_of("coordinator").get(address).content.decode()
        assert [word for word in hidden if word in text] == []
        assert "Huis" in text or address == ROOM


# --- over time -------------------------------------------------------------------------------------------------------


def house_with(*stays: Stay, kind=ShelterType.COSM, places: int = 3, **values) -> House:
    beds = frozenset(BEDS[:places])
    return House("h", "H", uuid.uuid4(), kind, "limburg", places=beds, stays=list(stays), **values)


BEDS = [uuid.UUID(int=number) for number in range(10)]


def test_a_place_is_taken_from_the_moment_somebody_comes_until_the_moment_they_leave():
    house = house_with(Stay(BEDS[0], at("2026-11-02 06:00"), at("2026-11-09 06:00")))
    seen = ["2026-11-02 05:59:59.999999", "2026-11-02 06:00", "2026-11-09 05:59:59.999999", "2026-11-09 06:00"]
    assert [counted(house, at(moment)).taken for moment in seen] == [0, 1, 1, 0]


def test_held_and_out_of_use_from_and_until():
    house = house_with(
        holds=[Use(BEDS[0], at("2026-11-02 06:00"), at("2026-11-02 08:00"))],
        outs=[Use(BEDS[1], day("2026-11-02"), day("2026-11-03"))],
    )
    seen = ["2026-11-01 23:59", "2026-11-02 00:00", "2026-11-02 06:00", "2026-11-02 08:00", "2026-11-03 00:00"]
    counts = [counted(house, at(moment)) for moment in seen]
    assert [(one.held, one.out, one.free) for one in counts] == [(0, 0, 3), (0, 1, 2), (1, 1, 1), (0, 1, 2), (0, 0, 3)]


def test_a_place_is_one_thing_only():
    """Whoever comes for a held place takes it; a place out of use in which somebody still is, is taken."""
    since = at("2026-11-01 12:00")
    house = house_with(
        Stay(BEDS[0], since), holds=[Use(BEDS[0], since), Use(BEDS[1], since)],
        outs=[Use(BEDS[0], day("2026-11-01")), Use(BEDS[1], day("2026-11-01"))],
    )  # fmt: skip
    assert counted(house, at("2026-11-02 06:00")) == Count(capacity=3, taken=1, held=1, out=0, free=1)


def test_more_people_than_were_agreed_leave_no_place_free_and_none_below():
    house = house_with(Stay(BEDS[0], at("2026-11-01 12:00")), Stay(BEDS[1], at("2026-11-01 12:00")))
    house.agreed.append((day("2026-11-02"), 1))
    seen = [counted(house, at(moment)) for moment in ("2026-11-01 23:00", "2026-11-02 00:00")]
    assert [(one.capacity, one.taken, one.free) for one in seen] == [(3, 2, 1), (1, 2, 0)]


@pytest.mark.parametrize(
    ("now", "last"),
    [
        ("2026-11-23 05:59", "2026-11-16"), ("2026-11-23 06:00", "2026-11-23"), ("2026-11-29 23:59", "2026-11-23"),
        # in summer and over the change of the clock
        ("2026-03-30 05:59", "2026-03-23"), ("2026-03-30 06:00", "2026-03-30"), ("2027-01-03 12:00", "2026-12-28"),
    ],
)  # fmt: skip
def test_the_last_monday_that_was_counted(now, last):
    mondays = last_mondays(at(now))
    assert (mondays[-1], len(mondays), mondays[0]) == (day(last), 26, day(last) - 175 * DAY)


def test_half_a_year_by_hand():
    left = Stay(BEDS[0], at("2026-11-02 05:00"), at("2026-11-16 06:00"))
    still, later = Stay(BEDS[1], at("2026-11-09 06:00")), Stay(BEDS[2], at("2026-11-23 06:01"))
    house = house_with(left, still, later, agreed=[(day("2026-11-16"), 2)])
    other = house_with(Stay(BEDS[5], at("2020-01-01 12:00")), kind=ShelterType.MEN, places=1)
    found = kinds([other, house], at("2026-11-27 10:00"))
    assert [(kind.type, len(kind.weeks)) for kind in found] == [("cosm", 26), ("men", 26)]
    told = [(count.taken, count.capacity) for _monday, count in found[0].weeks]
    assert told == [(0, 3)] * 22 + [(1, 3), (2, 3), (1, 2), (1, 2)]
    assert {(count.taken, count.capacity) for _monday, count in found[1].weeks} == {(1, 1)}
    tops = [(column.number, column.y, column.limit) for column in found[0].chart.columns[-4:]]
    # a height of 176 for three
    assert tops == [(1, "141", "24"), (2, "83", "24"), (1, "141", "83"), (1, "141", "83")]


def test_the_half_year_on_the_page_says_the_same_twice(cast, client_of):
    with time_machine.travel(at("2026-11-27 10:00")):
        Placement.objects.all().delete()
        stays(cast, "Kamer 1", at("2026-11-09 06:00"), at("2026-11-16 06:00"))
        stays(cast, "Kamer 2", at("2026-10-01 12:00"))
        client = signed_in(cast.teamlead)
        page = english(client, HOUSES).content.decode()
    table = page[page.index('aria-labelledby="weeks">', page.index("</svg>")) :]
    cells = re.findall(r'<td class="number" data-label="Specialised shelter \(COSM\)">(.*?)</td>', table)
    assert cells == ["0 of 3"] * 18 + ["1 of 3"] * 5 + ["2 of 3"] + ["1 of 3"] * 2
    assert re.findall(r'<text x="\d+" y="\d+">(\d+)</text>', page) == ["1"] * 5 + ["2"] + ["1"] * 2


# --- the weekly report -----------------------------------------------------------------------------------------------


def test_a_week_by_name():
    assert [str(Week(day(one))) for one in ("2026-11-16", "2026-12-28", "2027-01-04", "2024-12-30")] == [
        "2026-W47", "2026-W53", "2027-W01", "2025-W01",
    ]  # fmt: skip
    assert [week_of(text) for text in ("2026-W53", "2027-W01", "2026w7", " 2025-W01 ")] == [
        Week(day(one)) for one in ("2026-12-28", "2027-01-04", "2026-02-09", "2024-12-30")
    ]
    wrong = ("2025-W53", "2026-W00", "2026-W54", "1999-W01", "0000-W01", "2026-47-1", "٢٠٢٦-W47", "W47", "2026-W", "x")
    assert [week_of(text) for text in wrong] == [None] * len(wrong)
    assert [str(last_whole_week(day(one))) for one in ("2027-01-03", "2027-01-04")] == ["2026-W52", "2026-W53"]


@pytest.mark.parametrize(
    ("since", "until", "expected"),
    [
        # taken when the week ended, arrived, left
        ("2026-12-28 00:00", None, (1, 1, 0)),
        ("2026-12-27 23:59:59.999999", None, (1, 0, 0)),
        ("2027-01-03 23:59:59.999999", None, (1, 1, 0)),
        ("2027-01-04 00:00", None, (0, 0, 0)),
        ("2026-12-01 12:00", "2026-12-28 00:00", (0, 0, 1)),
        ("2026-12-01 12:00", "2026-12-27 23:59:59.999999", (0, 0, 0)),
        ("2026-12-01 12:00", "2027-01-03 23:59:59.999999", (0, 0, 1)),
        ("2026-12-01 12:00", "2027-01-04 00:00", (1, 0, 0)),
        ("2026-12-30 12:00", "2026-12-31 12:00", (0, 1, 1)),
    ],
)
def test_who_came_and_left_in_week_53(since, until, expected):
    house = house_with(Stay(BEDS[0], at(since), at(until) if until else None))
    row = report([house], Week(day("2026-12-28")))[0]
    assert (row.count.taken, row.arrived, row.left) == expected


def test_weeks_add_up():
    """What was there, and who came, less who left, is there at the end: week after week."""
    moments = [at("2026-12-28 00:00") + number * datetime.timedelta(hours=12) for number in range(60)]
    house = house_with(
        *(Stay(BEDS[n % 9], moments[n], moments[n + 5 + n % 3] if n % 4 else None) for n in range(50)), places=9
    )
    weeks = [report([house], Week(day("2026-12-21") + number * 7 * DAY))[0] for number in range(6)]
    # places may be taken twice here, so people are counted
    there = [
        sum(
            stay.at(at("2026-12-28 00:00") + (number * 7 * DAY) - datetime.timedelta.resolution) for stay in house.stays
        )
        for number in range(6)
    ]
    assert [there[n] + weeks[n + 1].arrived - weeks[n + 1].left for n in range(4)] == there[1:5]


def test_who_moves_within_the_house_neither_arrives_nor_leaves():
    moved, elsewhere = at("2026-11-18 12:00"), at("2026-11-19 12:00")
    house = house_with(
        Stay(BEDS[0], at("2026-11-01 12:00"), moved, departure_reason="moved"), Stay(BEDS[1], moved),
        # to another house; somebody else came at that moment of another day
        Stay(BEDS[2], at("2026-11-01 12:00"), elsewhere, departure_reason="moved"), Stay(BEDS[0], moved + 2 * DAY),
        # and who left for good when another came
        Stay(BEDS[3], at("2026-11-01 12:00"), moved + 3 * DAY, departure_reason="own_home"), Stay(BEDS[2], moved + 3 * DAY),
        places=4,
    )  # fmt: skip
    row = report([house], Week(day("2026-11-16")))[0]
    assert (row.count.taken, row.arrived, row.left) == (3, 2, 2)


def test_longer_than_the_norm_by_reason():
    """Three months from the first day: 22 August 2026 lasts until 22 November, the Sunday of the week."""
    given = [
        ("2026-08-22 12:00", None, ""),
        ("2026-08-21 12:00", None, ""),
        ("2026-08-21 12:00", None, "housing"),
        ("2026-11-01 12:00", "2027-02-01", "housing"),
        ("2026-11-01 12:00", "2027-02-02", "housing"),
        ("2026-11-01 12:00", "2027-02-02", "care"),
    ]
    house = house_with(
        *(
            Stay(BEDS[n], at(since), expected_until=day(until) if until else None, overstay_reason=reason)
            for n, (since, until, reason) in enumerate(given)
        ),
        # no longer there, or not yet
        Stay(BEDS[8], at("2026-01-01 12:00"), at("2026-11-22 12:00"), overstay_reason="housing"),
        Stay(BEDS[9], at("2026-11-23 00:00"), expected_until=day("2028-01-01"), overstay_reason="housing"),
        places=10,
    )
    row = report([house], Week(day("2026-11-16")))[0]
    assert {reason: number for reason, number in row.reasons.items() if number} == {"": 1, "housing": 2, "care": 1}
    assert (row.over, row.count.taken) == (4, 6)


def weeks_linked(page) -> list[str]:
    return re.findall(r'href="[^"]*\?week=(2026-W\d\d)"', page.content.decode())


def weekly(cast) -> None:
    """The week of 16 November in Kade's house; the clock stands at 27 November."""
    Placement.objects.all().delete()
    more_places("Kamer 4", "Kamer 5")
    agreed(4, day("2026-11-22"))
    stays(cast, "Kamer 1", at("2026-08-01 12:00"), overstay_reason="housing")
    stays(cast, "Kamer 2", at("2026-11-16 00:00"))
    stays(cast, "Kamer 3", at("2026-11-01 12:00"), at("2026-11-20 12:00"))
    stays(cast, "Kamer 5", at("2026-11-01 12:00"), at("2026-11-16 00:00"))
    holds(cast, "Kamer 3", at("2026-11-22 12:00"), at("2026-11-23 12:00"))
    out_of_use(cast, "Kamer 4", day("2026-11-22"), day("2026-11-23"))


def test_the_report_of_a_week_by_hand(cast, client_of):
    with time_machine.travel(at("2026-11-27 10:00")):
        weekly(cast)
        another_house(cast, "oever-een")
        another_house(cast, "oever-vrouwen", kind="women")
        client = signed_in(cast.coordinator)
        page = english(client, WEEK)
        rows = rows_of(page)
        # may be taken, taken, held, out, free, arrived, left, longer than the norm
        assert rows == {
            "Huis": [4, 2, 1, 1, 1, 1, 2, 1], "Oever-Een": [2, 0, 0, 0, 2, 0, 0, 0],
            "Together": [6, 2, 1, 1, 3, 1, 2, 1],
        }  # fmt: skip
        text = page.content.decode()
        assert "Specialised shelters in week 2026-W47" in text
        assert re.search(r"Note: not confirmed</span> <span class=\"quiet\">A norm of practice: stays beyond it", text)
        assert weeks_linked(page) == ["2026-W46", "2026-W47"]
        assert dict(page.context["rows"][0].told) == {
            "Waits for a home": 1, "Waits for a decision about residence": 0, "Waits for a place elsewhere": 0,
            "Needs the care of this house": 0, "Return is being prepared": 0, "Not safe elsewhere": 0, "Other": 0,
            "No reason recorded": 0,
        }  # fmt: skip
        before = english(client, WEEK, week="2026-W46")
        assert rows_of(before)["Huis"] == [5, 3, 0, 0, 2, 0, 0, 1]
        assert weeks_linked(before) == ["2026-W45", "2026-W47", "2026-W46"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("2026-W48", "That week is not over yet."),
        ("2026-W54", "Write the week as year and number, for example 2026-W47."),
        ("last", "Write the week as year and number, for example 2026-W47."),
    ],
)
def test_a_wrong_week_is_told_and_the_last_one_shown_but_never_as_a_file(asked, said, cast):
    with time_machine.travel(at("2026-11-29 23:59")):
        client = signed_in(cast.teamlead)
        page = english(client, WEEK, week=asked)
        assert page.context["filters"].errors == {"week": [said]}
        assert said in page.content.decode()
        assert str(page.context["week"]) == "2026-W47"
        assert client.get(FILE, {"week": asked}).status_code == 404


@pytest.mark.parametrize(("language", "splits"), [("nl", ";"), ("en", ",")])
def test_the_report_as_a_file(language, splits, cast):
    with time_machine.travel(at("2026-11-27 10:00")):
        weekly(cast)
        Shelter.objects.filter(slug="huis").update(name="=SUM(A1)")
        client = signed_in(cast.teamlead)
        answer = client.get(FILE, {"week": "2026-W47"}, HTTP_ACCEPT_LANGUAGE=language)
    assert answer["Content-Disposition"] == 'attachment; filename="cosm-2026-W47.csv"'
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("text/csv; charset=utf-8", "nosniff")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    lines = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=splits))
    assert [len(line) for line in lines] == [17, 17]
    assert lines[1] == ["'=SUM(A1)", *"4211112110000000"]


# --- room ------------------------------------------------------------------------------------------------------------


def test_what_a_house_brings_to_the_board_is_counted_each_morning():
    days = [day("2026-11-21"), day("2026-11-22")]
    house = house_with(
        Stay(BEDS[0], at("2026-11-21 06:00"), at("2026-11-22 06:00")), Stay(BEDS[1], at("2026-11-22 06:01")),
        holds=[Use(BEDS[1], at("2026-11-21 00:00"), at("2026-11-21 12:00"))], outs=[Use(BEDS[2], day("2026-11-22"))],
    )  # fmt: skip
    share = share_of(house, days)
    # of three places on each of two days: one free on the first, two on the second
    assert (share.places, share.free) == (6, 3)


def lines_of(page) -> list[tuple[str, str, str]]:
    html = page.content.decode()
    return [
        tuple(re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S))
        for row in re.findall(r"<tr>(.*?)</tr>", html[html.index("<tbody>") :], re.S)
    ]


def test_the_board_by_hand_and_that_it_stands_until_monday(cast):
    with time_machine.travel(at("2026-11-24 10:00")) as clock:
        Placement.objects.all().delete()
        for number in range(2):
            another_house(cast, f"huis-{number}", organisation=cast.oever, region="amsterdam", places=1)
        # of five places two are taken all the time
        for place in ("Kamer 1", "Kamer 2"):
            stays(cast, place, at("2026-09-01 12:00"))
        client = signed_in(cast.outsider)
        page = english(client, ROOM)
        assert "from 21 September 2026 to 18 October 2026" in page.content.decode()
        assert lines_of(page)[:2] == [
            ("Specialised shelter (COSM)", "Amsterdam", "Room"),
            ("Specialised shelter (COSM)", "Rest of the country", "Ask CoMensha"),
        ]
        assert {line[1:] for line in lines_of(page)[2:]} == {("Rest of the country", "Ask CoMensha")}
        assert len(lines_of(page)) == 10
        # written down later, and even for long ago: nothing moves before Monday
        stays(cast, "Kamer 3", at("2026-09-01 12:00"))
        for number in range(2):
            stays(cast, "Bed 1", at("2026-09-28 12:00"), house=f"huis-{number}")
        for moment in ("2026-11-24 10:05", "2026-11-29 23:59"):
            clock.move_to(at(moment))
            assert lines_of(english(signed_in(cast.outsider), ROOM))[0][2] == "Room"
        # the four weeks from 28 September: both beds stand empty on their first morning, two of 5 × 28
        clock.move_to(at("2026-11-30 00:00"))
        assert lines_of(english(signed_in(cast.outsider), ROOM))[0][2] == "Full"


# --- speed -----------------------------------------------------------------------------------------------------------


def queries_of(client, address: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


def test_as_many_queries_for_thirty_houses_as_for_one(cast, client_of):
    client = client_of("coordinator")
    queries_of(client, HOUSES)
    one = [queries_of(client, address) for address in (HOUSES, WEEK, FILE)]
    today = timezone.localdate()
    for number in range(30):
        house = another_house(cast, f"huis-{number}", kind=("cosm", "women", "men")[number % 3])
        stays(cast, "Bed 1", timezone.now() - 20 * DAY, house=house.slug)
        ShelterCapacity.objects.create(shelter=house, from_on=today, places=1)
    assert (one, [queries_of(client, address) for address in (HOUSES, WEEK, FILE)]) == ([11, 11, 11], [11, 11, 11])


def test_the_board_asks_as_much_of_thirty_houses_as_of_one(cast, django_assert_num_queries):
    with django_assert_num_queries(6):
        occupancy.board(timezone.localdate())
    for number in range(30):
        another_house(cast, f"huis-{number}")
    with django_assert_num_queries(6):
        occupancy.board(timezone.localdate())
