"""The master key: replaced while people work, lost, checked without being shown."""

import base64
import io
import re
import subprocess
import sys
import threading
import uuid

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection, connections

from cases.models import Case, Note
from organisations.actions import keys as actions
from organisations.models import AuditEvent, DataKey
from organisations.sealing import envelope, fresh_keys, index, keys
from returnsupport import checks
from tests.cast import new_case
from tests.sealing.test_sealing import ROOT, production

FIRST, SECOND, THIRD = (base64.b64encode(bytes(range(n, n + 32))).decode() for n in (0, 100, 200))


def name(key: str) -> str:
    return keys.name_of(base64.b64decode(key))


def rotate(**options) -> str:
    said = io.StringIO()
    call_command("rotate_master_key", stdout=said, **{"servers_know": True, **options})
    return said.getvalue()


def check() -> str:
    said = io.StringIO()
    call_command("check_keys", stdout=said)
    return said.getvalue()


def names_on_rows() -> set[str]:
    return set(DataKey.objects.alive().values_list("master_key_id", flat=True))


def read_something(cast) -> tuple[str, str, bool]:
    """A text of the case, the address of a shelter, and a find by name: three data keys of three kinds."""
    with fresh_keys():
        note = Note.objects.get(case=cast.case).text
        address = cast.rows["stay"].place.shelter
        found = cast.case.pk in index.subjects("Vogel")
        return note, type(address).objects.get(pk=address.pk).address, found


WHOLE = ("Een notitie", "Geheime gracht 1", True)


def test_the_master_key_is_replaced_as_the_manual_says(cast, settings):
    sealed = bytes(Note.objects.get(case=cast.case).__dict__["text"])
    many = DataKey.objects.count()
    # step 1: servers know both, and make new data keys under the present one
    settings.NEW_MASTER_KEY = SECOND
    case = new_case(cast.caseworker)
    assert DataKey.objects.get(owner_id=case.pk).master_key_id == name(FIRST)
    # step 2
    said = rotate(batch=3)
    assert names_on_rows() == {name(SECOND)}
    assert f"3 of {many + 1} data keys done." in said
    assert "set RETURNSUPPORT_MASTER_KEY (or …_FILE) to the new key" in said
    assert read_something(cast) == WHOLE
    late = new_case(cast.caseworker, working_name="Laat")
    assert names_on_rows() == {name(FIRST), name(SECOND)}
    # step 3
    settings.MASTER_KEY, settings.OLD_MASTER_KEY, settings.NEW_MASTER_KEY = SECOND, FIRST, ""
    said = rotate()
    assert f"{name(SECOND)}" in said
    assert "RETURNSUPPORT_OLD_MASTER_KEY (and …_FILE) away" in said
    # step 4
    settings.OLD_MASTER_KEY = ""
    assert names_on_rows() == {name(SECOND)}
    assert read_something(cast) == WHOLE
    with fresh_keys():
        assert Case.objects.get(pk=late.pk).working_name == "Laat"
    # what is sealed was not touched
    assert bytes(Note.objects.get(case=cast.case).__dict__["text"]) == sealed
    assert AuditEvent.objects.filter(verb="master_key_replaced", actor_id=None).count() == 2


def test_no_output_shows_a_key(cast, settings):
    settings.NEW_MASTER_KEY = SECOND
    said = rotate() + check()
    with fresh_keys():
        data_key = base64.b64encode(keys.data_key(("case", cast.case.pk))).decode()
    assert [key for key in (FIRST, SECOND, data_key, base64.b64decode(SECOND).hex()) if key in said] == []


def test_the_command_may_be_killed_and_goes_on(cast, settings, monkeypatch):
    settings.NEW_MASTER_KEY = SECOND
    rewrap, calls = actions.rewrap, []

    def killed(**facts):
        calls.append(facts)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return rewrap(**facts)

    monkeypatch.setattr(actions, "rewrap", killed)
    with pytest.raises(KeyboardInterrupt):
        rotate(batch=2)
    assert DataKey.objects.filter(master_key_id=name(SECOND)).count() == 4
    assert names_on_rows() == {name(FIRST), name(SECOND)}
    assert read_something(cast) == WHOLE
    left = DataKey.objects.count() - 4
    assert f"{left} of {left} data keys done." in rotate(batch=100)
    assert names_on_rows() == {name(SECOND)}
    assert read_something(cast) == WHOLE


