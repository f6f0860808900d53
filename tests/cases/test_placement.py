"""From asking for a place to the arrival: what is held, who may answer, and what becomes free."""

import datetime

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from cases.actions import case as cases
from cases.actions import consent as consents
from cases.actions import placement_offer as offers
from cases.actions import placement_request as requests
from cases.actions import safety, shelter, stage, unknown_destination
from cases.models import Assignment, Case, Consent, FamilyMember, Participation, PlaceHold, Placement, PlacementOffer
from cases.models.vacancy import free_in
from cases.rules.access import Part
from cases.rules.consent import Purpose
from organisations.actions import shelter as houses
from organisations.actions.base import Refused, SentBefore, Stale
from organisations.models import AuditEvent, Place, Shelter, ShelterCapacity
from tests.cast import ASKED, asked_for, consented, new_case, takes_part

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def case(cast):
    """Of Oever; nothing is asked yet."""
    return new_case(cast.outsider, working_name="Zoekt een bed")


@pytest.fixture
def house(cast):
    """Kade's, in which two of three places are free and the house decides."""
    house = Shelter.objects.get(slug="huis")
    house.takes = ["women", "families"]
    house.save()
    return house


def hold(cast, request, house, *names, submission=None, **values) -> PlacementOffer:
    values = {
        "holds_until": timezone.now() + 2 * HOUR,
        "remark": None,
        "nevertheless": None,
        "agreed_on": None,
        **values,
    }
    places = list(Place.objects.filter(shelter=house, name__in=names))
    return offers.offer(
        request=request, house=house, places=places, values=values, submission=submission, by=cast.coordinator
    )


def free(house) -> list[str]:
    return [place.name for place in free_in(house, timezone.now())]


def parts(case) -> set:
    return set(Participation.objects.now().filter(case=case).values_list("organisation__slug", "part"))


def refused(verb, **given) -> str:
    with pytest.raises(Refused) as refusal, transaction.atomic():
        verb(**given)
    return str(refusal.value.sentence)


def lapse(offer) -> None:
    """Two hours pass."""
    past = timezone.now() - HOUR
    PlacementOffer.objects.filter(pk=offer.pk).update(holds_until=past)
    PlaceHold.objects.filter(offer=offer).update(from_at=past - HOUR, until_at=past)


# --- asking


def test_asking_records_the_consent_and_lets_the_register_look(cast, case):
    asked = asked_for(case, cast.outsider)
    given = Consent.objects.get(case=case, purpose=Purpose.PLACEMENT)
    assert (given.ground, given.recipient, given.explained_by) == ("consent", cast.comensha, "Outsider")
    assert parts(case) == {("oever", "lead"), ("comensha", "placement")}
    assert (asked.organisation, Case.objects.get(pk=case.pk).bed_needed) == (cast.oever, True)


def test_without_consent_nobody_is_asked(cast, case):
    given = {"case": case, "values": ASKED, "submission": None, "by": cast.outsider}
    assert "Without consent" in refused(requests.ask, ground="", **given)
    assert "Without consent" in refused(requests.ask, ground="override", **given)
    assert (Consent.objects.filter(case=case).count(), parts(case)) == (0, {("oever", "lead")})
    # a team lead decides otherwise, with a reason, where consents are kept
    consented(
        case, Purpose.PLACEMENT, None, by=cast.rows["oever_lead"], ground="override", reason="Gevaar", written=False
    )
    assert requests.ask(ground="", **given).outcome == ""


def test_the_guardian_agrees_for_a_child(cast):
    case = new_case(cast.outsider, age_group="minor")
    case.victim.birth_date, case.victim.birth_precision = datetime.date(2014, 5, 1), "day"
    case.victim.save()
    given = {"case": case, "values": ASKED, "submission": None, "by": cast.outsider}
    assert "the guardian consents" in refused(requests.ask, ground="consent", **given)
    assert requests.ask(ground="guardian", **given).outcome == ""


def test_one_request_waits_at_a_time_and_a_form_sent_twice_asks_once(cast, case):
    given = {"case": case, "values": ASKED, "ground": "consent", "by": cast.outsider}
    key = cast.case.pk
    first = requests.ask(submission=key, **given)
    assert requests.ask(submission=key, **given) == first
    with pytest.raises(SentBefore):
        requests.ask(submission=key, **{**given, "values": {**ASKED, "urgency": "weeks"}})
    assert "asked for this person already" in refused(requests.ask, submission=None, **given)


def test_whoever_works_on_the_case_asks_and_nobody_else(cast, case):
    given = {"case": case, "values": ASKED, "ground": "consent", "submission": None}
    assert "not do this" in refused(requests.ask, by=cast.caseworker, **given)
    assert "not do this" in refused(requests.ask, by=cast.coordinator, **given)


