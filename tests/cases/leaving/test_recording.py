"""Somebody left to an unknown destination: both are ended or neither, only what the page said, and nothing revives by itself."""

import datetime
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import residence, safety, shelter
from cases.actions import unknown_destination as actions
from cases.forms.shelter import LeavingForm
from cases.models import Case, DateCorrection, Notice, Placement, ReflectionPeriod, UnknownDestination
from organisations.actions.base import Refused, Stale
from organisations.models import AuditEvent
from organisations.rules.audit import Verb
from tests.cast import DAY, takes_part, unseen

from .shared import RUNS, address, at, correction, ending, said, send, state, words


def test_both_are_ended_at_once_and_the_registration_stays(running, client_of):
    cast, today = running, timezone.localdate()
    client, notices = client_of("caseworker"), list(Notice.objects.filter(case=cast.case).values())
    page = client.get(address(cast), HTTP_ACCEPT_LANGUAGE="en")
    becomes = f"ended on {words(today)}: left to an unknown destination"
    assert ending(page) == [
        f"Reflection period: runs, at the latest until {words(today + 60 * DAY)} → {becomes}",
        f"Stay in a shelter: runs since {words(today - 10 * DAY)} → {becomes}",
    ]
    free, before = shelter.free_places(cast.case, by=cast.caseworker).count(), timezone.now()
    assert send(client, cast).status_code == 302
    assert state(cast.case) == (today, "mob", True, "mob")
    assert shelter.free_places(cast.case, by=cast.caseworker).count() == free + 1
    assert list(Notice.objects.filter(case=cast.case).values()) == notices
    row = UnknownDestination.objects.get(case=cast.case)
    assert (row.left_on, row.reported_by, row.back_on) == (today, "police", None)
    case = Case.objects.get(pk=cast.case.pk)
    assert (case.stage, case.file_type) == (cast.case.stage, cast.case.file_type)
    told = AuditEvent.objects.filter(at__gt=before, case_id=case.pk).exclude(verb=Verb.CASE_READ).order_by("at")
    assert list(told.values_list("verb", "room")) == [
        ("left_to_unknown", "intake"), ("reflection_changed", "intake"), ("placement_ended", "shelter"),
    ]  # fmt: skip


def test_another_day_is_shown_before_it_is_saved(running, client_of):
    cast, client, day = running, client_of("caseworker"), timezone.localdate() - 2 * DAY
    page = send(client, cast, day=said(day))
    assert "Read what this ends, and save again." in page.content.decode()
    assert [line.rpartition(" → ")[2] for line in ending(page)] == [
        f"ended on {words(day)}: left to an unknown destination"
    ] * 2
    assert (state(cast.case), UnknownDestination.objects.count()) == (RUNS, 0)
    again = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    assert send(client, cast, hidden=again, day=said(day)).status_code == 302
    assert state(cast.case) == (day, "mob", True, "mob")


def test_after_the_latest_end_the_reflection_period_is_not_touched(running, client_of):
    cast, today = running, timezone.localdate()
    ReflectionPeriod.objects.filter(case=cast.case).update(latest_end=today - 3 * DAY)
    page = client_of("caseworker").get(address(cast), HTTP_ACCEPT_LANGUAGE="en")
    assert [line.partition(":")[0] for line in ending(page)] == ["Stay in a shelter"]
    assert (
        f"ended on {words(today - 3 * DAY)} at the latest, before this day. It stays as it is" in page.content.decode()
    )
    assert send(client_of("caseworker"), cast).status_code == 302
    assert state(cast.case) == (None, "", True, "mob")


def test_who_writes_only_the_registration_ends_only_the_reflection_period(running, client_of):
    cast, client = running, client_of("coordinator")
    page = client.get(address(cast), HTTP_ACCEPT_LANGUAGE="en")
    assert [line.partition(":")[0] for line in ending(page)] == ["Reflection period"]
    # whether there is a stay is not theirs to know
    assert "You do not end a stay in a shelter, if there is one" in page.content.decode()
    assert "runs since" not in page.content.decode()
    assert send(client, cast).status_code == 302
    assert state(cast.case) == (timezone.localdate(), "mob", False, "")


