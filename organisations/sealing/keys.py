"""Data keys: one for each organisation, victim, case, exported file and for the search index, wrapped by the master key.

While the master key is being replaced a second one is accepted beside it; each row says under which it lies.
"""

import base64
import binascii
import functools
import hashlib
import os
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, NamedTuple

from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.utils import timezone

from . import envelope

Owner = tuple[str, uuid.UUID]

# Opened keys live as long as one request or command, never longer: a destroyed key is gone at the next one.
_opened: ContextVar[dict[Owner, bytes] | None] = ContextVar("opened_data_keys", default=None)

INDEX: Owner = ("index", uuid.UUID(int=0))
# What accounts keep secret: the second step of logging in.
ACCOUNTS: Owner = ("accounts", uuid.UUID(int=0))


class Destroyed(Exception):
    """The data key was destroyed: its owner was erased."""


class NoSuchMasterKey(Exception):
    """The data key lies under a master key that this process was not given."""


@functools.lru_cache(maxsize=8)
def decoded(text: str, name: str) -> bytes:
    """The 32 bytes of a master key. Raises ImproperlyConfigured."""
    try:
        key = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise ImproperlyConfigured(f"The {name} is not base64.") from problem
    if len(key) != 32:
        raise ImproperlyConfigured(f"The {name} must be 32 bytes, in base64.")
    return key


def master_key() -> bytes:
    """The master key under which new data keys are made. Raises ImproperlyConfigured."""
    return decoded(settings.MASTER_KEY, "master key")


@functools.lru_cache(maxsize=8)
def name_of(key: bytes) -> str:
    """A name for a master key that does not tell it."""
    return hashlib.sha256(b"returnsupport master key" + key).hexdigest()[:16]


def master_key_id() -> str:
    return name_of(master_key())


def accepted() -> dict[str, bytes]:
    """Every master key this process opens data keys with, by its name: the present one, and one that comes or goes."""
    given = [master_key()]
    if settings.NEW_MASTER_KEY:
        given.append(decoded(settings.NEW_MASTER_KEY, "new master key"))
    if settings.OLD_MASTER_KEY:
        given.append(decoded(settings.OLD_MASTER_KEY, "old master key"))
    return {name_of(key): key for key in given}


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
    row = found(owner)
    if row is None:
        apps.get_model("organisations", "DataKey").objects.bulk_create([new(owner)], ignore_conflicts=True)
        # Somebody else may have been first: theirs counts.
        row = found(owner)
    return keep(row)


class Wrapped(NamedTuple):
    """What it takes to open a data key."""

    owner_kind: str
    owner_id: uuid.UUID
    wrapped: bytes | None
    master_key_id: str


def found(owner: Owner) -> Wrapped | None:
    """The key of the owner as it is kept. Asked by hand: nearly every page asks it, and the ORM took longer than the answer."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT owner_kind, owner_id, wrapped, master_key_id FROM organisations_datakey"
            " WHERE owner_kind = %s AND owner_id = %s",
            owner,
        )
        row = cursor.fetchone()
    return None if row is None else Wrapped(*row)


def make(owner: Owner) -> None:
    """The key of an owner that is only now being made: nobody can have been first, so nothing is asked before or after."""
    row = new(owner)
    row.save(force_insert=True)
    keep(row)


def new(owner: Owner) -> Any:
    wrapped = envelope.seal(master_key(), os.urandom(32), context_of(owner))
    DataKey = apps.get_model("organisations", "DataKey")
    return DataKey(owner_kind=owner[0], owner_id=owner[1], wrapped=wrapped, master_key_id=master_key_id())


def preload(kind: str, owner_ids: Iterable[uuid.UUID]) -> None:
    """Open the keys of many owners with one query, for pages that list."""
    opened = _opened.get()
    wanted = [owner_id for owner_id in owner_ids if opened is None or (kind, owner_id) not in opened]
    if not wanted:
        return
    DataKey = apps.get_model("organisations", "DataKey")
    for row in DataKey.objects.filter(owner_kind=kind, owner_id__in=wanted, wrapped__isnull=False).values_list(
        "owner_kind", "owner_id", "wrapped", "master_key_id", named=True
    ):
        keep(row)


def keep(row) -> bytes:
    """Open the key in the row and remember it. Raises what `unwrapped` raises."""
    owner = (row.owner_kind, row.owner_id)
    key = unwrapped(row)
    opened = _opened.get()
    if opened is not None:
        opened[owner] = key
    return key


def unwrapped(row) -> bytes:
    """The data key in the row. Raises Destroyed, NoSuchMasterKey and SealBroken."""
    if row.wrapped is None:
        raise Destroyed(f"{row.owner_kind} {row.owner_id}")
    master = accepted().get(row.master_key_id)
    if master is None:
        raise NoSuchMasterKey(row.master_key_id)
    return envelope.unseal(master, bytes(row.wrapped), context_of((row.owner_kind, row.owner_id)))


def rewrap(row, master: bytes) -> None:
    """Put the same data key under another master key; the row is not saved. Raises what `unwrapped` raises."""
    context = context_of((row.owner_kind, row.owner_id))
    row.wrapped = envelope.seal(master, unwrapped(row), context)
    row.master_key_id = name_of(master)


def destroy(owner: Owner) -> None:
    """Destroy the key of the owner for good: what was sealed under it opens no more, and no new key takes its place."""
    DataKey = apps.get_model("organisations", "DataKey")
    gone = {"wrapped": None, "destroyed_at": timezone.now()}
    row, made = DataKey.objects.get_or_create(owner_kind=owner[0], owner_id=owner[1], defaults=gone)
    if not made and row.destroyed_at is None:
        DataKey.objects.filter(pk=row.pk).update(**gone)
    opened = _opened.get()
    if opened is not None:
        opened.pop(owner, None)


def context_of(owner: Owner) -> str:
    return f"data key|{owner[0]}|{owner[1]}"
