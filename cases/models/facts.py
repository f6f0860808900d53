"""Gathers from the rows of one case what the stage table needs to know."""

import copy
import datetime
import uuid
from functools import cached_property
from typing import Self, cast

from django.utils import timezone

from ..rules.clock_table import Clock
from ..rules.codes import BASIS_FOR_STAY, AgeGroup, FileType, Orientation, RiskDecision
from ..rules.consent import Ground, Purpose, objection
from ..rules.hints import permit_until
from ..rules.procedures import Around, Kind
from ..rules.workflow import Facts
from .base import CaseRow
from .case import Case
from .consent import Consent
from .conversation import Conversation
from .follow_up import FollowUp
from .notice import Notice
from .placement import Placement
from .procedure import Procedure, around, documents_of, ends_of
from .read_once import ReadOnce
from .reflection_period import ReflectionPeriod
from .residence_status import ResidenceStatus
from .return_plan import ReturnPlan
from .return_risk import ReturnRisk


def facts_of(case: Case, *, all_asked: bool = False, known: ReadOnce | None = None) -> Facts:
    """The facts of the case today, as its lead organisation may know them; each is read when a rule asks for it.

    `all_asked`: nearly all of them will be, so that it is asked at once which kinds of rows there are none of; where
    somebody knows the rows already they hand them over as `known`.
    """
    if known is not None:
        case = copy.copy(case)
        case.read = known
    led = case.as_led()
    if all_asked and known is None:
        led.read = ReadOnce(case.pk)
    return cast(Facts, FactsRead(led))


