"""The way from asking to the bed by the pages: who sees what on it, and what each page says."""

import datetime
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone, translation

from cases.actions import placement_offer as offers
from cases.actions import placement_request as requests
from cases.actions import shelter
from cases.models import Case, PlaceHold, Placement, PlacementOffer, PlacementRequest, SafetyAssessment
from cases.views.lookups import get_offer_to_answer
from organisations.models import AuditEvent, Place, Shelter
from tests.cast import asked_for, new_case, on_page, organisation
from tests.forms import errors_of, forms_of, read, send, text, told_on

HOUR = datetime.timedelta(hours=1)
BOARD = reverse("cases:placement_board")


@pytest.fixture
def house(cast):
    Shelter.objects.filter(slug="huis").update(takes=["women"], name="Het Huis")
    return Shelter.objects.get(slug="huis")


@pytest.fixture
def case(cast):
    return new_case(cast.outsider, working_name="Merel", danger_now=True)


def sent(client, address: str, language: str = "en", **values):
    """The form of the page, sent with what it shows and these answers."""
    page = client.get(address, HTTP_ACCEPT_LANGUAGE=language)
    assert page.status_code == 200, address
    form = next(f for f in forms_of(read(page.content.decode()), address, "") if "shown" in f.controls)
    given = {name: one if isinstance(one, list) else [one] for name, one in values.items()}
    return send(client, form, {**form.values(), **given}, HTTP_ACCEPT_LANGUAGE=language)


def test_from_asking_to_the_bed(cast, client_of, case, house):
    worker, coordinator, kade = client_of("outsider"), client_of("coordinator"), client_of("colleague")
    shelter_room = reverse("cases:shelter", args=[case.reference])
    # asked in one form, with what the file knows filled in
    ask = reverse("cases:placement_request_ask", args=[case.reference])
    page = read(worker.get(ask).content.decode())
    form = next(f for f in forms_of(page, ask, "") if "urgency" in f.controls)
    assert (form.controls["urgency"].values, form.controls["adults"].values) == (["tonight"], ["1"])
    answer = sent(worker, ask, ground="consent", sex="female", age_band="young", care="Slaapt slecht", reflection="yes")
    assert answer.status_code == 302
    assert "A place is asked" in text(worker, shelter_room)

    # the board shows the profile and no name, with each house and why
    board = text(coordinator, BOARD)
    assert "Merel" not in board
    row = PlacementRequest.objects.get(case=case)
    one = text(coordinator, reverse("cases:placement_request", args=[row.pk]))
    assert "Merel" not in one and case.reference in one
    assert "Slaapt slecht" in one and "Het Huis" in one and "Houses that fit (1)" in one

    # places are held and offered
    make = reverse("cases:placement_offer_make", args=[row.pk, "huis"])
    room = Place.objects.get(name="Kamer 2")
    assert sent(coordinator, make, places=str(room.pk), hours="4").status_code == 302
    hold = PlaceHold.objects.get()
    assert hold.place == room
    assert 3.9 * HOUR < hold.until_at - timezone.now() < 4.1 * HOUR

    # the house reads the profile, and nothing else of the case
    offered = text(kade, reverse("cases:placement_offer_list"))
    assert "Slaapt slecht" in offered and "Merel" not in offered and case.reference not in offered
    assert kade.get(shelter_room).status_code == 404
    assert "Your houses are asked for a place for" in text(kade, reverse("cases:my_day"))
    offer = PlacementOffer.objects.get(request=row)
    assert sent(kade, reverse("cases:placement_offer_accept", args=[offer.pk]), escort="yes").status_code == 302
    assert kade.get(shelter_room).status_code == 200

    # whoever brings the person sees the address, by a click that is kept
    address = reverse("cases:placement_offer_address", args=[offer.pk])
    assert "Geheime gracht" not in text(worker, address)
    assert "Geheime gracht 1" in told_on(worker.post(address, HTTP_ACCEPT_LANGUAGE="en"))
    assert AuditEvent.objects.filter(verb="shelter_address_revealed", actor_id=cast.outsider.pk).count() == 1

    # they arrive
    assert sent(kade, reverse("cases:placement_offer_arrive", args=[case.reference, offer.pk])).status_code == 302
    stay = Placement.objects.get(case=case)
    assert (stay.place, stay.until_at) == (room, None)
    assert "Nobody waits for a place" not in text(coordinator, BOARD)
    assert client_of("coordinator").get(reverse("cases:placement_request", args=[row.pk])).status_code == 200


