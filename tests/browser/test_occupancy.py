"""How full the houses are: on a telephone one line for each, on a wide screen and on paper the whole table."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.browser


def seen(page, what: str) -> int:
    return sum(one.is_visible() for one in page.locator(what).all())


def test_on_a_telephone_each_house_is_a_line_that_opens(demo, at_screen):
    page = at_screen("teamlead", width=390).page
    page.goto(reverse("cases:occupancy"))
    # one type with two houses, and both together
    lines = "section[aria-labelledby=now] details"
    assert (seen(page, "main table"), seen(page, lines), seen(page, f"{lines} dl")) == (0, 3, 0)
    said = [one.inner_text() for one in page.locator(f"{lines} summary").all()]
    assert said == ["Kade Gezin: 0 van 6", "Kade Noord: 0 van 24", "Samen: 0 van 30"]
    page.locator(f"{lines} summary").first.click()
    assert seen(page, f"{lines} dl") == 1
    page.emulate_media(media="print")
    assert (seen(page, "main table"), seen(page, lines)) == (2, 0)


def test_on_a_wide_screen_it_is_a_table(demo, at_screen):
    page = at_screen("teamlead").page
    page.goto(reverse("cases:occupancy"))
    assert (seen(page, "main table"), seen(page, "main details")) == (2, 0)
