"""The ledger of erasures is written here and nowhere else: a row, and a line in a file outside the database if one is named."""

import json
import logging
import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction

from ..models import ErasureEntry, Organisation, User

logger = logging.getLogger(__name__)


def enter(*, case, victim_id, ground: str, organisation: Organisation, proposed_by: User, confirmed_by: User) -> None:
    """One erasure, in the running transaction; the line in the file follows when the transaction holds."""
    entry = ErasureEntry(
        case_id=case.pk,
        case_reference=case.reference,
        victim_id=victim_id,
        ground=ground,
        organisation_id=organisation.pk,
        organisation_name=organisation.name,
        proposed_by_id=proposed_by.pk,
        proposed_by_name=proposed_by.name,
        confirmed_by_id=confirmed_by.pk,
        confirmed_by_name=confirmed_by.name,
    )
    entry.save(force_insert=True)
    if settings.ERASURE_LEDGER_FILE:
        transaction.on_commit(lambda: write_down([entry]))


def write_down(entries: list[ErasureEntry]) -> None:
    """Append to the file. What could not be written is said in the log, and written by the next replay_erasures."""
    try:
        descriptor = os.open(settings.ERASURE_LEDGER_FILE, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "a", encoding="utf-8") as file:
            file.write("".join(json.dumps(as_line(entry)) + "\n" for entry in entries))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        logger.error("The ledger of erasures could not be written to its file.")


def as_line(entry: ErasureEntry) -> dict[str, Any]:
    filled = [field for field in entry._meta.concrete_fields if getattr(entry, field.attname) is not None]
    return {field.attname: field.value_to_string(entry) for field in filled}


def read_file(path: Path) -> list[ErasureEntry]:
    """The entries in the file, unsaved. Raises OSError, and ValueError with the number of a line that is none."""
    entries = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        try:
            told = json.loads(line)
            facts = {f.attname: f.to_python(told.get(f.attname)) for f in ErasureEntry._meta.concrete_fields}
            entry = ErasureEntry(**facts)
            entry.clean_fields()
        except (ValueError, AttributeError, ValidationError) as problem:
            raise ValueError(f"Line {number} of {path} is no erasure.") from problem
        entries.append(entry)
    return entries


def add(entries: list[ErasureEntry]) -> None:
    """Put entries of the file into the ledger, where a restored backup has lost them."""
    ErasureEntry.objects.bulk_create(entries, ignore_conflicts=True)
