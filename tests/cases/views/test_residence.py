"""Titles and procedures about residence: their terms, what moves them, and what is worth asking about."""

import datetime
import re
import uuid

import pytest
import time_machine
from django.db import connection
from django.urls import reverse
from django.utils import formats, timezone

from cases.actions import criminal, residence
from cases.models import Participation
from cases.rules.periods import add_months
from organisations.actions.base import SentBefore
from organisations.models import AuditEvent
from tests.cast import corrected, granted, unseen
from tests.forms import text, told_on


def test_a_permit_and_a_dismissal_lead_to_what_is_worth_asking(cast, client_of):
    cast.case.residencestatus_set.all().delete()
    values = {"title": "permit_a", "from_on": datetime.date(2024, 1, 1), "until_on": None, "document_valid_until": None}
    residence.record_title(case=cast.case, values=values, submission=None, by=cast.caseworker)
    client, room = client_of("caseworker"), reverse("cases:residence", args=[cast.case.reference])
    over = "The criminal case is over, so the permit may be withdrawn."
    assert ("1 January 2025 The permit ends." in text(client, room), over in text(client, room)) == (True, False)
    values = {"kind": "dismissal", "day": timezone.localdate(), "reference_number": None, "remark": None}
    criminal.record(case=cast.case, values=values, submission=None, by=cast.caseworker)
    assert over in text(client, room)
    due = {task.cause: task.due_on for task in cast.case.task_set.open()}
    assert due["permit"] == datetime.date(2025, 1, 1)


def procedure_sent(client, cast, **answers):
    address = reverse("cases:procedure_record", args=[cast.case.reference])
    return client.post(address, {**unseen(client, address), **answers}, HTTP_ACCEPT_LANGUAGE="en")


def test_procedures_run_beside_each_other_and_the_departure_term_stands_still(cast, client_of):
    client, room = client_of("caseworker"), reverse("cases:residence", args=[cast.case.reference])
    today = timezone.localdate()
    days = {
        name: f"{today - datetime.timedelta(days=ago):%d-%m-%Y}" for name, ago in (("ten", 10), ("two", 2), ("one", 1))
    }
    cast.case.procedure_set.all().delete()
    assert procedure_sent(client, cast, kind="return_decision", begun_on=days["ten"]).status_code == 302
    ends = today + datetime.timedelta(days=18)
    assert f"Departure term{formats.date_format(ends)}" in text(client, room)
    due = cast.case.task_set.open().filter(cause="departure_term")
    assert [task.due_on for task in due.all()] == [ends]
    # an objection that suspends departure, then one that is decided
    assert procedure_sent(client, cast, kind="objection", begun_on=days["two"], suspends="yes").status_code == 302
    page = text(client, room)
    assert (
        "Departure is suspended, as recorded, by: Objection" in page
        and "Stands still while departure is suspended; 20 days are left of it." in page
    )
    assert not due.exists()
    objection = cast.case.procedure_set.get(kind="objection")
    change = reverse("cases:procedure_change", args=[cast.case.reference, objection.pk])
    decided = {
        **unseen(client, change),
        "kind": "objection",
        "begun_on": days["two"],
        "suspends": "yes",
        "outcome": "refused",
    }
    assert "An end has a day and an outcome." in told_on(client.post(change, decided, HTTP_ACCEPT_LANGUAGE="en"))
    assert client.post(change, {**decided, "decided_on": days["one"]}).status_code == 302
    page = text(client, room)
    assert "Moved by 1 day on which departure was suspended." in page and "Departure is suspended" not in page
    assert [task.due_on for task in due.all()] == [ends + datetime.timedelta(days=1)]


def test_a_return_decision_that_is_over_has_no_term_any_more(cast, client_of):
    client, room = client_of("caseworker"), reverse("cases:residence", args=[cast.case.reference])
    today = timezone.localdate()
    cast.case.procedure_set.all().delete()
    begun, over = (f"{today - datetime.timedelta(days=ago):%d-%m-%Y}" for ago in (10, 2))
    ended = {"decided_on": over, "outcome": "withdrawn"}
    assert procedure_sent(client, cast, kind="return_decision", begun_on=begun, **ended).status_code == 302
    assert "Departure term" not in text(client, room)
    assert not cast.case.task_set.open().filter(cause="departure_term").exists()
    timeline = text(client, reverse("cases:timeline", args=[cast.case.reference]))
    assert "Return decision with a departure term: Withdrawn" in timeline
    assert formats.date_format(today + datetime.timedelta(days=18)) not in timeline


