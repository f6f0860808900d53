"""What somebody typed and has not saved: kept every few seconds, gone when it is saved.

No audit row: it is the person's own, no one else reads it, and nothing of the case has changed yet. That the form was
opened stands in the trail, and so does its saving.
"""

import uuid
from collections.abc import Iterable

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action
from organisations.models import User
from organisations.permissions import Permission

from ..models import Case, Draft
from ..rules.drafts import KEPT_FOR, LONGEST, Place, as_text
from .base import NOT_ANY_MORE


@action
def keep(*, place: Place, typed: Iterable[tuple[str, list[str]]], by: User) -> Draft:
    """Keep what is typed, in place of what was kept of this form before. Raises Refused."""
    if place.user != by.pk or not may_still(place.case, place.organisation, place.permission, by=by):
        raise Refused(NOT_ANY_MORE)
    content = as_text(typed)
    if len(content) > LONGEST:
        raise Refused(_("This is too much to be kept before it is saved."))
    draft, made = locked(place)
    if draft.content is None and not made:
        raise Refused(_("This was saved already."))
    draft.content, draft.kept_at = content, timezone.now()
    draft.save()
    taken_up(place).delete()
    return draft


@action
def settle(*, place: Place, by: User) -> None:
    """Saved, or thrown away: nothing is kept any more, nor what this opening of the page sends late. Raises Refused."""
    if place.user != by.pk:
        raise Refused(NOT_ANY_MORE)
    Draft.objects.bulk_create(
        [empty_draft(place)],
        update_conflicts=True,
        unique_fields=["user", "address", "opening"],
        update_fields=["content", "kept_at"],
    )
    taken_up(place).delete()


def empty_draft(place: Place) -> Draft:
    return Draft(
        user_id=place.user, address=place.address, permission=place.permission, case_id=place.case,
        organisation_id=place.organisation, row=place.row, opening=place.opening,
    )  # fmt: skip


def locked(place: Place) -> tuple[Draft, bool]:
    """The row of this opening of the form, under lock, and whether it was made now."""
    rows = Draft.objects.select_for_update(no_key=True).filter(
        user_id=place.user, address=place.address, opening=place.opening
    )
    draft = rows.first()
    if draft is not None:
        return draft, False
    empty = empty_draft(place)
    Draft.objects.bulk_create([empty], ignore_conflicts=True)
    draft = rows.get()
    return draft, draft.pk == empty.pk


def taken_up(place: Place) -> models.QuerySet[Draft]:
    """What an earlier opening had kept, and this one goes on with."""
    return Draft.objects.filter(user_id=place.user, address=place.address, opening=place.took)


def may_still(case: uuid.UUID | None, organisation: uuid.UUID | None, permission: str, *, by: User) -> bool:
    """Whether this person may write there at this moment: the rule of access, asked again."""
    if permission not in set(Permission):
        return False
    if case is not None:
        return Case.objects.where_may(by, Permission(permission)).filter(pk=case).exists()
    return organisation in {one.pk for one in by.organisations_with(Permission(permission))}


@action
def purge(*, by: None) -> int:
    """Every night: drafts that are old or were saved, and those of people who may not write there any more; how many.

    Nobody loses what they could still see: a page shows a draft behind its door alone.
    """
    before = timezone.now() - KEPT_FOR
    gone = [
        draft.pk
        for draft in Draft.objects.defer("content").select_related("user").iterator()
        if draft.kept_at <= before
        or not may_still(draft.case_id, draft.organisation_id, draft.permission, by=draft.user)
    ]
    return Draft.objects.filter(pk__in=gone).delete()[0]
