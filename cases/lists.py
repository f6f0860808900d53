"""What the list of cases, the search, the case page and the history show."""

import contextlib
import datetime
import functools
import itertools
import uuid
from collections.abc import Callable
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Count, DateTimeField, Exists, F, Func, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Cast, Coalesce, TruncDate
from django.db.models.lookups import IsNull
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from organisations.forms.fields import DateField
from organisations.lists import newest, newest_first, paged, read_mark
from organisations.models import AuditEvent, ErasureEntry, Membership, User
from organisations.models.asked import Asked
from organisations.models.ids import new_id
from organisations.models.kept import Kept
from organisations.permissions import Permission
from organisations.roles import LABELS
from organisations.rules.audit import Verb
from organisations.rules.days import midnight
from organisations.sealing import index

from .actions.correction import correctable
from .models import (
    Case,
    CaseExport,
    CriminalEvent,
    ErasureProposal,
    Participation,
    Placement,
    ReturnPlan,
    ReturnRisk,
    Transfer,
)
from .models.case import CaseQuerySet, held_by, lead_name, opens, with_keys
from .models.draft import TYPED
from .models.facts import wish
from .models.read_once import Which, current, every, first, still_open
from .rules.access import READING, ROOM_NAMES, Part, implies
from .rules.codes import CRIMINAL_EVENTS, ORIENTATIONS, Orientation
from .rules.references import tidy
from .rules.who_looked import part_of_file, why_looked
from .rules.workflow import Stage

PAGE = 25
# Of many who are found so many are shown, and as many as that to whoever asks for more.
FOUND, MANY = 25, 200
# Fewer bearers of a name are not worth a question of their own.
LEAST = 50
EVENTS, GLANCED = 50, 6
LINES = 1_500
DAY = datetime.timedelta(days=1)
LONG_AGO = datetime.datetime(1, 1, 2, tzinfo=datetime.UTC)


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


def search(user: User, text: str, *, limit: int = FOUND) -> tuple[list[Case], bool]:
    """Cases found by a name or number of the person, working name, notifier's number, reference or day of intake.

    Of more than `limit` the newest; and whether there are more.
    """
    held = held_by(user, Permission.CASE_SEARCH)
    if not held:
        return [], False
    day = day_of_intake(text)
    asking = asking_of(limit + 1, with_day=bool(day))
    found: dict[uuid.UUID, Case] = {}
    looked_at, number, last, finished = 0, index.FIRST, index.LAST, False
    while not finished:
        people = index.subjects(text, before=last, limit=number)
        asked = asking.of(held, user.pk, as_list(people), tidy(text) or "", *day)
        found |= {case.pk: case for case in asked}
        finished = len(people) < number or len(found) > limit
        if not finished:
            looked_at, last = looked_at + len(people), people[-1]
            number = how_many_more(looked_at, len(found), limit)
    rows = sorted(found.values(), key=lambda case: (case.changed_at, case.pk), reverse=True)
    return with_keys(rows[:limit]), len(rows) > limit


def as_list(ids: list[uuid.UUID]) -> str:
    """Ids as the database reads a list of them: written by the driver one by one, two hundred took longer than they took to find."""
    return f"{{{','.join(map(str, ids))}}}"


ONE_OF = "{of} = ANY(%s::uuid[])"


@functools.cache
def asking_of(limit: int, *, with_day: bool) -> Kept:
    """The cases among these people or of these ids, of this reference, or taken in between these moments.

    Asked for a day only when one was typed: of any day the database expects the cases of many, and would plan anew each time.
    """

    def asking(held, user, ids, reference, *day) -> CaseQuerySet:
        # Put together by the ORM, the lists of ids took longer than the answer.
        found = Q(Asked(F("pk"), ids, sql=ONE_OF)) | Q(Asked(F("victim_id"), ids, sql=ONE_OF)) | Q(reference=reference)
        if day:
            found |= Q(created_at__gte=day[0], created_at__lt=day[1])
        seen = Case.objects.filter(opens(held, user, Permission.CASE_SEARCH), found)
        return seen.annotate(lead_name=lead_name()).with_key().newest_first()[:limit]

    day = (LONG_AGO, LONG_AGO + DAY) if with_day else ()
    return Kept(asking, [new_id()], new_id(), as_list([new_id()]), "a reference", *day)


