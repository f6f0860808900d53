"""Terms of procedures and what pauses the term of departure, worked out by hand."""

import datetime

import pytest
from django.utils import timezone

from cases.rules.procedures import Pause, moved, term_of


def d(text: str) -> datetime.date:
    day, month, year = map(int, text.split("-"))
    return datetime.date(year, month, day)


def pauses(*spans: tuple[str, str]) -> list[Pause]:
    return [Pause(d(begin), d(end) if end else None) for begin, end in spans]


@pytest.mark.parametrize(
    ("spans", "today", "ends", "days"),
    [
        # four weeks from 1 March 2024: 29 March
        ([], "10-3-2024", "29-3-2024", 0),
        # ten days of objection
        ([("5-3-2024", "15-3-2024")], "20-3-2024", "8-4-2024", 10),
        # begun before the decision: only the days after it count
        ([("20-2-2024", "5-3-2024")], "20-3-2024", "2-4-2024", 4),
        # before it altogether, and after it has ended
        ([("1-2-2024", "1-3-2024")], "20-3-2024", "29-3-2024", 0),
        ([("29-3-2024", "10-4-2024")], "20-4-2024", "29-3-2024", 0),
        ([("28-3-2024", "10-4-2024")], "20-4-2024", "11-4-2024", 13),
        # an appeal within the time of the objection, one that touches it, one apart
        ([("5-3-2024", "15-3-2024"), ("10-3-2024", "12-3-2024")], "20-3-2024", "8-4-2024", 10),
        ([("5-3-2024", "15-3-2024"), ("15-3-2024", "20-3-2024")], "25-3-2024", "13-4-2024", 15),
        ([("5-3-2024", "10-3-2024"), ("20-3-2024", "25-3-2024")], "28-3-2024", "8-4-2024", 10),
        # the second falls into the term only because the first has moved its end
        ([("5-3-2024", "15-3-2024"), ("1-4-2024", "6-4-2024")], "7-4-2024", "13-4-2024", 15),
        # over the night in which summer time begins
        ([("25-3-2024", "1-4-2024")], "2-4-2024", "5-4-2024", 7),
        # it goes on: no end until it is decided
        ([("5-3-2024", "")], "15-3-2024", None, 10),
        ([("5-3-2024", "10-3-2024"), ("8-3-2024", "")], "15-3-2024", None, 10),
        ([("15-3-2024", "")], "15-3-2024", None, 0),
        # begun after the term had ended already
        ([("29-3-2024", "")], "5-4-2024", "29-3-2024", 0),
    ],
)
def test_a_pause_moves_the_end_by_its_days(spans, today, ends, days):
    assert moved(d("1-3-2024"), d("29-3-2024"), pauses(*spans), d(today)) == (d(ends) if ends else None, days)


def test_the_terms_of_procedures():
    today = d("1-6-2024")
    departure = term_of("return_decision", d("1-3-2024"), pauses=pauses(("5-3-2024", "15-3-2024")), today=today)
    assert (departure.ends, departure.paused) == (d("8-4-2024"), 10)
    sent = timezone.make_aware(datetime.datetime(2026, 3, 28, 12))
    m55 = term_of("m55", d("28-3-2026"), begun_at=sent, today=today)
    assert timezone.localtime(m55.moment).isoformat() == "2026-03-29T13:00:00+02:00"
    assert term_of("m55", d("28-3-2026"), today=today).ends == d("29-3-2026")
    # a pause moves the term of departure alone
    assert term_of("m55", d("28-3-2026"), pauses=pauses(("28-3-2026", "")), today=today).paused == 0
    assert term_of("complaint", d("31-7-2012"), today=today).ends == d("14-8-2012")
    assert [term_of(kind, d("1-8-2012"), today=today) for kind in ("complaint", "asylum", "hardship", "appeal")] == [
        None
    ] * 4
