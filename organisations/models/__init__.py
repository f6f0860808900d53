from .audit_event import AuditEvent
from .blind_index import BlindIndex
from .data_key import DataKey
from .erasure_entry import ErasureEntry
from .invitation import Invitation
from .membership import Membership
from .organisation import Organisation
from .shelter import Place, Shelter
from .user import User

__all__ = [
    "AuditEvent",
    "BlindIndex",
    "DataKey",
    "ErasureEntry",
    "Invitation",
    "Membership",
    "Organisation",
    "Place",
    "Shelter",
    "User",
]
