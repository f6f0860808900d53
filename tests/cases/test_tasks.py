"""Tasks follow the facts; a person's day, a team's, and what closing does with what is open."""

import datetime
import re
import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from cases import tasks as days
from cases.actions import case as case_actions
from cases.actions import conversation, journey, refresh, return_plan, return_risk, safety, stage, task
from cases.models import Case, Task
from cases.rules.access import Part
from cases.rules.tasks import Urgency, urgency
from organisations.actions.base import Refused
from organisations.models import AuditEvent
from tests.cast import DAY, new_case, takes_part, unseen


def open_causes(case) -> list[str]:
    return sorted(case.task_set.open().values_list("cause", flat=True))


def audited(case: Case, verb: str) -> int:
    return AuditEvent.objects.filter(verb=verb, case_id=case.pk).count()


def test_a_new_case_asks_for_a_decision_and_for_safety(cast):
    case = new_case(cast.caseworker)
    today = timezone.localdate()
    assert list(case.task_set.values_list("cause", "due_on")) == [
        ("safety", today + DAY), ("registration", today + 3 * DAY),
    ]  # fmt: skip


def test_a_task_goes_when_its_cause_is_gone(cast):
    case = new_case(cast.caseworker, notifier="")
    assert open_causes(case) == ["safety"]
    values = {
        "assessed_on": timezone.localdate(),
        "danger": "none",
        "threats": None,
        "measures": None,
        "unsafe_regions": [],
    }
    safety.assess(case=case, values=values, submission=None, by=cast.caseworker)
    assert open_causes(case) == []


def test_every_action_refreshes_and_makes_no_second_row(cast):
    assert open_causes(cast.case) == ["follow_up", "manual", "plan", "risk"]
    for _ in range(2):
        refresh.tasks(cast.case, by=cast.caseworker)
    assert open_causes(cast.case) == ["follow_up", "manual", "plan", "risk"]
    return_plan.approve(plan=cast.rows["plan"], version=None, by=cast.teamlead)
    assert open_causes(cast.case) == ["follow_up", "manual", "risk"]


def test_the_database_keeps_one_row_a_cause(cast):
    case = new_case(cast.caseworker)
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.create(case=case, cause="safety", due_on=timezone.localdate(), created_by=cast.caseworker)


def test_a_lapsed_task_stays_so_until_its_day_changes(cast):
    case = new_case(cast.caseworker, notifier="")
    case = stage.move(case=case, to="recovery", reason="x", past=["safety", "residence"], by=cast.teamlead)
    talk = case.task_set.get(cause="conversation")
    task.let_lapse(task=talk, reason="Zij wil nu rust.", by=cast.caseworker)
    refresh.tasks(case, by=cast.caseworker)
    assert "conversation" not in open_causes(case)
    tomorrow = timezone.localdate() - 2 * DAY
    conversation.record(
        case=case, values={"held_on": tomorrow, "outcome": "declined"}, submission=None, by=cast.caseworker
    )
    assert "conversation" not in open_causes(case), "an older conversation changes no day"
    talk.refresh_from_db()
    talk.due_on -= DAY
    talk.save()
    refresh.tasks(case, by=cast.caseworker)
    talk.refresh_from_db()
    assert (talk.is_open, talk.lapse_reason) == (True, None)


def test_a_task_by_hand_is_added_once_changed_finished_and_opened_again(cast):
    row = cast.rows["task"]
    task.change(
        task=row,
        title="De school mailen",
        due_on=timezone.localdate() + DAY,
        for_user=cast.colleague,
        version=None,
        by=cast.caseworker,
    )
    task.finish(task=row, by=cast.colleague)
    row.refresh_from_db()
    assert (row.title, row.for_user, row.done_by) == ("De school mailen", cast.colleague, cast.colleague)
    with pytest.raises(Refused):
        task.finish(task=row, by=cast.colleague)
    task.reopen(task=row, by=cast.caseworker)
    row.refresh_from_db()
    assert row.is_open
    assert [audited(cast.case, f"task_{deed}") for deed in ("added", "changed", "done", "reopened")] == [1, 1, 1, 1]


def test_what_the_facts_ask_is_not_finished_by_hand(cast):
    with pytest.raises(Refused):
        task.finish(task=cast.case.task_set.get(cause="plan"), by=cast.teamlead)


def test_a_task_is_for_somebody_who_works_on_the_case(cast):
    with pytest.raises(Refused):
        task.add(
            case=cast.case,
            title="x",
            due_on=timezone.localdate(),
            for_user=cast.outsider,
            submission=None,
            by=cast.caseworker,
        )


