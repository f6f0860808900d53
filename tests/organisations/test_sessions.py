"""One's own sessions: what is kept of them, and how they end."""

import datetime
import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.core import mail
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from organisations.accounts import NO_ADDRESS
from organisations.models import AuditEvent
from organisations.rules.browsers import in_words
from tests.cast import PASSWORD

LIST = reverse("usersessions_list")
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1"
NEXT = "vier andere gewone woorden"


def signed_in(who: str, browser: str = FIREFOX, address: str = "203.0.113.7") -> Client:
    client = Client(headers={"user-agent": browser, "accept-language": "en"}, REMOTE_ADDR=address)
    answer = client.post("/login/", {"login": f"{who}@example.test", "password": PASSWORD})
    assert answer.status_code == 302
    return client


def let_in(client: Client) -> bool:
    return client.get(reverse("cases:case_list")).status_code == 200


def words(page) -> list[str]:
    return re.findall(r'data-label="Browser">([^<]+)<', page.content.decode())


def test_the_page_lists_ones_own_sessions_in_words(cast):
    here, there, other = signed_in("caseworker"), signed_in("caseworker", SAFARI), signed_in("colleague")
    page = here.get(LIST)
    assert sorted(words(page)) == ["Firefox, Windows", "Safari, iPhone"]
    assert words(other.get(LIST)) == ["Firefox, Windows"]
    assert page.content.decode().count("This session") == 1
    assert "203.0.113.7" not in page.content.decode()
    assert words(there.get(LIST, headers={"accept-language": "nl"})) == words(page)


def test_no_network_address_and_no_line_of_a_browser_is_kept(cast):
    client = signed_in("caseworker")
    client.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEXT, "password2": NEXT})
    wrong = Client(REMOTE_ADDR="203.0.113.7")
    wrong.post("/login/", {"login": "caseworker@example.test", "password": "x"})
    kept = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            for secret in ("203.0.113.7", "Gecko", "caseworker@example.test"):
                cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', [f"%{secret}%"])
                if cursor.fetchone()[0]:
                    kept.setdefault(secret, set()).add(table)
    assert kept == {"caseworker@example.test": {"organisations_user", "account_emailaddress"}}
    assert set(UserSession.objects.values_list("ip", "user_agent")) == {(NO_ADDRESS, "Firefox, Windows")}


