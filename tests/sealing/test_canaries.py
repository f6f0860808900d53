"""Nothing typed about a person lies open: every table and the database's own log are read for planted words."""

import tempfile
import uuid

import psycopg
import pytest
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from cases.models import Case, Document, Draft, Notice, Victim
from organisations.models import Shelter
from organisations.sealing import files
from organisations.sealing.fields import SealedDateField, SealedTextField
from returnsupport import postgres
from tests.cast import unseen

CANARY = "kanarie-vogel"


def canary(label: str) -> str:
    return f"{CANARY} {label} zzz"


def dump() -> str:
    """Every row of every table as PostgreSQL writes it; bytes appear as hex."""
    lines = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            lines += [f"{table}: {row[0]}" for row in cursor.fetchall()]
    return "\n".join(lines)


def found_in(text: str, word: str = CANARY) -> list[str]:
    """The lines that hold the planted word, in letters or as hex bytes."""
    forms = (word, word.encode().hex(), word.upper(), word.title())
    return [line.split(":")[0] for line in text.splitlines() if any(form in line for form in forms)]


def test_the_dump_would_find_an_open_canary(cast):
    cast.partner.summary_en = canary("open")
    cast.partner.save()
    assert found_in(dump()) == ["organisations_organisation"]


def sealed_models():
    return [
        model
        for model in apps.get_models()
        if any(isinstance(field, SealedTextField) for field in model._meta.concrete_fields)
    ]


def test_every_sealed_column_of_every_table_keeps_its_canary(cast, client_of):
    planted = 0
    for model in sealed_models():
        for row in model.objects.all():
            for field in model._meta.concrete_fields:
                if isinstance(field, SealedTextField) and not isinstance(field, SealedDateField):
                    setattr(row, field.attname, canary(f"{model.__name__} {field.name}"))
                    planted += 1
            row.save()
    assert planted > 40
    assert found_in(dump()) == []
    # and they can be read again by those who may
    page = client_of("caseworker").get(reverse("cases:notes", args=[cast.case.reference]))
    assert canary("Note text") in page.content.decode()


@pytest.mark.parametrize("model", sealed_models(), ids=lambda m: m.__name__)
def test_the_cast_has_a_row_of_every_sealed_table(model, cast):
    assert model.objects.exists() or model.__name__ in {"Exploitation", "ReflectionPeriod", "Draft"}


def test_what_is_typed_into_forms_lies_open_nowhere(cast, client_of):
    client, case = client_of("caseworker"), cast.case
    word = canary("form")
    sent = [
        (reverse("cases:case_add"), {"working_name": word, "age_group": "adult", "danger_now": "no", "bed_needed": "no", "notifier": "police"}),
        (reverse("cases:notes", args=[case.reference]), {"text": word}),
        (reverse("cases:contact_add", args=[case.reference]), {"kind": "family", "name": word, "phone": word, "remark": word}),
        (reverse("cases:victim_change", args=[case.reference]),
         {"given_names": word, "family_name": word, "other_names": word, "v_number": word[:30], "birth_precision": "unknown", "sex": "female"}),
        (reverse("cases:exploitation_record", args=[case.reference]), {"forms": "labour", "place": word, "recruitment": word}),
        (reverse("cases:stage_move", args=[case.reference, "recovery"]), {"reason": word}),
    ]  # fmt: skip
    statuses = [client.post(address, {**unseen(client, address), **data}).status_code for address, data in sent]
    assert statuses == [302] * len(sent)
    assert client.post(reverse("cases:case_search"), {"search": CANARY}).status_code == 200
    # a form with a mistake, a refused page and an unknown one
    assert client.post(reverse("cases:contact_add", args=[case.reference]), {"name": word}).status_code == 200
    assert client_of("outsider").post(reverse("cases:notes", args=[case.reference]), {"text": word}).status_code == 404
    assert found_in(dump()) == []


def test_what_is_kept_before_it_is_saved_lies_open_nowhere(cast, client_of):
    client, case = client_of("caseworker"), cast.case
    word, keep = canary("draft"), reverse("cases:draft_keep")
    sent = [
        (reverse("cases:case_add"), {"working_name": word}),
        (reverse("cases:notes", args=[case.reference]), {"text": word}),
        (reverse("cases:victim_change", args=[case.reference]), {"given_names": word, "v_number": word}),
        (reverse("cases:contact_change", args=[case.reference, cast.rows["contact"].pk]), {"name": word}),
    ]
    for address, data in sent:
        kept = client.post(keep, {**unseen(client, address), **data})
        assert kept.json()["at"]
    # refused ones: somebody else's page, and one that was saved
    hidden = unseen(client, sent[1][0])
    assert client_of("colleague").post(keep, {**hidden, "text": word}).json() == {"at": ""}
    assert Draft.objects.count() == len(sent)
    assert found_in(dump()) == []
    assert client.get(sent[0][0]).content.decode().count(word) == 1


