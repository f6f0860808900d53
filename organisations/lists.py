"""The audit trail of an organisation: its pages, its filters and its copy; and how every trail is paged."""

import csv
import datetime
import io
import uuid
from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .models import AuditEvent, Organisation, User
from .rules.audit import Verb

EVENTS = 50
COUNTED = 1_000
COPIED = 10_000


def read_mark(text: str) -> tuple[datetime.datetime, uuid.UUID] | None:
    """A moment and an id out of an address, or None where somebody has changed it."""
    moment, _tilde, pk = text.partition("~")
    try:
        at = parse_datetime(moment)
        return (at, uuid.UUID(pk)) if at is not None and timezone.is_aware(at) else None
    except (ValueError, OverflowError):
        return None


def newest_first(rows: QuerySet, *, before: str, size: int = EVENTS) -> tuple[list[Any], str]:
    """One page of rows that have a moment `at`, and the mark before which the next begins ("" on the last one)."""
    mark = read_mark(before)
    if mark is not None:
        at, pk = mark
        rows = rows.filter(Q(at__lt=at) | Q(at=at, id__lt=pk), at__lte=at)
    return paged(list(newest(rows, size)), size)


def newest(rows: QuerySet, size: int) -> QuerySet:
    """The newest of them, one more than a page if there are so many."""
    return rows.order_by("-at", "-id")[: size + 1]


def paged(found: list[Any], size: int) -> tuple[list[Any], str]:
    """Of those the page, and the mark of `newest_first`."""
    last = found[size - 1] if len(found) > size else None
    return found[:size], f"{last.at.isoformat()}~{last.pk}" if last else ""


def counted(rows: QuerySet) -> dict[str, Any]:
    """How many there are, counted no further than a thousand."""
    number = rows.order_by()[: COUNTED + 1].count()
    return {"number": min(number, COUNTED), "more": number > COUNTED}


def trail_of(organisations: Iterable[Organisation]) -> QuerySet[AuditEvent]:
    """What was done through these organisations: about their accounts, and in the cases in which they take or took part.

    What others did in the same cases stands in the trail of theirs.
    """
    return AuditEvent.objects.filter(organisation_id__in=[organisation.pk for organisation in organisations])


def last_saved(row: Any, deeds: dict[Verb, bool], *, within: uuid.UUID | None) -> AuditEvent | None:
    """Who changed the record last and when, as far as the trail knows and it may be told.

    `deeds`: for a record that is the case itself, the verbs that change it, and whether they may be told here.
    `within`: the case in which it is looked at, for a record that others reach through another case.
    """
    about = Q(case_id=row.pk, verb__in=list(deeds)) if deeds else Q(object_id=row.pk)
    event = AuditEvent.objects.filter(about).order_by("-at", "-id").first()
    if event is None or (deeds and not deeds[Verb(event.verb)]) or (within and event.case_id != within):
        return None
    return event


def people_of(organisations: Iterable[Organisation]) -> list[tuple[str, str]]:
    """Everybody who ever had a role there, as choices by name."""
    people = User.objects.filter(memberships__organisation__in=list(organisations)).distinct().order_by("name", "pk")
    return [(str(pk), name) for pk, name in people.values_list("pk", "name")]


def as_csv(rows: QuerySet[AuditEvent]) -> bytes:
    """The newest rows as a file that a spreadsheet opens; its last line says when there were more.

    With the mark by which Excel knows UTF-8, and in Dutch with semicolons, which is what Excel splits by there.
    """
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if get_language() == "nl" else ",", quoting=csv.QUOTE_ALL)
    writer.writerow(
        [_("Moment"), _("Person"), _("Role"), _("Organisation"), _("Kind"), _("Deed"), _("Case"), _("Part of the file")]
    )
    found = list(rows.order_by("-at", "-id")[: COPIED + 1])
    for event in found[:COPIED]:
        told = (
            timezone.localtime(event.at).strftime("%Y-%m-%d %H:%M:%S"), event.actor_name, event.role_name,
            event.organisation_name, event.kind_name, event.sentence, event.case_reference, event.room_name,
        )  # fmt: skip
        writer.writerow([no_formula(str(cell)) for cell in told])
    if len(found) > COPIED:
        writer.writerow(
            [
                _("There are more rows. This file holds the newest %(number)s; take a shorter period.")
                % {"number": COPIED}
            ]
        )
    return b"\xef\xbb\xbf" + file.getvalue().encode()


def no_formula(cell: str) -> str:
    """A cell that a spreadsheet would compute, in any width of its signs, begins with an apostrophe and is only read."""
    begins = cell.lstrip()[:1]
    return f"'{cell}" if (begins and begins in "=+-@＝＋－＠") or cell[:1] in {"\t", "\r", "\n"} else cell
