"""What was ended by a slip of the hand is taken back within ten minutes, and nobody gets more than they had."""

import datetime
import threading

import pytest
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as case_actions
from cases.actions import shelter
from cases.models import Assignment, Case, Participation, Placement
from organisations import sealing
from organisations.actions.base import Refused
from organisations.models import AuditEvent, Place
from organisations.roles import Role
from tests.cast import assemble, new_case, person

MINUTES = datetime.timedelta(minutes=1)


def ended_stay(cast, *, by=None) -> Placement:
    stay = cast.rows["stay"]
    return shelter.end(placement=stay, until_at=timezone.now(), departure_reason="own_home", by=by or cast.caseworker)


def ended_assignment(cast, *, by=None) -> Assignment:
    assignment = cast.rows["assignment"]
    case_actions.unassign(assignment=assignment, by=by or cast.teamlead)
    return assignment


def later(row, minutes: float) -> None:
    """Its end was recorded so many minutes ago."""
    type(row).objects.filter(pk=row.pk).update(ended_at=timezone.now() - minutes * MINUTES)


def undo_stay(cast, *, by=None) -> Placement:
    return shelter.undo_end(placement=cast.rows["stay"], by=by or cast.caseworker)


def undo_assignment(cast, *, by=None) -> Assignment:
    return case_actions.undo_unassign(assignment=cast.rows["assignment"], by=by or cast.teamlead)


def verbs(cast) -> list[str]:
    return list(AuditEvent.objects.filter(case_id=cast.case.pk).order_by("at").values_list("verb", flat=True))


# --- a stay ----------------------------------------------------------------------------------------------------------


def test_the_same_stay_goes_on(cast):
    before = Placement.objects.values().get(pk=cast.rows["stay"].pk)
    ended = ended_stay(cast)
    assert (ended.ended_by, ended.can_be_undone) == (cast.caseworker, True)
    undo_stay(cast)
    after = Placement.objects.values().get(pk=cast.rows["stay"].pk)
    assert after == {**before, "version": before["version"] + 2}
    assert verbs(cast)[-2:] == ["placement_ended", "placement_end_undone"]


def test_pressed_twice_it_is_done_once(cast):
    ended_stay(cast)
    undo_stay(cast)
    undo_stay(cast)
    assert verbs(cast).count("placement_end_undone") == 1


@pytest.mark.parametrize(("minutes", "done"), [(9.9, True), (10.1, False), (60 * 24, False)])
def test_for_ten_minutes_after_its_end_was_recorded(minutes, done, cast):
    later(ended_stay(cast), minutes)
    if done:
        assert undo_stay(cast).until_at is None
    else:
        with pytest.raises(Refused, match="ten minutes"):
            undo_stay(cast)
    assert Placement.objects.get(pk=cast.rows["stay"].pk).can_be_undone is False


def test_a_stay_that_ended_yesterday_and_is_recorded_now_can_be_taken_back(cast):
    Placement.objects.update(from_at=timezone.now() - datetime.timedelta(days=3))
    yesterday = timezone.now() - datetime.timedelta(days=1)
    shelter.end(placement=cast.rows["stay"], until_at=yesterday, departure_reason="mob", by=cast.caseworker)
    assert undo_stay(cast).until_at is None


def test_what_ended_before_it_was_written_down_who_ended_it_stays_ended(cast):
    Placement.objects.update(until_at=timezone.now(), departure_reason="mob")
    with pytest.raises(Refused):
        undo_stay(cast)


def test_a_place_taken_meanwhile_is_not_taken_back(cast):
    stay = ended_stay(cast)
    other = new_case(cast.caseworker)
    given = {"place": stay.place, "from_at": timezone.now(), "expected_until": None, "submission": None}
    shelter.place(case=other, by=cast.caseworker, **given)
    with pytest.raises(Refused, match="Somebody else has this place"):
        undo_stay(cast)
    assert Placement.objects.get(pk=stay.pk).departure_reason == "own_home"


def test_a_person_placed_elsewhere_meanwhile_stays_there(cast):
    ended_stay(cast)
    free = Place.objects.order_by("name").last()
    given = {"place": free, "from_at": timezone.now(), "expected_until": None, "submission": None}
    shelter.place(case=cast.case, by=cast.caseworker, **given)
    with pytest.raises(Refused, match="another stay"):
        undo_stay(cast)


