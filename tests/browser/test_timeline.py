"""The time line of a case on screens on which its drawing has no room: everything in view, and everything with its name."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import criminal, residence
from tests.cast import DAY, new_case

pytestmark = pytest.mark.browser

# What of the drawing is seen, each [words, left, right] within the page; nothing of it scrolls.
WORDS = """drawing => [...drawing.querySelectorAll("b, span, text")].map(one => {
  const box = one.getBoundingClientRect()
  return [one.textContent, box.left, box.right]
})"""
# Each bar and diamond: the words above it, how far the words lie above it, and where it begins and ends, of the whole width.
BARS = """drawing => [...drawing.querySelectorAll("rect, path")].map(bar => {
  const frame = drawing.getBoundingClientRect(), box = bar.getBoundingClientRect()
  const name = bar.closest(".track > svg").previousElementSibling, words = name.getBoundingClientRect()
  return [name.textContent, box.top - words.bottom, (box.left - frame.left) / frame.width, (box.right - frame.left) / frame.width]
})"""


def opened(demo, person, *, latest_in: int):
    """The time line of a file of three years, of which the last thing ends so many days from today."""
    by, today = demo.people["caseworker"], timezone.localdate()
    case = new_case(by)
    criminal.record(
        case=case, submission=None, by=by,
        values={"kind": "trial", "day": today - 3 * 365 * DAY, "reference_number": None, "remark": None},
    )  # fmt: skip
    residence.record_reflection(
        case=case, submission=None, by=by,
        values={"state": "granted", "granted_on": today - 500 * DAY, "latest_end": today + latest_in * DAY},
    )  # fmt: skip
    person.page.goto(reverse("cases:timeline", args=[case.reference]))
    return person.page.locator(".tracks")


@pytest.mark.parametrize("width", [320, 390, 820])
def test_where_there_is_no_room_all_of_it_is_in_view_under_its_name(width, demo, at_screen):
    person = at_screen("caseworker", width=width)
    narrow = opened(demo, person, latest_in=30)
    assert not person.page.locator(".tracks-wide").is_visible()
    words = narrow.evaluate(WORDS)
    assert [text for text, left, right in words if left < 0 or right > width] == []
    assert {"Vandaag", "Verblijf", "Bedenktijd", "Strafzaak", "Rechtszitting"} <= {
        text for text, _left, _right in words
    }
    bars = {name.strip(): rest for name, *rest in narrow.evaluate(BARS)}
    assert {name: 0 <= above < 12 for name, (above, _begin, _end) in bars.items()} == dict.fromkeys(bars, True)
    # from three years ago until a month ahead, about 38 months: the hearing at the beginning, the period since 500 days
    _above, begins, ends = bars["Rechtszitting"]
    # a diamond reaches to both sides of its day, also over the beginning
    assert 0 <= (begins + ends) / 2 < 0.05
    assert (bars["Bedenktijd"][1] == pytest.approx(0.53, abs=0.05), 0.9 < bars["Bedenktijd"][2] < 1) == (True, True)


def test_where_the_newest_lies_far_ahead_today_is_in_view_too(demo, at_screen):
    person = at_screen("caseworker", width=390)
    narrow = opened(demo, person, latest_in=1500)
    today = next(right for text, _left, right in narrow.evaluate(WORDS) if text == "Vandaag")
    # three of seven years
    assert 0.3 * 390 < today < 0.7 * 390


def test_on_a_wide_screen_and_on_paper_it_is_one_drawing(demo, at_screen):
    person = at_screen("caseworker", width=1280)
    narrow = opened(demo, person, latest_in=30)
    wide = person.page.locator(".tracks-wide")

    def seen() -> tuple:
        return wide.is_visible(), narrow.is_visible()

    assert seen() == (True, False)
    # nothing of it scrolls there
    assert wide.evaluate("chart => chart.scrollWidth <= chart.clientWidth")
    person.page.set_viewport_size({"width": 390, "height": 800})
    assert seen() == (False, True)
    person.page.emulate_media(media="print")
    assert seen() == (True, False)
