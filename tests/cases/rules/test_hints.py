"""What a title and the criminal case make worth asking: each told by hand from the handbook of the field (4.2, 4.3, 12)."""

import datetime

import pytest

from cases.rules.hints import Event, Held, hints, permit_until, scheme_since


def d(text: str) -> datetime.date:
    day, month, year = map(int, text.split("-"))
    return datetime.date(year, month, day)


def held(title: str, begin: str, end: str = "", document: str = "") -> Held:
    return Held(title, d(begin), d(end) if end else None, d(document) if document else None)


@pytest.mark.parametrize(
    ("titles", "today", "until"),
    [
        ([held("permit_a", "1-3-2024")], "1-6-2024", "1-3-2025"),
        ([held("permit_a", "29-2-2024")], "1-6-2024", "28-2-2025"),
        ([held("permit_b", "1-3-2024", document="15-2-2025")], "1-6-2024", "15-2-2025"),
        ([held("permit_c", "1-3-2024", end="1-12-2024", document="15-2-2025")], "1-6-2024", "1-12-2024"),
        ([held("permit_d", "1-3-2024")], "1-6-2024", "1-3-2025"),
        # past its term and nothing else recorded: it is overdue, not forgotten
        ([held("permit_a", "1-3-2024")], "1-6-2025", "1-3-2025"),
        ([held("permit_a", "1-3-2023", end="1-3-2024"), held("permit_a", "1-3-2024")], "1-6-2024", "1-3-2025"),
        ([held("permit_a", "1-3-2024")], "29-2-2024", None),
        ([held("permit_a", "1-3-2023", end="1-3-2024")], "1-3-2024", None),
        ([held("continued", "1-3-2024")], "1-6-2024", None),
        ([held("reflection", "1-3-2024")], "1-6-2024", None),
        ([], "1-6-2024", None),
    ],
)
def test_when_the_permit_ends(titles, today, until):
    assert permit_until(titles, d(today)) == (d(until) if until else None)


@pytest.mark.parametrize(
    ("titles", "since"),
    [
        ([held("permit_a", "1-3-2024")], "1-3-2024"),
        ([held("permit_a", "1-3-2022", end="1-3-2023"), held("permit_b", "1-3-2023")], "1-3-2022"),
        ([held("permit_d", "1-3-2022", end="1-3-2023"), held("permit_a", "1-3-2023")], "1-3-2022"),
        # a day between them begins the three years anew
        ([held("permit_a", "1-3-2022", end="28-2-2023"), held("permit_b", "1-3-2023")], "1-3-2023"),
        # another title between them too
        (
            [held("permit_a", "1-3-2022", end="1-1-2023"), held("none", "1-1-2023", end="1-3-2023"), held("permit_a", "1-3-2023")],
            "1-3-2023",
        ),
        ([held("reflection", "1-1-2024", end="1-3-2024"), held("permit_a", "1-3-2024")], "1-3-2024"),
        ([held("permit_a", "1-3-2020", end="1-3-2023"), held("continued", "1-3-2023")], None),
    ],
)  # fmt: skip
def test_since_when_the_scheme_has_run_without_a_gap(titles, since):
    assert scheme_since(titles, d("1-6-2024")) == (d(since) if since else None)


ENDS, ENDS_D = "The permit ends.", "Permit d ends."
PROSECUTION, OVER = "The prosecution decided", "The criminal case is over"
REACHED, AHEAD, COMPLAINT = "Three years on the scheme with", "Three years on the scheme are reached", "A complaint"
PERMIT = [held("permit_a", "1-3-2023")]