def test_a_place_of_an_organisation_that_left_the_case_is_not_taken_back(cast):
    ended_stay(cast)
    Participation.objects.filter(case=cast.case, organisation=cast.kade).update(until_at=timezone.now())
    with pytest.raises(Refused, match="not of an organisation that takes part"):
        undo_stay(cast, by=cast.care_coordinator)


@pytest.mark.parametrize(
    ("who", "may"),
    [("caseworker", True), ("colleague", True), ("teamlead", True), ("care_coordinator", True), ("coordinator", False),
     ("outsider", False), ("former", False), ("moonlighter", False), ("directory", False), ("privacy", False)],
)  # fmt: skip
def test_whoever_may_end_a_stay_now_may_take_it_back(who, may, cast):
    ended_stay(cast)
    if may:
        assert undo_stay(cast, by=cast[who]).until_at is None
    else:
        with pytest.raises(Refused):
            undo_stay(cast, by=cast[who])


def test_nothing_is_taken_back_in_an_erased_case(cast):
    ended_stay(cast)
    Case.objects.filter(pk=cast.case.pk).update(erased_at=timezone.now())
    with pytest.raises(Refused):
        undo_stay(cast)


def test_the_button_stands_with_what_is_said_and_in_the_room_for_ten_minutes(cast, client_of):
    client, room = client_of("colleague"), reverse("cases:shelter", args=[cast.case.reference])
    stay = cast.rows["stay"]
    end = reverse("cases:shelter_end", args=[cast.case.reference, stay.pk])
    undo = reverse("cases:shelter_end_undo", args=[cast.case.reference, stay.pk])
    sent = {"day": f"{timezone.localdate():%d-%m-%Y}", "departure_reason": "own_home"}
    page = client.post(end, sent, follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert ("The stay has ended." in page, page.count(f'action="{undo}"')) == (True, 2)
    assert client.get(room).content.decode().count(f'action="{undo}"') == 1
    later(stay, 11)
    assert client.get(room).content.decode().count(f'action="{undo}"') == 0
    page = client.post(undo, follow=True, HTTP_ACCEPT_LANGUAGE="en").content.decode()
    assert "ended more than ten minutes ago" in page
    later(stay, 1)
    page = client.post(undo, follow=True, HTTP_ACCEPT_LANGUAGE="nl").content.decode()
    assert ("Het verblijf gaat door." in page, "Ongedaan maken" in page) == (True, False)
    assert Placement.objects.get(pk=stay.pk).until_at is None


@pytest.mark.django_db(transaction=True)
def test_the_place_goes_either_back_or_to_somebody_else():
    with sealing.fresh_keys():
        cast = assemble()
        stay = ended_stay(cast)
        other = new_case(cast.caseworker)
    start, answers = threading.Barrier(2), []

    def attempt(verb):
        try:
            with sealing.fresh_keys():
                start.wait(10)
                verb()
                answers.append("done")
        except Refused:
            answers.append("refused")
        finally:
            connection.close()

    given = {"place": stay.place, "from_at": timezone.now(), "expected_until": None, "submission": None}
    threads = [
        threading.Thread(target=attempt, args=[lambda: undo_stay(cast)]),
        threading.Thread(target=attempt, args=[lambda: shelter.place(case=other, by=cast.caseworker, **given)]),
    ]
    _ = [thread.start() for thread in threads], [thread.join() for thread in threads]
    assert sorted(answers) == ["done", "refused"]
    assert Placement.objects.filter(place=stay.place, until_at=None).count() == 1


# --- an assignment ---------------------------------------------------------------------------------------------------


def test_the_same_assignment_goes_on(cast):
    before = Assignment.objects.values().get(pk=cast.rows["assignment"].pk)
    ended_assignment(cast)
    undo_assignment(cast)
    after = Assignment.objects.values().get(pk=cast.rows["assignment"].pk)
    assert after == {**before, "version": before["version"] + 1}
    assert verbs(cast)[-2:] == ["unassigned", "unassigned_undone"]


def test_after_ten_minutes_it_has_ended(cast):
    later(ended_assignment(cast), 10.1)
    with pytest.raises(Refused, match="ten minutes"):
        undo_assignment(cast)


@pytest.mark.parametrize("who", ["caseworker", "colleague", "care_coordinator", "outsider", "former", "privacy"])
def test_only_who_may_assign_takes_it_back(who, cast):
    ended_assignment(cast)
    with pytest.raises(Refused):
        undo_assignment(cast, by=cast[who])


def test_somebody_assigned_again_meanwhile_is_assigned_once(cast):
    ended_assignment(cast)
    case_actions.assign(case=cast.case, user=cast.caseworker, by=cast.teamlead)
    with pytest.raises(Refused, match="again already"):
        undo_assignment(cast)
    assert Assignment.objects.now().filter(case=cast.case, user=cast.caseworker).count() == 1


def test_who_works_there_no_more_is_not_assigned_again(cast):
    ended_assignment(cast)
    cast.caseworker.memberships.update(until_at=timezone.now())
    with pytest.raises(Refused, match="cannot work on the case"):
        undo_assignment(cast)
    assert not Assignment.objects.now().filter(case=cast.case).exists()


def test_a_case_restricted_after_the_end_stays_closed_to_them(cast):
    ended_assignment(cast)
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    with pytest.raises(Refused, match="restricted after"):
        undo_assignment(cast)
    assert not Case.objects.where_may(cast.caseworker, "case.see").filter(pk=cast.case.pk).exists()


def restricted_with_lead(cast) -> Assignment:
    """The team lead and the caseworker are on a restricted case; the team lead ends their own by mistake."""
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    cast.rows["assignment"] = cast.case.assignment_set.get(user=cast.teamlead)
    return cast.rows["assignment"]


def test_a_restricted_case_opens_again_for_whom_it_was_open(cast):
    case_actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    ended_assignment(cast)
    assert not Case.objects.where_may(cast.caseworker, "case.see").filter(pk=cast.case.pk).exists()
    undo_assignment(cast)
    assert Case.objects.where_may(cast.caseworker, "case.see").filter(pk=cast.case.pk).exists()
    assert not Case.objects.where_may(cast.colleague, "case.see").filter(pk=cast.case.pk).exists()


def test_who_ends_their_own_and_loses_sight_takes_it_back_where_they_land(cast, client_of):
    assignment, client = restricted_with_lead(cast), client_of("teamlead")
    reference = cast.case.reference
    page = client.post(
        reverse("cases:case_unassign", args=[reference, assignment.pk]), follow=True, HTTP_ACCEPT_LANGUAGE="en"
    )
    undo = reverse("cases:case_reassign_undo", args=[reference, assignment.pk])
    assert page.redirect_chain[-1][0] == reverse("cases:case_restricted")
    said = page.content.decode()
    assert (said.count(f'action="{undo}"'), "You ended the assignment of Teamlead." in said) == (2, True)
    assert client.get(reverse("cases:case", args=[reference])).status_code == 404
    page = client.post(undo, follow=True)
    assert page.redirect_chain[-1][0] == reverse("cases:case_access", args=[reference])
    assert client.get(reverse("cases:case", args=[reference])).status_code == 200


def test_another_team_lead_who_does_not_see_the_case_takes_nothing_back(cast):
    other = person("otherlead", (cast.kade, Role.TEAM_LEAD))
    restricted_with_lead(cast)
    ended_assignment(cast)
    with pytest.raises(Refused):
        undo_assignment(cast, by=other)


def test_who_lost_the_role_meanwhile_takes_nothing_back(cast, client_of):
    assignment, client = restricted_with_lead(cast), client_of("teamlead")
    ended_assignment(cast)
    cast.teamlead.memberships.update(until_at=timezone.now())
    undo = reverse("cases:case_reassign_undo", args=[cast.case.reference, assignment.pk])
    assert client.post(undo).status_code == 403
    assert Assignment.objects.get(pk=assignment.pk).until_at is not None


def test_the_button_stands_where_the_ended_assignment_stands(cast, client_of):
    client, access = client_of("teamlead"), reverse("cases:case_access", args=[cast.case.reference])
    assignment = ended_assignment(cast)
    undo = reverse("cases:case_unassign_undo", args=[cast.case.reference, assignment.pk])
    assert client.get(access).content.decode().count(f'action="{undo}"') == 1
    assert client_of("caseworker").get(access).content.decode().count(f'action="{undo}"') == 0
    assert client.post(undo, follow=True).redirect_chain[-1][0] == access
    assert Assignment.objects.get(pk=assignment.pk).until_at is None


def test_the_end_of_a_part_says_who_ended_it(cast):
    """What an action that takes it back needs (actions/undo.py)."""
    part = Participation.objects.get(case=cast.case, organisation=cast.midden)
    case_actions.end_participation(participation=part, by=cast.teamlead)
    part.refresh_from_db()
    assert (part.ended_by, part.can_be_undone) == (cast.teamlead, True)
