"""What somebody typed and has not saved yet: where it belongs, what of it is kept, and for how long."""

import dataclasses
import datetime
import json
import uuid
from collections.abc import Iterable
from typing import Any

from django.core import signing

# Nobody goes on after a week with what they left half typed; the file is not kept longer than it serves.
KEPT_FOR = datetime.timedelta(days=7)
# All fields of one form together, as they are kept.
LONGEST = 500_000

# What belongs to one opening of a page and never to the next: `draft` is the page's own mark, below.
NEVER_KEPT = frozenset({"csrfmiddlewaretoken", "submission", "draft"})

Fields = dict[str, list[str]]
IDS = frozenset({"user", "case", "organisation", "row", "opening", "took"})


@dataclasses.dataclass(frozen=True)
class Place:
    """One opening of one form by one person, as the page that passed the door marks it.

    The mark goes to the browser signed and comes back with what was typed; it says what to ask, never that it is
    allowed. `case` is None for a case still to be opened, which `organisation` is to keep; `row` is the record that the
    form showed, None for a new one.
    """

    user: uuid.UUID
    case: uuid.UUID | None
    organisation: uuid.UUID | None
    permission: str
    address: str
    row: uuid.UUID | None
    opening: uuid.UUID
    # the opening whose draft this one took up, and goes on with
    took: uuid.UUID | None = None

    @property
    def mark(self) -> str:
        said = dataclasses.asdict(self)
        return signing.dumps({name: None if one is None else str(one) for name, one in said.items()}, salt="draft")

    @classmethod
    def of(cls, mark: str) -> "Place | None":
        """The place in the mark, or None when it is none of ours or was made too long ago."""
        try:
            said = signing.loads(mark, salt="draft", max_age=KEPT_FOR)
        except signing.BadSignature:
            return None
        typed: Any = {name: uuid.UUID(one) if one is not None and name in IDS else one for name, one in said.items()}
        return cls(**typed)


def as_text(typed: Iterable[tuple[str, list[str]]]) -> str:
    """The fields of a form as one text to be sealed. Letters that cannot be stored become question marks."""
    kept = {name: values for name, values in typed if name not in NEVER_KEPT}
    return json.dumps(kept, ensure_ascii=False).encode(errors="replace").decode()


def as_fields(text: str) -> Fields:
    return json.loads(text)
