"""Inviting somebody: who may, to which role, and a link that works once and for a day."""

import datetime
import re
import smtplib
import threading
import uuid

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations import sealing
from organisations.actions import accounts
from organisations.actions import invitation as invitations
from organisations.actions.base import Refused
from organisations.models import AuditEvent, Invitation, Membership, User
from organisations.roles import Role
from tests.cast import PASSWORD, assemble, person

LIST = reverse("organisations:members_list")
WORDS = "drie gewone woorden"


def invited(cast, *, email="nieuw@example.test", role=Role.CASEWORKER, by="teamlead", at=None) -> str:
    """The token of a new invitation."""
    made = invitations.invite(email=email, organisation=at or cast.kade, role=role, submission=None, by=cast[by])
    return made.token


def page_of(token: str) -> str:
    return reverse("organisations:invitation_answer", args=[token])


def joining(**changed) -> dict:
    return {"name": "Nieuw Gezicht", "password": WORDS, "again": WORDS, "language": "nl", **changed}


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())).replace("&#x27;", "'")


def said(client, address: str, data: dict | None = None) -> str:
    answer = client.get(address, HTTP_ACCEPT_LANGUAGE="en") if data is None else client.post(
        address, data, follow=True, HTTP_ACCEPT_LANGUAGE="en"
    )  # fmt: skip
    return text(answer)


# --- from the form to the account


def test_a_team_lead_invites_and_the_link_makes_account_role_and_address(
    cast, client_of, django_capture_on_commit_callbacks
):
    address = reverse("organisations:invitation_send", args=["kade"])
    with django_capture_on_commit_callbacks(execute=True):
        client_of("teamlead").post(address, {"email": "Nieuw@Example.test", "role": "caseworker"})
    [message] = mail.outbox
    link = re.search(r"http://testserver(/invitation/[\w-]+/)", message.body)[1]
    assert message.to == ["nieuw@example.test"]
    assert message.subject == "Je bent uitgenodigd voor returnsupport / You are invited to returnsupport"
    assert message.body.split("\n") == [
        "Je bent uitgenodigd om bij Kade met returnsupport te werken.", "",
        "Open deze link om de uitnodiging aan te nemen. Hij werkt één keer, een dag lang:",
        f"http://testserver{link}", "", "Had je dit niet verwacht? Dan hoef je niets te doen.", "", "---", "",
        "You are invited to work with returnsupport at Kade.", "",
        "Open this link to accept. It works once, for a day:",
        f"http://testserver{link}", "", "Did you not expect this? Then you need not do anything.", "",
    ]  # fmt: skip

    visitor = Client()
    shown = said(visitor, link)
    for fact in ("Kade", "Caseworker", "Works on the cases", "Teamlead", "nieuw@example.test"):
        assert fact in shown
    assert visitor.post(link, joining())["Location"] == "/my-day/"
    user = User.objects.get(email="nieuw@example.test")
    assert (user.name, user.language, user.check_password(WORDS)) == ("Nieuw Gezicht", "nl", True)
    assert list(EmailAddress.objects.filter(user=user).values_list("email", "verified", "primary")) == [
        ("nieuw@example.test", True, True)
    ]
    membership = user.memberships.get()
    assert (membership.organisation, membership.role, membership.confirmed_by) == (
        cast.kade, "caseworker", cast.teamlead,
    )  # fmt: skip
    assert visitor.get(reverse("cases:case_list")).status_code == 200
    assert list(AuditEvent.objects.filter(actor_id=user.pk).values_list("verb", flat=True).order_by("at")) == [
        "account_added", "invitation_accepted",
    ]  # fmt: skip
    invitation = Invitation.objects.get(email="nieuw@example.test")
    assert (invitation.state, invitation.accepted_by) == ("used", user)
    assert invitation.mailed_at is not None


