"""The house at night: who sleeps where as far as one may know, what to give, and the handover into the files."""

import datetime
import html
import re
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.actions import care, conversation, journey, people, safety, shelter, tonight
from cases.actions import case as case_actions
from cases.models import CareInstruction, Case, Note, Participation, Placement, PlacementOffer
from cases.rules.access import Part
from cases.rules.tonight import night_of
from organisations.actions.base import Refused, Stale
from organisations.models import AuditEvent, Membership, Place, Shelter
from organisations.roles import Role
from tests.cast import DAY, asked_for, new_case, person, takes_part, unseen

HOUSE = reverse("cases:tonight", args=["huis"])
HOUR = datetime.timedelta(hours=1)


def at(name: str, case, *more) -> str:
    return reverse(f"cases:{name}", args=[case.reference, *more])


def read(client, address: str = HOUSE, language: str = "en") -> str:
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE=language)
    assert answer.status_code == 200
    return answer.content.decode()


def rows(page: str) -> dict[str, str]:
    """The rows of the list, as words by place."""
    body = page[page.index("<tbody>") : page.index("</tbody>")] if "<tbody>" in page else ""
    found = {}
    for row in body.split("<tr>")[1:]:
        place, _, rest = row.partition("</th>")
        found[words(place)] = words(rest)
    return found


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def sleeps(case: Case, room: str, *, by, since=None, until=None) -> Placement:
    return shelter.place(
        case=case, place=Place.objects.get(name=room), from_at=since or timezone.now() - 2 * DAY, expected_until=until,
        submission=None, by=by,
    )  # fmt: skip


def known(case: Case, *, by, **values) -> CareInstruction:
    typed = {"kind": "alert", "text": "x", "times": None, "from_on": night_of(timezone.now()), "until_on": None}
    return care.add(case=case, values={**typed, **values}, submission=None, by=by)


# --- what is read, and by whom --------------------------------------------------------------------------------------


def test_the_list_tells_who_sleeps_where_and_what_to_know(cast, client_of):
    given = {"case": cast.case, "submission": None, "by": cast.caseworker}
    people.add_contact(**given, values={"kind": "family", "name": "Neef", "never_tell": True})
    people.add_contact(**given, values={"kind": "guardian", "name": "Nidos", "phone": "06-1"})
    people.add_contact(**given, values={"kind": "gp", "name": "Huisarts", "phone": "06-2"})
    today = timezone.localdate()
    safety.assess(**given, values={"assessed_on": today, "danger": "acute", "unsafe_regions": ["rotterdam"]})
    conversation.write_note(**given, text="Zat lang op de gang", areas=["handover"])
    page = read(client_of("colleague"))
    since = f"{timezone.localtime(cast.rows['stay'].from_at):%d-%m-%Y}"
    note = timezone.localtime(Note.objects.get(areas=["handover"]).created_at)
    assert rows(page) == {
        "Kamer 1": f"Vogel {cast.case.reference} Danger now since {since} Medication, 22:00: Pil, één Not safe: Rotterdam "
        "Add something to know of Vogel Never: Neef (Family or friend) Guardian: Nidos, 06-1 Lawyer: Advocaat, 06-00000000 "
        f"{note:%a %H:%M} Caseworker: Zat lang op de gang"
    }
    assert "Free: Kamer 2, Kamer 3." in words(page)


@pytest.mark.parametrize("name", ["tonight", "tonight_list", "my_day"])
def test_the_address_of_the_shelter_and_a_full_name_appear_nowhere(name, cast, client_of):
    Shelter.objects.create(organisation=cast.kade, slug="tweede", name="Tweede", type="cosm", region="amsterdam")
    cast.case.victim.family_name = "Achternaam"
    cast.case.victim.save()
    page = read(client_of("teamlead"), HOUSE if name == "tonight" else reverse(f"cases:{name}"))
    assert [word for word in ("gracht", "Achternaam") if word in page] == []


