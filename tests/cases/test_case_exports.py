"""Cases taken along as a file: what is in it, for whom, made at once or in the background, killed, deleted."""

import csv
import datetime
import io
import re

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import exports, lists
from cases.actions import case as case_actions
from cases.actions import case_export, erasure, participation, residence, transfer
from cases.models import Assignment, Case, CaseExport, Participation, StageMove
from cases.rules.access import Part
from organisations.models import AuditEvent, DataKey
from organisations.roles import Role
from organisations.sealing import files, fresh_keys
from tests.cast import DAY, closed_case, new_case, person, takes_part, unseen

LIST, NEW = reverse("cases:case_export_list"), reverse("cases:case_export_add")
TRAIL = ("export_asked", "case_exported", "export_made", "export_downloaded", "export_deleted")


@pytest.fixture(autouse=True)
def nothing_waits(cast):
    """The cast comes with a file that waits; here everybody begins without."""
    CaseExport.objects.all().delete()


def ask(cast, **asked) -> CaseExport:
    given = {"reason": "Overleg", "filters": "", "with_names": False, "language": "en", "submission": None}
    export = exports.ask(**{**given, "by": cast.teamlead, **asked})
    export.refresh_from_db()
    return export


@pytest.fixture
def in_background(monkeypatch):
    """Every file is too large to be made at once, and is made a case at a time."""
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    monkeypatch.setattr(exports, "BATCH", 1)
    monkeypatch.setattr(case_export, "BATCH", 1)


def run(*arguments: str) -> str:
    said = io.StringIO()
    call_command("make_exports", *arguments, stdout=said)
    return said.getvalue().strip()


def text_of(export: CaseExport) -> str:
    export.refresh_from_db()
    return files.read(export.file, owner=export.file_owner, context=export.file_context).decode("utf-8-sig")


def references(export: CaseExport) -> list[str]:
    return [row[0] for row in csv.reader(io.StringIO(text_of(export)))][1:]


def told(**about) -> dict[str, int]:
    """How often each deed stands in the trail."""
    rows = AuditEvent.objects.filter(verb__in=TRAIL, **about).values_list("verb", flat=True)
    return {verb: list(rows).count(verb) for verb in set(rows)}


def lying(root) -> list[str]:
    return sorted(path.name for path in root.rglob("*") if path.is_file())


def tells(export: CaseExport) -> tuple[str, str]:
    export.refresh_from_db()
    return export.state, export.why


# --- what is in it ---------------------------------------------------------------------------------------------------


@pytest.fixture
def two(cast):
    """Two cases of Kade of which every cell is known; the second one would be computed by a spreadsheet."""
    for case in Case.objects.where_may(cast.teamlead, "case.see"):
        Participation.objects.filter(case=case).update(until_at=timezone.now())
    made = []
    for reference, name in (("2222222", "Merel"), ("3333333", "=1+1")):
        case = new_case(cast.caseworker, working_name=name, reference=reference, age_group="minor", bed_needed=True)
        opened, changed = datetime.datetime(2026, 3, 1, 23, 30, tzinfo=datetime.UTC), timezone.now()
        Case.objects.filter(pk=case.pk).update(created_at=opened, changed_at=changed - changed.resolution)
        StageMove.objects.filter(case=case).update(at=opened + 3 * DAY)
        made.append(Case.objects.get(pk=case.pk))
    first, second = made
    Case.objects.filter(pk=first.pk).update(changed_at=datetime.datetime(2026, 3, 9, 12, tzinfo=datetime.UTC))
    Case.objects.filter(pk=second.pk).update(
        changed_at=datetime.datetime(2026, 3, 10, 12, tzinfo=datetime.UTC), danger_now=True, bed_needed=False
    )
    case_actions.assign(case=first, user=cast.colleague, by=cast.teamlead)
    residence.record_reflection(
        case=first, submission=None, by=cast.caseworker,
        values={"state": "granted", "asked_on": None, "granted_on": datetime.date(2026, 3, 2), "latest_end": datetime.date(2026, 5, 31),
                "ended_on": None, "end_reason": "", "explanation": None},
    )  # fmt: skip
    Case.objects.filter(pk=first.pk).update(changed_at=datetime.datetime(2026, 3, 9, 12, tzinfo=datetime.UTC))
    return made


