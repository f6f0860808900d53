"""Gathers from the rows of one case what the stage table needs to know."""

from django.utils import timezone

from ..rules.codes import BASIS_FOR_STAY, AgeGroup, Orientation, RiskDecision
from ..rules.workflow import Facts
from .case import Case
from .conversation import Conversation


def facts_of(case: Case) -> Facts:
    """The facts of the case today."""
    today = timezone.localdate()
    notices = list(case.notice_set.all())
    reflection = case.reflectionperiod_set.first()
    titles = list(case.residencestatus_set.all())
    current = [t for t in titles if t.from_on <= today and (t.until_on is None or t.until_on > today)]
    conversations = list(case.conversation_set.all())
    plan = case.returnplan_set.prefetch_related("travellers__family_member").order_by("-number").first()
    risk = case.returnrisk_set.order_by("-number").first()
    journey = case.journey_set.first()
    travellers = [t.family_member for t in plan.travellers.all()] if plan else []
    return Facts(
        registration_decided=any(notice.decision for notice in notices),
        safety_assessed=case.safetyassessment_set.exists(),
        residence_recorded=bool(titles),
        reflection_settled=reflection is not None
        and (reflection.state in {"declined", "not_applicable"} or reflection.ended_on is not None),
        basis_for_stay=any(t.title in BASIS_FOR_STAY for t in current),
        conversation_held_or_declined=bool(conversations),
        orientation_recorded=wish(conversations) in {Orientation.RETURN, Orientation.ONWARD},
        return_duty=case.return_duty,
        plan_approved=plan is not None and plan.approved_at is not None,
        risk_decided=risk is not None and risk.decision != "",
        risk_not_now=risk is not None and risk.decision == RiskDecision.NOT_NOW,
        partner_named=plan is not None and plan.partner_id is not None,
        partner_consent=plan is not None and plan.partner_consent_on is not None,
        minor=case.age_group == AgeGroup.MINOR,
        minor_travels=any(person is not None and person.age_group == AgeGroup.MINOR for person in travellers),
        guardian_agrees=plan is not None and plan.guardian_decision == "agrees",
        reception_verified=plan is not None and plan.reception_verified_on is not None,
        departed=journey is not None and journey.departed_on is not None,
    )


def wish(conversations: list[Conversation]) -> str:
    """What the person wanted when last asked; newest conversation first."""
    return next((c.orientation for c in conversations if c.orientation), "")
