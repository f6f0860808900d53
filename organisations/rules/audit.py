"""Every verb the audit trail knows, each with its sentence. The sentence names the deed, never its content."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Verb(StrEnum):
    # reading and refusing
    CASE_READ = "case_read"
    CASES_SEARCHED = "cases_searched"
    ACCESS_REFUSED = "access_refused"
    SHELTER_ADDRESS_REVEALED = "shelter_address_revealed"

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
    ORGANISATION_ADDED = "organisation_added"
    ORGANISATION_CHANGED = "organisation_changed"

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
    RESIDENCE_RECORDED = "residence_recorded"
    RESIDENCE_CHANGED = "residence_changed"
    REFLECTION_RECORDED = "reflection_recorded"
    REFLECTION_CHANGED = "reflection_changed"
    CRIMINAL_EVENT_RECORDED = "criminal_event_recorded"
    CRIMINAL_EVENT_CHANGED = "criminal_event_changed"
    CONVERSATION_RECORDED = "conversation_recorded"
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
    DOCUMENT_ADDED = "document_added"
    DOCUMENT_OPENED = "document_opened"
    DOCUMENT_WITHDRAWN = "document_withdrawn"
    PERSON_ADDED = "person_added"
    PERSON_CHANGED = "person_changed"
    CONTACT_ADDED = "contact_added"
    CONTACT_CHANGED = "contact_changed"
    CONTACT_ENDED = "contact_ended"
    TASK_ADDED = "task_added"
    TASK_CHANGED = "task_changed"
    TASK_DONE = "task_done"
    TASK_LAPSED = "task_lapsed"
    TASK_REOPENED = "task_reopened"

    @property
    def sentence(self):
        return SENTENCES[self]


SENTENCES = {
    Verb.CASE_READ: _("read this part of the case"),
    Verb.CASES_SEARCHED: _("searched cases by name or number"),
    Verb.ACCESS_REFUSED: _("was refused a page"),
    Verb.SHELTER_ADDRESS_REVEALED: _("had the address of a shelter shown"),
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
    Verb.ORGANISATION_ADDED: _("added an organisation"),
    Verb.ORGANISATION_CHANGED: _("changed an organisation"),
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
    Verb.VICTIM_CHANGED: _("changed who this is"),
    Verb.NOTICE_RECORDED: _("recorded a notice"),
    Verb.NOTICE_CHANGED: _("changed a notice"),
    Verb.IDENTIFICATION_RECORDED: _("recorded where identification stands"),
    Verb.EXPLOITATION_RECORDED: _("recorded the exploitation"),
    Verb.FILE_TYPE_CHANGED: _("changed the type of the file"),
    Verb.SAFETY_ASSESSED: _("assessed safety"),
    Verb.PLACED: _("placed the person in a shelter"),
    Verb.PLACEMENT_ENDED: _("ended the stay in a shelter"),
    Verb.RESIDENCE_RECORDED: _("recorded the residence position"),
    Verb.RESIDENCE_CHANGED: _("changed the residence position"),
    Verb.REFLECTION_RECORDED: _("recorded the reflection period"),
    Verb.REFLECTION_CHANGED: _("changed the reflection period"),
    Verb.CRIMINAL_EVENT_RECORDED: _("recorded an event of the criminal case"),
    Verb.CRIMINAL_EVENT_CHANGED: _("corrected an event of the criminal case"),
    Verb.CONVERSATION_RECORDED: _("recorded a conversation about the future"),
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
    Verb.DOCUMENT_ADDED: _("added a document"),
    Verb.DOCUMENT_OPENED: _("opened a document"),
    Verb.DOCUMENT_WITHDRAWN: _("withdrew a document"),
    Verb.PERSON_ADDED: _("added a family member"),
    Verb.PERSON_CHANGED: _("changed a family member"),
    Verb.CONTACT_ADDED: _("added a contact"),
    Verb.CONTACT_CHANGED: _("changed a contact"),
    Verb.CONTACT_ENDED: _("ended a contact"),
    Verb.TASK_ADDED: _("added a task"),
    Verb.TASK_CHANGED: _("changed a task"),
    Verb.TASK_DONE: _("finished a task"),
    Verb.TASK_LAPSED: _("let a task lapse"),
    Verb.TASK_REOPENED: _("opened a task again"),
}
