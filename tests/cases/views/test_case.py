"""The list of cases, the search, a new case, and what a page keeps when somebody was faster."""

import datetime
import re
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as actions
from cases.actions import stage
from cases.models import Case
from organisations.models import AuditEvent
from organisations.rules.audit import Verb
from tests.cast import new_case

LIST = reverse("cases:case_list")


def references(response) -> list[str]:
    return re.findall(r'<a class="row-link reference" href="/cases/(\w+)/"', response.content.decode())


def queries_of(client, address, method="get", **data) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert getattr(client, method)(address, data).status_code == 200
    return len(queries)


def test_the_list_asks_as_often_for_thirty_rows_as_for_one(cast, client_of):
    client = client_of("outsider")
    Case.objects.where_may(cast.outsider, "case.see").exclude(created_by=cast.outsider).update(stage="registered")
    queries_of(client, LIST)  # sessions and languages are read once more the first time
    one = queries_of(client, LIST)
    for number in range(30):
        new_case(cast.outsider, working_name=f"Rij {number}")
    assert (one, queries_of(client, LIST)) == (6, 6)


def test_the_search_asks_as_often_for_thirty_rows_as_for_one(cast, client_of):
    client = client_of("outsider")
    new_case(cast.outsider, working_name="Merel")
    search = reverse("cases:case_search")
    queries_of(client, search, "post", search="Merel")
    one = queries_of(client, search, "post", search="Merel")
    for _ in range(30):
        new_case(cast.outsider, working_name="Merel")
    assert (one, queries_of(client, search, "post", search="Merel")) == (10, 10)


def test_the_dashboard_asks_as_often_for_thirty_rows_as_for_one(cast, client_of):
    client, address = client_of("coordinator"), reverse("cases:dashboard")

    def ending():
        from cases.actions import residence

        case = new_case(cast.coordinator, working_name="Bijna")
        today = timezone.localdate()
        values = {
            "state": "granted",
            "granted_on": today - datetime.timedelta(days=80),
            "latest_end": today + datetime.timedelta(days=5),
        }
        residence.record_reflection(case=case, values=values, submission=None, by=cast.coordinator)

    ending()
    queries_of(client, address)
    one = queries_of(client, address)
    for _ in range(30):
        ending()
    assert (one, queries_of(client, address)) == (20, 20)


def test_the_newest_change_stands_first_and_older_pages_miss_and_repeat_nothing(cast, client_of):
    client = client_of("former")
    made = [new_case(cast.former, working_name=f"Rij {n}").reference for n in range(60)]
    # thirty of them in the same instant: the id decides
    Case.objects.filter(reference__in=made[:30]).update(changed_at=timezone.now())
    found, address = [], LIST
    while address:
        page = client.get(address)
        found += references(page)
        older = re.search(r'href="(\?[^"]*after=[^"]+)"', page.content.decode())
        address = LIST + older[1].replace("&amp;", "&") if older else None
    assert len(found) == 61
    assert len(set(found)) == 61
    times = dict(Case.objects.values_list("reference", "changed_at"))
    assert [times[r] for r in found] == sorted((times[r] for r in found), reverse=True)


@pytest.mark.parametrize(
    "mark", ["x", "2026-01-01~y", "2026-13-45T00:00~", "\x00", "~", "2026-01-01T00:00:00~" + str(uuid.UUID(int=7))]
)
def test_a_broken_mark_shows_the_first_page(mark, cast, client_of):
    assert references(client_of("caseworker").get(LIST, {"after": mark})) == [cast.case.reference]


def test_filters_are_the_address_and_chips_take_them_away(cast, client_of):
    client = client_of("caseworker")
    page = client.get(LIST, {"stage": "intake", "danger": "yes"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert re.findall(r'chip-remove" href="([^"]+)">([^<]+)<', page) == [
        ("?danger=yes", "Intake"),
        ("?stage=intake", "Danger now"),
    ]
    assert references(client.get(LIST, {"stage": "intake"})) == [cast.case.reference]
    assert references(client.get(LIST, {"stage": "recovery"})) == []
    assert references(client.get(LIST, {"danger": "yes"})) == []
    assert references(client.get(LIST, {"mine": "yes"})) == [cast.case.reference]
    assert references(client_of("colleague").get(LIST, {"mine": "yes"})) == []


def test_closed_cases_are_left_out_and_a_chip_says_so(cast, client_of):
    from cases.actions import stage

    stage.move(case=cast.case, to="closed", reason="", closing_reason="settled", lapse_reason="x", by=cast.caseworker)
    client = client_of("caseworker")
    page = client.get(LIST, HTTP_ACCEPT_LANGUAGE="en")
    assert references(page) == []
    assert "Without closed cases" in page.content.decode()
    assert references(client.get(LIST, {"closed": "yes"})) == [cast.case.reference]
    assert references(client.get(LIST, {"stage": "closed"})) == [cast.case.reference]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Vogel", True),
        ("vog", True),
        ("Fogel", True),
        ("PL-1", True),
        ("pl 1", True),
        ("Zaak", False),
        ("", False),
        ("\x00", False),
    ],
)
def test_search_by_working_name_and_number(typed, found, cast, client_of):
    page = client_of("caseworker").post(reverse("cases:case_search"), {"search": typed})
    assert references(page) == ([cast.case.reference] if found else [])


def test_search_by_reference_and_by_day_of_intake(cast, client_of):
    client, search = client_of("caseworker"), reverse("cases:case_search")
    reference = cast.case.reference
    today = timezone.localdate()
    for typed in (reference, f"{reference[:3]} {reference[3:].lower()}", f"{today:%d-%m-%Y}"):
        assert references(client.post(search, {"search": typed})) == [reference]