class FactsRead:
    """Answers by the names of `Facts`, with a question to the database for those that a rule asks for and no others."""

    def __init__(self, led: Case) -> None:
        self.case, self.today = led, timezone.localdate()
        self.return_duty = led.return_duty
        self.opened_on = timezone.localdate(led.created_at)

    def without_tasks(self) -> Self:
        """As they would be if the open tasks had lapsed."""
        other = copy.copy(self)
        other.__dict__["open_tasks"] = 0
        return other

    # --- the rows

    @cached_property
    def notices(self) -> list[Notice]:
        return self.case.rows("notice")

    @cached_property
    def reflection(self) -> ReflectionPeriod | None:
        return self.case.newest("reflectionperiod")

    @cached_property
    def titles(self) -> list[ResidenceStatus]:
        return self.case.rows("residencestatus")

    @cached_property
    def title(self) -> ResidenceStatus | None:
        return next((title for title in self.titles if title.held_on(self.today)), None)

    @cached_property
    def conversations(self) -> list[Conversation]:
        return self.case.conversations_now()

    @cached_property
    def plan(self) -> ReturnPlan | None:
        return self.case.newest("returnplan")

    @cached_property
    def risk(self) -> ReturnRisk | None:
        return self.case.newest("returnrisk")

    @cached_property
    def contacts_after_return(self) -> list[FollowUp]:
        return self.case.rows("followup")

    @cached_property
    def procedures(self) -> list[Procedure]:
        return self.case.rows("procedure")

    @cached_property
    def hangs_on(self) -> Around:
        # nobody reports on Dublin terms where no procedure runs
        events = self.case.of("criminalevent", lambda rows: rows.values_list("kind", "day")) if self.procedures else ()
        return around(self.procedures, events)

    # --- registration, safety, residence

    @cached_property
    def registration_decided(self) -> bool:
        # a file of "support only" without a notice has nothing to decide
        nothing_to_decide = self.case.file_type == FileType.SUPPORT_ONLY and not self.notices
        return nothing_to_decide or any(notice.decision for notice in self.notices)

    @cached_property
    def notified_on(self) -> datetime.date | None:
        return min((notice.received_on for notice in self.notices), default=None)

    @cached_property
    def safety_assessed(self) -> bool:
        return self.case.of("safetyassessment").exists()

    @cached_property
    def residence_recorded(self) -> bool:
        return bool(self.titles)

    @cached_property
    def basis_for_stay(self) -> bool:
        return self.title is not None and self.title.title in BASIS_FOR_STAY

    @cached_property
    def reflection_settled(self) -> bool:
        period = self.reflection
        return period is not None and (period.state in {"declined", "not_applicable"} or period.ended_on is not None)

    @cached_property
    def reflection_until(self) -> datetime.date | None:
        return self.reflection.latest_end if self.reflection is not None and self.reflection.running else None

    @cached_property
    def reflection_ended_on(self) -> datetime.date | None:
        ended = self.reflection.ended_on if self.reflection is not None else None
        if ended is None or self.return_duty:
            return None
        followed = any(title.from_on >= ended for title in self.titles) or any(
            row.begun_on >= ended for row in self.procedures
        )
        return None if followed else ended

    @cached_property
    def permit_until(self) -> datetime.date | None:
        return permit_until([title.held for title in self.titles], self.today)

    @cached_property
    def documents(self) -> tuple[tuple[uuid.UUID, datetime.date], ...]:
        return tuple(documents_of(self.procedures))

    @cached_property
    def departure_until(self) -> datetime.date | None:
        term = ends_of(Kind.RETURN_DECISION, self.procedures, self.hangs_on, self.today)
        return term.ends if term is not None else None

    @cached_property
    def dublin_report_until(self) -> datetime.date | None:
        term = ends_of(Kind.DUBLIN, self.procedures, self.hangs_on, self.today)
        return term.ends if term is not None and term.rule.clock == Clock.DUBLIN_REPORT else None

    @cached_property
    def dublin_unasked_since(self) -> datetime.date | None:
        period = self.reflection
        if period is None or not period.running or period.dublin is not None:
            return None
        running = [row.begun_on for row in self.procedures if row.kind == Kind.DUBLIN and row.decided_on is None]
        return max(running, default=None)

    @cached_property
    def came_back(self) -> tuple[uuid.UUID, datetime.date] | None:
        away = self.case.newest("unknowndestination")
        if away is None or away.back_on is None:
            return None
        assessed = self.case.of("safetyassessment", lambda rows: rows.filter(assessed_on__gte=away.back_on))
        return None if assessed.exists() else (away.pk, away.back_on)

    @cached_property
    def turns_18_on(self) -> datetime.date | None:
        day = self.case.victim.turns_18_on
        # who turned 18 meanwhile is looked at until somebody has said "adult"
        meanwhile = self.case.age_group == AgeGroup.UNKNOWN and day is not None and day >= self.opened_on
        return day if self.minor or meanwhile else None

    # --- what the person wants

    @cached_property
    def conversation_held_or_declined(self) -> bool:
        return bool(self.conversations)

    @cached_property
    def talked_on(self) -> datetime.date | None:
        return max((conversation.held_on for conversation in self.conversations), default=None)

    @cached_property
    def orientation_recorded(self) -> bool:
        return wish(self.conversations) in {Orientation.RETURN, Orientation.ONWARD}

    # --- the return

    @cached_property
    def plan_approved(self) -> bool:
        return self.plan is not None and self.plan.approved_at is not None

    @cached_property
    def plan_waiting(self) -> tuple[uuid.UUID, datetime.date] | None:
        return waiting_since(self.plan, self.plan.approved_at) if self.plan is not None else None

    @cached_property
    def risk_decided(self) -> bool:
        return self.risk is not None and self.risk.decision != ""

    @cached_property
    def risk_not_now(self) -> bool:
        return self.risk is not None and self.risk.decision == RiskDecision.NOT_NOW

    @cached_property
    def risk_waiting(self) -> tuple[uuid.UUID, datetime.date] | None:
        return waiting_since(self.risk, self.risk.decided_at) if self.risk is not None else None

    @cached_property
    def partner_named(self) -> bool:
        return self.plan is not None and self.plan.partner_id is not None

    @cached_property
    def partner_consent(self) -> bool:
        return self.plan is not None and consent_of(self.case, Purpose.PARTNER, self.plan.partner_id) is not None

    @cached_property
    def minor(self) -> bool:
        return self.case.is_minor(self.today)

    @cached_property
    def minor_travels(self) -> bool:
        travellers = self.plan.travellers.select_related("family_member") if self.plan is not None else []
        return any(one.family_member is not None and one.family_member.is_minor(self.today) for one in travellers)

    @cached_property
    def guardian_agrees(self) -> bool:
        return self.plan is not None and self.plan.guardian_decision == "agrees"

    @cached_property
    def reception_verified(self) -> bool:
        return self.plan is not None and self.plan.reception_verified_on is not None

    @cached_property
    def departed(self) -> bool:
        journey = self.case.newest("journey")
        return journey is not None and journey.departed_on is not None

    @cached_property
    def follow_ups(self) -> tuple[tuple[uuid.UUID, datetime.date], ...]:
        if any(row.outcome == "stopped" for row in self.contacts_after_return):
            return ()
        return tuple((row.pk, row.due_on) for row in self.contacts_after_return if row.done_on is None)

    @cached_property
    def unsafe_since(self) -> datetime.date | None:
        return unsafe_since(self.contacts_after_return)

    # --- the rest

    @cached_property
    def running_stays(self) -> list[Placement]:
        return list(self.case.of("placement", lambda rows: rows.filter(until_at=None)))

    @cached_property
    def emergency_stays(self) -> tuple[tuple[uuid.UUID, datetime.date], ...]:
        return tuple((stay.pk, stay.arrived_on) for stay in self.running_stays if stay.waits_for_order)

    @cached_property
    def expected_ends(self) -> tuple[tuple[uuid.UUID, datetime.date], ...]:
        return tuple((stay.pk, stay.expected_until) for stay in self.running_stays if stay.expected_until is not None)

    @cached_property
    def has_place(self) -> bool:
        return self.case.of("placement", lambda rows: rows.now()).exists()

    @cached_property
    def place_asked(self) -> bool:
        return self.case.of("placementrequest", lambda rows: rows.waiting()).exists()

    @cached_property
    def open_tasks(self) -> int:
        return self.case.task_set.open().count()

    @cached_property
    def stage_since(self) -> datetime.date | None:
        move = self.case.stagemove_set.first()
        return timezone.localdate(move.at) if move else None

    @cached_property
    def untold(self) -> tuple[tuple[uuid.UUID, datetime.date], ...]:
        return tuple(
            (row.pk, row.withdrawn_on)
            for row in self.case.of("consent", lambda rows: rows.untold())
            if row.withdrawn_on and row.recipient_id != self.case.led_by
        )


