"""What every verb keeps: its audit row, its savepoint, the version, the submission, the second person."""

import datetime
import threading
import uuid

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from cases.actions import base as cases_base
from cases.actions import case as case_actions
from cases.actions import (
    consent,
    conversation,
    criminal,
    document,
    intake,
    journey,
    participation,
    people,
    residence,
    return_plan,
    return_risk,
    safety,
    shelter,
    stage,
    transfer,
)
from cases.models import Case, CaseContact, Conversation, Note, Participation, Placement, StageMove, Victim
from cases.rules.access import Part
from cases.rules.codes import RiskDecision
from cases.rules.consent import Purpose
from cases.rules.workflow import Stage
from organisations.actions.base import Refused, Stale, action
from organisations.models import AuditEvent, Place
from organisations.rules.audit import Verb as V
from tests.cast import DAY, consented, new_case, takes_part


def verbs(case) -> list[str]:
    return list(AuditEvent.objects.filter(case_id=case.pk).order_by("at").values_list("verb", flat=True))


def test_every_verb_of_the_cast_left_its_row_in_the_audit(cast):
    assert verbs(cast.case) == [
        V.CASE_CREATED, V.NOTICE_CHANGED, V.PARTICIPATION_BEGUN, V.SAFETY_ASSESSED, V.PLACED, V.RESIDENCE_RECORDED, V.RESIDENCE_CHANGED, V.PROCEDURE_RECORDED,
        V.CRIMINAL_EVENT_RECORDED, V.CONVERSATION_RECORDED, V.PERSON_ADDED, V.CONTACT_ADDED, V.PLAN_STARTED, V.RISK_RECORDED, V.JOURNEY_RECORDED,
        V.FOLLOW_UP_PLANNED, V.NOTE_WRITTEN, V.CARE_ADDED, V.TASK_ADDED, V.DOCUMENT_ADDED,
        V.CONSENT_RECORDED, V.CONSENT_RECORDED, V.TRANSFER_OFFERED,
    ]  # fmt: skip


def reflection(**values) -> dict:
    today = timezone.localdate()
    return {
        "state": "granted", "asked_on": today, "granted_on": today, "latest_end": today + 90 * DAY,
        "ended_on": None, "end_reason": "", "explanation": None, **values,
    }  # fmt: skip


def notice(**values) -> dict:
    return {
        "notifier": "shelter", "notifier_number": None, "received_on": timezone.localdate(), "region": "", "decision": "",
        "decided_on": None, "withdrawn_on": None, **values,
    }  # fmt: skip


VICTIM = {"given_names": "Vogel", "family_name": "Demo", "other_names": None, "birth_precision": "unknown", "sex": "female",
          "birth_date": None, "birth_year": None, "nationalities": [], "v_number": None, "other_number": None}  # fmt: skip
JOURNEY = {"booked_for": None, "departed_on": None, "arrived_on": None, "escort": "none"}
DONE = {"done_on": datetime.date(2026, 1, 2), "outcome": "reached"}