def test_of_a_restricted_case_others_see_that_the_place_is_taken_and_nothing_else(cast, client_of):
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    seen = {}
    cast.other_lead = person("other-lead", (cast.kade, Role.TEAM_LEAD))
    for who in ("other_lead", "colleague"):
        page = read(client_of(who))
        seen[who] = rows(page)
        assert [word for word in ("Vogel", cast.case.reference, "Pil, één", "Advocaat", "Came:") if word in page] == []
    assert seen == {"other_lead": {"Kamer 1": "Occupied"}, "colleague": {"Kamer 1": "Occupied"}}
    assert rows(read(client_of("caseworker")))["Kamer 1"].startswith(f"Vogel {cast.case.reference}")
    assert "Restricted" in rows(read(client_of("caseworker")))["Kamer 1"]
    looked = AuditEvent.objects.filter(room="tonight", verb="case_read", case_id=cast.case.pk)
    assert set(looked.values_list("actor_name", flat=True)) == {"Caseworker"}


def test_of_a_case_in_which_the_house_takes_no_part_only_the_place_is_seen(cast, client_of):
    Participation.objects.filter(case=cast.case, organisation=cast.kade).update(until_at=timezone.now())
    assert rows(read(client_of("caseworker"))) == {"Kamer 1": "Occupied"}


@pytest.mark.parametrize(
    ("part", "told"),
    [
        (Part.LEAD, {"Vogel", "Pil, één", "Advocaat", "Rotterdam", "Rustig"}),
        (Part.SUPPORT, {"Vogel", "Pil, één", "Advocaat", "Rotterdam", "Rustig"}),
        (Part.COORDINATION, {"Vogel", "Pil, één", "Advocaat", "Rotterdam"}),
        (Part.PLACEMENT, {"Vogel", "Rotterdam"}),
        (Part.REGISTRATION, set()),
    ],
)
def test_what_stands_in_a_room_one_does_not_read_stays_hidden(part, told, cast, client_of):
    given = {"case": cast.case, "submission": None, "by": cast.caseworker}
    today = timezone.localdate()
    safety.assess(**given, values={"assessed_on": today, "danger": "none", "unsafe_regions": ["rotterdam"]})
    conversation.write_note(**given, text="Rustig", areas=["handover"])
    Participation.objects.filter(case=cast.case, organisation=cast.kade).update(part=part)
    page = read(client_of("colleague"))
    assert {word for word in ("Vogel", "Pil, één", "Advocaat", "Rotterdam", "Rustig") if word in page} == told
    # a box to write in, and the link to add something, for those who write there
    assert (f"note_{cast.case.reference}" in page) == (part in {Part.LEAD, Part.SUPPORT})
    assert (at("care_add", cast.case) in page) == (part in {Part.LEAD, Part.SUPPORT, Part.COORDINATION})


def test_nobody_opens_a_house_where_they_do_not_work_at_night(cast, client_of):
    Shelter.objects.create(organisation=cast.oever, slug="oever", name="Oever", type="women", region="rotterdam")
    other = reverse("cases:tonight", args=["oever"])
    no_such = reverse("cases:tonight", args=["nergens"])
    answers = {
        who: [client_of(who).get(address).status_code for address in (HOUSE, other, no_such)]
        for who in ("caseworker", "teamlead", "outsider", "moonlighter")
    }
    assert answers == {
        "caseworker": [200, 404, 404], "teamlead": [200, 404, 404],
        # a small role at Kade, a greater one at Oever
        "outsider": [404, 200, 404], "moonlighter": [404, 200, 404],
    }  # fmt: skip
    cast.caseworker.memberships.update(until_at=timezone.now())
    assert client_of("caseworker").get(HOUSE).status_code == 403


def test_who_works_at_two_places_reads_no_more_here_than_their_part_here_allows(cast, client_of):
    """The case is in their sight through Oever alone: the list of Kade's house shows it, and says through whom."""
    Participation.objects.filter(case=cast.case, organisation=cast.kade).update(until_at=timezone.now())
    takes_part(cast.case, cast.oever, Part.SUPPORT)
    begun = timezone.now() - 9 * DAY
    Membership.objects.create(
        user=cast.caseworker, organisation=cast.oever, role=Role.CASEWORKER, from_at=begun, confirmed_at=begun
    )
    assert rows(read(client_of("colleague"))) == {"Kamer 1": "Occupied"}
    assert rows(read(client_of("caseworker")))["Kamer 1"].startswith("Vogel")
    looked = AuditEvent.objects.get(room="tonight", verb="case_read")
    assert (looked.actor_name, looked.organisation_name) == ("Caseworker", "Oever")