def test_a_dublin_claimant_has_a_term_to_report_and_a_task_until_the_report(cast, client_of):
    client, room = client_of("caseworker"), reverse("cases:residence", args=[cast.case.reference])
    today = timezone.localdate()
    cast.case.procedure_set.all().delete()
    cast.case.criminalevent_set.all().delete()
    due = cast.case.task_set.open().filter(cause="dublin_report")
    assert procedure_sent(client, cast, kind="dublin", begun_on=f"{today:%d-%m-%Y}").status_code == 302
    assert (due.exists(), "Reporting to the police after an asylum request" in text(client, room)) == (False, False)
    assert "Record the asylum request: the term to report to the police runs from it." in text(client, room)
    asked = today - datetime.timedelta(days=10)
    assert procedure_sent(client, cast, kind="asylum", begun_on=f"{asked:%d-%m-%Y}").status_code == 302
    with connection.cursor() as cursor:
        cursor.execute("SELECT (%s::date + interval '3 months')::date", [asked])
        ends = cursor.fetchone()[0]
    page = text(client, room)
    assert f"Reporting to the police after an asylum request, at the latest{formats.date_format(ends)}" in page
    assert "Record the asylum request" not in page
    assert [task.due_on for task in due.all()] == [ends]
    criminal.record(case=cast.case, values={"kind": "police_report", "day": today}, submission=None, by=cast.caseworker)
    page = text(client, room)
    assert "Assessment by prosecution and police of a report (a target)" in page
    assert "Reporting to the police after an asylum request" not in page
    assert not due.exists()
    timeline = text(client, reverse("cases:timeline", args=[cast.case.reference]))
    assert "Dublin procedure" in timeline


def test_a_correction_of_a_procedure_tells_which_terms_move(cast, client_of):
    client = client_of("caseworker")
    today = timezone.localdate()
    cast.case.procedure_set.all().delete()
    days = [f"{today - datetime.timedelta(days=ago):%d-%m-%Y}" for ago in (10, 9)]
    assert procedure_sent(client, cast, kind="return_decision", begun_on=days[0]).status_code == 302
    row = cast.case.procedure_set.get()
    address = reverse("cases:procedure_change", args=[cast.case.reference, row.pk])
    typed = {**unseen(client, address), "kind": "return_decision", "begun_on": days[1]}
    was, becomes = (formats.date_format(today + datetime.timedelta(days=on)) for on in (18, 19))
    assert f"Departure term{was} → {becomes}" in told_on(client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en"))
    assert corrected(client, address, {**typed, "why_corrected": "Een dag later"}).status_code == 302
    row.refresh_from_db()
    assert row.begun_on == today - datetime.timedelta(days=9)


def test_a_permit_without_a_document_moves_with_its_first_day(cast, client_of):
    client = client_of("caseworker")
    cast.case.residencestatus_set.all().delete()
    values = {
        "title": "permit_a",
        "from_on": datetime.date(2024, 1, 31),
        "until_on": None,
        "document_valid_until": None,
    }
    title = residence.record_title(case=cast.case, values=values, submission=None, by=cast.caseworker)
    address = reverse("cases:residence_change", args=[cast.case.reference, title.pk])
    typed = {**unseen(client, address), "title": "permit_a", "from_on": "29-2-2024"}
    page = told_on(client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en"))
    assert "Latest end by the rule31 January 2025 → 28 February 2025" in page


def test_a_target_that_has_passed_says_so(cast, client_of):
    client, room = client_of("caseworker"), reverse("cases:residence", args=[cast.case.reference])
    cast.case.procedure_set.all().delete()
    now = timezone.localtime()
    procedure_sent(client, cast, kind="m55", begun_on=f"{now:%d-%m-%Y}")
    assert "Passed" not in text(client, room)
    cast.case.procedure_set.update(begun_on=now.date() - datetime.timedelta(days=2))
    assert "Passed" in text(client, room)


def test_what_does_not_fit_together_is_said(cast, client_of):
    client, room = client_of("caseworker"), reverse("cases:residence", args=[cast.case.reference])
    today = timezone.localdate()
    cast.case.procedure_set.all().delete()
    cast.case.residencestatus_set.all().delete()
    duty, position = "“duty to return” says no", "during it the stay is lawful"
    assert (duty in text(client, room), position in text(client, room)) == (False, False)
    values = {"title": "none", "from_on": today, "until_on": None, "document_valid_until": None}
    residence.record_title(case=cast.case, values=values, submission=None, by=cast.caseworker)
    granted(cast, granted_on=today, latest_end=add_months(today, 3))
    procedure_sent(client, cast, kind="return_decision", begun_on=f"{today:%d-%m-%Y}")
    assert (duty in text(client, room), position in text(client, room)) == (True, True)


def test_only_form_m55_has_a_time_and_without_one_the_hour_is_said_to_be_unknown(cast, client_of):
    client, room = client_of("caseworker"), reverse("cases:residence", args=[cast.case.reference])
    sentence = "Only the term of form M55 is counted in hours. Leave this empty."
    assert sentence in told_on(procedure_sent(client, cast, kind="asylum", begun_on="28-3-2026", begun_time="12:00"))
    unknown = "At what time it began is not recorded"
    assert procedure_sent(client, cast, kind="return_decision", begun_on="28-3-2026").status_code == 302
    assert unknown not in text(client, room)
    assert procedure_sent(client, cast, kind="m55", begun_on="28-3-2026").status_code == 302
    assert unknown in text(client, room)


def test_the_target_after_form_m55_is_a_target(cast, client_of):
    client = client_of("caseworker")
    assert procedure_sent(client, cast, kind="m55", begun_on="28-3-2026", begun_time="12:00").status_code == 302
    page = text(client, reverse("cases:residence", args=[cast.case.reference]))
    assert "Decision of the IND after form M55 (a target, no guarantee)29 March 2026, 13:00" in page
    assert "Counted from 28 March 2026: 24 hours." in page


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"begun_on": "1-3-2024", "decided_on": "29-2-2024", "outcome": "granted"}, "This is before it began."),
        ({"begun_on": "1-3-2024", "document_valid_until": "1-2-2024"}, "This is before it began."),
        (
            {
                "begun_on": "1-3-2024",
                "decided_on": "2-3-2024",
                "outcome": "refused",
                "document_valid_until": "1-3-2025",
            },
            "Only what was granted has a document. Choose “granted”, or leave this empty.",
        ),
        ({"begun_on": "1-3-2024", "decided_on": "2-3-2024"}, "An end has a day and an outcome."),
        ({"begun_on": "1-3-2199"}, "This day is still to come. Type the day on which it happened."),
    ],
)
def test_a_procedure_with_wrong_dates_is_a_sentence(answers, sentence, cast, client_of):
    before = cast.case.procedure_set.count()
    assert sentence in told_on(procedure_sent(client_of("caseworker"), cast, kind="asylum", **answers))
    assert cast.case.procedure_set.count() == before


