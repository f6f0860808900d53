"""The server as the demo has it, gunicorn with two workers, for as long as something is measured."""

import contextlib
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from .. import local


class Silent(Exception):
    """The server does not answer."""


@contextlib.contextmanager
def serving() -> Iterator[int]:
    """The port on which it listens. Raises Silent."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="returnsupport-bench-") as directory:
        arguments = [
            sys.executable, "-m", "gunicorn", "returnsupport.bench.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--threads", "4", "--keep-alive", "600", "--control-socket", str(Path(directory) / "control"), "--log-level", "warning",
            "--logger-class", "returnsupport.logs.BareServerLog",
        ]  # fmt: skip
        process = subprocess.Popen(arguments, cwd=local.CHECKOUT)  # noqa: S603 - our own interpreter, fixed arguments
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(port: int) -> None:
    for _try in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.1)
    raise Silent("The server did not start within half a minute.")


def collect() -> None:
    """The static files, under the names that pages ask for."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "returnsupport.settings"}
    command = [sys.executable, str(local.CHECKOUT / "manage.py"), "collectstatic", "--no-input", "--verbosity", "0"]
    if subprocess.run(command, env=environment).returncode:  # noqa: S603 - our own interpreter, fixed arguments
        raise local.NotReady("collectstatic did not succeed; see above.")
