"""Terms of the law, worked out by hand with a calendar and the sources beside it, never by the code under test."""

import datetime
import random
from zoneinfo import ZoneInfo

import pytest
from django.db import connection

from cases.rules.clock_table import TABLE, Clock, Unit, Whose
from cases.rules.clocks import add_working_days, counted, reckon, reporting_days, rule_for, target
from cases.rules.free_movement import moves_freely
from cases.rules.periods import add_months, turns
from cases.rules.reflection import Known, cautions, latest_end


def d(text: str) -> datetime.date:
    """12-5-2026"""
    day, month, year = map(int, text.split("-"))
    return datetime.date(year, month, day)


@pytest.mark.parametrize(
    ("granted", "dublin", "ends"),
    [
        # Vc B8/3: three calendar months (domain 12.1); ends of months
        ("30-11-2015", False, "29-2-2016"),
        ("30-11-2014", False, "28-2-2015"),
        ("29-11-2015", False, "29-2-2016"),
        ("28-11-2015", False, "28-2-2016"),
        ("1-12-2015", False, "1-3-2016"),
        ("31-1-2023", False, "30-4-2023"),
        ("31-3-2024", False, "30-6-2024"),
        ("31-5-2024", False, "31-8-2024"),
        ("31-8-2024", False, "30-11-2024"),
        ("30-9-2024", False, "30-12-2024"),
        ("31-10-2024", False, "31-1-2025"),
        ("29-2-2024", False, "29-5-2024"),
        ("28-2-2023", False, "28-5-2023"),
        ("15-10-2023", False, "15-1-2024"),
        # WBV 2023/11: thirty days when granted after 18 May 2023 (domain 12.2, 12.3)
        ("17-5-2023", True, "17-8-2023"),
        ("18-5-2023", True, "18-8-2023"),
        ("19-5-2023", True, "18-6-2023"),
        ("20-5-2023", True, "19-6-2023"),
        ("18-5-2023", False, "18-8-2023"),
        ("19-5-2023", False, "19-8-2023"),
        ("31-1-2024", True, "1-3-2024"),
        ("30-1-2024", True, "29-2-2024"),
        ("30-1-2023", True, "30-4-2023"),
        ("29-1-2025", True, "28-2-2025"),
        ("1-12-2025", True, "31-12-2025"),
    ],
)
def test_the_reflection_period_ends_at_the_latest(granted, dublin, ends):
    assert latest_end(d(granted), dublin=dublin).ends == d(ends)


@pytest.mark.parametrize(
    ("granted", "until", "days"),
    [
        # Vc B8/3: every month, each counted from the grant
        ("30-11-2015", "29-2-2016", ["30-12-2015", "30-1-2016", "29-2-2016"]),
        ("31-1-2023", "30-4-2023", ["28-2-2023", "31-3-2023", "30-4-2023"]),
        ("15-5-2024", "15-8-2024", ["15-6-2024", "15-7-2024", "15-8-2024"]),
        ("19-5-2023", "18-6-2023", []),
        ("20-5-2023", "20-6-2023", ["20-6-2023"]),
    ],
)
def test_reporting_to_the_police(granted, until, days):
    assert reporting_days(d(granted), d(until)) == [d(day) for day in days]


