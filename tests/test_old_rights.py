"""What was taken away is gone at the next request, however it was taken and whatever is still open on a screen."""

import random

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from cases.actions import case as cases
from cases.actions import consent, participation, transfer
from cases.actions.draft import purge
from cases.models import Case, Draft, Note
from cases.rules.access import Part
from cases.rules.consent import Purpose
from cases.rules.transfer import CHOSEN
from organisations.actions import accounts
from organisations.actions import invitation as invitations
from organisations.models import Invitation, Membership, User
from organisations.permissions import Permission
from organisations.roles import Role
from tests.cast import consented, new_case, takes_part, unseen

WORDS = "drie gewone woorden"


def new_colleague(number: int, cast) -> User:
    user = User.objects.create(email=f"collega{number}@example.test", name=f"Collega {number}")
    accounts.begin_membership(user=user, organisation=cast.kade, role=Role.CASEWORKER, by=cast.teamlead)
    return User.objects.get(pk=user.pk)


def ways_in(case, user: User) -> dict:
    """Every kind of thing that is open on the screen of a caseworker: pages, a form half typed, a search, an action."""
    at = [case.reference]
    return {
        "case": ("get", reverse("cases:case", args=at), None),
        "room": ("get", reverse("cases:notes", args=at), None),
        "history": ("get", reverse("cases:history", args=at), None),
        "draft": ("post", reverse("cases:notes", args=at), {"text": f"Nog van {user.name}"}),
        "form": ("post", reverse("cases:safety_assess", args=at), {"danger": "none", "assessed_on": "1-1-2026"}),
        "list": ("get", reverse("cases:case_list"), None),
        "search": ("post", reverse("cases:case_search"), {"search": case.reference}),
    }


def what_opens(client: Client, case, user: User, names: list[str]) -> set[str]:
    """Those of the ways that show the case or take something for it, tried in this order."""
    opened = set()
    for name in names:
        method, address, data = ways_in(case, user)[name]
        answer = getattr(client, method)(address, data or {})
        # a link to it: the search says back what was typed
        shows = answer.status_code == 200 and f"/cases/{case.reference}/" in answer.content.decode()
        takes = method == "post" and answer.status_code == 302 and not answer["Location"].startswith("/login/")
        if shows or takes:
            opened.add(name)
    return opened


def keeps(client: Client, typed: dict) -> bool:
    """Send what is typed, as the script of an open page does."""
    answer = client.post(reverse("cases:draft_keep"), typed)
    return answer.status_code == 200 and answer.json()["at"] != ""


# --- the ways in which rights end; each leaves something open at somebody's screen


def role_ended(cast, user, case, who):
    who("teamlead").post(reverse("organisations:members_end", args=[user.memberships.get().pk]))


def role_changed(cast, user, case, who):
    address = reverse("organisations:members_change", args=[user.memberships.get().pk])
    who("teamlead").post(address, {"role": "privacy_officer"})


def account_closed(cast, user, case, who):
    who("admin").post(reverse("organisations:members_close", args=[user.pk]))


def account_closed_and_reopened(cast, user, case, who):
    for verb in ("members_close", "members_reopen"):
        who("admin").post(reverse(f"organisations:{verb}", args=[user.pk]))


def confirmation_taken_back(cast, user, case, who):
    Membership.objects.filter(user=user).update(confirmed_at=None, confirmed_by=None)


def part_of_the_organisation_ended(cast, user, case, who):
    cases.end_participation(participation=case.participation_set.get(organisation=cast.kade), by=cast.teamlead)


def case_restricted_to_others(cast, user, case, who):
    cases.restrict(case=case, restricted=True, version=None, by=cast.teamlead)


def handed_over(cast, user, case, who):
    consented(case, Purpose.TRANSFER, cast.oever, by=cast.caseworker)
    offer = transfer.offer(
        case=case, organisation=cast.oever, rooms=list(CHOSEN), summary="x", submission=None, by=cast.teamlead
    )
    transfer.accept(transfer=offer, version=None, by=cast.rows["oever_lead"])


def consent_withdrawn(cast, user, case, who):
    """Oever leads by now and let Kade help, until the person no longer wanted that."""
    handed_over(cast, user, case, who)
    lead = cast.rows["oever_lead"]
    given = consented(case, Purpose.SHARING, cast.kade, by=lead)
    participation.let_take_part(case=case, organisation=cast.kade, part=Part.SUPPORT, by=lead)
    assert Case.objects.where_may(user, Permission.NOTES_READ).filter(pk=case.pk).exists()
    consent.withdraw(consent=given, on=timezone.localdate(), version=None, by=lead)


ENDINGS = [
    role_ended, role_changed, account_closed, account_closed_and_reopened, confirmation_taken_back,
    part_of_the_organisation_ended, case_restricted_to_others, handed_over, consent_withdrawn,
]  # fmt: skip


