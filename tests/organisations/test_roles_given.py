"""A role that opens cases waits for the team lead; roles change and end, accounts close, at the next request."""

import re
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as cases
from cases.models import Case
from organisations.actions import accounts
from organisations.actions.base import Refused
from organisations.models import AuditEvent, Membership, User
from organisations.permissions import Permission as P
from organisations.roles import Role
from tests.cast import PASSWORD, person

ROOT = Path(__file__).resolve().parents[2]


def again(user: User) -> User:
    return User.objects.get(pk=user.pk)


# --- what is not confirmed opens nothing


def test_an_unconfirmed_role_opens_nothing_anywhere(cast):
    cast.colleague.memberships.update(confirmed_at=None)
    colleague = again(cast.colleague)
    assert colleague.active_memberships == []
    assert colleague.abilities == frozenset()
    assert [p for p in P if Case.objects.where_may(colleague, p).exists()] == []
    assert Case.objects.abilities_on(cast.case, colleague) == frozenset()
    assert list(cases.assignable(cast.case).values_list("email", flat=True)) == [
        "care-coordinator@example.test", "caseworker@example.test", "coordinator@example.test", "teamlead@example.test",
    ]  # fmt: skip
    with pytest.raises(Refused):
        cases.assign(case=cast.case, user=colleague, by=cast.teamlead)
    client = Client()
    client.force_login(colleague)
    pages = [reverse("cases:case_list"), reverse("cases:case", args=[cast.case.reference]), reverse("cases:case_add")]
    assert [client.get(page).status_code for page in pages] == [403, 403, 403]


def test_a_confirmed_role_beside_an_unconfirmed_one_lends_it_nothing(cast):
    """Caseworker, and team lead unconfirmed: the case is seen, and nothing of a team lead's."""
    Membership.objects.create(user=cast.colleague, organisation=cast.kade, role=Role.TEAM_LEAD)
    colleague = again(cast.colleague)
    assert Case.objects.where_may(colleague, P.CASE_SEE).count() == 1
    assert Case.objects.where_may(colleague, P.CASE_ASSIGN).count() == 0
    assert P.PLAN_APPROVE not in Case.objects.abilities_on(cast.case, colleague)


def test_an_unconfirmed_team_lead_confirms_nobody(cast):
    other = accounts.begin_membership(user=cast.outsider, organisation=cast.kade, role=Role.TEAM_LEAD, by=cast.admin)
    with pytest.raises(Refused):
        accounts.confirm_membership(membership=cast.rows["waiting"], by=again(cast.outsider))
    accounts.confirm_membership(membership=other, by=cast.teamlead)
    accounts.confirm_membership(membership=cast.rows["waiting"], by=again(cast.outsider))


def test_memberships_are_asked_for_in_one_way_only():
    """Whoever asks another table for somebody's memberships must ask whether they are confirmed: `in_force` does."""
    by_hand = re.compile(r"memberships__(until_at|from_at|confirmed_at)")
    asked = {
        str(path.relative_to(ROOT))
        for app in ("organisations", "cases", "returnsupport")
        for path in (ROOT / app).rglob("*.py")
        if by_hand.search(path.read_text())
    }
    assert asked == set()


# --- confirming and refusing


def test_only_another_team_lead_of_the_organisation_confirms(cast):
    waiting = cast.rows["waiting"]
    for who in ("admin", "caseworker", "privacy", "outsider", "care_coordinator"):
        for verb in (accounts.confirm_membership, accounts.refuse_membership):
            with pytest.raises(Refused):
                verb(membership=waiting, by=cast[who])
    own = Membership.objects.create(user=cast.teamlead, organisation=cast.kade, role=Role.CARE_COORDINATOR)
    with pytest.raises(Refused):
        accounts.confirm_membership(membership=own, by=cast.teamlead)
    elsewhere = person("lead-of-oever", (cast.oever, Role.TEAM_LEAD))
    with pytest.raises(Refused):
        accounts.confirm_membership(membership=waiting, by=elsewhere)
    accounts.confirm_membership(membership=waiting, by=cast.teamlead)
    with pytest.raises(Refused):
        accounts.confirm_membership(membership=waiting, by=cast.teamlead)
    assert AuditEvent.objects.filter(verb="membership_confirmed").count() == 1


