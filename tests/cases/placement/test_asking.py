"""Asking for a place: who may, with whose consent, and for how long the register looks."""

import datetime

import pytest
from django.utils import timezone

from cases.actions import case as cases
from cases.actions import consent as consents
from cases.actions import placement_offer as offers
from cases.actions import placement_request as requests
from cases.models import Case, Consent
from cases.rules.access import Part
from cases.rules.consent import Purpose
from organisations.actions.base import SentBefore, Stale
from organisations.models import Place
from tests.cast import ASKED, asked_for, consented, new_case, takes_part

from .conftest import free, hold, parts, refused


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