def test_the_secret_of_a_link_is_in_no_column(cast):
    token = invited(cast)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM organisations_invitation i WHERE i::text LIKE %s", [f"%{token}%"])
        in_invitations = cursor.fetchone()[0]
        cursor.execute("SELECT count(*) FROM organisations_auditevent a WHERE a::text LIKE %s", [f"%{token}%"])
        in_audit = cursor.fetchone()[0]
    assert (in_invitations, in_audit) == (0, 0)
    assert Invitation.objects.with_token(token).count() == 1


def test_looking_at_a_link_uses_nothing_up(cast):
    token = invited(cast)
    assert [Client().get(page_of(token)).status_code for _ in range(3)] == [200, 200, 200]
    assert Client().post(page_of(token), joining()).status_code == 302


def test_the_invitation_of_the_administrator_waits_for_a_team_lead(cast, client_of):
    token, newcomer = invited(cast, by="admin"), Client()
    newcomer.post(page_of(token), joining())
    assert newcomer.get(reverse("cases:case_list")).status_code == 403
    assert "It opens nothing until a team lead of that organisation confirms it." in said(
        client_without_language(newcomer), "/"
    )
    membership = User.objects.get(email="nieuw@example.test").memberships.get()
    confirm = reverse("organisations:members_confirm", args=[membership.pk])
    assert client_of("admin").post(confirm).status_code == 403
    assert client_of("outsider").post(confirm).status_code == 403
    assert newcomer.get(reverse("cases:case_list")).status_code == 403
    assert client_of("teamlead").post(confirm).status_code == 302
    assert newcomer.get(reverse("cases:case_list")).status_code == 200


def client_without_language(client: Client) -> Client:
    User.objects.filter(email="nieuw@example.test").update(language="")
    return client


def test_a_role_that_opens_no_case_counts_at_once(cast):
    token, newcomer = invited(cast, role=Role.DIRECTORY_EDITOR, by="admin"), Client()
    newcomer.post(page_of(token), joining())
    assert newcomer.get(reverse("organisations:organisation_add")).status_code == 200
    assert User.objects.get(email="nieuw@example.test").memberships.get().confirmed_by == cast.admin


# --- who gives what


def test_who_gives_which_roles_where(cast):
    of_team_lead = ["caseworker", "team_lead", "care_coordinator", "privacy_officer"]
    of_administrator = [
        "caseworker", "team_lead", "care_coordinator", "directory_editor", "platform_administrator", "privacy_officer",
    ]  # fmt: skip
    given = {
        (who, where): accounts.roles_to_give(cast[where] if where != "comensha" else cast.comensha, by=cast[who])
        for who in ("teamlead", "admin", "caseworker", "privacy", "moonlighter")
        for where in ("kade", "oever", "comensha")
    }
    assert {pair: roles for pair, roles in given.items() if roles} == {
        ("teamlead", "kade"): of_team_lead,
        ("admin", "kade"): of_administrator,
        ("admin", "oever"): of_administrator,
        ("admin", "comensha"): [*of_administrator[:3], "comensha_coordinator", *of_administrator[3:]],
    }


def test_the_form_offers_those_roles_and_takes_no_other(cast, client_of):
    address = reverse("organisations:invitation_send", args=["kade"])
    page = client_of("teamlead").get(address).content.decode()
    assert re.findall(r'name="role" value="(\w+)"', page) == [
        "caseworker", "team_lead", "care_coordinator", "privacy_officer",
    ]  # fmt: skip
    client_of("teamlead").post(address, {"email": "nieuw@example.test", "role": "platform_administrator"})
    assert Invitation.objects.filter(email="nieuw@example.test").count() == 0
    with pytest.raises(Refused, match="You cannot give this role"):
        invited(cast, role=Role.PLATFORM_ADMINISTRATOR)


def test_a_team_lead_invites_to_their_own_organisation_only(cast, client_of):
    assert client_of("teamlead").get(reverse("organisations:invitation_send", args=["oever"])).status_code == 404
    with pytest.raises(Refused):
        invited(cast, at=cast.oever)


