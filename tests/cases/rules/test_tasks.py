"""What a case asks by a day, told a second time."""

import dataclasses
import datetime
import uuid

import pytest

from cases.rules.tasks import Urgency, derived, urgency
from cases.rules.workflow import Facts, Stage

DAY = datetime.date(2026, 5, 12)
PLAN, RISK, FIRST, SECOND = (uuid.UUID(int=number) for number in range(4))
QUIET = Facts(safety_assessed=True, registration_decided=True, opened_on=DAY, stage_since=DAY, notified_on=DAY)


def asked(stage: Stage, **facts) -> list[tuple]:
    return [
        (d.cause.value, d.due_on.isoformat(), d.subject) for d in derived(stage, dataclasses.replace(QUIET, **facts))
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({}, []),
        ({"registration_decided": False}, [("registration", "2026-05-15", None)]),
        ({"registration_decided": False, "notified_on": None}, []),
        ({"safety_assessed": False}, [("safety", "2026-05-13", None)]),
        ({"reflection_until": datetime.date(2026, 8, 12)}, [("reflection", "2026-08-12", None)]),
        ({"plan_waiting": (PLAN, DAY)}, [("plan", "2026-05-15", PLAN)]),
        ({"risk_waiting": (RISK, DAY)}, [("risk", "2026-05-15", RISK)]),
        ({"unsafe_since": DAY}, [("unsafe", "2026-05-12", None)]),
        ({"reflection_ended_on": DAY}, [("after_reflection", "2026-05-19", None)]),
        ({"permit_until": datetime.date(2027, 3, 1)}, [("permit", "2027-03-01", None)]),
        ({"documents": ((FIRST, DAY),)}, [("document", "2026-05-12", FIRST)]),
        ({"documents": ((FIRST, DAY),), "permit_until": DAY}, [("permit", "2026-05-12", None)]),
        ({"departure_until": datetime.date(2026, 6, 9)}, [("departure_term", "2026-06-09", None)]),
        ({"dublin_report_until": datetime.date(2026, 6, 9)}, [("dublin_report", "2026-06-09", None)]),
        ({"turns_18_on": datetime.date(2026, 6, 1)}, [("majority", "2026-06-01", None)]),
        (
            {"follow_ups": ((FIRST, DAY), (SECOND, datetime.date(2026, 6, 12)))},
            [("follow_up", "2026-05-12", FIRST), ("follow_up", "2026-06-12", SECOND)],
        ),
    ],
)
def test_what_the_facts_ask_in_intake(facts, expected):
    assert asked(Stage.INTAKE, **facts) == expected


@pytest.mark.parametrize("stage", Stage)
def test_what_follows_the_reflection_period_is_asked_until_a_later_stage_says_it(stage):
    found = [one for one in asked(stage, reflection_ended_on=DAY) if one[0] == "after_reflection"]
    assert found == ([("after_reflection", "2026-05-19", None)] if stage in {"intake", "recovery"} else [])


@pytest.mark.parametrize("stage", Stage)
def test_the_future_is_talked_about_every_thirty_days_in_these_stages(stage):
    talking = {"recovery", "procedure", "return_preparation"}
    assert asked(stage) == ([("conversation", "2026-06-11", None)] if stage in talking else [])


def test_a_conversation_starts_the_thirty_days_anew_and_an_older_one_does_not():
    assert asked(Stage.RECOVERY, talked_on=datetime.date(2026, 5, 20)) == [("conversation", "2026-06-19", None)]
    assert asked(Stage.RECOVERY, talked_on=datetime.date(2026, 5, 2)) == [("conversation", "2026-06-11", None)]


@pytest.mark.parametrize("stage", [Stage.REGISTERED, Stage.CLOSED])
def test_nothing_is_asked_of_a_registered_or_closed_case(stage):
    everything = {
        "registration_decided": False, "safety_assessed": False, "reflection_until": DAY, "plan_waiting": (PLAN, DAY),
        "follow_ups": ((FIRST, DAY),), "unsafe_since": DAY,
    }  # fmt: skip
    assert len(asked(Stage.INTAKE, **everything)) == 6
    assert asked(stage, **everything) == []


@pytest.mark.parametrize(
    ("cause", "days", "expected"),
    [
        ("manual", -1, Urgency.OVERDUE),
        ("manual", 0, Urgency.TODAY),
        ("manual", 7, Urgency.SOON),
        ("manual", 8, Urgency.LATER),
        ("reflection", 21, Urgency.SOON),
        ("reflection", 22, Urgency.LATER),
    ],
)
def test_how_pressing_a_day_is(cause, days, expected):
    assert urgency(cause, DAY + datetime.timedelta(days=days), DAY) == expected
