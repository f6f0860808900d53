"""What a case asks of somebody by a day, read off its facts; and how pressing that is.

The days are a working rhythm of ours, not a rule of law; a case keeps its own authorities' dates.
"""

import datetime
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from organisations.permissions import Permission as P

from .workflow import Facts, Stage

DAY = datetime.timedelta(days=1)

# After how many days something not done yet is due.
REGISTRATION_AFTER, SAFETY_AFTER, DECISION_AFTER, CONVERSATION_EVERY, AFTER_REFLECTION = 3, 1, 3, 30, 7

# In these stages nothing is asked of anybody.
WITHOUT_TASKS = frozenset({Stage.REGISTERED, Stage.CLOSED})
# In these, nobody has said yet what follows the reflection period; every later stage says it.
UNDECIDED = frozenset({Stage.INTAKE, Stage.RECOVERY})
# In these, both futures are talked about.
TALKING = frozenset({Stage.RECOVERY, Stage.PROCEDURE, Stage.RETURN_PREPARATION})


class Cause(StrEnum):
    MANUAL = "manual"
    REGISTRATION = "registration"
    SAFETY = "safety"
    CONVERSATION = "conversation"
    REFLECTION = "reflection"
    PLAN = "plan"
    RISK = "risk"
    FOLLOW_UP = "follow_up"
    UNSAFE = "unsafe"
    UNTOLD = "untold"
    PERMIT = "permit"
    AFTER_REFLECTION = "after_reflection"
    MAJORITY = "majority"
    DEPARTURE_TERM = "departure_term"
    DOCUMENT = "document"
    DUBLIN_REPORT = "dublin_report"
    DUBLIN_UNASKED = "dublin_unasked"
    CAME_BACK = "came_back"
    EMERGENCY_STAY = "emergency_stay"
    OVERSTAY = "overstay"


@dataclass(frozen=True)
class Kind:
    """The sentence of a cause, the room where it is done, who may know of it, and how many days ahead it is soon."""

    sentence: object
    room: str
    reading: P
    soon: int = 7


KINDS: dict[Cause, Kind] = {
    Cause.MANUAL: Kind("", "tasks", P.SUPPORT_READ),
    Cause.REGISTRATION: Kind(_("Record whether the notice may be registered."), "intake", P.REGISTRATION_READ),
    Cause.SAFETY: Kind(_("Assess safety."), "safety", P.SAFETY_READ),
    Cause.CONVERSATION: Kind(_("Talk about the future, or offer to."), "safe_future", P.NOTES_READ),
    Cause.REFLECTION: Kind(
        _("The reflection period ends, by its recorded date."), "residence", P.REGISTRATION_READ, soon=21
    ),
    Cause.PLAN: Kind(_("The return plan waits for approval by a second person."), "return_plan", P.RETURN_READ),
    Cause.RISK: Kind(_("The risk of return waits for a decision by a second person."), "return_plan", P.RETURN_READ),
    Cause.FOLLOW_UP: Kind(_("Follow-up after return."), "follow_up", P.RETURN_READ),
    Cause.UNSAFE: Kind(
        _("The last follow-up says that the person is not safe. Do something, and ask again."),
        "follow_up",
        P.RETURN_READ,
    ),
    Cause.UNTOLD: Kind(
        _("A consent was withdrawn. Tell those who received information, and record that you did."),
        "consents",
        P.SUPPORT_READ,
    ),
    Cause.AFTER_REFLECTION: Kind(
        _("The reflection period has ended. Talk about what may follow, with the lawyer, and record what is chosen."),
        "residence",
        P.SUPPORT_READ,
    ),
    # Three months: an extension or another route is asked before the permit ends, with papers of others.
    Cause.PERMIT: Kind(
        _("The permit ends. Ask a lawyer about an extension or another route."), "residence", P.SUPPORT_READ, soon=90
    ),
    Cause.DOCUMENT: Kind(
        _("A document that was granted ends. Ask a lawyer what has to be asked before that."),
        "residence",
        P.SUPPORT_READ,
        soon=90,
    ),
    Cause.DEPARTURE_TERM: Kind(
        _("The departure term ends. Ask the lawyer what suspends it, and talk about a safe return."),
        "residence",
        P.SUPPORT_READ,
        soon=21,
    ),
    Cause.DUBLIN_REPORT: Kind(
        _("The term in which a Dublin claimant may report to the police ends. Ask the lawyer, and talk about it."),
        "residence",
        P.SUPPORT_READ,
        soon=21,
    ),
    Cause.DUBLIN_UNASKED: Kind(
        _("A Dublin procedure runs. Record with the reflection period whether it is shorter for that."),
        "intake",
        P.SUPPORT_READ,
    ),
    Cause.CAME_BACK: Kind(
        _(
            "The person came back. Ask the police and the immigration service what follows, look for a bed, assess safety."
        ),
        "safety",
        P.SAFETY_READ,
    ),
    Cause.EMERGENCY_STAY: Kind(
        _("Somebody was placed at once. Put in order what was not arranged then, and record that it is."),
        "shelter",
        P.SHELTER_READ,
    ),
    Cause.OVERSTAY: Kind(
        _("The stay reaches its expected end. Arrange what follows, or record a later end and why."),
        "shelter",
        P.SHELTER_READ,
        soon=14,
    ),
    Cause.MAJORITY: Kind(
        _(
            "The person turns 18. Look again at consents, guardian, shelter and programme; then change “adult or minor?”."
        ),
        "people",
        P.SUPPORT_READ,
        soon=90,
    ),
}