def test_a_key_made_behind_its_back_is_taken_along(cast, settings, monkeypatch):
    """Random ids may lie before the place where the round is."""
    settings.NEW_MASTER_KEY = SECOND
    rewrap = actions.rewrap

    def and_meanwhile(**facts):
        rows = rewrap(**facts)
        if facts["after"] is None and DataKey.objects.filter(owner_id=uuid.UUID(int=7)).count() == 0:
            keys.data_key(("case", uuid.UUID(int=7)))
            DataKey.objects.filter(owner_id=uuid.UUID(int=7)).update(id=uuid.UUID(int=1))
        return rows

    monkeypatch.setattr(actions, "rewrap", and_meanwhile)
    rotate(batch=2)
    assert names_on_rows() == {name(SECOND)}


def test_it_asks_first_whether_the_servers_know(cast, settings, monkeypatch):
    settings.NEW_MASTER_KEY = SECOND
    monkeypatch.setattr("sys.stdin", io.StringIO(""))
    with pytest.raises(CommandError, match="Nothing was changed"):
        rotate(servers_know=False)
    assert names_on_rows() == {name(FIRST)}


def test_without_a_second_key_it_says_how_to_give_one(cast):
    with pytest.raises(CommandError, match="RETURNSUPPORT_NEW_MASTER_KEY"):
        rotate()


def test_it_changes_nothing_while_a_data_key_fits_no_key(cast, settings):
    settings.MASTER_KEY, settings.NEW_MASTER_KEY = THIRD, SECOND
    with pytest.raises(CommandError, match="that was not given; nothing was changed"):
        rotate()
    assert names_on_rows() == {name(FIRST)}


def test_a_destroyed_key_stays_destroyed(cast, settings):
    keys.destroy(("case", cast.case.pk))
    settings.NEW_MASTER_KEY = SECOND
    rotate()
    row = DataKey.objects.get(owner_kind="case", owner_id=cast.case.pk)
    assert (row.wrapped, row.destroyed_at is not None) == (None, True)


def test_a_destroyed_key_is_not_made_anew(cast):
    nobody = ("victim", uuid.uuid4())
    with fresh_keys():
        keys.data_key(nobody)
        keys.destroy(nobody)
        with pytest.raises(keys.Destroyed):
            keys.data_key(nobody)
        never_used = ("victim", uuid.uuid4())
        keys.destroy(never_used)
        with pytest.raises(keys.Destroyed):
            keys.data_key(never_used)


@pytest.mark.django_db(transaction=True)
def test_people_make_new_keys_meanwhile_and_nothing_is_lost(settings, monkeypatch):
    """Threads make and open data keys as servers do that know both keys, one at least for each small batch of the command."""
    settings.NEW_MASTER_KEY = SECOND
    made: list[tuple[tuple, bytes]] = []
    failed: list = []
    stop, one_more = threading.Event(), threading.Semaphore(0)
    batches = 0

    def work() -> None:
        nonlocal failed
        try:
            while not stop.is_set():
                owner = ("case", uuid.uuid4())
                with fresh_keys():
                    made.append((owner, keys.data_key(owner)))
                one_more.release()
                with fresh_keys():
                    failed += [owner] * (keys.data_key(owner) != dict(made)[owner])
        except Exception as problem:
            failed.append(problem)
        finally:
            connections.close_all()

    def in_turn(**asked):
        nonlocal batches
        batches += 1
        if batches <= 40:
            assert one_more.acquire(timeout=30)
        else:
            stop.set()
        return rewrap(**asked)

    rewrap = actions.rewrap
    monkeypatch.setattr(actions, "rewrap", in_turn)
    for _ in range(200):
        made.append(((owner := ("case", uuid.uuid4())), keys.data_key(owner)))
    people = [threading.Thread(target=work) for _ in range(3)]
    for thread in people:
        thread.start()
    try:
        rotate(batch=5)
    finally:
        stop.set()
        for thread in people:
            thread.join()
    assert failed == []
    assert len(made) >= 240
    settings.MASTER_KEY, settings.OLD_MASTER_KEY, settings.NEW_MASTER_KEY = SECOND, FIRST, ""
    rotate()
    settings.OLD_MASTER_KEY = ""
    assert names_on_rows() == {name(SECOND)}
    assert {owner: keys.data_key(owner) for owner, _key in made} == dict(made)


# --- checked -------------------------------------------------------------------------------------------------------


def test_check_keys_counts_what_fits(cast, settings):
    live = DataKey.objects.count()
    keys.destroy(("case", cast.case.pk))
    assert check().splitlines() == [
        f"The present master key ({name(FIRST)}) fits {live - 1} of {live - 1} data keys.",
        "1 were destroyed by an erasure: no key fits them, and none should.",
    ]
    settings.NEW_MASTER_KEY = SECOND
    actions.rewrap(master=base64.b64decode(SECOND), after=None, size=2, by=None)
    assert f"The other key that was given ({name(SECOND)}) fits 2." in check()
    settings.NEW_MASTER_KEY = ""
    said = io.StringIO()
    with pytest.raises(CommandError, match="Look for the other key first"):
        call_command("check_keys", stdout=said)
    assert f"2 lie under a key that was not given or does not open them ({name(SECOND)})." in said.getvalue()


