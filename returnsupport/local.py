"""Local mode: what a checkout needs when nobody gave it a database or keys.

A process with DATABASE_URL in its environment is production and gets nothing from here.
"""

import base64
import hashlib
import os
import secrets
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

CHECKOUT = Path(__file__).resolve().parent.parent

# The only commands that run as the owner of the tables (docs/decisions/two-database-roles.md).
OWNER_COMMANDS = {"migrate", "createcachetable", "flush"}
# Commands that start one of those in a process of its own, and serve or fill as the runtime role.
OWNER_CALLERS = {"demo", "seed_demo"}
_kept: dict[str, str] = {}


class NotReady(Exception):
    """Something on this machine is missing; the message is one sentence for the person at the keyboard."""


def prepare(argv: list[str]) -> None:
    """Start the local database and make local keys, unless the environment already names a database.

    Raises NotReady with one sentence when that is impossible.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "returnsupport.settings")
    if not os.environ.get("DATABASE_URL"):
        use_cluster("local")
        os.environ.setdefault("RETURNSUPPORT_DEMO", "1")
        make_keys(keys_directory())
        make_files_directory(keys_directory())
    owner_url = os.environ.pop("DATABASE_OWNER_URL", "")
    if argv and argv[0] in OWNER_COMMANDS and owner_url:
        os.environ["RETURNSUPPORT_RUNTIME_ROLE"] = urlsplit(os.environ["DATABASE_URL"]).username or ""
        os.environ["DATABASE_URL"] = owner_url
    elif argv and argv[0] in OWNER_CALLERS:
        # Kept out of the environment, so that no process it starts inherits it by accident.
        _kept["owner_url"] = owner_url


def run_as_owner(*argv: str) -> None:
    """Run one of the owner's commands in a process of its own. Raises NotReady when it fails."""
    environment = {**os.environ, "DATABASE_OWNER_URL": _kept.get("owner_url", "")}
    if not environment["DATABASE_OWNER_URL"]:
        raise NotReady("Set DATABASE_OWNER_URL: this has to change the database's tables.")
    ran = subprocess.run([sys.executable, str(CHECKOUT / "manage.py"), *argv], env=environment)  # noqa: S603 - our own
    if ran.returncode:
        raise NotReady(f"{argv[0]} did not succeed; see above.")


def use_cluster(purpose: str) -> None:
    """Start the cluster of that purpose ("local" or "test") and put its addresses in the environment."""
    try:
        from returnsupport import postgres

        cluster = postgres.start(purpose)
    except ImportError as missing:
        raise NotReady(f"{missing.name} is not installed: run `make setup` first.") from missing
    except postgres.LauncherError as problem:
        raise NotReady(str(problem)) from problem
    os.environ["DATABASE_URL"] = cluster.runtime_url
    os.environ["DATABASE_OWNER_URL"] = cluster.owner_url


def keys_directory() -> Path:
    """Where this checkout's keys lie: outside the repository, one directory a checkout."""
    home = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
    return home / "returnsupport" / hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:12]


def make_keys(directory: Path) -> None:
    """Make the master key and the session secret once, readable by this user alone, and name them."""
    for variable, name in (
        ("RETURNSUPPORT_MASTER_KEY_FILE", "master.key"),
        ("RETURNSUPPORT_SECRET_KEY_FILE", "secret.key"),
    ):
        if os.environ.get(variable) or os.environ.get(variable.removesuffix("_FILE")):
            continue
        path = directory / name
        try:
            directory.mkdir(mode=0o700, parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            pass
        except OSError as problem:
            raise NotReady(f"A key file could not be made in {directory}: {problem.strerror}.") from problem
        else:
            with os.fdopen(descriptor, "wb") as file:
                file.write(base64.b64encode(secrets.token_bytes(32)) + b"\n")
        os.environ[variable] = str(path)


def make_files_directory(directory: Path) -> None:
    """Make the place of sealed files beside the keys, and name it. Raises NotReady."""
    if os.environ.get("RETURNSUPPORT_FILES"):
        return
    path = directory / "files"
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise NotReady(f"The directory {path} could not be made: {problem.strerror}.") from problem
    os.environ["RETURNSUPPORT_FILES"] = str(path)