def test_who_writes_only_the_shelter_room_ends_only_the_stay(running, client_of):
    cast = running
    cast.case.participation_set.filter(organisation=cast.comensha).delete()
    takes_part(cast.case, cast.comensha, "placement")
    page = client_of("coordinator").get(address(cast), HTTP_ACCEPT_LANGUAGE="en")
    assert [line.partition(":")[0] for line in ending(page)] == ["Stay in a shelter"]
    assert "You do not end a reflection period: whoever writes the registration does" in page.content.decode()
    assert send(client_of("coordinator"), cast).status_code == 302
    assert state(cast.case) == (None, "", True, "mob")


@pytest.mark.parametrize("who", ["outsider", "former", "privacy", "directory"])
def test_who_writes_neither_ends_nothing(who, running):
    cast = running
    mark = actions.ends(cast.case, timezone.localdate(), by=cast.caseworker).mark
    with pytest.raises(Refused):
        actions.leave(
            case=cast.case, left_at=timezone.now(), reported_by="police", shown=mark, submission=None, by=cast[who]
        )
    assert (state(cast.case), UnknownDestination.objects.count()) == (RUNS, 0)


def test_the_second_of_two_at_once_is_told(running, client_of):
    cast, hidden = running, unseen(client_of("colleague"), address(running))
    assert send(client_of("caseworker"), cast).status_code == 302
    page = send(client_of("colleague"), cast, hidden=hidden)
    assert "It is recorded already that this person left." in page.content.decode()
    assert (ending(page), UnknownDestination.objects.count()) == ([], 1)


def test_what_changed_meanwhile_is_shown_before_it_is_ended(running, client_of):
    cast, client = running, client_of("caseworker")
    hidden = unseen(client, address(cast))
    period = ReflectionPeriod.objects.get(case=cast.case)
    residence.change_reflection(
        reflection=period, values={"latest_end": period.latest_end - DAY}, version=None, why="Verkeerd gelezen",
        by=cast.colleague,
    )  # fmt: skip
    page = send(client, cast, hidden=hidden)
    assert "Nothing is saved yet." in page.content.decode()
    assert (state(cast.case), UnknownDestination.objects.count()) == (RUNS, 0)
    assert words(period.latest_end - DAY) in ending(page)[0]


def test_sent_twice_it_is_one_record(running, client_of):
    cast, client = running, client_of("caseworker")
    hidden = unseen(client, address(cast))
    assert [send(client, cast, hidden=hidden).status_code for _ in range(2)] == [302, 302]
    assert UnknownDestination.objects.count() == 1


@pytest.mark.parametrize(
    ("days", "sentence"),
    [
        (1, "This day is still to come."),
        (-15, "The stay cannot end before it began."),
        (-25, "The reflection period was granted after this day."),
    ],
)
def test_a_wrong_day_ends_neither(days, sentence, running, client_of):
    cast, day = running, timezone.localdate() + days * DAY
    mark = actions.ends(cast.case, day, by=cast.caseworker).mark
    hidden = {**unseen(client_of("caseworker"), address(cast)), "shown": mark}
    page = send(client_of("caseworker"), cast, hidden=hidden, day=said(day))
    assert sentence in page.content.decode()
    assert (state(cast.case), UnknownDestination.objects.count()) == (RUNS, 0)