@pytest.mark.parametrize(
    ("titles", "events", "today", "begins"),
    [
        (PERMIT, [], "1-6-2023", [(ENDS, "1-3-2024"), (AHEAD, "1-3-2026")]),
        # domain 12.13: a dismissal closes nothing by itself
        (PERMIT, [("dismissal", "1-5-2023")], "1-6-2023", [(ENDS, "1-3-2024"), (OVER, None)]),
        (PERMIT, [("irrevocable_judgment", "1-5-2023")], "1-6-2023", [(ENDS, "1-3-2024"), (OVER, None)]),
        # a judgment alone may be appealed; an investigation begun anew goes on
        (PERMIT, [("judgment", "1-5-2023")], "1-6-2023", [(ENDS, "1-3-2024"), (AHEAD, "1-3-2026")]),
        (
            PERMIT, [("dismissal", "1-4-2023"), ("investigation", "1-5-2023")], "1-6-2023",
            [(ENDS, "1-3-2024"), (AHEAD, "1-3-2026")],
        ),
        # cassation may be awaited
        (
            PERMIT, [("judgment", "1-4-2023"), ("cassation", "1-5-2023")], "1-6-2023",
            [(ENDS, "1-3-2024"), (AHEAD, "1-3-2026")],
        ),
        # on one day what ends it comes last
        (PERMIT, [("police_report", "1-5-2023"), ("dismissal", "1-5-2023")], "1-6-2023", [(ENDS, "1-3-2024"), (OVER, None)]),
        # what says nothing about it changes nothing
        (PERMIT, [("dismissal", "1-4-2023"), ("other", "1-5-2023")], "1-6-2023", [(ENDS, "1-3-2024"), (OVER, None)]),
        # domain 12.14: three years, the case pending
        (PERMIT, [("trial", "1-5-2023")], "1-3-2026", [(ENDS, "1-3-2024"), (REACHED, "1-3-2026")]),
        (PERMIT, [("trial", "1-5-2023")], "28-2-2026", [(ENDS, "1-3-2024"), (AHEAD, "1-3-2026")]),
        # domain 12.15: the decision to prosecute, since the middle of 2018
        (
            [held("permit_a", "1-3-2019")], [("prosecution_decided", "1-5-2019")], "1-6-2019",
            [(ENDS, "1-3-2020"), (PROSECUTION, "1-5-2019"), (AHEAD, "1-3-2022")],
        ),
        (
            [held("permit_a", "1-1-2018")], [("prosecution_decided", "26-7-2018")], "1-8-2018",
            [(ENDS, "1-1-2019"), (AHEAD, "1-1-2021")],
        ),
        # domain 12.16: no extension of permit d is offered
        ([held("permit_d", "1-3-2023")], [], "1-6-2023", [(ENDS_D, "1-3-2024"), (AHEAD, "1-3-2026")]),
        (
            [held("permit_d", "1-3-2023")], [("prosecution_decided", "1-5-2023")], "1-6-2023",
            [(ENDS_D, "1-3-2024"), (AHEAD, "1-3-2026")],
        ),
        (
            PERMIT, [("complaint_art_12", "1-5-2023")], "1-6-2023",
            [(ENDS, "1-3-2024"), (COMPLAINT, "1-5-2023"), (AHEAD, "1-3-2026")],
        ),
        ([held("permit_a", "1-3-2012")], [("complaint_art_12", "31-7-2012")], "1-9-2012", [(ENDS, "1-3-2013"), (AHEAD, "1-3-2015")]),
        ([held("none", "1-3-2023")], [("prosecution_decided", "1-5-2023")], "1-6-2023", []),
        ([], [("dismissal", "1-5-2023")], "1-6-2023", []),
    ],
)  # fmt: skip
def test_what_is_worth_asking(titles, events, today, begins):
    found = hints(titles, [Event(kind, d(day)) for kind, day in events], d(today))
    assert [(len(found), str(hint.sentence).startswith(start), hint.day) for hint, (start, _day) in zip(found, begins, strict=True)] == [
        (len(begins), True, d(day) if day else None) for _start, day in begins
    ]  # fmt: skip
    assert all(hint.source for hint in found)


def test_what_is_doubtful_says_so():
    def doubtful(title: str, *events: tuple[str, str]) -> set[str]:
        found = hints([held(title, "1-3-2023")], [Event(kind, d(day)) for kind, day in events], d("1-6-2023"))
        return {str(hint.sentence)[:14] for hint in found if hint.doubt}

    assert doubtful("permit_d") == {ENDS_D, AHEAD[:14]}
    assert doubtful("permit_a", ("prosecution_decided", "1-5-2023")) == {PROSECUTION[:14], AHEAD[:14]}
