"""What a leaving ended is written down: it is taken back and corrected with it, and nothing else is."""

import datetime
import importlib
import pkgutil

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from cases import migrations
from cases.actions import shelter
from cases.actions import unknown_destination as actions
from cases.models import DateCorrection, Placement, ReflectionPeriod, UnknownDestination
from organisations.actions.base import Refused
from organisations.models import AuditEvent, Shelter
from organisations.rules.audit import Verb
from tests.cases.placement.test_staying import placed
from tests.cast import DAY, new_case

from .shared import RUNS, correction, of_comensha, said, send, state, undo_address


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


def test_undo_is_not_offered_after_they_came_back(left, client_of):
    (cast, row), client = left, client_of("caseworker")
    room = reverse("cases:shelter", args=[cast.case.reference])
    assert undo_address(cast, row) in client.get(room).content.decode()
    actions.come_back(row=row, back_on=timezone.localdate(), version=None, by=cast.caseworker)
    assert undo_address(cast, row) not in client.get(room).content.decode()