@pytest.mark.parametrize(
    ("verb", "do"),
    [
        (V.CASE_CHANGED, lambda c, r: case_actions.change(case=c.case, values={"working_name": "Mus"}, version=None, by=c.caseworker)),
        (V.VICTIM_CHANGED, lambda c, r: intake.change_victim(case=c.case, values=VICTIM, version=None, by=c.caseworker)),
        (V.NOTICE_RECORDED, lambda c, r: intake.record_notice(case=c.case, values=notice(), submission=None, by=c.caseworker)),
        (V.IDENTIFICATION_RECORDED, lambda c, r: intake.record_identification(
            case=c.case, values={"state": "signal", "decided_on": timezone.localdate()}, submission=None, by=c.caseworker)),
        (V.EXPLOITATION_RECORDED, lambda c, r: intake.record_exploitation(
            case=c.case, values={"forms": ["labour"]}, submission=None, by=c.caseworker)),
        (V.FILE_TYPE_CHANGED, lambda c, r: intake.change_file_type(
            case=c.case, file_type="registration_advice", from_on=timezone.localdate(), version=None, by=c.caseworker)),
        (V.REFLECTION_RECORDED, lambda c, r: residence.record_reflection(
            case=c.case, values=reflection(), submission=None, by=c.caseworker)),
        (V.PLACEMENT_ENDED, lambda c, r: shelter.end(
            placement=r["stay"], until_at=timezone.now(), departure_reason="own_home", by=c.caseworker)),
        (V.RESIDENCE_CHANGED, lambda c, r: residence.change_title(
            title=r["title"], values={"document_valid_until": timezone.localdate()}, version=None, why="x", by=c.caseworker)),
        (V.PROCEDURE_CHANGED, lambda c, r: residence.change_procedure(
            procedure=r["procedure"], values={"suspends": False}, version=None, by=c.caseworker)),
        (V.RESIDENCE_CHANGED, lambda c, r: residence.set_return_duty(case=c.case, return_duty=True, version=None, by=c.caseworker)),
        (V.CRIMINAL_EVENT_CHANGED, lambda c, r: criminal.change(
            event=r["event"], values={"kind": "cooperation"}, version=None, by=c.colleague)),
        (V.DOCUMENT_OPENED, lambda c, r: document.open_file(document=r["document"], by=c.colleague)),
        (V.DOCUMENT_WITHDRAWN, lambda c, r: document.withdraw(
            document=r["document"], reason="Verlopen", version=None, by=c.colleague)),
        (V.PLAN_CHANGED, lambda c, r: return_plan.change(
            plan=r["plan"], values={"city": "Lagos"}, travellers=[], version=None, by=c.colleague)),
        (V.PLAN_APPROVED, lambda c, r: return_plan.approve(plan=r["plan"], version=None, by=c.teamlead)),
        (V.RISK_CHANGED, lambda c, r: return_risk.change(risk=r["risk"], values={"impact": 4}, version=None, by=c.colleague)),
        (V.RISK_DECIDED, lambda c, r: return_risk.decide(
            risk=r["risk"], decision=RiskDecision.GO, reason="x", version=None, by=c.teamlead)),
        (V.JOURNEY_CHANGED, lambda c, r: journey.change(journey=c.case.journey_set.get(), values=JOURNEY, version=None, by=c.caseworker)),
        (V.FOLLOW_UP_RECORDED, lambda c, r: journey.record_follow_up(
            follow_up=r["follow_up"], values=DONE, version=None, by=c.caseworker)),
        (V.PERSON_CHANGED, lambda c, r: people.change_family_member(
            person=r["child"], values={"name": "Groter"}, version=None, by=c.caseworker)),
        (V.CONTACT_CHANGED, lambda c, r: people.change_contact(
            contact=r["contact"], values={"name": "Ander"}, version=None, by=c.caseworker)),
        (V.CONTACT_ENDED, lambda c, r: people.end_contact(contact=r["contact"], version=None, by=c.caseworker)),
        (V.CASE_RESTRICTED, lambda c, r: case_actions.restrict(case=c.case, restricted=True, version=None, by=c.teamlead)),
        (V.ASSIGNED, lambda c, r: case_actions.assign(case=c.case, user=c.colleague, by=c.teamlead)),
        (V.UNASSIGNED, lambda c, r: case_actions.unassign(assignment=r["assignment"], by=c.teamlead)),
        (V.PARTICIPATION_ENDED, lambda c, r: participation.end(participation=r["participation"], by=c.teamlead)),
        (V.CONSENT_CHANGED, lambda c, r: consent.change(
            consent=r["consent"], version=None, by=c.colleague,
            values={"ground": "consent", "given_on": timezone.localdate(), "written": False, "language": "Arabisch"})),
        (V.CONSENT_OVERRIDDEN, lambda c, r: consented(
            c.case, Purpose.PARTNER, c.partner, by=c.teamlead, ground="override", reason="x")),
        (V.TRANSFER_WITHDRAWN, lambda c, r: transfer.withdraw(transfer=r["transfer"], by=c.teamlead)),
        (V.TRANSFER_DECLINED, lambda c, r: transfer.decline(
            transfer=r["transfer"], reason="x", version=None, by=r["oever_lead"])),
        (V.STAGE_MOVED, lambda c, r: stage.move(case=c.case, to=Stage.RECOVERY, reason="", by=c.caseworker)),
        (V.STAGE_OVERRIDDEN, lambda c, r: stage.move(
            case=c.case, to=Stage.SETTLING, reason="Woning gevonden", past=["basis"], by=c.teamlead)),
    ],
)  # fmt: skip
def test_a_verb_leaves_one_row_in_the_audit(verb, do, cast):
    before = AuditEvent.objects.count()
    do(cast, cast.rows)
    assert AuditEvent.objects.count() == before + 1 + (verb is V.CASE_RESTRICTED)  # restricting assigns as well
    assert AuditEvent.objects.filter(case_id=cast.case.pk).latest("at").verb == verb


