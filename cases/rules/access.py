"""Which rooms each part of an organisation in a case opens. A person's right is their role ∩ this.

Lead and support differ only in what steers the case: stage, assignment, restriction and transfer belong to the lead;
coordination moves the stage while there is no lead.
"""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from organisations.permissions import Permission as P
from organisations.roles import ABILITIES, EVERY_ROOM, Role


class Part(StrEnum):
    LEAD = "lead"
    SUPPORT = "support"
    COORDINATION = "coordination"
    PLACEMENT = "placement"
    REGISTRATION = "registration"


PARTS = {
    Part.LEAD: _("Lead organisation"),
    Part.SUPPORT: _("Supporting organisation"),
    Part.COORDINATION: _("Coordination"),
    Part.PLACEMENT: _("Placement"),
    Part.REGISTRATION: _("Registration"),
}

# The parts that the lead organisation gives, with a consent, and ends; the others follow notices, stays and transfers.
GIVEN = (Part.SUPPORT, Part.COORDINATION)

STEERING = frozenset(
    {
        P.STAGE_MOVE, P.STAGE_OVERRIDE, P.CASE_ASSIGN, P.CASE_RESTRICT, P.CASE_SHARE, P.CASE_TRANSFER,
        P.CONSENT_OVERRIDE,
    }
)  # fmt: skip

ROOMS: dict[Part, frozenset[P]] = {
    Part.LEAD: EVERY_ROOM | STEERING | {P.RISK_DECIDE, P.PLAN_APPROVE, P.CASES_EXPORT},
    Part.SUPPORT: EVERY_ROOM | {P.RISK_DECIDE, P.PLAN_APPROVE, P.CASES_EXPORT},
    Part.COORDINATION: frozenset(
        {
            P.CASE_SEE, P.CASE_SEARCH,
            P.IDENTITY_READ, P.IDENTITY_WRITE, P.REGISTRATION_READ, P.REGISTRATION_WRITE,
            P.SHELTER_READ, P.SHELTER_WRITE, P.SAFETY_READ, P.SAFETY_WRITE, P.UNSAFE_REGIONS_READ,
            P.SUPPORT_READ, P.SUPPORT_WRITE, P.RETURN_READ, P.WHO_LOOKED,
        }
    ),
    Part.PLACEMENT: frozenset(
        {P.CASE_SEE, P.CASE_SEARCH, P.IDENTITY_READ, P.REGISTRATION_READ, P.SHELTER_READ, P.SHELTER_WRITE, P.UNSAFE_REGIONS_READ}
    ),
    Part.REGISTRATION: frozenset(
        {P.CASE_SEE, P.CASE_SEARCH, P.IDENTITY_READ, P.IDENTITY_WRITE, P.REGISTRATION_READ, P.REGISTRATION_WRITE}
    ),
}  # fmt: skip

# What coordination may do besides, as long as the case has no lead organisation.
WITHOUT_LEAD: dict[Part, frozenset[P]] = {Part.COORDINATION: frozenset({P.STAGE_MOVE, P.CASE_SHARE, P.CASE_TRANSFER})}


def parts_with(permission: P) -> list[str]:
    """The parts that allow the permission at any time."""
    return [part.value for part, allowed in ROOMS.items() if permission in allowed]


def parts_without_lead(permission: P) -> list[str]:
    """The parts that allow it only while the case has no lead organisation."""
    return [part.value for part, allowed in WITHOUT_LEAD.items() if permission in allowed]


def implies(held: P, other: P) -> bool:
    """Whether everybody who holds the first on a case holds the other there too, in whatever role and part."""
    return all(
        other in ROOMS[part] & ABILITIES[role]
        for part in Part
        for role in Role
        if held in ROOMS[part] | WITHOUT_LEAD.get(part, frozenset()) and held in ABILITIES[role]
    )


# The pages of a case and what reading them asks; the order is that of the navigation. "tonight" stands in the list of a
# house and in the shelter room, with what is asked for medication.
READING = {
    "safety": P.UNSAFE_REGIONS_READ,
    "shelter": P.SHELTER_READ,
    "tonight": P.SUPPORT_READ,
    "tasks": P.SUPPORT_READ,
    "residence": P.SUPPORT_READ,
    "criminal": P.SUPPORT_READ,
    "safe_future": P.NOTES_READ,
    "return_plan": P.RETURN_READ,
    "journey": P.RETURN_READ,
    "follow_up": P.RETURN_READ,
    "intake": P.IDENTITY_READ,
    "notes": P.NOTES_READ,
    "documents": P.SUPPORT_READ,
    "consents": P.SUPPORT_READ,
    "contacts": P.SUPPORT_READ,
    "people": P.IDENTITY_READ,
    "history": P.CASE_SEE,
}

# Pages that are no room, by what their addresses are called with: a refused one stands in the trail.
PAGE_NAMES = {
    "my_day": _("My day"),
    "team_day": _("The team's day"),
    "case_list": _("Cases"),
    "case_search": _("Cases"),
    "case_add": _("Cases"),
    "case_restricted": _("Restricted cases"),
    "case_reassign": _("Restricted cases"),
    "case_export": _("Files of cases"),
    "case_access": _("Who works on this case"),
    "case_assign": _("Who works on this case"),
    "case_unassign": _("Who works on this case"),
    "case_restrict": _("Who works on this case"),
    "participation": _("Who works on this case"),
    "case_change": _("Case page"),
    "stage": _("Case page"),
    "timeline": _("Timeline"),
    "unknown_destination": _("Safety"),
    "care": _("Shelter"),
    "task": _("Tasks"),
    "procedure": _("Residence"),
    "provision": _("Residence"),
    "conversation": _("Safe Future"),
    "return_risk": _("Return plan"),
    "victim": _("Intake"),
    "notice": _("Intake"),
    "identification": _("Intake"),
    "exploitation": _("Intake"),
    "file_type": _("Intake"),
    "reflection": _("Intake"),
    "note": _("Notes"),
    "document": _("Documents"),
    "consent": _("Consents"),
    "contact": _("Contacts"),
    "family_member": _("People"),
    "draft": _("What is typed and not saved"),
    "dashboard": _("Dashboard"),
    "occupancy": _("Occupancy"),
    "room": _("Occupancy"),
    "statistics": _("Published figures"),
    "rules": _("Rules in force"),
    "erasure": _("Erasing files"),
}
ROOM_NAMES = {
    "case": _("Case page"),
    "safety": _("Safety"),
    "shelter": _("Shelter"),
    "tonight": _("Tonight"),
    "tasks": _("Tasks"),
    "residence": _("Residence"),
    "criminal": _("Criminal case"),
    "safe_future": _("Safe Future"),
    "return_plan": _("Return plan"),
    "journey": _("Journey"),
    "follow_up": _("Follow-up"),
    "intake": _("Intake"),
    "notes": _("Notes"),
    "documents": _("Documents"),
    "consents": _("Consents"),
    "contacts": _("Contacts"),
    "people": _("People"),
    "history": _("History"),
    # no page of the case: what its next lead organisation reads before it accepts
    "transfer": _("Transfer"),
    # nor this: the profile without a name that CoMensha and the houses it asks read
    "placement": _("Profile for a place"),
    # nor this: what a former lead organisation wrote, and may read again for a while
    "own_part": _("Own part of the file"),
}

GROUPS = (
    (_("Now"), ("safety", "shelter", "tasks")),
    (_("Future"), ("residence", "criminal", "safe_future", "return_plan", "journey", "follow_up")),
    (_("File"), ("intake", "notes", "documents", "consents", "contacts", "people", "history")),
)