def test_the_database_refuses_who_confirms_their_own(cast):
    for confirmed in ({"confirmed_by": cast.teamlead, "confirmed_at": timezone.now()}, {"confirmed_by": cast.admin}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Membership.objects.create(
                user=cast.teamlead, organisation=cast.kade, role=Role.CARE_COORDINATOR, **confirmed
            )


def test_a_refused_role_never_opened_anything(cast, client_of):
    waiting = cast.rows["waiting"]
    client_of("teamlead").post(reverse("organisations:members_refuse", args=[waiting.pk]))
    row = Membership.objects.get(pk=waiting.pk)
    assert (row.confirmed_at, row.ended_by) == (None, cast.teamlead)
    with pytest.raises(Refused):
        accounts.confirm_membership(membership=waiting, by=cast.teamlead)
    newcomer = Client()
    newcomer.force_login(again(row.user))
    assert newcomer.get(reverse("cases:case_list")).status_code == 403


def test_nobody_gives_themselves_anything(cast):
    for who, where, role in (
        ("admin", cast.comensha, Role.DIRECTORY_EDITOR),
        ("admin", cast.kade, Role.CASEWORKER),
        ("teamlead", cast.kade, Role.PRIVACY_OFFICER),
        ("caseworker", cast.kade, Role.TEAM_LEAD),
    ):
        with pytest.raises(Refused):
            accounts.begin_membership(user=cast[who], organisation=where, role=role, by=cast[who])
    with pytest.raises(Refused):
        accounts.change_role(membership=cast.teamlead.memberships.get(), role=Role.PRIVACY_OFFICER, by=cast.teamlead)
    for who in ("caseworker", "privacy", "directory", "coordinator", "outsider"):
        with pytest.raises(Refused):
            accounts.begin_membership(user=cast.former, organisation=cast.kade, role=Role.CASEWORKER, by=cast[who])


# --- another role


def test_another_role_ends_one_and_begins_the_other(cast, client_of):
    address = reverse("organisations:members_change", args=[cast.rows["membership"].pk])
    colleague = client_of("colleague")
    assert colleague.get(reverse("cases:case_list")).status_code == 200
    assert client_of("teamlead").post(address, {"role": "privacy_officer"}).status_code == 302
    assert colleague.get(reverse("cases:case_list")).status_code == 403
    roles = cast.colleague.memberships.order_by("from_at")
    assert [(m.role, m.until_at is None, m.ended_by) for m in roles] == [
        ("caseworker", False, cast.teamlead), ("privacy_officer", True, None),
    ]  # fmt: skip
    client_of("teamlead").post(reverse("organisations:members_change", args=[roles.last().pk]), {"role": "caseworker"})
    assert colleague.get(reverse("cases:case_list")).status_code == 200


def test_the_administrator_changes_no_role_into_one_that_opens_cases(cast):
    """Of their own organisation they may change roles; what opens cases still waits."""
    changed = accounts.change_role(
        membership=cast.directory.memberships.get(), role=Role.COMENSHA_COORDINATOR, by=cast.admin
    )
    assert (changed.waits, again(cast.directory).active_memberships) == (True, [])


def test_only_comensha_has_comensha_coordinators(cast):
    with pytest.raises(Refused):
        accounts.begin_membership(
            user=cast.former, organisation=cast.kade, role=Role.COMENSHA_COORDINATOR, by=cast.teamlead
        )


# --- closing and reopening an account


def test_a_closed_account_has_no_session_and_no_way_in(cast, client_of):
    worker, signed_in = client_of("colleague"), Client()
    login = {"login": "colleague@example.test", "password": PASSWORD}
    assert signed_in.post("/login/", login).status_code == 302
    keys = [worker.session.session_key, signed_in.session.session_key]
    assert Session.objects.filter(session_key__in=keys).count() == 2
    assert client_of("admin").post(reverse("organisations:members_close", args=[cast.colleague.pk])).status_code == 302
    assert Session.objects.filter(session_key__in=keys).count() == 0
    assert [c.get(reverse("cases:case_list")).status_code for c in (worker, signed_in)] == [302, 302]
    assert Client().post("/login/", login)["Location"] == "/inactive/"
    # others stay where they are
    assert client_of("caseworker").get(reverse("cases:case_list")).status_code == 200
    assert list(AuditEvent.objects.filter(verb="account_closed").values_list("actor_name", "organisation_name")) == [
        ("Admin", "Kade")
    ]


def test_a_reopened_account_waits_for_the_team_lead_where_cases_are(cast, client_of):
    Membership.objects.create(
        user=cast.colleague, organisation=cast.kade, role=Role.PRIVACY_OFFICER, confirmed_at=timezone.now()
    )
    for verb in ("members_close", "members_reopen"):
        client_of("admin").post(reverse(f"organisations:{verb}", args=[cast.colleague.pk]))
    assert [m.role for m in again(cast.colleague).active_memberships] == ["privacy_officer"]
    client = Client()
    assert client.post("/login/", {"login": "colleague@example.test", "password": PASSWORD})["Location"] == "/"
    assert client.get(reverse("cases:case_list")).status_code == 403
    client_of("teamlead").post(reverse("organisations:members_confirm", args=[cast.rows["membership"].pk]))
    assert client.get(reverse("cases:case_list")).status_code == 200


def test_nobody_closes_or_reopens_their_own_account(cast, client_of):
    for verb in (accounts.close, accounts.reopen):
        with pytest.raises(Refused):
            verb(user=cast.admin, by=cast.admin)
        for who in ("teamlead", "privacy", "directory"):
            with pytest.raises(Refused):
                verb(user=cast.colleague, by=cast[who])
    client_of("admin").post(reverse("organisations:members_close", args=[cast.admin.pk]))
    assert again(cast.admin).is_active


def test_the_administrator_sees_the_members_of_every_organisation_and_a_team_lead_of_one(cast, client_of):
    listing = reverse("organisations:members_list")
    seen = {
        (who, where): set(
            re.findall(r"(\w[\w-]*)@example", client_of(who).get(f"{listing}?organisation={where}").content.decode())
        )
        for who in ("teamlead", "admin")
        for where in ("kade", "oever", "comensha")
    }
    kade = {"caseworker", "colleague", "teamlead", "privacy", "moonlighter", "newcomer", "closed", "invited"}
    assert seen == {
        ("teamlead", "kade"): kade,
        ("teamlead", "oever"): kade,
        ("teamlead", "comensha"): kade,
        ("admin", "kade"): kade,
        ("admin", "oever"): {"outsider", "moonlighter", "oever-lead"},
        ("admin", "comensha"): {"coordinator", "directory", "admin"},
    }


def test_keeping_the_directory_besides_leading_a_team_opens_no_record_of_a_tenant(cast):
    """The record of an organisation that works here is the administrator's, whatever other roles come together."""
    from organisations.actions.organisation import may_change

    Membership.objects.create(
        user=cast.teamlead, organisation=cast.kade, role=Role.DIRECTORY_EDITOR, confirmed_at=timezone.now()
    )
    assert {who: may_change(cast.oever, by=again(cast[who])) for who in ("teamlead", "directory", "admin")} == {
        "teamlead": False, "directory": False, "admin": True,
    }  # fmt: skip
