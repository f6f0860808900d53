"""What the page of a case answers at first sight."""

import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from organisations.models import User
from organisations.permissions import Permission

from .lists import history, newest_in, rooms_read
from .models import (
    Case,
    CriminalEvent,
    Participation,
    Placement,
    ReturnPlan,
    ReturnRisk,
)
from .models.draft import TYPED
from .models.facts import wish
from .models.read_once import Which, current, every, first, still_open
from .rules.codes import CRIMINAL_EVENTS, ORIENTATIONS, Orientation

GLANCED = 6

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
