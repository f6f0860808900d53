"""Arriving, moving and leaving; and what was promised or done at once."""

import datetime

import pytest
from django.utils import timezone

from cases.actions import consent as consents
from cases.actions import placement_offer as offers
from cases.actions import placement_request as requests
from cases.actions import safety, shelter, stage, unknown_destination
from cases.models import Assignment, Case, Consent, PlaceHold, Placement
from cases.rules.access import Part
from cases.rules.consent import Purpose
from organisations.actions import shelter as houses
from organisations.models import AuditEvent, Place, Shelter, ShelterCapacity
from tests.cast import asked_for, new_case, takes_part

from .conftest import HOUR, free, hold, parts, refused


def placed(cast, case, house, **values) -> Placement:
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2", **values)
    offers.accept(offer=made, escort=True, version=None, by=cast.caseworker)
    people = {Place.objects.get(name="Kamer 2"): None}
    return offers.arrive(offer=made, at=timezone.now(), people=people, expected_until=None, by=cast.outsider)[0]


def test_accepted_it_stays_held_until_somebody_arrives_or_does_not(cast, case, house):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    assert PlaceHold.objects.get().until_at is None
    assert "has accepted" in refused(requests.fail, request=made.request, reason="no_fit", by=cast.coordinator)
    offers.did_not_arrive(offer=made, by=cast.outsider)
    made.refresh_from_db()
    assert (made.outcome, free(house), made.request.outcome) == ("not_arrived", ["Kamer 2", "Kamer 3"], "")


def test_the_first_house_of_a_case_without_a_lead_leads_it(cast, house):
    case = new_case(cast.care_coordinator)
    made = hold(cast, asked_for(case, cast.care_coordinator), house, "Kamer 2")
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    assert parts(case) == {("midden", "coordination"), ("comensha", "placement"), ("kade", "lead")}


def test_arriving_ends_the_request_and_leaving_the_part_of_the_register(cast, case, house):
    stay = placed(cast, case, house)
    asked = stay.offer.request
    asked.refresh_from_db()
    assert (asked.outcome, stay.offer.outcome, PlaceHold.objects.count()) == ("placed", "arrived", 0)
    assert Case.objects.get(pk=case.pk).bed_needed is False
    assert ("comensha", "placement") in parts(case)
    shelter.end(placement=stay, until_at=timezone.now(), departure_reason="own_home", by=cast.outsider)
    assert parts(case) == {("oever", "lead"), ("kade", "support")}
    assert free(house) == ["Kamer 2", "Kamer 3"]
    # taken back, it takes part again
    shelter.undo_end(placement=stay, by=cast.outsider)
    assert ("comensha", "placement") in parts(case)


def test_arriving_elsewhere_ends_the_stay_before_in_one_step(cast, house):
    stay = cast.rows["stay"]
    oever = Shelter.objects.create(
        organisation=cast.oever, slug="oever", name="Oever", type="women", region="rotterdam", takes=["women"]
    )
    bed = Place.objects.create(shelter=oever, name="Bed")
    cast.rows["own_request"].delete()
    asked = asked_for(cast.case, cast.caseworker)
    made = hold(cast, asked, oever, "Bed")
    offers.accept(offer=made, escort=False, version=None, by=cast.outsider)
    now = timezone.now()
    given = {"offer": made, "people": {bed: None}, "expected_until": None, "by": cast.caseworker}
    new = offers.arrive(at=now, **given)[0]
    stay.refresh_from_db()
    assert (stay.until_at, stay.departure_reason, new.from_at) == (now, "moved", now)
    assert free(house) == ["Kamer 1", "Kamer 2", "Kamer 3"]


def test_a_move_is_one_step_and_nobody_is_lost_in_it(cast, house):
    stay = cast.rows["stay"]
    given = {"placement": stay, "at": timezone.now(), "expected_until": None, "version": None, "by": cast.caseworker}
    assert "already" in refused(shelter.move, place=stay.place, **given)
    taken = new_case(cast.caseworker)
    shelter.place(
        case=taken, place=Place.objects.get(name="Kamer 2"), from_at=timezone.now(), expected_until=None,
        submission=None, by=cast.caseworker,
    )  # fmt: skip
    assert "Somebody else has this place" in refused(shelter.move, place=Place.objects.get(name="Kamer 2"), **given)
    stay.refresh_from_db()
    assert stay.until_at is None
    new = shelter.move(place=Place.objects.get(name="Kamer 3"), **given)
    stay.refresh_from_db()
    assert (stay.until_at, stay.departure_reason, new.place.name, new.until_at) == (
        given["at"], "moved", "Kamer 3", None,
    )  # fmt: skip
    assert free(house) == ["Kamer 1"]
    assert "already ended" in refused(shelter.move, place=Place.objects.get(name="Kamer 1"), **given)


