"""Correcting sealed text: a new row takes the place of the old one, which is never touched and stays readable."""

import uuid
from collections.abc import Iterable
from typing import Any, TypeVar

from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, fresh
from organisations.models import Membership, User
from organisations.roles import Role

from ..models.base import Correctable

Row = TypeVar("Row", bound=Correctable)

# What a correction has of its own.
OWN = frozenset({"id", "version", "submission", "created_at", "created_by", "supersedes", "first_written_at"})

NOT_YOURS = _("Only whoever wrote this, or a team lead of their organisation, corrects it.")


def chain(row: Any) -> list[Any]:
    """The row and everything it corrects, newest first."""
    return [row, *chain(row.supersedes)] if row.supersedes else [row]


def correctable(chains: Iterable[list[Any]], *, by: User) -> set[uuid.UUID]:
    """Of these rows, each with what it corrects, those that this person may correct.

    That is whoever wrote any of it, and the team leads of the organisation for which it was written. The actions ask
    besides whether the person writes in that room of the case at all.
    """
    chains = list(chains)
    led = {member.organisation_id for member in by.active_memberships if member.role == Role.TEAM_LEAD}
    authors = {row.created_by_id for rows in chains for row in rows}
    worked = list(Membership.objects.filter(organisation__in=led, user__in=authors)) if led else []

    def written_for_led(row: Any) -> bool:
        if hasattr(row, "organisation_id"):
            return row.organisation_id in led
        return any(
            role.user_id == row.created_by_id
            and role.from_at <= row.created_at
            and (role.until_at is None or role.until_at > row.created_at)
            for role in worked
        )

    return {rows[0].pk for rows in chains if any(row.created_by_id == by.pk or written_for_led(row) for row in rows)}


def may_correct(row: Correctable, *, by: User) -> bool:
    return row.pk in correctable([chain(row)], by=by)


def to_correct(row: Row, version: int | None, *, by: User) -> Row:
    """The newest of the row and its corrections, if it is what the person saw and theirs to correct.

    The caller has locked the case. Raises Stale and Refused.
    """
    current = fresh(row.latest(), version)
    if not may_correct(current, by=by):
        raise Refused(NOT_YOURS)
    return current


def check_changed(old: Correctable, values: dict[str, Any]) -> None:
    """Raises Refused when nothing would be other than it was."""
    if all(lines(getattr(old, name)) == lines(value) for name, value in values.items()):
        raise Refused(_("Nothing is different. Change something, or go back."))


def lines(value: Any) -> Any:
    return value.splitlines() if isinstance(value, str) else value or []


def supersede(old: Row, *, values: dict[str, Any], submission: uuid.UUID | None, by: User) -> Row:
    """A new row with these values that takes the place of the old one; the database lets nothing be corrected twice."""
    # Sealed values are opened before the copy gets its own id, since the id is part of the seal.
    copied = {
        field.attname: getattr(old, field.attname) for field in old._meta.concrete_fields if field.name not in OWN
    }
    row = type(old)(**copied, supersedes=old, first_written_at=old.written_at, submission=submission, created_by=by)
    for name, value in values.items():
        setattr(row, name, value)
    # The count goes on, so that a page showing the older row is stale.
    row.version = old.version + 1
    row.save(force_insert=True)
    return row
