"""The time line of a case: which tracks, which rows, and a table that says what the drawing shows."""

import datetime
import html
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.actions import conversation, criminal, residence, return_plan, transfer
from cases.models import Identification
from tests.cast import DAY, new_case

D = datetime.date
NAMES = "Track", "What", "From", "Until", "How it is known"


def page_of(client, case, language: str = "en") -> str:
    address = reverse("cases:timeline", args=[case.reference])
    return client.get(address, HTTP_ACCEPT_LANGUAGE=language).content.decode()


def table(page: str) -> list[tuple[str, ...]]:
    """The rows of the table: track, what, from, until, how it is known."""
    cells = [html.unescape(cell) for cell in re.findall(r"<td data-label=[^>]*>(.*?)</td>", page)]
    return [tuple(cells[begin : begin + 5]) for begin in range(0, len(cells), 5)]


def drawing(page: str) -> list[str]:
    """Every word of the drawing in its order, without the marks of the axis."""
    (svg,) = re.findall(r"<svg viewBox.*?</svg>", page, re.S)
    return [html.unescape(text) for text in re.findall(r"<text [^>]*(?:bold|anchor)[^>]*>([^<]+)<", svg)]


def narrow_drawing(page: str) -> list[str]:
    """The same of the drawing that a telephone shows."""
    (found,) = re.findall(r'<div class="tracks".*?(?=<div class="chart)', page, re.S)
    return [html.unescape(text) for text in re.findall(r"<(?:b|span|text [^>]*anchor[^>]*)>([^<]+)<", found)]


