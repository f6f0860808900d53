"""The cast is assembled by the ordinary verbs once a day; every test then gets the same rows and objects back.

A run that goes on past midnight assembles it anew: tests say "today" and mean the day on which they run.

Rows go in as PostgreSQL wrote them (COPY), inside the transaction of the test, and files as they lay on the disk.
"""

import pickle
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests.cast import Cast, assemble


class Snapshot:
    """What assembling the cast left behind."""

    def __init__(self) -> None:
        self.kept = b""
        self.day = timezone.localdate()
        self.rows: dict[str, bytes] = {}
        self.files: dict[Path, bytes] = {}

    def cast(self) -> Cast:
        """The cast, in the database and on the disk of this test."""
        today = timezone.localdate()
        if not self.kept or self.day != today:
            self.day = today
            before = filled_tables()
            fresh = assemble()
            self.kept = pickle.dumps(fresh)
            self.rows = {table: rows_of(table) for table in filled_tables() - before}
            root = Path(settings.FILES_ROOT)
            self.files = {path.relative_to(root): path.read_bytes() for path in root.rglob("*") if path.is_file()}
            return fresh
        for table, rows in self.rows.items():
            with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" FROM STDIN') as writer:
                writer.write(rows)
        for path, content in self.files.items():
            target = Path(settings.FILES_ROOT) / path
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            target.write_bytes(content)
            target.chmod(0o600)
        cast: Cast = pickle.loads(self.kept)  # noqa: S301 - made above
        return cast


def filled_tables() -> set[str]:
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        filled = set()
        for table in tables:
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}")')
            if cursor.fetchone()[0]:
                filled.add(table)
    return filled


def rows_of(table: str) -> bytes:
    with connection.cursor() as cursor, cursor.copy(f'COPY "{table}" TO STDOUT') as reader:
        return b"".join(bytes(piece) for piece in reader)
