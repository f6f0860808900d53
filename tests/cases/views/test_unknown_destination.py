"""Somebody left to an unknown destination: both are ended or neither, only what the page said, and nothing revives by itself."""

import datetime
import importlib
import pkgutil
import re

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from cases import migrations, occupancy, tonight
from cases.actions import people, residence, safety, shelter
from cases.actions import placement_request as requests
from cases.actions import unknown_destination as actions
from cases.forms.shelter import LeavingForm
from cases.models import Case, DateCorrection, Notice, Placement, ReflectionPeriod, UnknownDestination
from organisations.actions.base import Refused, Stale
from organisations.models import AuditEvent, Place, Shelter
from organisations.rules.audit import Verb
from tests.cases.placement.test_staying import placed
from tests.cast import DAY, asked_for, corrected, new_case, on_page, takes_part, unseen

TODAY_ENDS = r"<li>([^<]+)</li>"


@pytest.fixture
def running(cast):
    """A stay since ten days, a reflection period since twenty; the record of an earlier time is out of the way."""
    cast.rows["away"].delete()
    cast.rows["own_request"].delete()
    Placement.objects.filter(pk=cast.rows["stay"].pk).update(from_at=timezone.now() - 10 * DAY)
    today = timezone.localdate()
    values = {"state": "granted", "granted_on": today - 20 * DAY, "latest_end": today + 60 * DAY}
    residence.record_reflection(case=cast.case, values=values, submission=None, by=cast.caseworker)
    return cast


def address(cast) -> str:
    return reverse("cases:unknown_destination", args=[cast.case.reference])


def said(day: datetime.date) -> str:
    return f"{day:%d-%m-%Y}"


def ending(page) -> list[str]:
    """What the page says it will end."""
    section = re.search(r'aria-labelledby="ends">(.*?)</section>', page.content.decode(), re.S).group(1)
    return re.findall(TODAY_ENDS, section)


def send(client, cast, hidden=None, **values):
    hidden = hidden or unseen(client, address(cast))
    return client.post(
        address(cast), {"day": said(timezone.localdate()), "reported_by": "police", **hidden, **values},
        HTTP_ACCEPT_LANGUAGE="en",
    )  # fmt: skip


def state(case) -> tuple:
    period, stay = ReflectionPeriod.objects.get(case=case), Placement.objects.get(case=case)
    return period.ended_on, period.end_reason, stay.until_at is not None, stay.departure_reason


RUNS = (None, "", False, "")


