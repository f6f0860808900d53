"""Offering places: what is held, who may answer, who learns where it is, and what becomes free."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.actions import placement_offer as offers
from cases.actions import placement_request as requests
from cases.actions import shelter
from cases.models import Assignment, Case, FamilyMember, PlaceHold, Placement, PlacementOffer
from cases.rules.access import Part
from organisations.actions import shelter as houses
from organisations.actions.base import Refused, SentBefore, Stale
from organisations.models import AuditEvent, Place, ShelterCapacity
from tests.cast import ASKED, asked_for, new_case, takes_part

from .conftest import HOUR, free, hold, lapse, parts, refused


def test_an_offer_holds_its_places_and_no_other(cast, case, house):
    asked = asked_for(case, cast.outsider)
    hold(cast, asked, house, "Kamer 2")
    assert free(house) == ["Kamer 3"]
    other = asked_for(new_case(cast.outsider), cast.outsider)
    with pytest.raises(Refused, match="is held for somebody"):
        hold(cast, other, house, "Kamer 2")
    with pytest.raises(Refused, match="Somebody else has this place"):
        hold(cast, other, house, "Kamer 1")
    with pytest.raises(Refused, match="held for this person already"):
        hold(cast, asked, house, "Kamer 3")
    assert PlaceHold.objects.count() == 1


def test_a_held_place_is_not_taken_by_a_stay(cast, case, house):
    hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    new = new_case(cast.caseworker)
    given = {"case": new, "from_at": timezone.now(), "expected_until": None, "submission": None, "by": cast.caseworker}
    assert "is held for somebody" in refused(shelter.place, place=Place.objects.get(name="Kamer 2"), **given)
    assert [place.name for place in shelter.free_places(new, by=cast.caseworker)] == ["Kamer 3"]
    shelter.place(place=Place.objects.get(name="Kamer 3"), **given)


def test_holds_count_against_what_a_house_may_take(cast, case, house):
    ShelterCapacity.objects.create(shelter=house, from_on=datetime.date(2020, 1, 1), places=2)
    hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    other = asked_for(new_case(cast.outsider), cast.outsider)
    with pytest.raises(Refused, match="Something speaks against"):
        hold(cast, other, house, "Kamer 3")
    with pytest.raises(Refused, match="This house is full: 2"):
        hold(cast, other, house, "Kamer 3", nevertheless="Toch")


def test_a_household_takes_several_places_or_none(cast, case, house):
    asked = asked_for(case, cast.outsider, adults=2)
    house.takes = ["women", "couples"]
    house.save()
    with pytest.raises(Refused, match="Somebody else has this place"):
        hold(cast, asked, house, "Kamer 1", "Kamer 2")
    assert PlaceHold.objects.count() == 0
    made = hold(cast, asked, house, "Kamer 2", "Kamer 3")
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    partner = FamilyMember.objects.create(case=case, relation="partner", name="Zus", created_by=cast.outsider)
    second, third = (Place.objects.get(name=name) for name in ("Kamer 2", "Kamer 3"))
    given = {"offer": made, "at": timezone.now(), "expected_until": None, "by": cast.outsider}
    assert "who lives in it" in refused(offers.arrive, people={second: None}, **given)
    assert "who lives in it" in refused(offers.arrive, people={second: None, third: None}, **given)
    stranger = FamilyMember.objects.get(case=cast.case)
    assert "People of this case" in refused(offers.arrive, people={second: None, third: stranger}, **given)
    stays = offers.arrive(people={second: None, third: partner}, **given)
    assert [(stay.place.name, stay.member) for stay in stays] == [("Kamer 2", None), ("Kamer 3", partner)]
    # each of them is in one bed
    with pytest.raises(IntegrityError), transaction.atomic():
        other = Place.objects.create(shelter=house, name="Kamer 9")
        Placement.objects.create(case=case, place=other, member=partner, created_by=cast.outsider)


def test_an_offer_that_lapses_gives_its_place_back_at_that_moment(cast, case, house):
    asked = asked_for(case, cast.outsider)
    made = hold(cast, asked, house, "Kamer 2")
    lapse(made)
    assert free(house) == ["Kamer 2", "Kamer 3"]
    assert "lapsed" in refused(offers.accept, offer=made, escort=False, version=None, by=cast.caseworker)
    assert "lapsed" in refused(offers.refuse, offer=made, reason="region", by=cast.outsider)
    assert "lapsed" in refused(offers.take_back, offer=made, by=cast.coordinator)
    again = hold(cast, asked, house, "Kamer 2")
    made.refresh_from_db()
    assert (made.outcome, made.answered_at, again.outcome) == ("lapsed", None, "")


@pytest.mark.parametrize(
    ("end", "outcome"),
    [
        (lambda cast, offer: offers.decline(offer=offer, reason="care", version=None, by=cast.caseworker), "declined"),
        (lambda cast, offer: offers.refuse(offer=offer, reason="region", by=cast.outsider), "refused"),
        (lambda cast, offer: offers.take_back(offer=offer, by=cast.coordinator), "taken_back"),
        (
            lambda cast, offer: requests.withdraw(request=offer.request, reason="not_needed", by=cast.outsider),
            "taken_back",
        ),
        (lambda cast, offer: requests.fail(request=offer.request, reason="no_fit", by=cast.coordinator), "taken_back"),
    ],
)
def test_every_no_gives_the_place_back_at_once(cast, case, house, end, outcome):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    end(cast, made)
    made.refresh_from_db()
    assert (made.outcome, free(house)) == (outcome, ["Kamer 2", "Kamer 3"])
    assert "lapsed" in refused(offers.accept, offer=made, escort=False, version=None, by=cast.caseworker)


def test_somebody_of_the_house_answers_and_nobody_else(cast, case, house):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    for other in ("outsider", "coordinator", "care_coordinator", "directory", "moonlighter"):
        assert "lapsed" in refused(offers.accept, offer=made, escort=False, version=None, by=cast[other])
        assert "lapsed" in refused(offers.decline, offer=made, reason="full", version=None, by=cast[other])
    with pytest.raises(Stale):
        offers.accept(offer=made, escort=False, version=made.version + 1, by=cast.caseworker)


def test_what_speaks_against_a_house_needs_a_reason(cast, case, house):
    asked = asked_for(case, cast.outsider, unsafe_regions=["amsterdam"])
    with pytest.raises(Refused, match="Something speaks against"):
        hold(cast, asked, house, "Kamer 2")
    assert hold(cast, asked, house, "Kamer 2", nevertheless="Andere wijk, met de politie besproken").outcome == ""


def test_a_place_is_held_for_a_week_at_most(cast, case, house):
    asked = asked_for(case, cast.outsider)
    for moment in (timezone.now() - HOUR, timezone.now() + datetime.timedelta(days=8)):
        with pytest.raises(Refused, match="within the next seven days"):
            hold(cast, asked, house, "Kamer 2", holds_until=moment)


def test_nidos_decides_about_its_houses(cast, house):
    case = new_case(cast.outsider, age_group="minor")
    asked = asked_for(case, cast.outsider, adults=0, children=1, age_band="teenager")
    house.decides, house.takes, house.type = "nidos", ["minors"], "protected_minors"
    house.save()
    with pytest.raises(Refused, match="Nidos decides"):
        hold(cast, asked, house, "Kamer 2")
    assert hold(cast, asked, house, "Kamer 2", agreed_on=timezone.localdate()).outcome == ""


def test_where_comensha_places_directly_the_house_is_not_asked_first(cast, case, house):
    house.decides = "comensha"
    house.save()
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    assert (made.outcome, made.answered_by, made.escort) == ("accepted", cast.coordinator, None)
    assert parts(case) == {("oever", "lead"), ("comensha", "placement"), ("kade", "support")}


def test_of_a_restricted_case_the_house_is_asked_so_that_somebody_there_is_assigned(cast, case, house):
    house.decides = "comensha"
    house.save()
    asked = asked_for(case, cast.outsider)
    Case.objects.filter(pk=case.pk).update(restricted=True)
    made = hold(cast, asked, house, "Kamer 2")
    assert made.outcome == ""
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    assert Assignment.objects.now().filter(case=case, user=cast.caseworker).exists()


# --- where it is


def test_the_address_is_for_who_places_and_who_brings_for_a_day(cast, case, house):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    assert "no longer shown" in refused(offers.reveal, offer=made, by=cast.coordinator)
    offers.accept(offer=made, escort=True, version=None, by=cast.caseworker)
    for who in ("coordinator", "outsider"):
        assert offers.reveal(offer=made, by=cast[who]) == "Geheime gracht 1"
    assert "no longer shown" in refused(offers.reveal, offer=made, by=cast.moonlighter)
    seen = AuditEvent.objects.filter(verb="shelter_address_revealed").values_list("actor_id", flat=True)
    assert set(seen) == {cast.coordinator.pk, cast.outsider.pk}
    PlacementOffer.objects.filter(pk=made.pk).update(answered_at=timezone.now() - 24 * HOUR)
    assert "no longer shown" in refused(offers.reveal, offer=made, by=cast.coordinator)


def test_whoever_asked_sees_no_address_unless_they_bring_the_person(cast, case, house):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    assert "no longer shown" in refused(offers.reveal, offer=made, by=cast.outsider)


@pytest.mark.parametrize(
    "lost",
    [
        lambda cast, case: case.participation_set.filter(organisation=cast.oever).update(until_at=timezone.now()),
        lambda cast, case: cast.outsider.memberships.update(until_at=timezone.now()),
        lambda cast, case: (
            Case.objects.filter(pk=case.pk).update(restricted=True), Assignment.objects.filter(case=case, user=cast.outsider).delete(),
        ),
    ],
)  # fmt: skip
def test_whoever_lost_the_case_finds_the_house_no_more(cast, case, house, lost):
    takes_part(case, cast.midden, Part.COORDINATION)
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    offers.accept(offer=made, escort=True, version=None, by=cast.caseworker)
    assert offers.reveal(offer=made, by=cast.outsider) == "Geheime gracht 1"
    lost(cast, case)
    cast.outsider.forget_roles()
    assert "no longer shown" in refused(offers.reveal, offer=made, by=cast.outsider)


def test_a_coordinator_who_left_finds_no_house(cast, case, house):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    offers.accept(offer=made, escort=True, version=None, by=cast.caseworker)
    cast.coordinator.memberships.update(until_at=timezone.now())
    cast.coordinator.forget_roles()
    assert "no longer shown" in refused(offers.reveal, offer=made, by=cast.coordinator)


# --- what was sent before, and what was read before


def test_sent_again_with_something_else_it_is_said_and_not_lost(cast, case, house):
    key, other = cast.case.pk, cast.rows["stay"].pk
    given = {"case": case, "ground": "consent", "submission": key, "by": cast.outsider}
    asked = requests.ask(values=ASKED, **given)
    with pytest.raises(SentBefore):
        requests.ask(values={**ASKED, "unsafe_regions": ["amsterdam"]}, **given)
    made = hold(cast, asked, house, "Kamer 2", submission=other)
    with pytest.raises(SentBefore):
        hold(cast, asked, house, "Kamer 3", submission=other)
    with pytest.raises(SentBefore):
        hold(cast, asked, house, "Kamer 2", submission=other, holds_until=timezone.now() + 8 * HOUR)
    offers.decline(offer=made, reason="full", version=None, by=cast.caseworker)
    with pytest.raises(SentBefore):
        hold(cast, asked, house, "Kamer 2", submission=other)


def test_a_house_accepts_what_it_has_read(cast, case, house):
    asked = asked_for(case, cast.outsider)
    made = hold(cast, asked, house, "Kamer 2")
    requests.change(request=asked, values={"children": 5}, version=None, by=cast.outsider)
    with pytest.raises(Stale):
        offers.accept(offer=made, escort=False, version=made.version, by=cast.caseworker)


def test_what_is_offered_is_there_for_as_long_as_it_is_held(cast, case, house):
    asked = asked_for(case, cast.outsider)
    with pytest.raises(Refused, match="more places than there are people"):
        hold(cast, asked, house, "Kamer 2", "Kamer 3")
    out = {"from_on": timezone.localdate() + datetime.timedelta(days=1), "until_on": None, "reason": "repair"}
    houses.put_out(place=Place.objects.get(name="Kamer 2"), values=out, submission=None, by=cast.teamlead)
    with pytest.raises(Refused, match="goes out of use before that moment"):
        hold(cast, asked, house, "Kamer 2", holds_until=timezone.now() + 30 * HOUR)
    hold(cast, asked, house, "Kamer 3")
    closing = {"shelter": house, "values": {"closed_on": timezone.localdate()}, "version": None, "by": cast.teamlead}
    assert "Somebody is expected" in refused(houses.change, **closing)


# --- the database says no by itself


def test_the_database_holds_no_place_twice(cast, case, house):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    with pytest.raises(IntegrityError, match="no_place_held_twice"), transaction.atomic():
        PlaceHold.objects.create(
            case=case, offer=made, place=Place.objects.get(name="Kamer 2"), created_by=cast.coordinator
        )


def test_the_database_lets_one_offer_hold_and_one_request_wait(cast, case, house):
    asked = asked_for(case, cast.outsider)
    made = hold(cast, asked, house, "Kamer 2")
    with pytest.raises(IntegrityError, match="one_placement_offer_holds"), transaction.atomic():
        PlacementOffer.objects.create(
            case=case, request=asked, shelter=house, holds_until=made.holds_until, created_by=cast.coordinator
        )
    with pytest.raises(IntegrityError, match="one_placement_request_waits"), transaction.atomic():
        type(asked).objects.create(case=case, organisation=cast.oever, urgency="days", created_by=cast.outsider)
