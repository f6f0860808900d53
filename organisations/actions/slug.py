"""The word by which a row stands in an address: made from its name once, and kept whatever it is called later."""

from collections.abc import Container
from itertools import count

from django.db.models import QuerySet
from django.utils.text import slugify

from ..sealing.index import latin

LONGEST = 70


def free_slug(name: str, *others: QuerySet, word: str, reserved: Container[str]) -> str:
    """The name in Latin letters, whatever its script; `word` for a name of signs, and behind one that is an address already.

    With a number behind it where one of the `others` has it. Two at once may get the same: the database refuses one.
    """
    base = slugify(latin(name))[:LONGEST].strip("-") or word
    if base in reserved:
        base = f"{base}-{word}"
    taken = {slug for rows in others for slug in rows.filter(slug__startswith=base).values_list("slug", flat=True)}
    return next(slug for number in count(1) if (slug := base if number == 1 else f"{base}-{number}") not in taken)