def test_the_newest_document_of_each_procedure_is_a_task(cast):
    today = timezone.localdate()
    for ago, days in ((300, 10), (20, 200)):
        day = today - datetime.timedelta(days=ago)
        values = {
            "kind": "hardship", "begun_on": day, "decided_on": day, "outcome": "granted",
            "document_valid_until": today + datetime.timedelta(days=days),
        }  # fmt: skip
        residence.record_procedure(case=cast.case, values=values, submission=None, by=cast.caseworker)
    due = cast.case.task_set.open().filter(cause="document")
    assert [task.due_on for task in due] == [today + datetime.timedelta(days=200)]


def test_a_correction_beside_another_mistake_is_a_sentence(cast, client_of):
    client, row = client_of("caseworker"), cast.rows["procedure"]
    address = reverse("cases:procedure_change", args=[cast.case.reference, row.pk])
    other = f"{row.begun_on - datetime.timedelta(days=1):%d-%m-%Y}"
    page = client.post(address, {**unseen(client, address), "kind": "", "begun_on": other}, HTTP_ACCEPT_LANGUAGE="en")
    assert "This field is required." in told_on(page)
    row.refresh_from_db()
    assert f"{row.begun_on:%d-%m-%Y}" != other


def test_an_older_decided_request_runs_no_term_of_a_new_dublin_procedure(cast, client_of):
    today = timezone.localdate()
    cast.case.procedure_set.all().delete()
    cast.case.criminalevent_set.all().delete()
    old = {
        "kind": "asylum",
        "begun_on": datetime.date(2020, 3, 1),
        "decided_on": datetime.date(2021, 3, 1),
        "outcome": "refused",
    }
    for values in (old, {"kind": "dublin", "begun_on": today}):
        residence.record_procedure(case=cast.case, values=values, submission=None, by=cast.caseworker)
    room = text(client_of("caseworker"), reverse("cases:residence", args=[cast.case.reference]))
    assert "Record the asylum request: the term to report to the police runs from it." in room
    assert not cast.case.task_set.filter(cause="dublin_report").exists()


