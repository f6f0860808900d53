"""What lists show: of cases, of what happened in one, of who looked, of what was answered or waits."""

import contextlib
import datetime
import functools
import itertools
import uuid
from collections.abc import Callable
from typing import Any

from django.db.models import Count, DateTimeField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.db.models.lookups import IsNull
from django.utils import timezone

from organisations.lists import newest, newest_first, paged, read_mark
from organisations.models import AuditEvent, ErasureEntry, Membership, User
from organisations.models.ids import new_id
from organisations.models.kept import Kept
from organisations.permissions import Permission
from organisations.roles import LABELS
from organisations.rules.audit import Verb

from .actions.correction import correctable
from .models import (
    Case,
    CaseExport,
    ErasureProposal,
    Participation,
    Transfer,
)
from .models.case import CaseQuerySet, lead_name, with_keys
from .rules.access import READING, ROOM_NAMES, Part, implies
from .rules.who_looked import part_of_file, why_looked
from .rules.workflow import Stage

PAGE = 25
EVENTS = 50
LINES = 1_500


def shown(cases: CaseQuerySet, limit: int, *, by: tuple[str, ...] = ()) -> list[Case]:
    """The rows of a list, newest change first, each with its lead organisation and an open working name."""
    named = cases.annotate(lead_name=lead_name()).with_key()
    return with_keys(list((named.order_by(*by) if by else named.newest_first())[:limit]))


