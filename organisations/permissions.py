"""Every ability there is, one a line. Roles hold them (roles.py); parts of a case allow them (cases/rules/access.py)."""

from enum import StrEnum


class Permission(StrEnum):
    # a case: the page itself, and its beginnings
    CASE_SEE = "case.see"
    CASE_CREATE = "case.create"
    CASE_SEARCH = "case.search"
    CASES_EXPORT = "cases.export"

    # rooms of a case
    IDENTITY_READ = "identity.read"
    IDENTITY_WRITE = "identity.write"
    REGISTRATION_READ = "registration.read"
    REGISTRATION_WRITE = "registration.write"
    SHELTER_READ = "shelter.read"
    SHELTER_WRITE = "shelter.write"
    SAFETY_READ = "safety.read"
    SAFETY_WRITE = "safety.write"
    UNSAFE_REGIONS_READ = "unsafe_regions.read"
    SUPPORT_READ = "support.read"
    SUPPORT_WRITE = "support.write"
    NOTES_READ = "notes.read"
    NOTES_WRITE = "notes.write"
    RETURN_READ = "return.read"
    RETURN_WRITE = "return.write"

    # steering a case
    STAGE_MOVE = "stage.move"
    STAGE_OVERRIDE = "stage.override"
    RISK_DECIDE = "risk.decide"
    PLAN_APPROVE = "plan.approve"
    CASE_ASSIGN = "case.assign"
    CASE_RESTRICT = "case.restrict"
    CASE_SHARE = "case.share"
    CASE_TRANSFER = "case.transfer"
    CONSENT_OVERRIDE = "consent.override"

    # who looked, and the end of a file
    AUDIT_READ = "audit.read"
    WHO_LOOKED = "audit.who_looked"
    ERASURE_PROPOSE = "erasure.propose"
    ERASURE_CONFIRM = "erasure.confirm"

    # beside the cases
    MY_DAY_READ = "my_day.read"
    TEAM_DAY_READ = "team_day.read"
    TRANSFER_ANSWER = "transfer.answer"
    OWN_PART = "own_part.read"
    TONIGHT_READ = "tonight.read"
    PLACEMENT_BOARD = "placement.board"
    OFFER_ANSWER = "offer.answer"
    OCCUPANCY_READ = "occupancy.read"
    ROOM_READ = "room.read"
    SHELTERS_READ = "shelters.read"
    SHELTERS_KEEP = "shelters.keep"
    DASHBOARD_READ = "dashboard.read"
    MEMBERS_READ = "members.read"
    MEMBERS_END = "members.end"
    MEMBERS_INVITE = "members.invite"
    MEMBERS_CONFIRM = "members.confirm"
    ACCOUNTS_KEEP = "accounts.keep"
    DIRECTORY_READ = "directory.read"
    DIRECTORY_WRITE = "directory.write"
    TENANT_WRITE = "tenant.write"