def test_a_case_closes_with_one_reason_for_all_its_open_tasks(cast):
    with pytest.raises(Refused):
        stage.move(case=cast.case, to="closed", closing_reason="settled", reason="", by=cast.caseworker)
    stage.move(
        case=cast.case,
        to="closed",
        closing_reason="settled",
        lapse_reason="Zij woont zelf.",
        reason="",
        by=cast.caseworker,
    )
    assert open_causes(cast.case) == []
    assert {t.lapse_reason for t in cast.case.task_set.all()} == {"Zij woont zelf."}
    assert audited(cast.case, "task_lapsed") == 4
    with pytest.raises(Refused):
        task.reopen(task=cast.rows["task"], by=cast.caseworker)


def test_the_page_asks_for_that_reason_and_closes(cast, client_of):
    client, address = client_of("caseworker"), reverse("cases:stage_move", args=[cast.case.reference, "closed"])
    refused = client.post(address, {"closing_reason": "settled"}, HTTP_ACCEPT_LANGUAGE="en")
    assert refused.status_code == 200
    assert "Why need the open tasks not be done any more?" in refused.content.decode()
    sent = {**unseen(client, address), "closing_reason": "settled", "lapse_reason": "Klaar."}
    assert client.post(address, sent).status_code == 302
    assert Case.objects.get(pk=cast.case.pk).stage == "closed"


def test_after_no_more_contact_is_wanted_nothing_is_asked(cast):
    today = timezone.localdate()
    rows = journey.plan_follow_ups(case=cast.case, days=[today + 90 * DAY], by=cast.caseworker)
    assert open_causes(cast.case).count("follow_up") == 2
    journey.record_follow_up(
        follow_up=rows[0], values={"done_on": today, "outcome": "stopped"}, version=None, by=cast.caseworker
    )
    assert open_causes(cast.case).count("follow_up") == 0


def test_an_unsafe_answer_asks_until_a_better_one(cast):
    today = timezone.localdate()
    first, second = journey.plan_follow_ups(
        case=cast.case, days=[today + 90 * DAY, today + 120 * DAY], by=cast.caseworker
    )

    def answered(row, safe):
        journey.record_follow_up(
            follow_up=row,
            values={"done_on": today, "outcome": "reached", "safe": safe},
            version=None,
            by=cast.caseworker,
        )
        return "unsafe" in open_causes(cast.case)

    assert answered(first, "no") is True
    assert answered(first, "yes") is False
    assert answered(second, "no") is True


# --- my day ---------------------------------------------------------------------------------------------------


def mine(user) -> set[tuple[str, str]]:
    return {(t.case.reference, t.cause) for t in days.own(user).select_related("case")}


def test_my_day_holds_the_tasks_of_my_cases_and_those_written_for_me(cast):
    here = cast.case.reference
    assert mine(cast.caseworker) == {(here, "follow_up"), (here, "manual")}
    # on the team, not assigned
    assert mine(cast.colleague) == set()
    task.change(
        task=cast.rows["task"],
        title="x",
        due_on=timezone.localdate(),
        for_user=cast.colleague,
        version=None,
        by=cast.caseworker,
    )
    assert mine(cast.colleague) == {(here, "manual")}
    assert mine(cast.caseworker) == {(here, "follow_up")}


def test_a_second_decision_waits_for_those_who_may_take_it_and_never_for_an_author(cast):
    waits = {name: sorted(t.cause for t in days.second(cast[name])) for name in ("caseworker", "teamlead", "outsider")}
    assert waits == {"caseworker": [], "teamlead": ["plan", "risk"], "outsider": []}
    return_plan.change(plan=cast.rows["plan"], values={"city": "Lagos"}, travellers=[], version=None, by=cast.teamlead)
    assert sorted(t.cause for t in days.second(cast.teamlead)) == ["risk"]
    return_risk.change(risk=cast.rows["risk"], values={"impact": 4}, version=None, by=cast.teamlead)
    assert sorted(t.cause for t in days.second(cast.teamlead)) == []


def test_what_has_ended_is_on_nobodys_day(cast):
    takes_part(cast.case, cast.oever, Part.SUPPORT, until=timezone.now() - DAY)
    case_actions.assign(case=cast.case, user=cast.colleague, by=cast.teamlead)
    assert mine(cast.colleague) != set()
    cast.colleague.memberships.update(until_at=timezone.now())
    cast.colleague.forget_roles()  # as at the next request
    assert mine(cast.colleague) == set()