def test_in_dutch_too(cast, client_of, case, house):
    ask = reverse("cases:placement_request_ask", args=[case.reference])
    assert "Vindt de persoon het goed dat huizen worden gevraagd?" in text(client_of("outsider"), ask, "nl")
    asked_for(case, cast.outsider, adults=1, children=3)
    row = PlacementRequest.objects.get(case=case)
    found = text(client_of("coordinator"), reverse("cases:placement_request", args=[row.pk]), "nl")
    assert "huishouden van 4, plek voor 1" in found and "Neemt geen ouders met kinderen op" in found


def test_without_an_answer_about_consent_nothing_is_asked(client_of, case):
    answer = sent(client_of("outsider"), reverse("cases:placement_request_ask", args=[case.reference]))
    assert ("ground", "This field is required.") in errors_of(answer)
    assert not PlacementRequest.objects.filter(case=case).exists()


def test_a_form_sent_twice_holds_once(cast, client_of, case, house):
    row = asked_for(case, cast.outsider)
    client, make = client_of("coordinator"), reverse("cases:placement_offer_make", args=[row.pk, "huis"])
    page = read(client.get(make).content.decode())
    form = next(f for f in forms_of(page, make, "") if "places" in f.controls)
    values = {**form.values(), "places": [str(Place.objects.get(name="Kamer 2").pk)]}
    assert [send(client, form, values).status_code for _time in range(2)] == [302, 302]
    assert PlacementOffer.objects.filter(request=row).count() == 1


def test_what_speaks_against_a_house_is_asked_for_on_its_page(cast, client_of, case, house):
    row = asked_for(case, cast.outsider, unsafe_regions=["amsterdam"])
    client, make = client_of("coordinator"), reverse("cases:placement_offer_make", args=[row.pk, "huis"])
    assert "Unsafe region: Amsterdam" in text(client, make)
    room = str(Place.objects.get(name="Kamer 2").pk)
    assert ("nevertheless", "This field is required.") in errors_of(sent(client, make, places=room, nevertheless=""))
    assert sent(client, make, places=room, nevertheless="Andere wijk").status_code == 302


def test_an_age_that_nobody_knows_is_asked_and_bars_no_house(cast, client_of, case, house):
    row = asked_for(case, cast.outsider, age_band="unknown")
    client, make = client_of("coordinator"), reverse("cases:placement_offer_make", args=[row.pk, "huis"])
    board = text(client, reverse("cases:placement_request", args=[row.pk]))
    assert "Houses that fit (1)" in board and "Ask the age: for adults" in board
    assert "Vraag de leeftijd: voor volwassenen" in text(client, make, "nl")
    # a question wants no reason
    assert sent(client, make, places=str(Place.objects.get(name="Kamer 2").pk)).status_code == 302


def test_nobody_sees_the_request_of_a_case_that_the_register_places_no_more(cast, client_of, case, house):
    row = asked_for(case, cast.outsider)
    address = reverse("cases:placement_request", args=[row.pk])
    case.participation_set.filter(part="placement").update(until_at=timezone.now())
    assert client_of("coordinator").get(address).status_code == 404
    assert case.reference not in text(client_of("coordinator"), BOARD)


def test_of_a_restricted_case_the_board_knows_the_profile_and_no_reference(cast, client_of, case, house):
    row = asked_for(case, cast.outsider)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    found = text(client_of("coordinator"), reverse("cases:placement_request", args=[row.pk]))
    assert "Houses that fit" in found and case.reference not in found
    assert client_of("coordinator").get(reverse("cases:shelter", args=[case.reference])).status_code == 404


