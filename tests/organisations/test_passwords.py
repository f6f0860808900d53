"""A password is long and not among those known from breaches; nothing else is asked of it."""

import gzip

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import override

from organisations.models import User
from returnsupport import checks


def objections(password: str, *, language: str = "en") -> list[str]:
    with override(language):
        try:
            validate_password(password, User(email="kim.de.vries@example.test", name="Kim de Vries"))
        except ValidationError as problem:
            return [str(message) for message in problem.messages]
    return []


@pytest.mark.parametrize(
    "password",
    [
        "drie gewone woorden", "zonder hoofdletter of cijfer", "ALLEENHOOFDLETTERSXQ", "493027561884", "ሰላም ሰላም ሰላም ሰላም",
        "  spaties aan de randen  ", "🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦🐦", "x" * 200,
    ],
)  # fmt: skip
def test_any_composition_will_do(password):
    assert objections(password) == []


@pytest.mark.parametrize("password", ["qwertyqwerty", "Sonyericsson", "123456654321", "1QAZ2WSX3EDC", "unbelievable"])
def test_what_is_known_from_breaches_will_not(password):
    assert objections(password) == [
        "This password is known from data breaches, so it is guessed first. Choose another one."
    ]
    assert objections(password, language="nl") == [
        "Dit wachtwoord is bekend uit datalekken en wordt dus als eerste geraden. Kies een ander."
    ]


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("elf tekens!", "Use at least 12 characters: three or four words are easy to remember."),
        ("kim.de.vries@example.test", "The password is too similar to the email."),
        ("kim de vries", "The password is too similar to the name."),
    ],
)
def test_short_or_about_oneself_will_not(password, said):
    assert objections(password) == [said]


def test_the_list_holds_what_its_decision_says(settings):
    with gzip.open(settings.BREACHED_PASSWORDS, "rt", encoding="utf-8") as file:
        words = file.read().split("\n")
    assert len(words) > 40_000
    assert min(map(len, words)) == 12
    assert [word for word in words if word != word.lower()] == []


def test_without_the_list_nothing_is_served(settings, tmp_path):
    assert checks.breached_passwords_are_there(None) == []
    settings.BREACHED_PASSWORDS = tmp_path / "none.gz"
    assert [error.id for error in checks.breached_passwords_are_there(None)] == ["returnsupport.E004"]
