"""What each role may do, with a sentence for people. A role alone opens no case: see cases/rules/access.py."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from .permissions import Permission as P


class Role(StrEnum):
    CASEWORKER = "caseworker"
    TEAM_LEAD = "team_lead"
    CARE_COORDINATOR = "care_coordinator"
    COMENSHA_COORDINATOR = "comensha_coordinator"
    DIRECTORY_EDITOR = "directory_editor"
    PLATFORM_ADMINISTRATOR = "platform_administrator"
    PRIVACY_OFFICER = "privacy_officer"

    @property
    def label(self):
        return LABELS[self]

    @property
    def sentence(self):
        return SENTENCES[self]


LABELS = {
    Role.CASEWORKER: _("Caseworker"),
    Role.TEAM_LEAD: _("Team lead"),
    Role.CARE_COORDINATOR: _("Care coordinator"),
    Role.COMENSHA_COORDINATOR: _("CoMensha coordinator"),
    Role.DIRECTORY_EDITOR: _("Directory editor"),
    Role.PLATFORM_ADMINISTRATOR: _("Platform administrator"),
    Role.PRIVACY_OFFICER: _("Privacy officer"),
}

SENTENCES = {
    Role.CASEWORKER: _("Works on the cases of the organisation, in the parts it takes."),
    Role.TEAM_LEAD: _("Works on cases, assigns them, takes second decisions and answers for access."),
    Role.CARE_COORDINATOR: _("Coordinates cases of the region from the first contact to the end."),
    Role.COMENSHA_COORDINATOR: _("Registers notices, places people and reads the national overview."),
    Role.DIRECTORY_EDITOR: _("Keeps the directory of organisations; sees no case."),
    Role.PLATFORM_ADMINISTRATOR: _("Keeps organisations and accounts; sees no case."),
    Role.PRIVACY_OFFICER: _("Watches over the audit trail and retention of the organisation; sees no case content."),
}

# Every room of a case, read and written, and who looked in them.
EVERY_ROOM = frozenset(
    {
        P.CASE_SEE, P.CASE_SEARCH,
        P.IDENTITY_READ, P.IDENTITY_WRITE, P.REGISTRATION_READ, P.REGISTRATION_WRITE,
        P.SHELTER_READ, P.SHELTER_WRITE, P.SAFETY_READ, P.SAFETY_WRITE, P.UNSAFE_REGIONS_READ,
        P.SUPPORT_READ, P.SUPPORT_WRITE, P.NOTES_READ, P.NOTES_WRITE, P.RETURN_READ, P.RETURN_WRITE, P.WHO_LOOKED,
    }
)  # fmt: skip

CASEWORKER = EVERY_ROOM | {
    P.CASE_CREATE,
    P.STAGE_MOVE,
    P.MY_DAY_READ,
    P.TONIGHT_READ,
    P.SHELTERS_READ,
    P.OFFER_ANSWER,
    P.ROOM_READ,
    P.DIRECTORY_READ,
}

ABILITIES: dict[Role, frozenset[P]] = {
    Role.CASEWORKER: CASEWORKER,
    Role.TEAM_LEAD: CASEWORKER
    | {
        P.STAGE_OVERRIDE, P.RISK_DECIDE, P.PLAN_APPROVE, P.CASE_ASSIGN, P.CASE_RESTRICT, P.CASE_SHARE,
        P.CASE_TRANSFER, P.CONSENT_OVERRIDE, P.TRANSFER_ANSWER, P.OWN_PART, P.TEAM_DAY_READ, P.CASES_EXPORT,
        P.DASHBOARD_READ, P.SHELTERS_KEEP, P.OCCUPANCY_READ,
        P.MEMBERS_READ, P.MEMBERS_END, P.MEMBERS_INVITE, P.MEMBERS_CONFIRM,
    }
    | {P.ERASURE_PROPOSE, P.ERASURE_CONFIRM},
    Role.CARE_COORDINATOR: frozenset(
        {
            P.CASE_SEE, P.CASE_SEARCH, P.CASE_CREATE,
            P.IDENTITY_READ, P.IDENTITY_WRITE, P.REGISTRATION_READ, P.REGISTRATION_WRITE,
            P.SHELTER_READ, P.SHELTER_WRITE, P.SAFETY_READ, P.SAFETY_WRITE, P.UNSAFE_REGIONS_READ,
            P.SUPPORT_READ, P.SUPPORT_WRITE, P.RETURN_READ, P.STAGE_MOVE, P.CASE_SHARE, P.CASE_TRANSFER,
            P.MY_DAY_READ, P.DASHBOARD_READ, P.DIRECTORY_READ, P.WHO_LOOKED, P.ROOM_READ,
        }
    ),
    # Never notes, conversations, risk or plan, whatever the part.
    Role.COMENSHA_COORDINATOR: frozenset(
        {
            P.CASE_SEE, P.CASE_SEARCH, P.CASE_CREATE,
            P.IDENTITY_READ, P.IDENTITY_WRITE, P.REGISTRATION_READ, P.REGISTRATION_WRITE,
            P.SHELTER_READ, P.SHELTER_WRITE, P.UNSAFE_REGIONS_READ, P.DASHBOARD_READ, P.DIRECTORY_READ,
            P.PLACEMENT_BOARD, P.OCCUPANCY_READ, P.ROOM_READ,
            P.ERASURE_PROPOSE, P.ERASURE_CONFIRM,
        }
    ),
    Role.DIRECTORY_EDITOR: frozenset({P.DIRECTORY_READ, P.DIRECTORY_WRITE}),
    Role.PLATFORM_ADMINISTRATOR: frozenset(
        {
            P.MEMBERS_READ, P.MEMBERS_END, P.MEMBERS_INVITE, P.ACCOUNTS_KEEP,
            P.DIRECTORY_READ, P.DIRECTORY_WRITE, P.TENANT_WRITE,
        }
    ),
    Role.PRIVACY_OFFICER: frozenset({P.DIRECTORY_READ, P.AUDIT_READ, P.ERASURE_CONFIRM}),
}  # fmt: skip

# Whose role gives which roles: a team lead at their own organisation, the platform administrator anywhere. A role that
# opens cases counts once a team lead of the organisation has given or confirmed it (actions/accounts.py).
GIVES: dict[Role, frozenset[Role]] = {
    Role.TEAM_LEAD: frozenset(
        {Role.CASEWORKER, Role.TEAM_LEAD, Role.CARE_COORDINATOR, Role.COMENSHA_COORDINATOR, Role.PRIVACY_OFFICER}
    ),
    Role.PLATFORM_ADMINISTRATOR: frozenset(Role),
}


def opens_cases(role: Role) -> bool:
    """Whether the role has case access, and so waits for a team lead of its organisation."""
    return P.CASE_SEE in ABILITIES[role]


def held_at(role: Role, *, national_register: bool) -> bool:
    """Whether an organisation can hold the role: CoMensha coordinators work where the national register is kept."""
    return national_register or role is not Role.COMENSHA_COORDINATOR


def roles_with(permission: P) -> list[str]:
    """The roles that hold the permission."""
    return [role.value for role, abilities in ABILITIES.items() if permission in abilities]
