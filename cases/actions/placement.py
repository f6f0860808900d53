"""What stays, requests and offers share: that places are let go."""

from django.utils import timezone

from organisations.models import User
from organisations.rules.audit import Verb

from ..models import Assignment, Case, Participation, PlaceHold, PlacementOffer, PlacementRequest
from ..models.placement_offer import HOLDING
from ..rules.placement import Closed, Outcome
from .base import told
from .case import assignable, end_participation, part_follows


def answer(row: PlacementOffer, outcome: Outcome, *, by: User) -> None:
    """What became of the offer; unless the house accepts, its places are free at this moment.

    And who was let in by accepting sees nothing more of the case.
    """
    row.outcome, row.answered_at, row.answered_by = outcome, timezone.now(), by
    row.version += 1
    row.save()
    if outcome is Outcome.ACCEPTED:
        return
    PlaceHold.objects.filter(offer=row).delete()
    part = Participation.objects.now().filter(pk=row.part_id).first()
    if part is not None:
        end_participation(participation=part, by=by, for_good=True)
        Assignment.objects.now().filter(case=row.case_id).exclude(user__in=assignable(row.case)).update(
            until_at=timezone.now()
        )


def write_lapsed(request: PlacementRequest) -> None:
    """What lapsed by itself is written down; its places were free from that moment."""
    for late in PlacementOffer.objects.lapsed().filter(request=request):
        late.outcome = Outcome.LAPSED
        late.version += 1
        late.save(update_fields=["outcome", "version"])
        PlaceHold.objects.filter(offer=late).delete()


def close(row: PlacementRequest, outcome: Closed, reason: str, *, by: User) -> None:
    """The end of the request, and of an offer that still holds places. The case is locked."""
    write_lapsed(row)
    for offer in PlacementOffer.objects.filter(request=row, outcome__in=HOLDING):
        answer(offer, Outcome.TAKEN_BACK, by=by)
    row.outcome, row.reason, row.closed_at, row.closed_by = outcome, reason, timezone.now(), by
    row.version += 1
    row.save()


def stop(case: Case, reason: str, *, by: User) -> None:
    """Nobody asks for a place for this case any more. The case is locked."""
    for row in PlacementRequest.objects.waiting().filter(case=case):
        close(row, Closed.WITHDRAWN, reason, by=by)
        told(Verb.PLACE_REQUEST_WITHDRAWN, case=case, by=by, room="shelter", object_id=row.pk)
    part_follows(case, by=by)