def test_withdrawing_the_consent_stops_the_search_and_lets_everything_go(cast, case, house):
    asked = asked_for(case, cast.outsider)
    made = hold(cast, asked, house, "Kamer 2")
    given = Consent.objects.get(case=case, purpose=Purpose.PLACEMENT)
    consents.withdraw(consent=given, on=timezone.localdate(), version=None, by=cast.outsider)
    asked.refresh_from_db()
    made.refresh_from_db()
    assert (asked.outcome, asked.reason, made.outcome) == ("withdrawn", "consent", "taken_back")
    assert (free(house), parts(case)) == (["Kamer 2", "Kamer 3"], {("oever", "lead")})


def test_what_is_asked_is_changed_by_one_person_at_a_time(cast, case):
    asked = asked_for(case, cast.outsider)
    requests.change(request=asked, values={"children": 2, "urgency": "days"}, version=1, by=cast.outsider)
    asked.refresh_from_db()
    assert (asked.brief.children, asked.urgency, asked.version) == (2, "days", 2)
    with pytest.raises(Stale):
        requests.change(request=asked, values={"children": 1}, version=1, by=cast.outsider)


# --- offering


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


# --- arriving, moving, leaving


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


def test_with_everything_done_no_reason_is_asked_and_none_is_kept(cast):
    case = new_case(cast.caseworker, notifier="")
    stay = shelter.place(
        case=case, place=Place.objects.get(name="Kamer 2"), from_at=timezone.now(),
        expected_until=timezone.localdate() + datetime.timedelta(days=7), emergency=True, submission=None,
        by=cast.caseworker,
    )  # fmt: skip
    assessed(case, cast.caseworker)
    shelter.put_in_order(placement=stay, reason="Te veel", by=cast.caseworker)
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
    assert Placement.objects.values().get(pk=stay.pk) == {**before, "version": before["version"] + 4}
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


def test_the_register_does_not_consent_for_somebody_whom_others_help(cast, case):
    takes_part(case, cast.comensha, Part.PLACEMENT)
    given = {"case": case, "values": ASKED, "submission": None, "ground": "consent"}
    assert "under Consents" in refused(requests.ask, by=cast.coordinator, **given)
    # a case that it opened at night is its own
    alone = new_case(cast.coordinator, bed_needed=True)
    assert parts(alone) == {("comensha", "registration"), ("comensha", "placement")}
    assert requests.ask(by=cast.coordinator, **{**given, "case": alone}).outcome == ""


def answered(case, by, **values) -> None:
    """The first answers, as they are with these ones."""
    row = Case.objects.get(pk=case.pk)
    before = {name: getattr(row, name) for name in ("working_name", "age_group", "danger_now", "bed_needed")}
    cases.change(case=row, values={**before, **values}, version=None, by=by)


def test_the_register_looks_no_more_once_no_bed_is_needed(cast, house):
    register, both = {("comensha", "registration")}, {("comensha", "registration"), ("comensha", "placement")}
    case = new_case(cast.coordinator, bed_needed=True)
    answered(case, cast.coordinator, danger_now=True)
    assert parts(case) == both
    answered(case, cast.coordinator, bed_needed=False)
    assert parts(case) == register
    # a slip of the hand is put right
    answered(case, cast.coordinator, bed_needed=True)
    assert parts(case) == both
    # while a request waits it is looked for
    asked = asked_for(case, cast.coordinator)
    answered(case, cast.coordinator, bed_needed=False)
    assert parts(case) == both
    requests.withdraw(request=asked, reason="not_needed", by=cast.coordinator)
    assert parts(case) == register
    # and so is somebody who stays where it placed them
    other = new_case(cast.outsider)
    made = hold(cast, asked_for(other, cast.outsider), house, "Kamer 2")
    offers.accept(offer=made, escort=False, version=None, by=cast.caseworker)
    people = {Place.objects.get(name="Kamer 2"): None}
    offers.arrive(offer=made, at=timezone.now(), people=people, expected_until=None, by=cast.outsider)
    for needed in (True, False):
        answered(other, cast.outsider, bed_needed=needed)
        assert ("comensha", "placement") in parts(other)


def test_saying_that_a_bed_is_needed_opens_nothing_that_others_wrote(cast):
    case = new_case(cast.coordinator)
    takes_part(case, cast.kade, Part.LEAD, until=timezone.now())
    answered(case, cast.coordinator, bed_needed=True)
    assert parts(case) == {("comensha", "registration")}
    # nor does it where a shelter answers
    own = new_case(cast.outsider)
    answered(own, cast.outsider, bed_needed=True)
    assert parts(own) == {("oever", "lead")}


def test_what_a_transfer_hid_stays_hidden_from_the_register(cast, case):
    moment = timezone.now().isoformat()
    case.participation_set.filter(part="lead").update(hidden_before={"safety": moment})
    asked_for(case, cast.outsider)
    assert case.participation_set.get(part="placement").hidden_before == {"safety": moment}


def test_the_end_of_a_stay_is_not_taken_back_once_its_place_is_held(cast, house):
    stay = cast.rows["stay"]
    shelter.end(placement=stay, until_at=timezone.now(), departure_reason="other", by=cast.caseworker)
    hold(cast, asked_for(new_case(cast.outsider), cast.outsider), house, "Kamer 1")
    assert "held for somebody else by now" in refused(shelter.undo_end, placement=stay, by=cast.caseworker)


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
