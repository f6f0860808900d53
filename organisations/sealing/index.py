"""Blind index: names and numbers can be found without being readable.

Every token is an HMAC under the index's own key. Known limits: the phonetic key is English (Szabó is not found by
Sabo), and scripts that transliterate badly (Ge'ez) are found by their own spelling only.
"""

import hashlib
import hmac
import re
import unicodedata
import uuid
from collections.abc import Iterable

from anyascii import anyascii
from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from jellyfish import metaphone

from . import keys

TOKEN, PREFIX, SOUND, NUMBER = "token", "prefix", "sound", "number"
PREFIX_LETTERS = 3


def words(text: str) -> list[str]:
    """Lower-case Latin words of a name in any script, accents gone."""
    plain = re.sub(r"['’`]", "", anyascii(unicodedata.normalize("NFKC", text)).lower())
    return re.findall(r"[a-z0-9]+", plain)


def number(text: str) -> str:
    """A number without its spaces, dots and dashes."""
    return "".join(words(text)).upper()


def hashed(kind: str, word: str) -> bytes:
    return hmac.new(keys.data_key(keys.INDEX), f"{kind}|{word}".encode(), hashlib.sha256).digest()[:16]


def entries(names: Iterable[str], numbers: Iterable[str]) -> set[tuple[str, bytes]]:
    """Everything by which these names and numbers can be found, as (kind, token)."""
    found: set[tuple[str, bytes]] = set()
    for word in {word for name in names if name for word in words(name)}:
        found.add((TOKEN, hashed(TOKEN, word)))
        found |= {(PREFIX, hashed(PREFIX, word[:length])) for length in range(1, min(PREFIX_LETTERS, len(word)) + 1)}
        sound = metaphone(word)
        if sound:
            found.add((SOUND, hashed(SOUND, sound)))
    found |= {(NUMBER, hashed(NUMBER, number(text))) for text in numbers if text and number(text)}
    return found


def rewrite(subject_id: uuid.UUID, *, names: Iterable[str], numbers: Iterable[str]) -> None:
    """Make the index of the subject say exactly this."""
    BlindIndex = apps.get_model("organisations", "BlindIndex")
    wanted = entries(names, numbers)
    have = {(row.kind, bytes(row.token)): row.pk for row in BlindIndex.objects.filter(subject_id=subject_id)}
    BlindIndex.objects.filter(pk__in=[pk for entry, pk in have.items() if entry not in wanted]).delete()
    BlindIndex.objects.bulk_create(
        [BlindIndex(subject_id=subject_id, kind=kind, token=token) for kind, token in wanted - have.keys()],
        ignore_conflicts=True,
    )


def forget(subject_id: uuid.UUID) -> None:
    """Nobody finds the subject any more."""
    apps.get_model("organisations", "BlindIndex").objects.filter(subject_id=subject_id).delete()


def asked(query: str) -> list[set[tuple[str, bytes]]]:
    """For each word of the query by which (kind, token) it is found; empty when there is nothing to look for."""
    return [ways(word) for word in words(query)[:6]]


def ways(word: str) -> set[tuple[str, bytes]]:
    found = {(TOKEN, hashed(TOKEN, word))}
    if len(word) <= PREFIX_LETTERS:
        found.add((PREFIX, hashed(PREFIX, word)))
    sound = metaphone(word)
    return found | {(SOUND, hashed(SOUND, sound))} if sound else found


def subjects(query: str):
    """A queryset of subject ids that match every word of the query, or the whole of it as a number."""
    BlindIndex = apps.get_model("organisations", "BlindIndex")
    searched = asked(query)
    if not searched:
        return BlindIndex.objects.none().values("subject_id")
    by_number = BlindIndex.objects.filter(kind=NUMBER, token=hashed(NUMBER, number(query))).values("subject_id")
    by_name = None
    for found in searched:
        matching = BlindIndex.objects.filter(token__in=[token for _kind, token in found])
        if by_name is not None:
            matching = matching.filter(subject_id__in=by_name)
        by_name = matching.values("subject_id")
    return BlindIndex.objects.filter(subject_id__in=by_name).values("subject_id").union(by_number)


def is_found(query: str, column: str) -> Q:
    """The same as a condition on rows that name the subject in that column: for a query that finds half the world."""
    BlindIndex = apps.get_model("organisations", "BlindIndex")
    here = BlindIndex.objects.filter(subject_id=OuterRef(column))
    by_name = Q()
    for found in asked(query):
        by_name &= Q(Exists(here.filter(token__in=[token for _kind, token in found])))
    return by_name | Q(Exists(here.filter(kind=NUMBER, token=hashed(NUMBER, number(query)))))