def test_each_case_that_is_shown_is_read_once_an_hour(cast, client_of):
    second = new_case(cast.caseworker, working_name="Merel")
    sleeps(second, "Kamer 2", by=cast.caseworker)
    for _ in range(2):
        read(client_of("colleague"))
    looked = AuditEvent.objects.filter(verb="case_read", actor_id=cast.colleague.pk)
    assert sorted(looked.values_list("case_reference", "room", "organisation_name", "role")) == sorted(
        (case.reference, "tonight", "Kade", "caseworker") for case in (cast.case, second)
    )


def test_the_look_is_told_to_those_who_ask_who_looked_and_to_the_client(cast, client_of):
    read(client_of("colleague"))
    pages = {
        name: read(client_of("caseworker"), address)
        for name, address in (
            ("staff", reverse("cases:who_looked_list")), ("case", at("history", cast.case)),
            ("client", at("who_looked", cast.case) + "?language=nl"),
        )
    }  # fmt: skip
    assert "Tonight" in pages["staff"][pages["staff"].index("<main") :]
    assert "Tonight" in pages["case"][pages["case"].index("<main") :]
    assert "wat de nachtdienst moet weten" in pages["client"]


def test_an_empty_house_says_so(cast, client_of):
    shelter.end(placement=cast.rows["stay"], until_at=timezone.now(), departure_reason="moved", by=cast.caseworker)
    page = read(client_of("colleague"))
    assert rows(page) == {}
    assert "Nobody sleeps here tonight" in page


def test_the_list_asks_as_often_for_thirty_as_for_one(cast, client_of):
    house, client, counted = Shelter.objects.get(), client_of("colleague"), []
    Place.objects.bulk_create(Place(shelter=house, name=f"Bed {number}") for number in range(1, 30))
    for beds in (range(0), range(1, 30)):
        for number in beds:
            case = new_case(cast.caseworker, working_name=f"Mus {number}")
            sleeps(case, f"Bed {number}", by=cast.caseworker)
            known(case, by=cast.caseworker)
            conversation.write_note(case=case, text="Rustig", areas=["handover"], submission=None, by=cast.caseworker)
        with CaptureQueriesContext(connection) as queries:
            page = read(client)
        counted.append((len(rows(page)), len(queries)))
    assert counted == [(1, 26), (30, 26)]


# --- a household in one place ---------------------------------------------------------------------------------------


def family(cast, room: str, *, asked: dict | None, members: list[str], name: str = "Mus") -> Case:
    """Somebody in a family unit: asked for at CoMensha with these numbers or placed by the house itself; who is in the file."""
    Place.objects.filter(name=room).update(kind="family")
    case, place = new_case(cast.caseworker, working_name=name), Place.objects.get(name=room)
    for member in members:
        values = {"relation": "child", "name": member, "age_group": "minor"}
        people.add_family_member(case=case, values=values, submission=None, by=cast.caseworker)
    if asked is None:
        sleeps(case, room, by=cast.caseworker)
        return case
    row = asked_for(case, cast.caseworker, **asked)
    now = timezone.now()
    offer = PlacementOffer.objects.create(
        case=case, request=row, shelter=place.shelter, holds_until=now + DAY, outcome="arrived", answered_at=now,
        answered_by=cast.caseworker, created_by=cast.coordinator,
    )  # fmt: skip
    Placement.objects.create(case=case, place=place, offer=offer, created_by=cast.caseworker)
    return case


def in_the_room(cast, client_of, room: str) -> tuple[str, str]:
    """How many sleep in the house, and what stands beside the place, without the day."""
    page = read(client_of("colleague"))
    return re.search(r"(\d+ (person sleeps|people sleep)) here", words(page))[1], rows(page)[room].partition(" since")[
        0
    ]


