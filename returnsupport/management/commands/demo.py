"""Everything for `make demo`: tables, invented people, and a server on this machine alone."""

import io
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connection

from cases.demo.world import ACCOUNTS, PASSWORD
from cases.management.commands.seed_demo import migrate_if_needed
from organisations.models import User
from returnsupport import local


class Command(BaseCommand):
    help = "Migrate, fill and serve the demo on 127.0.0.1."
    requires_migrations_checks = False
    requires_system_checks: list[str] = []

    def add_arguments(self, parser) -> None:
        parser.add_argument("--reset", action="store_true", help="begin anew: everything in the demo is deleted first")
        parser.add_argument("--port", type=int, default=int(os.environ.get("RETURNSUPPORT_PORT", "8000")))

    def handle(self, *args, **options) -> None:
        if not settings.DEMO:
            raise CommandError("This is a production environment (DATABASE_URL is set): the demo does not run here.")
        port = options["port"]
        if not is_free(port):
            raise CommandError(
                f"Port {port} is in use: stop what runs there, or choose another: RETURNSUPPORT_PORT=8001 make demo"
            )
        try:
            self.prepare(reset=options["reset"])
        except local.NotReady as problem:
            raise CommandError(str(problem)) from problem
        self.welcome(port)
        make_exports_beside()
        serve(port)

    def prepare(self, *, reset: bool) -> None:
        self.say("Bringing the database's tables up to date …")
        migrate_if_needed()
        if settings.CACHES["default"]["LOCATION"] not in connection.introspection.table_names():
            local.run_as_owner("createcachetable")
        if reset:
            self.say("Deleting everything in the demo …")
            connection.close()
            local.run_as_owner("flush", "--no-input", "--verbosity", "0")
            call_command("clean_files", hours=0, stdout=io.StringIO())
        self.say("Telling the life stories of invented people …")
        call_command("seed_demo", stdout=self.stdout, stderr=self.stderr)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)

    def say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()

    def welcome(self, port: int) -> None:
        people = {user.email: user for user in User.objects.filter(email__endswith="@demo.test")}
        lines = ["", f"Open http://127.0.0.1:{port}/ and sign in with the password {PASSWORD} as", ""]
        for login in ACCOUNTS:
            user = people[f"{login}@demo.test"]
            roles = ", ".join(f"{m.role_label} at {m.organisation.name}" for m in user.active_memberships)
            lines.append(f"  {user.email:32} {roles or 'no role any more'}")
        key = os.environ.get("RETURNSUPPORT_MASTER_KEY_FILE", "the environment")
        lines += [
            "",
            f"Everything about people is sealed; this demo's own master key is in {key}",
            "Stop with Ctrl+C.",
            "",
        ]
        self.say("\n".join(lines))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def make_exports_beside() -> None:
    """What a timer does elsewhere, in a process of its own; it ends by itself when the server has gone."""
    connection.close()
    command = [sys.executable, "manage.py", "make_exports", "--watch"]
    subprocess.Popen(command, cwd=settings.BASE_DIR, stdin=subprocess.DEVNULL)  # noqa: S603 - our own


def serve(port: int) -> None:
    """Become the server; Ctrl+C reaches it directly."""
    connection.close()
    control = Path(tempfile.mkdtemp(prefix="returnsupport-")) / "control"
    os.chdir(settings.BASE_DIR)
    arguments = [
        sys.executable, "-m", "gunicorn", "returnsupport.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--threads", "4", "--control-socket", str(control), "--log-level", "warning",
        "--logger-class", "returnsupport.logs.BareServerLog",
    ]  # fmt: skip
    os.execv(sys.executable, arguments)  # noqa: S606 - our own interpreter, fixed arguments