def test_whether_it_suspends_is_changed_only_after_its_terms_were_read(cast, client_of):
    client, today = client_of("caseworker"), timezone.localdate()
    cast.case.procedure_set.all().delete()
    days = {ago: today - datetime.timedelta(days=ago) for ago in (20, 18, 8)}
    appeal = {"kind": "appeal", "begun_on": days[18], "decided_on": days[8], "outcome": "refused", "suspends": True}
    for values in ({"kind": "return_decision", "begun_on": days[20]}, appeal):
        residence.record_procedure(case=cast.case, values=values, submission=None, by=cast.caseworker)
    row = cast.case.procedure_set.get(kind="appeal")
    address = reverse("cases:procedure_change", args=[cast.case.reference, row.pk])
    typed = {
        **unseen(client, address), "kind": "appeal", "begun_on": f"{days[18]:%d-%m-%Y}", "decided_on": f"{days[8]:%d-%m-%Y}",
        "outcome": "refused", "suspends": "no",
    }  # fmt: skip
    page = client.post(address, typed, HTTP_ACCEPT_LANGUAGE="en")
    was, becomes = (formats.date_format(today + datetime.timedelta(days=on)) for on in (18, 8))
    assert f"Departure term{was} → {becomes}" in told_on(page)
    row.refresh_from_db()
    assert row.suspends is True
    shown = re.search(r'name="changes_shown" value="(\w+)"', page.content.decode())[1]
    assert client.post(address, {**typed, "changes_shown": shown}).status_code == 302
    row.refresh_from_db()
    assert row.suspends is False


@pytest.mark.parametrize(
    ("answers", "sentence"),
    [
        ({"kind": "return_decision", "suspends": "yes"}, "A return decision suspends nothing."),
        ({"kind": "m55", "begun_time": "23:59"}, "This moment is still to come."),
    ],
)
def test_what_a_procedure_cannot_be_is_a_sentence(answers, sentence, cast, client_of):
    noon = timezone.localtime().replace(hour=12) + datetime.timedelta(days=1)
    with time_machine.travel(noon, tick=False):
        client = client_of("caseworker")
        assert sentence in told_on(procedure_sent(client, cast, begun_on=f"{noon:%d-%m-%Y}", **answers))


def test_a_title_that_ends_by_the_next_one_is_told_and_names_who_did_it(cast):
    cast.case.residencestatus_set.all().delete()
    values = {"title": "none", "from_on": datetime.date(2024, 1, 1), "until_on": None, "document_valid_until": None}
    first = residence.record_title(case=cast.case, values=values, submission=None, by=cast.caseworker)
    later = {**values, "title": "permit_a", "from_on": datetime.date(2024, 2, 1)}
    residence.record_title(case=cast.case, values=later, submission=None, by=cast.colleague)
    first.refresh_from_db()
    told = AuditEvent.objects.get(object_id=first.pk, verb="residence_changed")
    assert (first.until_on, first.version, told.actor_id) == (datetime.date(2024, 2, 1), 2, cast.colleague.pk)


def test_a_no_after_not_known_yet_is_not_lost_by_going_back(cast):
    submission = uuid.uuid4()
    values = {"kind": "appeal", "begun_on": timezone.localdate(), "suspends": None}
    given = {"case": cast.case, "submission": submission, "by": cast.caseworker}
    residence.record_procedure(values=values, **given)
    residence.record_procedure(values=values, **given)
    with pytest.raises(SentBefore):
        residence.record_procedure(values={**values, "suspends": False}, **given)


def test_a_return_decision_suspends_nothing_by_itself(cast):
    today = timezone.localdate()
    cast.case.procedure_set.all().delete()
    values = {"kind": "return_decision", "begun_on": today, "suspends": True}
    residence.record_procedure(case=cast.case, values=values, submission=None, by=cast.caseworker)
    due = cast.case.task_set.open().filter(cause="departure_term")
    assert [task.due_on for task in due] == [today + datetime.timedelta(days=28)]


def test_a_dublin_term_says_that_a_report_before_the_transfer_is_not_shown(cast, client_of):
    note = "What happened in the criminal case before the transfer is not shown here."
    cast.case.procedure_set.all().delete()
    today = timezone.localdate()
    for kind, ago in (("asylum", 20), ("dublin", 10)):
        values = {"kind": kind, "begun_on": today - datetime.timedelta(days=ago)}
        residence.record_procedure(case=cast.case, values=values, submission=None, by=cast.caseworker)
    room = reverse("cases:residence", args=[cast.case.reference])
    assert note not in text(client_of("caseworker"), room)
    Participation.objects.filter(case=cast.case, organisation=cast.kade, part="lead").update(
        hidden_before={"criminal": timezone.now().isoformat()}
    )
    assert note in text(client_of("caseworker"), room)
