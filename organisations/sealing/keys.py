"""Data keys: one for each organisation, victim, case and for the search index, wrapped by the master key."""

import base64
import binascii
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from . import envelope

Owner = tuple[str, uuid.UUID]

# Opened keys live as long as one request or command, never longer: a destroyed key is gone at the next one.
_opened: ContextVar[dict[Owner, bytes] | None] = ContextVar("opened_data_keys", default=None)

INDEX: Owner = ("index", uuid.UUID(int=0))


class Destroyed(Exception):
    """The data key was destroyed: its owner was erased."""


def master_key() -> bytes:
    """The 32 bytes of the master key. Raises ImproperlyConfigured."""
    try:
        key = base64.b64decode(settings.MASTER_KEY, validate=True)
    except binascii.Error as problem:
        raise ImproperlyConfigured("The master key is not base64.") from problem
    if len(key) != 32:
        raise ImproperlyConfigured("The master key must be 32 bytes, in base64.")
    return key


def master_key_id() -> str:
    """A name for the master key that does not tell it."""
    return hashlib.sha256(b"returnsupport master key" + master_key()).hexdigest()[:16]


@contextmanager
def fresh_keys() -> Iterator[None]:
    """A scope for opened keys; around every request and command."""
    token = _opened.set({})
    try:
        yield
    finally:
        _opened.reset(token)


def data_key(owner: Owner) -> bytes:
    """The opened key of the owner, made at first use. Raises Destroyed."""
    opened = _opened.get()
    if opened is not None and owner in opened:
        return opened[owner]
    DataKey = apps.get_model("organisations", "DataKey")
    row = DataKey.objects.filter(owner_kind=owner[0], owner_id=owner[1]).first()
    if row is None:
        wrapped = envelope.seal(master_key(), os.urandom(32), context_of(owner))
        DataKey.objects.bulk_create(
            [DataKey(owner_kind=owner[0], owner_id=owner[1], wrapped=wrapped, master_key_id=master_key_id())],
            ignore_conflicts=True,
        )
        # Somebody else may have been first: theirs counts.
        row = DataKey.objects.get(owner_kind=owner[0], owner_id=owner[1])
    return keep(row)


def preload(kind: str, owner_ids: Iterable[uuid.UUID]) -> None:
    """Open the keys of many owners with one query, for pages that list."""
    opened = _opened.get()
    wanted = [owner_id for owner_id in owner_ids if opened is None or (kind, owner_id) not in opened]
    if not wanted:
        return
    DataKey = apps.get_model("organisations", "DataKey")
    for row in DataKey.objects.filter(owner_kind=kind, owner_id__in=wanted, wrapped__isnull=False):
        keep(row)


def keep(row) -> bytes:
    if row.wrapped is None:
        raise Destroyed(f"{row.owner_kind} {row.owner_id}")
    owner = (row.owner_kind, row.owner_id)
    key = envelope.unseal(master_key(), bytes(row.wrapped), context_of(owner))
    opened = _opened.get()
    if opened is not None:
        opened[owner] = key
    return key


def context_of(owner: Owner) -> str:
    return f"data key|{owner[0]}|{owner[1]}"
