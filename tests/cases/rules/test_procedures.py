"""Terms of procedures and what pauses the term of departure, worked out by hand."""

import datetime

import pytest
from django.utils import timezone

from cases.rules.procedures import Around, Pause, dublin_term, moved, term_of


def d(text: str) -> datetime.date:
    day, month, year = map(int, text.split("-"))
    return datetime.date(year, month, day)


def pauses(*spans: tuple[str, str]) -> list[Pause]:
    return [Pause(d(begin), d(end) if end else None) for begin, end in spans]


@pytest.mark.parametrize(
    ("spans", "today", "ends", "days", "left"),
    [
        # four weeks from 1 March 2024: 29 March
        ([], "10-3-2024", "29-3-2024", 0, None),
        # ten days of objection
        ([("5-3-2024", "15-3-2024")], "20-3-2024", "8-4-2024", 10, None),
        # begun before the decision: only the days after it count
        ([("20-2-2024", "5-3-2024")], "20-3-2024", "2-4-2024", 4, None),
        # before it altogether, and after it has ended
        ([("1-2-2024", "1-3-2024")], "20-3-2024", "29-3-2024", 0, None),
        ([("30-3-2024", "10-4-2024")], "20-4-2024", "29-3-2024", 0, None),
        # begun on its last day
        ([("29-3-2024", "10-4-2024")], "20-4-2024", "10-4-2024", 12, None),
        ([("28-3-2024", "10-4-2024")], "20-4-2024", "11-4-2024", 13, None),
        # an appeal within the time of the objection, one that touches it, one apart
        ([("5-3-2024", "15-3-2024"), ("10-3-2024", "12-3-2024")], "20-3-2024", "8-4-2024", 10, None),
        ([("5-3-2024", "15-3-2024"), ("15-3-2024", "20-3-2024")], "25-3-2024", "13-4-2024", 15, None),
        ([("5-3-2024", "10-3-2024"), ("20-3-2024", "25-3-2024")], "28-3-2024", "8-4-2024", 10, None),
        # the second falls into the term only because the first has moved its end
        ([("5-3-2024", "15-3-2024"), ("1-4-2024", "6-4-2024")], "7-4-2024", "13-4-2024", 15, None),
        # over the night in which summer time begins
        ([("25-3-2024", "1-4-2024")], "2-4-2024", "5-4-2024", 7, None),
        # it goes on: no end until it is decided
        ([("5-3-2024", "")], "15-3-2024", None, 10, 24),
        ([("5-3-2024", "10-3-2024"), ("8-3-2024", "")], "15-3-2024", None, 10, 24),
        ([("15-3-2024", "")], "15-3-2024", None, 0, 14),
        # begun after the term had ended already
        ([("30-3-2024", "")], "5-4-2024", "29-3-2024", 0, None),
        ([("29-3-2024", "")], "5-4-2024", None, 7, 0),
    ],
)
def test_a_pause_moves_the_end_by_its_days(spans, today, ends, days, left):
    assert moved(d("1-3-2024"), d("29-3-2024"), pauses(*spans), d(today)) == (d(ends) if ends else None, days, left)


def test_the_terms_of_procedures():
    today = d("1-6-2024")
    departure = term_of("return_decision", d("1-3-2024"), around=Around(pauses(("5-3-2024", "15-3-2024"))), today=today)
    assert (departure.ends, departure.paused) == (d("8-4-2024"), 10)
    sent = timezone.make_aware(datetime.datetime(2026, 3, 28, 12))
    m55 = term_of("m55", d("28-3-2026"), begun_at=sent, around=Around(), today=today)
    assert timezone.localtime(m55.moment).isoformat() == "2026-03-29T13:00:00+02:00"
    assert term_of("m55", d("28-3-2026"), around=Around(), today=today).ends == d("29-3-2026")
    # a pause moves the term of departure alone
    assert term_of("m55", d("28-3-2026"), around=Around(pauses(("28-3-2026", ""))), today=today).paused == 0
    assert term_of("complaint", d("31-7-2012"), around=Around(), today=today).ends == d("14-8-2012")
    assert [
        term_of(kind, d("1-8-2012"), around=Around(), today=today)
        for kind in ("complaint", "asylum", "hardship", "appeal")
    ] == [None] * 4


@pytest.mark.parametrize(
    ("asked", "reported", "said", "ends"),
    [
        # WBV 2019/10, in force since 1 August 2019: report within three months of the asylum request
        ("1-8-2019", "", "", "1-11-2019"),
        ("30-11-2025", "", "", "28-2-2026"),
        ("30-11-2023", "", "", "29-2-2024"),
        # before it there was none
        ("31-7-2019", "", "", None),
        # reported: four working weeks for the prosecution; Easter Monday and King's Day 2026 do not count,
        # nor Good Friday (Algemene termijnenwet art. 3): 20 working days from Monday 30 March
        ("2-3-2026", "30-3-2026", "", "30-4-2026"),
        # no holiday: twenty working days are four weeks
        ("1-10-2025", "3-11-2025", "", "1-12-2025"),
        # a report of which no asylum request is known
        ("", "3-11-2025", "", "1-12-2025"),
        # the prosecution has said something
        ("1-10-2025", "3-11-2025", "20-11-2025", None),
        ("", "", "", None),
    ],
)
def test_a_dublin_claimant_reports_in_three_months_and_is_answered_in_four_working_weeks(asked, reported, said, ends):
    days = [d(one) if one else None for one in (asked, reported, said)]
    around = Around(asylum_on=days[0], reported_on=days[1], assessed_on=days[2])
    term = term_of("dublin", d("1-1-2018"), around=around, today=d("1-6-2026"))
    assert (term.ends if term else None) == (d(ends) if ends else None)


def test_the_hour_is_unknown_only_of_a_term_in_hours_without_its_moment():
    sent = timezone.make_aware(datetime.datetime(2026, 3, 3, 9))
    found = [
        term_of("m55", d("3-3-2026"), begun_at=moment, around=Around(), today=d("3-3-2026")) for moment in (sent, None)
    ]
    assert [term.hour_unknown for term in found] == [False, True]
    departure = term_of("return_decision", d("3-3-2026"), around=Around(), today=d("3-3-2026"))
    assert departure.hour_unknown is False
    assert dublin_term(Around(asylum_on=d("3-3-2026"))).hour_unknown is False
