from .audit_event import AuditEvent
from .blind_index import BlindIndex
from .data_key import DataKey
from .erasure_entry import ErasureEntry
from .former_slug import FormerSlug
from .invitation import Invitation
from .membership import Membership
from .organisation import Organisation
from .organisation_change import OrganisationChange
from .organisation_source import OrganisationSource
from .shelter import Place, PlaceOut, Shelter, ShelterCapacity
from .suggestion import Suggestion
from .user import User

__all__ = [
    "AuditEvent",
    "BlindIndex",
    "DataKey",
    "ErasureEntry",
    "FormerSlug",
    "Invitation",
    "Membership",
    "Organisation",
    "OrganisationChange",
    "OrganisationSource",
    "Place",
    "PlaceOut",
    "Shelter",
    "ShelterCapacity",
    "Suggestion",
    "User",
]
