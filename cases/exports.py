"""The cases of the list as a file that a spreadsheet opens: a line for each, never an address, of sealed text at most the
working name."""

import csv
import datetime
import io
from collections.abc import Callable, Iterator
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override, pgettext

from organisations import sealing
from organisations.lists import no_formula
from organisations.models import User
from organisations.permissions import Permission

from .actions import case_export as actions
from .actions.case_export import Piece
from .forms.case import FilterForm
from .models import Assignment, Case, CaseExport, Participation, ReflectionPeriod, StageMove
from .models.case import CaseQuerySet
from .rules.access import Part
from .rules.case_export import AT_ONCE, BATCH
from .rules.codes import AGE_GROUPS, FILE_TYPES
from .rules.workflow import STAGES

# With the mark by which Excel knows UTF-8.
UTF_8 = b"\xef\xbb\xbf"


def ask(**asked: Any) -> CaseExport:
    """Ask for the file, and make it at once if it is small. Raises Refused."""
    export = actions.ask(**asked)
    if export.is_waiting and cases_of(export).order_by()[: AT_ONCE + 1].count() <= AT_ONCE:
        make(export)
    return export


def make(export: CaseExport) -> None:
    """Make the file of an export that waits, of what its requester may take along at this moment."""
    by = User.objects.get(pk=export.created_by_id)
    cases = cases_of(export)
    actions.make(export=export, pieces=pieces(export, cases), total=cases.order_by().count(), by=by)


def cases_of(export: CaseExport) -> CaseQuerySet:
    """What its requester may take along now, of the list with the filters of the export."""
    by = User.objects.get(pk=export.created_by_id)
    filters = FilterForm(QueryDict(export.filters))
    return filters.apply(Case.objects.where_may(by, Permission.CASES_EXPORT), user=by)


def columns(export: CaseExport) -> dict[str, Callable[[Case, dict], str]]:
    """The head of each column, and how a case fills it with what is known about the cases of its batch."""
    names = {_("Working name"): lambda case, known: case.working_name} if export.with_names else {}
    return {
        _("Reference"): lambda case, known: case.reference,
        **names,
        _("Stage"): words_of("stage", STAGES),
        _("Type of file"): words_of("file_type", FILE_TYPES),
        _("Age group"): words_of("age_group", AGE_GROUPS),
        _("Danger now"): yes_or_no("danger_now"),
        _("Bed needed"): yes_or_no("bed_needed"),
        _("Restricted"): yes_or_no("restricted"),
        _("Lead organisation"): lambda case, known: known["lead"].get(case.pk, ""),
        _("Assigned to"): lambda case, known: ", ".join(known["assigned"].get(case.pk, [])),
        pgettext("day", "Opened"): lambda case, known: day(case.created_at),
        _("In this stage since"): lambda case, known: day(known["since"].get(case.pk)),
        _("Last change"): lambda case, known: day(case.changed_at),
        _("End of the reflection period"): lambda case, known: day(known["reflection"].get(case.pk)),
    }


def words_of(column: str, codes: dict) -> Callable[[Case, dict], str]:
    said = {str(code): str(words) for code, words in codes.items()}
    return lambda case, known: said[getattr(case, column)]


def yes_or_no(column: str) -> Callable[[Case, dict], str]:
    yes, no = _("Yes"), _("No")
    return lambda case, known: yes if getattr(case, column) else no


def day(moment: datetime.date | None) -> str:
    """The day as every spreadsheet understands it."""
    if isinstance(moment, datetime.datetime):
        moment = timezone.localtime(moment).date()
    return moment.isoformat() if moment is not None else ""


def pieces(export: CaseExport, cases: CaseQuerySet) -> Iterator[Piece]:
    """The file: its head, then as many cases at a time as fit in memory, in the order of their references.

    By the reference, since that never changes: what is changed meanwhile is neither left out nor there twice.
    """
    with override(export.language):
        fill = columns(export)
    yield UTF_8 + lines(export, [list(fill)]), []
    last = ""
    while batch := list(cases.filter(reference__gt=last).order_by("reference")[:BATCH]):
        last = batch[-1].reference
        # The keys of these cases are forgotten with them.
        with sealing.fresh_keys():
            if export.with_names:
                sealing.preload("case", [case.pk for case in batch])
            known = known_of(batch)
            text = lines(export, [[column(case, known) for column in fill.values()] for case in batch])
        yield text, [case.pk for case in batch]


def known_of(cases: list[Case]) -> dict[str, dict]:
    """What stands beside the cases, each kind with one query: case → lead, people, moment, day."""
    lead = Participation.objects.now().filter(case__in=cases, part=Part.LEAD)
    moves = StageMove.objects.filter(case__in=cases).order_by("at")
    reflection = ReflectionPeriod.objects.filter(case__in=cases).order_by("number")
    assigned: dict[Any, list[str]] = {}
    people = Assignment.objects.now().filter(case__in=cases).order_by("from_at", "pk")
    for case_id, name in people.values_list("case_id", "user__name"):
        assigned.setdefault(case_id, []).append(name)
    return {
        "lead": dict(lead.values_list("case_id", "organisation__name")),
        "assigned": assigned,
        "since": dict(moves.values_list("case_id", "at")),
        "reflection": {
            case_id: ended or latest for case_id, ended, latest in reflection.values_list("case_id", "ended_on", "latest_end")
        },
    }  # fmt: skip


def lines(export: CaseExport, rows: list[list[str]]) -> bytes:
    """In Dutch with semicolons, which is what Excel splits by there; no cell is computed by a spreadsheet."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter=";" if export.language == "nl" else ",", quoting=csv.QUOTE_ALL)
    writer.writerows([no_formula(cell) for cell in row] for row in rows)
    return file.getvalue().encode()
