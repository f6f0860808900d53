"""A cursor for what is asked again and again in the same words: the database plans it once a connection, not each time."""

import contextlib
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorWrapper


def prepared() -> CursorWrapper:
    """Django's cursor, except that the values go beside the words: the driver prepares it (`prepare_threshold` in the settings).

    The first five times the database makes a plan for these values, afterwards one for any value if it expects that to cost
    no more: what is found by a key is planned no longer, and where a list is long for one and short for another it goes on.
    """
    if connection.queries_logged:
        # whoever watches what is asked reads the values in it, which the driver tells of its other cursor alone
        return connection.cursor()
    connection.ensure_connection()
    cursor: Any = ServerBindingCursor(connection.connection)  # type: ignore[call-arg]
    return connection.make_cursor(cursor)


@contextlib.contextmanager
def sent_together() -> Iterator[None]:
    """What is written or asked within is sent at once; the server waits where an answer is read, and at the end.

    A fault of the database comes up there, not where it was made: so nothing within may count on being told at once.
    """
    if connection.queries_logged:
        yield
        return
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.pipeline():  # type: ignore[union-attr]
        yield