def test_the_audit_names_the_organisation_through_which_somebody_acted(cast):
    event = AuditEvent.objects.filter(case_id=cast.case.pk, verb=V.NOTE_WRITTEN).get()
    assert (event.actor_name, event.organisation_name, event.case_reference, event.room) == (
        "Caseworker", "Kade", cast.case.reference, "notes",
    )  # fmt: skip


def test_a_verb_that_is_refused_after_writing_leaves_nothing(cast):
    @action
    def write_then_refuse(*, by):
        conversation.write_note(case=cast.case, text="x", areas=[], submission=None, by=by)
        raise Refused("no")

    before = (Note.objects.count(), AuditEvent.objects.count())
    with pytest.raises(Refused):
        write_then_refuse(by=cast.caseworker)
    assert (Note.objects.count(), AuditEvent.objects.count()) == before


def test_an_action_takes_keywords_only_and_a_person():
    with pytest.raises(TypeError):
        action(lambda case, by: None)
    with pytest.raises(TypeError):
        action(lambda *, case: None)


@pytest.mark.parametrize("who", ["outsider", "former", "directory", "privacy", "coordinator", "care_coordinator"])
def test_a_verb_asks_again_whether_the_person_may(who, cast):
    with pytest.raises(Refused):
        conversation.write_note(case=cast.case, text="x", areas=[], submission=None, by=cast[who])


def test_the_same_submission_makes_one_row(cast):
    key = uuid.uuid4()
    values = {"kind": "gp", "name": "Huisarts"}
    first = people.add_contact(case=cast.case, values=values, submission=key, by=cast.caseworker)
    second = people.add_contact(case=cast.case, values=values, submission=key, by=cast.caseworker)
    assert first.pk == second.pk
    assert CaseContact.objects.filter(kind="gp").count() == 1
    assert verbs(cast.case).count(V.CONTACT_ADDED) == 2  # the lawyer's and this one


def test_a_submission_key_of_another_case_is_refused(cast):
    key = uuid.uuid4()
    people.add_contact(case=cast.case, values={"kind": "gp", "name": "x"}, submission=key, by=cast.caseworker)
    own = new_case(cast.caseworker)
    with pytest.raises(Refused):
        people.add_contact(case=own, values={"kind": "gp", "name": "x"}, submission=key, by=cast.caseworker)


def test_a_case_opened_twice_by_one_form_is_one_case(cast):
    key = uuid.uuid4()
    answers = {"working_name": "Mees", "age_group": "adult", "danger_now": False, "bed_needed": False, "notifier": ""}
    made = {case_actions.create(**answers, submission=key, by=cast.caseworker).pk for _ in range(2)}
    assert len(made) == 1


