"""Two people at once: nothing typed is lost, nothing is decided on what somebody did not see."""

import uuid

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as case_actions
from cases.actions import conversation, people, return_plan, return_risk, safety, shelter, stage
from cases.models import Case, Journey, Note, ReflectionPeriod
from cases.models.facts import facts_of
from cases.rules.consent import Purpose
from organisations.actions.base import Refused, SentBefore, Stale
from organisations.models import Place
from tests.cast import DAY, consented, new_case, unseen


def room(name, case, *more) -> str:
    return reverse(f"cases:{name}", args=[case.reference, *more])


REFLECTION = {"state": "not_applicable", "explanation": "Van A"}


def test_two_who_make_the_one_record_of_a_case_do_not_overwrite_each_other(cast, client_of):
    first, second, address = client_of("caseworker"), client_of("colleague"), room("reflection_write", cast.case)
    one, two = unseen(first, address), unseen(second, address)
    assert first.post(address, {**one, **REFLECTION}).status_code == 302
    page = second.post(address, {**two, **REFLECTION, "explanation": "Van B"}, HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 200
    text = page.content.decode()
    assert "Somebody else changed this" in text
    assert ("Van A" in text, "Van B" in text) == (True, True)
    assert ReflectionPeriod.objects.get().explanation == "Van A"
    # shown the difference, the second may still decide
    now = {name: page.context["form"].data[name] for name in ("version", "submission", "shown")}
    assert second.post(address, {**now, **REFLECTION, "explanation": "Van B"}).status_code == 302
    assert ReflectionPeriod.objects.get().explanation == "Van B"


def test_the_one_record_of_a_case_posted_twice_is_one_version(cast, client_of):
    client, case = client_of("caseworker"), new_case(cast.caseworker)
    address = room("journey_write", case)
    sent = {**unseen(client, address), "escort": "none", "itinerary": "Amsterdam"}
    assert [client.post(address, sent).status_code for _ in range(2)] == [302, 302]
    assert Journey.objects.filter(case=case).values_list("version", flat=True).get() == 1


def test_a_page_that_shows_no_version_changes_nothing(cast, client_of):
    return_plan.approve(plan=cast.rows["plan"], version=None, by=cast.teamlead)
    sent = {"destination": "BG", "submission": str(uuid.uuid4())}
    assert client_of("caseworker").post(room("return_plan_write", cast.case), sent).status_code == 200
    assert cast.case.returnplan_set.get().destination == "NG"


@pytest.mark.parametrize("name", ["return_plan_approve", "return_risk_decide"])
def test_nobody_decides_on_what_was_not_shown(name, cast, client_of):
    sent = {"decision": "go", "reason": "x"}
    assert client_of("teamlead").post(room(name, cast.case), sent).status_code == 200
    assert (cast.case.returnplan_set.get().approved_at, cast.case.returnrisk_set.get().decision) == (None, "")


def test_a_decision_on_something_changed_meanwhile_can_be_taken_after_reading_again(cast, client_of):
    client, address = client_of("teamlead"), room("return_risk_decide", cast.case)
    sent = {**unseen(client, address), "decision": "go", "reason": "Zo kan het."}
    scores = {"likelihood": 5, "impact": 5, "residual_likelihood": 5, "residual_impact": 5}
    return_risk.change(risk=cast.rows["risk"], values=scores, version=None, by=cast.caseworker)
    page = client.post(address, sent)
    assert (page.status_code, cast.case.returnrisk_set.get().decision) == (200, "")
    again = {**sent, "version": page.context["form"].data["version"]}
    assert client.post(address, again).status_code == 302
    assert cast.case.returnrisk_set.get().decision == "go"


def test_a_team_lead_moves_only_past_what_they_saw(cast, client_of):
    lead, case = cast.teamlead, cast.case
    return_plan.approve(plan=cast.rows["plan"], version=None, by=lead)
    return_risk.decide(risk=cast.rows["risk"], decision="go", reason="x", version=None, by=lead)
    people.change_family_member(
        person=cast.rows["child"], values={"age_group": "adult"}, version=None, by=cast.caseworker
    )
    plan = case.returnplan_set.first()
    plan = return_plan.approve(plan=plan, version=None, by=lead)
    client, address = client_of("teamlead"), room("stage_move", case, "departure")
    consented(case, Purpose.PARTNER, cast.partner, by=cast.caseworker)
    sent = {**unseen(client, address), "reason": "De vlucht is geboekt."}
    assert sent["past"] == ""
    return_plan.change(plan=plan, values={"city": "Lagos"}, travellers=[], version=None, by=cast.colleague)
    page = client.post(address, sent, HTTP_ACCEPT_LANGUAGE="en")
    assert page.status_code == 200
    assert "Have the return plan approved by a second person." in page.content.decode()
    assert Case.objects.get(pk=case.pk).stage == "intake"
    again = {**sent, **{name: page.context["form"].data[name] for name in ("past", "from_stage")}}
    assert again["past"] == "plan"
    assert client.post(address, again).status_code == 302
    assert case.stagemove_set.first().overridden


def test_a_stale_form_undoes_neither_danger_nor_a_bed(cast, client_of):
    case, today = new_case(cast.caseworker, bed_needed=True), timezone.localdate()
    client, address = client_of("colleague"), room("case_change", case)
    sent = {
        **unseen(client, address),
        "working_name": "Mus",
        "age_group": "adult",
        "danger_now": "no",
        "bed_needed": "yes",
    }
    values = {"assessed_on": today, "danger": "acute", "threats": None, "measures": None, "unsafe_regions": []}
    safety.assess(case=case, values=values, submission=None, by=cast.caseworker)
    assert client.post(address, sent).status_code == 200
    case.refresh_from_db()
    assert (case.danger_now, case.working_name) == (True, "Vogel")
    sent = {
        **unseen(client, address),
        **{name: sent[name] for name in ("working_name", "age_group", "bed_needed")},
        "danger_now": "yes",
    }
    shelter.place(
        case=case, place=Place.objects.order_by("name").last(), from_at=timezone.now(), expected_until=None,
        submission=None, by=cast.caseworker,
    )  # fmt: skip
    assert client.post(address, sent).status_code == 200
    case.refresh_from_db()
    assert not case.bed_needed


def test_only_what_differs_is_shown_as_different(cast, client_of):
    case = new_case(cast.caseworker, danger_now=True)
    client, address = client_of("colleague"), room("case_change", case)
    sent = {
        **unseen(client, address),
        "working_name": "Mus",
        "age_group": "adult",
        "danger_now": "yes",
        "bed_needed": "no",
    }
    values = {"working_name": "Mees", "age_group": "adult", "danger_now": True, "bed_needed": False}
    case_actions.change(case=case, values=values, version=None, by=cast.caseworker)
    page = client.post(address, sent, HTTP_ACCEPT_LANGUAGE="en")
    assert [(str(one.label), one.now) for one in page.context["form"].differences] == [("Working name", "Mees")]


def test_an_old_assessment_does_not_lift_the_danger_of_tonight(cast):
    case = new_case(cast.caseworker, danger_now=True)
    values = {"assessed_on": timezone.localdate() - 30 * DAY, "danger": "possible", "unsafe_regions": []}
    safety.assess(case=case, values=values, submission=None, by=cast.caseworker)
    case.refresh_from_db()
    assert case.danger_now


def test_a_text_changed_after_going_back_is_not_lost(cast, client_of):
    client, address = client_of("caseworker"), room("notes", cast.case)
    sent = unseen(client, address)
    assert client.post(address, {**sent, "text": "Eerst"}).status_code == 302
    page = client.post(address, {**sent, "text": "Toen anders"})
    assert page.status_code == 200
    assert page.context["form"].data["submission"] != sent["submission"]
    sent["submission"] = page.context["form"].data["submission"]
    assert client.post(address, {**sent, "text": "Toen anders"}).status_code == 302
    assert sorted(note.text for note in Note.objects.filter(case=cast.case)) == ["Een notitie", "Eerst", "Toen anders"]


def test_the_same_key_with_another_text_is_refused(cast):
    key = uuid.uuid4()
    given = {"case": cast.case, "areas": [], "submission": key, "by": cast.caseworker}
    conversation.write_note(**given, text="Een")
    conversation.write_note(**given, text="Een")
    with pytest.raises(SentBefore):
        conversation.write_note(**given, text="Twee")


def test_a_plan_is_approved_anew_when_somebody_who_travels_becomes_somebody_else(cast):
    return_plan.approve(plan=cast.rows["plan"], version=None, by=cast.teamlead)
    people.change_family_member(
        person=cast.rows["child"], values={"name": "Een ander"}, version=None, by=cast.care_coordinator
    )
    newest = cast.case.returnplan_set.first()
    assert (newest.number, newest.approved_at) == (2, None)
    assert set(newest.author_ids) == {cast.caseworker.pk, cast.care_coordinator.pk}
    assert [t.family_member for t in newest.travellers.all() if t.family_member] == [cast.rows["child"]]


def test_a_consent_does_not_move_along_to_another_partner(cast):
    consented(cast.case, Purpose.PARTNER, cast.partner, by=cast.caseworker)
    assert facts_of(cast.case).partner_consent
    plan = return_plan.change(
        plan=cast.rows["plan"], values={"partner": cast.midden}, travellers=[], version=None, by=cast.caseworker
    )
    assert (plan.partner, facts_of(cast.case).partner_consent) == (cast.midden, False)


# --- a minor by the birth date ----------------------------------------------------------------------------------


def test_a_birth_date_makes_a_minor_whatever_the_first_answer_was(cast):
    today = timezone.localdate()
    cast.case.victim.turns_18_on = today + DAY
    cast.case.victim.save()
    assert facts_of(Case.objects.get(pk=cast.case.pk)).minor
    cast.case.victim.turns_18_on = today
    cast.case.victim.save()
    assert not facts_of(Case.objects.get(pk=cast.case.pk)).minor


def test_a_child_who_travels_is_a_minor_by_the_birth_date_too(cast):
    child = cast.rows["child"]
    for birth, minor in ((timezone.localdate() - 5 * 365 * DAY, True), (timezone.localdate() - 30 * 365 * DAY, False)):
        people.change_family_member(
            person=child, values={"age_group": "unknown", "birth_date": birth}, version=None, by=cast.caseworker
        )
        assert facts_of(cast.case).minor_travels is minor


# --- a restricted case stays with somebody ----------------------------------------------------------------------


def test_the_last_person_who_still_sees_a_restricted_case_stays(cast):
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    # the caseworker's assignment is still open, but they work here no more
    cast.caseworker.memberships.update(until_at=timezone.now())
    with pytest.raises(Refused):
        case_actions.unassign(assignment=cast.case.assignment_set.get(user=cast.teamlead), by=cast.teamlead)


def test_a_stale_form_changes_no_restriction(cast):
    seen = Case.objects.get(pk=cast.case.pk).version
    stage.move(case=cast.case, to="procedure", reason="x", past=["reflection"], by=cast.teamlead)
    with pytest.raises(Stale):
        case_actions.restrict(case=cast.case, restricted=True, version=seen, by=cast.teamlead)
