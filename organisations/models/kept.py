"""A question that many pages ask, put together by the ORM once: each time, that took longer than the database to answer."""

import abc
import contextlib
import datetime
import functools
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.db.models import Model, QuerySet
from django.utils import timezone

from .prepared import prepared, sent_together


class Question(abc.ABC):
    """What is asked of the database now and again, each time about something else."""

    def of(self, *about: Any) -> Any:
        with prepared() as cursor:
            self.ask(cursor, about)
            return self.answer(cursor)

    @abc.abstractmethod
    def ask(self, cursor: Any, about: tuple) -> None:
        """Send it, without waiting for the answer where several are sent together."""

    @abc.abstractmethod
    def answer(self, cursor: Any) -> Any:
        """What the database said to it."""


class Kept(Question):
    """`build` asks, now, about what it is given; about anything else and at any other moment it is the same SQL with other values.

    So nothing else in it may differ from one time to the next. `stand_ins` are what it is given while it is put together:
    values of the right types that stand nowhere else in the question.
    """

    def __init__(self, build: Callable[..., QuerySet], *stand_ins: Any) -> None:
        self.build, self.stand_ins = build, stand_ins
        self.shape: Shape | None = None

    @functools.cached_property
    def built(self) -> tuple[type[Model], str, list[Callable[[tuple, datetime.datetime], Any]]]:
        begun = timezone.now()
        rows = self.build(*self.stand_ins)
        said, values = rows.query.sql_with_params()
        return rows.model, said, [self.place_of(value, begun) for value in values]

    def place_of(self, value: Any, begun: datetime.datetime) -> Callable[[tuple, datetime.datetime], Any]:
        if value in self.stand_ins:
            at = self.stand_ins.index(value)
            return lambda about, _now: about[at]
        if isinstance(value, datetime.datetime) and begun <= value <= timezone.now():
            return lambda _about, now: now
        if isinstance(value, datetime.date):
            raise TypeError("This day would stay that of the time when the question was put together.")
        return lambda _about, _now: value

    def ask(self, cursor: Any, about: tuple) -> None:
        _model, said, values = self.built
        now = timezone.now()
        cursor.execute(said, [value(about, now) for value in values])

    def answer(self, cursor: Any) -> list[Any]:
        rows = cursor.fetchall()
        # the same words have the same columns each time
        shape = self.shape = self.shape or Shape(self.built[0], [column.name for column in cursor.description or ()])
        return [shape.made(row) for row in rows]


def together(asked: list[tuple[Question, tuple]]) -> list[Any]:
    """The answers to several questions, each with what it is about: all are sent before the first answer is awaited."""
    if len(asked) < 2:
        return [question.of(*about) for question, about in asked]
    with sent_together(), contextlib.ExitStack() as open_cursors:
        waiting = []
        for question, about in asked:
            cursor = open_cursors.enter_context(prepared())
            question.ask(cursor, about)
            waiting.append((question, cursor))
        return [question.answer(cursor) for question, cursor in waiting]


class Shape:
    """How a row of the answer becomes a record: which of its columns are fields of the model; the others stand beside them."""

    def __init__(self, model: type[Model], columns: list[str]) -> None:
        fields = {field.column: field for field in model._meta.concrete_fields}
        self.model = model
        self.fields = [at for at, name in enumerate(columns) if name in fields]
        self.names = [fields[columns[at]].attname for at in self.fields]
        self.beside = [(at, name) for at, name in enumerate(columns) if name not in fields]
        self.read = [
            (at, reading) for at in self.fields for reading in fields[columns[at]].get_db_converters(connection)
        ]

    def made(self, row: tuple[Any, ...]) -> Any:
        values = list(row)
        for at, reading in self.read:
            values[at] = reading(values[at], None, connection)
        record: Any = self.model.from_db(connection.alias, self.names, [values[at] for at in self.fields])
        for at, name in self.beside:
            setattr(record, name, values[at])
        return record