@pytest.mark.parametrize(
    ("line", "spoken"),
    [
        (FIREFOX, "Firefox, Windows"),
        (SAFARI, "Safari, iPhone"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36", "Chrome, Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1 (KHTML, like Gecko) Version/18 Safari/605.1", "Safari, macOS"),
        ("Mozilla/5.0 (Linux; Android 15; SM) AppleWebKit/537.36 SamsungBrowser/28.0 Chrome/130.0 Mobile Safari/537.36", "Samsung Internet, Android"),
        ("Mozilla/5.0 (X11; CrOS x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome, ChromeOS"),
        ("Mozilla/5.0 (X11; Linux) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 OPR/120.0", "Opera, Linux"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_browser_in_words(line, spoken):
    assert in_words(line) == spoken
    assert in_words(spoken) == spoken


def test_one_session_is_ended_from_another(cast):
    here, there = signed_in("caseworker"), signed_in("caseworker", SAFARI)
    row = UserSession.objects.get(session_key=there.session.session_key)
    assert here.post(reverse("organisations:session_end", args=[row.pk])).status_code == 302
    assert [let_in(here), let_in(there)] == [True, False]
    assert words(here.get(LIST)) == ["Firefox, Windows"]
    assert AuditEvent.objects.filter(verb="sessions_ended", actor_name="Caseworker").count() == 1


def test_nobody_ends_the_session_of_another_and_not_the_one_that_asks(cast):
    here, other = signed_in("caseworker"), signed_in("colleague")
    for client in (other, here):
        row = UserSession.objects.get(session_key=client.session.session_key)
        assert here.post(reverse("organisations:session_end", args=[row.pk])).status_code == 404
    assert [let_in(here), let_in(other)] == [True, True]


def test_all_others_are_ended_at_once(cast):
    here, others, colleague = (
        signed_in("caseworker"),
        [signed_in("caseworker") for _ in range(3)],
        signed_in("colleague"),
    )
    assert here.post(LIST).status_code == 302
    assert [let_in(client) for client in (here, *others, colleague)] == [True, False, False, False, True]
    assert AuditEvent.objects.filter(verb="sessions_ended").count() == 1


def test_another_password_ends_the_other_sessions(cast):
    here, there, colleague = signed_in("caseworker"), signed_in("caseworker", SAFARI), signed_in("colleague")
    key = there.session.session_key
    here.post(reverse("account_change_password"), {"oldpassword": PASSWORD, "password1": NEXT, "password2": NEXT})
    assert not UserSession.objects.filter(session_key=key).exists()
    assert not there.session.exists(key)
    assert [let_in(here), let_in(there), let_in(colleague)] == [True, False, True]
    assert words(here.get(LIST)) == ["Firefox, Windows"]
    assert AuditEvent.objects.filter(verb="password_changed", actor_name="Caseworker").count() == 1


def test_so_does_a_password_chosen_with_the_link_of_a_message(cast, django_capture_on_commit_callbacks):
    there, visitor = signed_in("caseworker"), Client()
    with django_capture_on_commit_callbacks(execute=True):
        visitor.post(reverse("account_reset_password"), {"email": "caseworker@example.test"})
    link = re.search(r"http://testserver(/\S+)", mail.outbox[0].body)[1]
    form = visitor.get(link, follow=True).redirect_chain[-1][0]
    assert visitor.post(form, {"password1": NEXT, "password2": NEXT}).status_code == 302
    assert not let_in(there)
    assert Client().post("/login/", {"login": "caseworker@example.test", "password": NEXT}).status_code == 302


def test_last_used_is_written_down_every_five_minutes_and_no_more(cast):
    client = signed_in("caseworker")
    row = UserSession.objects.get()
    begun = timezone.now()
    moments = []
    for minutes in (1, 6, 7, 12):
        with time_machine.travel(begun + datetime.timedelta(minutes=minutes), tick=False):
            let_in(client)
        row.refresh_from_db()
        moments.append(round((row.last_seen_at - begun).total_seconds() / 60))
    assert moments == [0, 6, 6, 12]


def test_an_address_that_nobody_confirmed_opens_nothing(cast, client_of, mailoutbox):
    EmailAddress.objects.create(user=cast.caseworker, email="elders@example.test", verified=False, primary=False)
    for email, answer in (("elders@example.test", 200), ("caseworker@example.test", 302)):
        sent = {"login": email, "password": PASSWORD}
        assert Client().post(reverse("account_login"), sent).status_code == answer
    Client().post(reverse("account_reset_password"), {"email": "elders@example.test"})
    assert [m.to for m in mailoutbox if "/password/reset/key/" in m.body] == []


def test_an_address_is_added_by_whoever_has_just_shown_the_password(cast):
    client = Client()
    client.force_login(cast.caseworker)
    sent = {"action_add": "", "email": "elders@example.test"}
    assert client.post(reverse("account_email"), sent)["Location"].startswith(reverse("account_reauthenticate"))
    assert EmailAddress.objects.filter(user=cast.caseworker).count() == 1


def test_the_second_step_lies_sealed_and_works(cast, client_of):
    client, address = client_of("caseworker"), reverse("mfa_activate_totp")
    secret = client.get(address).context["form"].secret
    # a code holds for half a minute, which may be over before it is sent
    with time_machine.travel(timezone.now(), tick=False):
        code = format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))
        assert client.post(address, {"code": code}).status_code == 302
        kept = list(Authenticator.objects.filter(user=cast.caseworker).values_list("data", flat=True))
        assert len(kept) == 2
        assert secret not in str(kept)
        totp = Authenticator.objects.get(user=cast.caseworker, type="totp").wrap()
        assert totp.validate_code(code)
