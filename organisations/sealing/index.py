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
from itertools import pairwise
from typing import Any

from anyascii import anyascii
from django.apps import apps
from django.db import connection
from jellyfish import metaphone

from . import keys

# No id comes after it.
LAST = uuid.UUID(int=(1 << 128) - 1)

TOKEN, PREFIX, SOUND, NUMBER = "token", "prefix", "sound", "number"
PREFIX_LETTERS = 3
# So many are asked for at first.
FIRST = 200


def latin(text: str) -> str:
    """Lower-case Latin letters for those of any script, accents gone, and figures for those of any."""
    return anyascii(unicodedata.normalize("NFKC", text)).lower()


def words(text: str) -> list[str]:
    """Lower-case Latin words of a name in any script, accents gone."""
    return re.findall(r"[a-z0-9]+", re.sub(r"['’`]", "", latin(text)))


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
        found.add(heard(word))
    # "Mei Ling" is written "Meiling" another time
    found |= {heard(one + other) for name in names if name for one, other in pairwise(words(name))}
    found |= {(NUMBER, hashed(NUMBER, number(text))) for text in numbers if text and number(text)}
    return found


def rewrite(subject_id: uuid.UUID, *, names: Iterable[str], numbers: Iterable[str]) -> None:
    """Make the index of the subject say exactly this."""
    BlindIndex = apps.get_model("organisations", "BlindIndex")
    wanted = entries(names, numbers)
    have = {(row.kind, bytes(row.token)): row.pk for row in BlindIndex.objects.filter(subject_id=subject_id)}
    BlindIndex.objects.filter(pk__in=[pk for entry, pk in have.items() if entry not in wanted]).delete()
    add(subject_id, wanted - have.keys())


def begin(subject_id: uuid.UUID, *, names: Iterable[str]) -> None:
    """The index of a subject that is only now being made: nobody can have written any of it."""
    add(subject_id, entries(names, []))


def add(subject_id: uuid.UUID, wanted: set[tuple[str, bytes]]) -> None:
    """By hand: a name has ten entries, and as ten records they took the ORM longer than the database."""
    if wanted:
        kinds, tokens = zip(*wanted, strict=True)
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO organisations_blindindex (subject_id, kind, token)"
                " SELECT %s, unnest(%s::text[]), unnest(%s::bytea[]) ON CONFLICT DO NOTHING",
                [subject_id, list(kinds), list(tokens)],
            )


def forget(subject_id: uuid.UUID) -> None:
    """Nobody finds the subject any more."""
    apps.get_model("organisations", "BlindIndex").objects.filter(subject_id=subject_id).delete()


def asked(query: str) -> list[list[tuple[str, bytes]]]:
    """For each word of the query by which (kind, token) it is found; empty when there is nothing to look for."""
    return [ways(word) for word in words(query)[:6]]


def heard(word: str) -> tuple[str, bytes]:
    """By its sound, for what is spelled alike sounds alike; a word without one, or with figures in it, as it is written."""
    sound = metaphone(word) if word.isalpha() else ""
    return (SOUND, hashed(SOUND, sound)) if sound else (TOKEN, hashed(TOKEN, word))


def ways(word: str) -> list[tuple[str, bytes]]:
    """As it is heard; a short one as a beginning, too."""
    found = [heard(word)]
    return [*found, (PREFIX, hashed(PREFIX, word))] if len(word) <= PREFIX_LETTERS else found


def subjects(query: str, *, before: uuid.UUID = LAST, limit: int = FIRST) -> list[uuid.UUID]:
    """Who matches every word of the query, or the whole of it as one word or a number: their ids, the newest first, so many at most.

    `before`: only those that come after this one in that order.
    """
    searched = asked(query)
    if not searched:
        return []
    word, *others = searched
    asking = [newest(way, others, before, limit) for way in word]
    if others:
        asking.append(newest(heard("".join(words(query))), [], before, limit))
    asking.append(newest((NUMBER, hashed(NUMBER, number(query))), [], before, limit))
    # Each way walks the index from its newest end and stops at the limit; together they are sorted once more.
    sql = (
        f"SELECT DISTINCT subject_id FROM ({' UNION ALL '.join(said for said, _values in asking)}) found "  # noqa: S608 - ours
        "ORDER BY subject_id DESC LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [*(value for _said, values in asking for value in values), limit])
        return [subject for (subject,) in cursor.fetchall()]


def newest(
    way: tuple[str, bytes], others: list[list[tuple[str, bytes]]], before: uuid.UUID, limit: int
) -> tuple[str, list[Any]]:
    """A question for the newest that are found in this way and in one of the ways of each other word; and its values.

    The kind is asked although its token tells it: only so the index has them in order.
    """
    one = "SELECT subject_id FROM organisations_blindindex WHERE kind = %s AND token = %s"
    said, values = f"{one} AND subject_id < %s", [*way, before]
    for word in others:
        said += f" AND subject_id IN ({' UNION ALL '.join([one] * len(word))})"
        values += [value for one_way in word for value in one_way]
    return f"({said} ORDER BY subject_id DESC LIMIT %s)", [*values, limit]