def test_a_part_without_the_room_hides_the_task(cast):
    """The care coordinator reads the return, not the notes."""
    causes = {"conversation": False, "follow_up": True}
    Task.objects.bulk_create(
        [Task(case=cast.case, cause="conversation", due_on=timezone.localdate(), created_by=cast.caseworker)]
    )
    seen = set(Task.objects.where_may(cast.care_coordinator).filter(case=cast.case).values_list("cause", flat=True))
    assert {cause: cause in seen for cause in causes} == causes


def test_a_task_of_a_room_one_does_not_read_is_neither_listed_nor_touched(cast, client_of):
    before = Task.objects.open().where_may(cast.care_coordinator).filter(case=cast.case).count()
    talk = Task.objects.create(
        case=cast.case, cause="conversation", due_on=timezone.localdate(), created_by=cast.caseworker
    )
    listed, answers, counted = {}, {}, {}
    # a verb reads the tasks off the facts again, so the one who may comes last
    for who in ("care_coordinator", "caseworker"):
        page = client_of(who).get(reverse("cases:tasks", args=[cast.case.reference]), HTTP_ACCEPT_LANGUAGE="en")
        listed[who] = "Talk about the future" in page.content.decode()
        counted[who] = int(re.search(r'/tasks/"[^>]*>Tasks <span class="count">(\d+) open', page.content.decode())[1])
        answers[who] = [
            client_of(who).post(reverse(f"cases:{name}", args=[cast.case.reference, talk.pk])).status_code
            for name in ("task_change", "task_lapse", "task_finish", "task_reopen")
        ]
    assert listed == {"caseworker": True, "care_coordinator": False}
    # the navigation tells no more than the list
    assert counted["caseworker"] > counted["care_coordinator"] == before
    assert answers == {"caseworker": [200, 200, 302, 302], "care_coordinator": [404, 404, 404, 404]}


@pytest.mark.parametrize("cause", ["manual", "reflection", "follow_up"])
@pytest.mark.parametrize("days_on", [-1, 0, 1, 7, 8, 21, 22])
def test_the_query_of_a_day_and_the_rule_for_one_task_agree(cause, days_on, cast):
    case, today = new_case(cast.caseworker), timezone.localdate()
    row = Task.objects.create(
        case=case, cause=cause, subject=case.pk, title="x", due_on=today + datetime.timedelta(days=days_on),
        created_by=cast.caseworker,
    )  # fmt: skip
    found = [u for u in Urgency if days.pressing(Task.objects.filter(pk=row.pk), u, today=today).exists()]
    assert found == [urgency(cause, row.due_on, today)]


def test_my_day_asks_as_often_for_two_hundred_cases_as_for_one(cast, client_of):
    client, counted = client_of("colleague"), []
    for many in (1, 200):
        for _ in range(many):
            new_case(cast.colleague, danger_now=True)
        Task.objects.filter(case__created_by=cast.colleague).update(due_on=timezone.localdate())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("cases:my_day")).status_code == 200
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_team_lead_sees_what_is_overdue_for_long_and_how_much_is_whose(cast):
    today = timezone.localdate()
    Task.objects.filter(pk=cast.rows["task"].pk).update(due_on=today - 3 * DAY)
    assert [t.pk for t in days.escalated(cast.teamlead, today=today)] == [cast.rows["task"].pk]
    assert list(days.escalated(cast.teamlead, today=today - DAY)) == []
    assert list(days.escalated(cast.outsider, today=today)) == []
    people = {p["name"]: (p["overdue"], p["all"]) for p in days.team_day(cast.teamlead, today=today)["people"]}
    assert people == {"Caseworker": (1, 2), "Colleague": (0, 0), "Teamlead": (0, 0)}


def test_the_team_lead_sets_after_how_many_days(cast, client_of):
    assert client_of("teamlead").post(reverse("cases:team_day"), {"escalation_days": "7"}).status_code == 302
    cast.kade.refresh_from_db()
    assert cast.kade.escalation_days == 7


@pytest.mark.django_db(transaction=True)
def test_two_refreshes_at_once_make_one_row():
    from organisations import sealing
    from tests.cast import assemble

    with sealing.fresh_keys():
        cast = assemble()
        case = new_case(cast.caseworker)
        case.task_set.all().delete()
    start = threading.Barrier(4)

    def again():
        with sealing.fresh_keys():
            start.wait()
            refresh.tasks(case, by=cast.caseworker)
        connection.close()

    threads = [threading.Thread(target=again) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert open_causes(case) == ["registration", "safety"]
