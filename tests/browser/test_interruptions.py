"""Called away in the middle of a form: nothing typed is lost, nobody else reads the screen, no two cases are mixed up."""

import re
from contextlib import contextmanager
from urllib.parse import unquote

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from playwright.sync_api import expect

from cases.models import Case, Draft, Note
from organisations.models import User
from organisations.views.presence import USED_AT
from tests.browser.conftest import PASSWORD
from tests.browser.test_every_page import AXE
from tests.cast import new_case

pytestmark = pytest.mark.browser
TEXT = "Zij wil morgen naar de huisarts."


def case_of(login: str, **values):
    return new_case(User.objects.get(email=f"{login}@demo.test"), **values)


def later(person, minutes: float) -> None:
    """The clock of the page goes on; then that of the server, whose sessions were used that much longer ago."""
    for row in Session.objects.all():
        session = SessionStore(row.pk)
        if USED_AT in session:
            session[USED_AT] -= int(minutes * 60)
            session.save()
    person.page.clock.fast_forward(int(minutes * 60_000))


@contextmanager
def is_told(page):
    """What is done here is heard by the server, and in time; only then may its clock go on."""
    with page.expect_response("**/sessions/here/") as answer:
        yield
        page.clock.run_for(1_000)  # the page says so at its next look
    assert answer.value.json()["left"] > 0


def login_to(address: str):
    return lambda url: unquote(url).endswith(f"/login/?next={address}")


def signs_in(page, login: str) -> None:
    page.locator("[name=login]").fill(f"{login}@demo.test")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main form button[type=submit]").click()


def finds_nothing(page) -> None:
    assert [v["id"] for v in Axe().run(page, options=AXE).response["violations"]] == []


def test_what_is_typed_is_kept_and_comes_back_after_idling(demo, at_screen):
    case = case_of("caseworker")
    address = f"/cases/{case.reference}/notes/"
    worker = at_screen("caseworker", width=390)
    worker.page.clock.install()
    worker.page.goto(address)
    worker.types(text=TEXT)
    worker.page.get_by_label("Gezondheid").check()
    line = worker.page.locator(".draft-line")
    expect(line).to_be_empty()
    worker.page.clock.run_for(20_000)
    expect(line).to_have_text(re.compile(r"^Wat je typt is bewaard om \d\d:\d\d\. Het is nog niet opgeslagen\.$"))
    kept = Draft.objects.get()
    assert kept.fields["text"] == [TEXT]

    # typing is activity: a quarter of an hour in which somebody types now and then is none of idling
    for _ in range(3):
        with is_told(worker.page):
            later(worker, 6)
        worker.page.locator("[name=text]").press("End")
    worker.page.locator("[name=text]").press_sequentially(" En naar school.")
    expect(worker.page.locator("#warning")).to_be_hidden()

    # nobody types: the last letters are told, then a warning; a click is enough to go on
    with is_told(worker.page):
        later(worker, 13)
    expect(worker.page.locator("#warning")).to_be_visible()
    worker.reads("Ben je er nog?")
    finds_nothing(worker.page)
    with is_told(worker.page):
        worker.presses("Verder werken")
    expect(worker.page.locator("#warning")).to_be_hidden()

    # nobody is there: what is typed is kept, the page is covered, the session is over
    worker.page.route("**/sessions/idle/", lambda route: route.abort())
    with worker.page.expect_event("requestfailed"):
        later(worker, 17)
    expect(worker.page.locator("#cover")).to_be_visible()
    expect(worker.page.locator("main")).to_be_hidden()
    expect(worker.page.locator(".case-top")).to_be_hidden()
    finds_nothing(worker.page)
    worker.page.unroute("**/sessions/idle/")
    worker.page.clock.run_for(20_000)
    worker.complaints.clear()  # the browser told of the answer it did not get
    worker.page.wait_for_url(login_to(address))
    worker.reads("Er is hier een tijd niet getypt of geklikt. Daarom ben je uitgelogd.")
    assert worker.page.evaluate("Object.keys(localStorage).length") == 0

    signs_in(worker.page, "caseworker")
    worker.page.wait_for_url(f"**{address}")
    worker.reads("is bewaard en staat hieronder ingevuld. Het is nog niet opgeslagen.")
    finds_nothing(worker.page)
    assert worker.page.locator("[name=text]").input_value() == f"{TEXT} En naar school."
    assert worker.page.get_by_label("Gezondheid").is_checked()
    worker.presses("Deze notitie bewaren")
    worker.reads("De notitie is bewaard.")
    assert worker.page.locator("[name=text]").input_value() == ""
    assert (Note.objects.get().text, Note.objects.get().areas) == (f"{TEXT} En naar school.", ["health"])
    assert list(Draft.objects.values_list("content", flat=True)) == [None]


