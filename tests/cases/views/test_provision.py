"""What the reflection period gives: one button a line, by whoever writes the room of residence; the newest word counts."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import provision as actions
from cases.actions import residence
from cases.models import Provision
from organisations.actions.base import Refused
from organisations.models import AuditEvent
from tests.cast import DAY, new_case

LINES = [
    "Shelter", "Allowance (Rvb): form stamped by the police", "Medical care and a tuberculosis check", "A lawyer",
    "An interpreter", "School for children; no work in this period",
]  # fmt: skip


@pytest.fixture
def granted(cast):
    today = timezone.localdate()
    values = {"state": "granted", "granted_on": today - 20 * DAY, "latest_end": today + 60 * DAY}
    return residence.record_reflection(case=cast.case, values=values, submission=None, by=cast.caseworker)


def press(client, cast, period, what: str, *, back: bool = False):
    name = "cases:provision_take_back" if back else "cases:provision_arrange"
    return client.post(reverse(name, args=[cast.case.reference, period.pk, what]))


def listed(client, cast) -> list[tuple[str, str]]:
    """Each line and what stands under it."""
    page = client.get(reverse("cases:residence", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en")
    section = page.content.decode().partition('id="provisions"')[2].partition("</ul>")[0]
    found = re.findall(r"<p>([^<]+)<br>(.*?)</p>", section, re.S)
    return [(name, " ".join(re.sub(r"<[^>]+>", "", state).split())) for name, state in found]


def test_each_line_is_ticked_for_itself_and_says_who_and_when(granted, cast, client_of):
    client, today = client_of("caseworker"), timezone.localdate()
    day = f"{today.day} {today:%B %Y}"
    assert listed(client, cast) == [(name, "Not arranged yet") for name in LINES]
    assert press(client, cast, granted, "lawyer").status_code == 302
    # two people, two lines: neither takes anything from the other
    assert press(client_of("colleague"), cast, granted, "school").status_code == 302
    expected = dict.fromkeys(LINES, "Not arranged yet") | {
        "A lawyer": f"Arranged · {cast.caseworker.name}, {day}",
        "School for children; no work in this period": f"Arranged · {cast.colleague.name}, {day}",
    }
    assert listed(client, cast) == list(expected.items())
    assert press(client, cast, granted, "lawyer", back=True).status_code == 302
    expected["A lawyer"] = f"Not arranged yet · {cast.caseworker.name}, {day}"
    assert listed(client, cast) == list(expected.items())
    verbs = AuditEvent.objects.filter(case_id=cast.case.pk, verb="provision_recorded")
    assert list(verbs.values_list("room", flat=True)) == ["residence"] * 3


def test_what_stands_already_is_not_said_again(granted, cast, client_of):
    for _ in range(2):
        assert press(client_of("caseworker"), cast, granted, "medical").status_code == 302
    assert Provision.objects.count() == 1
    for _ in range(2):
        press(client_of("colleague"), cast, granted, "medical", back=True)
    assert list(Provision.objects.values_list("version", "arranged")) == [(2, False), (1, True)]


def test_a_line_that_is_none_and_a_period_of_another_case_are_not_found(granted, cast, client_of):
    client = client_of("caseworker")
    assert press(client, cast, granted, "holiday").status_code == 404
    second = new_case(cast.caseworker)
    other = reverse("cases:provision_arrange", args=[second.reference, granted.pk, "lawyer"])
    assert client.post(other).status_code == 404
    assert not Provision.objects.exists()


def test_the_register_neither_sees_nor_ticks_it(granted, cast, client_of):
    press(client_of("caseworker"), cast, granted, "medical")
    client = client_of("coordinator")
    assert press(client, cast, granted, "lawyer").status_code == 403
    with pytest.raises(Refused):
        actions.record(reflection=granted, what="lawyer", arranged=True, by=cast.coordinator)
    page = client.get(reverse("cases:intake", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "What it gives" not in page
    assert "What it gives" in client_of("caseworker").get(
        reverse("cases:intake", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en"
    ).content.decode()  # fmt: skip
    assert Provision.objects.count() == 1


def test_another_period_meanwhile_is_a_sentence(granted, cast, client_of):
    today = timezone.localdate()
    ended = {"ended_on": today - DAY, "end_reason": "waived"}
    residence.change_reflection(reflection=granted, values=ended, version=None, by=cast.caseworker)
    values = {"state": "granted", "granted_on": today, "latest_end": today + 60 * DAY, "explanation": "Nieuwe zaak"}
    residence.record_reflection(case=cast.case, values=values, submission=None, another=True, by=cast.caseworker)
    page = client_of("caseworker").post(
        reverse("cases:provision_arrange", args=[cast.case.reference, granted.pk, "lawyer"]),
        follow=True, HTTP_ACCEPT_LANGUAGE="en",
    )  # fmt: skip
    assert "This reflection period does not run any more." in page.content.decode()
    assert not Provision.objects.exists()


def test_after_the_end_it_is_read_and_not_ticked(granted, cast, client_of):
    client = client_of("caseworker")
    press(client, cast, granted, "lawyer")
    ended = {"ended_on": timezone.localdate(), "end_reason": "waived"}
    residence.change_reflection(reflection=granted, values=ended, version=None, by=cast.caseworker)
    page = client.get(
        reverse("cases:residence", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en"
    ).content.decode()
    assert "The period has ended. This is what was arranged." in page
    assert reverse("cases:provision_arrange", args=[cast.case.reference, granted.pk, "school"]) not in page
    with pytest.raises(Refused):
        actions.record(reflection=granted, what="school", arranged=True, by=cast.caseworker)
    assert Provision.objects.count() == 1
