"""Periods, references and registration, by hand."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cases.rules import references
from cases.rules.follow_up import suggested_days
from cases.rules.periods import add_months, turns
from cases.rules.registration import ground_refused

D = datetime.date


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (D(2015, 11, 30), 3, D(2016, 2, 29)),
        (D(2014, 11, 30), 3, D(2015, 2, 28)),
        (D(2026, 1, 31), 1, D(2026, 2, 28)),
        (D(2026, 8, 15), 3, D(2026, 11, 15)),
        (D(2026, 12, 31), 12, D(2027, 12, 31)),
    ],
)
def test_months_end_on_the_same_day_or_the_last_of_a_shorter_month(day, months, expected):
    assert add_months(day, months) == expected


def test_a_birthday_on_29_february_falls_on_1_march():
    assert turns(D(2008, 2, 29), 18) == D(2026, 3, 1)
    assert turns(D(2008, 2, 28), 18) == D(2026, 2, 28)


def test_follow_up_is_suggested_after_1_3_6_and_12_months():
    assert suggested_days(D(2026, 8, 31)) == [D(2026, 9, 30), D(2026, 11, 30), D(2027, 2, 28), D(2027, 8, 31)]


@pytest.mark.parametrize(
    ("notifier", "decision", "refused"),
    [
        ("police", "ground", False), ("kmar", "ground", False), ("nla", "ground", False),
        ("shelter", "ground", True), ("self", "ground", True), ("fairwork", "ground", True),
        ("shelter", "consent", False), ("shelter", "refused", False), ("shelter", "", False),
    ],
)  # fmt: skip
def test_only_bodies_with_a_duty_to_notify_register_without_consent(notifier, decision, refused):
    assert (ground_refused(notifier, decision) is not None) == refused


untimed = settings(deadline=None)  # how long it takes tells how busy the machine is
references_made = st.builds(references.new_reference)


@untimed
@given(references_made, st.integers(0, 6), st.sampled_from(references.ALPHABET))
def test_one_wrong_character_is_caught(reference, place, other):
    wrong = reference[:place] + other + reference[place + 1 :]
    assert references.tidy(wrong) == (reference if wrong == reference else None)


@untimed
@given(references_made, st.integers(0, 5))
def test_two_swapped_neighbours_are_caught(reference, place):
    swapped = reference[:place] + reference[place + 1] + reference[place] + reference[place + 2 :]
    assert references.tidy(swapped) == (reference if swapped == reference else None)


@untimed
@given(references_made)
def test_a_reference_may_be_typed_with_spaces_and_in_small_letters(reference):
    assert references.tidy(f" {reference[:3].lower()} {reference[3:]}-") == reference
