"""Who sees which case: role ∩ part ∩ (not restricted or assigned), told again by hand."""

import pytest
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as actions
from cases.actions import task
from cases.models import Case, Participation, Task
from cases.rules.access import Part
from cases.rules.tasks import KINDS, Cause
from organisations.actions.base import Refused
from organisations.models import Membership
from organisations.permissions import Permission as P
from organisations.roles import Role
from tests.cast import DAY, new_case, person, takes_part

PEOPLE = (
    "caseworker", "colleague", "teamlead", "care_coordinator", "coordinator", "directory", "admin", "privacy",
    "outsider", "former", "moonlighter",
)  # fmt: skip


def who_may(cast, permission) -> set[str]:
    return {name for name in PEOPLE if Case.objects.where_may(cast[name], permission).filter(pk=cast.case.pk).exists()}


@pytest.mark.parametrize(
    ("permission", "expected"),
    [
        (P.CASE_SEE, {"caseworker", "colleague", "teamlead", "care_coordinator", "coordinator"}),
        (P.IDENTITY_WRITE, {"caseworker", "colleague", "teamlead", "care_coordinator", "coordinator"}),
        (P.REGISTRATION_WRITE, {"caseworker", "colleague", "teamlead", "care_coordinator", "coordinator"}),
        (P.SHELTER_WRITE, {"caseworker", "colleague", "teamlead", "care_coordinator"}),
        (P.SAFETY_READ, {"caseworker", "colleague", "teamlead", "care_coordinator"}),
        (P.UNSAFE_REGIONS_READ, {"caseworker", "colleague", "teamlead", "care_coordinator"}),
        (P.SUPPORT_WRITE, {"caseworker", "colleague", "teamlead", "care_coordinator"}),
        (P.NOTES_READ, {"caseworker", "colleague", "teamlead"}),
        (P.RETURN_READ, {"caseworker", "colleague", "teamlead", "care_coordinator"}),
        (P.RETURN_WRITE, {"caseworker", "colleague", "teamlead"}),
        (P.STAGE_MOVE, {"caseworker", "colleague", "teamlead"}),
        (P.STAGE_OVERRIDE, {"teamlead"}),
        (P.PLAN_APPROVE, {"teamlead"}),
        (P.RISK_DECIDE, {"teamlead"}),
        (P.CASE_ASSIGN, {"teamlead"}),
        (P.CASE_RESTRICT, {"teamlead"}),
        (P.CASE_SHARE, {"teamlead"}),
        (P.CASE_TRANSFER, {"teamlead"}),
        (P.CONSENT_OVERRIDE, {"teamlead"}),
        (P.CASES_EXPORT, {"teamlead"}),
    ],
)
def test_who_may_what_on_the_case(permission, expected, cast):
    assert who_may(cast, permission) == expected


def test_each_sees_exactly_their_own_cases(cast):
    seen = {name: Case.objects.where_may(cast[name], P.CASE_SEE).count() for name in PEOPLE}
    assert seen == {
        "caseworker": 1, "colleague": 1, "teamlead": 1, "care_coordinator": 1,
        # CoMensha looks for a place for the case of Elders
        "coordinator": 2, "directory": 0, "admin": 0, "privacy": 0,
        # the moonlighter works at Oever too: both of Oever's cases, none of Kade's
        "outsider": 2, "former": 1, "moonlighter": 2,
    }  # fmt: skip


def test_the_page_shows_what_the_rule_allows(cast):
    """`abilities_on` tells the rule for all permissions at once; it must never say more or less than `where_may`."""
    takes_part(cast.case, cast.oever, Part.PLACEMENT)
    for case in Case.objects.all():
        for name in PEOPLE:
            one_by_one = {p for p in P if Case.objects.where_may(cast[name], p).filter(pk=case.pk).exists()}
            assert Case.objects.abilities_on(case, cast[name]) == one_by_one, (name, case)


@pytest.mark.parametrize("restricted", [False, True], ids=["open", "restricted"])
def test_the_door_and_the_tasks_go_by_the_same_rule(cast, restricted):
    """Both ask it in another way than the list does: the door in SQL put together before, tasks from their own table."""
    takes_part(cast.case, cast.oever, Part.PLACEMENT)
    erased = new_case(cast.outsider, working_name="Elders (demo)")
    Case.objects.filter(pk=erased.pk).update(erased_at=timezone.now(), stage="closed", closing_reason="settled")
    Case.objects.filter(pk=cast.case.pk).update(restricted=restricted)
    # one task of each kind on each case, read or not
    Task.objects.all().delete()
    for case in Case.objects.all():
        for cause in Cause:
            Task.objects.create(case=case, cause=cause, title="x", due_on=timezone.localdate(), created_by=cast.admin)
    for name in PEOPLE:
        seen = {}
        for permission in {kind.reading for kind in KINDS.values()}:
            seen[permission] = set(Case.objects.where_may(cast[name], permission).values_list("pk", flat=True))
            opened = [
                Case.objects.at_the_door(reference, cast[name], permission)
                for reference in Case.objects.values_list("reference", flat=True)
            ]
            assert {case.pk for case in opened if case is not None} == seen[permission], (name, permission)
        wanted = {task.pk for task in Task.objects.all() if task.case_id in seen[KINDS[Cause(task.cause)].reading]}
        assert {task.pk for task in Task.objects.where_may(cast[name])} == wanted, name
    assert Task.objects.where_may(cast.outsider).exists()
    assert Task.objects.where_may(cast.colleague).exists() is not restricted