def test_the_file_in_english_without_names(two, cast):
    assert text_of(ask(cast)) == (
        '"Reference","Stage","Type of file","Age group","Danger now","Bed needed","Restricted","Lead organisation",'
        '"Assigned to","Opened","In this stage since","Last change","End of the reflection period"\r\n'
        '"2222222","Intake","Registration and shelter","Minor","No","Yes","No","Kade","Caseworker, Colleague","2026-03-02",'
        '"2026-03-05","2026-03-09","2026-05-31"\r\n'
        '"3333333","Intake","Registration and shelter","Minor","Yes","No","No","Kade","Caseworker","2026-03-02",'
        '"2026-03-05","2026-03-10",""\r\n'
    )


def test_the_file_in_dutch_with_names_that_no_spreadsheet_computes(two, cast):
    export = ask(cast, language="nl", with_names=True)
    assert files.read(export.file, owner=export.file_owner, context=export.file_context)[:3] == b"\xef\xbb\xbf"
    assert text_of(export) == (
        '"Kenmerk";"Werknaam";"Fase";"Dossiertype";"Leeftijdsgroep";"Nu gevaar";"Bed nodig";"Afgeschermd";"Hoofdorganisatie";'
        '"Toegewezen aan";"Geopend op";"In deze fase sinds";"Laatste wijziging";"Einde van de bedenktijd"\r\n'
        '"2222222";"Merel";"Intake";"Registratie en opvang";"Minderjarig";"Nee";"Ja";"Nee";"Kade";"Caseworker, Colleague";"2026-03-02";'
        '"2026-03-05";"2026-03-09";"2026-05-31"\r\n'
        '"3333333";"\'=1+1";"Intake";"Registratie en opvang";"Minderjarig";"Ja";"Nee";"Nee";"Kade";"Caseworker";"2026-03-02";'
        '"2026-03-05";"2026-03-10";""\r\n'
    )


def test_a_reflection_period_that_ended_tells_the_day_on_which_it_did(two, cast):
    two[0].reflectionperiod_set.update(ended_on=datetime.date(2026, 4, 1), end_reason="waived")
    assert [line.rsplit(",", 1)[1] for line in text_of(ask(cast)).splitlines()[1:]] == ['"2026-04-01"', '""']


def test_the_filters_of_the_list_leave_out_what_they_leave_out_there(two, cast):
    assert references(ask(cast, filters="danger=yes")) == ["3333333"]
    assert references(ask(cast, filters="bed=yes")) == ["2222222"]
    closed = closed_case(cast.caseworker, reference="4444444")
    assert references(ask(cast)) == ["2222222", "3333333"]
    assert references(ask(cast, filters="closed=yes")) == ["2222222", "3333333", closed.reference]


def test_only_cases_of_which_the_organisation_has_the_lead_or_supports(two, cast):
    theirs = {
        part: new_case(cast.outsider, reference=reference)
        for part, reference in ((Part.COORDINATION, "5555555"), (Part.REGISTRATION, "6666666"), (Part.SUPPORT, "7777777"))
    }  # fmt: skip
    for part, case in theirs.items():
        takes_part(case, cast.kade, part)
    assert references(ask(cast)) == ["2222222", "3333333", "7777777"]


def test_a_restricted_case_is_in_the_file_of_who_is_assigned_alone(two, cast):
    case_actions.restrict(case=two[0], restricted=True, version=None, by=cast.teamlead)
    other = person("other-lead", (cast.kade, Role.TEAM_LEAD))
    assert references(ask(cast)) == ["2222222", "3333333"]
    assert references(ask(cast, by=other)) == ["3333333"]


def test_a_role_that_takes_no_cases_along_lends_nothing_elsewhere(two, cast):
    """Team lead at Oever, caseworker at Kade: the file holds Oever's cases alone."""
    both = person("both", (cast.kade, Role.CASEWORKER), (cast.oever, Role.TEAM_LEAD))
    own = Case.objects.filter(created_by__in=[cast.outsider, cast.moonlighter]).values_list("reference", flat=True)
    assert references(ask(cast, by=both)) == sorted(own)


# --- the pages -------------------------------------------------------------------------------------------------------


