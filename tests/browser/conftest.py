"""A real browser on a real server: nothing may reach another host, nothing may complain in the console."""

import contextlib
import os
import re
import threading
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from cases.demo import world
from organisations import sealing
from returnsupport import browser

PASSWORD = world.PASSWORD
# Milliseconds: how long a busy machine may take for what takes a moment.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    path = browser.find()
    if path is None:
        pytest.fail(browser.ABSENT)
    quiet = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]
    # Chromium's sandbox refuses root
    return {**browser_type_launch_args, "executable_path": path, "args": quiet + ["--no-sandbox"] * (os.geteuid() == 0)}


class Entrance:
    """The one way into the server: shut while the tables are emptied.

    A page that is about to close may just have asked for something. If the server answers that while the tables are
    emptied, each of the two waits for a table that the other one holds.
    """

    def __init__(self, answers) -> None:
        self.answers, self.inside, self.shut = answers, 0, False
        self.changes = threading.Condition()

    def __call__(self, environ, start_response):
        with self.changes:
            if self.shut:
                start_response("503 Service Unavailable", [("Content-Length", "0")])
                return
            self.inside += 1
        try:
            with contextlib.closing(self.answers(environ, start_response)) as answer:
                yield from answer
        finally:
            with self.changes:
                self.inside -= 1
                self.changes.notify_all()

    def close(self) -> None:
        """From now on nobody comes in; wait for those who are inside."""
        with self.changes:
            self.shut = True
            assert self.changes.wait_for(lambda: not self.inside, timeout=PATIENCE / 1000), "a request without an end"

    def open(self) -> None:
        with self.changes:
            self.shut = False


@pytest.fixture(scope="session")
def entrance(live_server):
    server = live_server.thread.httpd
    server.set_app(Entrance(server.get_app()))
    return server.get_app()


@pytest.fixture(autouse=True)
def nobody_asks_afterwards(transactional_db, entrance):
    entrance.open()
    yield
    entrance.close()


@pytest.fixture
def demo(transactional_db):
    """The invented organisations, accounts, places and partners; no case yet."""
    with sealing.fresh_keys():
        yield world.build(timezone.localdate())


class Person:
    """Somebody at a screen, in one language."""

    def __init__(self, browser, address: str, login: str, language: str, width: int) -> None:
        self.address, self.complaints = address, []
        context = browser.new_context(base_url=address, locale=language, viewport={"width": width, "height": 900})
        context.set_default_timeout(PATIENCE)
        self.page = context.new_page()
        self.page.on("console", self.complain)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self.stay_here)
        if login:
            self.page.goto("/login/")
            self.page.locator("[name=login]").fill(f"{login}@demo.test")
            self.page.locator("[name=password]").fill(PASSWORD)
            self.page.locator("[name=password]").press("Enter")
            self.page.wait_for_url(lambda url: "/login/" not in url)

    def complain(self, message) -> None:
        if message.type in {"error", "warning"} and "404 (Not Found)" not in message.text:
            self.complaints.append(message.text)

    def stay_here(self, request) -> None:
        if urlsplit(request.url).netloc not in {urlsplit(self.address).netloc, ""}:
            self.complaints.append(f"asked {request.url}")

    # --- what a person does

    def goes(self, link: str) -> None:
        self.has_come()
        name = re.compile(rf"^{re.escape(link)}( \d+ open)?$")  # a room says how much waits in it
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=name).filter(visible=True).first.click()

    def opens_menu(self) -> None:
        """On a telephone the links of the top are behind one word."""
        self.page.locator(".top-phone > summary").click()

    def opens_rooms(self) -> None:
        """On a telephone the rooms of a case are behind one word too."""
        self.page.locator(".rooms-phone > summary").click()

    def types(self, **fields: str) -> None:
        self.has_come()
        for name, text in fields.items():
            self.page.locator(f"main [name={name}]").fill(text)

    def chooses(self, **fields: str) -> None:
        """Pick by the words on the page: in a list, or beside a tick or a button."""
        self.has_come()
        for name, label in fields.items():
            control = self.page.locator(f"main [name={name}]").first
            if control.evaluate("element => element.tagName") == "SELECT":
                control.select_option(label=label)
            else:
                self.page.locator(f"main :has(> [name={name}]) > label", has_text=label).first.click()

    def presses(self, button: str) -> None:
        """What is sent is waited for: the next page often has what this one has, and a link pressed too soon stops it."""
        self.has_come()
        pressed = self.page.get_by_role("button", name=button, exact=True)
        if pressed.evaluate("button => button.form?.method === 'post'"):
            with self.page.expect_navigation():
                pressed.click()
        else:
            pressed.click()

    def has_come(self) -> None:
        """The whole page, and not its first words alone: whoever is quicker than that is no person."""
        self.page.wait_for_load_state()

    def reads(self, text: str) -> None:
        expect(self.page.locator("body")).to_contain_text(text)
        self.has_come()


@pytest.fixture
def at_screen(browser, live_server):
    """`at_screen("teamlead", language="nl")` signs somebody in; at the end nothing may have complained."""
    people: list[Person] = []

    def sit_down(login: str, *, language: str = "nl", width: int = 1280) -> Person:
        people.append(Person(browser, live_server.url, login, language, width))
        return people[-1]

    yield sit_down
    complaints = [complaint for person in people for complaint in person.complaints]
    for person in people:
        person.page.context.close()
    assert complaints == []
