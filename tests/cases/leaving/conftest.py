"""Somebody who stays and has a reflection period, who left in one way or another, or with a household."""

import pytest
import time_machine
from django.utils import timezone

from cases.actions import people, residence, shelter
from cases.actions import unknown_destination as actions
from cases.models import Placement, ReflectionPeriod, UnknownDestination
from organisations.models import Place
from tests.cast import DAY, unseen

from .shared import address, at, said, send


@pytest.fixture
def running(cast):
    """A stay since ten days, a reflection period since twenty; the record of an earlier time is out of the way."""
    cast.rows["away"].delete()
    cast.rows["own_request"].delete()
    today = timezone.localdate()
    Placement.objects.filter(pk=cast.rows["stay"].pk).update(from_at=at(today - 10 * DAY, "12:00"))
    values = {"state": "granted", "granted_on": today - 20 * DAY, "latest_end": today + 60 * DAY}
    residence.record_reflection(case=cast.case, values=values, submission=None, by=cast.caseworker)
    return cast


@pytest.fixture
def left(running, client_of):
    """They left today, in the morning; both ended by it."""
    cast = running
    send(client_of("caseworker"), cast)
    return cast, UnknownDestination.objects.get(case=cast.case)


@pytest.fixture
def left_twice(left):
    """They came back the same day, slept elsewhere in the house, and left again."""
    cast, first = left
    actions.come_back(row=first, back_on=first.left_on, version=None, by=cast.caseworker)
    second_stay = shelter.place(
        case=cast.case, place=cast.rows["free_place"], from_at=timezone.now(), expected_until=None, submission=None,
        by=cast.caseworker,
    )  # fmt: skip
    mark = actions.ends(cast.case, first.left_on, by=cast.caseworker).mark
    second = actions.leave(
        case=cast.case, left_at=timezone.now(), reported_by="police", shown=mark, submission=None, by=cast.caseworker
    )
    return cast, UnknownDestination.objects.get(pk=first.pk), second, second_stay


@pytest.fixture
def together(running):
    """The person in Kamer 1, their child in Kamer 2, their partner in Kamer 3."""
    cast = running
    values = {"relation": "partner", "name": "Lief", "age_group": "adult"}
    partner = people.add_family_member(case=cast.case, values=values, submission=None, by=cast.caseworker)
    for number, member in ((2, cast.rows["child"]), (3, partner)):
        shelter.place(
            case=cast.case, place=Place.objects.get(shelter__slug="huis", name=f"Kamer {number}"), member=member,
            from_at=timezone.now() - 5 * DAY, expected_until=None, submission=None, by=cast.caseworker,
        )  # fmt: skip
    return cast, cast.rows["child"], partner


@pytest.fixture
def left_at_noon(running):
    """They stay since the 2nd day at 14:00, and left on the 5th at a time that nobody said: noon was made up. It is the 6th, 9:00."""
    cast, first = running, timezone.localdate()
    days = {number: first + (number - 1) * DAY for number in range(1, 8)}
    Placement.objects.filter(case=cast.case).update(from_at=at(days[2], "14:00"))
    ReflectionPeriod.objects.filter(case=cast.case).update(granted_on=days[1], latest_end=days[7] + 60 * DAY)
    with time_machine.travel(at(days[6], "09:00"), tick=False):
        mark = actions.ends(cast.case, days[5], by=cast.caseworker).mark
        row = actions.leave(
            case=cast.case, left_at=at(days[5], "12:00"), reported_by="police", shown=mark, submission=None,
            by=cast.caseworker,
        )  # fmt: skip
        yield cast, row, days


@pytest.fixture
def left_at_ten(running, client_of):
    """They left yesterday, and somebody said at what time."""
    cast, day = running, timezone.localdate() - DAY
    mark = actions.ends(cast.case, day, by=cast.caseworker).mark
    hidden = {**unseen(client_of("caseworker"), address(cast)), "shown": mark}
    given = {"day": said(day), "hidden": hidden}
    assert send(client_of("caseworker"), cast, time="10:00", **given).status_code == 302
    return cast, UnknownDestination.objects.get(case=cast.case), given
