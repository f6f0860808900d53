"""What a night placed by one person left undone is put in order: by whom, when, and what becomes of the bed that was needed."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import people, shelter
from cases.models import Case, Placement
from organisations.models import Place
from tests.cases.placement.conftest import parts, refused
from tests.cases.placement.test_staying import assessed
from tests.cast import DAY, new_case, takes_part, unseen


def at_night(cast, case, **values) -> Placement:
    """Yesterday, in a free room; safety is assessed since."""
    given = {"from_at": timezone.now() - DAY, "expected_until": None, "emergency": True, "submission": None, **values}
    stay = shelter.place(case=case, place=Place.objects.get(name="Kamer 2"), by=cast.caseworker, **given)
    assessed(case, cast.caseworker)
    return stay


@pytest.fixture
def case(cast):
    return new_case(cast.caseworker, bed_needed=True)


def bed_needed(case) -> bool:
    return Case.objects.get(pk=case.pk).bed_needed


def test_a_stay_that_is_over_is_put_in_order_no_more(cast, case):
    stay = at_night(cast, case)
    shelter.end(placement=stay, until_at=timezone.now(), departure_reason="other", by=cast.colleague)
    given = {"placement": stay, "reason": "Morgen", "by": cast.caseworker}
    assert refused(shelter.put_in_order, **given) == "This stay has already ended."
    assert bed_needed(case)


def test_a_place_for_a_child_is_no_bed_for_the_mother(cast, case):
    values = {"relation": "child", "name": "Klein", "age_group": "minor"}
    child = people.add_family_member(case=case, values=values, submission=None, by=cast.caseworker)
    stay = at_night(cast, case, member=child)
    shelter.put_in_order(placement=stay, reason="Morgen", by=cast.caseworker)
    assert bed_needed(case)
    assert not Placement.objects.get(pk=stay.pk).bed_was_needed


def test_comensha_looks_for_no_bed_any_more_and_again_once_it_is_taken_back(cast):
    case = new_case(cast.coordinator, bed_needed=True)
    takes_part(case, cast.kade, "lead")
    looking = ("comensha", "placement")
    assert looking in parts(case)
    stay = at_night(cast, case)
    shelter.put_in_order(placement=stay, reason="Morgen", by=cast.caseworker)
    assert (bed_needed(case), looking in parts(case)) == (False, False)
    shelter.undo_order(placement=stay, by=cast.caseworker)
    assert (bed_needed(case), looking in parts(case)) == (True, True)


def test_the_reason_of_the_second_of_two_is_not_called_saved(cast, case, client_of):
    stay = at_night(cast, case)
    where = reverse("cases:shelter_put_in_order", args=[case.reference, stay.pk])
    one, other = client_of("caseworker"), client_of("colleague")
    first, second = unseen(one, where), unseen(other, where)
    assert one.post(where, {**first, "reason": "De eerste"}).status_code == 302
    page = other.post(where, {**second, "reason": "De tweede"}).content.decode()
    assert "This was put in order before, and what you wrote is not saved." in page and "De tweede" in page
    # pressed twice by the same person it is done once
    assert one.post(where, {**first, "reason": "De eerste"}).status_code == 302
    assert Placement.objects.get(pk=stay.pk).in_order_reason == "De eerste"


def test_a_reason_that_is_needed_no_more_is_kept(cast, client_of):
    case = new_case(cast.caseworker, notifier="", bed_needed=True)
    stay = at_night(cast, case)
    where, client = reverse("cases:shelter_put_in_order", args=[case.reference, stay.pk]), client_of("caseworker")
    hidden = unseen(client, where)
    # a colleague says until when, which was the last that was open
    values = {"expected_until": timezone.localdate() + DAY, "overstay_reason": ""}
    stay.refresh_from_db()
    shelter.expect(placement=stay, values=values, version=stay.version, by=cast.colleague)
    assert client.post(where, {**hidden, "reason": "Mijn reden"}).status_code == 302
    room = client.get(reverse("cases:shelter", args=[case.reference])).content.decode()
    assert "Mijn reden" in room


def test_a_move_takes_along_what_is_to_be_put_in_order(cast, case):
    stay = at_night(cast, case)
    other = Place.objects.get(name="Kamer 3")
    given = {"expected_until": None, "version": None, "by": cast.caseworker}
    moved = shelter.move(placement=stay, place=other, at=timezone.now(), **given)
    assert list(case.task_set.open().filter(cause="emergency_stay").values_list("subject", flat=True)) == [moved.pk]
    shelter.put_in_order(placement=moved, reason="Morgen", by=cast.caseworker)
    again = shelter.move(
        placement=moved, place=Place.objects.get(name="Kamer 2"), at=timezone.now(), **{**given, "version": None}
    )
    assert not again.emergency
