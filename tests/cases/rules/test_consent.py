"""Who consents, to what, on which ground: told again by hand."""

import datetime

import pytest

from cases.rules.consent import Ground, Purpose, givers, objection

BIRTH = datetime.date(2008, 2, 29)
BOTH = {"consent", "guardian"}


@pytest.mark.parametrize(
    ("birth", "year", "minor", "on", "expected"),
    [
        # the guardian to the last day before the sixteenth birthday
        (datetime.date(2010, 5, 12), None, True, datetime.date(2026, 5, 11), {"guardian"}),
        (datetime.date(2010, 5, 12), None, True, datetime.date(2026, 5, 12), {"consent"}),
        (BIRTH, None, True, datetime.date(2024, 2, 28), {"guardian"}),
        (BIRTH, None, True, datetime.date(2024, 2, 29), {"consent"}),
        # an adult, and somebody of whom only the first answer is known
        (datetime.date(1990, 1, 1), None, False, datetime.date(2026, 1, 1), {"consent"}),
        (None, None, False, datetime.date(2026, 1, 1), {"consent"}),
        (None, None, True, datetime.date(2026, 1, 1), BOTH),
        # only the year is known: below 16 all that year, 16 at some time in it, older
        (None, 2018, False, datetime.date(2026, 12, 31), {"guardian"}),
        (None, 2010, True, datetime.date(2026, 6, 1), BOTH),
        (None, 2009, True, datetime.date(2026, 1, 1), {"consent"}),
    ],
)
def test_who_can_consent(birth, year, minor, on, expected):
    assert givers(birth, year, minor=minor, on=on) == expected


@pytest.mark.parametrize(
    ("purpose", "ground", "written", "birth", "counts"),
    [
        ("registration", "consent", True, None, True),
        ("registration", "consent", False, None, False),
        ("registration", "override", True, None, False),
        ("registration", "guardian", True, datetime.date(2015, 1, 1), True),
        ("registration", "consent", True, datetime.date(2015, 1, 1), False),
        ("sharing", "consent", False, None, True),
        ("sharing", "override", False, None, True),
        ("sharing", "override", False, datetime.date(2015, 1, 1), True),
        ("transfer", "override", False, None, True),
        ("transfer", "guardian", False, None, False),
        ("partner", "override", False, None, True),
        ("partner", "guardian", False, datetime.date(1990, 1, 1), False),
    ],
)
def test_what_counts(purpose, ground, written, birth, counts):
    said = objection(
        Purpose(purpose), Ground(ground), written=written, birth=birth, minor=False, on=datetime.date(2026, 1, 1)
    )
    assert (said is None) == counts
