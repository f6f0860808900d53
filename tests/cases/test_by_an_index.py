"""At two thousand files no page of cases goes through a whole table."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import formats, timezone

from cases import search
from cases.models import Case
from organisations.sealing.fields import SealedTextField
from tests.cases.many_files import multiply, populate, rows, whole_tables

LIST, SEARCH = reverse("cases:case_list"), reverse("cases:case_search")


@pytest.fixture
def many(cast, monkeypatch):
    # what is sealed in these files was never sealed
    monkeypatch.setattr(SealedTextField, "open", lambda field, instance, value: "x")
    populate(cast, files=8)
    multiply(by=250)
    assert rows("SELECT count(*) >= 2000 FROM cases_case") == [(True,)]
    return cast


def asked_by(client, method: str, address: str, data: dict) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert getattr(client, method)(address, data).status_code == 200
    return [q["sql"] for q in queries if q["sql"].startswith("SELECT") and '"cases_' in q["sql"]]


def through_a_table(client, addresses) -> list[tuple[str, str]]:
    asked = [(address, sql) for address, data in addresses for sql in asked_by(client, "get", address, data)]
    assert len(asked) >= len(addresses)
    return [(address, told) for address, sql in asked for told in whole_tables([sql])]


def test_no_list_and_no_room_of_a_case_goes_through_a_whole_table(many, client_of):
    rooms = (
        "case", "intake", "safety", "shelter", "residence", "criminal", "timeline", "tasks", "notes", "safe_future",
        "return_plan", "documents", "consents", "history", "who_looked", "case_access",
    )  # fmt: skip
    after = f"{timezone.now().isoformat()}~{many.case.pk}"
    lists = [
        {},
        {"stage": "recovery"},
        {"mine": "yes"},
        {"danger": "yes", "bed": "yes"},
        {"closed": "yes", "after": after},
    ]
    addresses = [
        *((LIST, data) for data in lists),
        *((reverse(f"cases:{room}", args=[many.case.reference]), {}) for room in rooms),
    ]
    assert through_a_table(client_of("teamlead"), addresses) == []


@pytest.mark.parametrize(
    ("persona", "pages"),
    [
        ("teamlead", "my_day team_day case_list case_restricted case_export_list transfer_list occupancy_week "
                     "who_looked_list placement_offer_list occupancy room"),
        ("coordinator", "case_list placement_board placement_figures occupancy dashboard statistics"),
        ("privacy", "erasure_list"),
    ],
)  # fmt: skip
def test_no_page_beside_the_cases_goes_through_a_whole_table(persona, pages, many, client_of):
    addresses = [(reverse(f"cases:{name}"), {}) for name in pages.split()]
    assert through_a_table(client_of(persona), addresses) == []


@pytest.mark.parametrize("persona", ["teamlead", "coordinator"])
@pytest.mark.parametrize("typed", ["name", "day", "reference"])
def test_no_search_goes_through_a_whole_table(typed, persona, many, client_of):
    day = formats.date_format(timezone.localdate(), "d-m-Y")
    words = {"name": "Anna", "day": day, "reference": many.case.reference}
    asked = asked_by(client_of(persona), "post", SEARCH, {"search": words[typed]})
    assert len(asked) == 1
    assert whole_tables(asked) == []


def test_a_day_of_intake_is_looked_up_and_not_looked_for(many):
    begin, end = search.day_of_intake(formats.date_format(timezone.localdate(), "d-m-Y"))
    rows("SET LOCAL enable_seqscan = off")
    plan = Case.objects.filter(created_at__gte=begin, created_at__lt=end).order_by().explain()
    assert "Index Cond: ((created_at" in plan, plan