def day_of_intake(text: str) -> tuple[datetime.datetime, ...]:
    """From when until when the day lasts that somebody typed; nothing where it is none."""
    day = as_day(text)
    if day is None:
        return ()
    begin = midnight(day)
    return begin, begin + DAY


def how_many_more(looked_at: int, found: int, limit: int) -> int:
    """How many bearers of a name to look at next, the newest first, after so many gave so many cases.

    Half as many again as will do if the others are seen as often; never more than there were until now, since of the newest
    few may tell little of the others.
    """
    missing = limit + 1 - found
    return min(looked_at, max(LEAST, looked_at * missing * 3 // (2 * found))) if found else looked_at


def as_day(text: str) -> datetime.date | None:
    """The day somebody typed, or None when it is no day."""
    try:
        return DateField(required=False).clean(text)
    except ValidationError:
        return None


# What the case page shows of the rows of a case, and what one must be able to do to read it.
AT_A_GLANCE: dict[Permission, list[Which]] = {
    Permission.CASE_SEE: [("task", still_open)],
    Permission.IDENTITY_READ: [("identification", first)],
    Permission.REGISTRATION_READ: [("reflectionperiod", first), ("unknowndestination", first)],
    Permission.SUPPORT_READ: [("casecontact", current), ("residencestatus", every), ("criminalevent", first)],
    Permission.NOTES_READ: [("conversation", current)],
    Permission.RETURN_READ: [("returnplan", first), ("returnrisk", first), ("journey", first)],
}


def glance(case: Case, can: frozenset[Permission], *, by: User, note_address: str) -> dict[str, Any]:
    """What the case page answers at first sight, as far as this person may know it; with it what they typed as a note."""
    typed = [(TYPED, (by.pk, note_address))] if Permission.NOTES_WRITE in can else []
    case.read_ahead(
        (one for permission, rows in AT_A_GLANCE.items() if permission in can for one in rows),
        [*typed, *([] if case.hidden_before else [(newest_in(rooms_read(can), True, GLANCED), (case.pk,))])],
    )
    contacts = case.contacts_now() if Permission.SUPPORT_READ in can else []
    sheltered = case.of("placement", lambda rows: rows.now().select_related("place__shelter", "member"))
    stays = list(sheltered) if Permission.SHELTER_READ in can else []
    stay = next((one for one in stays if one.member_id is None), None)
    plan = case.newest("returnplan") if Permission.RETURN_READ in can else None
    risk = case.newest("returnrisk") if Permission.RETURN_READ in can else None
    return {
        "contacts": [contact for contact in contacts if not contact.never_tell],
        "never_tell": [contact for contact in contacts if contact.never_tell],
        "tracks": tracks(case, can, stay=stay, plan=plan, risk=risk),
        "bed": bed(case, stay),
        "bed_elsewhere": bed_elsewhere(case, stay),
        "without_the_person": stays if stay is None else [],
        "away": away_since(case) if Permission.REGISTRATION_READ in can else None,
        "second": second_decisions(can, plan, risk, by=by),
        "events": history(case, can, before="", limit=GLANCED, deeds_only=True)[0],
    }


def away_since(case: Case) -> datetime.date | None:
    """Since when the person has been away to an unknown destination; None while they are not."""
    row = case.newest("unknowndestination")
    return row.left_on if row is not None and row.back_on is None else None


def bed(case: Case, stay: Placement | None) -> Any:
    """That a bed is needed, and what there is until then; "" where none is. `stay`: the one that runs, if it may be known."""
    if not case.bed_needed:
        return ""
    if stay is None:
        return _("A bed is needed.")
    if stay.expected_until is None:
        if stay.waits_for_order:
            return _("Placed at once, and nobody has said until when. A bed is still needed.")
        return _("There is a bed for now. Another one is still needed.")
    until = {"day": formats.date_format(stay.expected_until)}
    if stay.waits_for_order:
        return _("Placed at once, for now until %(day)s. A bed is still needed.") % until
    return _("There is a bed for now, expected until %(day)s. Another one is still needed.") % until


def bed_elsewhere(case: Case, stay: Placement | None) -> Placement | None:
    """The stay, if it goes on in a house of an organisation that does not take part in the case (any more)."""
    if stay is None:
        return None
    here = Participation.objects.now().filter(case=case, organisation=stay.place.shelter.organisation_id)
    return None if here.exists() else stay


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


def tracks(
    case: Case,
    can: frozenset[Permission],
    *,
    stay: Placement | None,
    plan: ReturnPlan | None,
    risk: ReturnRisk | None,
) -> list[dict]:
    """Where each track of the case stands, in a few words."""
    lines = []
    if Permission.IDENTITY_READ in can:
        state = case.newest("identification")
        lines.append(("intake", _("Identification"), state.state_name if state else _("not recorded yet")))
    if Permission.SHELTER_READ in can:
        said = str(stay.place) if stay else _("bed needed") if case.bed_needed else _("no stay with us")
        if stay and case.bed_needed:
            said = _("%(place)s; a bed is still needed") % {"place": said}
        lines.append(("shelter", _("Shelter"), said))
    if Permission.REGISTRATION_READ in can:
        reflection = case.newest("reflectionperiod")
        said = reflection.state_name if reflection else _("not recorded yet")
        if reflection and reflection.ended_on:
            said = _("ended on %(day)s") % {"day": formats.date_format(reflection.ended_on)}
        elif reflection and reflection.running and reflection.latest_end:
            said = _("at the latest until %(day)s, %(how)s") % {
                "day": formats.date_format(reflection.latest_end), "how": reflection.how_known,
            }  # fmt: skip
        lines.append(("intake", _("Reflection period"), said))
    if Permission.SUPPORT_READ in can:
        title = case.title_on(timezone.localdate())
        lines.append(("residence", _("Residence"), title.title_name if title else _("not recorded yet")))
        event = case.newest("criminalevent")
        said = f"{event.kind_name}, {formats.date_format(event.day)}" if event else _("not recorded yet")
        lines.append(("criminal", _("Criminal case"), said))
    if Permission.NOTES_READ in can:
        now = wish(case.conversations_now())
        lines.append(("safe_future", _("Future"), ORIENTATIONS[Orientation(now)] if now else _("not talked about yet")))
    if Permission.RETURN_READ in can:
        lines.append(("return_plan", _("Return"), return_in_words(case, plan, risk)))
    return [{"room": room, "name": name, "said": said} for room, name, said in lines]


def reported_or_cooperates(case: Case) -> list[dict]:
    """The two facts of the criminal case that belong to the registration: whether, and on which days."""
    return [
        {"name": CRIMINAL_EVENTS[kind], "days": days}
        for kind, days in CriminalEvent.objects.filter(case=case).reported_or_cooperates()
    ]


def return_in_words(case: Case, plan: ReturnPlan | None, risk: ReturnRisk | None) -> str:
    journey = case.newest("journey")
    if journey and journey.arrived_on:
        return _("arrived on %(day)s") % {"day": formats.date_format(journey.arrived_on)}
    if journey and journey.departed_on:
        return _("departed on %(day)s") % {"day": formats.date_format(journey.departed_on)}
    if plan is None:
        return _("no plan")
    said = _("plan approved") if plan.approved_at else _("plan in the making")
    if risk is None or risk.decided_at is None:
        return said
    return _("%(plan)s; risk: %(decision)s") % {"plan": said, "decision": risk.decision_name}


def second_decisions(
    can: frozenset[Permission], plan: ReturnPlan | None, risk: ReturnRisk | None, *, by: User
) -> dict[str, tuple]:
    """The decisions that wait for a second person, if this person can be that one: blocker → (sentence, URL name)."""
    waiting = {}
    if Permission.PLAN_APPROVE in can and plan and plan.approved_at is None and not plan.written_by(by.pk):
        waiting["plan"] = (_("The return plan waits for your approval."), "cases:return_plan_approve")
    if Permission.RISK_DECIDE in can and risk and risk.decided_at is None and not risk.written_by(by.pk):
        waiting["risk"] = (_("The risk of return waits for your decision."), "cases:return_risk_decide")
    return waiting


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
