"""Records of the directory."""

import uuid
from typing import Any, cast

from django.contrib.postgres.search import TrigramStrictWordSimilarity
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import FormerSlug, Organisation, OrganisationChange, Suggestion, User
from ..models.search_text import longer_or_shorter_keys, same_keys
from ..permissions import Permission
from ..rules.audit import Verb
from ..rules.directory import (
    DESCRIBING,
    NEARLY,
    OWN_LETTERS_ANYWHERE,
    OWN_LETTERS_HERE,
    OWN_LETTERS_WITHIN,
    RESERVED_SLUGS,
    Deed,
    own_letters,
)
from ..sealing.index import words
from . import audit
from .base import Refused, action, constraint_of, fresh, once
from .slug import free_slug

GONE = _("This record was merged into another one. Open the page again.")
TENANT = _("This organisation works in the system itself; only a platform administrator changes its record.")


@action
def add(*, values: dict, submission: uuid.UUID | None, by: User, another: bool = True) -> Organisation:
    """A new record; the slug is made from the name. Raises Refused, and Alike unless `another` says it is another one."""

    def make() -> Organisation:
        others = (Organisation.objects.all(), FormerSlug.objects.all())
        slug = free_slug(values["name"], *others, word="organisation", reserved=RESERVED_SLUGS)
        organisation = Organisation(**values, slug=slug, submission=submission)
        # one of the same submission, made at the same moment, is this one: the insert says so and it is found
        found = (
            [] if another else [one for one in alike(organisation) if not submission or one.submission != submission]
        )
        if found:
            raise Alike(found)
        organisation.human_fields = [name for name in DESCRIBING if values.get(name)]
        organisation.latitude, organisation.longitude = middle_of(organisation)
        organisation.save(force_insert=True)
        note(organisation, Deed.ADDED, by=by)
        audit.record(Verb.ORGANISATION_ADDED, by=by, object_id=organisation.pk)
        return organisation

    for _attempt in range(3):
        try:
            with transaction.atomic():
                return once(Organisation, submission, make, said=values)[0]
        except IntegrityError as error:
            # Somebody else took the slug at the same moment: the next one is free.
            if "slug" not in constraint_of(error):
                raise
    raise Refused(_("Several records of this name are being made at once. Try again."))


class Alike(Refused):
    """The same organisation may be in the directory already."""

    def __init__(self, found: list[Organisation]) -> None:
        super().__init__(
            _(
                "This organisation may be in the directory already: look at the records that are named. Is it another one? Say so."
            )
        )
        self.found = found


def alike(organisation: Organisation) -> list[Organisation]:
    """Other records with the same name, website or telephone, or of which one name begins with the other; ten at most.

    In the same country a shorter beginning counts, and so does a name that stands in the other one or nearly so.
    """
    same = Q(match_keys__overlap=list(same_keys(organisation)))
    anywhere = Q(match_keys__overlap=list(longer_or_shorter_keys(organisation, OWN_LETTERS_ANYWHERE)))
    here = Q(match_keys__overlap=list(longer_or_shorter_keys(organisation, OWN_LETTERS_HERE)))
    there = Q(country=organisation.country)
    nearly = Q(pk__in=nearly_called(organisation))
    found = Organisation.objects.filter(same | anywhere | (here & there) | nearly).exclude(pk=organisation.pk)
    return list(found.order_by(Case(When(same, 0), When(there, 1), default=2), "-changed_at", "pk")[:10])


def nearly_called(organisation: Organisation) -> list[uuid.UUID]:
    """Records in the same country with a slip of the pen in a name, or of which one name stands within the other.

    As far as both names have letters of their own: "Legal Aid" stands within many names and tells nothing.
    """
    typed = telling(organisation.name), telling(organisation.local_name)
    if not any(typed):
        return []
    near = {f"near_{column}": nearness([name for name in typed if name], column) for column in ("name", "local_name")}
    there = Organisation.objects.filter(country=organisation.country).annotate(**near)
    found = there.filter(Q(near_name__gte=NEARLY) | Q(near_local_name__gte=NEARLY))
    return [
        pk
        for pk, *both in found.values_list("pk", "name", "near_name", "local_name", "near_local_name")
        if any(near >= NEARLY and telling(name) for name, near in zip(both[::2], both[1::2], strict=True))
    ]


def nearness(typed: list[str], column: str) -> Greatest:
    """How much of one of these names stands within the names in that column, or the other way round: nought to one."""
    return Greatest(
        Value(0.0),
        *(TrigramStrictWordSimilarity(name, column) for name in typed),
        *(TrigramStrictWordSimilarity(cast(Any, F(column)), Value(name)) for name in typed),
    )


def telling(name: str) -> str:
    """The name, if it tells an organisation from another where it stands within a longer one; else ""."""
    return name if own_letters(words(name)) >= OWN_LETTERS_WITHIN else ""


@action
def change(*, organisation: Organisation, values: dict, version: int | None, by: User) -> Organisation:
    """Raises Stale, and Refused for a tenant unless `by` is a platform administrator. Nothing changed is no change."""
    row = locked(organisation, version=version, by=by)
    if not differing(row, values):
        return row
    write(row, values, Deed.CHANGED, by=by)
    audit.record(Verb.ORGANISATION_CHANGED, by=by, object_id=row.pk)
    return row


