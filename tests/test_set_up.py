"""Set-up explains itself: one sentence for what this machine lacks."""

import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from returnsupport import local

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def checkout(tmp_path):
    """The installer and its lock files alone, at a path with a space in it."""
    place = tmp_path / "my clone"
    (place / "returnsupport").mkdir(parents=True)
    for name in ("returnsupport/install.py", "requirements.txt", "requirements-dev.txt", "package-lock.json"):
        shutil.copy(ROOT / name, place / name)
    return place


def said(*command: str, cwd: Path = ROOT, **environment) -> tuple[int, list[str]]:
    ran = subprocess.run(
        command, cwd=cwd, env={**os.environ, **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return ran.returncode, ran.stdout.strip().splitlines()


def install(checkout: Path, *before: str, **environment) -> tuple[int, list[str]]:
    return said(*before, sys.executable, "returnsupport/install.py", cwd=checkout, **environment)


def on_disk(size: str, place: Path, *command: str) -> list[str]:
    """The command with another, small disk at that place, which it alone sees ("ro": nothing can be written there)."""
    how = "ro" if size == "ro" else f"size={size}"
    script = 'mount -t tmpfs -o "$1" tmpfs "$2" && shift 2 && exec "$@"'
    return ["unshare", "-m", "sh", "-c", script, "sh", how, str(place), *command]


def can(*command: str) -> bool:
    return shutil.which(command[0]) is not None and subprocess.run(command, capture_output=True).returncode == 0


needs_disks = pytest.mark.skipif(
    not can(*on_disk("1m", Path("/mnt"), "true")), reason="this user may not mount a disk of its own"
)


def test_a_missing_venv_module_is_one_sentence(checkout, tmp_path):
    (tmp_path / "ensurepip.py").write_text("raise ImportError")
    assert install(checkout, PYTHONPATH=str(tmp_path)) == (
        1,
        [
            "Making a virtual environment in .venv …",
            "Python's venv module is missing: install it first (Debian and Ubuntu: apt install python3-venv).",
        ],
    )


def test_what_is_installed_already_is_not_installed_again(checkout):
    from returnsupport.install import fingerprint

    for stamp, lock in ((".venv", "requirements.txt"), ("node_modules", "package-lock.json")):
        (checkout / stamp).mkdir()
        (checkout / stamp / ".installed").write_text(fingerprint(checkout / lock))
    code, lines = install(checkout)
    # It goes straight on to the front-end files, which this checkout has not.
    assert code == 1
    assert len(lines) == 1
    assert "node_modules" in lines[0]


def test_local_mode_makes_a_place_for_files_beside_its_keys(tmp_path, monkeypatch):
    monkeypatch.setenv("RETURNSUPPORT_FILES", "")
    local.make_files_directory(tmp_path / "keys")
    assert os.environ["RETURNSUPPORT_FILES"] == str(tmp_path / "keys" / "files")
    assert oct((tmp_path / "keys" / "files").stat().st_mode & 0o777) == "0o700"
    monkeypatch.setenv("RETURNSUPPORT_FILES", "/elsewhere")
    local.make_files_directory(tmp_path / "other")
    assert os.environ["RETURNSUPPORT_FILES"] == "/elsewhere"
    assert not (tmp_path / "other").exists()


def test_a_place_for_files_that_cannot_be_made_is_one_sentence(tmp_path, monkeypatch):
    monkeypatch.setenv("RETURNSUPPORT_FILES", "")
    (tmp_path / "keys").write_text("in the way")
    with pytest.raises(local.NotReady, match=r"keys/files could not be made: Not a directory\.$"):
        local.make_files_directory(tmp_path / "keys")


def test_a_port_in_use_is_one_sentence():
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(CommandError, match=f"Port {port} is in use: stop what runs there, or choose another"):
            call_command("demo", port=port)


def test_production_refuses_the_demo(settings):
    settings.DEMO = False
    with pytest.raises(CommandError, match="production"):
        call_command("demo")


def test_no_network_is_one_sentence(checkout):
    alone = ["unshare", "-n"] if can("unshare", "-n", "true") else []
    nowhere = {} if alone else {"PIP_INDEX_URL": "http://127.0.0.1:9/"}
    assert install(checkout, *alone, PIP_RETRIES="0", **nowhere) == (
        1,
        [
            "Making a virtual environment in .venv …",
            "Installing Python packages (the first time takes about a minute) …",
            "There is no network, or it does not reach the package registries of Python and npm: "
            "connect (or set a proxy) and run this again.",
        ],
    )


FULL = "The disk is full: make room (about 1 GB) where this checkout, your home directory and /tmp are, and run this again."


@needs_disks
def test_a_full_disk_is_one_sentence(checkout):
    copied = 'cp -r "$1"/. "$2" && cd "$2" && exec "$3" returnsupport/install.py'
    small = checkout.parent / "small"
    small.mkdir()
    command = on_disk("3m", small, "sh", "-c", copied, "sh", str(checkout), str(small), sys.executable)
    assert said(*command) == (1, ["Making a virtual environment in .venv …", FULL])


@needs_disks
@pytest.mark.parametrize(
    ("size", "sentence"),
    [
        ("2m", r"The database cannot be started in /var/lib/[^:]+: No space left on device\."),
        ("ro", r"The database cannot be started in /var/lib/[^:]+: Read-only file system\."),
        ("90m", r"The database could not be made: No space left on device; make room and try again\."),
    ],
)
def test_a_database_without_a_place_is_one_sentence(size, sentence):
    if os.geteuid():
        pytest.skip("the database of an ordinary user lies in the checkout")
    command = [sys.executable, "-m", "returnsupport.postgres", "start", "local"]
    code, lines = said(*on_disk(size, Path("/var/lib"), *command))
    assert (code, len(lines)) == (1, 1)
    assert re.fullmatch(sentence, lines[0])


@pytest.mark.skipif(not can("setpriv", "--reuid", "65534", "/usr/bin/python3", "-c", "1"), reason="needs root")
def test_a_checkout_that_may_not_be_written_is_one_sentence():
    place = Path(tempfile.mkdtemp(prefix="returnsupport-"))
    place.chmod(0o755)
    (place / "returnsupport").mkdir()
    for name in ("returnsupport/install.py", "requirements.txt", "requirements-dev.txt", "package-lock.json"):
        shutil.copy(ROOT / name, place / name)
    try:
        as_nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        assert said(*as_nobody, "/usr/bin/python3", "returnsupport/install.py", cwd=place) == (
            1,
            [
                "Making a virtual environment in .venv …",
                f"Something may not be written by you ({place}/.venv): mend its owner or mode, or take a checkout and a "
                "home directory of your own.",
            ],
        )
    finally:
        shutil.rmtree(place)


@pytest.mark.parametrize(
    ("words", "beginning"),
    [
        ("npm error code EACCES\nnpm error path /home/a/.npm", "Something may not be written by you"),
        ("npm error code ENOSPC", "The disk is full"),
        ("npm error code EAI_AGAIN", "There is no network"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", None),
    ],
)
def test_what_npm_says_is_understood(words, beginning):
    from returnsupport.install import meaning

    assert (meaning(words) or "").startswith(beginning or "")
    assert (meaning(words) is None) is (beginning is None)


def test_an_environment_that_was_cut_short_is_made_anew(checkout):
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", checkout / ".venv"], check=True)
    code, lines = install(checkout, PIP_INDEX_URL="http://127.0.0.1:9/", PIP_RETRIES="0")
    assert (code, lines[0], len(lines)) == (1, "Making a virtual environment in .venv …", 3)


def test_a_key_that_others_read_or_nobody_can_is_one_sentence(tmp_path):
    key = tmp_path / "master.key"
    key.write_text("x")
    key.chmod(0o644)
    given = {"DATABASE_URL": "postgresql:///nowhere", "RETURNSUPPORT_SECRET_KEY": "x", "RETURNSUPPORT_MASTER_KEY": ""}
    given["DJANGO_SETTINGS_MODULE"] = "returnsupport.settings"
    check = [sys.executable, "manage.py", "check"]
    assert said(*check, **given, RETURNSUPPORT_MASTER_KEY_FILE=str(key)) == (
        1,
        [f"{key} can be read by others: chmod 600 it."],
    )
    assert said(*check, **given, RETURNSUPPORT_MASTER_KEY_FILE=str(tmp_path / "none")) == (
        1,
        [f"{tmp_path / 'none'} cannot be read: No such file or directory."],
    )


def test_a_home_that_may_not_be_written_is_one_sentence(tmp_path, monkeypatch):
    for name in ("RETURNSUPPORT_MASTER_KEY", "RETURNSUPPORT_MASTER_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").write_text("in the way")
    with pytest.raises(local.NotReady, match=r"^A key file could not be made in .*/home/keys: Not a directory\.$"):
        local.make_keys(tmp_path / "home" / "keys")
