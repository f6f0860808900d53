"""The criminal case: dated facts for those who support, two of them for the register, never a statement."""

import datetime
import re
import uuid

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from cases.actions import criminal as actions
from cases.models import CriminalEvent
from organisations.actions.base import Refused, Stale
from tests.cast import new_case

DAY = datetime.date


def at(name: str, case, *more) -> str:
    return reverse(f"cases:{name}", args=[case.reference, *more])


def page_of(client, address: str, language: str = "en") -> str:
    return client.get(address, HTTP_ACCEPT_LANGUAGE=language).content.decode()


def happened(cast, kind: str, day: datetime.date, **values) -> CriminalEvent:
    given = {"kind": kind, "day": day, "reference_number": None, "remark": None, **values}
    return actions.record(case=cast.case, values=given, submission=None, by=cast.caseworker)


def test_events_stand_newest_first_with_their_kind_in_words(cast, client_of):
    for kind, day in (
        ("dismissal", DAY(2026, 3, 2)), ("information_interview", DAY(2025, 1, 5)), ("complaint_art_12", DAY(2026, 3, 9)),
    ):  # fmt: skip
        happened(cast, kind, day)

    def listed(language: str) -> list[str]:
        return re.findall(
            r'class="row-link"[^>]*>([^<]+)<', page_of(client_of("caseworker"), at("criminal", cast.case), language)
        )

    assert listed("en") == [
        "Report to the police", "Complaint that there is no prosecution (art. 12)", "Dismissal: no prosecution",
        "Information interview",
    ]  # fmt: skip
    assert listed("nl") == [
        "Aangifte",
        "Beklag dat er niet wordt vervolgd (artikel 12)",
        "Sepot: geen vervolging",
        "Informatief gesprek",
    ]


def test_the_form_offers_these_kinds_and_says_what_never_to_write(cast, client_of):
    page = page_of(client_of("caseworker"), at("criminal_record", cast.case))
    assert re.findall(r'<option value="(\w*)"', page) == [
        "", "information_interview", "police_report", "cooperation", "investigation", "prosecution_decided", "dismissal",
        "trial", "judgment", "irrevocable_judgment", "appeal", "cassation", "complaint_art_12", "other",
    ]  # fmt: skip
    assert "What the person told belongs to the police and is never written here." in page


def test_an_event_is_recorded_once_by_a_form_sent_twice(cast, client_of):
    client = client_of("caseworker")
    sent = {
        "kind": "trial", "day": "12-5-2026", "reference_number": "13/123456-26", "remark": "Zaal 3",
        "submission": str(uuid.uuid4()),
    }  # fmt: skip
    assert [client.post(at("criminal_record", cast.case), sent)["Location"] for _ in range(2)] == [
        at("criminal", cast.case)
    ] * 2
    event = CriminalEvent.objects.get(kind="trial")
    assert (event.day, event.reference_number, event.remark) == (DAY(2026, 5, 12), "13/123456-26", "Zaal 3")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"day": f"{timezone.localdate() + datetime.timedelta(days=2):%d-%m-%Y}"}, "This day is still to come."),
        ({"kind": ""}, "This field is required."),
        ({"kind": "gossip"}, "Select a valid choice."),
        ({"remark": "x" * 501}, "at most 500 characters"),
    ],
)
def test_a_mistake_is_a_sentence(values, said, cast, client_of):
    sent = {"kind": "trial", "day": "12-5-2026", **values}
    page = client_of("caseworker").post(at("criminal_record", cast.case), sent, HTTP_ACCEPT_LANGUAGE="en")
    assert (page.status_code, said in page.content.decode()) == (200, True)
    assert CriminalEvent.objects.count() == 1


