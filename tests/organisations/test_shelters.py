"""Houses and places: kept by the team lead of the house, read by who works there; where it is, behind a click that is kept."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases.actions import shelter as stays
from organisations.actions import shelter as actions
from organisations.actions.base import Refused, Stale
from organisations.models import AuditEvent, Place, PlaceOut, Shelter, ShelterCapacity
from organisations.rules.shelters import capacity_on
from tests.cast import DAY, new_case, unseen

HOUSE = reverse("organisations:shelter", args=["huis"])
SECRET = "Geheime gracht 1"


def d(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.mark.parametrize(
    ("rows", "day", "places", "capacity"),
    [
        ([], "2026-01-01", 6, 6),
        # before the first agreement all of them count; from its day on the number of it
        ([("2026-02-01", 4)], "2026-01-31", 6, 6),
        ([("2026-02-01", 4)], "2026-02-01", 6, 4),
        ([("2026-06-01", 5), ("2026-02-01", 4)], "2026-05-31", 6, 4),
        ([("2026-06-01", 5), ("2026-02-01", 4)], "2026-06-01", 6, 5),
        # never more than there are
        ([("2026-02-01", 9)], "2026-03-01", 6, 6),
        ([("2026-02-01", 0)], "2026-03-01", 6, 0),
    ],
)
def test_how_many_may_be_taken_on_a_day(rows, day, places, capacity):
    assert capacity_on([(d(since), number) for since, number in rows], d(day), places=places) == capacity


def test_a_team_lead_adds_a_house_its_places_and_how_many_may_be_taken(cast, client_of):
    client, add = client_of("teamlead"), reverse("organisations:shelter_add")
    typed = {
        **unseen(client, add), "name": "Huis", "type": "cosm", "region": "limburg", "takes": ["women", "families"],
        "household_max": "4", "wheelchair": "no", "decides": "",
    }  # fmt: skip
    assert client.post(add, typed)["Location"] == "/shelters/huis-2/"
    # the same form again is the same house
    assert client.post(add, typed)["Location"] == "/shelters/huis-2/"
    house = Shelter.objects.get(slug="huis-2")
    assert (house.organisation, house.decides, house.takes, house.household_max, house.wheelchair, house.address) == (
        cast.kade, "comensha", ["women", "families"], 4, False, None,
    )  # fmt: skip
    for kind, name, number in (("single", "Kamer", "2"), ("family", "Gezin", "1"), ("single", "Kamer", "1")):
        address = reverse("organisations:place_add", args=[house.slug])
        sent = {**unseen(client, address), "name": name, "kind": kind, "number": number}
        assert client.post(address, sent).status_code == 302
    assert list(house.places.values_list("name", "kind")) == [
        ("Gezin", "family"), ("Kamer", "single"), ("Kamer 1", "single"), ("Kamer 2", "single"),
    ]  # fmt: skip
    address = reverse("organisations:shelter_set_capacity", args=[house.slug])
    sent = {**unseen(client, address), "from_on": "1-1-2026", "places": "3"}
    assert client.post(address, sent).status_code == 302
    page = client.get(reverse("organisations:shelter", args=[house.slug]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    for line in (
        "3 places of 4",
        "From 1 January 2026: 3 places",
        "Women, Parents with children",
        "CoMensha places directly",
    ):
        assert line in page
    verbs = AuditEvent.objects.filter(object_id=house.pk).order_by("at").values_list("verb", flat=True)
    assert list(verbs) == ["shelter_added", *["shelter_changed"] * 4]
    assert house.slug in client_of("caseworker").get(reverse("organisations:shelter_list")).content.decode()
    assert house.slug not in client_of("outsider").get(reverse("organisations:shelter_list")).content.decode()


def test_where_it_is_is_shown_by_a_click_that_is_kept_and_nowhere_else(cast, client_of):
    client, reveal = client_of("caseworker"), reverse("organisations:shelter_reveal", args=["huis"])
    pages = [
        client_of(who).get(address).content.decode()
        for who in ("caseworker", "teamlead")
        for address in (HOUSE, reverse("organisations:shelter_list"), reverse("cases:tonight", args=["huis"]))
    ]
    pages += [
        client_of("teamlead").get(reverse(f"organisations:{name}", args=["huis"])).content.decode()
        for name in ("shelter_change", "shelter_write_address")
    ]
    assert not any(SECRET in page for page in pages)
    looked = AuditEvent.objects.filter(verb="shelter_address_revealed")
    assert looked.count() == 0
    assert SECRET in client.post(reveal).content.decode()
    row = looked.get()
    house = Shelter.objects.get(slug="huis")
    assert (row.actor_id, row.organisation_id, row.object_id, row.case_id) == (
        cast.caseworker.pk, cast.kade.pk, house.pk, None,
    )  # fmt: skip
    # whoever works elsewhere is told nothing, not even that there is such a house
    for who in ("outsider", "former", "moonlighter"):
        assert client_of(who).post(reveal).status_code == 404
    for who in ("outsider", "coordinator", "care_coordinator", "privacy", "admin"):
        with pytest.raises(Refused):
            actions.reveal(shelter=house, by=cast[who])
    assert looked.count() == 1


def test_a_new_address_is_sealed_and_takes_the_place_of_the_old_one(cast, client_of):
    client, write = client_of("teamlead"), reverse("organisations:shelter_write_address", args=["huis"])
    hidden = unseen(client, write)
    assert client.post(write, {**hidden, "address": "Nieuwe weg 2"}).status_code == 302
    house = Shelter.objects.get(slug="huis")
    assert house.address == "Nieuwe weg 2"
    # from the page of before: told, not overwritten
    assert client.post(write, {**hidden, "address": "Oude weg 1"}).status_code == 200
    assert Shelter.objects.get(slug="huis").address == "Nieuwe weg 2"


def test_nobody_else_changes_a_house(cast):
    house = Shelter.objects.get(slug="huis")
    place = cast.rows["free_place"]
    for who in ("caseworker", "outsider", "coordinator", "admin", "moonlighter"):
        by = cast[who]
        for verb in (
            lambda by=by: actions.add(organisation=cast.kade, values={"name": "x", "type": "cosm", "region": "limburg"}, submission=None, by=by),
            lambda by=by: actions.change(shelter=house, values={"name": "x"}, version=None, by=by),
            lambda by=by: actions.write_address(shelter=house, address="x", version=None, by=by),
            lambda by=by: actions.set_capacity(shelter=house, from_on=timezone.localdate(), places=1, version=None, by=by),
            lambda by=by: actions.add_places(shelter=house, name="x", kind="single", number=1, submission=None, by=by),
            lambda by=by: actions.change_place(place=place, values={"name": "x"}, version=None, by=by),
            lambda by=by: actions.put_out(place=place, values={"from_on": timezone.localdate(), "until_on": None, "reason": "repair"}, submission=None, by=by),
            lambda by=by: actions.bring_back(place=place, by=by),
        ):  # fmt: skip
            with pytest.raises(Refused):
                verb()
    assert (Shelter.objects.count(), PlaceOut.objects.count(), ShelterCapacity.objects.count()) == (1, 0, 0)


def test_two_team_leads_at_once_lose_nothing(cast):
    house = Shelter.objects.get(slug="huis")
    actions.change(shelter=house, values={"name": "Eerste"}, version=house.version, by=cast.teamlead)
    with pytest.raises(Stale):
        actions.change(shelter=house, values={"name": "Tweede"}, version=house.version, by=cast.teamlead)
    assert Shelter.objects.get(pk=house.pk).name == "Eerste"


def test_a_place_out_of_use_is_given_to_nobody_until_it_is_back(cast, client_of):
    client, place, today = client_of("teamlead"), cast.rows["free_place"], timezone.localdate()
    case = new_case(cast.caseworker)
    out = reverse("organisations:place_out", args=["huis", place.pk])
    free = {one.pk for one in stays.free_places(case, by=cast.caseworker)}
    assert place.pk in free
    sent = {**unseen(client, out), "from_on": f"{today:%d-%m-%Y}", "until_on": "", "reason": "repair"}
    assert client.post(out, sent).status_code == 302
    assert {one.pk for one in stays.free_places(case, by=cast.caseworker)} == free - {place.pk}
    tonight = client.get(reverse("cases:tonight", args=["huis"])).content.decode()
    assert "Kamer 3" not in tonight
    page = client.get(HOUSE, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Out of use" in page and "Repair, until further notice" in page
    given = {"case": case, "place": place, "expected_until": None, "submission": None, "by": cast.caseworker}
    with pytest.raises(Refused, match="out of use on that day"):
        stays.place(from_at=timezone.now(), **given)
    # the same form again is the same repair; another one for that time is none
    assert client.post(out, sent).status_code == 302
    assert PlaceOut.objects.count() == 1
    again = client.post(out, {**sent, **unseen(client, out)}, HTTP_ACCEPT_LANGUAGE="en")
    assert "out of use in part of that time already" in again.content.decode()
    assert client.post(reverse("organisations:place_back", args=["huis", place.pk])).status_code == 302
    assert stays.place(from_at=timezone.now(), **given).place == place
    # whoever stays there is placed elsewhere first
    page = client.post(out, {**sent, **unseen(client, out)}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Somebody stays in this place." in page
    assert not PlaceOut.objects.exists()


def test_a_past_repair_may_be_recorded_and_the_database_knows_no_two_at_once(cast):
    place, today = cast.rows["free_place"], timezone.localdate()
    values = {"from_on": today - 10 * DAY, "until_on": today - 5 * DAY, "reason": "repair"}
    actions.put_out(place=place, values=values, submission=None, by=cast.teamlead)
    actions.put_out(
        place=place, values={**values, "from_on": today - 5 * DAY, "until_on": today}, submission=None, by=cast.teamlead
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        PlaceOut.objects.create(
            place=place, from_on=today - 7 * DAY, until_on=None, reason="other", created_by=cast.teamlead
        )
    with pytest.raises(Refused, match="usable already"):
        actions.bring_back(place=place, by=cast.teamlead)


def test_a_house_is_never_over_the_number_agreed(cast):
    """Now, and at no moment of a stay that is recorded late."""
    house = Shelter.objects.get(slug="huis")
    taken = cast.rows["stay"]
    now = timezone.now()
    given = {"expected_until": None, "submission": None, "by": cast.caseworker}
    actions.set_capacity(shelter=house, from_on=timezone.localdate(), places=1, version=None, by=cast.teamlead)
    free = list(stays.free_places(cast.case, by=cast.caseworker))
    with pytest.raises(Refused, match="This house is full: 1 may stay there"):
        stays.place(case=new_case(cast.caseworker), place=free[0], from_at=now, **given)
    # it was empty then; but the one who came since is there
    actions.set_capacity(
        shelter=house, from_on=timezone.localdate() - 20 * DAY, places=1, version=None, by=cast.teamlead
    )
    with pytest.raises(Refused, match="This house is full"):
        stays.place(case=new_case(cast.caseworker), place=free[0], from_at=now - 9 * DAY, **given)
    stays.end(placement=taken, until_at=now, departure_reason="own_home", by=cast.caseworker)
    stays.place(case=new_case(cast.caseworker), place=free[0], from_at=timezone.now(), **given)
    with pytest.raises(Refused, match="This house is full"):
        stays.undo_end(placement=taken, by=cast.caseworker)


def test_a_closed_house_takes_nobody_and_keeps_who_is_there(cast):
    house, today = Shelter.objects.get(slug="huis"), timezone.localdate()
    actions.change(shelter=house, values={"closed_on": today}, version=None, by=cast.teamlead)
    case = new_case(cast.caseworker)
    assert list(stays.free_places(case, by=cast.caseworker)) == []
    with pytest.raises(Refused, match="the house is closed"):
        stays.place(
            case=case, place=cast.rows["free_place"], from_at=timezone.now(), expected_until=None, submission=None,
            by=cast.caseworker,
        )  # fmt: skip
    assert cast.case.placement_set.now().exists()


@pytest.mark.parametrize(
    ("name", "typed", "sentence"),
    [
        ("shelter_add", {"name": "", "type": "cosm", "region": "limburg"}, "This field is required."),
        ("shelter_set_capacity", {"from_on": "1-1-2026", "places": "-1"}, "greater than or equal to 0"),
        ("place_add", {"name": "Kamer", "kind": "single", "number": "61"}, "less than or equal to 60"),
        ("place_add", {"name": "Kamer", "kind": "single", "number": "58"}, "A house has 60 places at most."),
    ],
)
def test_wrong_input_is_a_sentence(name, typed, sentence, cast, client_of):
    client = client_of("teamlead")
    address = reverse(f"organisations:{name}", args=[] if name == "shelter_add" else ["huis"])
    page = client.post(address, {**unseen(client, address), **typed}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert sentence in page
    assert (Shelter.objects.count(), Place.objects.count()) == (1, 3)


def test_a_place_is_renamed_but_not_to_another_ones_name(cast, client_of):
    client, place = client_of("teamlead"), cast.rows["free_place"]
    address = reverse("organisations:place_change", args=["huis", place.pk])
    taken = client.post(
        address, {**unseen(client, address), "name": "Kamer 1", "kind": "single"}, HTTP_ACCEPT_LANGUAGE="en"
    )
    assert "Another place of this house has that name." in taken.content.decode()
    assert client.post(address, {**unseen(client, address), "name": "Zolder", "kind": "couple"}).status_code == 302
    place.refresh_from_db()
    assert (place.name, place.kind) == ("Zolder", "couple")


def test_an_end_is_not_taken_back_into_a_place_that_went_out_of_use(cast):
    stay, today = cast.rows["stay"], timezone.localdate()
    stays.end(placement=stay, until_at=timezone.now(), departure_reason="own_home", by=cast.caseworker)
    actions.put_out(
        place=stay.place,
        values={"from_on": today, "until_on": None, "reason": "repair"},
        submission=None,
        by=cast.teamlead,
    )
    with pytest.raises(Refused, match="gone out of use"):
        stays.undo_end(placement=stay, by=cast.caseworker)


def test_a_corrected_end_puts_nobody_over_the_number_agreed(cast):
    house, now = Shelter.objects.get(slug="huis"), timezone.now()
    first = cast.rows["stay"]
    type(first).objects.filter(pk=first.pk).update(from_at=now - 20 * DAY)
    first.refresh_from_db()
    stays.end(placement=first, until_at=now - 10 * DAY, departure_reason="mob", by=cast.caseworker)
    other = next(place for place in stays.free_places(cast.case, by=cast.caseworker) if place != first.place)
    stays.place(
        case=new_case(cast.caseworker), place=other, from_at=now - 9 * DAY, expected_until=None, submission=None,
        by=cast.caseworker,
    )  # fmt: skip
    actions.set_capacity(
        shelter=house, from_on=timezone.localdate() - 30 * DAY, places=1, version=None, by=cast.teamlead
    )
    with pytest.raises(Refused, match="This house is full"):
        stays.correct_end(placement=first, day=timezone.localdate() - 2 * DAY, why="Later", by=cast.caseworker)


def test_places_sent_twice_are_made_once_and_another_answer_is_told(cast, client_of):
    client, add = client_of("teamlead"), reverse("organisations:place_add", args=["huis"])
    sent = {**unseen(client, add), "name": "Gezin", "kind": "family", "number": "2"}
    assert [client.post(add, sent).status_code for _ in range(2)] == [302, 302]
    assert Place.objects.filter(name__startswith="Gezin").count() == 2
    page = client.post(add, {**sent, "number": "3"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "You sent this form before, with something else in it" in page
    assert Place.objects.filter(name__startswith="Gezin").count() == 2


def test_two_tabs_lose_neither_a_name_nor_a_number(cast, client_of):
    client, place = client_of("teamlead"), cast.rows["free_place"]
    change = reverse("organisations:place_change", args=["huis", place.pk])
    capacity = reverse("organisations:shelter_set_capacity", args=["huis"])
    first, number = unseen(client, change), unseen(client, capacity)
    assert client.post(change, {**first, "name": "Zolder", "kind": "single"}).status_code == 302
    assert client.post(change, {**first, "name": "Kelder", "kind": "single"}).status_code == 200
    place.refresh_from_db()
    assert place.name == "Zolder"
    day = "1-1-2026"
    assert client.post(capacity, {**number, "from_on": day, "places": "2"}).status_code == 302
    assert client.post(capacity, {**number, "from_on": day, "places": "3"}).status_code == 200
    assert ShelterCapacity.objects.get().places == 2


def test_the_page_that_shows_an_address_leads_back_to_the_house(cast, client_of):
    """When the language is changed on it, or its address was kept: no dead end, and nothing is shown."""
    reveal = reverse("organisations:shelter_reveal", args=["huis"])
    assert client_of("caseworker").get(reveal)["Location"] == HOUSE
    assert not AuditEvent.objects.filter(verb="shelter_address_revealed").exists()
