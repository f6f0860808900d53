"""What is asked of one case for one page: each thing once, in SQL that was put together before, and nothing of what there is none."""

import dataclasses
import functools
import uuid
from collections.abc import Callable, Hashable
from typing import Any, Self

from django.apps import apps
from django.db import models

from organisations.models.ids import new_id
from organisations.models.kept import Kept, Question

from .participation import Participation

# Of these kinds a case has rows or none, and most cases have none of most.
SPARSE = frozenset({
    "casecontact", "consent", "conversation", "criminalevent", "familymember", "followup", "identification", "journey", "notice",
    "placement", "placementrequest", "procedure", "reflectionperiod", "residencestatus", "returnplan", "returnrisk",
    "safetyassessment", "unknowndestination",
})  # fmt: skip


def kind_called(kind: str) -> Any:
    return apps.get_model("cases", kind)


@functools.cache
def none_of(kind: str) -> models.QuerySet:
    """No row of that kind, and looked at already: to find that nothing need be asked takes the ORM a millisecond."""
    rows = kind_called(kind)._default_manager.none()
    bool(rows)
    return rows


def every(rows: Any) -> Any:
    return rows


def first(rows: Any) -> Any:
    return rows[:1]


def current(rows: Any) -> Any:
    return rows.current()


def still_open(rows: Any) -> Any:
    return rows.open()


# Rows of a kind, and which of them.
Which = tuple[str, Callable[[Any], Any]]


@functools.cache
def kept(kind: str, which: Callable[[Any], Any]) -> Kept:
    """Which rows of that kind a case has, in their own order. `which` is one of the functions above: each is kept for good."""
    return Kept(lambda case: which(kind_called(kind)._default_manager.filter(case=case)), new_id())


class WhatIsFilled(Question):
    """Of which sparse kinds a case has any row, hidden or not."""

    @functools.cached_property
    def said(self) -> str:
        tables = {kind: kind_called(kind)._meta.db_table for kind in sorted(SPARSE)}
        return " UNION ALL ".join(
            f"SELECT '{kind}' WHERE EXISTS (SELECT 1 FROM {table} WHERE case_id = %(case)s)"  # noqa: S608 - names of our tables
            for kind, table in tables.items()
        )

    def ask(self, cursor: Any, about: tuple) -> None:
        cursor.execute(self.said, {"case": about[0]})

    def answer(self, cursor: Any) -> frozenset[str]:
        return frozenset(kind for (kind,) in cursor.fetchall())


FILLED = WhatIsFilled()


@dataclasses.dataclass
class ReadOnce:
    """What is read of a case once for a page, or for one look at its facts."""

    case: uuid.UUID
    rows: dict[Hashable, Any] = dataclasses.field(default_factory=dict)

    @functools.cached_property
    def filled(self) -> frozenset[str]:
        """Of which sparse kinds the case has any row, hidden or not, in one question."""
        return FILLED.of(self.case)

    @classmethod
    def of_new(cls, case: uuid.UUID, *, lead: Participation | None, notices: list[Any]) -> Self:
        """All there is to read of a case that was just made."""
        read = cls(case, {"lead": lead, ("notice", every): notices})
        read.filled = frozenset(["notice"] if notices else [])
        return read
