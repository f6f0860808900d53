"""Corrections that people who read the directory suggest, and what an editor makes of them."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Organisation, Suggestion, User
from ..permissions import Permission
from ..rules.audit import Verb
from ..rules.directory import DESCRIBING, SEVERAL, Deed, newly_missing
from . import audit
from .base import Refused, action, fresh
from .organisation import GONE, TENANT, differing, locked, write


@action
def suggest(*, organisation: Organisation, values: dict, remark: str, by: User) -> Suggestion:
    """Each field that differs as it is and as it should be. Raises Refused where nothing does, and for a tenant.

    The same suggestion of the same person that still waits is this one: the form was sent twice.
    """
    row = Organisation.objects.select_for_update(no_key=True).filter(pk=organisation.pk).first()
    if row is None:
        raise Refused(GONE)
    if Permission.DIRECTORY_READ not in by.abilities or row.memberships.exists():
        raise Refused(TENANT)
    fields = differing(row, values)
    if not fields and not remark:
        raise Refused(_("Nothing differs from what the record says. Change what is wrong, or write a remark."))

    told = {"organisation": row, "fields": fields, "remark": remark, "made_by": by}
    if (waiting_already := Suggestion.objects.waiting().filter(**told).first()) is not None:
        return waiting_already
    made = Suggestion.objects.create(**told)
    audit.record(Verb.SUGGESTION_MADE, by=by, object_id=row.pk)
    return made


@action
def accept(*, suggestion: Suggestion, version: int | None, seen: int | None, by: User, answer: str = "") -> Suggestion:
    """The record says from now on what was suggested. `seen` is the version of the record beside which it was read.

    Raises Stale and Refused.
    """
    organisation = locked(suggestion.organisation, version=seen, by=by)
    row = waiting(suggestion, version)
    suggested = {name: both[1] or ([] if name in SEVERAL else "") for name, both in row.fields.items()}
    if newly_missing({name: getattr(organisation, name) for name in DESCRIBING}, suggested):
        raise Refused(
            _("Then the public text would stand in one language only. Change the record yourself, and decline this.")
        )
    if suggested:  # a remark alone changes nothing by itself
        write(organisation, suggested, Deed.SUGGESTED, by=by, reason=row.remark, suggestion=row)
    return decide(row, accepted=True, answer=answer, verb=Verb.SUGGESTION_ACCEPTED, by=by)


@action
def decline(*, suggestion: Suggestion, answer: str, version: int | None, by: User) -> Suggestion:
    """With the reason, for the one who suggested it. Raises Stale and Refused."""
    locked(suggestion.organisation, version=None, by=by)
    return decide(waiting(suggestion, version), accepted=False, answer=answer, verb=Verb.SUGGESTION_DECLINED, by=by)


def waiting(suggestion: Suggestion, version: int | None) -> Suggestion:
    """The suggestion, nobody having decided yet; its organisation is locked. Raises Stale and Refused."""
    row = Suggestion.objects.select_for_update(no_key=True).get(pk=suggestion.pk)
    if row.decided_at is not None:
        raise Refused(_("Somebody else has decided about this suggestion already."))
    return fresh(row, version)


def decide(row: Suggestion, *, accepted: bool, answer: str, verb: Verb, by: User) -> Suggestion:
    row.decided_at, row.decided_by, row.accepted, row.answer = timezone.now(), by, accepted, answer
    row.version += 1
    row.save()
    audit.record(verb, by=by, object_id=row.organisation_id)
    return row
