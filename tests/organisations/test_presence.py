"""A session that nobody uses is over after a quarter of an hour; the server decides."""

import time

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations.views.presence import who

HERE, IDLE = reverse("organisations:session_here"), reverse("organisations:session_idle")
LIST = reverse("cases:case_list")


@pytest.fixture
def worker(cast, client_of):
    client = client_of("caseworker")
    away(client, 0)
    return client


def away(client, seconds: int) -> None:
    session = client.session
    session["used_at"] = int(time.time()) - seconds
    session.save()


def tells(client, address: str, user) -> object:
    answer = client.post(address, {"who": who(user)})
    return answer.json()["left"] if answer.status_code == 200 else answer.status_code


@pytest.mark.parametrize(
    ("seconds", "inside"), [(0, True), (14 * 60, True), (15 * 60 + 59, True), (16 * 60 + 1, False)]
)
def test_a_session_lasts_a_quarter_of_an_hour_and_the_minute_the_script_may_be_late(seconds, inside, worker):
    with time_machine.travel(timezone.now(), tick=False):
        away(worker, seconds)
        assert (worker.get(LIST).status_code == 200) is inside
    assert Session.objects.count() == inside


def test_the_way_back_and_the_reason_are_told(worker):
    away(worker, 20 * 60)
    answer = worker.get(LIST + "?mine=yes")
    assert answer["Location"] == f"/login/?next={LIST}%3Fmine%3Dyes"
    page = worker.get(answer["Location"], HTTP_ACCEPT_LANGUAGE="nl").content.decode()
    assert "Daarom ben je uitgelogd" in page or "so you were signed out" in page
    assert 'name="next" value="/cases/?mine=yes"' in page


def test_pages_and_typing_begin_it_anew_and_what_the_script_sends_by_itself_does_not(worker, cast):
    for use in (lambda: worker.get(LIST), lambda: tells(worker, HERE, cast.caseworker)):
        away(worker, 600)
        use()
        assert tells(worker, IDLE, cast.caseworker) > 950
    away(worker, 600)
    worker.post(reverse("cases:draft_keep"), {})
    tells(worker, IDLE, cast.caseworker)
    assert 350 <= tells(worker, IDLE, cast.caseworker) <= 360


def test_the_script_ends_what_is_idle_and_nothing_else(worker, cast):
    away(worker, 14 * 60)
    assert tells(worker, IDLE, cast.caseworker) > 60
    away(worker, 15 * 60 + 1)
    assert tells(worker, IDLE, cast.caseworker) == 0
    assert Session.objects.count() == 0
    assert [tells(worker, address, cast.caseworker) for address in (IDLE, HERE)] == [302, 302]


def test_an_over_session_is_not_begun_anew_by_typing(worker, cast):
    away(worker, 16 * 60 + 1)
    assert tells(worker, HERE, cast.caseworker) == 0
    assert worker.get(LIST).status_code == 302


def test_a_page_of_somebody_else_hears_nothing_and_changes_nothing(worker, cast):
    away(worker, 600)
    assert [tells(worker, address, cast.colleague) for address in (HERE, IDLE)] == [0, 0]
    assert tells(worker, IDLE, cast.caseworker) <= 360
    assert worker.get(LIST).status_code == 200


def test_a_page_of_another_site_is_not_heard(cast):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(cast.caseworker)
    for address in (HERE, IDLE):
        assert strict.post(address, {"who": who(cast.caseworker)}).status_code == 403
        assert strict.get(address).status_code == 405


def test_the_page_holds_what_the_script_needs_for_whoever_is_signed_in_alone(worker):
    page = worker.get(LIST).content.decode()
    assert 'data-idle="900" data-warning="120" data-told-every="60"' in page
    assert "data-visitor" not in page
    visitor = Client().get("/").content.decode()
    assert "data-idle" not in visitor
    assert "<body data-visitor>" in visitor