def test_the_profile_closes_when_the_offer_is_over(cast, client_of, case, house):
    asked = asked_for(case, cast.outsider)
    offer = PlacementOffer.objects.create(
        case=case, request=asked, shelter=house, holds_until=timezone.now() + HOUR, created_by=cast.coordinator
    )
    address, client = reverse("cases:placement_offer_accept", args=[offer.pk]), client_of("caseworker")
    assert client.get(address).status_code == 200
    PlacementOffer.objects.filter(pk=offer.pk).update(holds_until=timezone.now())
    # who is too late is told, and reads nothing of the profile
    for answer in (client.get(address, follow=True), client.post(address, {}, follow=True)):
        assert answer.redirect_chain == [(reverse("cases:placement_offer_list"), 302)]
        said = answer.content.decode()
        assert "The time to answer this request is over" in said and case.reference not in said


def pressed_twice(client, address: str, **values) -> list:
    """Where two presses of the same form lead, one after the other, and the page opened once more; and what is said."""
    page = read(client.get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode())
    form = next(f for f in forms_of(page, address, "") if "shown" in f.controls)
    given = {**form.values(), **{name: [value] for name, value in values.items()}}
    answers = [send(client, form, given), send(client, form, given), client.get(address)]
    return [answer.headers.get("Location", answer.status_code) for answer in answers]


BEFORE = "Nothing was changed just now."


@pytest.mark.parametrize("answer", ["accept", "decline"])
def test_an_answer_pressed_twice_leads_where_the_first_one_led(cast, client_of, case, house, answer):
    asked = asked_for(case, cast.outsider)
    offer = PlacementOffer.objects.create(
        case=case, request=asked, shelter=house, holds_until=timezone.now() + HOUR, created_by=cast.coordinator
    )
    address = reverse(f"cases:placement_offer_{answer}", args=[offer.pk])
    offered, room = reverse("cases:placement_offer_list"), reverse("cases:shelter", args=[case.reference])
    client, led = client_of("caseworker"), room if answer == "accept" else offered
    given = {"escort": "no"} if answer == "accept" else {"reason": "full"}
    assert pressed_twice(client, address, **given) == [led] * 3
    said = {"accept": "Accepted, on the way", "decline": "Declined by the house"}[answer]
    assert f"This was answered before: {said}. {BEFORE}" in text(client, led)
    told = AuditEvent.objects.filter(verb__in=["place_offer_accepted", "place_offer_declined"], case_id=case.pk)
    assert told.count() == 1
    # a colleague comes to the same, another organisation to nothing
    assert client_of("colleague").get(address).headers["Location"] == led
    for who in ("outsider", "former", "moonlighter"):
        assert (client_of(who).get(address).status_code, client_of(who).post(address).status_code) == (404, 404)
    assert client_of("coordinator").get(address).status_code == 403


def test_who_answers_while_a_colleague_does_is_led_there_too(cast, client_of, case, house, monkeypatch):
    made = PlacementOffer.objects.create(
        case=case, request=asked_for(case, cast.outsider), shelter=house, holds_until=timezone.now() + HOUR,
        created_by=cast.coordinator,
    )  # fmt: skip
    address, client = reverse("cases:placement_offer_decline", args=[made.pk]), client_of("colleague")

    def accepted_just_now(request, pk):
        found = get_offer_to_answer(request, pk)
        if request.method == "POST":
            offers.accept(offer=found, escort=False, version=None, by=cast.caseworker)
        return found

    monkeypatch.setattr("cases.views.placement_offer.get_offer_to_answer", accepted_just_now)
    led = sent(client, address, reason="full").headers["Location"]
    assert led == reverse("cases:shelter", args=[case.reference])
    assert f"This was answered before: Accepted, on the way. {BEFORE}" in text(client, led)


