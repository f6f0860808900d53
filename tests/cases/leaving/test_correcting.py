"""A leaving is corrected, its day and its time: all that ended by it moves along, and nothing else does."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import shelter
from cases.actions import unknown_destination as actions
from cases.models import DateCorrection, Placement, ReflectionPeriod, UnknownDestination
from organisations.actions.base import Refused
from organisations.models import AuditEvent
from organisations.rules.audit import Verb
from tests.cast import DAY, new_case, on_page

from .shared import at, correction, corrects, said, state, words


def test_a_wrong_day_of_leaving_is_corrected_with_all_that_ended_by_it(left, client_of):
    (cast, row), client, today = left, client_of("colleague"), timezone.localdate()
    day, stay = today - 3 * DAY, Placement.objects.get(case=cast.case)
    where = reverse("cases:unknown_destination_change", args=[cast.case.reference, row.pk])
    assert where in client.get(reverse("cases:intake", args=[cast.case.reference])).content.decode()
    page = correction(client, cast, row, left_on=said(day)).content.decode()
    for name in ("Left on", "End of the reflection period", "End of the stay in a shelter"):
        assert f"<dt>{name}</dt><dd>{words(today)} → {words(day)}</dd>" in page
    assert state(cast.case) == (today, "mob", True, "mob")
    before = timezone.now()
    why = "De collega van de nacht belde."
    assert correction(client, cast, row, left_on=said(day), why_corrected=why).status_code == 302
    assert state(cast.case) == (day, "mob", True, "mob")
    ended, was = (timezone.localtime(one) for one in (Placement.objects.get(pk=stay.pk).until_at, stay.until_at))
    assert (ended.date(), ended.time()) == (day, was.time())
    kept = DateCorrection.objects.filter(case=cast.case, created_at__gt=before).order_by("field")
    assert [(one.field, one.was, one.became, one.reason) for one in kept] == [
        ("ended_on", today, day, why), ("left_on", today, day, why), ("until_on", today, day, why),
    ]  # fmt: skip
    told = AuditEvent.objects.filter(at__gt=before, case_id=cast.case.pk).exclude(verb=Verb.CASE_READ).order_by("at")
    assert sorted(told.values_list("verb", flat=True)) == [
        "placement_end_corrected", "reflection_changed", "unknown_destination_corrected",
    ]  # fmt: skip
    intake = client.get(reverse("cases:intake", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en")
    assert why in intake.content.decode()


def test_who_writes_only_the_registration_corrects_no_stay(left, client_of):
    (cast, row), client, today = left, client_of("coordinator"), timezone.localdate()
    day = today - 3 * DAY
    page = correction(client, cast, row, left_on=said(day)).content.decode()
    assert f"<dt>End of the reflection period</dt><dd>{words(today)} → {words(day)}</dd>" in page
    assert "End of the stay" not in page
    assert correction(client, cast, row, left_on=said(day), why_corrected="Zo zei de politie").status_code == 302
    assert ReflectionPeriod.objects.get(case=cast.case).ended_on == day
    assert timezone.localdate(Placement.objects.get(case=cast.case).until_at) == today


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (1, "This day is still to come."),
        (-15, "The stay cannot end before it began."),
        (-25, "The reflection period did not run on that day."),
    ],
)
def test_a_correction_that_cannot_be_moves_neither(days, sentence, left, client_of):
    (cast, row), today = left, timezone.localdate()
    page = correction(
        client_of("caseworker"), cast, row, left_on=said(today + days * DAY), why_corrected="Verkeerd getypt"
    )
    assert sentence in page.content.decode()
    assert state(cast.case) == (today, "mob", True, "mob")
    assert UnknownDestination.objects.get().left_on == today


def test_a_bed_that_somebody_else_had_meanwhile_keeps_the_day(left, client_of):
    """Corrected to a later day on which the bed was another's already: said, and nothing is moved."""
    (cast, row), today = left, timezone.localdate()
    client = client_of("caseworker")
    earlier = {"left_on": said(today - 5 * DAY), "why_corrected": "Eerder al weg"}
    assert correction(client, cast, row, **earlier).status_code == 302
    place = Placement.objects.get(case=cast.case).place
    shelter.place(
        case=new_case(cast.caseworker), place=place, from_at=timezone.now() - 4 * DAY, expected_until=None, submission=None,
        by=cast.caseworker,
    )  # fmt: skip
    row.refresh_from_db()
    page = correction(client, cast, row, left_on=said(today - DAY), why_corrected="Toch later")
    assert "Somebody else has this place in that time." in page.content.decode()
    assert state(cast.case)[0] == today - 5 * DAY
    assert UnknownDestination.objects.get().left_on == today - 5 * DAY


