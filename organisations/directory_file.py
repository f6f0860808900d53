"""The directory as a file, read and written: the two tables that import and export share."""

import csv
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TextIO

from django.utils import timezone

from .models import Organisation, OrganisationSource
from .rules import social_map
from .rules.social_map import COLUMNS, FIELDS, NEEDED, UNVERIFIED, Row, Wrong, harmless

# A cell may be of any length: it is refused by its own column, and the others go in.
csv.field_size_limit(2**31 - 1)
BREAK = re.compile(r"\r\n|\r|\n")
SOURCES = ("slug", "further_source_url")
AT_ONCE = 500


class Unreadable(Exception):
    """The file as a whole is not what it should be, with the sentence that says why."""


class Refusal(Wrong):
    """A row that is left out: its line, its column and the reason."""

    def __init__(self, line: int, wrong: Wrong) -> None:
        super().__init__(wrong.column, wrong.reason)
        self.line = line

    def __str__(self) -> str:
        return f"line {self.line}, {self.column or 'row'}: {self.reason}"


def sources_beside(path: Path) -> Path:
    """Where the further sources of a file of organisations lie: social-map-sources.csv beside social-map.csv."""
    return path.with_name(f"{path.stem}-sources{path.suffix}")


def rows_of(path: Path) -> Iterator[Row | Refusal]:
    """Each row that can be taken and each that cannot, in the order of the file. Raises Unreadable."""
    beside = sources_beside(path)
    further = further_sources(beside) if beside.exists() else {}
    slugs: dict[str, int] = {}
    today = timezone.localdate()
    for line, cells in lines_of(path, needed=NEEDED, known=COLUMNS):
        try:
            row = social_map.read(line, cells, today=today)
            if row.slug in slugs:
                raise Wrong("slug", f"“{row.slug}” stands in line {slugs[row.slug]} already")
        except Wrong as wrong:
            yield Refusal(line, wrong)
            continue
        slugs[row.slug] = line
        row.further = list(dict.fromkeys(further.get(row.slug, [])))
        yield row


def further_sources(path: Path) -> dict[str, list[str]]:
    """Addresses by slug. Raises Unreadable, also for an address that is none: the file comes whole or not at all."""
    found: dict[str, list[str]] = {}
    for line, cells in lines_of(path, needed=SOURCES, known=SOURCES):
        try:
            if None in cells:
                raise Wrong("", "has more cells than the first line has names")
            url = social_map.address("further_source_url", cells["further_source_url"] or "", longest=500)
        except Wrong as wrong:
            raise Unreadable(f"{path.name}: {Refusal(line, wrong)}") from wrong
        found.setdefault(cells["slug"] or "", []).append(url)
    return found


def lines_of(path: Path, *, needed: Iterable[str], known: Iterable[str]) -> Iterator[tuple[int, dict]]:
    """The number of the line on which a row begins, and its cells by their column. Raises Unreadable."""
    begins = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, delimiter=delimiter_of(file), strict=True)
            columns = reader.fieldnames or []
            missing, strange = [c for c in needed if c not in columns], [c for c in columns if c not in {*known}]
            if missing or strange or len(set(columns)) < len(columns):
                wrong = [f"without {', '.join(missing)}"] if missing else []
                wrong += [f"with unknown {', '.join(str(c)[:40] for c in strange)}"] if strange else []
                raise Unreadable(f"{path.name}: the first line names the columns, {'; '.join(wrong) or 'each once'}")
            begins = reader.line_num + 1
            for cells in reader:
                # empty lines are skipped, and cells may hold several
                within = sum(len(BREAK.findall(str(cell))) for cell in cells.values())
                yield reader.line_num - within, cells
                begins = reader.line_num + 1
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name} is not UTF-8.") from error
    except csv.Error as error:
        raise Unreadable(f"{path.name}, line {begins}: {error}") from error
    except OSError as error:
        raise Unreadable(f"{path} cannot be read: {error.strerror}") from error


def delimiter_of(file: TextIO) -> str:
    """A comma, or the semicolon that a Dutch spreadsheet writes."""
    first = file.readline()
    file.seek(0)
    return ";" if first.count(";") > first.count(",") else ","


def count(path: Path) -> int:
    """How many rows there are. Raises Unreadable."""
    return sum(1 for _line in lines_of(path, needed=NEEDED, known=COLUMNS))


def write(organisations: TextIO, sources: TextIO) -> int:
    """The whole directory, as `rows_of` takes it; how many records."""
    number = 0
    table, pages = csv.writer(organisations), csv.writer(sources)
    table.writerow(COLUMNS)
    pages.writerow(SOURCES)
    for record in Organisation.objects.order_by("slug").prefetch_related("sources").iterator(chunk_size=AT_ONCE):
        named = list(record.sources.all())
        first = named[0] if named and named[0].position == 0 else None
        table.writerow([harmless(cell_of(record, first, column)) for column in COLUMNS])
        pages.writerows((record.slug, source.url) for source in named if source is not first)
        number += 1
    return number


def cell_of(record: Organisation, source: OrganisationSource | None, column: str) -> str:
    if column.startswith("source_"):
        if source is None:
            return ""
        said = {"source_url": source.url or UNVERIFIED, "source_date": source.dated}
        return said.get(column, "yes" if source.confirmed else "no")
    value = getattr(record, FIELDS.get(column, column))
    if isinstance(value, list):
        return ";".join(value)
    return "" if value is None else str(value)