@pytest.mark.parametrize("times", [30, pytest.param(100, marks=pytest.mark.soak)])
def test_no_ending_leaves_a_right_at_the_next_request(times, cast, client_of):
    rng = random.Random(2026)
    left, begun, done, drafts = {}, set(), set(), set()
    for number in range(times):
        user, case = new_colleague(number, cast), new_case(cast.caseworker, working_name=f"Zaak {number}")
        client = Client()
        client.force_login(user)
        ways = sorted(ways_in(case, user))
        half = f"Half getypt {number}"
        hidden = unseen(client, reverse("cases:safety_assess", args=[case.reference]))
        assert keeps(client, {**hidden, "threats": half})
        assert half in client.get(reverse("cases:safety_assess", args=[case.reference])).content.decode()
        begun |= {frozenset(what_opens(client, case, user, ways))} if number < 5 else set()
        assert client.get(reverse("cases:notes", args=[case.reference])).status_code == 200
        notes = Note.objects.filter(case=case).count()
        # each at least once
        ending = ENDINGS[number] if number < len(ENDINGS) else rng.choice(ENDINGS)
        ending(cast, user, case, client_of)
        done.add(ending)
        if number % 2:  # any of them may be the next request
            drafts |= {number} if keeps(client, {**hidden, "threats": "Nog meer"}) else set()
        still = what_opens(client, case, user, rng.sample(ways, 3))
        page = client.get(reverse("cases:safety_assess", args=[case.reference]))
        drafts |= {number} if half in page.content.decode() or page.status_code == 200 else set()
        if still or Note.objects.filter(case=case).count() != notes:
            left[number, ending.__name__] = still
        assert not Case.objects.where_may(User.objects.get(pk=user.pk), Permission.CASE_SEE).filter(pk=case.pk).exists()
    assert done == set(ENDINGS)
    # the net catches: before the ending all of it was open
    assert begun == {frozenset({"case", "room", "history", "draft", "form", "list", "search"})}
    assert left == {}
    assert drafts == set()
    # what was half typed is opened for nobody else either, and the next night takes it away
    assert sorted({draft.fields["threats"][0] for draft in Draft.objects.all()}) == sorted(
        f"Half getypt {number}" for number in range(times)
    )
    purge(by=None)
    assert not Draft.objects.exists()


def test_an_invitation_open_on_a_screen_is_worth_nothing_once_it_is_withdrawn(cast, client_of):
    rng = random.Random(7)
    for number in range(10):
        made = invitations.invite(
            email=f"nieuw{number}@example.test", organisation=cast.kade, role=Role.CASEWORKER, submission=None,
            by=cast.teamlead,
        )  # fmt: skip
        address, visitor = reverse("organisations:invitation_answer", args=[made.token]), Client()
        assert visitor.get(address).status_code == 200
        if rng.random() < 0.5:
            client_of("teamlead").post(
                reverse("organisations:invitation_withdraw", args=[made.invitation.pk]), follow=True
            )
        else:
            client_of("teamlead").post(reverse("organisations:invitation_send_again", args=[made.invitation.pk]))
        typed = {"name": "X", "password": WORDS, "again": WORDS, "language": "nl"}
        assert visitor.post(address, typed).status_code in {404, 410}
    assert User.objects.filter(email__startswith="nieuw").count() == 0
    assert Invitation.objects.filter(accepted_at__isnull=False).count() == 0


def test_a_team_lead_whose_role_ended_steers_nothing_more(cast, client_of):
    other = new_colleague(1, cast)
    accounts.begin_membership(user=other, organisation=cast.kade, role=Role.TEAM_LEAD, by=cast.teamlead)
    client = Client()
    client.force_login(User.objects.get(pk=other.pk))
    assert client.get(reverse("organisations:members_list")).status_code == 200
    role = other.memberships.get(role=Role.TEAM_LEAD)
    client_of("teamlead").post(reverse("organisations:members_end", args=[role.pk]))
    waiting = cast.rows["waiting"]
    answers = [
        client.get(reverse("organisations:members_list")),
        client.post(reverse("organisations:members_confirm", args=[waiting.pk])),
        client.post(reverse("organisations:invitation_send", args=["kade"]), {"email": "x@y.nl", "role": "caseworker"}),
        client.post(reverse("cases:case_restrict", args=[cast.case.reference]), {"restricted": "yes"}),
        client.post(reverse("cases:return_plan_approve", args=[cast.case.reference]), {}),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5
    waiting.refresh_from_db()
    assert waiting.confirmed_at is None
    # the part of the work that stayed theirs is still open
    takes_part(new_case(cast.outsider), cast.kade, Part.SUPPORT)
    assert client.get(reverse("cases:case", args=[cast.case.reference])).status_code == 200
