"""Every page, in both languages: nothing for axe to find, nothing that scrolls sideways, lies over something else or
cannot be reached by keyboard; at a desk, on a telephone, and enlarged to 200 %."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client

from organisations import sealing
from tests.cast import assemble
from tests.house.test_pages import PAGES, PERSONAS, address

pytestmark = pytest.mark.browser

AXE = {
    "resultTypes": ["violations"],
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
# Answers that a browser keeps instead of showing.
DOWNLOADS = {"cases:document_open", "cases:occupancy_week_file"}
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


DESK, ENLARGED, TELEPHONE = (1280, 900), (640, 450), (390, 800)

# What lies over something else: links, buttons and fields, and the words between them.
OVERLAPS = """() => {
  const seen = element => element.checkVisibility({visibilityProperty: true, opacityProperty: true});
  // words for the ear alone are one pixel wide; what sticks to the top lies over what scrolls under it
  const free = element => {
    const box = element.getBoundingClientRect();
    if (box.width < 3 || box.height < 3 || box.right < 0 || box.bottom < 0) return false;
    for (let outer = element; outer; outer = outer.parentElement)
      if (["fixed", "sticky"].includes(getComputedStyle(outer).position)) return false;
    return true;
  };
  const what = "a[href], button, input, select, textarea, summary, label, legend, h1, h2, h3, dt, dd, th, td, li, p";
  const pieces = [...document.querySelectorAll(what)].filter(e => e.type !== "hidden" && seen(e) && free(e))
    .map(element => ({element, boxes: [...element.getClientRects()]}));
  const over = [];
  for (let i = 0; i < pieces.length; i++)
    for (let j = i + 1; j < pieces.length; j++) {
      const one = pieces[i], other = pieces[j];
      if (one.element.contains(other.element) || other.element.contains(one.element)) continue;
      const apart = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) < 3
        || Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) < 3;
      if (one.boxes.some(a => other.boxes.some(b => !apart(a, b))))
        over.push([one.element.outerHTML.slice(0, 90), other.element.outerHTML.slice(0, 90)]);
    }
  return over.slice(0, 3);
}"""

SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

# Notes what can be focused, in the order of the page, and then what the Tab key comes by, and whether that is to be seen.
LISTEN = """() => {
  const every = [...document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]")];
  const seen = e => e.type !== "hidden" && !e.disabled && e.tabIndex >= 0 && e.checkVisibility({visibilityProperty: true});
  // of buttons that exclude each other the keyboard reaches one, and the arrows the rest
  const first = e => e.type !== "radio" || (document.querySelector(`input[name="${e.name}"]:checked`)
    || document.querySelector(`input[name="${e.name}"]`)) === e;
  window.reachable = every.filter(e => seen(e) && first(e));
  window.came = [];
  document.addEventListener("focusin", event => {
    const style = getComputedStyle(event.target);
    const ring = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
    window.came.push([window.reachable.indexOf(event.target), ring]);
  });
  return window.reachable.length;
}"""
HEARD = """() => ({
  came: window.came,
  missed: window.reachable.filter((_, i) => !window.came.some(([at]) => at === i)).map(e => e.outerHTML.slice(0, 90)),
  unseen: window.came.filter(([at, ring]) => !ring).map(([at]) => window.reachable[at]?.outerHTML.slice(0, 90)),
  ahead: [...document.querySelectorAll("[tabindex]")].filter(e => e.tabIndex > 0).length,
  // Enter in a field sends the form only when it has a button that sends
  silent: [...document.forms].filter(f => !f.querySelector("button[type=submit], button:not([type]), input[type=submit]"))
    .map(f => f.outerHTML.slice(0, 90)),
})"""


def look(page, axe: Axe, sizes) -> dict:
    """What is wrong with the page, at these widths."""
    wrong = {}
    page.evaluate(axe.axe_script)
    for size in sizes:
        page.set_viewport_size({"width": size[0], "height": size[1]})
        if size != ENLARGED:
            violations = page.evaluate("options => axe.run(options)", AXE)["violations"]
            if violations:
                wrong[size, "axe"] = [(v["id"], [node["html"][:160] for node in v["nodes"]][:3]) for v in violations]
        if page.evaluate(SIDEWAYS):
            wrong[size, "sideways"] = True
        if over := page.evaluate(OVERLAPS):
            wrong[size, "over"] = over
    return wrong


def by_keyboard(page) -> dict:
    """What the Tab key does not reach, reaches in another order, or reaches unseen."""
    page.set_viewport_size({"width": DESK[0], "height": DESK[1]})
    page.context.set_offline(True)  # a page that looks how far something is changes under the keyboard
    for _ in range(page.evaluate(LISTEN)):
        page.keyboard.press("Tab")
    heard = page.evaluate(HEARD)
    page.context.set_offline(False)
    order = [at for at, _ring in heard.pop("came")]
    return {name: what for name, what in {**heard, "order": order != sorted(order)}.items() if what}


# In `make soak` every page in both languages and at every width; in `make test` the pages take turns: one is looked at in
# Dutch on a telephone, enlarged and by keyboard, the next in English at a desk.
@pytest.mark.parametrize(
    ("language", "sizes", "turn"),
    [
        ("nl", (ENLARGED, TELEPHONE), 0),
        ("en", (DESK,), 1),
        pytest.param("nl", (DESK, ENLARGED, TELEPHONE), None, marks=pytest.mark.soak),
        pytest.param("en", (DESK, ENLARGED, TELEPHONE), None, marks=pytest.mark.soak),
    ],
)
def test_every_page_reads_well_for_everyone(language, sizes, turn, transactional_db, live_server, browser):
    with sealing.fresh_keys():
        cast = assemble()
    axe, found = Axe(), {}
    contexts = {}
    for number, name in enumerate(PAGES):
        persona = seen_by(name)
        if persona is None or name in DOWNLOADS or turn not in {None, number % 2}:
            continue
        if persona not in contexts:
            contexts[persona] = browser.new_context(locale=language)
            if persona != "visitor":
                client = Client()
                client.force_login(cast[persona])
                contexts[persona].add_cookies(cookies_of(client, live_server))
        page = contexts[persona].pages[0] if contexts[persona].pages else contexts[persona].new_page()
        page.goto(live_server.url + address(name, cast))
        wrong = look(page, axe, sizes)
        if language == "nl":  # the order of a page is the same in every language
            wrong |= by_keyboard(page)
        if wrong:
            found[name] = wrong
    for context in contexts.values():
        context.close()
    assert found == {}
