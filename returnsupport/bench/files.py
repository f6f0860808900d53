"""The list of cases as a file: how many rows a second, beside the database's own COPY and the ORM row by row."""

import subprocess
import sys
import time
import uuid
from collections.abc import Iterator

from django.urls import reverse

from .. import local
from .client import Client
from .pages import led_by_the_cosm

Speed = tuple[str, int, float]


def speeds(client: Client) -> Iterator[Speed]:
    """What, how many rows, and in how many seconds. Raises Unexpected and local.NotReady."""
    rows = led_by_the_cosm().count()
    yield "floor: COPY by the database", rows, client.ask(f"/floor/copy.csv?rows={rows}") / 1000
    yield "floor: row by row through the ORM", rows, client.ask(f"/floor/rows.csv?rows={rows}") / 1000
    address = reverse("cases:case_export_add")
    form = {"reason": "Meting (demo)", "with_names": "no", "submission": str(uuid.uuid4())}
    waited = client.ask(f"{address}?closed=yes", form, status=302) / 1000
    yield "ours: asked for, made, audited and sealed", rows, waited + made_in_the_background()


def made_in_the_background() -> float:
    """Seconds, with those in which the command starts. Raises local.NotReady."""
    begun = time.perf_counter()
    command = [sys.executable, str(local.CHECKOUT / "manage.py"), "make_exports"]
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:  # noqa: S603 - our own interpreter, fixed arguments
        raise local.NotReady("make_exports did not succeed; see above.")
    return time.perf_counter() - begun