def test_who_came_along_in_a_family_unit_is_counted_and_named(cast, client_of):
    case = family(cast, "Kamer 2", asked={"children": 2}, members=["Kees", "Mien"])
    said = f"Mus {case.reference} With: Kees (Child) , Mien (Child)"
    assert in_the_room(cast, client_of, "Kamer 2") == ("4 people sleep", said)
    # who has a stay of their own is counted there alone, also once it has ended
    kees = case.familymember_set.order_by("created_at").first()
    own = Placement.objects.create(
        case=case, member=kees, place=Place.objects.get(name="Kamer 3"), created_by=cast.caseworker
    )
    said = f"Mus {case.reference} With: Mien (Child)"
    assert in_the_room(cast, client_of, "Kamer 2") == ("4 people sleep", said)
    own.until_at, own.departure_reason = timezone.now(), "other"
    own.save()
    assert in_the_room(cast, client_of, "Kamer 2") == ("3 people sleep", said)


def test_who_came_along_without_a_name_in_the_file_is_counted(cast, client_of):
    case = family(cast, "Kamer 2", asked={"children": 2}, members=["Kees"])
    assert in_the_room(cast, client_of, "Kamer 2") == ("4 people sleep", f"Mus {case.reference} household of 3")
    assert "huishouden van 3" in words(read(client_of("colleague"), language="nl"))


def test_an_adult_for_whom_nobody_asked_is_not_named(cast, client_of):
    """She may have fled from him."""
    case = family(cast, "Kamer 2", asked={"children": 1}, members=["Bruut"])
    case.familymember_set.update(relation="partner", age_group="adult")
    assert in_the_room(cast, client_of, "Kamer 2") == ("3 people sleep", f"Mus {case.reference} household of 2")


def test_a_child_that_went_away_does_not_come_back_by_a_move(cast, client_of):
    case = family(cast, "Kamer 2", asked={"children": 1}, members=["Kees"])
    first, now = case.placement_set.get(), timezone.now()
    kees = {"case": case, "member": case.familymember_set.get(), "created_by": cast.caseworker}
    room = Place.objects.get(name="Kamer 3")
    Placement.objects.create(place=room, from_at=first.from_at, until_at=now, departure_reason="other", **kees)
    first.until_at, first.departure_reason = now, "moved"
    first.save()
    room.kind = "family"
    room.save()
    Placement.objects.create(case=case, place=room, from_at=now, offer=first.offer, created_by=cast.caseworker)
    assert in_the_room(cast, client_of, "Kamer 3") == ("2 people sleep", f"Mus {case.reference}")


def test_where_nothing_tells_who_came_along_the_household_is_said_and_not_counted(cast, client_of):
    case = family(cast, "Kamer 2", asked=None, members=["Kees", "Mien"])
    assert in_the_room(cast, client_of, "Kamer 2") == ("2 people sleep", f"Mus {case.reference} household of 3")


def test_nobody_comes_along_into_a_single_room_or_out_of_sight(cast, client_of):
    case = family(cast, "Kamer 2", asked={"children": 2}, members=["Kees", "Mien"])
    Place.objects.filter(name="Kamer 2").update(kind="single")
    assert in_the_room(cast, client_of, "Kamer 2") == ("2 people sleep", f"Mus {case.reference}")
    Place.objects.filter(name="Kamer 2").update(kind="family")
    Case.objects.filter(pk=case.pk).update(restricted=True)
    assert in_the_room(cast, client_of, "Kamer 2") == ("2 people sleep", "Occupied")


def test_families_are_counted_in_as_many_questions_as_one(cast, client_of):
    house, client = Shelter.objects.get(), client_of("colleague")
    Place.objects.bulk_create(Place(shelter=house, name=f"Bed {number}") for number in range(9))
    asked = []
    for beds in (range(1), range(1, 9)):
        for number in beds:
            family(cast, f"Bed {number}", asked={"children": 1}, members=["Kees"], name=f"Mus {number}")
        with CaptureQueriesContext(connection) as queries:
            assert "With:" in read(client)
        asked.append(len(queries))
    # two more than without a family
    assert asked == [28, 28]


# --- coming and going -----------------------------------------------------------------------------------------------


def comings(page: str) -> list[str]:
    section = page[page.index('class="comings"') :] if 'class="comings"' in page else ""
    return [words(line) for line in re.findall(r"<li>(.*?)</li>", section.partition("</ul>")[0], re.S)]


