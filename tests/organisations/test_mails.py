"""Messages about one's own account: our words, in both languages, and nothing that is not needed."""

import re
from pathlib import Path

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from tests.cast import PASSWORD

NEXT = "vier andere gewone woorden"
FOOT = {
    "en": "Was this you? Then there is nothing to do. If not: choose another password at once, and tell your team lead or the administrator, who can close your account.",
    "nl": "Was jij dit? Dan hoef je niets te doen. Zo niet: kies meteen een ander wachtwoord en zeg het je teamleider of de beheerder, die je account kan sluiten.",
}


@pytest.fixture
def heard(cast, client_of, django_capture_on_commit_callbacks):
    """`heard(language, path, data, who)` sends a form and gives back the messages that left for it."""

    def of(language: str, path: str, data: dict, who: str = "caseworker") -> list:
        mail.outbox.clear()
        headers = {"accept-language": language, "user-agent": "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"}
        # Outside of tests the commit comes while the language of the request still holds.
        with override(language), django_capture_on_commit_callbacks(execute=True):
            client_of(who).post(path, data, headers=headers)
        return list(mail.outbox)

    return of


def totp(client) -> str:
    """The code an app would show for the secret on the page."""
    client.get(reverse("mfa_activate_totp"))
    secret = client.session["mfa.totp.secret"]
    return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))


@pytest.mark.parametrize(
    ("language", "subject", "sentence"),
    [
        ("en", "Your password was changed", "The password of your account was changed. Your other sessions are over."),
        ("nl", "Je wachtwoord is gewijzigd", "Het wachtwoord van je account is gewijzigd. Je andere sessies zijn voorbij."),
    ],
)  # fmt: skip
def test_another_password_is_told(language, subject, sentence, heard):
    [message] = heard(
        language,
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": NEXT, "password2": NEXT},
    )
    assert (message.to, message.subject) == (["caseworker@example.test"], subject)
    lines = message.body.split("\n")
    assert lines[0] == {"en": "Hello,", "nl": "Hallo,"}[language]
    assert lines[2] == sentence
    assert re.fullmatch(r"(When|Wanneer): \d+ \w+ \d{4}, \d\d:\d\d", lines[4])
    assert lines[5] == {"en": "With: Firefox, Windows", "nl": "Met: Firefox, Windows"}[language]
    assert lines[7:] == [FOOT[language], "", "returnsupport"]


@pytest.mark.parametrize(
    ("language", "subjects"),
    [
        ("en", ["Two-step login is on", "New recovery codes", "Two-step login is off"]),
        (
            "nl",
            ["Inloggen in twee stappen staat aan", "Nieuwe herstelcodes", "Inloggen in twee stappen staat uit"],
        ),
    ],
)
def test_a_second_step_added_renewed_and_removed_is_told(language, subjects, heard, client_of):
    with time_machine.travel(timezone.now(), tick=False):  # a code holds for half a minute
        messages = heard(language, reverse("mfa_activate_totp"), {"code": totp(client_of("caseworker"))})
    messages += heard(language, reverse("mfa_generate_recovery_codes"), {})
    messages += heard(language, reverse("mfa_deactivate_totp"), {})
    assert [message.subject for message in messages] == subjects
    assert [message.body.split("\n")[-3] for message in messages] == [FOOT[language]] * 3


@pytest.mark.parametrize(
    ("language", "subjects"),
    [
        (
            "en",
            ["Confirm your e-mail address", "Your e-mail address was changed", "An e-mail address was removed"],
        ),
        ("nl", ["Je e-mailadres bevestigen", "Je e-mailadres is gewijzigd", "Een e-mailadres is verwijderd"]),
    ],
)
def test_another_address_is_told_where_the_account_was_reached_before(language, subjects, heard, cast):
    page = reverse("account_email")
    messages = heard(language, page, {"action_add": "", "email": "tweede@example.test"})
    EmailAddress.objects.filter(email="tweede@example.test").update(verified=True)
    messages += heard(language, page, {"action_primary": "", "email": "tweede@example.test"})
    messages += heard(language, page, {"action_remove": "", "email": "caseworker@example.test"})
    assert [(m.subject, m.to[0]) for m in messages] == list(
        zip(subjects, ["tweede@example.test", "caseworker@example.test", "tweede@example.test"], strict=True)
    )


@pytest.mark.parametrize(
    ("language", "subject", "known", "unknown"),
    [
        ("en", "A new password", "With this link you choose a new password.", "it has no account here"),
        ("nl", "Een nieuw wachtwoord", "Met deze link kies je een nieuw wachtwoord.", "het heeft hier geen account"),
    ],
)
def test_a_new_password_is_answered_for_known_and_unknown_addresses(language, subject, known, unknown, heard):
    page = reverse("account_reset_password")
    for email, words in (("caseworker@example.test", known), ("niemand@example.test", unknown)):
        [message] = heard(language, page, {"email": email}, "visitor")
        assert (message.to, message.subject) == ([email], subject)
        assert words in message.body


def test_after_a_new_password_by_link_it_is_told(heard, client_of):
    [message] = heard("en", reverse("account_reset_password"), {"email": "caseworker@example.test"}, "visitor")
    link = re.search(r"http://testserver(/\S+)", message.body)[1]
    form = client_of("visitor").get(link, follow=True).redirect_chain[-1][0]
    [told] = heard("en", form, {"password1": NEXT, "password2": NEXT}, "visitor")
    assert told.subject == "Your password was changed"
    assert "with the link from an earlier message" in told.body


def test_every_message_the_library_can_send_is_in_our_words():
    """Those of ways in that are closed here are left out by name, so that a new one of the library is noticed."""
    import allauth

    root = Path(__file__).resolve().parents[2] / "templates"
    theirs = Path(allauth.__file__).parent / "templates"
    closed = {
        "account_already_exists",  # nobody signs up
        "email_confirmation_signup",
        "login_code",  # nobody signs in with a code by mail
        "password_reset_code",
        "email_confirm",  # not sent by any code of the library
        "webauthn_added",  # no passkeys yet
        "webauthn_removed",
    }
    names = {
        path.relative_to(theirs)
        for app in ("account", "mfa", "usersessions")
        for path in theirs.glob(f"{app}/email/*.txt")
    }
    missing = {path.stem.rpartition("_")[0] for path in names if not (root / path).exists()}
    assert missing == closed


def test_what_the_library_sends_holds_no_address_and_no_site():
    root = Path(__file__).resolve().parents[2] / "templates"
    held = [
        str(path.relative_to(root))
        for app in ("account", "mfa")
        for path in root.glob(f"{app}/email/*.txt")
        if re.search(r"\bip\b|current_site|user\.", path.read_text())
    ]
    assert held == []