def test_an_answer_to_a_case_that_is_out_of_sight_since_leads_to_the_list(cast, client_of, case, house):
    made = PlacementOffer.objects.create(
        case=case, request=asked_for(case, cast.outsider), shelter=house, holds_until=timezone.now() + HOUR,
        created_by=cast.coordinator,
    )  # fmt: skip
    address = reverse("cases:placement_offer_accept", args=[made.pk])
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    offers.did_not_arrive(offer=made, by=cast.outsider)
    client = client_of("caseworker")
    assert client.post(address).headers["Location"] == reverse("cases:placement_offer_list")
    said = text(client, reverse("cases:placement_offer_list"))
    assert f"This was answered before: Did not arrive. {BEFORE}" in said and case.reference not in said


@pytest.mark.parametrize(("name", "given"), [("not_arrived", {}), ("refuse", {"reason": "region"})])
def test_a_house_that_says_twice_that_nobody_comes_is_led_to_its_list(cast, client_of, case, house, name, given):
    made = PlacementOffer.objects.create(
        case=case, request=asked_for(case, cast.outsider), shelter=house, holds_until=timezone.now() + HOUR,
        created_by=cast.coordinator,
    )  # fmt: skip
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    address = reverse(f"cases:placement_offer_{name}", args=[case.reference, made.pk])
    assert pressed_twice(client_of("caseworker"), address, **given) == [reverse("cases:placement_offer_list")] * 3
    assert client_of("former").post(address).status_code == 404


def test_an_arrival_pressed_twice_leads_to_the_case(cast, client_of, case, house):
    asked = asked_for(case, cast.outsider)
    values = {"holds_until": timezone.now() + HOUR, "remark": None, "nevertheless": None, "agreed_on": None}
    made = offers.offer(
        request=asked, house=house, places=[Place.objects.get(name="Kamer 2")], values=values, submission=None,
        by=cast.coordinator,
    )  # fmt: skip
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    address = reverse("cases:placement_offer_arrive", args=[case.reference, made.pk])
    room, client = reverse("cases:shelter", args=[case.reference]), client_of("caseworker")
    assert pressed_twice(client, address) == [room] * 3
    assert f"The arrival was recorded before. {BEFORE}" in text(client, room)
    assert Placement.objects.filter(case=case).count() == 1
    assert client_of("former").post(address).status_code == 404


def test_why_nothing_was_found_is_counted_without_a_name(cast, client_of, case, house):
    asked = asked_for(case, cast.outsider)
    given = {"case": case, "request": asked, "shelter": house, "created_by": cast.coordinator}
    past, now = timezone.now() - HOUR, timezone.now()
    answered = {"answered_at": now, "answered_by": cast.caseworker, "holds_until": past}
    for outcome, reason in (("declined", "care"), ("declined", "care"), ("declined", "full"), ("refused", "region")):
        PlacementOffer.objects.create(outcome=outcome, reason=reason, **given, **answered)
    PlacementOffer.objects.create(holds_until=past, **given)
    found = text(client_of("coordinator"), reverse("cases:placement_figures"))
    assert "Declined by the houseFull after all1" in found
    assert "Declined by the houseCannot give the care that is needed2" in found
    assert "Not wanted by the personToo far from school, work, family or lawyer1" in found
    assert "Not answered in time–1" in found
    # Elders' request of the cast and this one
    assert "Waiting now (2)" in found and "Tonight20" in found


def test_a_search_that_found_nothing_is_counted_though_its_case_is_seen_no_more(cast, client_of, case):
    requests.fail(request=asked_for(case, cast.outsider), reason="no_fit", by=cast.coordinator)
    assert "Ended without a placeNo house fits what is needed1" in text(
        client_of("coordinator"), reverse("cases:placement_figures")
    )


def test_who_is_expected_stands_on_the_list_for_the_night_and_on_my_day(cast, client_of, case, house):
    asked = asked_for(case, cast.outsider)
    values = {"holds_until": timezone.now() + HOUR, "remark": None, "nevertheless": None, "agreed_on": None}
    made = offers.offer(
        request=asked, house=house, places=[Place.objects.get(name="Kamer 2")], values=values, submission=None,
        by=cast.coordinator,
    )  # fmt: skip
    tonight = reverse("cases:tonight", args=["huis"])
    found = text(client_of("colleague"), tonight)
    assert "Free: Kamer 3." in found and "Expected: somebody, held for them, Kamer 2" in found
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    assert "Expected: Merel, Kamer 2" in text(client_of("colleague"), tonight)
    assert f"{case.reference} is expected in Het Huis" in text(client_of("outsider"), reverse("cases:my_day"))
    assert "is expected in" not in text(client_of("moonlighter"), reverse("cases:my_day"))