@pytest.mark.parametrize(
    ("email", "role", "by", "sentence"),
    [
        ("colleague@example.test", Role.CASEWORKER, "teamlead", "This person has this role already."),
        ("COLLEAGUE@example.test", Role.CASEWORKER, "admin", "This person has this role already."),
        ("newcomer@example.test", Role.CASEWORKER, "teamlead", "has this role already, and it waits for a team lead"),
        ("invited@example.test", Role.CASEWORKER, "teamlead", "the invitation is still open"),
        ("teamlead@example.test", Role.PRIVACY_OFFICER, "teamlead", "Nobody gives a role to themselves"),
        ("admin@example.test", Role.PRIVACY_OFFICER, "admin", "Nobody gives a role to themselves"),
        ("admin@example.test", Role.CASEWORKER, "admin", "Nobody gives a role to themselves"),
        ("second@example.test", Role.PRIVACY_OFFICER, "admin", "Nobody gives a role to themselves"),
    ],
)
def test_what_cannot_be_is_one_sentence(email, role, by, sentence, cast, client_of):
    EmailAddress.objects.create(user=cast.admin, email="second@example.test", verified=True)
    before = Invitation.objects.count()
    address = reverse("organisations:invitation_send", args=["kade"])
    assert sentence in said(client_of(by), address, {"email": email, "role": role})
    assert Invitation.objects.count() == before


def test_the_first_team_lead_comes_from_the_command_line(cast, client_of):
    address = reverse("organisations:invitation_send", args=["midden"])
    sentence = "Midden has no team lead yet who could confirm a role that opens cases."
    assert sentence in said(client_of("admin"), address)
    for role in ("team_lead", "caseworker"):
        shown = said(client_of("admin"), address, {"email": "nieuw@example.test", "role": role})
        assert sentence in shown
        assert "manage.py add_account" in shown
    assert Invitation.objects.filter(organisation=cast.midden).count() == 0
    client_of("admin").post(address, {"email": "nieuw@example.test", "role": "privacy_officer"})
    assert Invitation.objects.filter(organisation=cast.midden).count() == 1
    Membership.objects.filter(user=cast.teamlead).update(organisation=cast.midden)
    client_of("admin").post(address, {"email": "nieuw@example.test", "role": "caseworker"})
    assert Invitation.objects.filter(organisation=cast.midden).count() == 2


# --- links that do not work


def test_a_link_that_is_over_says_why_and_makes_nothing(cast):
    used, withdrawn, expired = (invited(cast, email=f"{n}@example.test") for n in range(3))
    Client().post(page_of(used), joining())
    invitations.withdraw(invitation=invitations.look(withdrawn), by=cast.teamlead)
    Invitation.objects.with_token(expired).update(
        sent_at=timezone.now() - datetime.timedelta(hours=25), expires_at=timezone.now() - datetime.timedelta(hours=1)
    )
    users = User.objects.count()
    found = {}
    for name, token in (("used", used), ("withdrawn", withdrawn), ("expired", expired), ("unknown", "x" * 43)):
        for answer in (Client().get(page_of(token)), Client().post(page_of(token), joining())):
            found.setdefault(name, []).append((answer.status_code, sentence_of(answer)))
    assert found == {
        "used": [(410, "This invitation has been used. Whoever used it can sign in.")] * 2,
        "withdrawn": [
            (410, "This invitation was withdrawn. Ask whoever invited you whether that was meant.")
        ] * 2,
        "expired": [(410, "This invitation is more than a day old. Ask whoever invited you to send it again.")] * 2,
        "unknown": [
            (404, "This link does not work. Was it copied whole? Otherwise ask whoever invited you to send it again.")
        ] * 2,
    }  # fmt: skip
    assert User.objects.count() == users


def sentence_of(answer) -> str:
    return re.search(r"<h1>This invitation does not work</h1>\s*<p>([^<]*)</p>", answer.content.decode())[1]