def test_the_norm_goes_on_in_another_room_and_begins_anew_in_another_kind_of_house(cast, house):
    stay = cast.rows["stay"]
    began = stay.from_at - datetime.timedelta(days=50)
    Placement.objects.filter(pk=stay.pk).update(from_at=began)
    given = {"expected_until": None, "version": None, "by": cast.caseworker}
    second = shelter.move(placement=stay, place=Place.objects.get(name="Kamer 2"), at=timezone.now(), **given)
    third = shelter.move(placement=second, place=Place.objects.get(name="Kamer 3"), at=timezone.now(), **given)
    first = Placement.objects.get(pk=stay.pk)
    assert third.norm_from == first.arrived_on
    assert third.norm_until == first.norm_until
    women = Shelter.objects.create(organisation=cast.kade, slug="v", name="V", type="women", region="limburg")
    room = Place.objects.create(shelter=women, name="Een")
    elsewhere = shelter.move(placement=third, place=room, at=timezone.now(), **given)
    back = shelter.move(placement=elsewhere, place=Place.objects.get(name="Kamer 1"), at=timezone.now(), **given)
    assert (elsewhere.norm_until, back.norm_from) == (None, None)


def test_a_full_house_lets_people_change_rooms(cast, house):
    ShelterCapacity.objects.create(shelter=house, from_on=datetime.date(2020, 1, 1), places=1)
    stay = cast.rows["stay"]
    shelter.move(
        placement=stay, place=Place.objects.get(name="Kamer 3"), at=timezone.now(), expected_until=None, version=None,
        by=cast.caseworker,
    )  # fmt: skip
    assert free(house) == ["Kamer 1", "Kamer 2"]


def test_an_emergency_asks_tomorrow_what_was_left_undone(cast):
    case = new_case(cast.caseworker, danger_now=True, bed_needed=True)
    stay = shelter.place(
        case=case, place=Place.objects.get(name="Kamer 2"), from_at=timezone.now(), expected_until=None,
        emergency=True, submission=None, by=cast.caseworker,
    )  # fmt: skip
    task = case.task_set.get(cause="emergency_stay")
    assert (task.due_on, task.subject) == (timezone.localdate() + datetime.timedelta(days=1), stay.pk)
    assert Case.objects.get(pk=case.pk).bed_needed
    assert refused(shelter.put_in_order, placement=stay, reason="Morgen", by=cast.colleague) == (
        "This has to be done first: Assess safety."
    )
    assessed(case, cast.caseworker)
    given = {"placement": stay, "by": cast.colleague}
    left = "Record whether the notice may be registered. Say until when the stay is expected to last."
    assert refused(shelter.put_in_order, **given) == f"Write why this stays open: {left}"
    assert Placement.objects.get(pk=stay.pk).in_order_on is None
    shelter.put_in_order(reason="De politie belt morgen", **given)
    assert not Case.objects.get(pk=case.pk).bed_needed
    assert not case.task_set.filter(cause="emergency_stay").exists()
    assert "no emergency" in refused(shelter.put_in_order, placement=cast.rows["stay"], by=cast.caseworker)


def assessed(case, by) -> None:
    values = {
        "assessed_on": timezone.localdate(),
        "danger": "possible",
        "threats": "x",
        "measures": "y",
        "unsafe_regions": [],
    }
    safety.assess(case=case, values=values, submission=None, by=by)


def test_with_everything_done_no_reason_is_asked(cast):
    case = new_case(cast.caseworker, notifier="")
    stay = shelter.place(
        case=case, place=Place.objects.get(name="Kamer 2"), from_at=timezone.now(),
        expected_until=timezone.localdate() + datetime.timedelta(days=7), emergency=True, submission=None,
        by=cast.caseworker,
    )  # fmt: skip
    assessed(case, cast.caseworker)
    shelter.put_in_order(placement=stay, by=cast.caseworker)
    row = Placement.objects.get(pk=stay.pk)
    assert (row.in_order_on, row.in_order_reason) == (timezone.localdate(), None)


