"""The audit trail is written here and nowhere else."""

from django.utils import timezone

from ..models import AuditEvent, Organisation, User
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
        case_id=case.pk if case is not None else None,
        case_reference=case.reference if case is not None else "",
        room=room,
        object_id=object_id,
    )


def record(verb: Verb, **facts) -> None:
    """Write one row in the running transaction; the facts are those of `event`."""
    event(verb, **facts).save(force_insert=True)


def record_read(*, by: User, case, room: str, organisation: Organisation | None = None) -> None:
    """One row per user, case, room and hour: the first look counts."""
    row = event(Verb.CASE_READ, by=by, case=case, room=room, organisation=organisation)
    row.hour = timezone.now().replace(minute=0, second=0, microsecond=0)
    AuditEvent.objects.bulk_create([row], ignore_conflicts=True)


def refusal(*, by: User, page: str, case=None) -> dict:
    """The facts of a refusal, to be put aside on the request and written after its transaction has rolled back."""
    return {"verb": Verb.ACCESS_REFUSED, "by": by, "room": page[:30], "case": case}