def consent_of(case: Case, purpose: Purpose, recipient_id: uuid.UUID | None) -> Consent | None:
    """The consent in force for this purpose and recipient, if there is one."""
    return case.consent_set.given().filter(purpose=purpose, recipient=recipient_id).first()


def objection_to(case: Case, purpose: Purpose, ground: Ground, *, written: bool, on: datetime.date) -> object | None:
    """The sentence why a consent like this of the person of this case does not count, or None."""
    victim = case.victim
    return objection(
        purpose, ground, written=written, birth=victim.birth_date, birth_year=victim.birth_year,
        minor=case.is_minor(on), on=on,
    )  # fmt: skip


def waiting_since(row: CaseRow, decided_at: datetime.datetime | None) -> tuple[uuid.UUID, datetime.date] | None:
    """The record and since when it waits for its second person; None once decided."""
    return (row.pk, timezone.localdate(row.created_at)) if decided_at is None else None


def unsafe_since(follow_ups: list[FollowUp]) -> datetime.date | None:
    """The day of the last answer, if it says that the person is not safe or a trafficker made contact."""
    answers = [
        (row.done_on, row.safe == "no" or row.trafficker_contact == "yes")
        for row in follow_ups
        if row.done_on is not None and (row.safe or row.trafficker_contact)
    ]
    day, unsafe = max(answers, default=(None, False))
    return day if unsafe else None


def wish(conversations: list[Conversation]) -> str:
    """What the person wanted when last asked; newest conversation first."""
    return next((c.orientation for c in conversations if c.orientation), "")
