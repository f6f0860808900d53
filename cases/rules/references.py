"""References: short, random, readable on the phone, with a check character."""

import secrets
from collections.abc import Callable

# Misheard or misread letters are left out; 29 is prime, so any one wrong character and any swap is caught.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXY"
LENGTH = 6


def new_reference(choice: Callable[[str], str] = secrets.choice) -> str:
    """Six random characters and a check character, for example 7K2M9QX."""
    body = "".join(choice(ALPHABET) for _ in range(LENGTH))
    return body + check_character(body)


def check_character(body: str) -> str:
    """Weighted by place, so that one wrong character or two swapped neighbours are caught."""
    total = 0
    for place, character in enumerate(body, start=2):
        total += place * ALPHABET.index(character)
    return ALPHABET[total % len(ALPHABET)]


def tidy(typed: str) -> str | None:
    """The reference as typed by a person (spaces, dashes, lower case), or None when it is none."""
    reference = "".join(c for c in typed.upper() if c.isalnum())
    if len(reference) != LENGTH + 1 or any(c not in ALPHABET for c in reference):
        return None
    return reference if check_character(reference[:-1]) == reference[-1] else None