def test_nobody_finds_a_case_they_may_not_see(cast, client_of):
    search = reverse("cases:case_search")
    assert references(client_of("outsider").post(search, {"search": cast.case.reference})) == []
    actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    assert references(client_of("colleague").post(search, {"search": cast.case.reference})) == []
    assert references(client_of("caseworker").post(search, {"search": cast.case.reference})) == [cast.case.reference]


def test_a_search_leaves_one_row_without_what_was_typed(cast, client_of):
    before = set(AuditEvent.objects.values_list("pk", flat=True))
    client_of("caseworker").post(reverse("cases:case_search"), {"search": "Vogel"})
    row = AuditEvent.objects.exclude(pk__in=before).get()
    assert (row.verb, row.actor_name, row.case_id, row.room) == (Verb.CASES_SEARCHED, "Caseworker", None, "")


def test_four_questions_open_a_case_and_the_same_form_twice_opens_one(cast, client_of):
    client, address = client_of("caseworker"), reverse("cases:case_add")
    answers = {
        "working_name": "Mees",
        "age_group": "minor",
        "danger_now": "yes",
        "bed_needed": "yes",
        "notifier": "police",
    }
    sent = {**answers, "submission": str(uuid.uuid4())}
    places = {client.post(address, sent)["Location"] for _ in range(2)}
    assert len(places) == 1
    case = Case.objects.get(reference=places.pop().split("/")[2])
    assert (case.working_name, case.age_group, case.danger_now, case.bed_needed, case.stage) == (
        "Mees",
        "minor",
        True,
        True,
        "intake",
    )
    assert [notice.notifier for notice in case.notice_set.all()] == ["police"]


def test_an_unanswered_question_is_a_sentence_and_what_was_typed_stays(cast, client_of):
    page = client_of("caseworker").post(reverse("cases:case_add"), {"working_name": "Mees"}, HTTP_ACCEPT_LANGUAGE="nl")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="Mees"' in text
    assert "Kijk hier nog eens naar" in text


def test_the_second_writer_sees_what_changed_and_keeps_what_they_typed(cast, client_of):
    contact = cast.rows["contact"]
    address = reverse("cases:contact_change", args=[cast.case.reference, contact.pk])
    first, second = client_of("caseworker"), client_of("colleague")
    seen = {"kind": "lawyer", "name": "Eerste", "phone": "1", "version": str(contact.version)}
    assert first.post(address, seen).status_code == 302
    page = second.post(address, {**seen, "name": "Tweede"}, HTTP_ACCEPT_LANGUAGE="en")
    text = page.content.decode()
    assert page.status_code == 200
    assert 'value="Tweede"' in text
    assert [(one.name, one.now) for one in page.context["form"].differences] == [("name", "Eerste")]
    assert '<p class="says keep-lines">Eerste</p>' in text
    version = re.search(r'name="version" value="(\d+)"', text)[1]
    assert second.post(address, {**seen, "name": "Tweede", "version": version}).status_code == 302
    contact.refresh_from_db()
    assert contact.name == "Tweede"


def test_no_title_holds_a_name(cast, client_of):
    client = client_of("caseworker")
    for name in ("case", "intake", "notes", "return_plan", "people", "contacts"):
        page = client.get(reverse(f"cases:{name}", args=[cast.case.reference])).content.decode()
        title = re.search(r"<title>(.*?)</title>", page, re.S)[1]
        assert "Vogel" not in title
        assert cast.case.reference in title


def test_history_tells_the_stages_and_their_reasons_to_those_who_read_notes(cast, client_of):
    stage.move(case=cast.case, to="procedure", reason="Omdat het moest", past=["reflection"], by=cast.teamlead)
    address = reverse("cases:history", args=[cast.case.reference])
    told = {}
    for persona in ("caseworker", "care_coordinator", "coordinator"):
        page = client_of(persona).get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        told[persona] = ("past what blocked it" in page, "Omdat het moest" in page)
    assert told == {"caseworker": (True, True), "care_coordinator": (True, False), "coordinator": (True, False)}


def test_history_shows_only_the_rooms_one_reads(cast, client_of):
    address = reverse("cases:history", args=[cast.case.reference])
    said = {
        who: "wrote a note" in client_of(who).get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        for who in ("caseworker", "care_coordinator", "coordinator")
    }
    assert said == {"caseworker": True, "care_coordinator": False, "coordinator": False}


def test_the_contact_never_to_tell_is_shown_and_never_called(cast, client_of):
    from cases.actions import people

    people.change_contact(contact=cast.rows["contact"], values={"never_tell": True}, version=None, by=cast.caseworker)
    page = (
        client_of("caseworker")
        .get(reverse("cases:case", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en")
        .content.decode()
    )
    assert "Never tell:" in page
    # and somebody to call is still missing
    assert "Nobody to call yet." in page and reverse("cases:contact_add", args=[cast.case.reference]) in page
    assert "tel:" not in page


def test_an_address_in_small_letters_is_the_same_case(cast, client_of):
    assert client_of("caseworker").get(f"/cases/{cast.case.reference.lower()}/").status_code == 200


def test_what_happened_last_tells_deeds_and_the_whole_history_looks_too(cast, client_of):
    case = new_case(cast.caseworker, working_name="Spreeuw")
    client = client_of("caseworker")
    for name in ("intake", "case"):
        client.get(reverse(f"cases:{name}", args=[case.reference]))
    read = AuditEvent.objects.filter(case_id=case.pk, verb=Verb.CASE_READ)[0].sentence
    pages = {
        name: client.get(reverse(f"cases:{name}", args=[case.reference]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
        for name in ("case", "history")
    }
    assert {name: str(read) in page for name, page in pages.items()} == {"case": False, "history": True}