@pytest.mark.parametrize(
    ("clock", "begins", "whose", "ends"),
    [
        # Vb 3.58, 3.59: a year
        (Clock.PERMIT, "1-3-2015", Whose.EVERYBODY, "1-3-2016"),
        (Clock.PERMIT, "29-2-2016", Whose.EVERYBODY, "28-2-2017"),
        (Clock.HARDSHIP_PERMIT, "15-7-2019", Whose.EVERYBODY, "15-7-2020"),
        (Clock.EXTENSION, "28-2-2023", Whose.EVERYBODY, "28-2-2024"),
        # Vc B9/12: three years (domain 12.14)
        (Clock.CONTINUED_BY_DURATION, "29-2-2016", Whose.EVERYBODY, "28-2-2019"),
        (Clock.CONTINUED_BY_DURATION, "1-6-2020", Whose.EVERYBODY, "1-6-2023"),
        (Clock.CONTINUED_AFTER_HARDSHIP, "31-12-2021", Whose.EVERYBODY, "31-12-2022"),
        # Vw 62: four weeks
        (Clock.DEPARTURE_TERM, "1-2-2024", Whose.EVERYBODY, "29-2-2024"),
        (Clock.DEPARTURE_TERM, "1-2-2023", Whose.EVERYBODY, "1-3-2023"),
        (Clock.DEPARTURE_TERM, "15-12-2024", Whose.EVERYBODY, "12-1-2025"),
        # over the night in which summer time begins: days are days
        (Clock.DEPARTURE_TERM, "15-3-2025", Whose.EVERYBODY, "12-4-2025"),
        # Vc B9 of 2011: two weeks, for the last time in July 2012
        (Clock.COMPLAINT, "31-7-2012", Whose.EVERYBODY, "14-8-2012"),
        # WODC 2012-14
        (Clock.SPECIALISED_SHELTER, "30-11-2023", Whose.EVERYBODY, "29-2-2024"),
        (Clock.REFLECTION_FORM, "31-8-2015", Whose.EVERYBODY, "30-11-2015"),
        # IOM: five years back (domain 12.12)
        (Clock.EARLIER_RETURN_HELP, "29-2-2024", Whose.EVERYBODY, "28-2-2019"),
        (Clock.EARLIER_RETURN_HELP, "1-7-2018", Whose.EVERYBODY, "1-7-2013"),
        (Clock.REINTEGRATION_BUDGET, "31-10-2022", Whose.EVERYBODY, "31-10-2023"),
        # WBV 2019/10: four working weeks, three months after the asylum request
        (Clock.DUBLIN_ASSESSMENT, "1-8-2019", Whose.DUBLIN, "29-8-2019"),
        # King's Day on a Saturday and 5 May on a Sunday take nothing away, Ascension Day does
        (Clock.DUBLIN_ASSESSMENT, "8-4-2024", Whose.DUBLIN, "6-5-2024"),
        (Clock.DUBLIN_ASSESSMENT, "15-4-2024", Whose.DUBLIN, "14-5-2024"),
        (Clock.DUBLIN_REPORT, "30-11-2019", Whose.DUBLIN, "29-2-2020"),
    ],
)
def test_other_terms(clock, begins, whose, ends):
    assert reckon(clock, d(begins), whose=whose).ends == d(ends)


@pytest.mark.parametrize(
    ("begins", "count", "ends"),
    [
        ("6-3-2026", 1, "9-3-2026"),  # a Friday, a Monday
        ("7-3-2026", 1, "9-3-2026"),
        ("2-4-2026", 1, "7-4-2026"),  # Good Friday counts as one (Algemene termijnenwet art. 3(2)), and Easter Monday
        ("3-4-2026", 1, "7-4-2026"),  # Easter Monday
        ("24-4-2026", 1, "28-4-2026"),  # King's Day on a Monday
        ("13-5-2026", 1, "15-5-2026"),  # Ascension Day
        ("22-5-2026", 1, "26-5-2026"),  # Whit Monday
        ("24-12-2026", 1, "28-12-2026"),  # Christmas on Friday and Saturday
        ("31-12-2026", 1, "4-1-2027"),  # New Year on a Friday
        ("4-5-2025", 1, "6-5-2025"),  # Liberation Day, on a Monday
        ("4-5-2026", 1, "6-5-2026"),  # and in a year in which many work on it
        ("1-3-2026", 0, "1-3-2026"),
        ("2-3-2026", 20, "30-3-2026"),
    ],
)
def test_working_days(begins, count, ends):
    assert add_working_days(d(begins), count) == d(ends)


AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@pytest.mark.parametrize(
    ("sent", "decided"),
    [
        (datetime.datetime(2026, 5, 12, 16, 30), "2026-05-13T16:30:00+02:00"),
        # summer time begins and ends at night: twenty-four hours pass all the same
        (datetime.datetime(2026, 3, 28, 12), "2026-03-29T13:00:00+02:00"),
        (datetime.datetime(2026, 10, 24, 12), "2026-10-25T11:00:00+01:00"),
        (datetime.datetime(2024, 2, 28, 23, 59), "2024-02-29T23:59:00+01:00"),
        (datetime.datetime(2025, 12, 31, 9), "2026-01-01T09:00:00+01:00"),
    ],
)
def test_the_target_of_the_ind_is_twenty_four_hours(sent, decided):
    assert target(Clock.IND_DECISION, sent.replace(tzinfo=AMSTERDAM)).isoformat() == decided


@pytest.mark.parametrize(
    ("country", "day", "free"),
    [
        ("HR", "30-6-2013", False),
        ("HR", "1-7-2013", True),
        ("HR", "15-6-2012", False),
        ("HR", "15-6-2014", True),
        ("GB", "31-1-2020", True),
        ("GB", "1-2-2020", True),  # the transition
        ("GB", "31-12-2020", True),
        ("GB", "1-1-2021", False),
        ("PL", "30-4-2004", False),
        ("PL", "1-5-2004", True),
        ("BG", "31-12-2006", False),
        ("RO", "1-1-2007", True),
        ("CH", "31-5-2002", False),
        ("CH", "1-6-2002", True),
        ("NO", "1-1-1994", True),
        ("NG", "1-1-2024", False),
        ("VN", "1-1-2024", False),
    ],
)
def test_free_movement(country, day, free):
    assert moves_freely(country, d(day)) == free


