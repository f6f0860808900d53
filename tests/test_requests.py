"""What stands around every request: one transaction, refusals that stay, strict pages, the language."""

import pytest
from django.test import Client, override_settings
from django.urls import reverse

from cases.models import Note
from organisations.models import AuditEvent
from organisations.rules.audit import Verb
from tests.cast import PASSWORD


def refusals():
    return list(
        AuditEvent.objects.filter(verb=Verb.ACCESS_REFUSED)
        .order_by("at")
        .values_list("actor_name", "case_reference", "room")
    )


def test_a_refusal_at_the_door_outlives_the_request(cast, client_of):
    client_of("coordinator").get(reverse("cases:notes", args=[cast.case.reference]))
    assert refusals() == [("Coordinator", "", "notes")]
    client_of("care_coordinator").get(reverse("cases:stage_move", args=[cast.case.reference, "recovery"]))
    assert refusals()[1:] == [("Care-Coordinator", cast.case.reference, "case")]


def test_what_is_not_seen_leaves_no_trace_that_it_exists(cast, client_of):
    client_of("outsider").get(reverse("cases:notes", args=[cast.case.reference]))
    assert refusals() == []


def test_reading_is_one_row_a_user_case_room_and_hour(cast, client_of):
    read = AuditEvent.objects.filter(verb=Verb.CASE_READ, case_id=cast.case.pk)
    for who in ("caseworker", "caseworker", "colleague"):
        client_of(who).get(reverse("cases:notes", args=[cast.case.reference]))
    client_of("caseworker").get(reverse("cases:safety", args=[cast.case.reference]))
    assert sorted(read.values_list("actor_name", "room", "organisation_name")) == [
        ("Caseworker", "notes", "Kade"), ("Caseworker", "safety", "Kade"), ("Colleague", "notes", "Kade"),
    ]  # fmt: skip


def test_a_page_that_breaks_rolls_back_and_tells_nothing(cast, client_of, monkeypatch, caplog):
    from cases.views import conversation

    def written_then_broken(**facts):
        Note.objects.create(case=cast.case, text="GEHEIM", organisation=cast.kade, created_by=cast.caseworker)
        raise ValueError("GEHEIM")

    monkeypatch.setattr(conversation.actions, "write_note", written_then_broken)
    client = client_of("caseworker")
    client.raise_request_exception = False
    before = Note.objects.count()
    page = client.post(reverse("cases:notes", args=[cast.case.reference]), {"text": "GEHEIM"})
    assert page.status_code == 500
    assert "GEHEIM" not in page.content.decode()
    assert Note.objects.count() == before


def test_a_body_over_the_limit_is_a_sentence_and_nothing_is_kept(cast, client_of):
    client, address = client_of("caseworker"), reverse("cases:notes", args=[cast.case.reference])
    before = Note.objects.count()
    for how in ({}, {"content_type": "application/x-www-form-urlencoded"}):
        data = {"text": "x" * 6_000_000} if not how else "text=" + "x" * 6_000_000
        page = client.post(address, data, HTTP_ACCEPT_LANGUAGE="en", **how)
        assert (page.status_code, "This is too much at once" in page.content.decode()) == (413, True)
    broken = client.post(address, b"--x", content_type="multipart/form-data; boundary=\x00", HTTP_ACCEPT_LANGUAGE="nl")
    assert (broken.status_code, "Dit kon niet worden gelezen" in broken.content.decode()) == (400, True)
    assert Client(HTTP_HOST="elsewhere.example").get("/").status_code == 400
    assert Note.objects.count() == before


def test_the_log_names_the_exception_and_its_place_and_never_its_message():
    import logging

    from returnsupport.logs import BareFormatter

    try:
        raise ValueError("GEHEIM")
    except ValueError as error:
        record = logging.LogRecord(
            "x", logging.ERROR, "f", 1, "broke: %s", ("GEHEIM",), (ValueError, error, error.__traceback__)
        )
    text = BareFormatter().format(record)
    assert "GEHEIM" not in text
    assert "ValueError" in text
    assert "test_requests.py" in text


@pytest.mark.parametrize(
    ("logger", "said"),
    [
        ("gunicorn.error", "Invalid request from ip=127.0.0.9: Invalid HTTP request line: 'GET /cases/GEHEIM'"),
        ("django.security.DisallowedHost", "Invalid HTTP_HOST header: 'GEHEIM'."),
        ("gunicorn.error", ValueError("GEHEIM")),
    ],
)
def test_the_log_says_nothing_of_a_request_that_was_put_into_its_words(logger, said):
    import logging

    from returnsupport.logs import BareFormatter

    text = BareFormatter().format(logging.LogRecord(logger, logging.WARNING, "f", 1, said, None, None))
    assert ("GEHEIM" in text, "127.0.0.9" in text, logger in text) == (False, False, True)


def test_every_page_is_strict(client, db):
    for path in ("/", "/login/", "/nothing-here/", "/organisations/"):
        response = client.get(path)
        assert response["Content-Security-Policy"].startswith("default-src 'none'; script-src 'self'; style-src 'self'")
        assert "no-store" in response["Cache-Control"]
        assert response["X-Frame-Options"] == "DENY"
        assert response["Referrer-Policy"] == "same-origin"


def test_a_path_that_does_not_exist_is_404_for_everyone(cast, client_of):
    assert {who: client_of(who).get("/tonight/").status_code for who in ("visitor", "caseworker", "admin")} == {
        "visitor": 404, "caseworker": 404, "admin": 404,
    }  # fmt: skip