def test_a_departure_corrected_by_two_is_told_to_the_second(left, client_of):
    (cast, row), today = left, timezone.localdate()
    values = {"left_on": today - DAY, "reported_by": "police", "back_on": None}
    with pytest.raises(Refused):
        actions.change(row=row, values=values, version=1, by=cast.colleague)
    actions.change(row=row, values=values, version=1, by=cast.colleague, why="Een dag eerder")
    page = correction(client_of("caseworker"), cast, row, left_on=said(today - 2 * DAY), why_corrected="Twee dagen")
    assert page.status_code == 200
    assert UnknownDestination.objects.get().left_on == today - DAY


def test_only_whoever_writes_the_registration_corrects_it(left, client_of):
    cast, row = left
    values = {"left_on": row.left_on - DAY, "reported_by": "police", "back_on": None}
    for who in ("outsider", "former", "privacy", "directory"):
        with pytest.raises(Refused):
            actions.change(row=row, values=values, version=None, by=cast[who], why="x")
    assert UnknownDestination.objects.get().left_on == timezone.localdate()


def test_the_end_of_the_stay_that_moves_along_is_told_beside_the_stay(left, client_of):
    (cast, row), today = left, timezone.localdate()
    stay = Placement.objects.get(case=cast.case)
    answer = correction(
        client_of("caseworker"), cast, row, left_on=said(today - DAY), why_corrected="Al een dag eerder"
    )
    assert answer.status_code == 302
    kept = DateCorrection.objects.get(subject=stay.pk)
    assert (kept.field, kept.was, kept.became, kept.reason) == ("until_on", today, today - DAY, "Al een dag eerder")
    room = client_of("caseworker").get(reverse("cases:shelter", args=[cast.case.reference]))
    assert "Al een dag eerder" in room.content.decode()


def test_a_stay_follows_after_somebody_who_writes_only_the_registration_corrected(left, client_of):
    (cast, row), today = left, timezone.localdate()
    day = today - 3 * DAY
    said_so = {"left_on": said(day), "why_corrected": "Zo zei de politie"}
    assert correction(client_of("coordinator"), cast, row, **said_so).status_code == 302
    assert timezone.localdate(Placement.objects.get(case=cast.case).until_at) == today
    # who writes both reads that the stay is behind, and brings it along
    row.refresh_from_db()
    page = correction(client_of("caseworker"), cast, row).content.decode()
    assert f"<dt>End of the stay in a shelter</dt><dd>{words(today)} → {words(day)}</dd>" in page
    with pytest.raises(Refused, match="corrected with a reason"):
        values = {"left_on": day, "reported_by": "police", "back_on": None}
        actions.change(row=row, values=values, version=None, by=cast.caseworker)
    assert correction(client_of("caseworker"), cast, row, why_corrected="Zo zei de politie").status_code == 302
    assert state(cast.case) == (day, "mob", True, "mob")
    assert timezone.localdate(Placement.objects.get(case=cast.case).until_at) == day
    # once more, to another day, with everything
    earlier = {"left_on": said(day - DAY), "why_corrected": "Nog een dag eerder"}
    assert correction(client_of("caseworker"), cast, row, **earlier).status_code == 302
    assert timezone.localdate(Placement.objects.get(case=cast.case).until_at) == day - DAY


# --- at what time -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "ended"),
    [
        (4, "12:00:00"),
        # noon of today is still to come
        (6, "09:00:00"),
        # they arrived after noon
        (2, "14:00:01"),
    ],
)
def test_a_time_that_nobody_said_is_in_the_way_of_no_true_day(number, ended, left_at_noon):
    cast, row, days = left_at_noon
    assert corrects(cast, row, days[number]) == at(days[number], ended)
    assert state(cast.case) == (days[number], "mob", True, "mob")


