"""The stage table, told a second time."""

import dataclasses

import pytest

from cases.rules.workflow import Facts, Stage, blockers, warnings

NOTHING = Facts()
EVERYTHING = Facts(
    **{f.name: True for f in dataclasses.fields(Facts)}
    | {"risk_not_now": False, "minor": False, "minor_travels": False}
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
