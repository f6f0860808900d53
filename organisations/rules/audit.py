"""Every verb the audit trail knows, each with its sentence. The sentence names the deed, never its content."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Verb(StrEnum):
    # reading and refusing
    CASE_READ = "case_read"
    CASES_SEARCHED = "cases_searched"
    ACCESS_REFUSED = "access_refused"
    SHELTER_ADDRESS_REVEALED = "shelter_address_revealed"
    # houses
    SHELTER_ADDED = "shelter_added"
    SHELTER_CHANGED = "shelter_changed"
    SHELTER_ADDRESS_WRITTEN = "shelter_address_written"
    CASE_EXPORTED = "case_exported"
    EXPORT_ASKED = "export_asked"
    EXPORT_MADE = "export_made"
    EXPORT_DOWNLOADED = "export_downloaded"
    EXPORT_DELETED = "export_deleted"
    TRAIL_READ = "trail_read"
    TRAIL_EXPORTED = "trail_exported"

    # people and organisations
    ACCOUNT_ADDED = "account_added"
    MEMBERSHIP_BEGUN = "membership_begun"
    MEMBERSHIP_ENDED = "membership_ended"
    MEMBERSHIP_CONFIRMED = "membership_confirmed"
    MEMBERSHIP_REFUSED = "membership_refused"
    INVITED = "invited"
    INVITATION_SENT_AGAIN = "invitation_sent_again"
    INVITATION_WITHDRAWN = "invitation_withdrawn"
    INVITATION_ACCEPTED = "invitation_accepted"
    ACCOUNT_CLOSED = "account_closed"
    ACCOUNT_REOPENED = "account_reopened"
    PASSWORD_CHANGED = "password_changed"  # noqa: S105 - a deed, not a password
    SESSIONS_ENDED = "sessions_ended"
    ADDRESS_CHANGED = "address_changed"
    SECOND_STEP_CHANGED = "second_step_changed"
    ORGANISATION_ADDED = "organisation_added"
    ORGANISATION_CHANGED = "organisation_changed"
    ORGANISATION_VERIFIED = "organisation_verified"
    ORGANISATION_SUSPENDED = "organisation_suspended"
    ORGANISATION_UNSUSPENDED = "organisation_unsuspended"
    ORGANISATIONS_MERGED = "organisations_merged"
    ORGANISATIONS_IMPORTED = "organisations_imported"
    SUGGESTION_MADE = "suggestion_made"
    SUGGESTION_ACCEPTED = "suggestion_accepted"
    SUGGESTION_DECLINED = "suggestion_declined"

    # a case
    CASE_CREATED = "case_created"
    CASE_CHANGED = "case_changed"
    CASE_RESTRICTED = "case_restricted"
    CASE_UNRESTRICTED = "case_unrestricted"
    STAGE_MOVED = "stage_moved"
    STAGE_OVERRIDDEN = "stage_overridden"
    PARTICIPATION_BEGUN = "participation_begun"
    PARTICIPATION_ENDED = "participation_ended"
    ASSIGNED = "assigned"
    UNASSIGNED = "unassigned"
    TRANSFER_OFFERED = "transfer_offered"
    TRANSFER_WITHDRAWN = "transfer_withdrawn"
    TRANSFER_ACCEPTED = "transfer_accepted"
    TRANSFER_DECLINED = "transfer_declined"
    OWN_PART_ASKED = "own_part_asked"
    OWN_PART_GRANTED = "own_part_granted"
    OWN_PART_DECLINED = "own_part_declined"
    OWN_PART_WITHDRAWN = "own_part_withdrawn"
    OWN_PART_ENDED = "own_part_ended"
    PARTICIPATION_END_UNDONE = "participation_end_undone"
    UNASSIGNED_UNDONE = "unassigned_undone"

    # its rooms
    VICTIM_CHANGED = "victim_changed"
    NOTICE_RECORDED = "notice_recorded"
    NOTICE_CHANGED = "notice_changed"
    IDENTIFICATION_RECORDED = "identification_recorded"
    EXPLOITATION_RECORDED = "exploitation_recorded"
    FILE_TYPE_CHANGED = "file_type_changed"
    SAFETY_ASSESSED = "safety_assessed"
    PLACED = "placed"
    PLACEMENT_ENDED = "placement_ended"
    PLACEMENT_END_UNDONE = "placement_end_undone"
    PLACEMENT_END_CORRECTED = "placement_end_corrected"
    PLACE_MOVED = "place_moved"
    STAY_EXPECTED = "stay_expected"
    STAY_PUT_IN_ORDER = "stay_put_in_order"
    STAY_ORDER_UNDONE = "stay_order_undone"
    PLACE_ASKED = "place_asked"
    PLACE_REQUEST_CHANGED = "place_request_changed"
    PLACE_REQUEST_WITHDRAWN = "place_request_withdrawn"
    PLACE_REQUEST_FAILED = "place_request_failed"
    PLACE_OFFERED = "place_offered"
    PLACE_OFFER_TAKEN_BACK = "place_offer_taken_back"
    PLACE_OFFER_ACCEPTED = "place_offer_accepted"
    PLACE_OFFER_DECLINED = "place_offer_declined"
    PLACE_OFFER_REFUSED = "place_offer_refused"
    NOT_ARRIVED = "not_arrived"
    RESIDENCE_RECORDED = "residence_recorded"
    RESIDENCE_CHANGED = "residence_changed"
    PROCEDURE_RECORDED = "procedure_recorded"
    PROCEDURE_CHANGED = "procedure_changed"
    REFLECTION_RECORDED = "reflection_recorded"
    REFLECTION_CHANGED = "reflection_changed"
    LEFT_TO_UNKNOWN = "left_to_unknown"
    CAME_BACK = "came_back"
    UNKNOWN_DESTINATION_CORRECTED = "unknown_destination_corrected"
    LEFT_TO_UNKNOWN_UNDONE = "left_to_unknown_undone"
    PROVISION_RECORDED = "provision_recorded"
    FILE_RECORD_MERGED = "file_record_merged"
    CRIMINAL_EVENT_RECORDED = "criminal_event_recorded"
    CRIMINAL_EVENT_CHANGED = "criminal_event_changed"
    CONVERSATION_RECORDED = "conversation_recorded"
    CONVERSATION_CORRECTED = "conversation_corrected"
    PLAN_STARTED = "plan_started"
    PLAN_CHANGED = "plan_changed"
    PLAN_APPROVED = "plan_approved"
    RISK_RECORDED = "risk_recorded"
    RISK_CHANGED = "risk_changed"
    RISK_DECIDED = "risk_decided"
    JOURNEY_RECORDED = "journey_recorded"
    JOURNEY_CHANGED = "journey_changed"
    FOLLOW_UP_PLANNED = "follow_up_planned"
    FOLLOW_UP_RECORDED = "follow_up_recorded"
    NOTE_WRITTEN = "note_written"
    NOTE_CORRECTED = "note_corrected"
    DOCUMENT_ADDED = "document_added"
    DOCUMENT_OPENED = "document_opened"
    DOCUMENT_WITHDRAWN = "document_withdrawn"
    PERSON_ADDED = "person_added"
    PERSON_CHANGED = "person_changed"
    CONTACT_ADDED = "contact_added"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_ENDED = "contact_ended"
    CONSENT_RECORDED = "consent_recorded"
    CONSENT_OVERRIDDEN = "consent_overridden"
    CONSENT_CHANGED = "consent_changed"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    CONSENT_TOLD = "consent_told"
    TASK_ADDED = "task_added"
    TASK_CHANGED = "task_changed"
    TASK_DONE = "task_done"
    TASK_LAPSED = "task_lapsed"
    TASK_REOPENED = "task_reopened"
    CARE_ADDED = "care_added"
    CARE_CHANGED = "care_changed"
    CARE_ENDED = "care_ended"
    CARE_END_UNDONE = "care_end_undone"

    # the end of a file
    ERASURE_PROPOSED = "erasure_proposed"
    ERASURE_WITHDRAWN = "erasure_withdrawn"
    CASE_ERASED = "case_erased"
    ERASURE_REPEATED = "erasure_repeated"
    MASTER_KEY_REPLACED = "master_key_replaced"

    @property
    def sentence(self):
        return SENTENCES[self]


SENTENCES = {
    Verb.CASE_READ: _("read this part of the case"),
    Verb.CASES_SEARCHED: _("searched cases by name or number"),
    Verb.ACCESS_REFUSED: _("was refused a page"),
    Verb.SHELTER_ADDED: _("added a house"),
    Verb.SHELTER_CHANGED: _("changed a house or its places"),
    Verb.SHELTER_ADDRESS_WRITTEN: _("wrote where a house is"),
    Verb.SHELTER_ADDRESS_REVEALED: _("had the address of a shelter shown"),
    Verb.CASE_EXPORTED: _("took the case along in a file of cases"),
    Verb.EXPORT_ASKED: _("asked for a file of cases"),
    Verb.EXPORT_MADE: _("had a file of cases made"),
    Verb.EXPORT_DOWNLOADED: _("downloaded a file of cases"),
    Verb.EXPORT_DELETED: _("deleted a file of cases"),
    Verb.TRAIL_READ: _("read who looked"),
    Verb.TRAIL_EXPORTED: _("took a copy of the audit trail"),
    Verb.ACCOUNT_ADDED: _("added an account"),
    Verb.MEMBERSHIP_BEGUN: _("gave somebody a role"),
    Verb.MEMBERSHIP_ENDED: _("ended somebody's role"),
    Verb.MEMBERSHIP_CONFIRMED: _("confirmed somebody's role"),
    Verb.MEMBERSHIP_REFUSED: _("refused somebody's role"),
    Verb.INVITED: _("invited somebody"),
    Verb.INVITATION_SENT_AGAIN: _("sent an invitation again"),
    Verb.INVITATION_WITHDRAWN: _("withdrew an invitation"),
    Verb.INVITATION_ACCEPTED: _("accepted an invitation"),
    Verb.ACCOUNT_CLOSED: _("closed an account"),
    Verb.ACCOUNT_REOPENED: _("reopened an account"),
    Verb.PASSWORD_CHANGED: _("changed their password"),
    Verb.SESSIONS_ENDED: _("ended sessions of their own"),
    Verb.ADDRESS_CHANGED: _("changed the e-mail addresses of their account"),
    Verb.SECOND_STEP_CHANGED: _("changed the two-step login of their account"),
    Verb.ORGANISATION_ADDED: _("added an organisation"),
    Verb.ORGANISATION_CHANGED: _("changed an organisation"),
    Verb.ORGANISATION_VERIFIED: _("verified an organisation"),
    Verb.ORGANISATION_SUSPENDED: _("suspended an organisation"),
    Verb.ORGANISATION_UNSUSPENDED: _("ended the suspension of an organisation"),
    Verb.ORGANISATIONS_MERGED: _("merged two organisations"),
    Verb.ORGANISATIONS_IMPORTED: _("imported organisations from a file"),
    Verb.SUGGESTION_MADE: _("suggested a correction of an organisation"),
    Verb.SUGGESTION_ACCEPTED: _("accepted a correction of an organisation"),
    Verb.SUGGESTION_DECLINED: _("declined a correction of an organisation"),
    Verb.CASE_CREATED: _("opened the case"),
    Verb.CASE_CHANGED: _("changed the working name or the first answers"),
    Verb.CASE_RESTRICTED: _("restricted the case to the people assigned to it"),
    Verb.CASE_UNRESTRICTED: _("lifted the restriction"),
    Verb.STAGE_MOVED: _("moved the case to another stage"),
    Verb.STAGE_OVERRIDDEN: _("moved the case to another stage past what blocked it"),
    Verb.PARTICIPATION_BEGUN: _("let an organisation take part"),
    Verb.PARTICIPATION_ENDED: _("ended the part of an organisation"),
    Verb.ASSIGNED: _("assigned somebody"),
    Verb.UNASSIGNED: _("ended an assignment"),
    Verb.TRANSFER_OFFERED: _("offered the case to another organisation"),
    Verb.TRANSFER_WITHDRAWN: _("took back the offer of the case"),
    Verb.TRANSFER_ACCEPTED: _("accepted the case for their organisation"),
    Verb.TRANSFER_DECLINED: _("declined the case for their organisation"),
    Verb.OWN_PART_ASKED: _("asked to read what their organisation wrote before it handed the case over"),
    Verb.OWN_PART_GRANTED: _("let a former lead organisation read what it wrote"),
    Verb.OWN_PART_DECLINED: _("did not let a former lead organisation read what it wrote"),
    Verb.OWN_PART_WITHDRAWN: _("took back the request to read what their organisation wrote"),
    Verb.OWN_PART_ENDED: _("ended a former lead organisation's reading of what it wrote"),
    Verb.PARTICIPATION_END_UNDONE: _("took back that the part of an organisation had ended"),
    Verb.UNASSIGNED_UNDONE: _("took back that an assignment had ended"),
    Verb.VICTIM_CHANGED: _("changed who this is"),
    Verb.NOTICE_RECORDED: _("recorded a notice"),
    Verb.NOTICE_CHANGED: _("changed a notice"),
    Verb.IDENTIFICATION_RECORDED: _("recorded where identification stands"),
    Verb.EXPLOITATION_RECORDED: _("recorded the exploitation"),
    Verb.FILE_TYPE_CHANGED: _("changed the type of the file"),
    Verb.SAFETY_ASSESSED: _("assessed safety"),
    Verb.PLACED: _("placed the person in a shelter"),
    Verb.PLACEMENT_ENDED: _("ended the stay in a shelter"),
    Verb.PLACEMENT_END_UNDONE: _("took back that the stay in a shelter had ended"),
    Verb.PLACEMENT_END_CORRECTED: _("corrected the end of the stay in a shelter"),
    Verb.PLACE_MOVED: _("moved somebody to another place"),
    Verb.STAY_EXPECTED: _("changed until when a stay is expected to last"),
    Verb.STAY_PUT_IN_ORDER: _("put an emergency placement in order"),
    Verb.STAY_ORDER_UNDONE: _("took back that an emergency placement is in order"),
    Verb.PLACE_ASKED: _("asked CoMensha for a place"),
    Verb.PLACE_REQUEST_CHANGED: _("changed what is asked of a place"),
    Verb.PLACE_REQUEST_WITHDRAWN: _("stopped asking for a place"),
    Verb.PLACE_REQUEST_FAILED: _("ended the search for a place without one"),
    Verb.PLACE_OFFERED: _("asked a house and held its places"),
    Verb.PLACE_OFFER_TAKEN_BACK: _("let the held places go"),
    Verb.PLACE_OFFER_ACCEPTED: _("accepted somebody for a house"),
    Verb.PLACE_OFFER_DECLINED: _("said no for a house"),
    Verb.PLACE_OFFER_REFUSED: _("recorded that the person does not want the place"),
    Verb.NOT_ARRIVED: _("recorded that the person did not arrive"),
    Verb.RESIDENCE_RECORDED: _("recorded the residence position"),
    Verb.RESIDENCE_CHANGED: _("changed the residence position"),
    Verb.PROCEDURE_RECORDED: _("recorded a procedure about residence"),
    Verb.PROCEDURE_CHANGED: _("changed a procedure about residence"),
    Verb.REFLECTION_RECORDED: _("recorded the reflection period"),
    Verb.REFLECTION_CHANGED: _("changed the reflection period"),
    Verb.LEFT_TO_UNKNOWN: _("recorded that the person left to an unknown destination"),
    Verb.CAME_BACK: _("recorded that the person came back"),
    Verb.UNKNOWN_DESTINATION_CORRECTED: _("corrected when the person left to an unknown destination"),
    Verb.LEFT_TO_UNKNOWN_UNDONE: _("took back that the person left to an unknown destination"),
    Verb.FILE_RECORD_MERGED: _("merged two records of an organisation that this file names"),
    Verb.PROVISION_RECORDED: _("recorded what of the reflection period is arranged"),
    Verb.CRIMINAL_EVENT_RECORDED: _("recorded an event of the criminal case"),
    Verb.CRIMINAL_EVENT_CHANGED: _("corrected an event of the criminal case"),
    Verb.CONVERSATION_RECORDED: _("recorded a conversation about the future"),
    Verb.CONVERSATION_CORRECTED: _("corrected a conversation about the future"),
    Verb.PLAN_STARTED: _("started a return plan"),
    Verb.PLAN_CHANGED: _("changed the return plan"),
    Verb.PLAN_APPROVED: _("approved the return plan"),
    Verb.RISK_RECORDED: _("assessed the risk of return"),
    Verb.RISK_CHANGED: _("changed the assessment of the risk of return"),
    Verb.RISK_DECIDED: _("decided on the risk of return"),
    Verb.JOURNEY_RECORDED: _("recorded the journey"),
    Verb.JOURNEY_CHANGED: _("changed the journey"),
    Verb.FOLLOW_UP_PLANNED: _("planned a follow-up"),
    Verb.FOLLOW_UP_RECORDED: _("recorded a follow-up"),
    Verb.NOTE_WRITTEN: _("wrote a note"),
    Verb.NOTE_CORRECTED: _("corrected a note"),
    Verb.DOCUMENT_ADDED: _("added a document"),
    Verb.DOCUMENT_OPENED: _("opened a document"),
    Verb.DOCUMENT_WITHDRAWN: _("withdrew a document"),
    Verb.PERSON_ADDED: _("added a family member"),
    Verb.PERSON_CHANGED: _("changed a family member"),
    Verb.CONTACT_ADDED: _("added a contact"),
    Verb.CONTACT_CHANGED: _("changed a contact"),
    Verb.CONTACT_ENDED: _("ended a contact"),
    Verb.CONSENT_RECORDED: _("recorded a consent"),
    Verb.CONSENT_OVERRIDDEN: _("decided to share without consent"),
    Verb.CONSENT_CHANGED: _("changed what is recorded of a consent"),
    Verb.CONSENT_WITHDRAWN: _("recorded that a consent was withdrawn"),
    Verb.CONSENT_TOLD: _("recorded that a recipient was told of a withdrawal"),
    Verb.TASK_ADDED: _("added a task"),
    Verb.TASK_CHANGED: _("changed a task"),
    Verb.TASK_DONE: _("finished a task"),
    Verb.TASK_LAPSED: _("let a task lapse"),
    Verb.TASK_REOPENED: _("opened a task again"),
    Verb.CARE_ADDED: _("added something to know at night"),
    Verb.CARE_CHANGED: _("changed something to know at night"),
    Verb.CARE_ENDED: _("ended something to know at night"),
    Verb.CARE_END_UNDONE: _("took back the end of something to know at night"),
    Verb.ERASURE_PROPOSED: _("proposed to erase the file"),
    Verb.ERASURE_WITHDRAWN: _("ended the proposal to erase the file"),
    Verb.CASE_ERASED: _("erased the file as the second person"),
    Verb.ERASURE_REPEATED: _("erased the file again after a backup was restored"),
    Verb.MASTER_KEY_REPLACED: _("put every data key under a new master key"),
}


class Kind(StrEnum):
    """What a row of the trail is about, to filter by."""

    READ = "read"
    CHANGE = "change"
    REFUSED = "refused"
    SEARCH = "search"
    ACCOUNTS = "accounts"


KINDS = {
    Kind.READ: _("Looked"),
    Kind.CHANGE: _("Changed"),
    Kind.REFUSED: _("Refused"),
    Kind.SEARCH: _("Searched"),
    Kind.ACCOUNTS: _("Accounts and organisations"),
}

# Every verb that is not named here changes something about a case.
NOT_A_CHANGE = {
    Verb.CASE_READ: Kind.READ,
    Verb.SHELTER_ADDRESS_REVEALED: Kind.READ,
    Verb.CASE_EXPORTED: Kind.READ,
    Verb.EXPORT_ASKED: Kind.READ,
    Verb.EXPORT_MADE: Kind.READ,
    Verb.EXPORT_DOWNLOADED: Kind.READ,
    Verb.EXPORT_DELETED: Kind.READ,
    Verb.TRAIL_READ: Kind.READ,
    Verb.TRAIL_EXPORTED: Kind.READ,
    Verb.ACCESS_REFUSED: Kind.REFUSED,
    Verb.CASES_SEARCHED: Kind.SEARCH,
    Verb.ACCOUNT_ADDED: Kind.ACCOUNTS,
    Verb.MEMBERSHIP_BEGUN: Kind.ACCOUNTS,
    Verb.MEMBERSHIP_ENDED: Kind.ACCOUNTS,
    Verb.ORGANISATION_ADDED: Kind.ACCOUNTS,
    Verb.MEMBERSHIP_CONFIRMED: Kind.ACCOUNTS,
    Verb.MEMBERSHIP_REFUSED: Kind.ACCOUNTS,
    Verb.INVITED: Kind.ACCOUNTS,
    Verb.INVITATION_SENT_AGAIN: Kind.ACCOUNTS,
    Verb.INVITATION_WITHDRAWN: Kind.ACCOUNTS,
    Verb.INVITATION_ACCEPTED: Kind.ACCOUNTS,
    Verb.ACCOUNT_CLOSED: Kind.ACCOUNTS,
    Verb.ACCOUNT_REOPENED: Kind.ACCOUNTS,
    Verb.PASSWORD_CHANGED: Kind.ACCOUNTS,
    Verb.SESSIONS_ENDED: Kind.ACCOUNTS,
    Verb.ADDRESS_CHANGED: Kind.ACCOUNTS,
    Verb.SECOND_STEP_CHANGED: Kind.ACCOUNTS,
    Verb.DOCUMENT_OPENED: Kind.READ,
    Verb.SHELTER_ADDED: Kind.ACCOUNTS,
    Verb.SHELTER_CHANGED: Kind.ACCOUNTS,
    Verb.SHELTER_ADDRESS_WRITTEN: Kind.ACCOUNTS,
    Verb.ORGANISATION_CHANGED: Kind.ACCOUNTS,
    Verb.ORGANISATION_VERIFIED: Kind.ACCOUNTS,
    Verb.ORGANISATION_SUSPENDED: Kind.ACCOUNTS,
    Verb.ORGANISATION_UNSUSPENDED: Kind.ACCOUNTS,
    Verb.ORGANISATIONS_MERGED: Kind.ACCOUNTS,
    Verb.ORGANISATIONS_IMPORTED: Kind.ACCOUNTS,
    Verb.SUGGESTION_MADE: Kind.ACCOUNTS,
    Verb.SUGGESTION_ACCEPTED: Kind.ACCOUNTS,
    Verb.SUGGESTION_DECLINED: Kind.ACCOUNTS,
}


def kind_of(verb: str) -> Kind:
    return NOT_A_CHANGE.get(Verb(verb), Kind.CHANGE)


def verbs_of(kind: Kind) -> list[str]:
    """The verbs of that kind."""
    return [verb.value for verb in Verb if kind_of(verb) is kind]


# What the rooms of a case are called. The case side knows (cases/rules/access.py); the wiring tells it here at start-up,
# because the trail names them and nothing here may import cases.
ROOM_NAMES: dict[str, object] = {
    "audit": _("Audit trail"),
    "who_looked": _("Who looked"),
    "exports": _("Files of cases"),
    "shelters": _("Houses"),
    "place": _("Houses"),
    "organisation": _("Organisations"),
    "source": _("Organisations"),
    "suggestion": _("Suggestions"),
    "members": _("Members"),
    "invitation": _("Members"),
    "session": _("Your account"),
}


def room_name(room: str) -> object:
    """The room in words; a refused page is kept by its address name and told by the room it belongs to, or by itself."""
    page = room.rpartition(":")[2]
    longest_first = sorted(ROOM_NAMES, key=len, reverse=True)
    belongs_to = next((name for name in longest_first if name != "case" and page.startswith(f"{name}_")), page)
    return ROOM_NAMES.get(page) or ROOM_NAMES.get(belongs_to, page)