def test_somebody_who_was_back_the_same_day_left_before_that(left_at_noon):
    cast, row, days = left_at_noon
    shelter.place(
        case=cast.case, place=cast.rows["free_place"], from_at=at(days[6], "07:30"), expected_until=None, submission=None,
        by=cast.caseworker,
    )  # fmt: skip
    assert corrects(cast, row, days[6], back_on=days[6]) == at(days[6], "07:30")


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(1, "The stay cannot end before it began. It began on "), (7, "This moment is still to come")],
)
def test_a_day_of_which_no_moment_can_be_is_refused(number, sentence, left_at_noon):
    cast, row, days = left_at_noon
    with pytest.raises(Refused, match=sentence):
        corrects(cast, row, days[number])
    assert Placement.objects.get(case=cast.case).until_at == at(days[5], "12:00")


def test_a_time_that_was_said_is_kept_and_corrected_with_the_day(left_at_noon):
    cast, row, days = left_at_noon
    said_at = {"left_time": datetime.time(8, 15)}
    assert corrects(cast, row, days[4], **said_at) == at(days[4], "08:15")
    row.refresh_from_db()
    assert row.left_time == datetime.time(8, 15)
    # said, it is not moved by itself
    with pytest.raises(Refused, match="correct the day or the time"):
        corrects(cast, row, days[2], **said_at)
    assert corrects(cast, row, days[2], left_time=datetime.time(20)) == at(days[2], "20:00")


def test_only_the_time_of_a_leaving_is_corrected(left_at_ten, client_of):
    (cast, row, _given), client = left_at_ten, client_of("colleague")
    where = reverse("cases:unknown_destination_change", args=[cast.case.reference, row.pk])
    shown = on_page(client.get(where))
    assert shown["left_time"] == ["10:00"]
    page = client.post(where, {**shown, "left_time": "11:30", "why_corrected": "Toch later"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "No recorded date changes. Correct the date, or take this away." in page.content.decode()
    before = timezone.now()
    page = client.post(where, {**shown, "left_time": "11:30"})
    read = on_page(page)
    assert "11:30" in page.content.decode() and page.status_code == 200
    assert client.post(where, {**read, "left_time": "11:30"}).status_code == 302
    assert Placement.objects.get(case=cast.case).until_at == at(row.left_on, "11:30")
    assert state(cast.case) == (row.left_on, "mob", True, "mob")
    told = AuditEvent.objects.filter(at__gt=before, case_id=cast.case.pk).exclude(verb=Verb.CASE_READ).order_by("at")
    assert list(told.values_list("verb", flat=True)) == ["placement_end_corrected", "unknown_destination_corrected"]
    assert not DateCorrection.objects.filter(case=cast.case, field__in=["left_on", "until_on"]).exists()
    intake = client.get(reverse("cases:intake", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert f"Left on {words(row.left_on)} at 11:30; reported by: Police." in intake
    # somebody else who saw ten o'clock is told
    page = client_of("caseworker").post(where, {**shown, "left_time": "09:00"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "Somebody else changed this" in page.content.decode()
    assert Placement.objects.get(case=cast.case).until_at == at(row.left_on, "11:30")


def test_another_day_and_time_are_shown_before_they_are_saved(left_at_ten, client_of):
    (cast, row, _given), client = left_at_ten, client_of("caseworker")
    day = row.left_on - DAY
    page = correction(client, cast, row, left_on=said(day), left_time="11:30").content.decode()
    moments = f"{words(row.left_on)}, 10:00 → {words(day)}, 11:30"
    assert f"<dt>End of the stay in a shelter</dt><dd>{moments}</dd>" in page
    answer = correction(client, cast, row, left_on=said(day), left_time="11:30", why_corrected="Verkeerd verstaan")
    assert answer.status_code == 302
    assert Placement.objects.get(case=cast.case).until_at == at(day, "11:30")


def test_a_time_by_which_a_stay_moves_is_read_before_it_is_saved(left, client_of):
    (cast, row), client = left, client_of("caseworker")
    correction(client, cast, row, left_on=said(timezone.localdate() - DAY), why_corrected="Gisteren")
    stay = Placement.objects.get(case=cast.case)
    where = reverse("cases:unknown_destination_change", args=[cast.case.reference, row.pk])
    page = client.post(where, {**on_page(client.get(where)), "left_time": "06:15"})
    assert page.status_code == 200
    assert "End of the stay in a shelter" in page.content.decode()
    assert Placement.objects.get(pk=stay.pk).until_at == stay.until_at