@pytest.mark.parametrize("needed", [True, False])
def test_that_it_is_in_order_is_taken_back_for_ten_minutes(cast, needed):
    case = new_case(cast.caseworker, bed_needed=needed)
    stay = shelter.place(
        case=case, place=Place.objects.get(name="Kamer 2"), from_at=timezone.now(), expected_until=None,
        emergency=True, submission=None, by=cast.caseworker,
    )  # fmt: skip
    assessed(case, cast.caseworker)
    before = Placement.objects.values().get(pk=stay.pk)
    for _time in range(2):
        shelter.put_in_order(placement=stay, reason="De politie belt morgen", by=cast.caseworker)
        assert not case.task_set.filter(cause="emergency_stay").exists()
        shelter.undo_order(placement=stay, by=cast.colleague)
    shelter.undo_order(placement=stay, by=cast.colleague)
    after = Placement.objects.values().get(pk=stay.pk)
    sealed = {"in_order_reason": after["in_order_reason"]}
    assert after == {**before, **sealed, "version": before["version"] + 4}
    # what was written stays, for whoever says it again
    assert Placement.objects.get(pk=stay.pk).in_order_reason == "De politie belt morgen"
    assert Case.objects.get(pk=case.pk).bed_needed is needed
    assert case.task_set.filter(cause="emergency_stay").exists()
    assert AuditEvent.objects.filter(verb="stay_order_undone", case_id=case.pk).count() == 2
    shelter.put_in_order(placement=stay, reason="De politie belt morgen", by=cast.caseworker)
    assert "not do this" in refused(shelter.undo_order, placement=stay, by=cast.outsider)
    Placement.objects.filter(pk=stay.pk).update(in_order_at=timezone.now() - datetime.timedelta(minutes=10.1))
    assert "more than ten minutes ago" in refused(shelter.undo_order, placement=stay, by=cast.caseworker)


def test_the_expected_end_is_a_task_and_says_when_it_is_beyond_the_norm(cast):
    stay, day = cast.rows["stay"], timezone.localdate()
    norm = stay.norm_until
    values = {"expected_until": norm + datetime.timedelta(days=1), "overstay_reason": "housing"}
    stay = shelter.expect(placement=stay, values=values, version=stay.version, by=cast.caseworker)
    assert stay.over_by_plan()
    assert cast.case.task_set.get(cause="overstay").due_on == values["expected_until"]
    within = {"expected_until": day, "overstay_reason": ""}
    assert not shelter.expect(placement=stay, values=within, version=stay.version, by=cast.caseworker).over_by_plan()
    # no norm is known for other houses
    Shelter.objects.filter(slug="huis").update(type="women")
    assert Placement.objects.get(pk=stay.pk).norm_until is None


def test_whoever_leaves_or_is_closed_is_looked_for_no_more(cast, house):
    away, over = new_case(cast.outsider), new_case(cast.rows["oever_lead"])
    for case, by, reason in ((away, cast.outsider, "left"), (over, cast.rows["oever_lead"], "not_needed")):
        asked = asked_for(case, by)
        made = hold(cast, asked, house, "Kamer 2")
        if reason == "left":
            shown = unknown_destination.ends(case, timezone.localdate(), by=by).mark
            unknown_destination.leave(
                case=case, left_at=timezone.now(), reported_by="shelter", shown=shown, submission=None, by=by
            )
        else:
            stage.move(case=case, to="closed", reason="", closing_reason="settled", lapse_reason="x", by=by)
        asked.refresh_from_db()
        made.refresh_from_db()
        assert (asked.outcome, asked.reason, made.outcome) == ("withdrawn", reason, "taken_back")
        assert free(house) == ["Kamer 2", "Kamer 3"]


def test_what_was_promised_holds_whatever_is_agreed_since(cast, case, house):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    room = Place.objects.get(name="Kamer 2")
    out = {"from_on": timezone.localdate(), "until_on": None, "reason": "repair"}
    given = {"place": room, "values": out, "submission": None, "by": cast.teamlead}
    assert "is held for somebody" in refused(houses.put_out, **given)
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    assert "is held for somebody" in refused(houses.put_out, **given)
    houses.set_capacity(shelter=house, from_on=timezone.localdate(), places=0, version=None, by=cast.teamlead)
    arrived = offers.arrive(offer=made, at=timezone.now(), people={room: None}, expected_until=None, by=cast.outsider)
    assert len(arrived) == 1


