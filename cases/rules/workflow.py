"""The stages of a case and what each asks before it may begin. Facts suggest and block; a person moves.

A stage may be entered from any other. A team lead may override a blocker with a reason, and a departure that
happened is always recordable.
"""

import dataclasses
import datetime
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Stage(StrEnum):
    REGISTERED = "registered"
    INTAKE = "intake"
    RECOVERY = "recovery"
    PROCEDURE = "procedure"
    SETTLING = "settling"
    RETURN_PREPARATION = "return_preparation"
    DEPARTURE = "departure"
    REINTEGRATION = "reintegration"
    CLOSED = "closed"


STAGES = {
    Stage.REGISTERED: _("Registered"),
    Stage.INTAKE: _("Intake"),
    Stage.RECOVERY: _("Recovery"),
    Stage.PROCEDURE: _("Procedure"),
    Stage.SETTLING: _("Future in the Netherlands"),
    Stage.RETURN_PREPARATION: _("Preparing return"),
    Stage.DEPARTURE: _("Departure"),
    Stage.REINTEGRATION: _("Reintegration"),
    Stage.CLOSED: _("Closed"),
}

STAGE_WORK = {
    Stage.REGISTERED: _("A notice; nothing is asked of us."),
    Stage.INTAKE: _("First safety, a bed, who is this."),
    Stage.RECOVERY: _("A safe place, care, time to reflect, a first conversation about both futures."),
    Stage.PROCEDURE: _("Police report, cooperation, hardship, asylum or appeal."),
    Stage.SETTLING: _("Housing, income, school and aftercare in the Netherlands."),
    Stage.RETURN_PREPARATION: _("The return plan is being made."),
    Stage.DEPARTURE: _("Approved, documents in hand, booked."),
    Stage.REINTEGRATION: _("Follow-up as agreed."),
    Stage.CLOSED: _("Closed with a reason and an outcome."),
}

OPEN_STAGES = tuple(stage for stage in Stage if stage is not Stage.CLOSED)


@dataclass(frozen=True)
class Facts:
    """What the rules need to know of a case; answered by cases/models/facts.py."""

    registration_decided: bool = False
    safety_assessed: bool = False
    residence_recorded: bool = False
    reflection_settled: bool = False
    basis_for_stay: bool = False
    conversation_held_or_declined: bool = False
    orientation_recorded: bool = False
    return_duty: bool = False
    plan_approved: bool = False
    risk_decided: bool = False
    risk_not_now: bool = False
    partner_named: bool = False
    partner_consent: bool = False
    minor: bool = False
    minor_travels: bool = False
    guardian_agrees: bool = False
    reception_verified: bool = False
    departed: bool = False
    has_place: bool = False
    place_asked: bool = False
    open_tasks: int = 0
    # what tasks are read off (rules/tasks.py); a record that waits comes with the day since when
    opened_on: datetime.date | None = None
    stage_since: datetime.date | None = None
    notified_on: datetime.date | None = None
    talked_on: datetime.date | None = None
    reflection_until: datetime.date | None = None
    plan_waiting: tuple[uuid.UUID, datetime.date] | None = None
    risk_waiting: tuple[uuid.UUID, datetime.date] | None = None
    follow_ups: tuple[tuple[uuid.UUID, datetime.date], ...] = ()
    unsafe_since: datetime.date | None = None
    # consents withdrawn of which the recipient was not told, each with the day
    untold: tuple[tuple[uuid.UUID, datetime.date], ...] = ()
    # the last reflection period, while nothing about residence is recorded of that day or later
    reflection_ended_on: datetime.date | None = None
    permit_until: datetime.date | None = None
    departure_until: datetime.date | None = None
    # of a Dublin claimant who has not reported to the police yet
    dublin_report_until: datetime.date | None = None
    # a Dublin procedure runs beside a reflection period of which nobody said whether that makes it shorter
    dublin_unasked_since: datetime.date | None = None
    # back after having left to an unknown destination, and safety not assessed since: which record, and the day
    came_back: tuple[uuid.UUID, datetime.date] | None = None
    # stays that began in an emergency and are not in order yet, with their first day; stays that go on, with their expected end
    emergency_stays: tuple[tuple[uuid.UUID, datetime.date], ...] = ()
    expected_ends: tuple[tuple[uuid.UUID, datetime.date], ...] = ()
    # what procedures granted, each with the last day of its document
    documents: tuple[tuple[uuid.UUID, datetime.date], ...] = ()
    # while the person counts as a minor, or turned 18 and nobody has said "adult" since
    turns_18_on: datetime.date | None = None

    def without_tasks(self) -> "Facts":
        """As they would be if the open tasks had lapsed."""
        return dataclasses.replace(self, open_tasks=0)


