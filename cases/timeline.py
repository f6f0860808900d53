"""What the time line of a case shows: the tracks whose room the reader reads, and of those the rows in sight."""

import datetime
import itertools
from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.permissions import Permission

from .models import Case, CriminalEvent, ReflectionPeriod, ResidenceStatus
from .models.procedure import around
from .rules.clocks import reckon
from .rules.codes import ORIENTATIONS, Orientation
from .rules.hints import SCHEME, Held, clock_of
from .rules.procedures import Kind as Procedure
from .rules.timeline import Item, Kind, Track

# Where a transfer can leave behind what the time line shows, and what reading that room asks.
LEFT_BEHIND = {
    "criminal": Permission.SUPPORT_READ,
    "return_plan": Permission.RETURN_READ,
    "safe_future": Permission.NOTES_READ,
}


# Procedures whose term ends something else than the procedure itself.
WITH_TARGET = frozenset({Procedure.DUBLIN, Procedure.M55, Procedure.COMPLAINT})


def tracks(case: Case, can: frozenset[Permission]) -> list[Track]:
    """The tracks that this person reads, in their order, each with what is known of it."""
    found = []
    events = list(case.criminalevent_set.all()) if Permission.SUPPORT_READ in can else []
    if Permission.IDENTITY_READ in can:
        found.append(Track(_("Identification"), list(identification(case))))
    if Permission.SUPPORT_READ in can:
        found.append(Track(_("Stay"), [*reflection(case, can), *titles(case), *procedures(case, events)]))
    elif Permission.REGISTRATION_READ in can:
        found.append(Track(_("Reflection period"), list(reflection(case, can))))
    if Permission.SUPPORT_READ in can:
        found.append(Track(_("Criminal case"), [happened(str(event.kind_name), event.day) for event in events]))
    if Permission.SHELTER_READ in can:
        found.append(Track(_("Shelter"), list(shelter(case))))
    if Permission.RETURN_READ in can:
        found.append(Track(_("Return"), list(going_back(case, can))))
    return found


def left_behind(case: Case, can: frozenset[Permission]) -> bool:
    """Whether rows of before a transfer are missing from it, in a room that this person reads."""
    return any(room in case.hidden_before and permission in can for room, permission in LEFT_BEHIND.items())


def identification(case: Case) -> Iterator[Item]:
    """Each state until the day of the next one."""
    rows = sorted(case.identification_set.all(), key=lambda row: (row.decided_on, row.created_at))
    for row, following in itertools.zip_longest(rows, rows[1:]):
        yield Item(str(row.state_name), row.decided_on, following.decided_on if following else None)


def reflection(case: Case, can: frozenset[Permission]) -> Iterator[Item]:
    """The reflection period, and that the person left to an unknown destination, which ends it."""
    if Permission.REGISTRATION_READ not in can:
        return
    for away in case.unknowndestination_set.all():
        yield happened(_("Left to an unknown destination"), away.left_on)
        if away.back_on:
            yield happened(_("Came back"), away.back_on)
    for period in case.reflectionperiod_set.all():
        if period.asked_on:
            yield happened(_("Reflection period asked for"), period.asked_on)
        if period.granted_on:
            yield granted(period, period.granted_on)


def granted(period: ReflectionPeriod, begin: datetime.date) -> Item:
    by_the_rule = period.by_the_rule
    what = _("Reflection period")
    if period.ended_on:
        what = named(what, period.end_reason_name)
    return Item(
        what, begin, period.ended_on, period.latest_end,
        reckoned=by_the_rule is not None and by_the_rule.ends == period.latest_end,
    )  # fmt: skip


def titles(case: Case) -> Iterator[Item]:
    for title in case.residencestatus_set.all():
        latest, reckoned = latest_of(title)
        yield Item(named(_("Residence"), title.title_name), title.from_on, title.until_on, latest, reckoned)


