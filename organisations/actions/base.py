"""What every write shares: a savepoint of its own, a person behind it, and a refusal that is a sentence."""

import functools
import inspect
import uuid
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, TypeVar

from django.db import IntegrityError, OperationalError, connection, models, transaction
from django.utils.translation import gettext_lazy as _
from psycopg.errors import DeadlockDetected, ForeignKeyViolation

from ..models.ids import new_id
from ..models.kept import Kept

Row = TypeVar("Row", bound=models.Model)


class Refused(Exception):
    """A write that was not done, with the sentence that says why and what to do."""

    def __init__(self, sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class Stale(Refused):
    """Somebody else changed the row since it was read."""

    def __init__(self) -> None:
        super().__init__(_("Somebody else changed this while you were typing. What you typed is kept."))


class SentBefore(Refused):
    """The same form was sent before with something else in it: sent again it counts as another one."""

    def __init__(self) -> None:
        super().__init__(
            _("You sent this form before, with something else in it, and that is saved. Save again to add this too.")
        )


class Vanished(Refused):
    """A row that the write names was deleted while it was being written, or both waited for each other."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "Something that this names was merged or taken away at the same moment, so nothing was saved. What you typed is kept: look at it and save again."
            )
        )


# Whether a verb is being done by another verb.
within = ContextVar("within", default=False)


def action(verb: Callable) -> Callable:
    """Marks a write: keyword-only with `by=`, in its own savepoint, so that a refusal inside leaves nothing behind.

    At its end it holds every row that it names (the database looks after foreign keys at the commit by itself, when
    nobody can be told any more): whoever deletes one of them waits, and sees what was written. Raises Vanished.
    Where the same form came twice at once, or a random reference is somebody else's, it is done a second time.
    """
    parameters = inspect.signature(verb).parameters.values()
    if any(p.kind is not p.KEYWORD_ONLY for p in parameters) or "by" not in inspect.signature(verb).parameters:
        raise TypeError(f"{verb.__qualname__} must take keywords only, `by` among them")

    @functools.wraps(verb)
    def in_savepoint(**kwargs):
        if within.get():
            with transaction.atomic():
                return verb(**kwargs)
        outermost = within.set(True)
        try:
            try:
                return to_its_end(verb, kwargs)
            except IntegrityError as error:
                if not another_time_helps(error):
                    raise
                return to_its_end(verb, kwargs)
        except (IntegrityError, OperationalError) as error:
            if isinstance(error.__cause__, ForeignKeyViolation | DeadlockDetected):
                raise Vanished() from error
            raise
        finally:
            within.reset(outermost)

    return in_savepoint


def to_its_end(verb: Callable, kwargs: dict[str, Any]) -> Any:
    with transaction.atomic():
        made = verb(**kwargs)
        with connection.cursor() as cursor:
            # as Django's check_constraints, in one question
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
        return made


def another_time_helps(error: IntegrityError) -> bool:
    """The row of the same submission is there now and is found (`once`); a reference is drawn again."""
    return any(name in constraint_of(error) for name in ("submission", "reference"))


@functools.cache
def sent_as(model: type[Row]) -> Kept:
    """The row made by a submission, asked at every form that makes one."""
    return Kept(lambda submission: model._default_manager.filter(submission=submission).order_by(), new_id())


def once(
    model: type[Row], submission: uuid.UUID | None, make: Callable[[], Row], *, said: dict[str, Any], **same
) -> tuple[Row, bool]:
    """The row made by this submission of a form, and whether it was made now.

    A form posted twice carries the same submission key and gets the first row back; `same` says what that row must
    agree with, so that a key from another page finds nothing, and `said` what the person typed, so that a text changed
    after going back is not lost. Raises Refused, and SentBefore when something else was typed. Only inside an action:
    where the row is made by somebody else at the same moment, it is the whole action that is done again.
    """
    if submission is not None and (earlier := next(iter(sent_as(model).of(submission)), None)) is not None:
        if any(getattr(earlier, name) != value for name, value in same.items()):
            raise Refused(_("This form was sent before for something else. Open the page again."))
        if any(empty(getattr(earlier, name)) != empty(value) for name, value in said.items()):
            raise SentBefore()
        return earlier, False
    return make(), True


def empty(value: Any) -> Any:
    """None for what a form gives where nothing was typed; a no is an answer."""
    return None if value in ("", [], {}) else value


def constraint_of(error: IntegrityError) -> str:
    """The name of the constraint by which the database said no."""
    return getattr(getattr(error.__cause__, "diag", None), "constraint_name", None) or ""


def fresh(row: Row, version: int | None) -> Row:
    """The locked row, if it is still what the person saw. Raises Stale."""
    if version is not None and row.version != version:  # type: ignore[attr-defined]  # every row that is edited has one
        raise Stale()
    return row
