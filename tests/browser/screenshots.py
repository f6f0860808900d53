"""The pictures of the README, from the invented world: `make screenshots`."""

import datetime
import io
from pathlib import Path

import pytest
from django.core.management import call_command
from django.utils import timezone

from cases.models import Case
from organisations import sealing

pytestmark = pytest.mark.browser
PICTURES = Path(__file__).resolve().parents[2] / "docs" / "pictures"


def test_take_the_pictures(demo, at_screen):
    today: datetime.date = timezone.localdate()
    with sealing.fresh_keys():
        call_command("seed_demo", cases=22, today=today, stdout=io.StringIO(), stderr=io.StringIO())
    reference = Case.objects.filter(stage="return_preparation").order_by("created_at").values_list("reference").first()
    PICTURES.mkdir(parents=True, exist_ok=True)
    lead = at_screen("teamlead", language="en").page
    lead.goto(f"/cases/{reference[0]}/")
    lead.screenshot(path=PICTURES / "case.png")
    lead.set_viewport_size({"width": 390, "height": 780})
    lead.screenshot(path=PICTURES / "case-phone.png")
