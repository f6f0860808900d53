"""A sealed file opens whole, in its own place and under its own key, or not at all; what no row names goes away."""

import os
import time
import uuid

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction

from cases.actions import document
from cases.models import Document
from organisations.actions.base import Refused, action
from organisations.rules.files import CleanFile, FileType
from organisations.sealing import chunks, files
from organisations.sealing.envelope import SealBroken
from tests.cast import PDF, new_case

KEY, OTHER = bytes(32), bytes([1]) * 32
HEAD = 1 + 32
PIECE = 64 * 1024 + 16


def sealed(plain: bytes, *, key: bytes = KEY, context: str = "here") -> bytes:
    return b"".join(chunks.seal(key, plain, context))


def pieces(data: bytes) -> tuple[bytes, list[bytes]]:
    body = data[HEAD:]
    return data[:HEAD], [body[start : start + PIECE] for start in range(0, len(body), PIECE)]


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072, 300_000])
def test_a_file_of_any_length_opens_again_and_shows_nothing_meanwhile(length):
    plain = (b"kanarie " * (length // 8 + 1))[:length]
    data = sealed(plain)
    assert chunks.unseal(KEY, data, "here") == plain
    assert b"kanarie" not in data
    assert len(data) == HEAD + length + 16 * max(1, -(-length // 65_536))


def swapped(head, parts):
    return [head, parts[1], parts[0], *parts[2:]]


def repeated(head, parts):
    return [head, parts[0], *parts]


def one_left_out(head, parts):
    return [head, parts[0], *parts[2:]]


def without_its_last(head, parts):
    return [head, *parts[:-1]]


def cut_in_the_middle(head, parts):
    return [head, *parts[:-1], parts[-1][:-40]]


def only_its_head(head, parts):
    return [head]


def something_behind(head, parts):
    return [head, *parts, b"x" * 20]


def another_file_behind(head, parts):
    return [head, *parts, *pieces(sealed(b"more"))[1]]


def a_bit_changed(head, parts):
    return [head, parts[0][:100] + bytes([parts[0][100] ^ 1]) + parts[0][101:], *parts[1:]]


def another_salt(head, parts):
    return [head[:-1] + bytes([head[-1] ^ 1]), *parts]


def another_format(head, parts):
    return [b"\x02" + head[1:], *parts]


def a_chunk_of_another_file(head, parts):
    return [head, parts[0], pieces(sealed(bytes(200_000)))[1][1], *parts[2:]]


@pytest.mark.parametrize(
    "tampered",
    [
        swapped, repeated, one_left_out, without_its_last, cut_in_the_middle, only_its_head, something_behind,
        another_file_behind, a_bit_changed, another_salt, another_format, a_chunk_of_another_file,
    ],
)  # fmt: skip
def test_what_was_tampered_with_does_not_open(tampered):
    head, parts = pieces(sealed(bytes(200_000)))
    assert len(parts) == 4
    with pytest.raises(SealBroken):
        chunks.unseal(KEY, b"".join(tampered(head, parts)), "here")


def test_it_opens_under_its_own_key_and_in_its_own_place_only():
    data = sealed(b"plain")
    with pytest.raises(SealBroken):
        chunks.unseal(OTHER, data, "here")
    with pytest.raises(SealBroken):
        chunks.unseal(KEY, data, "there")


def test_the_same_file_is_sealed_differently_each_time():
    assert pieces(sealed(b"plain"))[1] != pieces(sealed(b"plain"))[1]


# --- where files lie ----------------------------------------------------------------------------------------


def lying(root) -> list[str]:
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def added(cast, **facts) -> Document:
    given = {
        "case": cast.case, "by": cast.caseworker, "submission": None,
        "file": CleanFile(name="Kanarie.pdf", type=FileType.PDF, data=PDF),
        "values": {"kind": "letter", "day": cast.rows["document"].day, "remark": None},
    }  # fmt: skip
    return document.add(**{**given, **facts})


def test_a_file_lies_under_a_random_name_that_says_nothing_and_is_for_its_owner_alone(cast, files_root):
    row = cast.rows["document"]
    assert lying(files_root) == [f"{row.file.hex[:2]}/{row.file.hex}"]
    assert row.file != row.pk
    path = files_root / row.file.hex[:2] / row.file.hex
    assert [oct(p.stat().st_mode & 0o777) for p in (path, path.parent)] == ["0o600", "0o700"]
    assert b"Een paspoort" not in path.read_bytes()


def test_a_file_moved_to_another_document_or_case_does_not_open(cast, files_root):
    mine, also_mine = cast.rows["document"], added(cast)
    os.replace(files.place(mine.file), files.place(also_mine.file))
    with pytest.raises(Refused, match="missing or damaged"):
        document.open_file(document=also_mine, by=cast.caseworker)
    with pytest.raises(Refused, match="missing or damaged"):
        document.open_file(document=mine, by=cast.caseworker)


def test_a_row_moved_to_another_case_does_not_open(cast):
    own = new_case(cast.caseworker)
    Document.objects.filter(pk=cast.rows["document"].pk).update(case=own)
    moved = Document.objects.get(pk=cast.rows["document"].pk)
    with pytest.raises(Refused, match="missing or damaged"):
        document.open_file(document=moved, by=cast.caseworker)


def test_a_refused_document_leaves_no_file(cast, files_root):
    before = lying(files_root)
    for who in ("outsider", "coordinator", "privacy"):
        with pytest.raises(Refused):
            added(cast, by=cast[who])
    assert lying(files_root) == before


def test_the_same_submission_leaves_one_file(cast, files_root):
    key = uuid.uuid4()
    first, second = added(cast, submission=key), added(cast, submission=key)
    assert first.pk == second.pk
    assert len(lying(files_root)) == 2  # the cast's and this one


def test_a_verb_that_is_refused_afterwards_leaves_no_file(cast, files_root):
    """The document is added in good order, and then what was to come with it is refused."""

    @action
    def add_then_refuse(*, by):
        added(cast)
        assert len(lying(files_root)) == 2
        raise Refused("no")

    with files.settled(), pytest.raises(Refused):
        add_then_refuse(by=cast.caseworker)
    assert len(lying(files_root)) == 1


def test_what_is_committed_stays_and_what_is_rolled_back_goes(cast, files_root):
    with files.settled(), transaction.atomic():
        added(cast)
    assert len(lying(files_root)) == 2
    with files.settled(), transaction.atomic():
        added(cast)
        transaction.set_rollback(True)
    assert len(lying(files_root)) == 2
    with pytest.raises(ZeroDivisionError), files.settled(), transaction.atomic():
        added(cast)
        _ = 1 / 0
    assert len(lying(files_root)) == 2


def test_a_full_disk_is_a_sentence_and_leaves_neither_row_nor_file(cast, files_root, monkeypatch):
    before = Document.objects.count()

    def full(*args):
        raise OSError(28, "No space left on device")

    for place in ("fsync", "rename"):
        with monkeypatch.context() as patched:
            patched.setattr(files.os if place == "fsync" else files.Path, place, full)
            with pytest.raises(Refused, match="the disk may be full"):
                added(cast)
    assert Document.objects.count() == before
    assert len(lying(files_root)) == 1


# --- the command --------------------------------------------------------------------------------------------


def clean(capsys, **options) -> str:
    call_command("clean_files", **options)
    return capsys.readouterr().out.strip()


def aged(path, hours: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    moment = time.time() - hours * 3600
    os.utime(path, (moment, moment))


def test_orphans_older_than_a_day_are_removed_and_nothing_else(cast, files_root, capsys):
    kept = cast.rows["document"].file
    aged(files.place(kept), 200)
    old, young, waiting, half = (uuid.uuid4() for _ in range(4))
    aged(files.place(old), 25)
    aged(files.place(young), 23)
    aged(files_root / "incoming" / waiting.hex, 25)
    aged(files_root / "incoming" / half.hex, 1)
    # not ours: somebody pointed the setting at the wrong place
    aged(files_root / "ab" / "letter.txt", 500)
    aged(files_root / "letter.txt", 500)
    aged(files_root / "zz" / uuid.uuid4().hex, 500)
    before = set(lying(files_root))
    assert clean(capsys) == "Drafts: 0 removed.\nFiles without a document: 2 removed, 2 left because they are younger."
    assert before - set(lying(files_root)) == {f"{old.hex[:2]}/{old.hex}", f"incoming/{waiting.hex}"}
    assert (
        clean(capsys, hours=0)
        == "Drafts: 0 removed.\nFiles without a document: 2 removed, 0 left because they are younger."
    )


def test_a_document_without_its_file_is_told(cast, files_root, capsys):
    files.place(cast.rows["document"].file).unlink()
    with pytest.raises(CommandError, match="Documents without their file: 1"):
        clean(capsys)
