"""Documents: added once, opened one by one and told each time, withdrawn and never deleted."""

import io
import re
import threading
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from cases.actions import document as actions
from cases.models import Document
from cases.rules import access
from cases.rules.access import Part
from organisations import sealing
from organisations.models import AuditEvent
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.rules.files import CleanFile, FileType
from organisations.sealing import chunks
from tests.cast import PDF, assemble, new_case


def at(name: str, case, *more) -> str:
    return reverse(f"cases:{name}", args=[case.reference, *more])


def chosen(data: bytes = PDF, name: str = "Brief van Selam.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, data, content_type="application/octet-stream")


def typed(**values) -> dict:
    return {
        "kind": "letter", "day": f"{timezone.localdate():%d-%m-%Y}", "remark": "", "submission": str(uuid.uuid4()),
        "file": chosen(), **values,
    }  # fmt: skip


def page_of(client, address: str, language: str = "en", **how) -> str:
    return client.get(address, HTTP_ACCEPT_LANGUAGE=language, **how).content.decode()


def files_in(root) -> int:
    return sum(path.is_file() for path in root.rglob("*"))


def test_a_document_is_added_and_listed(cast, client_of, files_root):
    client = client_of("caseworker")
    answer = client.post(at("document_add", cast.case), typed(remark="Over de school"))
    assert (answer.status_code, answer["Location"]) == (302, at("documents", cast.case))
    row = Document.objects.exclude(pk=cast.rows["document"].pk).get()
    assert (row.kind, row.name, row.remark, row.type, row.size, row.created_by) == (
        "letter", "Brief van Selam.pdf", "Over de school", "pdf", len(PDF), cast.caseworker,
    )  # fmt: skip
    page = page_of(client, at("documents", cast.case))
    assert "Brief van Selam.pdf" in page and "Over de school" in page
    assert page_of(client, at("documents", cast.case), "nl").count("Het bestand openen") == 2
    assert files_in(files_root) == 2


def test_the_form_sends_files(cast, client_of):
    page = page_of(client_of("caseworker"), at("document_add", cast.case))
    assert '<form method="post" class="sheet" autocomplete="off" novalidate enctype="multipart/form-data">' in page
    assert 'accept=".pdf,.jpg,.jpeg,.png"' in page
    # nothing was sent yet, so nothing is wrong
    assert "errors" not in re.findall(r'id="([^"]+)"', page)


def test_the_form_posted_twice_makes_one_row_and_one_file(cast, client_of, files_root):
    client, once = client_of("caseworker"), typed()
    assert [client.post(at("document_add", cast.case), {**once, "file": chosen()}).status_code for _ in range(2)] == [
        302,
        302,
    ]
    assert Document.objects.filter(kind="letter").count() == 1
    assert files_in(files_root) == 2
    assert AuditEvent.objects.filter(verb=Verb.DOCUMENT_ADDED).count() == 2  # the cast's and this one


@pytest.mark.django_db(transaction=True)
def test_the_form_posted_four_times_at_the_same_moment_makes_one_row_and_one_file(files_root):
    with sealing.fresh_keys():
        cast = assemble()
    key, start, made = uuid.uuid4(), threading.Barrier(4), []

    def send():
        try:
            with sealing.fresh_keys():
                start.wait()
                made.append(
                    actions.add(
                        case=cast.case, file=CleanFile(name="a.pdf", type=FileType.PDF, data=PDF), submission=key,
                        values={"kind": "letter", "day": timezone.localdate(), "remark": None}, by=cast.caseworker,
                    ).pk
                )  # fmt: skip
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    _ = [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert (len(made), len(set(made))) == (4, 1)
    assert Document.objects.filter(kind="letter").count() == 1
    assert files_in(files_root) == 2


def test_the_file_is_sealed_before_anything_is_locked(cast, monkeypatch):
    """Sealing twenty megabytes takes time, in which nobody else could write in the case."""
    locks_before = []
    seal = chunks.seal

    with CaptureQueriesContext(connection) as queries:

        def watched(*args):
            locks_before.append([q["sql"] for q in queries if "FOR NO KEY UPDATE" in q["sql"]])
            return seal(*args)

        monkeypatch.setattr(chunks, "seal", watched)
        actions.add(
            case=cast.case, file=CleanFile(name="a.pdf", type=FileType.PDF, data=PDF), submission=None,
            values={"kind": "letter", "day": timezone.localdate(), "remark": None}, by=cast.caseworker,
        )  # fmt: skip
        assert [q["sql"] for q in queries if "FOR NO KEY UPDATE" in q["sql"]] != []
    assert locks_before == [[]]


# --- what is wrong is a sentence beside the field -----------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (chosen(b"<html>", "photo.png"), "This is not a PDF, JPEG or PNG, whatever its name says."),
        (chosen(b"MZ" + bytes(100), "factuur.pdf"), "This is not a PDF, JPEG or PNG, whatever its name says."),
        (chosen(b"%PDF-" + bytes(21_000_000)), "This file is larger than 20 MB."),
        (chosen(b""), "This file is empty."),
        ("", "Choose a file."),
    ],
)
def test_a_wrong_file_is_a_sentence_beside_the_field_and_what_was_typed_stays(file, said, cast, client_of, files_root):
    answer = client_of("caseworker").post(
        at("document_add", cast.case), typed(file=file, remark="Getypt"), HTTP_ACCEPT_LANGUAGE="en"
    )
    page = answer.content.decode()
    assert answer.status_code == 200
    beside = re.search(r'<div id="div_id_file".*', page, re.S)[0]
    assert said in beside
    assert "Getypt" in page and 'value="letter" selected' in page
    assert Document.objects.count() == 1
    assert files_in(files_root) == 1