def test_the_page_itself_ends_the_session_and_leads_to_the_login(demo, at_screen):
    case = case_of("caseworker")
    worker = at_screen("caseworker", language="en")
    worker.page.clock.install()
    other = worker.page.context.new_page()
    worker.page.goto(f"/cases/{case.reference}/safety/new/")
    other.goto(f"/cases/{case.reference}/")
    worker.page.bring_to_front()

    # used in another tab of the same browser: this one stays
    later(worker, 10)
    with is_told(other):
        other.keyboard.press("Tab")
    later(worker, 10)
    expect(worker.page.locator("#cover")).to_be_hidden()

    with is_told(worker.page):
        worker.types(threats=TEXT)
    expect(worker.page.locator("#cover")).to_be_hidden()
    later(worker, 17)
    worker.page.wait_for_url(login_to(f"/cases/{case.reference}/safety/new/"))
    assert Draft.objects.get().fields["threats"] == [TEXT]
    # the other tab shows nothing any more either
    other.wait_for_url("**/login/**")


def test_without_a_connection_nothing_is_lost_and_the_page_says_so(demo, at_screen):
    case = case_of("caseworker")
    worker = at_screen("caseworker", language="en")
    worker.page.clock.install()
    worker.page.goto(f"/cases/{case.reference}/notes/")
    line = worker.page.locator(".draft-line")
    worker.page.context.set_offline(True)
    worker.types(text=TEXT)
    worker.page.clock.run_for(20_000)
    expect(line).to_have_text(re.compile("^What you typed could not be kept: there is no connection"))
    worker.page.clock.fast_forward(15 * 60_000)
    expect(worker.page.locator("#cover")).to_contain_text("What you typed last could not be kept yet.")
    assert not Draft.objects.exists()
    worker.page.context.set_offline(False)
    later(worker, 1)
    # the session was used on the server's side less than that ago: the page is shown again, and what was typed is kept
    expect(line).to_have_text(re.compile("^What you typed is kept, at"))
    assert Draft.objects.get().fields["text"] == [TEXT]
    worker.complaints.clear()  # the browser complains about the network, as it should


def test_the_form_of_the_older_tab_says_which_case_it_belongs_to(demo, at_screen):
    first, second = case_of("caseworker", working_name="Merel"), case_of("caseworker", working_name="Lijster")
    worker = at_screen("caseworker", language="en")
    older = worker.page
    older.goto(f"/cases/{first.reference}/notes/")
    assert first.reference in older.title()
    expect(older.locator(".case-top")).to_contain_text("Merel")
    sentence = older.locator("form .other-case")
    expect(sentence).to_have_count(0)
    newer = older.context.new_page()
    newer.goto(f"/cases/{second.reference}/notes/")
    expect(sentence).to_have_text(
        f"You opened case {second.reference} in another tab since. This form belongs to case {first.reference}, Merel."
    )
    expect(newer.locator("form .other-case")).to_have_count(0)
    finds_nothing(older)
    kept = older.evaluate("JSON.stringify(localStorage)")
    assert "Merel" not in kept
    assert "Lijster" not in kept
    # the older one opened again is the newer one
    older.reload()
    expect(sentence).to_have_count(0)
    expect(newer.locator("form .other-case")).to_contain_text(f"You opened case {first.reference}")
    newer.get_by_role("button", name="Sign out").first.click()
    newer.wait_for_url(lambda url: "/cases/" not in url)
    assert newer.evaluate("Object.keys(localStorage).length") == 0
    # and no other tab shows a case of somebody who signed out
    older.wait_for_url("**/login/**")


def test_the_other_language_and_signing_out_lose_no_keystroke(demo, at_screen):
    case = case_of("caseworker")
    address = f"/cases/{case.reference}/notes/"
    worker = at_screen("caseworker", language="en")
    worker.page.goto(address)
    worker.types(text="Half")
    worker.page.get_by_role("button", name="Nederlands").first.click()
    worker.reads("is bewaard en staat hieronder ingevuld. Het is nog niet opgeslagen.")
    assert worker.page.locator("[name=text]").input_value() == "Half"
    worker.types(text="Half en meer")
    worker.page.get_by_role("button", name="Uitloggen").first.click()
    worker.page.wait_for_url(lambda url: "/cases/" not in url)
    worker.page.goto(f"/login/?next={address}")
    signs_in(worker.page, "caseworker")
    worker.page.wait_for_url(f"**{address}")
    assert worker.page.locator("[name=text]").input_value() == "Half en meer"
    # thrown away it stays away, though the page had more to say
    worker.types(text="Weg ermee")
    worker.presses("Weggooien")
    worker.page.wait_for_url(f"**{address}")
    assert worker.page.locator("[name=text]").input_value() == ""