def test_an_event_is_corrected_by_whoever_saw_it_last(cast, client_of):
    event = cast.rows["event"]
    sent = {"kind": "cooperation", "day": "1-5-2026", "version": str(event.version)}
    address = at("criminal_change", cast.case, event.pk)
    assert client_of("caseworker").post(address, sent).status_code == 302
    page = client_of("colleague").post(address, {**sent, "kind": "other"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Somebody else changed this while you were typing." in page
    assert '<p class="says keep-lines">Cooperation otherwise</p>' in page
    event.refresh_from_db()
    assert (event.kind, event.day) == ("cooperation", DAY(2026, 5, 1))
    with pytest.raises(Stale):
        actions.change(event=event, values={"kind": "other"}, version=1, by=cast.colleague)


def test_an_event_of_another_case_is_not_found_here(cast, client_of):
    mine = new_case(cast.caseworker)
    client = client_of("caseworker")
    assert client.get(at("criminal_change", cast.case, cast.rows["event"].pk)).status_code == 200
    assert client.get(at("criminal_change", mine, cast.rows["event"].pk)).status_code == 404


@pytest.mark.parametrize("who", ["coordinator", "outsider", "former", "privacy"])
def test_a_verb_asks_again_whether_the_person_may(who, cast):
    with pytest.raises(Refused):
        actions.record(case=cast.case, values={"kind": "trial", "day": DAY(2026, 1, 1)}, submission=None, by=cast[who])
    with pytest.raises(Refused):
        actions.change(event=cast.rows["event"], values={"kind": "trial"}, version=None, by=cast[who])


def test_the_database_knows_the_kinds_too(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        CriminalEvent.objects.filter(pk=cast.rows["event"].pk).update(kind="gossip")


def test_the_register_reads_whether_and_when_and_nothing_else(cast, client_of):
    """Report and cooperation are facts of registration; number, remark and everything later are not."""
    CriminalEvent.objects.all().delete()
    happened(cast, "police_report", DAY(2026, 5, 12), reference_number="KANARIE-1", remark="KANARIE-2")
    happened(cast, "cooperation", DAY(2026, 4, 3), remark="KANARIE-3")
    happened(cast, "cooperation", DAY(2026, 6, 4))
    happened(cast, "dismissal", DAY(2026, 7, 8), remark="KANARIE-4")
    pages = {
        who: page_of(client_of(who), at("intake", cast.case))
        for who in ("coordinator", "caseworker", "care_coordinator")
    }
    for page in pages.values():
        assert re.findall(r"<dt>(Report to the police|Cooperation otherwise)</dt><dd>(.*?)</dd>", page) == [
            ("Report to the police", "Yes: 12 May 2026"), ("Cooperation otherwise", "Yes: 3 April 2026, 4 June 2026"),
        ]  # fmt: skip
        assert "KANARIE" not in page
        assert "8 July 2026" not in page
    room = at("criminal", cast.case)
    assert {who: room in page for who, page in pages.items()} == {
        "coordinator": False, "caseworker": True, "care_coordinator": True,
    }  # fmt: skip
    assert client_of("coordinator").get(room).status_code == 403
    assert "8 July 2026" in page_of(client_of("care_coordinator"), room)


def test_nothing_recorded_reads_as_no(cast, client_of):
    CriminalEvent.objects.all().delete()
    page = page_of(client_of("coordinator"), at("intake", cast.case))
    assert page.count("No, nothing is recorded") == 2


def test_the_track_on_the_case_page_tells_the_newest_event_to_those_who_read_the_room(cast, client_of):
    happened(cast, "dismissal", DAY(2026, 3, 2))
    cast.rows["event"].day = DAY(2026, 2, 1)
    cast.rows["event"].save()
    said = {
        who: re.findall(r"<dt>Criminal case</dt><dd>(.*?)</dd>", page_of(client_of(who), at("case", cast.case)))
        for who in ("caseworker", "coordinator")
    }
    assert said == {"caseworker": ["Dismissal: no prosecution, 2 March 2026"], "coordinator": []}


def test_the_history_tells_the_register_nothing_of_the_criminal_case(cast, client_of):
    said = {
        who: "an event of the criminal case" in page_of(client_of(who), at("history", cast.case))
        for who in ("caseworker", "coordinator")
    }
    assert said == {"caseworker": True, "coordinator": False}