# Second decisions: shown to those who can take them, never to their authors.
SECOND_DECISIONS = {Cause.PLAN: P.PLAN_APPROVE, Cause.RISK: P.RISK_DECIDE}


@dataclass(frozen=True)
class Due:
    """Something a case asks: why, about which record (None: the case), and by which day."""

    cause: Cause
    due_on: datetime.date
    subject: uuid.UUID | None = None


def derived(stage: Stage, facts: Facts) -> list[Due]:
    """Everything the facts ask in this stage; one per cause and record."""
    return [] if stage in WITHOUT_TASKS else [due for ask in ASKED for due in ask(stage, facts)]


def registration(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.notified_on is not None and not facts.registration_decided:
        yield Due(Cause.REGISTRATION, facts.notified_on + REGISTRATION_AFTER * DAY)


def safety(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.opened_on is not None and not facts.safety_assessed:
        yield Due(Cause.SAFETY, facts.opened_on + SAFETY_AFTER * DAY)


def conversation(stage: Stage, facts: Facts) -> Iterator[Due]:
    if stage not in TALKING:
        return
    since = max(filter(None, (facts.stage_since, facts.talked_on)), default=None)
    if since is not None:
        yield Due(Cause.CONVERSATION, since + CONVERSATION_EVERY * DAY)


def reflection(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.reflection_until is not None:
        yield Due(Cause.REFLECTION, facts.reflection_until)


def second_decisions(stage: Stage, facts: Facts) -> Iterator[Due]:
    for cause, waiting in ((Cause.PLAN, facts.plan_waiting), (Cause.RISK, facts.risk_waiting)):
        if waiting is not None:
            record, since = waiting
            yield Due(cause, since + DECISION_AFTER * DAY, record)


def follow_ups(stage: Stage, facts: Facts) -> Iterator[Due]:
    for record, day in facts.follow_ups:
        yield Due(Cause.FOLLOW_UP, day, record)


def unsafe(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.unsafe_since is not None:
        yield Due(Cause.UNSAFE, facts.unsafe_since)


def untold(stage: Stage, facts: Facts) -> Iterator[Due]:
    for record, day in facts.untold:
        yield Due(Cause.UNTOLD, day, record)


def after_reflection(stage: Stage, facts: Facts) -> Iterator[Due]:
    if stage in UNDECIDED and facts.reflection_ended_on is not None:
        yield Due(Cause.AFTER_REFLECTION, facts.reflection_ended_on + AFTER_REFLECTION * DAY)


def permit(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.permit_until is not None:
        yield Due(Cause.PERMIT, facts.permit_until)


def documents(stage: Stage, facts: Facts) -> Iterator[Due]:
    for record, day in facts.documents:
        # of the permit itself there is a task already
        if day != facts.permit_until:
            yield Due(Cause.DOCUMENT, day, record)


def departure_term(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.departure_until is not None:
        yield Due(Cause.DEPARTURE_TERM, facts.departure_until)


def dublin_report(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.dublin_report_until is not None:
        yield Due(Cause.DUBLIN_REPORT, facts.dublin_report_until)


def dublin_unasked(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.dublin_unasked_since is not None:
        yield Due(Cause.DUBLIN_UNASKED, facts.dublin_unasked_since)


def came_back(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.came_back is not None:
        record, day = facts.came_back
        yield Due(Cause.CAME_BACK, day, record)


def emergency_stays(stage: Stage, facts: Facts) -> Iterator[Due]:
    for record, day in facts.emergency_stays:
        yield Due(Cause.EMERGENCY_STAY, day + DAY, record)


def overstays(stage: Stage, facts: Facts) -> Iterator[Due]:
    for record, day in facts.expected_ends:
        yield Due(Cause.OVERSTAY, day, record)


def majority(stage: Stage, facts: Facts) -> Iterator[Due]:
    if facts.turns_18_on is not None:
        yield Due(Cause.MAJORITY, facts.turns_18_on)


ASKED: tuple[Callable[[Stage, Facts], Iterator[Due]], ...] = (
    registration,
    safety,
    conversation,
    reflection,
    second_decisions,
    follow_ups,
    unsafe,
    untold,
    after_reflection,
    permit,
    documents,
    departure_term,
    dublin_report,
    dublin_unasked,
    came_back,
    emergency_stays,
    overstays,
    majority,
)


class Urgency(StrEnum):
    OVERDUE = "overdue"
    TODAY = "today"
    SOON = "soon"
    LATER = "later"


URGENCIES = {
    Urgency.OVERDUE: _("Overdue"),
    Urgency.TODAY: _("Due today"),
    Urgency.SOON: _("Due soon"),
    Urgency.LATER: _("Later"),
}


def urgency(cause: str, due_on: datetime.date, today: datetime.date) -> Urgency:
    """How pressing it is on that day; derived, never stored."""
    if due_on < today:
        return Urgency.OVERDUE
    if due_on == today:
        return Urgency.TODAY
    return Urgency.SOON if (due_on - today).days <= KINDS[Cause(cause)].soon else Urgency.LATER


def reading(cause: str) -> P:
    """What one must be allowed to read to know of a task with this cause."""
    return KINDS[Cause(cause)].reading