def test_from_the_list_to_the_download(two, cast, client_of):
    client = client_of("teamlead")
    page = client.get(reverse("cases:case_list"), {"danger": "yes"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    where = re.findall(r'href="([^"]+)">Export as CSV', page)
    assert where == [f"{NEW}?danger=yes"]
    page = client.get(where[0], HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "<strong>1 case</strong>" in page
    assert '<li class="chip">Danger now</li>' in page
    # no name unless somebody asks for it
    assert re.findall(r'name="with_names" value="(\w+)"[^>]*checked', page) == ["no"]
    sent = {**unseen(client, where[0]), "reason": "Overleg", "with_names": "no"}
    assert client.post(where[0], sent, HTTP_ACCEPT_LANGUAGE="en")["Location"] == LIST
    export = CaseExport.objects.get()
    page = client.get(LIST, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert re.findall(r'<a class="btn btn-primary" href="([^"]+)">Download<', page) == [f"/exports/{export.pk}/"]
    answer = client.get(f"/exports/{export.pk}/", HTTP_ACCEPT_LANGUAGE="en")
    assert answer.content.decode("utf-8-sig") == text_of(export)
    assert {name: answer[name] for name in ("Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control")} == {
        "Content-Type": "text/csv; charset=utf-8",
        "Content-Disposition": f'attachment; filename="cases-{timezone.localdate().isoformat()}.csv"',
        "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
    }  # fmt: skip
    assert references(export) == ["3333333"]


def test_two_clicks_make_one_file(two, cast, client_of):
    client = client_of("teamlead")
    sent = {**unseen(client, NEW), "reason": "Overleg", "with_names": "no"}
    assert [client.post(NEW, sent).status_code for _ in range(2)] == [302, 302]
    assert CaseExport.objects.count() == 1
    assert told(object_id__isnull=False, at__gt=timezone.now() - DAY, object_id=CaseExport.objects.get().pk) == {
        "export_asked": 1, "case_exported": 2, "export_made": 1,
    }  # fmt: skip


def test_where_there_is_nothing_to_take_along_there_is_no_form(two, cast, client_of):
    page = client_of("teamlead").get(NEW, {"stage": "departure"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("There is no case that you may take along." in page, "<textarea" in page) == (True, False)


@pytest.mark.parametrize(
    "query", ["?stage=%00", "?stage=nope&danger=maybe", "?mine=%ED%A0%80", "?bed=" + "x" * 100_000]
)  # fmt: skip
def test_a_filter_that_makes_no_sense_leads_back_and_widens_no_file(query, two, cast, client_of):
    client = client_of("teamlead")
    answer = client.get(NEW + query, HTTP_ACCEPT_LANGUAGE="en", follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("cases:case_list"))
    assert "A filter of this address is not known. Choose it again." in answer.content.decode()
    sent = {**unseen(client, NEW), "reason": "Overleg", "with_names": "no"}
    assert client.post(NEW + query, sent).status_code == 302
    assert not CaseExport.objects.exists()


def test_nobody_else_downloads_or_deletes_it(cast, client_of):
    export = ask(cast)
    another = person("another-lead", (cast.kade, Role.TEAM_LEAD))
    cast.another = another
    at, gone = f"/exports/{export.pk}/", f"/exports/{export.pk}/delete/"
    other = client_of("another")
    assert (other.get(at).status_code, other.post(gone).status_code) == (404, 404)
    assert "Overleg" not in other.get(LIST).content.decode()
    assert tells(export) == ("ready", "")
    assert "export_downloaded" not in told()


def test_the_pages_ask_as_many_queries_for_thirty_files_as_for_one(cast, client_of, in_background):
    client = client_of("teamlead")

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            assert client.get(LIST).status_code == 200
        return len(found)

    ask(cast)
    first = queries()
    CaseExport.objects.bulk_create(
        CaseExport(organisation=cast.kade, language="en", created_by=cast.teamlead) for _ in range(29)
    )
    assert (len(lists.case_exports(cast.teamlead)), queries()) == (30, first)


def test_a_file_of_thirty_cases_asks_as_many_queries_as_one_of_two(two, cast):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            ask(cast, with_names=True)
        return len(found)

    queries()  # the keys are made
    first = queries()
    for _ in range(28):
        new_case(cast.caseworker)
    assert queries() == first


# --- handed out as long as every right holds ---------------------------------------------------------------------------


def answer(client, export: CaseExport) -> int | str:
    """The status, or the sentence on the page to which one is led."""
    got = client.get(f"/exports/{export.pk}/", HTTP_ACCEPT_LANGUAGE="en")
    if got.status_code != 302:
        return got.status_code
    page = client.get(got["Location"], HTTP_ACCEPT_LANGUAGE="en").content.decode()
    return re.findall(r"said-error[^>]*>\s*<p>([^.:]+)", page)[0]


NOT_WHOLE = "You may no longer take along every case that is in this file"
NOT_HERE = "This file is not there (any more)"


def test_each_download_is_told(cast, client_of):
    export = ask(cast)
    assert [answer(client_of("teamlead"), export) for _ in range(2)] == [200, 200]
    assert told(object_id=export.pk) == {
        "export_asked": 1, "case_exported": 1, "export_made": 1, "export_downloaded": 2,
    }  # fmt: skip


@pytest.mark.parametrize("what", ["handed over", "part ended", "restricted", "role ended", "account closed"])
def test_a_right_that_ended_ends_the_download(what, cast, client_of):
    client, export = client_of("teamlead"), ask(cast)
    if what == "handed over":
        transfer.accept(transfer=cast.rows["transfer"], version=None, by=cast.rows["oever_lead"])
    elif what == "part ended":
        Participation.objects.filter(case=cast.case, organisation=cast.kade).update(until_at=timezone.now())
    elif what == "restricted":
        Case.objects.filter(pk=cast.case.pk).update(restricted=True)
        Assignment.objects.filter(case=cast.case, user=cast.teamlead).delete()
    elif what == "role ended":
        cast.teamlead.memberships.update(until_at=timezone.now())
    else:
        type(cast.teamlead).objects.filter(pk=cast.teamlead.pk).update(is_active=False)
    expected = {"role ended": 403, "account closed": "visitor"}.get(what, NOT_WHOLE)
    if expected == "visitor":
        assert client.get(f"/exports/{export.pk}/")["Location"].startswith("/login/")
    else:
        assert answer(client, export) == expected
    assert "export_downloaded" not in told(object_id=export.pk)
    assert run("--purge") == "Files of cases: 0 made, 1 deleted."
    assert tells(export) == ("gone", "lost")


def test_a_part_given_to_another_organisation_changes_nothing(cast, client_of):
    export = ask(cast)
    participation.end(participation=cast.rows["participation"], by=cast.teamlead)
    assert answer(client_of("teamlead"), export) == 200


def test_a_damaged_file_is_a_sentence(cast, client_of):
    export = ask(cast)
    files.place(export.file).write_bytes(b"x" * 100)
    assert answer(client_of("teamlead"), export) == "The file is missing or damaged"


def test_a_file_that_is_deleted_while_it_is_downloaded_is_a_sentence(cast, client_of, monkeypatch):
    export = ask(cast)
    client, read = client_of("teamlead"), files.read

    def deleted_before_it_is_read(*args, **kwargs):
        case_export.delete(export=export, by=cast.teamlead)
        with fresh_keys():
            return read(*args, **kwargs)

    monkeypatch.setattr(files, "read", deleted_before_it_is_read)
    assert answer(client, export) == NOT_HERE


# --- in the background ---------------------------------------------------------------------------------------------------


def test_a_large_file_waits_and_is_made_once(two, cast, in_background, client_of, files_root):
    export = ask(cast)
    assert tells(export) == ("waiting", "")
    assert answer(client_of("teamlead"), export) == NOT_HERE
    assert told(object_id=export.pk) == {"export_asked": 1}
    assert run() == "Files of cases: 1 made, 0 deleted."
    assert references(export) == ["2222222", "3333333"]
    assert (export.written, export.total) == (2, 2)
    assert run() == "Files of cases: 0 made, 0 deleted."
    assert told(object_id=export.pk) == {"export_asked": 1, "case_exported": 2, "export_made": 1}
    assert lying(files_root) == sorted([export.file.hex, cast.rows["document"].file.hex])


@pytest.mark.parametrize("stops_at", range(4))
def test_killed_at_any_piece_it_is_made_once_afterwards(stops_at, two, cast, in_background, files_root, monkeypatch):
    """Before the head, in the middle, before the end; a process that is killed cleans nothing up."""
    export, whole = ask(cast), exports.pieces

    def cut_short(*given):
        for number, piece in enumerate(whole(*given)):
            if number == stops_at:
                raise KeyboardInterrupt
            yield piece
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(exports, "pieces", cut_short)
        run()
    export.refresh_from_db()
    assert (export.state, export.written) == ("waiting", max(0, stops_at - 1))
    assert told(object_id=export.pk) == {"export_asked": 1}
    for left in (files_root / "incoming" / export.file.hex, files.place(export.file)):
        left.parent.mkdir(exist_ok=True)
        left.write_bytes(b"half")
    assert run() == "Files of cases: 1 made, 0 deleted."
    assert references(export) == ["2222222", "3333333"]
    assert told(object_id=export.pk) == {"export_asked": 1, "case_exported": 2, "export_made": 1}
    assert lying(files_root) == sorted([export.file.hex, cast.rows["document"].file.hex])


def test_killed_when_all_is_written_and_nothing_committed_it_is_made_once(
    two, cast, in_background, files_root, monkeypatch
):
    export = ask(cast)

    def killed(*given, **also):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(files, "keep", killed)
        run()
    assert (tells(export), told(object_id=export.pk)) == (("waiting", ""), {"export_asked": 1})
    run()
    assert told(object_id=export.pk) == {"export_asked": 1, "case_exported": 2, "export_made": 1}


def test_the_rights_are_those_of_the_moment_it_is_made(two, cast, in_background):
    export = ask(cast)
    Participation.objects.filter(case=two[0]).update(until_at=timezone.now())
    run()
    assert references(export) == ["3333333"]


def test_a_right_that_ends_while_it_is_written_leaves_nothing_of_it(two, cast, in_background, files_root, monkeypatch):
    export, whole = ask(cast, with_names=True), exports.pieces

    def meanwhile(*given):
        yield from whole(*given)
        Participation.objects.filter(case=two[0]).update(until_at=timezone.now())

    with monkeypatch.context() as patched:
        patched.setattr(exports, "pieces", meanwhile)
        assert run() == "Files of cases: 0 made, 0 deleted."
    assert (tells(export), told(object_id=export.pk)) == (("waiting", ""), {"export_asked": 1})
    assert lying(files_root) == [cast.rows["document"].file.hex]
    assert run() == "Files of cases: 1 made, 0 deleted."
    assert references(export) == ["3333333"]


def test_what_its_requester_deletes_while_it_is_written_is_not_made(two, cast, in_background, files_root, monkeypatch):
    export, whole = ask(cast), exports.pieces

    def meanwhile(*given):
        yield from whole(*given)
        case_export.delete(export=export, by=cast.teamlead)

    monkeypatch.setattr(exports, "pieces", meanwhile)
    run()
    assert tells(export) == ("gone", "asked")
    assert told(object_id=export.pk) == {"export_asked": 1, "export_deleted": 1}
    assert lying(files_root) == [cast.rows["document"].file.hex]


def test_whoever_lost_the_role_gets_no_file(two, cast, in_background):
    export = ask(cast)
    cast.teamlead.memberships.update(until_at=timezone.now())
    run()
    assert tells(export) == ("failed", "rights")


def test_a_full_disk_is_a_sentence_and_the_others_are_made(two, cast, in_background, files_root, monkeypatch):
    first, second, write = ask(cast), ask(cast), files.write

    def full(path, pieces):
        if CaseExport.objects.filter(pk=first.pk, file=path.name).exists():
            raise OSError(28, "No space left on device")
        write(path, pieces)

    monkeypatch.setattr(files, "write", full)
    run()
    assert (tells(first), tells(second)) == (("failed", "disk"), ("ready", ""))
    assert len(lying(files_root)) == 2


def test_a_name_that_does_not_open_is_a_sentence(two, cast, in_background):
    Case.objects.filter(pk=two[0].pk).update(working_name=Case.objects.get(pk=two[1].pk).__dict__["working_name"])
    export, without = ask(cast, with_names=True), ask(cast)
    run()
    assert (tells(export), tells(without)) == (("failed", "damaged"), ("ready", ""))


def test_only_so_many_wait(two, cast, in_background):
    for _ in range(5):
        ask(cast)
    with pytest.raises(case_export.Refused, match="Several of your files wait"):
        ask(cast)


# --- deleted -------------------------------------------------------------------------------------------------------------


def test_after_a_day_it_is_handed_out_no_more_and_deleted_by_the_command(cast, client_of, files_root):
    export = ask(cast)
    CaseExport.objects.filter(pk=export.pk).update(made_at=timezone.now() - DAY + DAY / 1440)
    assert run() == "Files of cases: 0 made, 0 deleted."
    CaseExport.objects.filter(pk=export.pk).update(made_at=timezone.now() - DAY)
    assert answer(client_of("teamlead"), export) == NOT_HERE
    assert run() == "Files of cases: 0 made, 1 deleted."
    assert (tells(export), export.file, export.reason) == (("gone", "time"), None, "Overleg")
    assert lying(files_root) == [cast.rows["document"].file.hex]
    assert DataKey.objects.get(owner_id=export.pk).wrapped is None
    event = AuditEvent.objects.get(object_id=export.pk, verb="export_deleted")
    assert (event.actor_name, event.organisation_name) == ("", "Kade")
    assert run() == "Files of cases: 0 made, 0 deleted."


def test_deleted_at_once_by_a_button(cast, client_of, files_root):
    export = ask(cast)
    client = client_of("teamlead")
    assert client.post(f"/exports/{export.pk}/delete/")["Location"] == LIST
    assert tells(export) == ("gone", "asked")
    assert answer(client, export) == NOT_HERE
    run("--purge")
    assert lying(files_root) == [cast.rows["document"].file.hex]
    assert told(object_id=export.pk)["export_deleted"] == 1
    client.post(f"/exports/{export.pk}/delete/")
    assert told(object_id=export.pk)["export_deleted"] == 1


def test_an_erased_case_is_in_no_file_and_in_no_reason(cast, files_root):
    case = closed_case(cast.caseworker)
    held = ask(cast, filters="closed=yes", with_names=True)
    long_gone = ask(cast, filters="closed=yes")
    with files.settled():
        case_export.delete(export=long_gone, by=cast.teamlead)
    without = ask(cast)
    proposal = erasure.propose(reference=case.reference, ground="asked", reason="", submission=None, by=cast.teamlead)
    with files.settled():
        erasure.confirm(proposal=proposal, reference=case.reference, by=cast.privacy)
    assert [tells(export) for export in (held, long_gone, without)] == [
        ("gone", "erased"), ("gone", "asked"), ("ready", ""),
    ]  # fmt: skip
    assert [CaseExport.objects.get(pk=e.pk).reason for e in (held, long_gone, without)] == [None, None, "Overleg"]
    assert lying(files_root) == sorted([without.file.hex, cast.rows["document"].file.hex])
    assert DataKey.objects.get(owner_id=held.pk).wrapped is None


# --- who looked ------------------------------------------------------------------------------------------------------------


def test_the_case_tells_that_it_was_taken_along(cast, client_of):
    export = ask(cast)
    event = AuditEvent.objects.get(object_id=export.pk, verb="case_exported")
    assert (event.case_id, event.actor_name, event.organisation_name, event.role, event.room) == (
        cast.case.pk, "Teamlead", "Kade", "team_lead", "case",
    )  # fmt: skip
    page = client_of("caseworker").get(reverse("cases:who_looked_list"), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "took the case along in a file of cases" in page
    # to take it along is to look, and changes nothing
    before = Case.objects.get(pk=cast.case.pk).changed_at
    ask(cast)
    assert Case.objects.get(pk=cast.case.pk).changed_at == before
    last = lists.history(cast.case, Case.objects.abilities_on(cast.case, cast.caseworker), before="", deeds_only=True)[
        0
    ]
    assert [row for row in last if row["event"].verb == "case_exported"] == []


def test_each_organisation_reads_of_its_own_cases(cast):
    lead = person("two-hats", (cast.kade, Role.TEAM_LEAD), (cast.oever, Role.TEAM_LEAD))
    export = ask(cast, by=lead)
    rows = AuditEvent.objects.filter(object_id=export.pk).values_list("verb", "organisation_name", "case_reference")
    theirs = Case.objects.filter(created_by__in=[cast.outsider, cast.moonlighter])
    assert sorted(rows) == sorted(
        [
            ("export_asked", "Kade", ""), ("export_made", "Kade", ""), ("export_made", "Oever", ""),
            ("case_exported", "Kade", cast.case.reference),
            *(("case_exported", "Oever", case.reference) for case in theirs),
        ]
    )  # fmt: skip


def test_files_of_cases_are_no_orphans(cast, capsys):
    export = ask(cast)
    call_command("clean_files", hours=0)
    assert "Files without a document: 0 removed" in capsys.readouterr().out
    assert files.place(export.file).exists()