def test_a_greater_role_elsewhere_opens_nothing_here(cast):
    """The classic hole: asked apart, "has the role somewhere" and "sees the case somehow" would both be true."""
    Membership.objects.create(
        user=cast.privacy, organisation=cast.oever, role=Role.TEAM_LEAD, confirmed_at=timezone.now()
    )
    takes_part(cast.case, cast.oever, Part.PLACEMENT)
    moonlighting = type(cast.privacy).objects.get(pk=cast.privacy.pk)
    assert P.NOTES_READ in moonlighting.abilities
    assert Case.objects.abilities_on(cast.case, moonlighting) == {
        P.CASE_SEE, P.CASE_SEARCH, P.IDENTITY_READ, P.REGISTRATION_READ, P.SHELTER_READ, P.SHELTER_WRITE, P.UNSAFE_REGIONS_READ,
    }  # fmt: skip


def test_the_placement_part_reads_who_it_is_and_where_it_is_unsafe(cast):
    Participation.objects.filter(case=cast.case, organisation=cast.comensha).update(part=Part.PLACEMENT)
    assert Case.objects.abilities_on(cast.case, cast.coordinator) == {
        P.CASE_SEE, P.CASE_SEARCH, P.IDENTITY_READ, P.REGISTRATION_READ, P.SHELTER_READ, P.SHELTER_WRITE, P.UNSAFE_REGIONS_READ,
    }  # fmt: skip


def test_what_has_ended_opens_nothing(cast):
    Participation.objects.filter(case=cast.case, organisation=cast.kade).update(until_at=timezone.now())
    assert who_may(cast, P.CASE_SEE) == {"care_coordinator", "coordinator"}


def test_an_ended_or_future_membership_opens_nothing(cast):
    cast.colleague.memberships.update(until_at=timezone.now())
    cast.teamlead.memberships.update(from_at=timezone.now() + DAY)
    for one in (cast.colleague, cast.teamlead):
        one.forget_roles()  # as at the next request
    assert who_may(cast, P.CASE_SEE) == {"caseworker", "care_coordinator", "coordinator"}


def test_a_verb_goes_by_the_roles_of_its_moment(cast):
    """Whoever read the page a moment ago and lost the role since writes nothing."""
    assert who_may(cast, P.CASE_SEE) >= {"colleague"}
    cast.colleague.memberships.update(until_at=timezone.now())
    with pytest.raises(Refused):
        task.add(
            case=cast.case, title="x", due_on=timezone.localdate(), for_user=None, submission=None, by=cast.colleague
        )


def test_a_closed_account_sees_nothing(cast):
    cast.caseworker.is_active = False
    assert who_may(cast, P.CASE_SEE) == {"colleague", "teamlead", "care_coordinator", "coordinator"}


def test_a_restricted_case_is_for_the_assigned_alone(cast):
    actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    assert who_may(cast, P.CASE_SEE) == {"caseworker", "teamlead"}
    actions.unassign(assignment=cast.case.assignment_set.get(user=cast.caseworker), by=cast.teamlead)
    assert who_may(cast, P.CASE_SEE) == {"teamlead"}


def test_an_assignment_alone_opens_nothing(cast):
    from cases.models import Assignment

    Assignment.objects.create(case=cast.case, user=cast.outsider, created_by=cast.teamlead)
    actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    assert who_may(cast, P.CASE_SEE) == {"caseworker", "teamlead"}


def test_coordination_moves_the_stage_only_while_nobody_leads(cast):
    own = new_case(cast.care_coordinator)
    assert P.STAGE_MOVE in Case.objects.abilities_on(own, cast.care_coordinator)
    takes_part(own, cast.kade, Part.LEAD)
    assert P.STAGE_MOVE not in Case.objects.abilities_on(own, cast.care_coordinator)


def test_a_team_lead_reassigns_a_restricted_case_without_seeing_it(cast, client_of):
    actions.assign(case=cast.case, user=cast.colleague, by=cast.teamlead)
    actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    # the team lead is the last, ends their own assignment while the caseworker is still there, and then they leave
    for login in ("colleague", "teamlead"):
        actions.unassign(assignment=cast.case.assignment_set.get(user=cast[login]), by=cast.teamlead)
    cast.caseworker.memberships.update(until_at=timezone.now())
    client, case = client_of("teamlead"), cast.case.reference
    assert client.get(reverse("cases:case", args=[case])).status_code == 404
    page = client.get(reverse("cases:case_restricted")).content.decode()
    assert (case in page, "Caseworker" in page, "Vogel" in page) == (True, True, False)
    address = reverse("cases:case_reassign", args=[case])
    assert client.post(address, {"user": str(cast.outsider.pk)}).status_code == 200
    assert client.post(address, {"user": str(cast.colleague.pk)}).status_code == 302
    assert client_of("colleague").get(reverse("cases:case", args=[case])).status_code == 200
    assert client.get(reverse("cases:case", args=[case])).status_code == 404


def test_a_restricted_case_is_reassigned_by_its_own_lead_alone(cast):
    actions.restrict(case=cast.case, restricted=True, version=None, by=cast.teamlead)
    elsewhere = person("elders-lead", (cast.oever, Role.TEAM_LEAD))
    takes_part(cast.case, cast.oever, Part.SUPPORT)
    for who in (elsewhere, cast.colleague, cast.coordinator):
        assert list(Case.objects.restricted_led_by(who)) == []
        with pytest.raises(Refused):
            actions.reassign(case=cast.case, user=cast.colleague, by=who)
