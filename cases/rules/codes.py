"""Code lists of the case side, each with its words. No list decides anything."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class AgeGroup(StrEnum):
    ADULT = "adult"
    MINOR = "minor"
    UNKNOWN = "unknown"


AGE_GROUPS = {AgeGroup.ADULT: _("Adult"), AgeGroup.MINOR: _("Minor"), AgeGroup.UNKNOWN: _("Not known")}

SEXES = {"female": _("Woman"), "male": _("Man"), "other": _("Other"), "unknown": _("Not known")}


class BirthPrecision(StrEnum):
    DAY = "day"
    YEAR = "year"
    ESTIMATE = "estimate"
    UNKNOWN = "unknown"


BIRTH_PRECISIONS = {
    BirthPrecision.DAY: _("Exact date"),
    BirthPrecision.YEAR: _("Only the year"),
    BirthPrecision.ESTIMATE: _("The year is an estimate"),
    BirthPrecision.UNKNOWN: _("Not known"),
}


class FileType(StrEnum):
    REGISTRATION = "registration"
    SHELTER = "registration_shelter"
    ADVICE = "registration_advice"
    SUPPORT_ONLY = "support_only"


FILE_TYPES = {
    FileType.REGISTRATION: _("Registration"),
    FileType.SHELTER: _("Registration and shelter"),
    FileType.ADVICE: _("Registration, information and advice"),
    FileType.SUPPORT_ONLY: _("Support only, not in any national figure"),
}

NOTIFIERS = {
    "police": _("Police"),
    "kmar": _("Royal Marechaussee"),
    "nla": _("Netherlands Labour Authority"),
    "care_coordination": _("Care coordinator"),
    "fairwork": _("FairWork"),
    "shelter": _("Shelter"),
    "asylum_reception": _("Asylum reception"),
    "lawyer": _("Lawyer"),
    "youth_care": _("Youth care"),
    "self": _("The person"),
    "other": _("Other"),
}

IDENTIFICATION_STATES = {
    "signal": _("Signal"),
    "presumed": _("Presumed victim"),
    "confirmed": _("Confirmed otherwise"),
    "not_a_victim": _("Not a victim"),
}

IDENTIFIERS = {
    "police": _("Police"),
    "kmar": _("Royal Marechaussee"),
    "nla": _("Netherlands Labour Authority"),
    "court": _("Court or public prosecution"),
    "ngo": _("Non-governmental organisation"),
    "other": _("Other"),
}

EXPLOITATION_FORMS = {
    "sexual": _("Sexual exploitation"),
    "labour": _("Labour exploitation"),
    "forced_crime": _("Forced crime"),
    "domestic": _("Domestic servitude"),
    "forced_begging": _("Forced begging"),
    "forced_marriage": _("Forced marriage"),
    "organ_removal": _("Organ removal"),
    "other": _("Other"),
    "unknown": _("Not known yet"),
}

CONTROL_MEANS = {
    "threats": _("Threats"),
    "threats_family": _("Threats against family or children"),
    "debt": _("Debt"),
    "documents": _("Documents taken away"),
    "earnings": _("Earnings taken away"),
    "physical_violence": _("Physical violence"),
    "sexual_violence": _("Sexual violence"),
    "false_promises": _("False promises"),
    "isolation": _("Isolation or guarding"),
    "drugs": _("Drugs or alcohol"),
    "other": _("Other"),
}

DANGER_LEVELS = {
    "none": _("No sign of danger now"),
    "possible": _("Danger possible"),
    "acute": _("Acute danger"),
}


class Title(StrEnum):
    UNKNOWN = "unknown"
    NONE_NEEDED = "none_needed"
    EU = "eu"
    NONE = "none"
    ASYLUM_SEEKER = "asylum_seeker"
    REFLECTION = "reflection"
    PERMIT_A = "permit_a"
    PERMIT_B = "permit_b"
    PERMIT_C = "permit_c"
    PERMIT_D = "permit_d"
    CONTINUED = "continued"
    OTHER = "other"


TITLES = {
    Title.UNKNOWN: _("Not known yet"),
    Title.NONE_NEEDED: _("None needed (Dutch)"),
    Title.EU: _("EU, EEA or Swiss free movement"),
    Title.NONE: _("None"),
    Title.ASYLUM_SEEKER: _("Lawful stay during an asylum procedure"),
    Title.REFLECTION: _("Lawful stay during the reflection period"),
    Title.PERMIT_A: _("Permit a: reported to the police"),
    Title.PERMIT_B: _("Permit b: cooperates otherwise"),
    Title.PERMIT_C: _("Permit c: witness who reported"),
    Title.PERMIT_D: _("Permit d: hardship"),
    Title.CONTINUED: _("Continued stay"),
    Title.OTHER: _("Other permit"),
}

# Titles on which a future in the Netherlands can be built (rules/workflow.py: settling).
BASIS_FOR_STAY = frozenset(
    {Title.NONE_NEEDED, Title.EU, Title.PERMIT_A, Title.PERMIT_B, Title.PERMIT_C, Title.PERMIT_D, Title.CONTINUED, Title.OTHER}
)  # fmt: skip

REFLECTION_STATES = {
    "not_applicable": _("Not applicable"),
    "offered": _("Offered, no answer yet"),
    "declined": _("Declined by the person"),
    "wanted": _("Wanted, not granted yet"),
    "granted": _("Granted"),
}

# Vc B8/3.1 names these six; public order is left out until somebody confirms that it is used (doubt D13).
REFLECTION_ENDS = {
    "mob": _("Left to an unknown destination"),
    "waived": _("The person will not report or cooperate"),
    "reported": _("Report to the police made and signed"),
    "cooperated": _("Cooperated otherwise"),
    "other_application": _("Other residence application filed"),
    "expired": _("The period ran out"),
}

# What the police, the prosecution and the courts did, and what the person did with them; never what was said there.
CRIMINAL_EVENTS = {
    "information_interview": _("Information interview"),
    "police_report": _("Report to the police"),
    "cooperation": _("Cooperation otherwise"),
    "investigation": _("Investigation begun"),
    "prosecution_decided": _("Decision to prosecute"),
    "dismissal": _("Dismissal: no prosecution"),
    "trial": _("Trial"),
    "judgment": _("Judgment"),
    "irrevocable_judgment": _("Judgment final"),
    "appeal": _("Appeal"),
    "cassation": _("Appeal in cassation"),
    "complaint_art_12": _("Complaint that there is no prosecution (art. 12)"),
    "other": _("Other"),
}

# Whether and when: facts of registration, which the national register reads too (rules/access.py).
REPORTED_OR_COOPERATES = ("police_report", "cooperation")


class Orientation(StrEnum):
    UNDECIDED = "undecided"
    STAY = "stay"
    RETURN = "return"
    ONWARD = "onward"


ORIENTATIONS = {
    Orientation.UNDECIDED: _("Does not know yet"),
    Orientation.STAY: _("Wants to stay in the Netherlands"),
    Orientation.RETURN: _("Wants to return"),
    Orientation.ONWARD: _("Wants to go to another country"),
}

CONVERSATION_OUTCOMES = {
    "held": _("We talked"),
    "declined": _("Offered, the person did not want to talk now"),
}

FUTURE_TOPICS = {
    "stay_chances": _("Chances to stay"),
    "family": _("Family and children"),
    "safety": _("Safety here and there"),
    "debts": _("Debts"),
    "network": _("People to rely on"),
    "work_school": _("Work and school"),
    "health": _("Health"),
    "housing": _("Housing"),
    "stigma": _("Shame and stigma"),
    "criminal_case": _("The criminal case"),
}

NOTE_AREAS = {
    "safety": _("Safety"),
    "health": _("Health"),
    "shelter": _("Shelter"),
    "family": _("Family"),
    "residence": _("Residence"),
    "criminal_case": _("Criminal case"),
    "money": _("Money"),
    "work_school": _("Work and school"),
    "future": _("Future"),
    "handover": _("Handover"),
}

# What whoever is on duty at night must know or give.
CARE_KINDS = {
    "alert": _("Alert"),
    "medication": _("Medication"),
    "other": pgettext_lazy("to know at night", "Also good to know"),
}

DOCUMENT_KINDS = {
    "identity": _("Identity document"),
    "police": _("Police"),
    "residence": _("Residence decision"),
    "medical": _("Medical"),
    "court": _("Court"),
    "travel": _("Travel"),
    "consent": _("Consent form"),
    "photo": _("Photo"),
    "letter": _("Letter"),
    "other": _("Other"),
}

RELATIONS = {
    "partner": _("Partner"),
    "child": _("Child"),
    "parent": _("Parent"),
    "sibling": _("Brother or sister"),
    "other": _("Other family member"),
}

CONTACT_KINDS = {
    "lawyer": _("Lawyer"),
    "guardian": _("Guardian"),
    "police_officer": _("Police officer"),
    "dtv_case_manager": _("Case manager at the return service (DT&V)"),
    "gp": _("General practitioner"),
    "therapist": _("Psychologist or therapist"),
    "interpreter": _("Interpreter"),
    "family": _("Family or friend"),
    "other": _("Other"),
}

GUARDIAN_DECISIONS = {"": _("Not decided yet"), "agrees": _("Agrees"), "disagrees": _("Does not agree")}


class RiskDecision(StrEnum):
    GO = "go"
    GO_WITH_MEASURES = "go_with_measures"
    NOT_NOW = "not_now"


RISK_DECISIONS = {
    RiskDecision.GO: _("Go"),
    RiskDecision.GO_WITH_MEASURES: _("Go with measures"),
    RiskDecision.NOT_NOW: _("Not now"),
}

LIKELIHOODS = {
    1: _("1, very unlikely"),
    2: _("2, unlikely"),
    3: _("3, possible"),
    4: _("4, likely"),
    5: _("5, almost certain"),
}
IMPACTS = {
    1: _("1, slight"),
    2: _("2, limited"),
    3: _("3, serious"),
    4: _("4, very serious"),
    5: _("5, threat to life"),
}

ESCORTS = {
    "none": _("Travels without escort"),
    "iom": _("Escort by IOM"),
    "dtv": _("Escort by the return service (DT&V)"),
    "staff": _("Escort by our staff"),
    "guardian": _("Escort by the guardian"),
}

FOLLOW_UP_OUTCOMES = {
    "reached": _("Spoken with the person"),
    "through_partner": _("News through the partner"),
    "not_reached": _("Tried, not reached"),
    "stopped": _("The person wants no more contact"),
    "cancelled": _("Not held: no longer needed"),
}

YES_NO_UNKNOWN = {"yes": _("Yes"), "no": _("No"), "unknown": _("Not known")}

DEPARTURE_REASONS = {
    "moved": _("Moved to another place"),
    "own_home": _("Own home"),
    "returned": _("Returned to the country of origin"),
    "mob": _("Left to an unknown destination"),
    "other": _("Other"),
}

# Who said that somebody left to an unknown destination.
DEPARTURE_REPORTERS = {"police": _("Police"), "shelter": _("Shelter"), "other": _("Other")}

CLOSING_REASONS = {
    "settled": _("Settled in the Netherlands"),
    "returned": _("Returned, follow-up completed"),
    "onward": _("Went to another country"),
    "mob": _("Left to an unknown destination"),
    "handed_over": _("Handed over to another organisation"),
    "no_help_wanted": _("Wants no more help"),
    "not_a_victim": _("Not a victim"),
    "deceased": _("Deceased"),
    "other": pgettext_lazy("reason", "Other"),
}