def test_who_came_left_and_is_expected_to_leave(cast, client_of):
    by, now = cast.caseworker, timezone.now()
    tonight_is = night_of(now)
    morning = timezone.make_aware(datetime.datetime.combine(tonight_is, datetime.time(0, 0)))
    Placement.objects.update(from_at=morning - 9 * DAY)
    stays = {}
    for name, room, since in (
        ("Mus", "Bed 1", morning), ("Merel", "Bed 2", morning - DAY), ("Meeuw", "Bed 3", morning - DAY),
        ("Raaf", "Bed 4", morning - DAY), ("Kraai", "Bed 5", morning - DAY), ("Uil", "Bed 6", morning - DAY),
    ):  # fmt: skip
        Place.objects.create(shelter=Shelter.objects.get(), name=room)
        stays[name] = sleeps(new_case(by, working_name=name), room, by=by, since=since)
    shelter.end(placement=stays["Merel"], until_at=morning, departure_reason="own_home", by=by)
    # left the evening before: that was told last night
    shelter.end(placement=stays["Meeuw"], until_at=morning - HOUR, departure_reason="own_home", by=by)
    Placement.objects.filter(pk=stays["Raaf"].pk).update(expected_until=tonight_is + DAY)
    Placement.objects.filter(pk=stays["Kraai"].pk).update(expected_until=tonight_is + 2 * DAY)
    journey.record(case=stays["Uil"].case, values={"booked_for": tonight_is + DAY}, submission=None, by=by)
    lines = comings(read(client_of("colleague")))
    assert [line.split(",")[0] for line in lines] == [
        "Came: Mus", "Left: Merel", "Expected until: Raaf", "Journey booked: Uil",
    ]  # fmt: skip
    assert lines[1].endswith("(Own home)")
    restricted = stays["Mus"].case
    case_actions.restrict(case=restricted, restricted=True, version=None, by=cast.teamlead)
    assert "Mus" not in " ".join(comings(read(client_of("colleague"))))


def test_a_stay_that_should_be_over_says_so(cast, client_of):
    Placement.objects.update(from_at=timezone.now() - 9 * DAY, expected_until=timezone.localdate() - 3 * DAY)
    (line,) = comings(read(client_of("colleague")))
    assert line.startswith("Expected until: Vogel, Kamer 1,")
    assert line.endswith("(that day is over; ask the team)")


# --- the handover ---------------------------------------------------------------------------------------------------


@pytest.fixture
def two(cast):
    """A second person in the house."""
    case = new_case(cast.caseworker, working_name="Merel")
    sleeps(case, "Kamer 2", by=cast.caseworker)
    return case


def handed_over() -> list[tuple]:
    return [(note.case.working_name, note.text) for note in Note.objects.filter(areas=["handover"])]


def test_the_handover_lands_in_each_file_and_stands_on_the_list(cast, client_of, two):
    client = client_of("colleague")
    typed = {f"note_{cast.case.reference}": "Sliep slecht", f"note_{two.reference}": "", **unseen(client, HOUSE)}
    answer = client.post(HOUSE, typed)
    assert (answer.status_code, answer["Location"]) == (302, HOUSE)
    assert handed_over() == [("Vogel", "Sliep slecht")]
    note = Note.objects.get(areas=["handover"])
    assert (note.created_by, note.organisation) == (cast.colleague, cast.kade)
    page = rows(read(client_of("caseworker")))
    assert ("Sliep slecht" in page["Kamer 1"], "Sliep slecht" in page["Kamer 2"]) == (True, False)
    assert "Handover" in read(client_of("caseworker"), at("notes", cast.case))
    assert AuditEvent.objects.filter(verb="note_written", case_id=cast.case.pk, room="notes").count() == 2


def test_a_note_with_the_tick_handover_stands_on_the_list_too_and_a_day_later_no_more(cast, client_of):
    client = client_of("caseworker")
    notes = at("notes", cast.case)
    client.post(notes, {**unseen(client, notes), "text": "Let op de bel", "areas": ["handover", "safety"]})
    client.post(notes, {**unseen(client, notes), "text": "Iets anders", "areas": ["safety"]})
    page = rows(read(client))["Kamer 1"]
    assert ("Let op de bel" in page, "Iets anders" in page) == (True, False)
    Note.objects.update(created_at=timezone.now() - 25 * HOUR)
    assert "Let op de bel" not in read(client)