def lying_open(root, word: str = CANARY) -> list[str]:
    """The files below the directory that hold the planted word, in their name or in what is in them."""
    return [
        str(path) for path in root.rglob("*")
        if word in path.name or (path.is_file() and word.encode() in path.read_bytes())
    ]  # fmt: skip


def test_a_document_lies_open_neither_in_the_database_nor_on_the_disk_nor_in_a_log(
    cast, client_of, files_root, tmp_path, monkeypatch, caplog, capfd
):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    client, case, word = client_of("caseworker"), cast.case, canary("document")
    # larger than what a web server usually keeps in memory; in plain letters, as some PDF writers leave them
    pdf = b"%PDF-1.4\n" + word.encode() * 200_000 + b"\n%%EOF\n"
    assert len(pdf) > 2_621_440

    def sent(content: bytes, **values) -> dict:
        file = SimpleUploadedFile(f"{word}.pdf", content, content_type="application/pdf")
        return {
            "kind": "letter",
            "day": "1-5-2026",
            "remark": word,
            "submission": str(uuid.uuid4()),
            "file": file,
            **values,
        }

    add = reverse("cases:document_add", args=[case.reference])
    assert client.post(add, sent(pdf)).status_code == 302
    # a wrong file, a mistake beside it, a page that is refused, and one that is not there
    assert client.post(add, sent(word.encode())).status_code == 200
    assert client.post(add, sent(pdf, day="31-31-2026")).status_code == 200
    assert client_of("coordinator").post(add, sent(pdf)).status_code == 403
    assert client_of("outsider").post(add, sent(pdf)).status_code == 404
    row = Document.objects.get(kind="letter")
    opened = reverse("cases:document_open", args=[case.reference, row.pk])
    assert client.get(opened).content == pdf
    withdraw = reverse("cases:document_withdraw", args=[case.reference, row.pk])
    assert client.post(withdraw, {"reason": word, "version": "1"}).status_code == 302
    # a file that no longer opens
    files.place(row.file).write_bytes(b"x")
    assert client.get(opened).status_code == 302
    assert found_in(dump()) == []
    assert lying_open(tmp_path) == []
    output = capfd.readouterr()
    assert CANARY not in caplog.text + output.out + output.err


def test_the_search_of_the_disk_would_find_an_open_canary(tmp_path):
    (tmp_path / "one").write_text(f"xx {CANARY} xx")
    (tmp_path / f"{CANARY}.pdf").touch()
    assert len(lying_open(tmp_path)) == 2


def test_a_name_is_found_without_lying_open(cast, client_of):
    client = client_of("caseworker")
    address = reverse("cases:victim_change", args=[cast.case.reference])
    typed = {"family_name": CANARY, "birth_precision": "unknown", "sex": "female"}
    client.post(address, {**unseen(client, address), **typed})
    page = client.post(reverse("cases:case_search"), {"search": CANARY})
    assert cast.case.reference in page.content.decode()
    assert found_in(dump()) == []


@pytest.mark.django_db
def test_the_log_of_the_database_tells_no_value():
    """Broken constraints, wrong types and failing statements, each with a planted value."""
    marker = uuid.uuid4().hex
    with connection.cursor() as cursor:
        for sql in (
            "INSERT INTO cases_notice (notifier) VALUES (%s)",
            "SELECT %s::integer",
            "SELECT * FROM no_such_table WHERE name = %s",
            "INSERT INTO organisations_organisation (id, slug, name) VALUES (gen_random_uuid(), %s, NULL)",
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                cursor.execute(sql, [f"{CANARY}{marker}"])
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(postgres.cluster("test").url("nobody-of-this-name", "postgres"))
    log = postgres.cluster("test").log_file.read_text(errors="replace")
    assert "nobody-of-this-name" in log, "this must be the log that the server writes now"
    assert marker not in log


def test_an_erased_row_is_no_longer_in_the_model_registry():
    """Every model that knows a person has a key owner; a new sealed model must name its own."""
    for model in sealed_models():
        assert isinstance(model.sealed_for, property), model
    assert {Case, Victim, Notice, Shelter} <= set(sealed_models())
