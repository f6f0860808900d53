"""Records of the directory."""

import uuid

from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..models import Organisation, User
from ..permissions import Permission
from ..rules.audit import Verb
from . import audit
from .base import Refused, action, fresh, once


@action
def add(*, values: dict, submission: uuid.UUID | None, by: User) -> Organisation:
    """A new record; the slug is made from the name. Raises Refused."""

    def make() -> Organisation:
        organisation = Organisation(**values, slug=free_slug(values["name"]), submission=submission)
        organisation.save(force_insert=True)
        audit.record(Verb.ORGANISATION_ADDED, by=by, object_id=organisation.pk)
        return organisation

    return once(Organisation, submission, make, name=values["name"])[0]


@action
def change(*, organisation: Organisation, values: dict, version: int | None, by: User) -> Organisation:
    """Raises Stale, and Refused for a tenant unless `by` is a platform administrator."""
    row = fresh(Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk), version)
    if not may_change(row, by=by):
        raise Refused(
            _("This organisation works in the system itself; only a platform administrator changes its record.")
        )
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    audit.record(Verb.ORGANISATION_CHANGED, by=by, object_id=row.pk)
    return row


def may_change(organisation: Organisation, *, by: User) -> bool:
    """Directory editors change records; a tenant's record belongs to the platform administrator."""
    if Permission.DIRECTORY_WRITE not in by.abilities:
        return False
    return Permission.ACCOUNTS_KEEP in by.abilities or not organisation.memberships.exists()


def free_slug(name: str) -> str:
    base = slugify(name)[:70] or "organisation"
    if base in {"new", "map"}:
        base = f"{base}-organisation"
    taken = set(Organisation.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(s for s in (base, *(f"{base}-{n}" for n in range(2, 10_000))) if s not in taken)
