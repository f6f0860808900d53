"""Set-up explains itself: one sentence for what this machine lacks."""

import os
import shutil
import socket
import subprocess
import sys
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


def install(checkout: Path, **environment) -> tuple[int, list[str]]:
    ran = subprocess.run(
        [sys.executable, "returnsupport/install.py"], cwd=checkout, env={**os.environ, **environment}, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return ran.returncode, ran.stdout.strip().splitlines()


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
    code, said = install(checkout)
    # It goes straight on to the front-end files, which this checkout has not.
    assert code == 1
    assert len(said) == 1
    assert "node_modules" in said[0]


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
