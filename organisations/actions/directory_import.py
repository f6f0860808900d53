"""The directory out of a file: what would change, and then all of it or nothing.

What a person wrote or verified is kept, and reported. A row of an organisation that works in the system is skipped.
"""

import dataclasses
from collections.abc import Callable, Iterable, Iterator
from enum import StrEnum
from itertools import islice
from typing import Any

from django.utils import timezone

from ..models import FormerSlug, Organisation, OrganisationChange, OrganisationSource, User
from ..rules.audit import Verb
from ..rules.directory import DESCRIBING, POINT, SOURCES, Deed, Visibility, shown_to_fewer
from ..rules.social_map import Row
from . import audit
from .base import action
from .organisation import differing

AT_ONCE = 500
# Besides what the file says: what saving an import changes.
SAVED = (
    *DESCRIBING,
    "latitude",
    "longitude",
    "summary",
    "role_in_return",
    "search",
    "match_keys",
    "imported_at",
    "changed_at",
    "version",
)


class Outcome(StrEnum):
    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    TENANT = "works in the system itself: skipped"
    MERGED = "merged into another record: skipped"


WRITTEN = frozenset({Outcome.NEW, Outcome.CHANGED})


@dataclasses.dataclass
class Verdict:
    """What a row comes to: the record as it will be, each field that changes and each that a person keeps."""

    row: Row
    outcome: Outcome
    record: Organisation | None = None
    changes: dict[str, list] = dataclasses.field(default_factory=dict)
    kept: dict[str, list] = dataclasses.field(default_factory=dict)
    sources: list[OrganisationSource] = dataclasses.field(default_factory=list)


Heard = Callable[[Verdict], None]


def look(rows: Iterable[Row], heard: Heard) -> None:
    """Tell what the rows would come to, and write nothing."""
    for chunk in chunks(rows):
        for verdict in verdicts(chunk, lock=False):
            heard(verdict)


@action
def take_over(*, rows: Iterable[Row], heard: Heard, by: User | None) -> None:
    """Write what the rows come to now; whatever goes wrong in between, nothing of it stays."""
    moment = timezone.now()
    for chunk in chunks(rows):
        found = verdicts(chunk, lock=False)
        # only what is written is locked, and looked at again: people go on with the rest
        written = [verdict.row for verdict in found if verdict.outcome in WRITTEN]
        locked = {verdict.row.slug: verdict for verdict in verdicts(written, lock=True)}
        found = [locked.get(verdict.row.slug, verdict) for verdict in found]
        save(found, moment, by=by)
        for verdict in found:
            heard(verdict)
    audit.record(Verb.ORGANISATIONS_IMPORTED, by=by)


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    left = iter(rows)
    while chunk := list(islice(left, AT_ONCE)):
        yield chunk


def verdicts(rows: list[Row], *, lock: bool) -> list[Verdict]:
    slugs = [row.slug for row in rows]
    records = Organisation.objects.filter(slug__in=slugs).order_by("pk")
    if lock:
        records = records.select_for_update(no_key=True)
    here = {record.slug: record for record in records}
    tenants = set(Organisation.objects.tenants().filter(slug__in=slugs).values_list("slug", flat=True))
    merged = set(FormerSlug.objects.filter(slug__in=slugs).values_list("slug", flat=True))
    sources: dict[Any, dict[str, OrganisationSource]] = {}
    for source in OrganisationSource.objects.filter(organisation__slug__in=slugs):
        sources.setdefault(source.organisation_id, {})[source.url] = source
    found = []
    for row in rows:
        record = here.get(row.slug)
        if row.slug in tenants or (record is None and row.slug in merged):
            found.append(Verdict(row, Outcome.TENANT if row.slug in tenants else Outcome.MERGED))
        elif record is None:
            # what no page confirms is not for everybody
            internal = {"visibility": Visibility.INTERNAL.value} if row.source and not row.source.confirmed else {}
            record = Organisation(slug=row.slug, **row.values | internal)
            found.append(Verdict(row, Outcome.NEW, record, sources=sources_of(row, record, {})))
        else:
            found.append(compared(row, record, sources.get(record.pk, {})))
    return found