def test_a_row_that_names_the_key_and_does_not_open_is_told(cast):
    row = DataKey.objects.get(owner_kind="case", owner_id=cast.case.pk)
    broken = bytearray(row.wrapped)
    broken[-1] ^= 1
    DataKey.objects.filter(pk=row.pk).update(wrapped=bytes(broken))
    with pytest.raises(CommandError):
        check()


@pytest.mark.parametrize("wrong", ["c2hvcnQ=", "no base64!", "é"])
def test_a_second_key_that_is_none_is_told_and_not_shown(wrong, settings):
    settings.OLD_MASTER_KEY = wrong
    assert [
        bool(re.search("old master key", str(e))) and wrong not in str(e) for e in checks.keys_are_usable(None)
    ] == [True]


# --- lost ----------------------------------------------------------------------------------------------------------


def test_with_the_key_lost_nothing_sealed_opens_and_figures_stay(cast, settings):
    settings.MASTER_KEY = SECOND
    with fresh_keys():
        with pytest.raises(keys.NoSuchMasterKey):
            _ = Case.objects.get(pk=cast.case.pk).working_name
        with pytest.raises(keys.NoSuchMasterKey):
            _ = cast.rows["stay"].place.shelter.__class__.objects.get(slug="huis").address
        with pytest.raises(keys.NoSuchMasterKey):
            index.subjects("Vogel")
    # also not for somebody who takes the row's word for it
    DataKey.objects.update(master_key_id=name(SECOND))
    with fresh_keys(), pytest.raises(envelope.SealBroken):
        _ = Case.objects.get(pk=cast.case.pk).working_name
    assert list(Case.objects.filter(pk=cast.case.pk).values_list("stage", "age_group", "notice__notifier")) == [
        ("intake", "adult", "police")
    ]
    assert AuditEvent.objects.filter(case_id=cast.case.pk, verb="note_written").exists()


@pytest.mark.django_db
def test_a_server_with_another_key_does_not_start(cast, settings, monkeypatch):
    monkeypatch.setattr(connection, "close", lambda: None)
    assert checks.keys_fit_the_data() == ""
    settings.MASTER_KEY = SECOND
    assert re.fullmatch(
        r"\d+ data keys lie under another master key than the one given: .*", checks.keys_fit_the_data()
    )
    settings.OLD_MASTER_KEY = FIRST
    assert checks.keys_fit_the_data() == ""


@pytest.mark.django_db(transaction=True)
def test_the_server_asks_before_it_serves(settings):
    keys.data_key(("case", uuid.uuid4()))
    where = settings.DATABASES["default"]
    url = f"postgresql://{where['USER']}@/{connection.settings_dict['NAME']}?host={where['HOST']}"
    started = {key: production(DATABASE_URL=url, RETURNSUPPORT_MASTER_KEY=key) for key in (FIRST, SECOND)}
    assert {key: ran.returncode for key, ran in started.items()} == {FIRST: 0, SECOND: 1}
    assert "1 data keys lie under another master key than the one given" in started[SECOND].stdout


def test_a_bad_second_key_stops_the_server(tmp_path):
    ran = production(RETURNSUPPORT_MASTER_KEY=FIRST, RETURNSUPPORT_OLD_MASTER_KEY="c2hvcnQ=")
    assert ran.returncode != 0
    assert "The old master key must be 32 bytes" in ran.stdout


def test_the_new_key_may_come_from_a_file_that_only_its_owner_reads(tmp_path):
    file = tmp_path / "new.key"
    file.write_text(SECOND)
    file.chmod(0o644)

    def asked() -> subprocess.CompletedProcess:
        given = {
            "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "RETURNSUPPORT_SECRET_KEY": "x",
            "RETURNSUPPORT_MASTER_KEY": FIRST, "RETURNSUPPORT_NEW_MASTER_KEY_FILE": str(file),
            "RETURNSUPPORT_FILES": str(tmp_path),
        }  # fmt: skip
        return subprocess.run(
            [sys.executable, "-c", "import returnsupport.settings as s; print(s.NEW_MASTER_KEY)"], cwd=ROOT, env=given,
            text=True, capture_output=True,
        )  # fmt: skip

    assert "can be read by others" in asked().stderr
    file.chmod(0o600)
    assert asked().stdout.strip() == SECOND


def test_a_key_is_not_taken_for_another(settings):
    settings.NEW_MASTER_KEY = "c2hvcnQ="
    with pytest.raises(ImproperlyConfigured, match="new master key"):
        keys.accepted()
