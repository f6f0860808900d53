"""The list of a house on paper: one page for a dozen people, without anything to click on."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import care, conversation, people, safety, shelter
from cases.rules.tonight import night_of
from organisations.models import Place
from tests.cast import DAY, new_case

pytestmark = pytest.mark.browser


def fill(demo, number: int) -> None:
    """So many people, each with an alert, medication, two contacts and a note of the shift before; every sixth came today."""
    by, night, now = demo.people["caseworker"], night_of(timezone.now()), timezone.now()
    places = Place.objects.filter(shelter__slug="kade-noord").order_by("pk")
    for turn, place in enumerate(places[:number]):
        case = new_case(by, working_name=f"Ooievaar {place.name}")
        given = {"case": case, "submission": None, "by": by}
        shelter.place(**given, place=place, from_at=now if turn % 6 == 0 else now - 9 * DAY, expected_until=None)
        safety.assess(
            **given,
            values={
                "assessed_on": timezone.localdate(),
                "danger": "acute",
                "unsafe_regions": ["amsterdam", "rotterdam"],
            },
        )
        for kind, text, times in (
            ("alert", "Schrikt van kloppen: eerst haar naam zeggen.", None),
            ("medication", "Paracetamol 500 mg, één tablet.", "22:00 en 7:00"),
        ):
            values = {"kind": kind, "text": text, "times": times, "from_on": night, "until_on": None}
            care.add(**given, values=values)
        people.add_contact(**given, values={"kind": "lawyer", "name": "mr. V. Zonnen", "phone": "06-0000 0000"})
        people.add_contact(**given, values={"kind": "family", "name": "Neef", "never_tell": True})
        conversation.write_note(**given, text="Was onrustig, zat tot elf uur in de huiskamer.", areas=["handover"])


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b", pdf))


@pytest.mark.parametrize("language", ["nl", "en"])
def test_a_dozen_people_are_one_page_of_paper(language, demo, at_screen):
    fill(demo, 12)
    page = at_screen("colleague", language=language).page
    page.goto(reverse("cases:tonight", args=["kade-noord"]))
    assert page.locator(".tonight tbody tr").count() == 12
    assert pages(page.pdf(prefer_css_page_size=True)) == 1
    page.emulate_media(media="print")
    hidden = {name: page.locator(name).first.is_visible() for name in (".top", "form.handover", "a[href='#handover']")}
    assert hidden == {".top": False, "form.handover": False, "a[href='#handover']": False}
    words = page.locator("main").inner_text()
    assert "Nergensweg" not in words, "the address of the house"
    assert [word for word in ("Ooievaar Kamer", "Paracetamol", "Neef") if word not in words] == []


def test_a_full_house_goes_on_to_a_second_page(demo, at_screen):
    fill(demo, 24)
    page = at_screen("colleague").page
    page.goto(reverse("cases:tonight", args=["kade-noord"]))
    assert pages(page.pdf(prefer_css_page_size=True)) == 2
