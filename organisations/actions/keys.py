"""Putting data keys under another master key. What they seal is not touched."""

import uuid

from ..models import DataKey, User
from ..rules.audit import Verb
from ..sealing import keys
from . import audit
from .base import action


@action
def rewrap(*, master: bytes, after: uuid.UUID | None, size: int, by: User | None) -> list[DataKey]:
    """The next data keys that lie under another master key, put under this one; empty when there are none behind `after`.

    Locked while they change, so that a key being destroyed stays destroyed. Raises NoSuchMasterKey and SealBroken.
    """
    rows = DataKey.objects.under_another_than(master).order_by("pk")
    if after is not None:
        rows = rows.filter(pk__gt=after)
    batch = list(rows.select_for_update(no_key=True)[:size])
    for row in batch:
        keys.rewrap(row, master)
    DataKey.objects.bulk_update(batch, ["wrapped", "master_key_id"])
    return batch


@action
def replaced(*, by: User | None) -> None:
    """The trail says that every data key lies under the new master key."""
    audit.record(Verb.MASTER_KEY_REPLACED, by=by)
