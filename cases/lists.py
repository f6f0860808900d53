"""What the list of cases, the search, the case page and the history show."""

import datetime
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, Q
from django.utils import formats, timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from organisations.forms.base import DateField
from organisations.models import AuditEvent, Membership, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.sealing import index

from .models import Case, Participation
from .models.case import CaseQuerySet, with_keys
from .models.facts import wish
from .rules.access import READING, ROOM_NAMES, Part
from .rules.codes import CRIMINAL_EVENTS, ORIENTATIONS, Orientation
from .rules.references import tidy

PAGE = 25
FOUND = 50
EVENTS = 50


def shown(cases: CaseQuerySet, limit: int) -> list[Case]:
    """The rows of a list, newest change first, each with its lead organisation and an open working name."""
    lead = Participation.objects.now().filter(part=Part.LEAD).select_related("organisation")
    rows = cases.newest_first().prefetch_related(Prefetch("participation_set", queryset=lead, to_attr="leads"))
    return with_keys(list(rows[:limit]))


def one_page(cases: CaseQuerySet, *, after: str) -> tuple[list[Case], str]:
    """One page of the list and the mark after which the next begins ("" on the last one)."""
    mark = read_mark(after)
    if mark is not None:
        at, pk = mark
        cases = cases.filter(Q(changed_at__lt=at) | Q(changed_at=at, id__lt=pk), changed_at__lte=at)
    rows = shown(cases, PAGE + 1)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return rows[:PAGE], f"{last.changed_at.isoformat()}~{last.pk}" if last else ""


def read_mark(text: str) -> tuple[datetime.datetime, uuid.UUID] | None:
    """A moment and an id out of an address, or None where somebody has changed it."""
    moment, _tilde, pk = text.partition("~")
    try:
        at = parse_datetime(moment)
        return (at, uuid.UUID(pk)) if at is not None and timezone.is_aware(at) else None
    except (ValueError, OverflowError):
        return None


def search(cases: CaseQuerySet, text: str) -> tuple[list[Case], bool]:
    """Cases found by a name or number of the person, working name, notifier's number, reference or day of intake."""
    subjects = index.subjects(text)
    found = Q(pk__in=subjects) | Q(victim_id__in=subjects) | Q(reference=tidy(text) or "")
    day = as_day(text)
    if day is not None:
        begin = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
        found |= Q(created_at__gte=begin, created_at__lt=begin + datetime.timedelta(days=1))
    rows = shown(cases.filter(found), FOUND + 1)
    return rows[:FOUND], len(rows) > FOUND


def as_day(text: str) -> datetime.date | None:
    """The day somebody typed, or None when it is no day."""
    try:
        return DateField(required=False).clean(text)
    except ValidationError:
        return None


def glance(case: Case, *, by: User) -> dict[str, Any]:
    """What the case page answers at first sight, as far as this person may know it."""
    can = Case.objects.abilities_on(case, by)
    contacts = list(case.casecontact_set.current()) if Permission.SUPPORT_READ in can else []
    return {
        "contacts": [contact for contact in contacts if not contact.never_tell],
        "never_tell": [contact for contact in contacts if contact.never_tell],
        "tracks": tracks(case, can),
        "second": second_decisions(case, can, by=by),
        "events": history(case, by=by, before="", limit=6, deeds_only=True)[0],
    }


def with_organisation(people, case: Case) -> dict[uuid.UUID, str]:
    """Each of these people as “name (organisation)”, the organisation through which they come to the case."""
    taking_part = Participation.objects.now().filter(case=case).values("organisation_id")
    of = (
        Membership.objects.active()
        .filter(user__in=people, organisation__in=taking_part)
        .select_related("user", "organisation")
    )
    return {m.user_id: f"{m.user.name} ({m.organisation.name})" for m in of}


