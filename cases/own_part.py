"""What a former lead organisation reads of its own part of a file: what its people wrote before they handed it over."""

import datetime
from typing import Any

from django.db.models import Exists, OuterRef

from organisations.models import User

from .models import (
    Case,
    Conversation,
    CriminalEvent,
    Document,
    Note,
    OwnPart,
    ReturnPlan,
    ReturnRisk,
    SafetyAssessment,
    Transfer,
)
from .models.base import RoomRow
from .models.own_part import OwnPartQuerySet
from .rules.access import ROOM_NAMES

# In the order of the page. Each is dated text of one room that a transfer can leave behind (rules/transfer.py); who
# this is, where they sleep now and whom they trust is none of it.
WRITTEN: tuple[type[RoomRow], ...] = (
    Note, Conversation, SafetyAssessment, ReturnRisk, ReturnPlan, CriminalEvent, Document,
)  # fmt: skip


def page(own_part: OwnPart) -> dict[str, Any]:
    """Each kind of row with its room and its rows, and how many are left out because they were changed since."""
    kinds, left_out = [], 0
    for model in WRITTEN:
        found = list(own_part.rows_of(model).select_related("created_by"))
        shown = [row for row in found if not row.changed_since]
        left_out += len(found) - len(shown)
        if shown:
            kinds.append({"kind": model._meta.model_name, "room": ROOM_NAMES[model.ROOM], "rows": shown})
    return {"kinds": kinds, "left_out": left_out}


def asked_in(case: Case) -> OwnPartQuerySet:
    """Every request in this case, for who decides on it."""
    return case.ownpart_set.select_related("case", "transfer__from_organisation", "created_by", "answered_by")


def with_own_part(sent: list[Transfer], *, user: User, today: datetime.date) -> list[Transfer]:
    """Transfers that the organisation of this person offered, each with its newest request to read its own part."""
    readable = OwnPart.objects.readable_by(user, today=today).filter(pk=OuterRef("pk"))
    rows = OwnPart.objects.of(user).filter(transfer__in=sent).annotate(readable=Exists(readable)).order_by("created_at")
    newest = {row.transfer_id: row for row in rows}
    for transfer in sent:
        transfer.own_part = newest.get(transfer.pk)
    return sent