def one_page(cases: CaseQuerySet, *, after: str) -> tuple[list[Case], str]:
    """One page of the list and the mark after which the next begins ("" on the last one)."""
    mark = read_mark(after)
    if mark is not None:
        at, pk = mark
        cases = cases.filter(Q(changed_at__lt=at) | Q(changed_at=at, id__lt=pk), changed_at__lte=at)
    rows = shown(cases, PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{last.changed_at.isoformat()}~{last.pk}" if last else ""


def one_page_by_day(cases: CaseQuerySet, *, after: str) -> tuple[list[Case], str]:
    """The same of cases that have a `day`: the earliest first, and at the end those of which it is not told."""
    cases = cases.annotate(at_day=Coalesce("day", Value(datetime.date.max)))
    day, _tilde, pk = after.partition("~")
    with contextlib.suppress(ValueError):
        begin, last_pk = datetime.date.fromisoformat(day), uuid.UUID(pk)
        cases = cases.filter(Q(at_day__gt=begin) | Q(at_day=begin, id__gt=last_pk))
    rows = shown(cases, PAGE + 1, by=("at_day", "id"))
    last: Any = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{last.at_day.isoformat()}~{last.pk}" if last else ""


def with_corrections(rows: list[Any], *, by: User) -> list[dict[str, Any]]:
    """Each row that counts, with those it corrects, newest first, and whether this person may correct it."""
    by_id = {row.pk: row for row in rows}
    corrected = {row.supersedes_id for row in rows}
    chains = []
    for row in rows:
        if row.pk in corrected:
            continue
        one: list[Any] = [row]
        while (before := by_id.get(one[-1].supersedes_id)) is not None:
            one.append(before)
        chains.append(one)
    mine = correctable(chains, by=by)
    return [
        {"row": one[0], "first": one[-1], "earlier": earlier(one), "may_correct": one[0].pk in mine} for one in chains
    ]


def earlier(chain: list[Any]) -> list[dict[str, Any]]:
    """What it said before, each with the row by which it was corrected."""
    return [{"row": before, "corrected": after} for after, before in itertools.pairwise(chain)]


def notes(case: Case, *, by: User) -> list[dict[str, Any]]:
    """The notes of the case as they count now, with what they said before."""
    return with_corrections(list(case.note_set.select_related("created_by", "organisation")), by=by)


def conversations(case: Case, *, by: User) -> list[dict[str, Any]]:
    """The conversations that count, with what they said before; the notes written with them as far as those are in sight."""
    rows = list(case.conversation_set.select_related("created_by"))
    notes = {note.conversation_id: note for note in case.note_set.exclude(conversation=None)}
    for row in rows:
        row.in_note = notes.get(row.pk)
    counted = {row.pk for row in case.conversation_set.current()}
    return [entry for entry in with_corrections(rows, by=by) if entry["row"].pk in counted]


def with_organisation(people, case: Case) -> dict[uuid.UUID, str]:
    """Each of these people as “name (organisation)”, the organisation through which they come to the case."""
    taking_part = Participation.objects.now().filter(case=case).values("organisation_id")
    of = (
        Membership.objects.active()
        .filter(user__in=people, organisation__in=taking_part)
        .select_related("user", "organisation")
    )
    return {m.user_id: f"{m.user.name} ({m.organisation.name})" for m in of}


def history(
    case: Case, can: frozenset[Permission], *, before: str, limit: int = EVENTS, deeds_only: bool = False
) -> tuple[list[dict], str]:
    """What happened in the rooms this person reads, newest first, and the mark for what is older."""
    rooms = rooms_read(can)
    if before or case.hidden_before:
        events = events_in(case.pk, rooms, deeds_only)
        for room, moment in case.hidden_before.items():
            events = events.exclude(room=room, at__lt=moment)
        rows, older = newest_first(events, before=before, size=limit)
    else:
        # as every page of a case asks it, put together once
        rows, older = paged(case.answer(newest_in(rooms, deeds_only, limit), case.pk), limit)
    return [{"event": event, "room": ROOM_NAMES.get(event.room, "")} for event in rows], older


def rooms_read(can: frozenset[Permission]) -> tuple[str, ...]:
    """Whose history this person reads: always that of the case itself."""
    return ("case", *(room for room, permission in READING.items() if permission in can))


def events_in(case: uuid.UUID, rooms: tuple[str, ...], deeds_only: bool) -> QuerySet[AuditEvent]:
    """What was done in these rooms of the case, and unless `deeds_only` who looked."""
    events = AuditEvent.objects.filter(case_id=case, room__in=rooms)
    looks = [Verb.CASE_READ, Verb.CASE_EXPORTED, Verb.DOCUMENT_OPENED, Verb.ACCESS_REFUSED]
    return events.exclude(verb__in=looks) if deeds_only else events


@functools.cache
def newest_in(rooms: tuple[str, ...], deeds_only: bool, limit: int) -> Kept:
    """The beginning of the history of a case, in these rooms."""
    return Kept(lambda case: newest(events_in(case, rooms, deeds_only), limit), new_id())


def who_looked(in_sight: Callable[[Permission], CaseQuerySet], organisations: list) -> QuerySet[AuditEvent]:
    """Who read, did or was refused what in the cases that `in_sight` gives, of the rooms this person reads themselves.

    Without what a transfer to one of their organisations left behind.
    """
    asked = {"case": Permission.CASE_SEE, **READING}
    # Most rooms are read by all who may ask who looked; only the others are asked for again.
    read = Q(room__in=[room for room, permission in asked.items() if implies(Permission.WHO_LOOKED, permission)])
    for room, permission in asked.items():
        if not implies(Permission.WHO_LOOKED, permission):
            # of each line by itself: as a list of cases the database would write down all in sight before the first line
            seen = in_sight(permission).filter(pk=OuterRef("case_id")).order_by().values("pk")[:1]
            read |= Q(IsNull(Subquery(seen), False), room=room)
    moment = Func(F("hidden_before"), OuterRef("room"), function="jsonb_extract_path_text", output_field=TextField())
    left_behind = (
        Participation.objects.now()
        .filter(case=OuterRef("case_id"), organisation__in=organisations)
        .annotate(before=Cast(moment, DateTimeField()))
        .filter(before__gt=OuterRef("at"))
    )
    found = AuditEvent.objects.filter(read, case_id__in=in_sight(Permission.WHO_LOOKED).values("pk"))
    return found.exclude(Exists(left_behind))


def looked_for_client(case: Case) -> dict[str, Any]:
    """Who looked in the file, for the client: a line for each day, organisation and role, with the parts of the file.

    Of every room, whatever the worker who prints it reads: the list is the client's, and holds no name and no content.
    Who was refused a page saw nothing and is left out.
    """
    days = (
        AuditEvent.objects.filter(case_id=case.pk, organisation_id__isnull=False)
        .exclude(verb=Verb.ACCESS_REFUSED)
        .annotate(day=TruncDate("at"))
        .values("day", "organisation_id", "organisation_name", "role", "room")
        .annotate(wrote=Count("pk", filter=~Q(verb__in=[Verb.CASE_READ, Verb.CASE_EXPORTED])))
        .order_by("-day", "organisation_name", "organisation_id", "role", "room")
    )
    found: list[dict[str, Any]] = [{**row} for row in days[: LINES + 1]]
    parts = list(case.participation_set.all())
    lines: list[dict[str, Any]] = []
    for row in found[:LINES]:
        same = {name: row[name] for name in ("day", "organisation_id", "organisation_name", "role")}
        if not lines or any(lines[-1][name] != value for name, value in same.items()):
            why = why_looked(row["role"], parts_on(parts, row["organisation_id"], row["day"]), row["room"])
            lines.append({**same, "role_name": LABELS.get(row["role"], ""), "rooms": [], "wrote": [], "why": why})
        lines[-1]["wrote" if row["wrote"] else "rooms"].append(part_of_file(row["room"]))
    return {"lines": lines, "more": len(found) > LINES}


def parts_on(parts: list[Participation], organisation_id: uuid.UUID, day: datetime.date) -> list[Part]:
    """In which parts the organisation was in the case that day."""
    return [
        part.part_taken
        for part in parts
        if part.organisation_id == organisation_id
        and timezone.localdate(part.from_at) <= day
        and (part.until_at is None or timezone.localdate(part.until_at) >= day)
    ]


def erasure(proposal: ErasureProposal, *, by: User, seen: bool) -> dict[str, Any]:
    """What the second person needs to know of the file: no content, and the written reason only for who sees the case."""
    case = proposal.case
    closed = case.stagemove_set.filter(to_stage=Stage.CLOSED).first()
    return {
        "proposal": proposal,
        "closed_at": closed.at if closed else None,
        "parts": case.participation_set.now().count(),
        "others": Case.objects.not_erased().filter(victim_id=case.victim_id).exclude(pk=case.pk).exists(),
        "mine": proposal.created_by_id == by.pk,
        "reason": proposal.reason if seen else "",
    }


def erasures(user: User, *, before: str) -> tuple[list[ErasureEntry], str]:
    """The ledger of the organisations in which this person confirms erasures, newest first."""
    organisations = user.organisations_with(Permission.ERASURE_CONFIRM)
    return newest_first(
        ErasureEntry.objects.filter(organisation_id__in=[organisation.pk for organisation in organisations]),
        before=before,
    )


def transfers_answered(user: User) -> list[Transfer]:
    """What the organisation of this person was offered and has answered, newest first."""
    return list(Transfer.objects.answered_by(user).select_related("case", "from_organisation", "answered_by")[:EVENTS])


def transfers_sent(user: User) -> list[Transfer]:
    """What the organisation of this person offered to others: to whom, and what came of it; newest first."""
    return list(Transfer.objects.sent_by(user).select_related("case", "to_organisation", "answered_by")[:EVENTS])


def case_exports(user: User) -> list[CaseExport]:
    """The files of cases that this person asked for, newest first."""
    return list(CaseExport.objects.of(user).select_related("organisation")[:EVENTS])


def waiting_erasures(user: User) -> list[ErasureProposal]:
    """Proposals that wait for a second person, oldest first."""
    return list(
        ErasureProposal.objects.of(user).waiting().select_related("case", "created_by", "organisation")[:EVENTS]
    )
