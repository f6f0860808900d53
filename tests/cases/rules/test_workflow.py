"""The stage table, told a second time."""

import dataclasses
import datetime

import pytest

from cases.rules.workflow import Facts, Stage, blockers, warnings

NOTHING = Facts()
EVERYTHING = Facts(
    **{f.name: True for f in dataclasses.fields(Facts)}
    | {"risk_not_now": False, "minor": False, "minor_travels": False, "has_place": False, "place_asked": False}
    | {"open_tasks": 0}
    | {"unsafe_since": None}
)


def codes(stage, facts=NOTHING, **change):
    return [b.code for b in blockers(stage, dataclasses.replace(facts, **change))]


def test_what_each_stage_waits_for_when_nothing_is_known():
    assert {stage: codes(stage) for stage in Stage} == {
        Stage.REGISTERED: [],
        Stage.INTAKE: [],
        Stage.RECOVERY: ["registration", "safety", "residence"],
        Stage.PROCEDURE: ["reflection"],
        Stage.SETTLING: ["basis"],
        Stage.RETURN_PREPARATION: ["conversation", "orientation"],
        # no partner is named, nobody is a minor: nothing is asked of them
        Stage.DEPARTURE: ["plan", "risk"],
        Stage.REINTEGRATION: ["departure"],
        Stage.CLOSED: [],
    }


def test_nothing_is_in_the_way_when_everything_is_recorded():
    assert {stage: codes(stage, EVERYTHING) for stage in Stage} == {stage: [] for stage in Stage}


@pytest.mark.parametrize(
    ("stage", "missing", "code"),
    [
        (Stage.RECOVERY, "registration_decided", "registration"),
        (Stage.RECOVERY, "safety_assessed", "safety"),
        (Stage.RECOVERY, "residence_recorded", "residence"),
        (Stage.PROCEDURE, "reflection_settled", "reflection"),
        (Stage.SETTLING, "basis_for_stay", "basis"),
        (Stage.RETURN_PREPARATION, "conversation_held_or_declined", "conversation"),
        (Stage.DEPARTURE, "plan_approved", "plan"),
        (Stage.DEPARTURE, "risk_decided", "risk"),
        (Stage.DEPARTURE, "partner_consent", "consent"),
        (Stage.REINTEGRATION, "departed", "departure"),
    ],
)
def test_one_missing_fact_blocks(stage, missing, code):
    assert codes(stage, EVERYTHING, **{missing: False}) == [code]


def test_a_wish_or_a_duty_to_return_lets_the_preparation_begin():
    assert codes(Stage.RETURN_PREPARATION, EVERYTHING, orientation_recorded=False) == []
    assert codes(Stage.RETURN_PREPARATION, EVERYTHING, return_duty=False) == []
    assert codes(Stage.RETURN_PREPARATION, EVERYTHING, orientation_recorded=False, return_duty=False) == ["orientation"]


@pytest.mark.parametrize("who", ["minor", "minor_travels"])
def test_a_minor_needs_a_guardian_and_a_good_reception(who):
    facts = {who: True, "guardian_agrees": False, "reception_verified": False}
    assert codes(Stage.DEPARTURE, EVERYTHING, **facts) == ["guardian", "reception"]
    assert codes(Stage.DEPARTURE, EVERYTHING, **{who: True}) == []


@pytest.mark.parametrize("who", ["minor", "minor_travels"])
def test_not_now_stops_a_minor(who):
    assert codes(Stage.DEPARTURE, EVERYTHING, risk_not_now=True, **{who: True}) == ["risk_minor"]


def test_not_now_warns_an_adult_and_never_forbids():
    facts = dataclasses.replace(EVERYTHING, risk_not_now=True)
    assert blockers(Stage.DEPARTURE, facts) == []
    assert len(warnings(Stage.DEPARTURE, facts)) == 1
    assert warnings(Stage.DEPARTURE, EVERYTHING) == []


def test_open_tasks_are_finished_or_lapse_before_a_case_closes():
    assert codes(Stage.CLOSED, EVERYTHING, open_tasks=2) == ["tasks"]
    assert blockers(Stage.CLOSED, dataclasses.replace(EVERYTHING, open_tasks=2).without_tasks()) == []


@pytest.mark.parametrize("stage", Stage)
def test_a_place_still_taken_is_said_when_the_person_is_gone(stage):
    said = warnings(stage, dataclasses.replace(EVERYTHING, has_place=True))
    assert len(said) == (stage in {"reintegration", "closed"})


def test_a_place_still_asked_is_said_before_a_case_closes():
    asked = dataclasses.replace(EVERYTHING, place_asked=True)
    assert [len(warnings(stage, asked)) for stage in (Stage.REINTEGRATION, Stage.CLOSED)] == [0, 1]


def test_an_unsafe_answer_is_said_before_a_case_closes():
    unsafe = dataclasses.replace(EVERYTHING, unsafe_since=datetime.date(2026, 5, 12))
    assert [len(warnings(stage, unsafe)) for stage in (Stage.REINTEGRATION, Stage.CLOSED)] == [0, 1]


def test_a_reflection_period_that_runs_is_no_omission():
    """The next stage waits for its end either way, and says which of the two it is."""
    today = datetime.date(2026, 3, 1)
    said = [
        [str(b.sentence) for b in blockers(Stage.PROCEDURE, dataclasses.replace(NOTHING, reflection_until=until))]
        for until in (None, today)
    ]
    assert said == [
        ["Record how the reflection period ended, was declined, or why it does not apply."],
        ["The reflection period still runs, as recorded. When it has ended, record how."],
    ]