def test_coming_back_is_recorded_and_revives_nothing(running, client_of):
    cast, client, day = running, client_of("caseworker"), timezone.localdate()
    cast.case.safetyassessment_set.update(assessed_on=day - 40 * DAY)
    send(client, cast)
    row, ended = UnknownDestination.objects.get(), state(cast.case)
    back = reverse("cases:unknown_destination_back", args=[cast.case.reference, row.pk])
    intake = reverse("cases:intake", args=[cast.case.reference])
    assert back in client.get(intake).content.decode()
    page = client.post(back, {"back_on": said(day - DAY), "version": "1"}, HTTP_ACCEPT_LANGUAGE="en")
    assert "This is before the day on which the person left." in page.content.decode()
    assert client.post(back, {"back_on": said(day), "version": "1"}).status_code == 302
    with pytest.raises(Stale):
        actions.come_back(row=row, back_on=day, version=1, by=cast.colleague)
    assert state(cast.case) == ended
    page = client.get(intake, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert f"That is before {words(day + 60 * DAY)}, on which the reflection period would have ended" in page
    assert "The police and the immigration service decide what follows; nothing goes on by itself." in page
    # a task until safety was assessed again
    due = cast.case.task_set.open().filter(cause="came_back")
    assert [task.due_on for task in due.all()] == [day]
    assessed = {"assessed_on": day, "danger": "none", "threats": None, "measures": None, "unsafe_regions": []}
    safety.assess(case=cast.case, values=assessed, submission=None, by=cast.caseworker)
    assert not due.exists()
    # and they may leave again
    assert send(client, cast).status_code == 302
    assert UnknownDestination.objects.count() == 2


def test_coming_back_is_recorded_once_and_then_corrected_with_a_reason(left, client_of):
    (cast, row), today = left, timezone.localdate()
    actions.come_back(row=row, back_on=today, version=None, by=cast.caseworker)
    with pytest.raises(Refused, match="recorded already that the person came back"):
        actions.come_back(row=row, back_on=today, version=None, by=cast.colleague)
    assert not DateCorrection.objects.filter(case=cast.case, field="back_on").exists()


def test_nobody_is_away_twice_at_the_same_time(running, client_of):
    cast, today = running, timezone.localdate()
    before = UnknownDestination.objects.create(
        case=cast.case,
        created_by=cast.caseworker,
        left_on=today - 9 * DAY,
        back_on=today - 2 * DAY,
        reported_by="police",
    )
    page = send(client_of("caseworker"), cast, hidden={
        **unseen(client_of("caseworker"), address(cast)),
        "shown": actions.ends(cast.case, today - 5 * DAY, by=cast.caseworker).mark,
    }, day=said(today - 5 * DAY))  # fmt: skip
    assert "recorded for part of this time already" in page.content.decode()
    assert (state(cast.case), UnknownDestination.objects.count()) == (RUNS, 1)
    # back and away again on one day is no overlap; a correction into the other one is
    assert send(client_of("caseworker"), cast).status_code == 302
    second = UnknownDestination.objects.exclude(pk=before.pk).get()
    page = correction(client_of("caseworker"), cast, second, left_on=said(today - 3 * DAY), why_corrected="Eerder")
    assert "recorded for part of this time already" in page.content.decode()


def test_a_kept_draft_shows_what_another_day_ends_before_it_is_saved(running, client_of):
    cast, client, day = running, client_of("caseworker"), timezone.localdate() - 2 * DAY
    page = send(client, cast, day=said(day))
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.content.decode()))
    typed = {"day": said(day), "reported_by": "police", **hidden}
    kept = client.post(reverse("cases:draft_keep"), {"draft": hidden["draft"], **typed})
    assert kept.status_code < 400
    again = unseen(client, address(cast))
    answer = send(client, cast, hidden=again, day=said(day))
    assert "Read what this ends, and save again." in answer.content.decode()
    assert (state(cast.case), UnknownDestination.objects.count()) == (RUNS, 0)


def test_gone_back_and_another_time_typed_is_not_called_saved(left_at_ten, client_of):
    cast, row, given = left_at_ten
    assert row.left_time == datetime.time(10)
    assert send(client_of("caseworker"), cast, time="10.00", **given).status_code == 302, "the same once more"
    page = send(client_of("caseworker"), cast, time="11:30", **given)
    assert page.status_code == 200
    assert "This leaving is saved as you sent it first; what you changed since is not." in page.content.decode()
    assert 'value="11:30"' in page.content.decode()
    row.refresh_from_db()
    assert (row.left_time, UnknownDestination.objects.count()) == (datetime.time(10), 1)
    assert Placement.objects.get(case=cast.case).until_at == at(row.left_on, "10:00")


def test_gone_back_and_another_time_typed_for_the_end_of_a_stay_is_not_called_saved(running, client_of):
    cast, client = running, client_of("caseworker")
    stay, day = Placement.objects.get(case=cast.case), timezone.localdate() - DAY
    where = reverse("cases:shelter_end", args=[cast.case.reference, stay.pk])
    sent = {"day": said(day), "time": "10:00", "departure_reason": "own_home"}
    assert client.post(where, sent).status_code == 302
    page = client.post(where, {**sent, "time": "11:30"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "This stay has already ended, and what you sent now is not saved." in page
    assert Placement.objects.get(case=cast.case).until_at == at(day, "10:00")


@pytest.mark.parametrize(
    "day, time, sentence",
    [
        ("29-03-2026", "02:30", "There was no such time on that day: the clocks went forward."),
        ("29-03-2026", "03:30", ""),
        ("25-10-2026", "02:30", ""),  # there were two of them
    ],
)
def test_an_hour_that_was_skipped_is_no_time(day, time, sentence):
    form = LeavingForm({"day": day, "time": time})
    form.is_valid()
    assert str(form.errors.get("time", "")).count(sentence) and bool(form.errors.get("time")) == bool(sentence)
