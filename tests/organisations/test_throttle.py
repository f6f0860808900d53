"""Guessing is slow for one account from anywhere, and a house full of people behind one address signs in."""

import datetime
import re

import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from tests.cast import PASSWORD

HOUSE = "203.0.113.7"


def sign_in(who: str, password: str = PASSWORD, *, address: str = HOUSE, language: str = "en"):
    """The answer to somebody at the login, who leaves again."""
    client = Client(REMOTE_ADDR=address, headers={"accept-language": language})
    answer = client.post("/login/", {"login": f"{who}@example.test", "password": password})
    client.logout()
    return answer


def guess(who: str, times: int) -> None:
    """From another address each time."""
    for number in range(times):
        assert sign_in(who, "mis", address=f"198.51.100.{number}").status_code == 200


def test_an_account_is_throttled_over_all_addresses_together(cast):
    guess("caseworker", 9)
    assert sign_in("caseworker").status_code == 302
    guess("caseworker", 1)
    assert sign_in("caseworker", address="192.0.2.1").status_code == 200
    # nobody else is
    assert sign_in("colleague", address="198.51.100.1").status_code == 302


def test_whoever_is_throttled_reads_in_both_languages_when_to_try_again(cast):
    begun = datetime.datetime(2026, 11, 27, 13, 0, 30, tzinfo=datetime.UTC)
    with time_machine.travel(begun, tick=False):
        guess("caseworker", 10)
    heard = {}
    with time_machine.travel(begun + datetime.timedelta(minutes=2), tick=False):
        for language in ("nl", "en"):
            page = sign_in("caseworker", language=language).content.decode()
            heard[language] = re.search(r"<li>([^<]*(?:wachtwoord|password)[^<]*)</li>", page)[1]
    assert heard == {
        "nl": "Te vaak een verkeerd wachtwoord. Probeer het na 14:06 opnieuw, of vraag per e-mail een nieuw wachtwoord aan: dat werkt meteen.",
        "en": "Too often a wrong password. Try again after 14:06, or ask for a new password by e-mail: that works at once.",
    }
    for minute, status in (("05:00", 200), ("06:00", 302)):
        with time_machine.travel(f"2026-11-27 13:{minute}+00:00", tick=False):
            assert sign_in("caseworker").status_code == status


def test_an_address_without_account_is_throttled_alike(cast):
    """So the throttle does not tell who has an account."""
    pages = []
    with time_machine.travel(timezone.now(), tick=False):
        for who in ("caseworker", "niemand"):
            for _ in range(10):
                wrong = sign_in(who, "mis")
            pages.append([re.findall(r"<li>(.*?)</li>", p.content.decode()) for p in (wrong, sign_in(who))])
    assert pages[0] == pages[1]


def test_three_hundred_people_behind_one_address_sign_in_within_a_minute(cast):
    with time_machine.travel(timezone.now(), tick=False):
        people = ("colleague", "caseworker", "teamlead", "outsider", "privacy", "former")
        answers = [sign_in(who).status_code for who in people for _ in range(50)]
        assert answers == [302] * 300
        for language, words in (("nl", "Wacht één minuut"), ("en", "Wait one minute")):
            page = sign_in("colleague", language=language)
            assert page.status_code == 429
            assert words in page.content.decode()
        # the house next door is not concerned
        assert sign_in("colleague", address="203.0.113.8").status_code == 302
    with time_machine.travel(timezone.now() + datetime.timedelta(seconds=61), tick=False):
        assert sign_in("colleague").status_code == 302


def test_many_other_counters_do_not_wash_one_away(cast):
    """A cache that throws away live entries would free whoever is throttled; with Django's own size 300 are enough."""
    guess("caseworker", 10)
    for number in range(400):
        cache.set(f"somebody-{number}", 1, 300)
    assert sum(cache.get(f"somebody-{number}") or 0 for number in range(400)) == 400
    assert sign_in("caseworker").status_code == 200