def test_sent_twice_it_is_written_once_and_a_changed_text_beside_it(cast, client_of, two):
    client = client_of("colleague")
    typed = {**unseen(client, HOUSE), f"note_{cast.case.reference}": "Een", f"note_{two.reference}": "Twee"}
    assert [client.post(HOUSE, typed).status_code for _ in range(2)] == [302, 302]
    assert sorted(handed_over()) == [("Merel", "Twee"), ("Vogel", "Een")]
    assert client.post(HOUSE, {**typed, f"note_{cast.case.reference}": "Anders"}).status_code == 302
    assert sorted(handed_over()) == [("Merel", "Twee"), ("Vogel", "Anders"), ("Vogel", "Een")]
    # the same words in another shift are a note of their own
    client.post(HOUSE, {**typed, **unseen(client, HOUSE)})
    assert len(handed_over()) == 5


def test_a_mistake_in_one_box_keeps_what_was_typed_in_all_of_them(cast, client_of, two):
    client = client_of("colleague")
    typed = {**unseen(client, HOUSE), f"note_{cast.case.reference}": "Goed", f"note_{two.reference}": "x" * 2001}
    answer = client.post(HOUSE, typed, HTTP_ACCEPT_LANGUAGE="en")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert handed_over() == []
    assert (">\nGoed</textarea>" in page, "x" * 2001 in page) == (True, True)
    assert f'href="#id_note_{two.reference}"' in page
    assert client.post(HOUSE, {**typed, f"note_{two.reference}": "kort"}).status_code == 302
    assert sorted(handed_over()) == [("Merel", "kort"), ("Vogel", "Goed")]


@pytest.mark.parametrize("text", ["", "   "])
def test_nothing_typed_is_said_and_nothing_written(text, cast, client_of):
    client = client_of("colleague")
    answer = client.post(
        HOUSE, {**unseen(client, HOUSE), f"note_{cast.case.reference}": text}, HTTP_ACCEPT_LANGUAGE="en"
    )
    assert "Write something about at least one person." in answer.content.decode()
    assert handed_over() == []


def test_who_leaves_the_list_while_another_types_keeps_their_box(cast, client_of, two):
    client = client_of("colleague")
    typed = {
        **unseen(client, HOUSE),
        f"note_{cast.case.reference}": "Over Vogel",
        f"note_{two.reference}": "Over Merel",
    }
    case_actions.restrict(case=two, restricted=True, version=None, by=cast.teamlead)
    answer = client.post(HOUSE, typed, HTTP_ACCEPT_LANGUAGE="en")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert handed_over() == []
    assert "You can no longer write about this person here." in page
    assert ("Over Vogel" in page, "Over Merel" in page, "Merel, Kamer 2" in page) == (True, True, False)
    assert client.post(HOUSE, {**typed, f"note_{two.reference}": ""}).status_code == 302
    assert handed_over() == [("Vogel", "Over Vogel")]


def test_somebody_who_left_tonight_can_still_be_written_about(cast, client_of):
    shelter.end(placement=cast.rows["stay"], until_at=timezone.now(), departure_reason="mob", by=cast.caseworker)
    client = client_of("colleague")
    typed = {**unseen(client, HOUSE), f"note_{cast.case.reference}": "Nam de sleutel mee"}
    assert client.post(HOUSE, typed).status_code == 302
    assert handed_over() == [("Vogel", "Nam de sleutel mee")]
    assert "Nam de sleutel mee" in read(client)


def test_all_texts_are_kept_or_none(cast, two):
    lost = new_case(cast.outsider, working_name="Ander")
    with pytest.raises(Refused):
        tonight.hand_over(
            texts=[(cast.case, "a"), (two, "b"), (lost, "c")], submission=uuid.uuid4(), by=cast.caseworker
        )
    assert handed_over() == []


def test_who_reads_a_house_cannot_write_into_a_case_by_its_reference(cast, client_of):
    own = Case.objects.get(created_by=cast.outsider)
    client = client_of("colleague")
    answer = client.post(HOUSE, {**unseen(client, HOUSE), f"note_{own.reference}": "Binnen"})
    assert (answer.status_code, handed_over()) == (200, [])


