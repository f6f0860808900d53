"""What the page of consents shows, and who can receive information."""

from typing import Any

from organisations.models import Organisation
from organisations.permissions import Permission

from .actions.return_plan import partners
from .models import Case, Consent, Participation, ReturnPlan
from .models.facts import consent_of, objection_to
from .rules.consent import RULES, WITHOUT_CHOICE, Ground, Purpose
from .rules.registration import Decision


def of_case(case: Case) -> dict[str, Any]:
    """Consents in force by purpose, those withdrawn, and which organisations with a consent do not take part yet."""
    rows = list(case.consent_set.select_related("recipient", "document", "created_by"))
    visible = set(case.document_set.filter(withdrawn_at=None).values_list("pk", flat=True))
    taking_part = set(Participation.objects.now().filter(case=case).values_list("organisation_id", flat=True))
    shown: list[dict[str, Any]] = [
        {
            "consent": row,
            "document": row.document if row.document_id in visible else None,
            "problem": objection_to(
                case, Purpose(row.purpose), Ground(row.ground), written=row.written, on=row.given_on
            ),
            "may_begin": row.purpose == Purpose.SHARING and row.recipient_id not in taking_part,
            "may_transfer": row.purpose == Purpose.TRANSFER and row.recipient_id not in taking_part,
        }
        for row in rows
    ]
    on_ground = case.notice_set.filter(decision=Decision.GROUND, withdrawn_on=None).exists()
    given = {
        purpose: [one for one in shown if one["consent"].purpose == purpose and one["consent"].withdrawn_on is None]
        for purpose in RULES
    }
    return {
        "purposes": [
            {
                "code": purpose.value,
                "rule": rule,
                "given": given[purpose],
                "full": purpose in WITHOUT_CHOICE and bool(given[purpose]),
                "on_ground": purpose is Purpose.REGISTRATION and on_ground,
            }
            for purpose, rule in RULES.items()
        ],
        "withdrawn": [one for one in shown if one["consent"].withdrawn_on is not None],
    }


def of_partner(case: Case, plan: ReturnPlan) -> Consent | None:
    """The consent in force to tell the partner of this plan."""
    return consent_of(case, Purpose.PARTNER, plan.partner_id) if plan.partner_id else None


def recipients(case: Case, purpose: Purpose):
    """The organisations that can receive information for this purpose; None where it is always the same one."""
    if purpose in WITHOUT_CHOICE:
        return None
    if purpose is Purpose.PARTNER:
        return partners()
    needed = Permission.CASE_SEE if purpose is Purpose.SHARING else Permission.TRANSFER_ANSWER
    found = Organisation.objects.where_somebody_may(needed).filter(registers_nationally=False)
    return without_lead(found, case)


def with_consent(case: Case, purpose: Purpose):
    """Organisations for which a consent with this purpose is in force, without those that lead the case."""
    given = case.consent_set.given().filter(purpose=purpose).values("recipient_id")
    return without_lead(Organisation.objects.filter(pk__in=given), case)


def without_lead(organisations, case: Case):
    lead = Participation.objects.lead_of(case.pk)
    return organisations.exclude(pk=lead.organisation_id if lead else None).order_by("name")
