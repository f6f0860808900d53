"""The last place, asked for a thousand times over HTTP, a hundred at a time: one is told yes, and one row is there."""

import contextlib
import http.client
import os
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from django.conf import settings
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string
from django.urls import reverse
from django.utils import timezone

from cases.actions import refresh
from cases.models import Placement
from organisations import sealing
from organisations.models import Place
from returnsupport.bench.server import free_port, wait_for
from tests.cast import assemble, new_case
from tests.conftest import signed_in

ATTEMPTS, AT_ONCE = 1000, 100
NO = (
    "This place is not free (any more). Choose another one.",
    "Somebody else has this place in that time. Choose another place.",
    "This house is full: 3 may stay there, as agreed. Choose another one.",
)


@contextlib.contextmanager
def served():
    """The port of the server as the demo has it, on the database of the test."""
    known = connection.settings_dict
    url = f"postgresql://{quote(settings.RUNTIME)}@/{known['NAME']}?host={quote(known['HOST'], safe='')}&port={known['PORT']}"
    port = free_port()
    with tempfile.TemporaryDirectory() as directory:
        arguments = [
            sys.executable, "-m", "gunicorn", "returnsupport.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
            "--threads", "4", "--control-socket", str(Path(directory) / "control"), "--log-level", "warning",
            "--backlog", "1024",
        ]  # fmt: skip
        environment = {
            **os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings", "TEST_DATABASE_URL": url,
            "TEST_DATABASE_OWNER_URL": url, "RETURNSUPPORT_FILES": str(settings.FILES_ROOT),
            "TEST_CONN_MAX_AGE": "60",
        }  # fmt: skip
        process = subprocess.Popen(  # noqa: S603 - our own interpreter, fixed arguments
            arguments, cwd=settings.BASE_DIR, env=environment
        )
        try:
            wait_for(port)
            yield port
        finally:
            process.terminate()
            process.wait(30)


@pytest.mark.soak
@pytest.mark.django_db(transaction=True)
def test_the_last_place_is_given_once_to_a_thousand(files_root, monkeypatch):
    monkeypatch.setattr(
        refresh, "tasks", lambda case, by, known=None: None
    )  # of a thousand new cases, before it begins
    with sealing.fresh_keys():
        cast = assemble()
        last = Place.objects.order_by("name").last()
        references = [new_case(cast.caseworker, working_name=f"Wacht {n}").reference for n in range(ATTEMPTS)]
        session = signed_in(cast.caseworker).cookies["sessionid"].value
    secret = _get_new_csrf_string()
    headers = {
        "Cookie": f"sessionid={session}; csrftoken={secret}", "Content-Type": "application/x-www-form-urlencoded",
        "Accept-Language": "en",
    }  # fmt: skip
    day = f"{timezone.localdate():%d-%m-%Y}"

    with served() as port:

        def ask(reference: str) -> tuple[int, str]:
            link = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            body = urlencode({"csrfmiddlewaretoken": secret, "place": str(last.pk), "day": day})
            link.request("POST", reverse("cases:shelter_place", args=[reference]), body, headers)
            answer = link.getresponse()
            return answer.status, answer.read().decode()

        begun = timezone.now()
        with ThreadPoolExecutor(AT_ONCE) as people:
            answers = list(people.map(ask, references))
        seconds = (timezone.now() - begun).total_seconds()
    sys.stderr.write(f"{ATTEMPTS} attempts, {AT_ONCE} at a time: {seconds:.1f} s\n")

    assert [status for status, _page in answers].count(302) == 1
    assert {status for status, _page in answers} == {302, 200}
    assert all(any(sentence in page for sentence in NO) for status, page in answers if status == 200)
    assert Placement.objects.filter(place=last).count() == 1