@pytest.mark.django_db(transaction=True)
def test_a_case_opened_by_one_form_at_the_same_moment_is_one_case():
    from organisations import sealing
    from tests.cast import assemble

    with sealing.fresh_keys():
        cast = assemble()
    answers = {
        "working_name": "Mees",
        "age_group": "adult",
        "danger_now": False,
        "bed_needed": True,
        "notifier": "police",
    }
    key, before, made = uuid.uuid4(), Case.objects.count(), []
    start = threading.Barrier(6)

    def ask():
        try:
            with sealing.fresh_keys():
                start.wait()
                made.append(case_actions.create(**answers, submission=key, by=cast.caseworker).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    _ = [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert (len(made), len(set(made)), Case.objects.count()) == (6, 1, before + 1)
    assert AuditEvent.objects.filter(case_id=made[0], verb=V.CASE_CREATED).count() == 1


def test_a_reference_that_is_somebody_elses_is_drawn_again(cast, monkeypatch):
    drawn = iter([cast.case.reference, "2222222"])
    monkeypatch.setattr(case_actions, "new_reference", lambda: next(drawn))
    assert new_case(cast.caseworker).reference == "2222222"
    # twice in a row is a fault, and leaves nothing
    monkeypatch.setattr(case_actions, "new_reference", lambda: cast.case.reference)
    before = Victim.objects.count()
    with pytest.raises(IntegrityError):
        new_case(cast.caseworker)
    assert Victim.objects.count() == before


def test_the_second_writer_is_told(cast):
    contact = cast.rows["contact"]
    seen = contact.version
    people.change_contact(contact=contact, values={"name": "Eerste"}, version=seen, by=cast.caseworker)
    with pytest.raises(Stale):
        people.change_contact(contact=contact, values={"name": "Tweede"}, version=seen, by=cast.colleague)
    assert CaseContact.objects.get(pk=contact.pk).name == "Eerste"


# --- the second person --------------------------------------------------------------------------------------


def test_nobody_approves_a_plan_they_wrote(cast):
    plan = return_plan.change(
        plan=cast.rows["plan"], values={"city": "Lagos"}, travellers=[], version=None, by=cast.teamlead
    )
    with pytest.raises(Refused):
        return_plan.approve(plan=plan, version=None, by=cast.teamlead)


def test_nobody_decides_a_risk_they_wrote(cast):
    risk = return_risk.change(risk=cast.rows["risk"], values={"impact": 5}, version=None, by=cast.teamlead)
    with pytest.raises(Refused):
        return_risk.decide(risk=risk, decision=RiskDecision.GO, reason="x", version=None, by=cast.teamlead)


@pytest.mark.parametrize("table", ["plan", "risk"])
def test_the_database_refuses_a_decision_by_an_author_too(table, cast):
    row = cast.rows[table]
    by = {"plan": {"approved_at": timezone.now(), "approved_by": cast.caseworker},
          "risk": {"decided_at": timezone.now(), "decided_by": cast.caseworker, "decision": "go"}}[table]  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**by)


def test_editing_an_approved_plan_makes_a_version_without_approval_and_with_all_authors(cast):
    plan = cast.rows["plan"]
    return_plan.approve(plan=plan, version=None, by=cast.teamlead)
    changed = return_plan.change(plan=plan, values={"city": "Abuja"}, travellers=[], version=None, by=cast.colleague)
    assert (changed.number, changed.approved_at) == (2, None)
    assert set(changed.author_ids) == {cast.caseworker.pk, cast.colleague.pk}
    plan.refresh_from_db()
    assert (plan.number, plan.city, plan.approved_by) == (1, None, cast.teamlead)


def test_a_page_that_shows_the_version_before_is_stale(cast):
    plan = cast.rows["plan"]
    seen = plan.version
    approved = return_plan.approve(plan=plan, version=seen, by=cast.teamlead)
    newer = return_plan.change(plan=plan, values={}, travellers=[], version=approved.version, by=cast.colleague)
    with pytest.raises(Stale):
        return_plan.change(plan=newer, values={}, travellers=[], version=seen, by=cast.caseworker)


# --- stages -------------------------------------------------------------------------------------------------


def test_a_blocked_move_is_refused_with_its_sentence_and_moves_nothing(cast):
    with pytest.raises(Refused) as refusal:
        stage.move(case=cast.case, to=Stage.DEPARTURE, reason="", by=cast.caseworker)
    assert str(refusal.value) == "Have the return plan approved by a second person."
    assert Case.objects.get(pk=cast.case.pk).stage == Stage.INTAKE


def test_only_a_team_lead_overrides_and_only_with_a_reason(cast):
    with pytest.raises(Refused):
        stage.move(case=cast.case, to=Stage.SETTLING, reason="x", past=["basis"], by=cast.caseworker)
    with pytest.raises(Refused):
        stage.move(case=cast.case, to=Stage.SETTLING, reason=" ", past=["basis"], by=cast.teamlead)
    stage.move(case=cast.case, to=Stage.SETTLING, reason="Woning", past=["basis"], by=cast.teamlead)
    step = StageMove.objects.filter(case=cast.case).latest("at")
    assert (step.from_stage, step.to_stage, step.overridden, step.reason) == ("intake", "settling", True, "Woning")


def test_a_departure_that_happened_is_always_recordable(cast):
    own = new_case(cast.caseworker)
    today = timezone.localdate()
    journey.record(case=own, values={**JOURNEY, "departed_on": today}, submission=None, by=cast.caseworker)
    assert stage.move(case=own, to=Stage.REINTEGRATION, reason="", by=cast.caseworker).stage == Stage.REINTEGRATION


def test_closing_needs_its_reason(cast):
    with pytest.raises(Refused):
        stage.move(case=cast.case, to=Stage.CLOSED, reason="", by=cast.caseworker)
    closed = stage.move(
        case=cast.case, to=Stage.CLOSED, reason="", closing_reason="settled", lapse_reason="x", by=cast.caseworker
    )
    assert closed.closing_reason == "settled"


def test_a_move_from_a_stage_that_is_no_longer_so_is_stale(cast):
    stage.move(case=cast.case, to=Stage.RECOVERY, reason="", from_stage="intake", by=cast.caseworker)
    with pytest.raises(Stale):
        stage.move(
            case=cast.case, to=Stage.CLOSED, reason="", closing_reason="other", from_stage="intake", by=cast.colleague
        )


# --- registration -------------------------------------------------------------------------------------------


def registered(cast, case) -> bool:
    return Participation.objects.now().filter(case=case, organisation=cast.comensha, part=Part.REGISTRATION).exists()


def decide(cast, case, **values):
    row = case.notice_set.get()
    return intake.change_notice(
        notice=row, values=notice(notifier=row.notifier, **values), version=None, by=cast.caseworker
    )


def test_a_refusal_lets_the_register_in_never_and_consent_at_once(cast):
    today = timezone.localdate()
    case = new_case(cast.caseworker, notifier="shelter")
    assert not registered(cast, case)
    decide(cast, case, decision="refused", decided_on=today)
    assert not registered(cast, case)
    decide(cast, case, decision="consent", decided_on=today)
    assert registered(cast, case)
    decide(cast, case, decision="consent", decided_on=today, withdrawn_on=today)
    assert not registered(cast, case)


def test_a_file_for_support_only_becomes_a_registration_with_its_first_registered_notice(cast):
    today = timezone.localdate()
    case = new_case(cast.caseworker, notifier="")
    assert (case.file_type, registered(cast, case)) == ("support_only", False)
    intake.record_notice(
        case=case, values=notice(decision="consent", decided_on=today), submission=None, by=cast.caseworker
    )
    case.refresh_from_db()
    assert (case.file_type, registered(cast, case)) == ("registration", True)
    intake.change_file_type(case=case, file_type="support_only", from_on=today, version=None, by=cast.caseworker)
    assert not registered(cast, case)
    # correcting something else of that notice does not bring the registration back
    decide(cast, case, decision="consent", decided_on=today, region="limburg")
    assert not registered(cast, case)
    intake.change_file_type(case=case, file_type="registration", from_on=today, version=None, by=cast.caseworker)
    assert registered(cast, case)


def test_a_file_for_support_only_ends_the_part_of_the_register_undecided_or_not(cast):
    case = new_case(cast.coordinator)
    takes_part(case, cast.kade, Part.LEAD)
    assert registered(cast, case)
    intake.change_file_type(
        case=case, file_type="support_only", from_on=timezone.localdate(), version=None, by=cast.caseworker
    )
    assert not registered(cast, case)


@pytest.mark.parametrize(("who", "file_type"), [("caseworker", "support_only"), ("coordinator", "registration")])
def test_without_a_notice_a_file_is_for_support_only_unless_the_register_opens_it(who, file_type, cast):
    assert new_case(cast[who], notifier="", bed_needed=True).file_type == (
        file_type if who == "caseworker" else "registration_shelter"
    )


def test_a_shelter_cannot_register_on_legal_ground(cast):
    case = new_case(cast.caseworker, notifier="shelter")
    with pytest.raises(Refused):
        decide(cast, case, decision="ground", decided_on=timezone.localdate())


# --- beds ---------------------------------------------------------------------------------------------------


def stay(cast, case, place, **values):
    given = {"from_at": timezone.now(), "expected_until": None, "submission": None, "by": cast.caseworker}
    return shelter.place(case=case, place=place, **{**given, **values})


def test_a_place_is_not_given_twice_and_nobody_sleeps_in_two(cast):
    first, second = Place.objects.order_by("name")[:2]
    case = new_case(cast.caseworker)
    with pytest.raises(Refused) as refusal:
        stay(cast, case, first)
    assert str(refusal.value) == "Somebody else has this place in that time. Choose another place."
    stay(cast, case, second)
    with pytest.raises(Refused) as refusal:
        stay(cast, case, Place.objects.order_by("name")[2])
    assert str(refusal.value) == "This person has another stay in that time. End that stay first, or move them."


def test_the_place_is_free_from_the_moment_the_stay_ends(cast):
    case = new_case(cast.caseworker)
    place = cast.rows["stay"].place
    shelter.end(placement=cast.rows["stay"], until_at=timezone.now(), departure_reason="own_home", by=cast.caseworker)
    assert stay(cast, case, place).place == place


def test_a_place_of_an_organisation_that_takes_no_part_is_refused(cast):
    case = new_case(cast.outsider)
    with pytest.raises(Refused):
        shelter.place(
            case=case,
            place=Place.objects.first(),
            from_at=timezone.now(),
            expected_until=None,
            submission=None,
            by=cast.outsider,
        )


@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once_to_eight_at_the_same_moment():
    from organisations import sealing
    from tests.cast import assemble

    with sealing.fresh_keys():
        cast = assemble()
        place = Place.objects.order_by("name").last()
        waiting = [new_case(cast.caseworker, working_name=f"Wacht {number}") for number in range(8)]
        # no key may be made inside the race
        _ = [case.working_name for case in waiting]
    answers = []
    start = threading.Barrier(8)

    def ask(case):
        try:
            with sealing.fresh_keys():
                start.wait()
                stay(cast, case, place)
            answers.append("yes")
        except Refused:
            answers.append("no")
        finally:
            connection.close()

    threads = [threading.Thread(target=ask, args=[case]) for case in waiting]
    _ = [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert sorted(answers) == ["no"] * 7 + ["yes"]
    assert Placement.objects.filter(place=place).count() == 1


# --- other things the rooms keep ----------------------------------------------------------------------------


def test_titles_exclude_each_other_and_a_new_one_ends_the_running_one(cast):
    today = timezone.localdate()
    running = cast.rows["title"]
    new = residence.record_title(
        case=cast.case, submission=None, by=cast.caseworker,
        values={"title": "permit_a", "from_on": today + DAY, "until_on": None, "document_valid_until": None},
    )  # fmt: skip
    running.refresh_from_db()
    assert (running.until_on, new.until_on) == (today + DAY, None)
    with pytest.raises(Refused):
        residence.change_title(title=running, values={"until_on": today + 5 * DAY}, version=None, by=cast.caseworker)


def test_a_note_about_the_future_is_a_conversation_too(cast):
    before = Conversation.objects.count()
    key = uuid.uuid4()
    for _ in range(2):
        conversation.write_note(case=cast.case, text="Wil terug", areas=["future"], submission=key, by=cast.caseworker)
    assert Conversation.objects.count() == before + 1


def test_a_safety_assessment_sets_and_lifts_the_mark_of_danger(cast):
    values = {
        "assessed_on": timezone.localdate(),
        "danger": "acute",
        "threats": None,
        "measures": None,
        "unsafe_regions": [],
    }
    safety.assess(case=cast.case, values=values, submission=None, by=cast.caseworker)
    assert Case.objects.get(pk=cast.case.pk).danger_now is True
    safety.assess(case=cast.case, values={**values, "danger": "none"}, submission=None, by=cast.caseworker)
    assert Case.objects.get(pk=cast.case.pk).danger_now is False


def test_the_first_answers_do_not_wipe_out_an_acute_danger(cast):
    answers = {"working_name": "Mus", "age_group": "adult", "danger_now": False, "bed_needed": False}
    values = {"assessed_on": timezone.localdate(), "threats": None, "measures": None, "unsafe_regions": []}
    safety.assess(case=cast.case, values={**values, "danger": "acute"}, submission=None, by=cast.caseworker)
    with pytest.raises(Refused, match="acute danger"):
        case_actions.change(case=cast.case, values=answers, version=None, by=cast.colleague)
    assert Case.objects.get(pk=cast.case.pk).danger_now is True
    case_actions.change(case=cast.case, values={**answers, "danger_now": True}, version=None, by=cast.colleague)
    safety.assess(case=cast.case, values={**values, "danger": "possible"}, submission=None, by=cast.caseworker)
    case_actions.change(case=cast.case, values={**answers, "danger_now": True}, version=None, by=cast.colleague)
    case_actions.change(case=cast.case, values=answers, version=None, by=cast.colleague)
    assert Case.objects.get(pk=cast.case.pk).danger_now is False


def test_a_restricted_case_keeps_somebody(cast):
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    both = list(cast.case.assignment_set.all())
    case_actions.unassign(assignment=next(a for a in both if a.user == cast.caseworker), by=cast.teamlead)
    with pytest.raises(Refused):
        case_actions.unassign(assignment=next(a for a in both if a.user == cast.teamlead), by=cast.teamlead)


def test_only_people_whose_organisation_takes_part_are_assigned(cast):
    with pytest.raises(Refused):
        case_actions.assign(case=cast.case, user=cast.outsider, by=cast.teamlead)
    with pytest.raises(Refused):
        case_actions.assign(case=cast.case, user=cast.privacy, by=cast.teamlead)


def test_who_begins_a_case_decides_its_first_part_and_stage(cast):
    def begun(who):
        case = new_case(cast[who])
        return case.stage, case.participation_set.get(organisation__memberships__user=cast[who]).part

    assert {who: begun(who) for who in ("caseworker", "care_coordinator", "coordinator")} == {
        "caseworker": ("intake", "lead"), "care_coordinator": ("intake", "coordination"), "coordinator": ("registered", "registration"),
    }  # fmt: skip
    with pytest.raises(Refused):
        new_case(cast.directory)


def test_one_lead_organisation_at_a_time(cast):
    with pytest.raises(Refused):
        case_actions.begin_participation(case=cast.case, organisation=cast.oever, part=Part.LEAD, by=cast.caseworker)
    assert cases_base.acting_for(cast.case, by=cast.caseworker) == cast.kade