@pytest.mark.parametrize(
    ("known", "day", "words"),
    [
        (Known(), "1-3-2024", []),
        (Known(["NG"]), "1-3-2024", []),
        # domain 12.4, 12.5, 12.6, 12.7
        (Known(["NG"], granted_before=True), "1-3-2024", ["given once"]),
        (Known(["PL"]), "1-3-2024", ["European law"]),
        (Known(["HR"]), "1-3-2012", []),
        (Known(["HR"]), "1-3-2014", ["European law"]),
        (Known(["GB"]), "31-12-2020", ["European law"]),
        (Known(["GB"]), "1-1-2021", []),
        (Known(["NL"]), "1-3-2024", ["Dutch national"]),
        (Known(["NL", "PL"]), "1-3-2024", ["Dutch national"]),
        (Known(["NG"], [("permit_a", d("1-2-2024"), None)]), "1-3-2024", ["do not stay lawfully"]),
        (Known(["NG"], [("permit_a", d("1-3-2024"), None)]), "1-3-2024", ["do not stay lawfully"]),
        (Known(["NG"], [("permit_a", d("2-3-2024"), None)]), "1-3-2024", []),
        (Known(["NG"], [("permit_a", d("1-2-2023"), d("1-3-2024"))]), "1-3-2024", []),
        (Known(["NG"], [("none", d("1-2-2024"), None)]), "1-3-2024", []),
        (Known(["NG"], [("asylum_seeker", d("1-2-2024"), None)]), "1-3-2024", []),
        (Known(["NG"], [("reflection", d("1-2-2024"), None)]), "1-3-2024", []),
        (Known(["PL"], granted_before=True), "1-3-2024", ["given once", "European law"]),
    ],
)
def test_what_is_unusual_about_a_reflection_period(known, day, words):
    found = [str(sentence) for sentence in cautions(known, d(day))]
    assert len(found) == len(words) and all(word in sentence for word, sentence in zip(words, found, strict=True))


@pytest.mark.parametrize(
    ("birth", "day"),
    [("29-2-2008", "1-3-2026"), ("28-2-2008", "28-2-2026"), ("1-3-2008", "1-3-2026"), ("29-2-2004", "1-3-2022")],
)
def test_the_day_on_which_somebody_turns_18(birth, day):
    assert turns(d(birth), 18) == d(day)


def test_which_row_holds_on_a_day():
    assert rule_for(Clock.REFLECTION, d("18-5-2023"), whose=Whose.DUBLIN).whose == Whose.EVERYBODY
    assert rule_for(Clock.REFLECTION, d("19-5-2023"), whose=Whose.DUBLIN).whose == Whose.DUBLIN
    with pytest.raises(LookupError):
        rule_for(Clock.COMPLAINT, d("1-8-2012"))
    with pytest.raises(LookupError):
        reckon(Clock.DUBLIN_ASSESSMENT, d("31-7-2019"), whose=Whose.DUBLIN)
    # what is for Dublin claimants alone holds for nobody else
    with pytest.raises(LookupError):
        rule_for(Clock.DUBLIN_REPORT, d("1-1-2024"))
    with pytest.raises(ValueError):
        counted(d("1-1-2024"), 24, Unit.HOURS)


def test_every_row_can_be_checked_and_no_two_hold_at_once():
    for rule in TABLE:
        assert str(rule.basis) and rule.source and str(rule.starts)
    edges = {day for rule in TABLE for day in (rule.since, rule.until) if day} | {d("1-1-2011"), d("1-1-2026")}
    for day in edges | {day + datetime.timedelta(days=1) for day in edges}:
        held = [(rule.clock, rule.whose) for rule in TABLE if rule.holds_on(day)]
        assert len(held) == len(set(held))


# Told by hand: what the sources leave no doubt about, so far as they were read. A new row is doubtful until somebody adds it.
CONFIRMED = {Clock.IND_DECISION, Clock.PERMIT, Clock.EXTENSION}


def test_nothing_doubtful_looks_certain():
    assert {rule.clock for rule in TABLE if not rule.doubt} == CONFIRMED


@pytest.mark.django_db
def test_ten_thousand_days_are_counted_as_the_database_counts_them():
    chance = random.Random(5)
    days = [datetime.date(2000, 1, 1) + datetime.timedelta(days=chance.randrange(36_500)) for _ in range(10_000)]
    spans = [chance.choice([-60, -1, 1, 2, 3, 12, 36, 60]) for _ in days]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (day + make_interval(months => span))::date FROM unnest(%s::date[], %s::int[]) WITH ORDINALITY"
            " AS asked(day, span, place) ORDER BY place",
            [days, spans],
        )
        told = [row[0] for row in cursor.fetchall()]
    assert [add_months(day, span) for day, span in zip(days, spans, strict=True)] == told
