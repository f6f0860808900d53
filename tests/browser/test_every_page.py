"""Every page, in both languages: nothing for axe to find, nothing that scrolls sideways on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from organisations import sealing
from tests.cast import assemble
from tests.house.test_pages import PAGES, PERSONAS, address

pytestmark = pytest.mark.browser

AXE = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# Answers that a browser keeps instead of showing.
DOWNLOADS = {"cases:document_open"}
# Who looks at what: the first of these to whom the page answers 200.
EYES = ("teamlead", "coordinator", "directory", "admin", "privacy", "visitor")
# Pages that say more to who is not signed in.
FOR_VISITORS = {"organisations:invitation_answer"}


def seen_by(name: str) -> str | None:
    answers = dict(zip(PERSONAS, PAGES[name].split(), strict=True))
    if name in FOR_VISITORS:
        return "visitor"
    return next((persona for persona in EYES if answers[persona] == "200"), None)


def cookies_of(client: Client, live_server) -> list[dict]:
    return [
        {
            "name": settings.SESSION_COOKIE_NAME,
            "value": client.cookies[settings.SESSION_COOKIE_NAME].value,
            "url": live_server.url,
        }
    ]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_reads_well_for_everyone(language, transactional_db, live_server, browser):
    with sealing.fresh_keys():
        cast = assemble()
    axe, found, wide = Axe(), {}, []
    contexts = {}
    for name in PAGES:
        persona = seen_by(name)
        if persona is None or name in DOWNLOADS:
            continue
        if persona not in contexts:
            contexts[persona] = browser.new_context(locale=language, viewport={"width": 1280, "height": 900})
            if persona != "visitor":
                client = Client()
                client.force_login(cast[persona])
                contexts[persona].add_cookies(cookies_of(client, live_server))
        page = contexts[persona].pages[0] if contexts[persona].pages else contexts[persona].new_page()
        page.set_viewport_size({"width": 1280, "height": 900})
        page.goto(live_server.url + address(name, cast))
        violations = axe.run(page, options=AXE).response["violations"]
        if violations:
            found[name] = [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in violations]
        page.set_viewport_size({"width": 390, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            wide.append(name)
    for context in contexts.values():
        context.close()
    assert found == {}, found
    assert wide == []