# --- what to know at night ------------------------------------------------------------------------------------------


def typed(**values) -> dict:
    return {"kind": "medication", "text": "Druppels", "times": "21:00", "from_on": "1-3-2026", "until_on": "", **values}


def test_it_is_added_once_changed_and_ended_in_the_shelter_room(cast, client_of):
    client = client_of("caseworker")
    add = at("care_add", cast.case)
    sent = {**unseen(client, add), **typed()}
    assert [client.post(add, sent).status_code for _ in range(2)] == [302, 302]
    row = CareInstruction.objects.exclude(pk=cast.rows["care"].pk).get()
    assert (row.text, row.times, row.created_by) == ("Druppels", "21:00", cast.caseworker)
    change = at("care_change", cast.case, row.pk)
    assert client.post(change, {**unseen(client, change), **typed(times="23:00")}).status_code == 302
    assert "Medication, 23:00: Druppels" in rows(read(client))["Kamer 1"]
    end = at("care_end", cast.case, row.pk)
    assert client.post(end, unseen(client, end)).status_code == 302
    assert "Druppels" not in read(client)
    assert "Ended on" in read(client, at("shelter", cast.case))
    told = AuditEvent.objects.filter(verb__startswith="care_", object_id=row.pk).order_by("at")
    assert list(told.values_list("verb", "room")) == [
        ("care_added", "tonight"), ("care_changed", "tonight"), ("care_ended", "tonight"),
    ]  # fmt: skip


def test_the_end_can_be_taken_back_for_ten_minutes(cast, client_of):
    row, client = cast.rows["care"], client_of("colleague")
    care.end(instruction=row, version=None, by=cast.caseworker)
    assert "Take back the end" in read(client, at("shelter", cast.case))
    assert client.post(at("care_undo", cast.case, row.pk)).status_code == 302
    row.refresh_from_db()
    assert (row.ended_at, row.ended_by) == (None, None)
    care.end(instruction=row, version=None, by=cast.caseworker)
    CareInstruction.objects.update(ended_at=timezone.now() - datetime.timedelta(minutes=11))
    assert "Take back the end" not in read(client, at("shelter", cast.case))
    with pytest.raises(Refused):
        care.undo_end(instruction=row, by=cast.caseworker)
    row.refresh_from_db()
    assert row.ended_at is not None


def test_what_is_ended_is_neither_changed_nor_ended_again(cast):
    row = care.end(instruction=cast.rows["care"], version=None, by=cast.caseworker)
    for verb in (
        lambda: care.end(instruction=row, version=None, by=cast.caseworker),
        lambda: care.change(instruction=row, values={"text": "y"}, version=None, by=cast.caseworker),
    ):
        with pytest.raises(Refused):
            verb()


def test_two_people_change_it_and_the_second_sees_the_difference(cast):
    row = cast.rows["care"]
    care.change(instruction=row, values={"times": "23:00"}, version=1, by=cast.caseworker)
    with pytest.raises(Stale):
        care.change(instruction=row, values={"times": "20:00"}, version=1, by=cast.colleague)
    row.refresh_from_db()
    assert row.times == "23:00"


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"times": ""}, "Say when it must be given."),
        ({"until_on": "28-2-2026"}, "This is before the first night."),
        ({"text": "x" * 501}, "at most 500"),
    ],
)
def test_a_mistake_is_a_sentence(values, said, cast, client_of):
    client, add = client_of("caseworker"), at("care_add", cast.case)
    answer = client.post(add, {**unseen(client, add), **typed(**values)}, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert CareInstruction.objects.count() == 1


@pytest.mark.parametrize(
    ("values", "shown"),
    [
        ({}, True),
        ({"begins": -3, "ends": 0}, True),
        ({"begins": -3, "ends": -1}, False),
        ({"begins": 1}, False),
    ],
)
def test_it_is_shown_from_its_first_night_to_its_last(values, shown, cast, client_of):
    night = night_of(timezone.now())
    begins = night + values.get("begins", 0) * DAY
    known(cast.case, by=cast.caseworker, text="Kijk uit", from_on=begins,
          until_on=night + values["ends"] * DAY if "ends" in values else None)  # fmt: skip
    assert ("Kijk uit" in read(client_of("colleague"))) is shown


@pytest.mark.parametrize(
    "values",
    [{"kind": "medication", "times": None}, {"kind": "nonsense"}, {"until_on": datetime.date(1999, 1, 1)},
     {"ended_at": datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)}],
)  # fmt: skip
def test_the_database_refuses_what_makes_no_sense(values, cast):
    given = {"kind": "alert", "text": "x", "from_on": timezone.localdate(), **values}
    with pytest.raises(IntegrityError), transaction.atomic():
        CareInstruction.objects.create(case=cast.case, created_by=cast.caseworker, **given)


