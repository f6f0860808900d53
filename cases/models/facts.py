"""Gathers from the rows of one case what the stage table needs to know."""

import datetime
import uuid

from django.utils import timezone

from ..rules.codes import BASIS_FOR_STAY, FileType, Orientation, RiskDecision
from ..rules.consent import Ground, Purpose, objection
from ..rules.workflow import Facts
from .base import CaseRow
from .case import Case
from .consent import Consent
from .conversation import Conversation
from .follow_up import FollowUp


def facts_of(case: Case) -> Facts:
    """The facts of the case today, as its lead organisation may know them."""
    case, today = case.as_led(), timezone.localdate()
    notices = list(case.notice_set.all())
    reflection = case.reflectionperiod_set.first()
    title = case.residencestatus_set.on(today).first()
    conversations = list(case.conversation_set.current())
    plan = case.returnplan_set.prefetch_related("travellers__family_member").order_by("-number").first()
    risk = case.returnrisk_set.order_by("-number").first()
    journey = case.journey_set.first()
    move = case.stagemove_set.first()
    follow_ups = list(case.followup_set.all())
    stopped = any(row.outcome == "stopped" for row in follow_ups)
    travellers = [t.family_member for t in plan.travellers.all()] if plan else []
    return Facts(
        # a file of "support only" without a notice has nothing to decide
        registration_decided=any(notice.decision for notice in notices)
        or (case.file_type == FileType.SUPPORT_ONLY and not notices),
        safety_assessed=case.safetyassessment_set.exists(),
        residence_recorded=title is not None or case.residencestatus_set.exists(),
        reflection_settled=reflection is not None
        and (reflection.state in {"declined", "not_applicable"} or reflection.ended_on is not None),
        basis_for_stay=title is not None and title.title in BASIS_FOR_STAY,
        conversation_held_or_declined=bool(conversations),
        orientation_recorded=wish(conversations) in {Orientation.RETURN, Orientation.ONWARD},
        return_duty=case.return_duty,
        plan_approved=plan is not None and plan.approved_at is not None,
        risk_decided=risk is not None and risk.decision != "",
        risk_not_now=risk is not None and risk.decision == RiskDecision.NOT_NOW,
        partner_named=plan is not None and plan.partner_id is not None,
        partner_consent=plan is not None and consent_of(case, Purpose.PARTNER, plan.partner_id) is not None,
        minor=case.is_minor(today),
        minor_travels=any(person is not None and person.is_minor(today) for person in travellers),
        guardian_agrees=plan is not None and plan.guardian_decision == "agrees",
        reception_verified=plan is not None and plan.reception_verified_on is not None,
        departed=journey is not None and journey.departed_on is not None,
        has_place=case.placement_set.now().exists(),
        open_tasks=case.task_set.open().count(),
        opened_on=timezone.localdate(case.created_at),
        stage_since=timezone.localdate(move.at) if move else None,
        notified_on=min((notice.received_on for notice in notices), default=None),
        talked_on=max((c.held_on for c in conversations), default=None),
        reflection_until=reflection.latest_end if reflection is not None and reflection.running else None,
        plan_waiting=waiting_since(plan, plan.approved_at) if plan is not None else None,
        risk_waiting=waiting_since(risk, risk.decided_at) if risk is not None else None,
        follow_ups=tuple((row.pk, row.due_on) for row in follow_ups if row.done_on is None and not stopped),
        unsafe_since=unsafe_since(follow_ups),
        untold=tuple(
            (row.pk, row.withdrawn_on)
            for row in case.consent_set.untold()
            if row.withdrawn_on and row.recipient_id != case.led_by
        ),
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
