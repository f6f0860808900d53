"""The time line of a case on a telephone: it begins at its newest end, and a link leads to today."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import criminal, residence
from tests.cast import DAY, new_case

pytestmark = pytest.mark.browser

# How far a place of the drawing lies within its frame: 0 at the left edge, 1 at the right one.
WITHIN = """(chart, x) => {
  const frame = chart.getBoundingClientRect(), svg = chart.querySelector("svg").getBoundingClientRect()
  const at = x === "newest" ? svg.right : svg.left + Number(x)
  return (at - frame.left) / frame.width
}"""


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
        values={"state": "granted", "granted_on": today - 5 * DAY, "latest_end": today + latest_in * DAY},
    )  # fmt: skip
    person.page.goto(reverse("cases:timeline", args=[case.reference]))
    return person.page.locator(".chart")


def today_of(chart) -> str:
    return chart.locator("svg > line").last.get_attribute("x1")


def test_on_a_telephone_it_begins_at_its_newest_end(demo, at_screen):
    chart = opened(demo, at_screen("caseworker", width=390), latest_in=30)
    assert chart.evaluate(WITHIN, "newest") == pytest.approx(1, abs=0.02)
    assert 0 < chart.evaluate(WITHIN, today_of(chart)) < 1
    # and what is older is still reached
    chart.evaluate("chart => chart.scrollBy(-10000, 0)")
    assert chart.evaluate(WITHIN, "0") == pytest.approx(0, abs=0.02)


def test_a_link_leads_to_today_where_the_newest_lies_far_ahead(demo, at_screen):
    person = at_screen("caseworker", width=390)
    chart = opened(demo, person, latest_in=1500)
    assert chart.evaluate(WITHIN, today_of(chart)) < 0
    person.page.get_by_role("link", name="Naar vandaag").click()
    assert 0.1 < chart.evaluate(WITHIN, today_of(chart)) < 0.9


def test_on_a_wide_screen_it_stands_where_it_stood_and_there_is_no_link(demo, at_screen):
    person = at_screen("caseworker", width=1600)
    chart = opened(demo, person, latest_in=30)
    assert chart.evaluate(WITHIN, "0") == pytest.approx(0, abs=0.02)
    assert not person.page.get_by_role("link", name="Naar vandaag").is_visible()