def test_medication_is_not_for_those_who_place_somebody(cast, client_of):
    """CoMensha's part as placement reads the shelter room, and neither this nor that somebody wrote it."""
    Participation.objects.filter(case=cast.case, organisation=cast.comensha).delete()
    takes_part(cast.case, cast.comensha, Part.PLACEMENT)
    client = client_of("coordinator")
    page = read(client, at("shelter", cast.case))
    assert [word for word in ("Pil, één", "To know at night") if word in page] == []
    assert client.get(at("care_add", cast.case)).status_code == 403
    assert "something to know at night" not in read(client, at("history", cast.case))
    assert "something to know at night" in read(client_of("care_coordinator"), at("history", cast.case))
    assert "Pil, één" in read(client_of("care_coordinator"), at("shelter", cast.case))


@pytest.mark.parametrize("verb", ["add", "change", "end", "undo_end"])
def test_a_former_participant_can_do_none_of_it(verb, cast):
    row = cast.rows["care"]
    given = {"by": cast.former}
    if verb == "add":
        given |= {"case": cast.case, "values": {"kind": "alert", "text": "x"}, "submission": None}
    else:
        given |= {"instruction": row}
    if verb == "change":
        given |= {"values": {"text": "x"}}
    if verb in {"change", "end"}:
        given |= {"version": None}
    with pytest.raises(Refused):
        getattr(care, verb)(**given)


# --- the way there --------------------------------------------------------------------------------------------------


def test_the_menu_and_my_day_lead_there_for_those_whose_organisation_runs_a_house(cast, client_of):
    """A small role at Kade and a greater one where there is no house lead nowhere."""
    leads = {}
    for who in ("caseworker", "teamlead", "care_coordinator", "outsider", "moonlighter"):
        page = read(client_of(who), reverse("cases:my_day"))
        leads[who] = (f'href="{reverse("cases:tonight_list")}"' in page, f'href="{HOUSE}"' in page)
    assert leads == {
        "caseworker": (True, True), "teamlead": (True, True), "care_coordinator": (False, False),
        "outsider": (False, False), "moonlighter": (False, False),
    }  # fmt: skip
    assert "Tonight in Huis: 1 person sleeps here" in read(client_of("caseworker"), reverse("cases:my_day"))
    Placement.objects.all().delete()
    assert f'href="{HOUSE}"' not in read(client_of("caseworker"), reverse("cases:my_day"))


def test_with_several_houses_one_chooses(cast, client_of):
    Shelter.objects.create(organisation=cast.kade, slug="gezin", name="Gezin", type="cosm", region="amsterdam")
    Shelter.objects.create(organisation=cast.oever, slug="oever", name="Oever", type="women", region="rotterdam")
    page = read(client_of("caseworker"), reverse("cases:tonight_list"))
    doors = re.findall(r'<li><a href="([^"]+)"><strong>([^<]+)</strong>([^<]+)<', page)
    assert doors == [
        (reverse("cases:tonight", args=["gezin"]), "Gezin", "0 people sleep here"),
        (HOUSE, "Huis", "1 person sleeps here"),
    ]


def test_a_new_night_worker_reads_it_once_the_role_is_confirmed(cast, client_of):
    newcomer = person("nachtdienst")
    Membership.objects.create(user=newcomer, organisation=cast.kade, role=Role.CASEWORKER)
    cast.newcomer = newcomer
    assert client_of("newcomer").get(HOUSE).status_code == 403
    Membership.objects.filter(user=newcomer).update(confirmed_at=timezone.now())
    assert client_of("newcomer").get(HOUSE).status_code == 200
