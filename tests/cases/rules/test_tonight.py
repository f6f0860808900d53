"""Which night it is."""

import datetime
import zoneinfo

import pytest

from cases.rules.tonight import beginning, night_of

HERE = zoneinfo.ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("moment", "night"),
    [
        ("2026-03-04 23:00", "2026-03-04"),
        ("2026-03-05 00:00", "2026-03-04"),
        ("2026-03-05 03:30", "2026-03-04"),
        ("2026-03-05 11:59", "2026-03-04"),
        ("2026-03-05 12:00", "2026-03-05"),
        # the clocks go forward and back
        ("2026-03-29 03:30", "2026-03-28"),
        ("2026-10-25 02:30", "2026-10-24"),
        ("2027-01-01 02:00", "2026-12-31"),
    ],
)
def test_until_noon_it_is_the_night_of_the_day_before(moment, night):
    at = datetime.datetime.fromisoformat(moment).replace(tzinfo=HERE)
    assert night_of(at).isoformat() == night
    assert night_of(at.astimezone(datetime.UTC)).isoformat() == night


def test_a_night_tells_of_its_whole_day():
    assert beginning(datetime.date(2026, 3, 4)) == datetime.datetime(2026, 3, 4, tzinfo=HERE)