def test_nothing_of_one_person_is_shown_to_the_next_at_the_same_browser(demo, at_screen):
    case = case_of("caseworker")
    worker = at_screen("caseworker", language="en")
    worker.page.clock.install()
    left_open = worker.page.context.new_page()
    left_open.goto(f"/cases/{case.reference}/notes/")
    worker.page.goto("/cases/new/")
    worker.types(working_name="Merel")
    worker.page.clock.run_for(20_000)
    worker.reads("What you typed is kept, at")
    worker.page.get_by_role("button", name="Sign out").first.click()
    left_open.wait_for_url("**/login/**")
    worker.page.goto("/login/?next=/cases/new/")
    signs_in(worker.page, "colleague")
    worker.page.wait_for_url("**/cases/new/")
    assert worker.page.locator("[name=working_name]").input_value() == ""
    assert "We kept what you typed" not in worker.page.content()


def test_going_back_after_a_case_was_opened_makes_no_second_one(demo, at_screen):
    worker = at_screen("caseworker", language="en")
    cases = Case.objects.count()
    worker.page.goto("/cases/new/")
    worker.types(working_name="Merel")
    worker.chooses(age_group="Adult", danger_now="No", bed_needed="No")
    worker.presses("Open the case")
    worker.reads("The case is open.")
    worker.page.go_back()
    worker.page.wait_for_url("**/cases/new/")
    assert worker.page.locator("[name=working_name]").input_value() == ""
    worker.presses("Open the case")
    worker.reads("This field is required.")
    assert Case.objects.count() == cases + 1


@pytest.mark.parametrize("language", ["en", "nl"])
def test_back_from_a_case_leads_to_what_the_search_found(language, demo, at_screen):
    def w(dutch: str, english: str) -> str:
        return dutch if language == "nl" else english

    case = case_of("caseworker")
    worker = at_screen("caseworker", language=language)
    worker.goes(w("Dossiers", "Cases"))
    worker.page.get_by_label(w("Naam, nummer of kenmerk", "Name, number or reference")).fill(case.reference)
    worker.page.get_by_role("search").get_by_role("button", name=w("Zoeken", "Search")).click()
    worker.reads(w("Gevonden dossiers", "Found cases"))
    worker.goes(case.reference)
    worker.page.wait_for_url(f"**/cases/{case.reference}/")
    worker.page.go_back()
    worker.reads(w("Gevonden dossiers", "Found cases"))
    worker.reads(case.reference)
    # and so in the other language
    worker.page.locator(f"form.languages button[value={w('en', 'nl')}]").first.click()
    worker.reads(w("Found cases", "Gevonden dossiers"))
    worker.reads(case.reference)


def test_back_shows_the_filters_of_the_list_that_is_shown(demo, at_screen):
    editor = at_screen("directory", language="en")
    kind, service = editor.page.locator("[name=kind]"), editor.page.locator("[name=service]")
    editor.goes("Organisations")
    kind.select_option(value="ngo")
    editor.page.get_by_role("button", name="Filter", exact=True).click()
    editor.page.wait_for_url("**kind=ngo**")
    service.select_option(index=1)
    editor.page.get_by_role("button", name="Filter", exact=True).click()
    editor.page.wait_for_url(lambda address: "service=&" not in address)
    editor.page.go_back()
    editor.page.wait_for_url("**service=&**")
    assert (kind.input_value(), service.input_value()) == ("ngo", "")
    editor.page.go_back()
    editor.page.wait_for_url(lambda address: address.endswith("/organisations/"))
    assert (kind.input_value(), service.input_value()) == ("", "")


def test_without_script_forms_work_as_ever_and_idling_keeps_what_was_sent(demo, browser, live_server):
    case = case_of("caseworker")
    address = f"{live_server.url}/cases/{case.reference}/notes/"
    context = browser.new_context(locale="en", java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{live_server.url}/login/?next=/cases/{case.reference}/notes/")
    signs_in(page, "caseworker")
    page.locator("[name=text]").fill(TEXT)
    page.get_by_role("button", name="Save this note").click()
    expect(page.locator("main")).to_contain_text("The note is kept.")
    expect(page.locator("#warning")).to_be_hidden()
    expect(page.locator("#cover")).to_be_hidden()

    # twenty minutes over one note: the server cannot know, and keeps what it is sent
    page.locator("[name=text]").fill("Een lang verhaal")
    for row in Session.objects.all():
        session = SessionStore(row.pk)
        session[USED_AT] -= 20 * 60
        session.save()
    page.get_by_role("button", name="Save this note").click()
    page.wait_for_url("**/login/?next=**")
    signs_in(page, "caseworker")
    page.wait_for_url(address)
    expect(page.locator("main")).to_contain_text("We kept what you typed at")
    assert page.locator("[name=text]").input_value() == "Een lang verhaal"
    page.get_by_role("button", name="Throw it away").click()
    expect(page.locator("[name=text]")).to_have_value("")
    assert [note.text for note in Note.objects.all()] == [TEXT]
    assert not Draft.objects.filter(content__isnull=False).exists()
    context.close()