@action
def verify(*, organisation: Organisation, version: int | None, by: User) -> Organisation:
    """Somebody has checked today that everything in the record is right. Raises Stale and Refused."""
    row = locked(organisation, version=version, by=by)
    if row.suspended_at is not None:
        raise Refused(_("This organisation is suspended. End the suspension first, and verify it then."))
    row.verified_on, row.verified_by = timezone.localdate(), by
    write(row, {}, Deed.VERIFIED, by=by)
    audit.record(Verb.ORGANISATION_VERIFIED, by=by, object_id=row.pk)
    return row


@action
def suspend(*, organisation: Organisation, reason: str, version: int | None, by: User) -> Organisation:
    """Staff see it as suspended with the reason, visitors not at all. Raises Stale and Refused."""
    row = locked(organisation, version=None, by=by)
    if row.suspended_at is not None and sent_twice(row, Deed.SUSPENDED, reason, by=by):
        return row
    if row.suspended_at is not None:
        raise Refused(_("Somebody suspended this organisation meanwhile. Nothing of what you typed is saved."))
    fresh(row, version)
    row.suspended_at, row.suspended_by, row.suspended_reason = timezone.now(), by, reason
    write(row, {}, Deed.SUSPENDED, by=by, reason=reason)
    audit.record(Verb.ORGANISATION_SUSPENDED, by=by, object_id=row.pk)
    return row


@action
def unsuspend(*, organisation: Organisation, reason: str, version: int | None, by: User) -> Organisation:
    """Raises Stale and Refused."""
    row = locked(organisation, version=None, by=by)
    if row.suspended_at is None and sent_twice(row, Deed.UNSUSPENDED, reason, by=by):
        return row
    if row.suspended_at is None:
        raise Refused(_("Somebody ended the suspension meanwhile. Nothing of what you typed is saved."))
    fresh(row, version)
    row.suspended_at, row.suspended_by, row.suspended_reason = None, None, ""
    write(row, {}, Deed.UNSUSPENDED, by=by, reason=reason)
    audit.record(Verb.ORGANISATION_UNSUSPENDED, by=by, object_id=row.pk)
    return row


def sent_twice(row: Organisation, deed: Deed, reason: str, *, by: User) -> bool:
    """Whether the last that happened to the record is this deed, by the same person with the same words."""
    last = row.history.order_by("-at", "-id").first()
    return last is not None and (last.deed, last.by_id, last.reason) == (deed, by.pk, reason)


@action
def set_escalation(*, organisation: Organisation, days: int, by: User) -> Organisation:
    """After how many days an overdue task comes to the team lead. Raises Refused."""
    row = Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)
    if row.pk not in {led.pk for led in by.organisations_with(Permission.TEAM_DAY_READ)}:
        raise Refused(_("Only a team lead of the organisation changes this."))
    row.escalation_days = days
    row.version += 1
    row.save()
    audit.record(Verb.ORGANISATION_CHANGED, by=by, organisation=row, object_id=row.pk)
    return row


# --- what the verbs of the directory share


def locked(organisation: Organisation, *, version: int | None, by: User) -> Organisation:
    """The row, for the one who may change it. Raises Stale and Refused."""
    found = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk).first()
    if found is None:
        raise Refused(GONE)
    row = fresh(found, version)
    if not may_change(row, by=by):
        raise Refused(TENANT)
    return row


def may_change(organisation: Organisation, *, by: User) -> bool:
    """Directory editors change records; a tenant's record belongs to the platform administrator."""
    if Permission.DIRECTORY_WRITE not in by.abilities:
        return False
    return Permission.TENANT_WRITE in by.abilities or not organisation.memberships.exists()


def differing(row: Organisation, values: dict[str, Any]) -> dict[str, list]:
    """{field: [what it says, what it shall say]} of the describing fields that change."""
    return {
        name: [getattr(row, name) or "", values[name] or ""]
        for name in DESCRIBING
        if name in values and meant(getattr(row, name)) != meant(values[name])
    }


def meant(value: Any) -> Any:
    """Codes in another order say the same, and so do two kinds of nothing."""
    return sorted(value) if isinstance(value, list) and value else value or None


def write(
    row: Organisation,
    values: dict[str, Any],
    deed: Deed,
    *,
    by: User | None,
    reason: str = "",
    also: dict | None = None,
    suggestion: Suggestion | None = None,
) -> OrganisationChange:
    """Save what a person says of the locked row, and remember who said what: no import takes it away.

    `also`: what was saved beside the row, in the same words: {name: [before, after]}.
    """
    changed = differing(row, values) | (also or {})
    for name, value in values.items():
        setattr(row, name, value)
    row.human_fields = sorted({*row.human_fields, *changed})
    if row.offers_shelter or {"city", "country"} & changed.keys():
        row.latitude, row.longitude = middle_of(row)
    row.version += 1
    row.save()
    return note(row, deed, by=by, fields=changed, reason=reason, suggestion=suggestion)


def note(
    row: Organisation,
    deed: Deed,
    *,
    by: User | None,
    fields: dict | None = None,
    reason: str = "",
    suggestion: Suggestion | None = None,
) -> OrganisationChange:
    return OrganisationChange.objects.create(
        organisation=row, deed=deed, by=by, fields=fields or {}, reason=reason, suggestion=suggestion
    )


def middle_of(row: Organisation) -> tuple:
    """Where the city lies, as another record in it says; nowhere for whoever offers shelter."""
    if not row.city or row.offers_shelter:
        return None, None
    there = Organisation.objects.filter(country=row.country, city=row.city, latitude__isnull=False)
    return there.values_list("latitude", "longitude").order_by("name", "pk").first() or (None, None)