def test_the_language_is_the_switch_then_the_user_then_the_browser_then_english(cast, client_of):
    def language(client, **extra):
        return client.get("/", **extra)["Content-Language"]

    visitor = client_of("visitor")
    assert language(visitor) == "en"
    assert language(visitor, HTTP_ACCEPT_LANGUAGE="fr") == "en"
    assert language(visitor, HTTP_ACCEPT_LANGUAGE="nl-BE,nl;q=0.9") == "nl"
    visitor.post("/language/", {"language": "nl"})
    assert language(visitor, HTTP_ACCEPT_LANGUAGE="en") == "nl"
    worker = client_of("caseworker")
    worker.post("/language/", {"language": "nl"})
    fresh = Client()
    fresh.force_login(type(cast.caseworker).objects.get(pk=cast.caseworker.pk))
    assert language(fresh, HTTP_ACCEPT_LANGUAGE="en") == "nl"
    fresh.post("/language/", {"language": "xx"})
    assert language(fresh) == "nl"


def test_the_switch_leads_back_and_never_elsewhere(client, db):
    assert (
        client.post("/language/", {"language": "nl", "next": "/organisations/?q=x"})["Location"]
        == "/organisations/?q=x"
    )
    assert client.post("/language/", {"language": "nl", "next": "https://example.org/"})["Location"] == "/"


def test_login_by_e_mail_leads_to_the_days_work_and_a_deep_link_survives(cast):
    visitor = Client()
    deep = reverse("cases:safety", args=[cast.case.reference])
    assert visitor.get(deep)["Location"] == f"/login/?next={deep}"
    answer = visitor.post(
        f"/login/?next={deep}", {"login": "Caseworker@example.test", "password": PASSWORD, "next": deep}
    )
    assert (answer.status_code, answer["Location"]) == (302, deep)
    leads = {
        who: Client().post("/login/", {"login": f"{who}@example.test", "password": PASSWORD})["Location"]
        for who in ("teamlead", "coordinator", "privacy")
    }
    assert leads == {"teamlead": "/my-day/", "coordinator": "/", "privacy": "/"}


def test_a_button_pressed_after_the_session_ended_leads_back_to_its_page(cast, client_of):
    """The address of a button shows nothing by itself."""
    button = reverse("organisations:organisation_verify", args=["haven"])
    record = reverse("organisations:organisation_detail", args=["haven"])
    for came_from, leads in (
        (f"http://testserver{record}?x=1#top", f"{record}%3Fx%3D1"), ("https://example.org/organisations/", button),
        ("//example.org/", button), ("", button),
    ):  # fmt: skip
        answer = Client().post(button, HTTP_REFERER=came_from)
        assert answer["Location"] == f"/login/?next={leads}"
    # and whoever comes to it all the same reads a sentence, in their language
    page = client_of("directory").get(button, HTTP_ACCEPT_LANGUAGE="en")
    assert (page.status_code, "This address belongs to a button" in page.content.decode()) == (405, True)
    page = client_of("directory").get(button, HTTP_ACCEPT_LANGUAGE="nl")
    assert "Dit adres hoort bij een knop" in page.content.decode()


def test_an_account_is_throttled_and_the_house_it_shares_an_address_with_is_not(cast):
    wrong = Client()
    for _ in range(11):
        page = wrong.post("/login/", {"login": "caseworker@example.test", "password": "wrong"})
    assert "caseworker" not in str(page.headers)
    blocked = Client().post("/login/", {"login": "caseworker@example.test", "password": PASSWORD})
    assert blocked.status_code == 200  # not let in
    assert Client().post("/login/", {"login": "colleague@example.test", "password": PASSWORD}).status_code == 302


def test_nobody_signs_up(client, db):
    answer = client.post("/signup/", {"email": "new@example.test", "password1": PASSWORD, "password2": PASSWORD})
    from organisations.models import User

    assert answer.status_code == 200
    assert User.objects.filter(email="new@example.test").count() == 0


def test_a_closed_account_is_let_in_nowhere(cast, client_of):
    """Not by its password, and not by a session that was open before: neither to cases nor to what asks no role."""
    before = client_of("caseworker")
    assert [before.get(reverse(name)).status_code for name in ("cases:case_list", "usersessions_list")] == [200, 200]
    cast.caseworker.is_active = False
    cast.caseworker.save()
    answer = Client().post("/login/", {"login": "caseworker@example.test", "password": PASSWORD})
    assert answer.get("Location", "") in {"", "/inactive/"}
    for name in ("cases:case_list", "usersessions_list"):
        assert before.get(reverse(name))["Location"].startswith("/login/")


@override_settings(ALLOWED_HOSTS=["testserver"])
def test_a_view_that_declares_nothing_is_refused(cast, client_of, monkeypatch):
    from cases.views import case as view

    monkeypatch.delattr(view.listing, "access")
    assert client_of("caseworker").get(reverse("cases:case_list")).status_code == 403


@pytest.mark.parametrize(
    "path",
    ["/cases/<script>/", "/cases/%00/", "/cases/" + "A" * 3000 + "/", "/organisations/?q=%00", "/cases/?stage=%00"],
)
def test_strange_addresses_are_no_fault(path, cast, client_of):
    assert client_of("caseworker").get(path).status_code in {200, 404}