def test_a_link_lives_for_a_day(cast):
    token = invited(cast)
    for hours, status in ((23.9, 200), (24.1, 410)):
        with time_machine.travel(timezone.now() + datetime.timedelta(hours=hours), tick=True):
            assert Client().get(page_of(token)).status_code == status


def test_whoever_may_no_longer_give_the_role_invites_nobody(cast):
    token = invited(cast)
    cast.teamlead.memberships.update(until_at=timezone.now())
    assert "can no longer give this role" in sentence_of(Client().get(page_of(token)))
    with pytest.raises(Refused):
        invitations.join(token=token, name="X", password=WORDS, language="nl")
    assert not User.objects.filter(email="nieuw@example.test").exists()


def test_nor_does_a_closed_account(cast):
    token = invited(cast)
    accounts.close(user=cast.teamlead, by=cast.admin)
    assert Client().get(page_of(token)).status_code == 410


def test_sending_again_makes_another_link_and_the_old_one_stops(cast, client_of, django_capture_on_commit_callbacks):
    old = invited(cast)
    row = invitations.look(old)
    with django_capture_on_commit_callbacks(execute=True):
        client_of("teamlead").post(reverse("organisations:invitation_send_again", args=[row.pk]))
    new = re.search(r"/invitation/([\w-]+)/", mail.outbox[0].body)[1]
    assert [Client().get(page_of(token)).status_code for token in (old, new)] == [404, 200]
    assert Invitation.objects.filter(email="nieuw@example.test").count() == 1


def test_an_invitation_that_ran_out_can_be_made_again_on_the_form(cast):
    old = invited(cast)
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=25), tick=True):
        new = invited(cast)
        assert [Client().get(page_of(token)).status_code for token in (old, new)] == [404, 200]
    assert Invitation.objects.filter(email="nieuw@example.test").count() == 1


def test_who_withdraws(cast, client_of):
    row = invitations.look(invited(cast, role=Role.DIRECTORY_EDITOR, by="admin"))
    address = reverse("organisations:invitation_withdraw", args=[row.pk])
    other = person("lead-of-oever", (cast.oever, Role.TEAM_LEAD))
    with pytest.raises(Refused):
        invitations.withdraw(invitation=row, by=other)
    elsewhere = Client()
    elsewhere.force_login(other)
    assert elsewhere.post(address).status_code == 404
    # what somebody else sent to one's own organisation one may stop, though not give
    assert client_of("teamlead").post(address).status_code == 302
    assert Invitation.objects.get(pk=row.pk).withdrawn_by == cast.teamlead
    with pytest.raises(Refused):
        invitations.send_again(invitation=row, by=cast.teamlead)


# --- somebody who has an account


def test_an_account_signs_in_and_accepts_with_one_button(cast, client_of):
    token = invited(cast, email="Outsider@example.test", role=Role.CARE_COORDINATOR)
    visitor = Client()
    page = visitor.get(page_of(token)).content.decode()
    assert 'name="password"' not in page
    assert f"/login/?next={page_of(token)}" in page
    assert visitor.post(page_of(token), joining()).status_code == 200
    login = {"login": "outsider@example.test", "password": PASSWORD, "next": page_of(token)}
    assert visitor.post("/login/", login)["Location"] == page_of(token)
    assert visitor.post(page_of(token), {}).status_code == 302
    assert visitor.post(page_of(token), {}).status_code == 410
    assert sorted(cast.outsider.memberships.values_list("organisation__slug", "role")) == [
        ("kade", "care_coordinator"), ("oever", "caseworker"),
    ]  # fmt: skip


def test_it_must_be_the_invited_address(cast, client_of):
    token = invited(cast, email="outsider@example.test", role=Role.TEAM_LEAD)
    for who in ("former", "colleague"):
        page = client_of(who).get(page_of(token), HTTP_ACCEPT_LANGUAGE="en")
        assert "this invitation is for another address" in text(page)
        assert "outsider@" not in text(page)
        client_of(who).post(page_of(token), {})
        assert not cast[who].memberships.filter(role=Role.TEAM_LEAD).exists()
    # an address of one's own that one has not shown to be one's own is nobody's
    EmailAddress.objects.create(user=cast.former, email="nieuw@example.test", verified=False)
    mine = invited(cast)
    client_of("former").post(page_of(mine), {})
    assert cast.former.memberships.count() == 1
    assert Client().post(page_of(mine), joining()).status_code == 302