def latest_of(title: ResidenceStatus) -> tuple[datetime.date | None, bool]:
    """The last day of a permit of the scheme: that of its document, else by the rule; other titles have none."""
    if title.until_on is not None or title.title not in SCHEME:
        return None, False
    if title.document_valid_until is not None:
        return title.document_valid_until, False
    return reckon(clock_of(Held(title.title, title.from_on)), title.from_on).ends, True


def procedures(case: Case, events: list[CriminalEvent]) -> Iterator[Item]:
    """Each until its decision; with the end of the departure term, unless that stands still; the days of other terms beside it."""
    rows, today = list(case.procedure_set.all()), timezone.localdate()
    hangs_on = around(rows, [(event.kind, event.day) for event in events])
    for row in rows:
        what = str(row.kind_name)
        if row.decided_on is not None:
            what = named(what, row.outcome_name)
        term = row.term(hangs_on, today)
        if term is not None and term.ends is not None and row.kind in WITH_TARGET:
            yield planned(str(term.rule.clock_name), term.ends)
            term = None
        yield Item(what, row.begun_on, row.decided_on, term.ends if term else None, reckoned=True)


def shelter(case: Case) -> Iterator[Item]:
    """Stays without their house: the page may be printed, and where somebody sleeps is on no paper."""
    for stay in case.placement_set.select_related("member"):
        what = _("Stay in a shelter")
        if stay.member is not None:
            what = named(what, stay.member.name)
        if stay.until_at is not None:
            what = named(what, stay.departure_reason_name)
        elif stay.expected_until is not None:
            yield planned(_("Expected end of the stay"), stay.expected_until)
        yield Item(what, day_of(stay.from_at), day_of(stay.until_at) if stay.until_at else None)


def going_back(case: Case, can: frozenset[Permission]) -> Iterator[Item]:
    """What the person wants, the plan and its risk, the journey, and the contacts after it."""
    if Permission.NOTES_READ in can:
        yield from wishes(case)
    plans = list(case.returnplan_set.all())
    if plans:
        yield happened(_("Return plan begun"), min(day_of(plan.written_at) for plan in plans))
    for plan in plans:
        if plan.approved_at is not None:
            yield happened(_("Return plan approved"), day_of(plan.approved_at))
    for risk in case.returnrisk_set.all():
        if risk.decided_at is not None:
            yield happened(named(_("Risk of return"), risk.decision_name), day_of(risk.decided_at))
    yield from journey(case)
    for contact in case.followup_set.all():
        if contact.done_on is None:
            yield planned(_("Contact after return, agreed"), contact.due_on)
        else:
            yield happened(_("Contact after return"), contact.done_on)


def wishes(case: Case) -> Iterator[Item]:
    """What the person wanted, each wish until the day on which another was told."""
    told = [(talk.held_on, talk.orientation) for talk in case.conversation_set.current() if talk.orientation]
    runs = [next(run) for _wish, run in itertools.groupby(reversed(told), key=lambda one: one[1])]
    for (day, wish), following in itertools.zip_longest(runs, runs[1:]):
        yield Item(named(_("Future"), ORIENTATIONS[Orientation(wish)]), day, following[0] if following else None)


def journey(case: Case) -> Iterator[Item]:
    row = case.journey_set.first()
    if row is None:
        return
    if row.booked_for and row.departed_on is None:
        yield planned(_("Journey booked"), row.booked_for)
    if row.departed_on:
        yield happened(_("Departed"), row.departed_on)
    if row.arrived_on:
        yield happened(_("Arrived"), row.arrived_on)


def named(what: str, reason: object) -> str:
    """What it is, and of what kind or why."""
    return _("%(what)s: %(reason)s") % {"what": what, "reason": reason}


def happened(what: str, day: datetime.date) -> Item:
    return Item(what, day, kind=Kind.HAPPENED)


def planned(what: str, day: datetime.date) -> Item:
    return Item(what, day, kind=Kind.PLANNED)


def day_of(moment: datetime.datetime) -> datetime.date:
    return timezone.localdate(moment)