def tracks(case: Case, can: frozenset[Permission]) -> list[dict]:
    """Where each track of the case stands, in a few words."""
    lines = []
    if Permission.IDENTITY_READ in can:
        state = case.identification_set.first()
        lines.append(("intake", _("Identification"), state.state_name if state else _("not recorded yet")))
    if Permission.SHELTER_READ in can:
        stay = case.placement_set.now().select_related("place__shelter").first()
        said = str(stay.place) if stay else _("bed needed") if case.bed_needed else _("no stay with us")
        lines.append(("shelter", _("Shelter"), said))
    if Permission.REGISTRATION_READ in can:
        reflection = case.reflectionperiod_set.first()
        said = reflection.state_name if reflection else _("not recorded yet")
        if reflection and reflection.ended_on:
            said = _("ended on %(day)s") % {"day": formats.date_format(reflection.ended_on)}
        elif reflection and reflection.running and reflection.latest_end:
            said = _("at the latest until %(day)s, as recorded") % {"day": formats.date_format(reflection.latest_end)}
        lines.append(("intake", _("Reflection period"), said))
    if Permission.SUPPORT_READ in can:
        title = case.residencestatus_set.on(timezone.localdate()).first()
        lines.append(("residence", _("Residence"), title.title_name if title else _("not recorded yet")))
        event = case.criminalevent_set.first()
        said = f"{event.kind_name}, {formats.date_format(event.day)}" if event else _("not recorded yet")
        lines.append(("criminal", _("Criminal case"), said))
    if Permission.NOTES_READ in can:
        now = wish(list(case.conversation_set.all()))
        lines.append(("safe_future", _("Future"), ORIENTATIONS[Orientation(now)] if now else _("not talked about yet")))
    if Permission.RETURN_READ in can:
        lines.append(("return_plan", _("Return"), return_in_words(case)))
    return [{"room": room, "name": name, "said": said} for room, name, said in lines]


def reported_or_cooperates(case: Case) -> list[dict]:
    """The two facts of the criminal case that belong to the registration: whether, and on which days."""
    return [
        {"name": CRIMINAL_EVENTS[kind], "days": days} for kind, days in case.criminalevent_set.reported_or_cooperates()
    ]


def return_in_words(case: Case) -> str:
    journey = case.journey_set.first()
    if journey and journey.arrived_on:
        return _("arrived on %(day)s") % {"day": formats.date_format(journey.arrived_on)}
    if journey and journey.departed_on:
        return _("departed on %(day)s") % {"day": formats.date_format(journey.departed_on)}
    plan = case.returnplan_set.first()
    if plan is None:
        return _("no plan")
    said = _("plan approved") if plan.approved_at else _("plan in the making")
    risk = case.returnrisk_set.first()
    if risk is None or risk.decided_at is None:
        return said
    return _("%(plan)s; risk: %(decision)s") % {"plan": said, "decision": risk.decision_name}


def second_decisions(case: Case, can: frozenset[Permission], *, by: User) -> dict[str, tuple]:
    """The decisions that wait for a second person, if this person can be that one: blocker → (sentence, URL name)."""
    waiting = {}
    plan = case.returnplan_set.first() if Permission.PLAN_APPROVE in can else None
    if plan and plan.approved_at is None and not plan.written_by(by.pk):
        waiting["plan"] = (_("The return plan waits for your approval."), "cases:return_plan_approve")
    risk = case.returnrisk_set.first() if Permission.RISK_DECIDE in can else None
    if risk and risk.decided_at is None and not risk.written_by(by.pk):
        waiting["risk"] = (_("The risk of return waits for your decision."), "cases:return_risk_decide")
    return waiting


def history(
    case: Case, *, by: User, before: str, limit: int = EVENTS, deeds_only: bool = False
) -> tuple[list[dict], str]:
    """What happened in the rooms this person reads, newest first, and the mark for what is older."""
    can = Case.objects.abilities_on(case, by)
    rooms = ["case", *(room for room, permission in READING.items() if permission in can)]
    events = AuditEvent.objects.filter(case_id=case.pk, room__in=rooms).order_by("-at", "-id")
    if deeds_only:
        events = events.exclude(verb__in=[Verb.CASE_READ, Verb.DOCUMENT_OPENED, Verb.ACCESS_REFUSED])
    mark = read_mark(before)
    if mark is not None:
        at, pk = mark
        events = events.filter(Q(at__lt=at) | Q(at=at, id__lt=pk), at__lte=at)
    rows = list(events[: limit + 1])
    last = rows[limit - 1] if len(rows) > limit else None
    told = [{"event": event, "room": ROOM_NAMES.get(event.room, "")} for event in rows[:limit]]
    return told, f"{last.at.isoformat()}~{last.pk}" if last else ""
