"""A household that has more than one place: who left leaves theirs, and who remains keeps theirs."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import people, shelter
from cases.actions import unknown_destination as actions
from cases.models import Placement, UnknownDestination
from organisations.models import AuditEvent, Place
from organisations.rules.audit import Verb
from tests.cast import DAY, new_case, on_page, unseen

from .shared import address, beds, correction, in_the_house, of_comensha, said, send


def test_a_household_that_left_together_leaves_all_its_places(together, client_of):
    (cast, child, partner), client = together, client_of("caseworker")
    assert in_the_house(cast) == (["Kamer 1", "Kamer 2", "Kamer 3"], [], [], 3, 3)
    shown = on_page(client.get(address(cast)))
    # everybody is ticked
    assert sorted(shown["who"]) == sorted(["person", str(child.pk), str(partner.pk)])
    assert send(client, cast, who=shown["who"]).status_code == 302
    row = UnknownDestination.objects.get(case=cast.case)
    assert beds(cast) == {f"Kamer {number}": (False, row) for number in (1, 2, 3)}
    rooms = ["Kamer 1", "Kamer 2", "Kamer 3"]
    assert in_the_house(cast) == ([], rooms, rooms, 0, 0)
    # corrected and taken back they go together too
    answer = correction(client, cast, row, left_on=said(row.left_on - DAY)).content.decode()
    lines = re.findall(r"<dt>(End of the stay[^<]*)</dt>", answer)
    assert lines == ["End of the stay in a shelter", "End of the stay of Klein", "End of the stay of Lief"]
    moved = correction(client, cast, row, left_on=said(row.left_on - DAY), why_corrected="Gisteren al")
    assert moved.status_code == 302
    ends = {timezone.localdate(one.until_at) for one in Placement.objects.filter(case=cast.case)}
    assert ends == {row.left_on - DAY}
    actions.take_back(case=cast.case, pk=row.pk, by=cast.colleague)
    assert beds(cast) == {f"Kamer {number}": (True, None) for number in (1, 2, 3)}


def test_whoever_of_a_household_remains_keeps_their_place(together, client_of):
    (cast, child, _partner), before = together, timezone.now()
    assert send(client_of("caseworker"), cast, who=["person", str(child.pk)]).status_code == 302
    row = UnknownDestination.objects.get(case=cast.case)
    assert beds(cast) == {"Kamer 1": (False, row), "Kamer 2": (False, row), "Kamer 3": (True, None)}
    assert in_the_house(cast) == (["Kamer 3"], ["Kamer 1", "Kamer 2"], ["Kamer 1", "Kamer 2"], 1, 1)
    told = AuditEvent.objects.filter(at__gt=before, case_id=cast.case.pk, verb=Verb.PLACEMENT_ENDED)
    assert {one.object_id for one in told} == set(Placement.objects.filter(leaving=row).values_list("pk", flat=True))


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        (["child"], "If only others left, end their stay under Shelter."),
        ([], "This field is required."),
        (["person", "stranger"], "is not one of the available choices."),
    ],
)
def test_a_leaving_is_of_the_person_and_of_their_own_household(who, sentence, together, client_of):
    cast, child, _partner = together
    given = {"submission": None, "by": cast.outsider, "values": {"relation": "child", "name": "Ander"}}
    stranger = people.add_family_member(case=new_case(cast.outsider), **given)
    keys = {"person": "person", "child": str(child.pk), "stranger": str(stranger.pk)}
    page = send(client_of("caseworker"), cast, who=[keys[one] for one in who])
    assert sentence in page.content.decode()
    assert beds(cast) == {f"Kamer {number}": (True, None) for number in (1, 2, 3)}
    assert UnknownDestination.objects.count() == 0


def test_whoever_came_to_stay_since_the_page_was_shown_is_read_first(together, client_of):
    (cast, child, partner), client = together, client_of("caseworker")
    late = Placement.objects.get(member=partner)
    Placement.objects.filter(pk=late.pk).delete()
    hidden = unseen(client, address(cast))
    late.save(force_insert=True)
    page = send(client, cast, hidden=hidden, who=["person", str(child.pk)]).content.decode()
    assert ("Read what this ends, and save again." in page, "Lief (" in page) == (True, True)
    assert UnknownDestination.objects.count() == 0


def test_who_does_not_write_the_shelter_room_is_asked_nothing_of_the_household(together, client_of):
    (cast, child, _partner), client = together, client_of("coordinator")
    page = client.get(address(cast), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ('name="who"' in page, "Klein" in page) == (False, False)
    send(client, cast, who=["person", str(child.pk)])
    assert beds(cast) == {f"Kamer {number}": (True, None) for number in (1, 2, 3)}


@pytest.mark.parametrize("taken", [("placement",), ("placement", "registration")])
def test_comensha_records_a_household_that_left_together(taken, together, client_of):
    cast, child, _partner = together
    of_comensha(cast, *taken)
    assert send(client_of("coordinator"), cast, who=["person", str(child.pk)]).status_code == 302
    assert not Placement.objects.filter(case=cast.case, member__in=[child], until_at=None).exists()
    assert not Placement.objects.filter(case=cast.case, member=None, until_at=None).exists()


def test_a_child_that_stays_behind_is_told_and_its_room_is_not_the_mothers(together, client_of):
    cast, child, _partner = together
    client = client_of("caseworker")
    # what would end is read before it is saved
    kept = client.get(address(cast), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert f"Stay of {child.name}: runs since" in kept and "too, if they are ticked below" in kept
    assert send(client, cast, who=["person"]).status_code == 302
    page = client.get(reverse("cases:case", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert f"{child.name} stays in " in page and "stays nowhere with us" in page
    assert "no stay with us" in page
    room = client.get(reverse("cases:shelter", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert f'href="{address(cast)}"' not in room
    line = client.get(reverse("cases:timeline", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert f"Stay in a shelter: {child.name}" in line


def test_who_of_a_household_left_a_house_is_named_on_its_list(together, client_of):
    cast, child, _partner = together
    assert send(client_of("caseworker"), cast, who=["person", str(child.pk)]).status_code == 302
    night = reverse("cases:tonight", args=["huis"])
    page = client_of("colleague").get(night, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert page.count(f"({child.name}), ") == 1


def test_a_day_before_a_child_came_names_the_child(together, client_of):
    cast, child, _partner = together
    Placement.objects.filter(case=cast.case, member=child).update(from_at=timezone.now() - DAY / 24)
    yesterday = said(timezone.localdate() - 2 * DAY)
    page = send(client_of("caseworker"), cast, day=yesterday, who=["person", str(child.pk)])
    page = page if page.status_code == 200 else None
    assert page is not None
    if "cannot end before it began" not in page.content.decode():  # shown once before it is saved
        page = send(client_of("caseworker"), cast, on_page(page), day=yesterday, who=["person", str(child.pk)])
    assert f"The stay of {child.name} cannot end before it began. It began on " in page.content.decode()


def test_a_place_for_a_child_takes_nobody_off_the_list_of_who_waits(cast, client_of):
    case = new_case(cast.caseworker, bed_needed=True)
    listed = {"figure": "waiting"}
    behind, client = reverse("cases:dashboard_behind"), client_of("teamlead")
    child = people.add_family_member(
        case=case,
        values={"relation": "child", "name": "Klein", "age_group": "minor"},
        submission=None,
        by=cast.caseworker,
    )
    shelter.place(
        case=case, place=Place.objects.get(name="Kamer 2"), from_at=timezone.now(), expected_until=None, member=child,
        submission=None, by=cast.caseworker,
    )  # fmt: skip
    assert case.reference in client.get(behind, listed).content.decode()
