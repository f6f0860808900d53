"""Writes cases from patterns: every slot filled, every text sealed for its own row, all rows of a batch with one COPY a table."""

import datetime
import functools
import os
import uuid
from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from organisations.models import BlindIndex, DataKey
from organisations.models.ids import new_id
from organisations.sealing import envelope, index, keys

from .patterns import Lines, Pattern
from .person import Person
from .staff import Team


@functools.lru_cache(maxsize=100_000)
def found_by(name: str) -> tuple[tuple[str, str], ...]:
    """By what somebody of this name is found, as COPY reads it; the same name comes again and again."""
    return tuple(sorted((kind, token.hex()) for kind, token in index.entries([name], [])))


class Batch:
    """The rows of many cases, collected as text and written with one COPY a table."""

    KEY_COLUMNS = ("id", "owner_kind", "owner_id", "wrapped", "master_key_id", "created_at", "destroyed_at")
    INDEX_COLUMNS = ("subject_id", "kind", "token")

    def __init__(self) -> None:
        self.rows: dict[str, list[str]] = defaultdict(list)
        self.keys: list[str] = []
        self.found: list[str] = []
        self.master, self.master_name = keys.master_key(), keys.master_key_id()
        self.made_at = timezone.now().isoformat()

    def add(self, pattern: Pattern, person: Person, team: Team, *, worker: int, place: uuid.UUID | None) -> None:
        """One case more."""
        filled = Filled(self, pattern, person, team, worker=worker, place=place)
        for table, lines in pattern.tables.items():
            self.write(table, lines, filled.values)
        if place is not None:
            for table, lines in pattern.stay.items():
                self.write(table, lines, filled.values)
        self.make_findable(pattern, person, filled)

    def write(self, table: str, lines: Lines, values: list[str]) -> None:
        self.rows[table].append(lines.text % tuple([values[slot] for slot in lines.slots]))

    def new_key(self, kind: str, owner: str) -> bytes:
        """A data key, and its row."""
        key = os.urandom(32)
        wrapped = envelope.seal(self.master, key, keys.context_of((kind, owner)))  # type: ignore[arg-type]
        self.keys.append(
            f"{new_id()}\t{kind}\t{owner}\t\\\\x{wrapped.hex()}\t{self.master_name}\t{self.made_at}\t\\N\n"
        )
        return key

    def make_findable(self, pattern: Pattern, person: Person, filled: "Filled") -> None:
        """What the verbs put into the search for such a person."""
        facts, named = person.facts, pattern.named
        of_victim = [facts[name] for name in ("given", "family", "other") if name in named]
        numbers = [facts["v_number"]] if "v_number" in named else []
        self.find(filled.ids[pattern.victim], of_victim, numbers)
        of_case = [facts["notifier_number"]] if "notifier_number" in named else []
        self.find(filled.ids[pattern.case], [facts["working_name"]], of_case)

    def find(self, subject: str, names: list[str], numbers: list[str]) -> None:
        entries = {entry for name in names for entry in found_by(name)}
        entries |= {(kind, token.hex()) for kind, token in index.entries([], numbers)}
        self.found += [f"{subject}\t{kind}\t\\\\x{token}\n" for kind, token in entries]

    def save(self) -> None:
        """Everything into the database, in the running transaction; foreign keys are asked at its end."""
        with connection.cursor() as cursor:
            # days and hours of a life are those of the Netherlands, before and after its clocks change
            cursor.execute("SET LOCAL timezone TO 'Europe/Amsterdam'")
            copy(cursor, DataKey._meta.db_table, self.keys, self.KEY_COLUMNS)
            for table, rows in self.rows.items():
                copy(cursor, table, rows, columns_of(table))
            copy(cursor, BlindIndex._meta.db_table, self.found, self.INDEX_COLUMNS)


@functools.cache
def columns_of(table: str) -> tuple[str, ...]:
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    return tuple(field.column for field in model._meta.concrete_fields)


def copy(cursor: Any, table: str, rows: list[str], columns: tuple[str, ...]) -> None:
    named = ", ".join(f'"{column}"' for column in columns)
    with cursor.copy(f'COPY "{table}" ({named}) FROM STDIN') as writer:
        writer.write("".join(rows))


class Filled:
    """What stands in the slots of a pattern for one person."""

    def __init__(
        self, batch: Batch, pattern: Pattern, person: Person, team: Team, *, worker: int, place: uuid.UUID | None
    ) -> None:
        self.batch, self.facts, self.team = batch, person.facts, team
        self.back, self.later = datetime.timedelta(days=person.back), person.later
        self.place = str(place) if place else ""
        others = team.workers
        self.played = {
            "caseworker": others[worker % len(others)], "colleague": others[(worker + 1) % len(others)],
            "teamlead": team.lead, "organisation": team.organisation,
        }  # fmt: skip
        self.ids = {slot[1]: str(new_id()) for slot in pattern.slots if slot[0] == "id"}
        self.data_keys = {
            owner: batch.new_key(kind, self.ids[owner])
            for kind, owner in (("victim", pattern.victim), ("case", pattern.case))
        }
        self.values = [WRITTEN[slot[0]](self, *slot[1:]) for slot in pattern.slots]

    def own_id(self, told: uuid.UUID) -> str:
        return self.ids[told]

    def day(self, told: datetime.date) -> str:
        return (told - self.back).isoformat()

    def moment(self, told: datetime.datetime) -> str:
        return (told - self.back + self.later).isoformat(" ")

    def who(self, login: str) -> str:
        return str(self.played[login][0])

    def name(self, login: str) -> str:
        return self.played[login][1]

    def organisation(self) -> str:
        return str(self.team.organisation[0])

    def fact(self, name: str) -> str:
        return self.facts[name]

    def the_place(self) -> str:
        return self.place

    def sealed(self, kind: str, owner: uuid.UUID, column: str, row: uuid.UUID, what: str, said: str) -> str:
        plain = said if what == "same" else WRITTEN[what](self, said)
        return "\\\\x" + envelope.seal(self.data_keys[owner], plain.encode(), column + self.ids[row]).hex()


WRITTEN: dict[str, Callable[..., str]] = {
    "id": Filled.own_id, "day": Filled.day, "moment": Filled.moment, "who": Filled.who, "name": Filled.name, "organisation": Filled.organisation,
    "is": Filled.fact, "place": Filled.the_place, "sealed": Filled.sealed,
}  # fmt: skip