def test_an_address_that_was_confirmed_counts_besides_the_first(cast, client_of):
    EmailAddress.objects.create(user=cast.former, email="tweede@example.test", verified=True)
    token = invited(cast, email="tweede@example.test")
    assert Client().post(page_of(token), joining()).status_code == 200  # asks to sign in
    assert client_of("former").post(page_of(token), {}).status_code == 302
    assert User.objects.filter(email="tweede@example.test").count() == 0
    assert cast.former.memberships.filter(organisation=cast.kade).count() == 1


# --- mistakes, twice, too often


def test_a_mistake_keeps_what_was_typed_and_the_link(cast):
    token, client = invited(cast), Client()
    shown = client.post(page_of(token), joining(again="anders dan dat"), HTTP_ACCEPT_LANGUAGE="nl").content.decode()
    assert "De twee wachtwoorden verschillen." in shown
    assert 'value="Nieuw Gezicht"' in shown
    assert WORDS not in shown
    for password in ("kort", "qwertyqwerty", "nieuw@example.test", "x" * 12 + "\0", "x" * 201):
        assert client.post(page_of(token), joining(password=password, again=password)).status_code == 200
    assert client.post(page_of(token), joining()).status_code == 302


@pytest.mark.parametrize("email", ["geen adres", "é@example.test", "a@exämple.test", "\0@x.nl", "a" * 300])
def test_an_address_no_mail_server_takes_is_a_sentence(email, cast, client_of):
    address = reverse("organisations:invitation_send", args=["kade"])
    answer = client_of("teamlead").post(address, {"email": email, "role": "caseworker"})
    assert answer.status_code == 200
    assert Invitation.objects.count() == 1


def test_the_form_sent_twice_is_one_invitation_and_one_message(cast, client_of, django_capture_on_commit_callbacks):
    address = reverse("organisations:invitation_send", args=["kade"])
    typed = {"email": "nieuw@example.test", "role": "caseworker", "submission": str(uuid.uuid4())}
    with django_capture_on_commit_callbacks(execute=True):
        assert [client_of("teamlead").post(address, typed).status_code for _ in range(2)] == [302, 302]
    assert Invitation.objects.filter(email="nieuw@example.test").count() == 1
    assert len(mail.outbox) == 1


def test_thirty_an_hour_each(cast):
    for number in range(29):  # one was sent while the cast assembled
        invited(cast, email=f"n{number}@example.test")
    with pytest.raises(Refused, match=r"You sent 30 invitations in the last hour.* Try again after \d\d:\d\d\."):
        invited(cast, email="n30@example.test")
    with pytest.raises(Refused, match="30 invitations"):
        invitations.send_again(invitation=Invitation.objects.get(email="n1@example.test"), by=cast.teamlead)
    invited(cast, email="n30@example.test", by="admin")
    with time_machine.travel(timezone.now() + datetime.timedelta(minutes=61), tick=True):
        invited(cast, email="n31@example.test")


def test_a_mail_server_that_is_down_breaks_no_page_and_is_told(
    cast, client_of, monkeypatch, django_capture_on_commit_callbacks
):
    def down(message, **kwargs):
        raise smtplib.SMTPConnectError(421, "nieuw@example.test")

    monkeypatch.setattr("django.core.mail.message.EmailMessage.send", down)
    address = reverse("organisations:invitation_send", args=["kade"])
    with django_capture_on_commit_callbacks(execute=True):
        sent = client_of("teamlead").post(address, {"email": "nieuw@example.test", "role": "caseworker"})
    assert sent.status_code == 302
    assert Invitation.objects.get(email="nieuw@example.test").mailed_at is None
    assert "The mail server has not taken the message. Send it again." in said(client_of("teamlead"), LIST)