def test_a_no_of_a_house_is_told_for_three_days(cast, client_of, case, house):
    made = PlacementOffer.objects.create(
        case=case, request=asked_for(case, cast.outsider), shelter=house, outcome="declined", reason="full",
        answered_at=timezone.now(), answered_by=cast.caseworker, holds_until=timezone.now(), created_by=cast.coordinator,
    )  # fmt: skip
    my_day = reverse("cases:my_day")
    assert f"Het Huis cannot take {case.reference}" in text(client_of("outsider"), my_day)
    PlacementOffer.objects.filter(pk=made.pk).update(answered_at=timezone.now() - datetime.timedelta(days=4))
    assert "cannot take" not in text(client_of("outsider"), my_day)


def test_a_place_in_an_unsafe_region_or_too_small_is_asked_about_once(cast, client_of):
    case = new_case(cast.caseworker, working_name="Gezin")
    asked_for(case, cast.caseworker, unsafe_regions=["amsterdam"], children=2)
    client, address = client_of("caseworker"), reverse("cases:shelter_place", args=[case.reference])
    room = str(Place.objects.get(name="Kamer 2").pk)
    answer = sent(client, address, place=room)
    assert errors_of(answer) == [
        (
            "nevertheless",
            "This region is not safe for this person: Amsterdam. A household of 3 is asked for, and this place is for 1.",
        )
    ]
    assert not Placement.objects.filter(case=case).exists()
    assert sent(client, address, place=room, nevertheless="on").status_code == 302


def test_an_emergency_is_put_in_order_by_its_page_and_back(cast, client_of):
    case, client = new_case(cast.caseworker, working_name="Vannacht"), client_of("caseworker")
    stay = Placement.objects.create(
        case=case, place=Place.objects.get(name="Kamer 2"), emergency=True, created_by=cast.caseworker
    )
    room = reverse("cases:shelter", args=[case.reference])
    address = reverse("cases:shelter_put_in_order", args=[case.reference, stay.pk])

    def in_form() -> list[str]:
        return re.findall(r"<textarea[^>]*>\s*(.*?)</textarea>", client.get(address).content.decode())

    # what bars it is said first, and no reason is asked that could not be saved
    first, then = (
        "This comes first. Until it is done, nobody can say that it is in order:",
        "or say why it may stay open:",
    )
    for page in (text(client, room), text(client, address)):
        words = [
            page.index(word) for word in (first, "Assess safety.", then, "Record whether the notice", "Say until when")
        ]
        assert words == sorted(words)
        assert "Put it in order" not in page and "It is in order" not in page
    assert in_form() == []
    # where it was sent all the same, what was written is kept
    assert ("", "This has to be done first: Assess safety.") in errors_of(
        answer := client.post(address, {"reason": "Later"}, HTTP_ACCEPT_LANGUAGE="en")
    )
    assert "Later</textarea>" in answer.content.decode()
    SafetyAssessment.objects.create(
        case=case, assessed_on=timezone.localdate(), danger="possible", created_by=cast.caseworker
    )
    assert "Put it in order" in text(client, room) and first not in text(client, room)
    assert first not in text(client, address) and then in text(client, address)
    assert in_form() == [""]
    assert ("reason", "This field is required.") in errors_of(sent(client, address))
    assert sent(client, address, reason="Wacht op de politie").headers["Location"] == room
    undo = reverse("cases:shelter_order_undo", args=[case.reference, stay.pk])
    page = client.get(room, HTTP_ACCEPT_LANGUAGE="en")
    # beside what was said, and beside the stay
    assert page.content.decode().count(f'action="{undo}"') == 2
    assert "what stayed open: Wacht op de politie" in told_on(page)
    assert client.post(undo).headers["Location"] == room
    assert "Put it in order" in text(client, room) and undo not in client.get(room).content.decode()
    # it is not said any more, and comes back where it is said again
    assert "Wacht op de politie" not in text(client, room)
    assert in_form() == ["Wacht op de politie"]
    assert sent(client, address, reason="Wacht op de politie").headers["Location"] == room
    assert "what stayed open: Wacht op de politie" in text(client, room)