def words(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"


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


@pytest.fixture
def left(running, client_of):
    """They left today, in the morning; both ended by it."""
    cast = running
    send(client_of("caseworker"), cast)
    return cast, UnknownDestination.objects.get(case=cast.case)


def correction(client, cast, row, **values):
    where = reverse("cases:unknown_destination_change", args=[cast.case.reference, row.pk])
    sent = {"left_on": said(row.left_on), "reported_by": "police", "version": str(row.version), **values}
    return corrected(client, where, sent)


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


@pytest.mark.parametrize(
    ("language", "sentence", "question", "answers"),
    [
        ("en", "No stay is recorded since, and no place is asked for.", "Is a bed needed now?", "Say so in the first answers"),
        ("nl", "Sindsdien is geen verblijf vastgelegd, en er is geen plek gevraagd.", "Is er nu een bed nodig?", "Zeg het bij de eerste antwoorden"),
    ],
)  # fmt: skip
def test_who_came_back_and_stays_nowhere_is_asked_about_a_bed_and_nothing_is_done_by_itself(
    language, sentence, question, answers, left, client_of
):
    (cast, row), today = left, timezone.localdate()
    case = cast.case
    room, ask = (reverse(f"cases:{name}", args=[case.reference]) for name in ("intake", "placement_request_ask"))
    first = reverse("cases:case_change", args=[case.reference])

    def asked(who: str = "caseworker") -> list[bool]:
        page = client_of(who).get(room, HTTP_ACCEPT_LANGUAGE=language).content.decode()
        return [one in page for one in (sentence, question, f'href="{ask}"', f'<a href="{first}">{answers}</a>')]

    nothing = [False] * 4
    assert asked() == nothing
    back, client = reverse("cases:unknown_destination_back", args=[case.reference, row.pk]), client_of("caseworker")
    answer = client.post(back, {**unseen(client, back), "back_on": said(today)})
    assert answer.headers["Location"] == room
    assert asked() == [True, True, True, False]
    assert not Case.objects.get(pk=case.pk).bed_needed
    # the register does not know of stays: it is asked the same, and nothing is told
    assert asked("coordinator") == [False, True, False, True]
    Case.objects.filter(pk=case.pk).update(bed_needed=True)
    assert (asked("coordinator"), asked()) == (nothing, [True, False, True, False])
    # once a place was asked for it is not asked again, also when that has ended
    Case.objects.filter(pk=case.pk).update(bed_needed=False)
    request = asked_for(case, cast.caseworker)
    assert asked() == nothing
    requests.withdraw(request=request, reason="own_place", by=cast.caseworker)
    assert asked() == nothing


def test_who_came_back_and_has_a_stay_is_not_asked_about_a_bed(left, client_of):
    (cast, row), client = left, client_of("caseworker")
    actions.come_back(row=row, back_on=timezone.localdate(), version=None, by=cast.caseworker)

    def asked() -> bool:
        room = reverse("cases:intake", args=[cast.case.reference])
        return "No stay is recorded since" in client.get(room, HTTP_ACCEPT_LANGUAGE="en").content.decode()

    assert asked()
    values = {"relation": "child", "name": "Klein", "age_group": "minor"}
    child = people.add_family_member(case=cast.case, values=values, submission=None, by=cast.caseworker)
    given = {"from_at": timezone.now(), "expected_until": None, "submission": None, "by": cast.caseworker}
    shelter.place(case=cast.case, place=Place.objects.get(name="Kamer 2"), member=child, **given)
    assert asked(), "a bed of the child is none of the person"
    stay = shelter.place(case=cast.case, place=Place.objects.get(name="Kamer 3"), **given)
    assert not asked()
    shelter.end(placement=stay, until_at=timezone.now(), departure_reason="other", by=cast.caseworker)
    assert not asked()
    stay.delete()
    assert asked()
    Case.objects.filter(pk=cast.case.pk).update(stage="closed", closing_reason="settled")
    assert not asked()


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


# --- what a leaving ended is written down: it is taken back and corrected with it, and nothing else is ----------------


def undo_address(cast, row) -> str:
    return reverse("cases:unknown_destination_undo", args=[cast.case.reference, row.pk])


def test_taken_back_within_ten_minutes_all_goes_on_that_ended_by_it(left, client_of):
    (cast, row), client = left, client_of("colleague")
    stay = Placement.objects.get(case=cast.case)
    assert (stay.leaving, row.reflection) == (row, ReflectionPeriod.objects.get(case=cast.case))
    before = timezone.now()
    for _press in range(2):
        page = client.post(undo_address(cast, row), follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
        assert "Taken back: what ended by it goes on." in page
    assert (state(cast.case), UnknownDestination.objects.count()) == (RUNS, 0)
    assert not DateCorrection.objects.filter(case=cast.case).exclude(field="document_valid_until").exists()
    told = AuditEvent.objects.filter(at__gt=before, case_id=cast.case.pk).exclude(verb=Verb.CASE_READ).order_by("at")
    assert list(told.values_list("verb", "object_id")) == [
        ("placement_end_undone", stay.pk), ("reflection_changed", row.reflection_id), ("left_to_unknown_undone", row.pk),
    ]  # fmt: skip
    # and it is recorded again as if it had not been
    assert send(client, cast).status_code == 302
    assert state(cast.case) == (timezone.localdate(), "mob", True, "mob")


def test_the_end_of_a_stay_is_not_taken_back_without_the_leaving_that_wrote_it(left, client_of):
    (cast, row), client = left, client_of("caseworker")
    stay = Placement.objects.get(case=cast.case)
    alone = reverse("cases:shelter_end_undo", args=[cast.case.reference, stay.pk])
    rooms = [client.get(reverse(f"cases:{name}", args=[cast.case.reference])) for name in ("shelter", "intake")]
    for room in rooms:
        assert room.content.decode().count(f'action="{undo_address(cast, row)}"') == 1
        assert alone not in room.content.decode()
    page = client.post(alone, follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "Take back that they left: it goes on." in page
    assert (state(cast.case)[2:], UnknownDestination.objects.count()) == ((True, "mob"), 1)


def test_a_leaving_is_taken_back_for_ten_minutes_and_not_after_they_came_back(left, client_of):
    cast, row = left
    taking_back = {"case": cast.case, "pk": row.pk, "by": cast.caseworker}
    actions.come_back(row=row, back_on=timezone.localdate(), version=None, by=cast.caseworker)
    with pytest.raises(Refused, match="recorded already that the person came back"):
        actions.take_back(**taking_back)
    late = timezone.now() - datetime.timedelta(minutes=10, seconds=1)
    UnknownDestination.objects.filter(pk=row.pk).update(back_on=None, created_at=late)
    Placement.objects.filter(case=cast.case).update(ended_at=late)
    for name in ("shelter", "intake"):
        room = client_of("caseworker").get(reverse(f"cases:{name}", args=[cast.case.reference]))
        assert undo_address(cast, row) not in room.content.decode()
    with pytest.raises(Refused, match="more than ten minutes ago"):
        actions.take_back(**taking_back)
    assert (state(cast.case)[2:], UnknownDestination.objects.count()) == ((True, "mob"), 1)


def test_whoever_may_not_open_again_what_ended_takes_nothing_back(left):
    cast, row = left
    for who in ("coordinator", "outsider", "former", "privacy", "directory"):
        with pytest.raises(Refused) as refusal:
            actions.take_back(case=cast.case, pk=row.pk, by=cast[who])
        # whether there is a stay is not the register's to know
        assert "stay" not in str(refusal.value)
    assert state(cast.case) == (timezone.localdate(), "mob", True, "mob")
    assert actions.take_back(case=new_case(cast.caseworker), pk=row.pk, by=cast.caseworker) is None
    assert UnknownDestination.objects.count() == 1


def test_a_place_given_away_meanwhile_keeps_the_leaving(left):
    cast, row = left
    place = Placement.objects.get(case=cast.case).place
    shelter.place(
        case=new_case(cast.caseworker), place=place, from_at=timezone.now(), expected_until=None, submission=None,
        by=cast.caseworker,
    )  # fmt: skip
    with pytest.raises(Refused, match="Somebody else has this place"):
        actions.take_back(case=cast.case, pk=row.pk, by=cast.caseworker)
    assert state(cast.case) == (timezone.localdate(), "mob", True, "mob")
    assert UnknownDestination.objects.count() == 1


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


def test_of_two_leavings_on_one_day_each_has_its_own_stay(left_twice, client_of):
    cast, first, second, _stay = left_twice
    day, today = first.left_on - 3 * DAY, first.left_on
    answer = correction(
        client_of("caseworker"), cast, first, left_on=said(day), back_on=said(today), why_corrected="Al eerder"
    )
    assert answer.status_code == 302
    ends = Placement.objects.filter(case=cast.case).order_by("from_at")
    assert [(timezone.localdate(one.until_at), one.leaving) for one in ends] == [(day, first), (today, second)]
    # the reflection period ended with the first: taking back the second opens nothing that it did not end
    actions.take_back(case=cast.case, pk=second.pk, by=cast.caseworker)
    assert ReflectionPeriod.objects.get(case=cast.case).ended_on == day
    assert [one.until_at is None for one in ends.all()] == [False, True]


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


def test_what_ended_before_this_was_written_down_is_linked_where_only_one_can_be_meant(left_twice):
    cast, first, second, stay = left_twice
    name = next(one.name for one in pkgutil.iter_modules(migrations.__path__) if one.name.endswith("_leaving"))
    link = importlib.import_module(f"cases.migrations.{name}").link
    Placement.objects.update(leaving=None)
    UnknownDestination.objects.update(reflection=None)
    link(apps, None)
    # two on one day: nobody knows which
    assert set(Placement.objects.values_list("leaving", flat=True)) == {None}
    UnknownDestination.objects.filter(pk=second.pk).delete()
    link(apps, None)
    assert set(Placement.objects.values_list("leaving", flat=True)) == {None}, "two stays ended on that day"
    assert UnknownDestination.objects.get().reflection.case == cast.case
    Placement.objects.filter(pk=stay.pk).delete()
    link(apps, None)
    assert Placement.objects.get(case=cast.case).leaving == first


# --- a household that has more than one place -------------------------------------------------------------------------


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


def beds(cast) -> dict[str, tuple]:
    """Of each place of the household whether somebody stays there, and by which leaving it ended."""
    rows = Placement.objects.filter(case=cast.case).select_related("place")
    return {row.place.name: (row.until_at is None, row.leaving) for row in rows}


def in_the_house(cast) -> tuple:
    """What the list for the night and the occupancy say of the house."""
    house = Shelter.objects.get(slug="huis")
    night = tonight.night(house, by=cast.caseworker)
    taken = {one.slug: one.taken for one in tonight.houses(cast.caseworker)}["huis"]
    (kind,) = occupancy.kinds([house], timezone.now())
    names = [[one.place.name for one in rows] for rows in (night.sleepers, night.left)]
    return *names, [one.name for one in night.free], taken, kind.total.taken


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


# --- at what time -----------------------------------------------------------------------------------------------------


def at(day: datetime.date, time: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.fromisoformat(time)))


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


def corrects(cast, row, day: datetime.date, **values) -> datetime.datetime:
    """When the first stay ended, after the correction."""
    values = {"left_on": day, "reported_by": "police", "back_on": None, **values}
    actions.change(row=row, values=values, version=None, by=cast.caseworker, why="Verkeerd begrepen")
    return Placement.objects.filter(case=cast.case).order_by("from_at")[0].until_at


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


@pytest.fixture
def left_at_ten(running, client_of):
    """They left yesterday, and somebody said at what time."""
    cast, day = running, timezone.localdate() - DAY
    mark = actions.ends(cast.case, day, by=cast.caseworker).mark
    hidden = {**unseen(client_of("caseworker"), address(cast)), "shown": mark}
    given = {"day": said(day), "hidden": hidden}
    assert send(client_of("caseworker"), cast, time="10:00", **given).status_code == 302
    return cast, UnknownDestination.objects.get(case=cast.case), given


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


def test_gone_back_and_another_time_typed_for_the_end_of_a_stay_is_not_called_saved(running, client_of):
    cast, client = running, client_of("caseworker")
    stay, day = Placement.objects.get(case=cast.case), timezone.localdate() - DAY
    where = reverse("cases:shelter_end", args=[cast.case.reference, stay.pk])
    sent = {"day": said(day), "time": "10:00", "departure_reason": "own_home"}
    assert client.post(where, sent).status_code == 302
    page = client.post(where, {**sent, "time": "11:30"}, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "This stay has already ended, and what you sent now is not saved." in page
    assert Placement.objects.get(case=cast.case).until_at == at(day, "10:00")


def of_comensha(cast, *taken: str) -> None:
    """CoMensha takes these parts in the case, and no other."""
    cast.case.participation_set.filter(organisation=cast.comensha).delete()
    for part in taken:
        takes_part(cast.case, cast.comensha, part)


@pytest.mark.parametrize("taken", [("placement",), ("placement", "registration")])
def test_comensha_records_a_household_that_left_together(taken, together, client_of):
    cast, child, _partner = together
    of_comensha(cast, *taken)
    assert send(client_of("coordinator"), cast, who=["person", str(child.pk)]).status_code == 302
    assert not Placement.objects.filter(case=cast.case, member__in=[child], until_at=None).exists()
    assert not Placement.objects.filter(case=cast.case, member=None, until_at=None).exists()


def test_whoever_recorded_it_takes_it_back_though_their_part_ended_with_it(running, client_of):
    cast, client = running, client_of("coordinator")
    of_comensha(cast, "placement", "registration")
    assert send(client, cast).status_code == 302
    row = UnknownDestination.objects.get(case=cast.case)
    assert undo_address(cast, row) in client.get(reverse("cases:intake", args=[cast.case.reference])).content.decode()
    client.post(undo_address(cast, row))
    assert not UnknownDestination.objects.filter(pk=row.pk).exists()
    assert Placement.objects.get(case=cast.case).until_at is None


def test_taken_back_a_leaving_was_never_corrected_either(left, client_of):
    (cast, row), client, today = left, client_of("caseworker"), timezone.localdate()
    correction(client, cast, row, left_on=said(today - DAY), why_corrected="Gisteren al")
    assert DateCorrection.objects.filter(case=cast.case, became=today - DAY).count() == 3
    client.post(undo_address(cast, row))
    assert not DateCorrection.objects.filter(case=cast.case, became=today - DAY).exists()
    for room in ("intake", "shelter"):
        assert "Gisteren al" not in client.get(reverse(f"cases:{room}", args=[cast.case.reference])).content.decode()


def test_a_time_by_which_a_stay_moves_is_read_before_it_is_saved(left, client_of):
    (cast, row), client = left, client_of("caseworker")
    correction(client, cast, row, left_on=said(timezone.localdate() - DAY), why_corrected="Gisteren")
    stay = Placement.objects.get(case=cast.case)
    where = reverse("cases:unknown_destination_change", args=[cast.case.reference, row.pk])
    page = client.post(where, {**on_page(client.get(where)), "left_time": "06:15"})
    assert page.status_code == 200
    assert "End of the stay in a shelter" in page.content.decode()
    assert Placement.objects.get(pk=stay.pk).until_at == stay.until_at


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


def test_what_a_transfer_hid_stays_hidden_after_taking_back(cast):
    house = Shelter.objects.get(slug="huis")
    house.takes = ["women", "families"]
    house.save()
    case = new_case(cast.outsider)
    placed(cast, case, house)
    before = {"safety": timezone.now().isoformat()}
    case.participation_set.filter(part__in=["lead", "placement"]).update(hidden_before=before)
    mark = actions.ends(case, timezone.localdate(), by=cast.caseworker).mark
    given = {"case": case, "left_at": timezone.now(), "reported_by": "police", "shown": mark, "submission": None}
    row = actions.leave(**given, by=cast.caseworker)
    actions.take_back(case=case, pk=row.pk, by=cast.caseworker)
    assert [part.hidden_before for part in case.participation_set.now().filter(part="placement")] == [before]


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


def test_undo_is_not_offered_after_they_came_back(left, client_of):
    (cast, row), client = left, client_of("caseworker")
    room = reverse("cases:shelter", args=[cast.case.reference])
    assert undo_address(cast, row) in client.get(room).content.decode()
    actions.come_back(row=row, back_on=timezone.localdate(), version=None, by=cast.caseworker)
    assert undo_address(cast, row) not in client.get(room).content.decode()


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