def compared(row: Row, record: Organisation, sources: dict[str, OrganisationSource]) -> Verdict:
    """What changes in a record that is there, and what stays because a person wrote or verified it."""
    listed = [source.in_a_line for source in sources.values()]
    verdict = Verdict(row, Outcome.UNCHANGED, record, sources=sources_of(row, record, sources))
    if verdict.sources and (SOURCES in record.human_fields or record.verified_on is not None):
        verdict.kept[SOURCES] = [sorted(sources), [source.url for source in verdict.sources]]
        verdict.sources = []
    values = of_the_file(row, record)
    for name, both in differing(record, values).items():
        theirs = record.verified_on is not None or name in record.human_fields
        (verdict.kept if theirs else verdict.changes)[name] = both
    for name in verdict.changes:
        setattr(record, name, values[name])
    before, (record.latitude, record.longitude) = point(record), place_of(row, record, verdict)
    if point(record) != before:
        verdict.changes[POINT] = [before, point(record)]
    if verdict.sources:
        named = sources | {source.url: source for source in verdict.sources}
        as_shown = sorted(named.values(), key=lambda source: (source.position, source.url))
        verdict.changes[SOURCES] = [listed, [source.in_a_line for source in as_shown]]
    if verdict.changes:
        verdict.outcome = Outcome.CHANGED
    return verdict


def of_the_file(row: Row, record: Organisation) -> dict[str, Any]:
    """What the file says of it; what no page confirms is shown to no more people than before."""
    values = row.values
    if row.source and not row.source.confirmed and not shown_to_fewer(values["visibility"], than=record.visibility):
        values = values | {"visibility": record.visibility}
    return values


def place_of(row: Row, record: Organisation, verdict: Verdict) -> tuple:
    """Where the city of the record lies: nowhere for whoever offers shelter, or where nobody says it of a new city."""
    city = {"city", "country"}
    if record.offers_shelter:
        return None, None
    # the file knows of its own city alone, and of what it calls a shelter it knows no place
    if "latitude" in row.values and not (city | {"kind", "services"}) & verdict.kept.keys():
        return row.values["latitude"], row.values.get("longitude")
    return (None, None) if city & verdict.changes.keys() else (record.latitude, record.longitude)


def point(record: Organisation) -> str:
    return "" if record.latitude is None else f"{record.latitude:.2f}, {record.longitude:.2f}"


def sources_of(row: Row, record: Organisation, here: dict[str, OrganisationSource]) -> list[OrganisationSource]:
    """The sources that are new, say something else or come elsewhere now; none is ever taken away.

    They come in the order of the file, and after them what it does not name.
    """
    # a file that tells of no first source leaves the one that is there
    first = row.source.url if row.source else next((url for url, known in here.items() if known.position == 0), None)
    order = list(dict.fromkeys([*([] if first is None else [first]), *row.further, *here]))
    moved = order != list(here) or (first is not None and here[first].position != 0)
    changed = []
    for position, url in enumerate(order, start=int(first is None)):
        source, before = here.get(url), None
        if source is None:
            source = OrganisationSource(organisation=record, url=url, confirmed=bool(url))
        else:
            before = (source.dated, source.confirmed, source.position)
        if row.source and url == row.source.url:
            source.dated, source.confirmed = row.source.dated, row.source.confirmed
        if moved:
            source.position = position
        if (source.dated, source.confirmed, source.position) != before:
            changed.append(source)
    return changed


def save(found: list[Verdict], moment, *, by: User | None) -> None:
    touched = [verdict for verdict in found if verdict.outcome in WRITTEN]
    records, history = [], []
    for verdict in touched:
        assert verdict.record is not None  # both outcomes have one
        verdict.record.imported_at = moment
        verdict.record.version += verdict.outcome is Outcome.CHANGED
        records.append(verdict.record)
        if verdict.outcome is Outcome.NEW or verdict.changes:
            history.append(
                OrganisationChange(
                    organisation=verdict.record, deed=Deed.IMPORTED, by=by, at=moment, fields=verdict.changes
                )
            )
    Organisation.objects.bulk_create(records, update_conflicts=True, unique_fields=["id"], update_fields=SAVED)
    OrganisationSource.objects.bulk_create(
        [source for verdict in touched for source in verdict.sources],
        update_conflicts=True, unique_fields=["id"], update_fields=["dated", "confirmed", "position"],
    )  # fmt: skip
    OrganisationChange.objects.bulk_create(history)