def shown(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"


def granted(cast, **values):
    today = timezone.localdate()
    given = {"state": "granted", "granted_on": today - 5 * DAY, "latest_end": today + 30 * DAY, **values}
    return residence.record_reflection(case=cast.case, values=given, submission=None, by=cast.caseworker)


def test_each_reads_the_tracks_of_their_rooms(cast, client_of):
    granted(cast)
    pages = {who: page_of(client_of(who), cast.case) for who in ("caseworker", "care_coordinator", "coordinator")}
    tracks = {who: list(dict.fromkeys(row[0] for row in table(page))) for who, page in pages.items()}
    assert tracks == {
        "caseworker": ["Identification", "Stay", "Criminal case", "Shelter", "Return"],
        "care_coordinator": ["Identification", "Stay", "Criminal case", "Shelter", "Return"],
        # the register reads that there is a reflection period, and no title
        "coordinator": ["Identification", "Reflection period"],
    }
    told = {who: [row[1] for row in table(page) if row[0] == "Return"] for who, page in pages.items()}
    assert told == {
        "caseworker": [
            "Return plan begun",
            "Future: Wants to return",
            "Journey booked",
            "Contact after return, agreed",
        ],
        # who reads no conversations reads no wish
        "care_coordinator": ["Return plan begun", "Journey booked", "Contact after return, agreed"],
        "coordinator": [],
    }
    for word in ("Report to the police", "Future: Wants to return", "Journey", "Stay in a shelter"):
        assert (word in pages["caseworker"], word in pages["coordinator"]) == (True, False)


def test_the_rows_say_from_when_until_when_and_how_it_is_known(cast, client_of):
    by = {"case": cast.case, "created_by": cast.caseworker}
    cast.rows["away"].delete()
    cast.case.procedure_set.all().delete()
    Identification.objects.create(**by, state="presumed", decided_by="police", decided_on=D(2026, 2, 3))
    Identification.objects.create(**by, state="signal", decided_on=D(2026, 1, 2))
    cast.case.residencestatus_set.all().delete()
    for title, begin in (("none", D(2026, 1, 31)), ("permit_a", D(2026, 2, 28))):
        values = {"title": title, "from_on": begin, "until_on": None, "document_valid_until": None}
        residence.record_title(case=cast.case, values=values, submission=None, by=cast.caseworker)
    # three months from 30 November: the last day of February
    granted(cast, asked_on=D(2025, 11, 28), granted_on=D(2025, 11, 30), latest_end=D(2026, 2, 28))
    rows = table(page_of(client_of("caseworker"), cast.case))
    today = timezone.localdate()
    assert rows[:8] == [
        ("Identification", "Signal", "2 January 2026", "3 February 2026", "Recorded"),
        ("Identification", "Presumed victim", "3 February 2026", "now", "Recorded; no end"),
        ("Stay", "Reflection period asked for", "28 November 2025", "–", "Recorded"),
        ("Stay", "Reflection period", "30 November 2025", "28 February 2026 at the latest", "Recorded; latest end by the rule"),
        ("Stay", "Residence: None", "31 January 2026", "28 February 2026", "Recorded"),
        # a year (Vb 2000 art. 3.58)
        ("Stay", "Residence: Permit a: reported to the police", "28 February 2026", "28 February 2027 at the latest", "Recorded; latest end by the rule"),
        ("Criminal case", "Report to the police", shown(today), "–", "Recorded"),
        ("Shelter", "Stay in a shelter", shown(today), "now", "Recorded; no end"),
    ]  # fmt: skip


def test_a_latest_end_of_the_authority_is_not_called_computed(cast, client_of):
    cast.rows["away"].delete()
    cast.case.procedure_set.all().delete()
    period = granted(cast, granted_on=D(2026, 1, 5), latest_end=D(2026, 3, 1))
    residence.change_title(
        title=cast.rows["title"], values={"title": "permit_b", "document_valid_until": D(2099, 6, 1)},
        version=None, why="Verkeerd gelezen", by=cast.caseworker,
    )  # fmt: skip
    stay = [row for row in table(page_of(client_of("caseworker"), cast.case)) if row[0] == "Stay"]
    assert [row[3:] for row in stay] == [
        ("1 March 2026 at the latest", "Recorded, with the latest end"),
        ("1 June 2099 at the latest", "Recorded, with the latest end"),
    ]
    residence.change_reflection(
        reflection=period, values={"ended_on": D(2026, 2, 2), "end_reason": "waived"}, version=None, by=cast.caseworker
    )
    stay = [row for row in table(page_of(client_of("caseworker"), cast.case)) if row[0] == "Stay"]
    assert stay[0][1:] == (
        "Reflection period: The person will not report or cooperate", "5 January 2026", "2 February 2026", "Recorded",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("language", "today", "nothing"),
    [("en", "Today", "nothing is recorded"), ("nl", "Vandaag", "er is niets vastgelegd")],
)
def test_the_table_says_what_the_drawing_shows(language, today, nothing, cast, client_of):
    granted(cast)
    criminal.record(
        case=cast.case, values={"kind": "trial", "day": D(2026, 3, 2), "reference_number": None, "remark": None},
        submission=None, by=cast.caseworker,
    )  # fmt: skip
    page = page_of(client_of("caseworker"), cast.case, language)
    words, last = [], ""
    for track, what, *_days in table(page):
        if track != last:
            words.append(f"{track}: {what}" if what == nothing else track)
        if what != nothing:
            words.append(what)
        last = track
    assert (drawing(page), narrow_drawing(page)) == ([*words, today], [today, *words])
    # identification is without a row here
    assert f"Identificati{'on' if language == 'en' else 'e'}: {nothing}" in words
    assert "style=" not in page[page.index('<div class="tracks"') :]


def test_no_house_and_no_free_text_stands_on_it(cast, client_of):
    page = page_of(client_of("caseworker"), cast.case)
    assert [
        word for word in ("Huis", "Kamer", "Geheime", "Een opmerking", "PL-2", "Klein", "advocaat") if word in page
    ] == []
    # in the head, and where another tab has another case open, as on every page of a case
    assert page.count("Vogel") == 2
    house = client_of("caseworker").get(reverse("cases:shelter", args=[cast.case.reference])).content.decode()
    assert "Huis" in house


def test_what_a_transfer_left_behind_is_not_on_it(cast, client_of):
    return_plan.approve(plan=cast.rows["plan"], version=None, by=cast.teamlead)
    before = table(page_of(client_of("caseworker"), cast.case))
    transfer.withdraw(transfer=cast.rows["transfer"], by=cast.teamlead)
    row = transfer.offer(
        case=cast.case, organisation=cast.oever, rooms=["safety"], summary="Overdracht", submission=None,
        by=cast.teamlead,
    )  # fmt: skip
    transfer.accept(transfer=row, version=row.version, by=cast.rows["oever_lead"])
    page = page_of(client_of("outsider"), cast.case)
    gone = [row[:2] for row in before if row not in table(page)]
    assert gone == [
        ("Criminal case", "Report to the police"), ("Return", "Return plan begun"), ("Return", "Return plan approved"),
        ("Return", "Future: Wants to return"),
    ]  # fmt: skip
    assert ("Criminal case", "nothing is recorded", "–", "–", "–") in table(page)
    told = "stayed with the organisation that led the case before"
    assert (told in page, told in page_of(client_of("care_coordinator"), cast.case)) == (True, False)


def test_procedures_run_beside_titles_and_only_a_departure_term_has_its_latest_day(cast, client_of):
    cast.rows["away"].delete()
    cast.case.procedure_set.all().delete()
    cast.case.residencestatus_set.all().delete()
    for kind, begun, decided, outcome in (
        ("asylum", D(2026, 1, 5), D(2026, 3, 2), "refused"),
        ("objection", D(2026, 5, 1), None, ""),
        ("return_decision", D(2026, 4, 3), None, ""),
    ):
        cast.case.procedure_set.create(
            kind=kind, begun_on=begun, decided_on=decided, outcome=outcome, created_by=cast.caseworker
        )
    rows = [row[1:] for row in table(page_of(client_of("caseworker"), cast.case)) if row[0] == "Stay"]
    assert rows == [
        ("Asylum request: Rejected", "5 January 2026", "2 March 2026", "Recorded"),
        # four weeks (Vw 2000 art. 62)
        (
            "Return decision with a departure term",
            "3 April 2026",
            "1 May 2026 at the latest",
            "Recorded; latest end by the rule",
        ),
        ("Objection", "1 May 2026", "now", "Recorded; no end"),
    ]


def test_a_wish_holds_until_another_is_told(cast, client_of):
    cast.case.conversation_set.all().delete()
    for day, wish in ((D(2026, 3, 1), "return"), (D(2026, 1, 1), "stay"), (D(2026, 2, 1), "stay"), (D(2026, 4, 1), "")):
        conversation.record(
            case=cast.case, submission=None, by=cast.caseworker,
            values={"held_on": day, "outcome": "held", "orientation": wish},
        )  # fmt: skip
    rows = [row[1:4] for row in table(page_of(client_of("caseworker"), cast.case)) if "Wants" in row[1]]
    assert rows == [
        ("Future: Wants to stay in the Netherlands", "1 January 2026", "1 March 2026"),
        ("Future: Wants to return", "1 March 2026", "now"),
    ]


def test_where_nothing_has_a_date_the_page_says_so(cast, client_of):
    case = new_case(cast.outsider)
    page = page_of(client_of("outsider"), case)
    assert ("Nothing with a date is recorded" in page, "<table" in page, "<svg viewBox" in page) == (True, False, False)


def test_it_asks_as_often_for_thirty_rows_as_for_one(cast, client_of):
    client = client_of("caseworker")

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            page_of(client, cast.case)
        return len(queries)

    asked()
    one = asked()
    for number in range(30):
        criminal.record(
            case=cast.case, submission=None, by=cast.caseworker,
            values={"kind": "trial", "day": D(2026, 1, 1 + number), "reference_number": None, "remark": "x"},
        )  # fmt: skip
    assert (one, asked()) == (26, 26)


def test_the_case_page_and_the_residence_room_lead_to_it(cast, client_of):
    address = reverse("cases:timeline", args=[cast.case.reference])
    rooms = {
        room: f'href="{address}"'
        in client_of(who).get(reverse(f"cases:{room}", args=[cast.case.reference])).content.decode()
        for who, room in (("coordinator", "case"), ("caseworker", "residence"))
    }
    assert rooms == {"case": True, "residence": True}