def test_another_mistake_says_that_the_file_has_to_be_chosen_again(cast, client_of):
    page = client_of("caseworker").post(
        at("document_add", cast.case), typed(day="31-31-2026"), HTTP_ACCEPT_LANGUAGE="en"
    )
    assert "Choose the file again; a browser does not keep it." in page.content.decode()


def test_a_day_to_come_is_refused(cast, client_of):
    tomorrow = timezone.localdate() + timezone.timedelta(days=1)
    page = client_of("caseworker").post(
        at("document_add", cast.case), typed(day=f"{tomorrow:%d-%m-%Y}"), HTTP_ACCEPT_LANGUAGE="en"
    )
    assert "This day is still to come." in page.content.decode()


def test_a_page_that_breaks_after_the_document_was_added_leaves_no_file(cast, client_of, files_root, monkeypatch):
    from cases.views import document as view

    def broken(*args):
        assert files_in(files_root) == 2
        raise ValueError

    monkeypatch.setattr(view, "redirect", broken)
    client = client_of("caseworker")
    client.raise_request_exception = False
    assert client.post(at("document_add", cast.case), typed()).status_code == 500
    assert Document.objects.count() == 1
    assert files_in(files_root) == 1


# --- opening ------------------------------------------------------------------------------------------------


def test_opening_hands_out_the_file_and_nothing_may_be_guessed_or_kept(cast, client_of):
    answer = client_of("colleague").get(at("document_open", cast.case, cast.rows["document"].pk))
    assert (answer.status_code, answer.content) == (200, PDF)
    assert {name: answer[name] for name in (
        "Content-Type", "Content-Disposition", "X-Content-Type-Options", "Cache-Control", "Content-Length",
    )} == {
        "Content-Type": "application/pdf", "Content-Disposition": 'attachment; filename="Paspoort.pdf"',
        "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store", "Content-Length": str(len(PDF)),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ('a"; filename="b.exe', 'attachment; filename="a ; filename= b.exe.pdf"'),
        ("سلام.pdf", "attachment; filename*=utf-8''%D8%B3%D9%84%D8%A7%D9%85.pdf"),
        ("a\r\nSet-Cookie: x=1", 'attachment; filename="aSet-Cookie  x=1.pdf"'),
    ],
)
def test_the_name_in_the_header_is_only_a_name(name, header, cast, client_of):
    row = cast.rows["document"]
    row.name = name
    row.save()
    answer = client_of("caseworker").get(at("document_open", cast.case, row.pk))
    assert answer["Content-Disposition"] == header
    assert "Set-Cookie" not in answer.headers


def test_a_photo_comes_out_as_a_picture_written_anew(cast, client_of):
    client, picture = client_of("caseworker"), io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(picture, "JPEG", comment=b"KANARIE")
    assert (
        client.post(
            at("document_add", cast.case), typed(kind="photo", file=chosen(picture.getvalue(), "IMG_1.jpg"))
        ).status_code
        == 302
    )
    row = Document.objects.get(kind="photo")
    answer = client.get(at("document_open", cast.case, row.pk))
    assert (answer["Content-Type"], answer["Content-Disposition"]) == ("image/jpeg", 'attachment; filename="IMG_1.jpg"')
    assert Image.open(io.BytesIO(answer.content)).size == (30, 20)
    assert b"KANARIE" not in answer.content


def test_every_opening_is_told_and_no_other_look(cast, client_of):
    opened = AuditEvent.objects.filter(verb=Verb.DOCUMENT_OPENED)
    for who in ("caseworker", "caseworker", "care_coordinator"):
        client_of(who).get(at("documents", cast.case))
        client_of(who).get(at("document_open", cast.case, cast.rows["document"].pk))
    row = cast.rows["document"]
    assert list(opened.order_by("at").values_list("actor_name", "organisation_name", "room", "object_id", "case_id")) == [
        ("Caseworker", "Kade", "documents", row.pk, cast.case.pk),
        ("Caseworker", "Kade", "documents", row.pk, cast.case.pk),
        ("Care-Coordinator", "Midden", "documents", row.pk, cast.case.pk),
    ]  # fmt: skip


def test_opening_writes_nothing_but_the_audit(cast, client_of):
    before = (cast.case.changed_at, cast.rows["document"].version)
    client_of("caseworker").get(at("document_open", cast.case, cast.rows["document"].pk))
    cast.case.refresh_from_db()
    cast.rows["document"].refresh_from_db()
    assert (cast.case.changed_at, cast.rows["document"].version) == before