@dataclass(frozen=True)
class Blocker:
    """One thing a stage waits for: a sentence, and the room where it is done."""

    code: str
    sentence: object
    room: str


Condition = tuple[Blocker, Callable[[Facts], bool]]


def when(code: str, sentence, room: str, holds: Callable[[Facts], bool]) -> Condition:
    return Blocker(code, sentence, room), holds


CONDITIONS: dict[Stage, tuple[Condition, ...]] = {
    Stage.RECOVERY: (
        when(
            "registration", _("Record whether the notice may be registered: by ground, by consent, or refused."), "intake",
            lambda f: f.registration_decided,
        ),
        when("safety", _("Assess safety."), "safety", lambda f: f.safety_assessed),
        when(
            "residence", _("Record the residence position; “not known yet” will do."), "residence",
            lambda f: f.residence_recorded,
        ),
    ),
    Stage.PROCEDURE: (
        when(
            "reflection",
            _("Record how the reflection period ended, was declined, or why it does not apply."),
            "intake",
            lambda f: f.reflection_settled or f.reflection_until is not None,
        ),
        when(
            "reflection",
            _("The reflection period still runs, as recorded. When it has ended, record how."),
            "intake",
            lambda f: f.reflection_settled or f.reflection_until is None,
        ),
    ),
    Stage.SETTLING: (
        when("basis", _("Record the title on which the person may stay."), "residence", lambda f: f.basis_for_stay),
    ),
    Stage.RETURN_PREPARATION: (
        when(
            "conversation", _("Hold a conversation about the future, or offer one."), "safe_future",
            lambda f: f.conversation_held_or_declined,
        ),
        when(
            "orientation", _("Record what the person wants, or that there is a duty to return."), "safe_future",
            lambda f: f.orientation_recorded or f.return_duty,
        ),
    ),
    Stage.DEPARTURE: (
        when("plan", _("Have the return plan approved by a second person."), "return_plan", lambda f: f.plan_approved),
        when(
            "risk", _("Have the risk of return decided by someone who did not write it."), "return_plan",
            lambda f: f.risk_decided,
        ),
        # CoE Convention art. 16(7): no child is returned against the outcome of the risk assessment.
        when(
            "risk_minor", _("The risk of return was decided as “not now”, and a minor would travel."), "return_plan",
            lambda f: not (f.risk_not_now and (f.minor or f.minor_travels)),
        ),
        when(
            "consent", _("Record the consent for the partner who will receive information."), "consents",
            lambda f: f.partner_consent or not f.partner_named,
        ),
        when(
            "guardian", _("Record that the guardian agrees."), "return_plan",
            lambda f: f.guardian_agrees or not (f.minor or f.minor_travels),
        ),
        when(
            "reception", _("Verify that the minor will be received well."), "return_plan",
            lambda f: f.reception_verified or not (f.minor or f.minor_travels),
        ),
    ),
    Stage.REINTEGRATION: (
        when("departure", _("Record the departure."), "journey", lambda f: f.departed),
    ),
    Stage.CLOSED: (
        when(
            "tasks", _("Finish the open tasks, or let them lapse with one reason for all."), "tasks",
            lambda f: f.open_tasks == 0,
        ),
    ),
}  # fmt: skip


def blockers(stage: Stage, facts: Facts) -> list[Blocker]:
    """What the stage still waits for; empty when it may begin."""
    return [blocker for blocker, holds in CONDITIONS.get(stage, ()) if not holds(facts)]


def warnings(stage: Stage, facts: Facts) -> list:
    """Sentences to read before the move; they forbid nothing."""
    said = []
    if stage is Stage.DEPARTURE and facts.risk_not_now:
        said.append(
            _(
                "The risk of return was decided as “not now”. An adult may still choose to go; talk about it again first."
            )
        )
    if stage in {Stage.REINTEGRATION, Stage.CLOSED} and facts.has_place:
        said.append(
            _("The person still has a place in a shelter. End that placement, so that somebody else can have it.")
        )
    if stage is Stage.CLOSED and facts.place_asked:
        said.append(_("A place is still asked for this person. Nobody looks for it any more once the case is closed."))
    if stage is Stage.CLOSED and facts.unsafe_since is not None:
        said.append(_("The last follow-up says that the person is not safe."))
    return said


def next_stage(stage: Stage) -> Stage | None:
    """The stage that usually follows, to say what it waits for; a suggestion, not a rule."""
    return {
        Stage.REGISTERED: Stage.INTAKE,
        Stage.INTAKE: Stage.RECOVERY,
        Stage.RECOVERY: Stage.PROCEDURE,
        Stage.PROCEDURE: Stage.SETTLING,
        Stage.RETURN_PREPARATION: Stage.DEPARTURE,
        Stage.DEPARTURE: Stage.REINTEGRATION,
    }.get(stage)