@pytest.mark.parametrize(
    "end",
    [
        lambda cast, offer: offers.did_not_arrive(offer=offer, by=cast.outsider),
        lambda cast, offer: offers.refuse(offer=offer, reason="kind", by=cast.outsider),
        lambda cast, offer: offers.take_back(offer=offer, by=cast.coordinator),
        lambda cast, offer: requests.withdraw(request=offer.request, reason="own_place", by=cast.outsider),
    ],
)
def test_a_house_to_which_nobody_comes_sees_the_case_no_more(cast, case, house, end):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    assert ("kade", "support") in parts(case)
    end(cast, made)
    assert "kade" not in {slug for slug, _part in parts(case)}
    assert not Assignment.objects.now().filter(case=case, user=cast.caseworker).exists()


def test_a_part_that_was_there_before_stays(cast, case, house):
    takes_part(case, cast.kade, Part.SUPPORT)
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    offers.did_not_arrive(offer=made, by=cast.outsider)
    assert ("kade", "support") in parts(case)


def test_nobody_is_put_into_a_house_that_was_not_asked(cast, case, house):
    """Kade helps in the case of Oever; its beds are given by its own people, or by an answer."""
    takes_part(case, cast.kade, Part.SUPPORT)
    given = {
        "case": case, "place": Place.objects.get(name="Kamer 2"), "from_at": timezone.now(), "expected_until": None,
        "submission": None,
    }  # fmt: skip
    assert "do not work in that house" in refused(shelter.place, by=cast.outsider, **given)
    assert list(shelter.free_places(case, by=cast.outsider)) == []
    stay = shelter.place(by=cast.caseworker, **given)
    moving = {"placement": stay, "at": timezone.now(), "expected_until": None, "version": None}
    third = Place.objects.get(name="Kamer 3")
    assert "do not work in that house" in refused(shelter.move, place=third, by=cast.outsider, **moving)
    assert shelter.move(place=third, by=cast.caseworker, **moving).place == third


def test_a_bed_of_our_own_ends_the_search_and_a_bed_for_the_night_does_not(cast):
    for emergency, left in ((False, ("withdrawn", "own_house")), (True, ("", ""))):
        case = new_case(cast.caseworker)
        asked = asked_for(case, cast.caseworker)
        stay = shelter.place(
            case=case, place=Place.objects.get(name="Kamer 2"), from_at=timezone.now(), expected_until=None,
            emergency=emergency, submission=None, by=cast.caseworker,
        )  # fmt: skip
        asked.refresh_from_db()
        assert (asked.outcome, asked.reason) == left
        assert Case.objects.get(pk=case.pk).bed_needed is emergency
        # nobody at the register placed this person
        assert (("comensha", "placement") in parts(case)) is emergency
        if emergency:
            assessed(case, cast.caseworker)
            shelter.put_in_order(placement=stay, reason="Gezocht wordt nog", by=cast.caseworker)
            assert Case.objects.get(pk=case.pk).bed_needed, "a place elsewhere is still asked"
        shelter.end(placement=stay, until_at=timezone.now(), departure_reason="other", by=cast.caseworker)


def test_nobody_arrives_before_they_were_asked_for_or_where_the_house_is_out_of_the_case(cast, case, house):
    made = hold(cast, asked_for(case, cast.outsider), house, "Kamer 2")
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    given = {"offer": made, "people": {Place.objects.get(name="Kamer 2"): None}, "expected_until": None}
    early = timezone.now() - 900 * 24 * HOUR
    assert "before the place was asked" in refused(offers.arrive, at=early, by=cast.outsider, **given)
    case.participation_set.filter(organisation=cast.kade).update(until_at=timezone.now())
    assert "takes part in the case no more" in refused(offers.arrive, at=timezone.now(), by=cast.outsider, **given)


def test_with_the_consent_the_register_loses_the_case_also_during_a_stay(cast, case, house):
    stay = placed(cast, case, house)
    given = Consent.objects.get(case=case, purpose=Purpose.PLACEMENT)
    consents.withdraw(consent=given, on=timezone.localdate(), version=None, by=cast.outsider)
    assert parts(case) == {("oever", "lead"), ("kade", "support")}
    shelter.end(placement=stay, until_at=timezone.now(), departure_reason="other", by=cast.outsider)
    shelter.undo_end(placement=stay, by=cast.outsider)
    assert parts(case) == {("oever", "lead"), ("kade", "support")}


def test_the_end_of_a_stay_is_not_taken_back_once_its_place_is_held(cast, house):
    stay = cast.rows["stay"]
    shelter.end(placement=stay, until_at=timezone.now(), departure_reason="other", by=cast.caseworker)
    hold(cast, asked_for(new_case(cast.outsider), cast.outsider), house, "Kamer 1")
    assert "held for somebody else by now" in refused(shelter.undo_end, placement=stay, by=cast.caseworker)