def test_a_document_opens_in_its_own_case_only(cast, client_of):
    """One's own case and another's document, in both directions; both are there, and both would leak."""
    mine, theirs = new_case(cast.caseworker), new_case(cast.outsider)
    added = {
        case.pk: actions.add(
            case=case, file=CleanFile(name="a.pdf", type=FileType.PDF, data=PDF), submission=None,
            values={"kind": "letter", "day": timezone.localdate(), "remark": None}, by=by,
        )
        for case, by in ((mine, cast.caseworker), (theirs, cast.outsider))
    }  # fmt: skip
    client = client_of("caseworker")
    for name in ("document_open", "document_withdraw"):
        assert client.get(at(name, mine, added[mine.pk].pk)).status_code == 200
        assert client.get(at(name, mine, added[theirs.pk].pk)).status_code == 404
        assert client.get(at(name, mine, cast.rows["document"].pk)).status_code == 404
        assert client.get(at(name, theirs, added[theirs.pk].pk)).status_code == 404
    assert AuditEvent.objects.filter(verb=Verb.DOCUMENT_OPENED).count() == 1


def test_the_register_neither_sees_nor_opens_a_document(cast, client_of):
    client = client_of("coordinator")
    assert {name: client.get(at(name, cast.case)).status_code for name in ("documents", "document_add")} == {
        "documents": 403, "document_add": 403,
    }  # fmt: skip
    assert client.get(at("document_open", cast.case, cast.rows["document"].pk)).status_code == 403
    assert at("documents", cast.case) not in page_of(client, at("intake", cast.case))
    assert AuditEvent.objects.filter(verb=Verb.DOCUMENT_OPENED).count() == 0


def test_a_missing_file_is_a_sentence_and_no_opening(cast, client_of, files_root):
    for path in list(files_root.rglob("*")):
        if path.is_file():
            path.unlink()
    client = client_of("caseworker")
    answer = client.get(at("document_open", cast.case, cast.rows["document"].pk), HTTP_ACCEPT_LANGUAGE="en")
    assert (answer.status_code, answer["Location"]) == (302, at("documents", cast.case))
    assert "The file of this document is missing or damaged." in page_of(client, at("documents", cast.case))
    assert AuditEvent.objects.filter(verb=Verb.DOCUMENT_OPENED).count() == 0


# --- withdrawing --------------------------------------------------------------------------------------------


def withdraw(client, cast, **values):
    row = cast.rows["document"]
    sent = {"reason": "Er is een nieuwe", "version": str(row.version), **values}
    return client.post(at("document_withdraw", cast.case, row.pk), sent, HTTP_ACCEPT_LANGUAGE="en")


def test_a_withdrawn_document_is_struck_out_with_its_reason_and_stays(cast, client_of, files_root):
    client = client_of("caseworker")
    assert withdraw(client, cast).status_code == 302
    page = page_of(client, at("documents", cast.case))
    assert re.search(r"<s>Identity document, .*</s>", page)
    assert "Er is een nieuwe" in page and "Paspoort.pdf" in page
    assert at("document_withdraw", cast.case, cast.rows["document"].pk) not in page
    assert files_in(files_root) == 1
    assert client.get(at("document_open", cast.case, cast.rows["document"].pk)).content == PDF


def test_withdrawing_needs_a_reason_and_happens_once(cast, client_of):
    client = client_of("caseworker")
    assert withdraw(client, cast, reason=" ").status_code == 200
    assert withdraw(client, cast).status_code == 302
    assert "Somebody else changed this" in withdraw(client_of("colleague"), cast).content.decode()
    cast.rows["document"].refresh_from_db()
    assert "This document was withdrawn already." in withdraw(client, cast).content.decode()
    assert Document.objects.get().withdrawn_by == cast.caseworker


def test_those_who_only_read_open_a_document_until_it_is_withdrawn(cast, client_of, monkeypatch):
    reading = access.ROOMS[Part.COORDINATION] - {Permission.SUPPORT_WRITE}
    monkeypatch.setitem(access.ROOMS, Part.COORDINATION, reading)
    client, address = client_of("care_coordinator"), at("document_open", cast.case, cast.rows["document"].pk)
    assert client.get(address).content == PDF
    assert address in page_of(client, at("documents", cast.case))
    withdraw(client_of("caseworker"), cast)
    assert client.get(address)["Location"] == at("documents", cast.case)
    page = page_of(client, at("documents", cast.case))
    assert "Paspoort.pdf" in page
    assert address not in page


def test_the_list_asks_as_often_for_thirty_documents_as_for_one(cast, client_of):
    client, address = client_of("caseworker"), at("documents", cast.case)

    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            client.get(address)
        return len(queries)

    asked()
    one = asked()
    for _ in range(29):
        actions.add(
            case=cast.case, file=CleanFile(name="a.pdf", type=FileType.PDF, data=PDF), submission=None,
            values={"kind": "letter", "day": timezone.localdate(), "remark": "x"}, by=cast.colleague,
        )  # fmt: skip
    assert asked() == one