def figures_of_beds(client) -> dict[str, int]:
    """How many wait for a place, and how many have a bed for now, as the dashboard says."""
    lines = client.get(reverse("cases:dashboard")).context["action"]
    return {line["code"]: line["number"] for line in lines if line["code"] in {"waiting", "bed_for_now"}}


@pytest.mark.parametrize(
    ("language", "needed", "open_end", "until", "another"),
    [
        (
            "en", "A bed is needed.", "Placed at once, and nobody has said until when. A bed is still needed.",
            "Placed at once, for now until {}. A bed is still needed.",
            "There is a bed for now, expected until {}. Another one is still needed.",
        ),
        (
            "nl", "Er is een bed nodig.", "Meteen geplaatst, en niemand heeft gezegd tot wanneer. Er is nog een bed nodig.",
            "Meteen geplaatst, voorlopig tot {}. Er is nog een bed nodig.",
            "Er is voorlopig een bed, naar verwachting tot {}. Er is nog een ander nodig.",
        ),
    ],
)  # fmt: skip
def test_who_has_a_bed_for_a_night_is_told_and_counted_as_somebody_who_still_needs_one(
    language, needed, open_end, until, another, cast, client_of
):
    case, lead = new_case(cast.teamlead, bed_needed=True), client_of("teamlead")
    page, day = reverse("cases:case", args=[case.reference]), timezone.localdate() + datetime.timedelta(days=3)
    with translation.override(language):
        shown = formats.date_format(day)
    every = [needed, open_end, until.format(shown), another.format(shown)]
    before = figures_of_beds(lead)

    def told() -> tuple[list[str], int, int]:
        """What the page says of a bed, and by how much the two figures changed."""
        said, found = text(lead, page, language), figures_of_beds(lead)
        return (
            [sentence for sentence in every if sentence in said],
            found["waiting"] - before["waiting"], found["bed_for_now"] - before["bed_for_now"],
        )  # fmt: skip

    assert told() == ([needed], 0, 0)
    stay = shelter.place(
        case=case, place=Place.objects.get(name="Kamer 2"), from_at=timezone.now(), expected_until=None, emergency=True,
        submission=None, by=cast.caseworker,
    )  # fmt: skip
    assert told() == ([open_end], -1, 1)
    values = {"expected_until": day, "overstay_reason": ""}
    stay = shelter.expect(placement=stay, values=values, version=stay.version, by=cast.caseworker)
    assert told() == ([until.format(shown)], -1, 1)
    # and the list behind the figure has the file, with the day on which that stay began
    behind = lead.get(reverse("cases:dashboard_behind"), {"figure": "bed_for_now"}).context["cases"]
    assert {one.reference: one.day for one in behind}[case.reference] == timezone.localdate()
    # in order, they stay here; asked for elsewhere, they have to move
    SafetyAssessment.objects.create(
        case=case, assessed_on=timezone.localdate(), danger="possible", created_by=cast.caseworker
    )
    shelter.put_in_order(placement=stay, reason="Later", by=cast.caseworker)
    assert told() == ([], -1, 0)
    asked_for(case, cast.caseworker)
    assert told() == ([another.format(shown)], -1, 1)


def test_who_does_not_read_the_shelter_room_reads_only_that_a_bed_is_needed(cast, client_of):
    Case.objects.filter(pk=cast.case.pk).update(bed_needed=True)
    page = reverse("cases:case", args=[cast.case.reference])
    for who, said in (("coordinator", "A bed is needed."), ("caseworker", "There is a bed for now.")):
        words = text(client_of(who), page)
        assert [one for one in ("A bed is needed.", "There is a bed for now.") if one in words] == [said]


