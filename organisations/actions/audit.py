"""The audit trail is written here and nowhere else."""

from collections.abc import Iterable
from typing import Any

from ..models import AuditEvent, Organisation, User
from ..permissions import Permission
from ..roles import ABILITIES, Role
from ..rules.audit import Verb


def event(
    verb: Verb,
    *,
    by: User | None,
    organisation: Organisation | None = None,
    case=None,
    room: str = "",
    object_id=None,
) -> AuditEvent:
    """An unsaved row. `case` is anything with an id and a reference; the row keeps copies, no foreign key."""
    if organisation is None and by is not None and by.active_memberships:
        organisation = by.active_memberships[0].organisation
    return AuditEvent(
        verb=verb,
        actor_id=by.pk if by else None,
        actor_name=by.name if by else "",
        organisation_id=organisation.pk if organisation else None,
        organisation_name=organisation.name if organisation else "",
        role=role_at(organisation, by=by, on_case=case is not None) if organisation and by else "",
        case_id=case.pk if case is not None else None,
        case_reference=case.reference if case is not None else "",
        room=room,
        object_id=object_id,
    )


def role_at(organisation: Organisation, *, by: User, on_case: bool) -> str:
    """The person's role there, held longest; about a case, one that opens cases if they hold one. "" for none now."""
    held = [Role(m.role) for m in by.active_memberships if m.organisation_id == organisation.pk]
    opens = [role for role in held if Permission.CASE_SEE in ABILITIES[role]] if on_case else []
    return next(iter(opens or held), "")


def record(verb: Verb, **facts) -> None:
    """Write one row in the running transaction; the facts are those of `event`."""
    event(verb, **facts).save(force_insert=True)


def record_many(
    verb: Verb, *, by: User, room: str, object_id, about: Iterable[tuple[Any, Organisation | None]]
) -> None:
    """The same deed about many cases, each through the organisation beside it, with one query."""
    rows = [event(verb, by=by, organisation=where, case=case, room=room, object_id=object_id) for case, where in about]
    AuditEvent.objects.bulk_create(rows)


def record_read(*, by: User, case, room: str, organisation: Organisation | None = None) -> None:
    """One row per user, case, room and hour: the first look counts."""
    once_an_hour([event(Verb.CASE_READ, by=by, case=case, room=room, organisation=organisation)])


def record_reads(*, by: User, room: str, seen: Iterable[tuple[Any, Organisation | None]]) -> None:
    """The same for a page that shows something of several cases, each seen through the organisation beside it."""
    once_an_hour([event(Verb.CASE_READ, by=by, case=case, room=room, organisation=where) for case, where in seen])


def record_trail_read(*, by: User, room: str, organisations: list[Organisation]) -> None:
    """Whose trail was read, and by whom: one row per user, organisation, page and hour."""
    once_an_hour([event(Verb.TRAIL_READ, by=by, room=room, organisation=one) for one in organisations])


def once_an_hour(rows: list[AuditEvent]) -> None:
    for row in rows:
        row.hour = row.at.replace(minute=0, second=0, microsecond=0)
    AuditEvent.objects.bulk_create(rows, ignore_conflicts=True)


def refusal(*, by: User, page: str, case=None, organisation: Organisation | None = None) -> dict:
    """The facts of a refusal, to be put aside on the request and written after its transaction has rolled back."""
    return {
        "verb": Verb.ACCESS_REFUSED,
        "by": by,
        "room": page.rpartition(":")[2][:30],
        "case": case,
        "organisation": organisation,
    }
