from .assignment import Assignment
from .care_instruction import CareInstruction
from .case import Case, FileTypePeriod, StageMove
from .case_contact import CaseContact
from .case_export import CaseExport
from .consent import Consent
from .conversation import Conversation
from .criminal_event import CriminalEvent
from .date_correction import DateCorrection
from .document import Document
from .draft import Draft
from .erasure_proposal import ErasureProposal
from .exploitation import Exploitation
from .family_member import FamilyMember
from .follow_up import FollowUp
from .identification import Identification
from .inflow_summary import InflowSummary, LastCount
from .journey import Journey
from .note import Note
from .notice import Notice
from .own_part import OwnPart
from .participation import Participation
from .placement import Placement
from .placement_offer import PlaceHold, PlacementOffer
from .placement_request import PlacementBrief, PlacementRequest
from .procedure import Procedure
from .provision import Provision
from .reflection_period import ReflectionPeriod
from .reminder import Reminder
from .residence_status import ResidenceStatus
from .return_plan import ReturnPlan, Traveller
from .return_risk import ReturnRisk
from .safety_assessment import SafetyAssessment
from .task import Task
from .transfer import Transfer
from .unknown_destination import UnknownDestination
from .victim import Victim

__all__ = [
    "Assignment",
    "CareInstruction",
    "Case",
    "CaseContact",
    "CaseExport",
    "Consent",
    "Conversation",
    "CriminalEvent",
    "DateCorrection",
    "Document",
    "Draft",
    "ErasureProposal",
    "Exploitation",
    "FamilyMember",
    "FileTypePeriod",
    "FollowUp",
    "Identification",
    "InflowSummary",
    "Journey",
    "LastCount",
    "Note",
    "Notice",
    "OwnPart",
    "Participation",
    "PlaceHold",
    "Placement",
    "PlacementBrief",
    "PlacementOffer",
    "PlacementRequest",
    "Procedure",
    "Provision",
    "ReflectionPeriod",
    "Reminder",
    "ResidenceStatus",
    "ReturnPlan",
    "ReturnRisk",
    "SafetyAssessment",
    "StageMove",
    "Task",
    "Transfer",
    "Traveller",
    "UnknownDestination",
    "Victim",
]