def test_only_the_demo_shows_the_link_and_once(cast, client_of, settings):
    address = reverse("organisations:invitation_send", args=["kade"])
    shown = {}
    for demo in (True, False):
        settings.DEMO = demo
        client_of("teamlead").post(address, {"email": f"{demo}@example.test", "role": "caseworker"})
        shown[demo] = ["/invitation/" in said(client_of("teamlead"), LIST) for _ in range(2)]
    assert shown == {True: [True, False], False: [False, False]}


def test_the_members_page_says_how_each_invitation_stands(cast, client_of):
    used, withdrawn = (invited(cast, email=f"{name}@example.test") for name in ("gebruikt", "ingetrokken"))
    Client().post(page_of(used), joining())
    invitations.withdraw(invitation=invitations.look(withdrawn), by=cast.teamlead)
    invited(cast, email="verlopen@example.test")
    Invitation.objects.filter(email="verlopen@example.test").update(
        sent_at=timezone.now() - datetime.timedelta(hours=25), expires_at=timezone.now() - datetime.timedelta(hours=1)
    )
    page = client_of("teamlead").get(LIST, HTTP_ACCEPT_LANGUAGE="nl").content.decode()
    rows = dict(re.findall(r'E-mailadres">(\w+)@example.test.*?<span class="chip [\w-]+">(\w+)</span>', page, re.S))
    assert rows == {
        "invited": "Open", "gebruikt": "Gebruikt", "ingetrokken": "Ingetrokken", "verlopen": "Verlopen",
    }  # fmt: skip
    assert page.count("Opnieuw sturen") == 2
    # of another organisation nothing is seen
    assert "gebruikt@" not in client_of("admin").get(LIST).content.decode()
    assert "gebruikt@" in client_of("admin").get(f"{LIST}?organisation=kade").content.decode()
    invitations.invite(
        email="elders@example.test", organisation=cast.oever, role=Role.PRIVACY_OFFICER, submission=None, by=cast.admin
    )
    assert "elders@" not in client_of("teamlead").get(f"{LIST}?organisation=oever").content.decode()


def test_outsiders_learn_nothing_of_who_has_an_account(cast, client_of):
    """Without a link every answer is the same, and an invitation to a stranger says nothing about them."""
    answers = {
        token: Client().post(page_of(token), joining(email=email)).content
        for token, email in (("a" * 43, "colleague@example.test"), ("b" * 43, "niemand@example.test"))
    }
    same = {re.sub(rb"csrfmiddlewaretoken\" value=\"\w+\"|[ab]{43}", b"", page) for page in answers.values()}
    assert len(same) == 1
    address = reverse("organisations:invitation_send", args=["kade"])
    heard = {
        email: re.sub(rf"{email}", "", said(client_of("teamlead"), address, {"email": email, "role": "caseworker"}))
        for email in ("outsider@example.test", "zz@example.test")
    }
    assert all("The invitation is made." in page for page in heard.values())
    assert not any(cast.outsider.name in page for page in heard.values())


@pytest.mark.django_db(transaction=True)
def test_one_link_at_ten_desks_makes_one_account():
    with sealing.fresh_keys():
        cast = assemble()
    token, answers = invited(cast), []

    def join() -> None:
        try:
            answers.append(Client().post(page_of(token), joining()).status_code)
        finally:
            connection.close()

    desks = [threading.Thread(target=join) for _ in range(10)]
    for desk in desks:
        desk.start()
    for desk in desks:
        desk.join()
    assert sorted(set(answers)) in ([200, 302], [302, 410], [200, 302, 410])
    assert answers.count(302) == 1
    assert User.objects.filter(email="nieuw@example.test").count() == 1
    assert Membership.objects.filter(user__email="nieuw@example.test").count() == 1
