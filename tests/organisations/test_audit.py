"""The audit trail of an organisation: what its privacy officer reads, filters and takes along, and what never reaches them."""

import csv
import datetime
import io
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases.actions import conversation
from cases.models import Case
from organisations import lists
from organisations.actions import audit
from organisations.models import AuditEvent, Membership, User
from organisations.roles import Role
from organisations.rules.audit import Kind, Verb, room_name, verbs_of
from tests.cast import new_case, person

TRAIL, EXPORT = reverse("organisations:audit"), reverse("organisations:audit_export")


def references(page: str) -> set[str]:
    return set(re.findall(r'class="reference">(\w{7})<', page))


def people(page: str) -> set[str]:
    return set(re.findall(r'<a href="\?person=[^"]+">([^<]+)</a>', page))


def rows(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def read(client, **filters) -> str:
    answer = client.get(TRAIL, filters, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_officer_reads_what_went_through_their_organisation_and_nothing_else(cast, client_of):
    # Somebody with a small role at Kade works on cases elsewhere, searches there and is refused there.
    elsewhere = Case.objects.get(created_by=cast.moonlighter)
    moonlighter = client_of("moonlighter")
    moonlighter.get(reverse("cases:case", args=[elsewhere.reference]))
    moonlighter.post(reverse("cases:case_search"), {"search": "Vogel"})
    moonlighter.get(reverse("cases:case_assign", args=[elsewhere.reference]))
    for who in ("care_coordinator", "coordinator", "outsider", "former"):
        own = cast.case if who in {"care_coordinator", "coordinator"} else Case.objects.get(created_by=cast[who])
        client_of(who).get(reverse("cases:case", args=[own.reference]))
    for who in ("caseworker", "teamlead"):
        client_of(who).get(reverse("cases:notes", args=[cast.case.reference]))
    page = read(client_of("privacy"))
    assert references(page) == {cast.case.reference, cast.rows["erasure"].case.reference}
    # the moonlighter was refused a page that no role of theirs opens anywhere: that stands at their first organisation
    assert people(page) == {"Caseworker", "Teamlead", "Privacy", "Moonlighter", "Admin"}
    own_of_moonlighter = AuditEvent.objects.filter(organisation_id=cast.kade.pk, actor_id=cast.moonlighter.pk)
    assert list(own_of_moonlighter.values_list("verb", "case_reference")) == [("access_refused", "")]
    through_oever = AuditEvent.objects.filter(organisation_id=cast.oever.pk, actor_id=cast.moonlighter.pk)
    assert set(through_oever.values_list("verb", "role")) == {
        ("case_created", "caseworker"), ("case_read", "caseworker"), ("cases_searched", "caseworker"),
    }  # fmt: skip


def test_the_trail_holds_no_content_and_opens_no_case(cast, client_of):
    conversation.write_note(case=cast.case, text="kanarie", areas=[], submission=None, by=cast.caseworker)
    page = read(client_of("privacy"))
    assert [word for word in ("kanarie", "Vogel", "/cases/", "Advocaat") if word in page] == []


def test_a_refusal_at_the_door_stands_at_the_organisation_through_which_the_case_is_seen(cast, client_of):
    Membership.objects.create(
        user=cast.care_coordinator, organisation=cast.oever, role=Role.DIRECTORY_EDITOR,
        from_at=timezone.now() - datetime.timedelta(days=2000), confirmed_at=timezone.now())  # fmt: skip
    client_of("care_coordinator").get(reverse("cases:stage_move", args=[cast.case.reference, "recovery"]))
    refused = AuditEvent.objects.get(verb=Verb.ACCESS_REFUSED)
    assert (refused.organisation_name, refused.role, refused.case_reference) == (
        "Midden", "care_coordinator", cast.case.reference,
    )  # fmt: skip


def test_reading_the_trail_is_one_row_a_person_organisation_page_and_hour(cast, client_of):
    for _ in range(3):
        read(client_of("privacy"))
    for _ in range(2):
        client_of("teamlead").get(reverse("cases:who_looked_list"))
    looked = AuditEvent.objects.filter(verb=Verb.TRAIL_READ)
    assert sorted(looked.values_list("actor_name", "organisation_name", "room", "role")) == [
        ("Privacy", "Kade", "audit", "privacy_officer"), ("Teamlead", "Kade", "who_looked", "team_lead"),
    ]  # fmt: skip


def test_an_officer_of_two_organisations_leaves_a_row_in_each(cast, client_of):
    Membership.objects.create(
        user=cast.privacy, organisation=cast.oever, role=Role.PRIVACY_OFFICER, confirmed_at=timezone.now()
    )
    page = read(client_of("privacy"))
    assert "Zaak" not in page
    assert Case.objects.get(created_by=cast.outsider).reference in references(page)
    assert set(AuditEvent.objects.filter(verb=Verb.TRAIL_READ).values_list("organisation_name")) == {
        ("Kade",), ("Oever",),
    }  # fmt: skip


def test_the_officer_loses_the_trail_with_the_role(cast, client_of):
    client = client_of("privacy")
    read(client)
    cast.privacy.memberships.update(until_at=timezone.now())
    assert (client.get(TRAIL).status_code, client.post(EXPORT).status_code) == (403, 403)


def test_every_verb_has_its_kind():
    assert {kind: set(verbs_of(kind)) for kind in (Kind.READ, Kind.REFUSED, Kind.SEARCH, Kind.ACCOUNTS)} == {
        Kind.READ: {"case_read", "shelter_address_revealed", "trail_read", "trail_exported", "document_opened",
            "case_exported", "export_asked", "export_made", "export_downloaded", "export_deleted",
        },
        Kind.REFUSED: {"access_refused"},
        Kind.SEARCH: {"cases_searched"},
        Kind.ACCOUNTS: {
            "account_added", "membership_begun", "membership_ended", "organisation_added", "organisation_changed",
            "membership_confirmed", "membership_refused", "invited", "invitation_sent_again", "invitation_withdrawn",
            "invitation_accepted", "account_closed", "account_reopened", "password_changed", "sessions_ended",
            "address_changed", "second_step_changed", "organisation_verified", "organisation_suspended",
            "organisation_unsuspended", "organisations_merged", "organisations_imported", "suggestion_made",
            "suggestion_accepted", "suggestion_declined", "shelter_added", "shelter_changed", "shelter_address_written",
        },
    }  # fmt: skip
    assert {"note_written", "case_erased", "stage_moved"} < set(verbs_of(Kind.CHANGE))


@pytest.mark.parametrize(
    ("room", "said"),
    [("notes", "Notes"), ("cases:notes", "Notes"), ("cases:shelter_place", "Shelter"), ("cases:case", "Case page"),
     ("cases:case_list", "Cases"), ("cases:tonight", "Tonight"), ("organisations:members_list", "Members"),
     ("cases:case_export_download", "Files of cases"), ("organisations:organisation_mer", "Organisations"),
     ("elsewhere", "elsewhere"), ("audit", "Audit trail"), ("", "")],
)  # fmt: skip
def test_a_room_is_told_in_words_and_a_refused_page_by_its_room(room, said):
    assert str(room_name(room)) == said


def test_every_page_of_ours_is_told_in_words():
    from cases.urls import urlpatterns as of_cases
    from organisations.urls import urlpatterns as of_organisations

    pages = {one.name for one in [*of_cases, *of_organisations]}
    assert len(pages) > 150
    assert {name for name in pages if str(room_name(name)) == name} == set()


# --- filters -------------------------------------------------------------------------------------------------------


@pytest.fixture
def told(cast):
    """Five rows of five kinds by two people on two days, all of Kade; nothing else stands in its trail."""
    day = timezone.make_aware(datetime.datetime(2026, 3, 4, 23, 30))
    rows = [
        (Verb.CASE_READ, cast.caseworker, day), (Verb.NOTE_WRITTEN, cast.caseworker, day),
        (Verb.ACCESS_REFUSED, cast.teamlead, day), (Verb.CASES_SEARCHED, cast.teamlead, day),
        (Verb.MEMBERSHIP_ENDED, cast.teamlead, day + datetime.timedelta(hours=1)),
    ]  # fmt: skip
    for verb, by, at in rows:
        with_case = verb not in {Verb.CASES_SEARCHED, Verb.MEMBERSHIP_ENDED}
        event = audit.event(verb, by=by, organisation=cast.kade, case=cast.case if with_case else None, room="notes")
        event.at, event.hour = at, at
        event.save()
    return {"since": "01-01-2026", "until": "31-03-2026"}


@pytest.mark.parametrize(
    ("filters", "verbs"),
    [
        ({}, {"case_read", "note_written", "access_refused", "cases_searched", "membership_ended"}),
        ({"kind": "read"}, {"case_read"}),
        ({"kind": "change"}, {"note_written"}),
        ({"kind": "refused"}, {"access_refused"}),
        ({"kind": "search"}, {"cases_searched"}),
        ({"kind": "accounts"}, {"membership_ended"}),
        ({"person": "teamlead"}, {"access_refused", "cases_searched", "membership_ended"}),
        ({"person": "caseworker", "kind": "change"}, {"note_written"}),
        ({"reference": "the case"}, {"case_read", "note_written", "access_refused"}),
        # midnight is that of the Netherlands
        ({"until": "04-03-2026"}, {"case_read", "note_written", "access_refused", "cases_searched"}),
        ({"since": "5-3-2026"}, {"membership_ended"}),
    ],
)
def test_filters(filters, verbs, told, cast, client_of):
    filters = {**told, **filters}
    if "person" in filters:
        filters["person"] = str(cast[filters["person"]].pk)
    if "reference" in filters:
        filters["reference"] = f" {cast.case.reference[:3].lower()}-{cast.case.reference[3:]}"
    said = [row[5] for row in rows(client_of("privacy").post(EXPORT, filters, HTTP_ACCEPT_LANGUAGE="en"))[1:]]
    assert sorted(said) == sorted(str(Verb(verb).sentence) for verb in verbs)
    page = read(client_of("privacy"), **filters)
    assert len(re.findall(r'data-label="What"', page)) == len(verbs)


def test_filters_in_force_are_chips_that_can_be_taken_away(told, cast, client_of):
    page = read(client_of("privacy"), person=str(cast.teamlead.pk), kind="refused", until="4 maart 2026")
    assert re.findall(r'chip-remove" href="([^"]+)">([^<]+)<', page) == [
        ("?until=04-03-2026&amp;kind=refused", "Teamlead"),
        (f"?person={cast.teamlead.pk}&amp;kind=refused", "up to and including 4 March 2026"),
        (f"?person={cast.teamlead.pk}&amp;until=04-03-2026", "Refused"),
    ]


def test_somebody_met_in_the_trail_can_be_filtered_by_and_nobody_else_is_named(told, cast, client_of):
    audit.record(Verb.MEMBERSHIP_BEGUN, by=cast.admin, organisation=cast.kade)
    page = read(client_of("privacy"), person=str(cast.admin.pk))
    assert people(page) == {"Admin"}
    # of another organisation and not in this trail: neither found nor named
    page = read(client_of("privacy"), person=str(cast.outsider.pk))
    assert "Outsider" not in page


@pytest.mark.parametrize(
    "query",
    ["?person=x", "?person=%00", "?kind=nope", "?since=31-31-2026", "?until=31-12-2200", "?since=01-01-1900", "?before=x~y",
     "?reference=" + "x" * 3000, "?reference=%00", "?until=9999-12-31", "?person=" + "9" * 400],
)  # fmt: skip
def test_a_filter_that_makes_no_sense_is_no_fault(query, cast, client_of):
    assert client_of("privacy").get(TRAIL + query).status_code == 200


def test_a_period_the_wrong_way_round_is_told_and_a_filter_that_is_none_makes_no_file(cast, client_of):
    client = client_of("privacy")
    assert "“Until” lies before “From”" in read(client, since="2-12-2026", until="1-12-2026")
    page = client.post(EXPORT, {"since": "31-02-2026", "kind": "read"}, HTTP_ACCEPT_LANGUAGE="en", follow=True)
    assert page.redirect_chain == [(f"{TRAIL}?kind=read", 302)]
    assert "A filter of this address is not known" in page.content.decode()
    assert not AuditEvent.objects.filter(verb=Verb.TRAIL_EXPORTED).exists()


def test_a_day_that_is_none_is_told_beside_its_field(cast, client_of):
    assert "This is not a date." in read(client_of("privacy"), since="31-31-2026")


def many(cast, number: int, *, at=None) -> None:
    events = [audit.event(Verb.CASES_SEARCHED, by=cast.caseworker, organisation=cast.kade) for _ in range(number)]
    for place, event in enumerate(events):
        event.at = at or timezone.now() - datetime.timedelta(seconds=place)
    AuditEvent.objects.bulk_create(events)


def test_older_pages_miss_and_repeat_nothing_though_moments_are_the_same(cast, client_of):
    many(cast, 130, at=timezone.now())
    found, address = [], f"{TRAIL}?kind=search"
    while address:
        page = client_of("privacy").get(address, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        found.append(len(re.findall(r'data-label="What"', page)))
        older = re.search(r'href="(\?[^"]+)">Older', page)
        address = TRAIL + older[1].replace("&amp;", "&") if older else None
    assert found == [50, 50, 30]
    everything = AuditEvent.objects.filter(verb=Verb.CASES_SEARCHED)
    first, mark = lists.newest_first(everything, before="", size=100)
    rest, end = lists.newest_first(everything, before=mark, size=100)
    assert (len({event.pk for event in [*first, *rest]}), end) == (130, "")


def test_it_counts_no_further_than_a_thousand(cast, client_of):
    many(cast, 999)
    assert "999 rows" in read(client_of("privacy"), kind="search")
    many(cast, 2)
    assert "More than 1,000 rows" in read(client_of("privacy"), kind="search")


def test_the_trail_asks_as_often_for_thirty_rows_as_for_one(cast, client_of):
    client = client_of("privacy")
    many(cast, 1)
    read(client, kind="search")

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            read(client, kind="search")
        return len(asked)

    one = queries()
    many(cast, 30)
    for number in range(30):
        person(f"lid{number}", (cast.kade, Role.CASEWORKER))
    assert (one, queries()) == (9, 9)


# --- the copy ------------------------------------------------------------------------------------------------------


def test_the_copy_is_what_the_filters_leave_in_a_form_excel_reads(told, cast, client_of):
    answer = client_of("privacy").post(EXPORT, {**told, "kind": "change"}, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.content[:3] == b"\xef\xbb\xbf"
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="audit-trail-\d{4}-\d\d-\d\d\.csv"', answer["Content-Disposition"])
    assert rows(answer) == [
        ["Moment", "Person", "Role", "Organisation", "Kind", "Deed", "Case", "Part of the file"],
        [
            "2026-03-04 23:30:00",
            "Caseworker",
            "Caseworker",
            "Kade",
            "Changed",
            "wrote a note",
            cast.case.reference,
            "Notes",
        ],
    ]
    dutch = client_of("privacy").post(EXPORT, {**told, "kind": "change"}, HTTP_ACCEPT_LANGUAGE="nl").content.decode()
    assert ';"Begeleider";"Kade";"Gewijzigd";' in dutch


@pytest.mark.parametrize(
    "name", ["=HYPERLINK(1)", "+31", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1", "\n=1", '=1""\'', "\u00a0=1"]
)
def test_a_cell_that_a_spreadsheet_would_compute_is_only_read(name, cast, client_of):
    User.objects.filter(pk=cast.caseworker.pk).update(name=name)
    audit.record(Verb.CASES_SEARCHED, by=User.objects.get(pk=cast.caseworker.pk), organisation=cast.kade)
    answer = client_of("privacy").post(EXPORT, {"kind": "search"}, HTTP_ACCEPT_LANGUAGE="en")
    cell = rows(answer)[1][1]
    assert cell[0] == "'"
    assert cell[1:].strip() == name.strip()


@pytest.mark.parametrize("text", ["", "Kim", "O'Brien", "6PG5HYN", "2026-03-04", "a=b"])
def test_an_ordinary_cell_stays_as_it_is(text):
    assert lists.no_formula(text) == text


def test_taking_a_copy_is_audited_each_time_and_only_by_post(cast, client_of):
    client = client_of("privacy")
    assert client.get(EXPORT).status_code == 405
    for _ in range(2):
        client.post(EXPORT, {"kind": "search"})
    taken = AuditEvent.objects.filter(verb=Verb.TRAIL_EXPORTED)
    assert list(taken.values_list("actor_name", "organisation_name", "role")) == [
        ("Privacy", "Kade", "privacy_officer"), ("Privacy", "Kade", "privacy_officer"),
    ]  # fmt: skip


def test_the_copy_is_capped_and_says_so(cast, client_of, monkeypatch):
    monkeypatch.setattr(lists, "COPIED", 3)
    many(cast, 3)
    answer = client_of("privacy").post(EXPORT, {"kind": "search"}, HTTP_ACCEPT_LANGUAGE="en")
    assert len(rows(answer)) == 4
    many(cast, 1)
    answer = client_of("privacy").post(EXPORT, {"kind": "search"}, HTTP_ACCEPT_LANGUAGE="en")
    assert len(rows(answer)) == 5
    assert rows(answer)[-1] == ["There are more rows. This file holds the newest 3; take a shorter period."]


def test_the_copy_holds_nothing_of_another_organisation(cast, client_of):
    new_case(cast.outsider, working_name="Ander")
    answer = client_of("privacy").post(EXPORT, HTTP_ACCEPT_LANGUAGE="en")
    assert {row[3] for row in rows(answer)[1:]} == {"Kade"}
    assert client_of("privacy").post(EXPORT, {"person": str(cast.outsider.pk)}).status_code == 302
