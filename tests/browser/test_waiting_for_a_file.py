"""A file of many cases is made meanwhile: whoever waits for it sees it come, and the page does not look for ever."""

import datetime

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from cases import exports
from organisations.models import User
from tests.cast import new_case

pytestmark = pytest.mark.browser
LIST = reverse("cases:case_export_list")
# The page looks, and what it does with the answer it does at once after reading it: then it waits for its next look.
READS = """
window.looks = 0;
const read = DOMParser.prototype.parseFromString;
DOMParser.prototype.parseFromString = function (...given) { window.looks += 1; return read.apply(this, given); };
"""


@pytest.fixture
def waits(demo, at_screen, monkeypatch):
    """A team lead at the page of their files, one of which is not made yet; the page's clock stands still."""
    monkeypatch.setattr(exports, "AT_ONCE", 0)
    lead = User.objects.get(email="teamlead@demo.test")
    new_case(lead)
    exports.ask(reason="Overleg", filters="", with_names=False, language="nl", submission=None, by=lead)
    page = at_screen("teamlead").page
    page.add_init_script(READS)
    page.clock.install()
    page.clock.pause_at(timezone.now() + datetime.timedelta(minutes=2))
    page.goto(LIST)
    expect(page.locator("section .chip")).to_have_text("Wordt nog gemaakt")
    return page


def looks(page) -> None:
    """Time for the page's next look, until it did with the answer what it does."""
    before = page.evaluate("looks")
    page.clock.run_for(3_000)
    page.wait_for_function("before => looks > before", arg=before)


def test_the_file_appears_without_a_click(waits):
    looks(waits)
    expect(waits.locator("section .chip")).to_have_text("Wordt nog gemaakt")
    call_command("make_exports")
    looks(waits)
    expect(waits.locator("section .chip")).to_have_text("Klaar")
    expect(waits.get_by_role("link", name="Downloaden")).to_be_visible()
    expect(waits.get_by_role("link", name="Opnieuw kijken")).to_be_hidden()
    expect(waits.get_by_role("status").last).to_contain_text("Klaar")
    assert not asks_once_more(waits)


def test_after_a_minute_nobody_may_be_there_and_nothing_is_asked(waits):
    for _look in range(20):
        looks(waits)
    assert not asks_once_more(waits)


def test_a_button_about_to_be_pressed_stays_where_it_is(waits):
    button = waits.get_by_role("button", name="Niet maken")
    call_command("make_exports")
    for about in (button.focus, button.hover):
        about()
        looks(waits)
        expect(button).to_be_visible()
        button.blur()
    waits.mouse.move(0, 0)
    looks(waits)
    expect(waits.locator("section .chip")).to_have_text("Klaar")


def test_pressed_too_late_the_file_stays(waits):
    button = waits.get_by_role("button", name="Niet maken")
    button.focus()
    call_command("make_exports")
    for _look in range(20):
        looks(waits)
    button.blur()
    expect(waits.get_by_role("link", name="Opnieuw kijken")).to_be_visible()
    button.click()
    expect(waits.locator("main")).to_contain_text("Het bestand is intussen gemaakt.")
    expect(waits.get_by_role("link", name="Downloaden")).to_be_visible()


def test_the_page_is_in_one_language(waits):
    User.objects.filter(email="teamlead@demo.test").update(language="en")
    call_command("make_exports")
    waits.clock.run_for(3_000)  # a look that ends in a new page
    expect(waits.locator("section .chip")).to_have_text("Ready")
    expect(waits.locator("main h1")).to_have_text("Your files of cases")


def asks_once_more(page) -> bool:
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.clock.run_for(60_000)
    # What the page would have asked stands before the answer to this.
    page.evaluate("fetch('/login/')")
    return any(url.endswith(LIST) for url in asked)