def test_a_longer_stay_than_the_norm_says_why(cast, client_of):
    stay = cast.rows["stay"]
    address = reverse("cases:shelter_expect", args=[cast.case.reference, stay.pk])
    late = f"{stay.norm_until + datetime.timedelta(days=1):%d-%m-%Y}"
    client = client_of("caseworker")
    assert errors_of(sent(client, address, expected_until=late)) == [
        ("overstay_reason", "This is longer than the norm. Choose why.")
    ]
    assert sent(client, address, expected_until=late, overstay_reason="housing").status_code == 302


def test_every_look_at_a_profile_is_in_the_trail_with_the_organisation_that_looked(cast, client_of, case, house):
    asked = asked_for(case, cast.outsider)
    PlacementOffer.objects.create(
        case=case, request=asked, shelter=house, holds_until=timezone.now() + HOUR, created_by=cast.coordinator
    )
    client_of("coordinator").get(reverse("cases:placement_request", args=[asked.pk]))
    client_of("colleague").get(reverse("cases:placement_offer_list"))
    looks = AuditEvent.objects.filter(verb="case_read", room="placement", case_id=case.pk)
    assert set(looks.values_list("actor_id", "organisation_id")) == {
        (cast.coordinator.pk, cast.comensha.pk), (cast.colleague.pk, cast.kade.pk),
    }  # fmt: skip


# --- how many questions


def many(cast, houses: int, requests: int) -> None:
    """So many houses of four places each in two organisations, and so many people who wait."""
    owners = [organisation("een"), organisation("twee")]
    made = Shelter.objects.bulk_create(
        Shelter(organisation=owners[number % 2], slug=f"h-{number}", name=f"H {number}", type="women", region="limburg")
        for number in range(houses)
    )
    Place.objects.bulk_create(Place(shelter=one, name=f"Kamer {n}") for one in made for n in range(4))
    for number in range(requests):
        asked_for(new_case(cast.outsider, working_name=f"Zaak {number}"), cast.outsider)


def questions(client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_board_asks_as_often_for_thirty_as_for_one(cast, client_of):
    client, figures = client_of("coordinator"), reverse("cases:placement_figures")
    client.get(BOARD)
    before = [questions(client, BOARD), questions(client, figures)]
    many(cast, 30, 29)
    client.get(BOARD)
    assert [questions(client, BOARD), questions(client, figures)] == before == [19, 9]


def test_the_list_of_a_house_asks_as_often_for_thirty_as_for_one(cast, client_of):
    client, address, house = (
        client_of("caseworker"),
        reverse("cases:placement_offer_list"),
        Shelter.objects.get(slug="huis"),
    )
    client.get(address)
    before = questions(client, address)
    for number in range(29):
        case = new_case(cast.outsider, working_name=f"Zaak {number}")
        PlacementOffer.objects.create(
            case=case, request=asked_for(case, cast.outsider), shelter=house, created_by=cast.coordinator,
            holds_until=timezone.now() + HOUR,
        )  # fmt: skip
    client.get(address)
    assert questions(client, address) == before == 13


def test_of_two_who_change_what_is_asked_the_second_sees_what_the_first_wrote(cast, client_of):
    case = new_case(cast.caseworker)
    row = asked_for(case, cast.caseworker)
    where = reverse("cases:placement_request_change", args=[case.reference, row.pk])
    one, other = client_of("caseworker"), client_of("colleague")
    first, second = on_page(one.get(where)), on_page(other.get(where))
    assert one.post(where, {**first, "care": "Slaapt met licht aan"}).status_code == 302
    page = other.post(where, {**second, "care": "Heeft een hond"}, HTTP_ACCEPT_LANGUAGE="en")
    said = page.content.decode()
    assert (page.status_code, "Slaapt met licht aan" in said, "Heeft een hond" in said) == (200, True, True)
    assert 'id="difference_care"' in said
    taken = {**on_page(page), "keep_care": "theirs"}
    assert other.post(where, taken).status_code == 302
    row.brief.refresh_from_db()
    assert row.brief.care == "Slaapt met licht aan"
