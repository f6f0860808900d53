import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..rules.codes import DEPARTURE_REPORTERS
from ..rules.undo import What, in_time
from .base import CaseRow, known


class UnknownDestination(CaseRow):
    """That somebody left to an unknown destination, who said so, and the day on which they were back, if they came back.

    What it ended points here (Placement.leaving), or is pointed at, so that a correction finds it and nothing else.
    """

    left_on = models.DateField()
    # as it was told; None: nobody said at what time
    left_time = models.TimeField(null=True, blank=True)
    reported_by = models.CharField(max_length=10)
    back_on = models.DateField(null=True, blank=True)
    # the reflection period that it ended, where it did
    reflection = models.ForeignKey(
        "cases.ReflectionPeriod", models.PROTECT, null=True, blank=True, editable=False, related_name="leavings"
    )

    class Meta:
        ordering = ["-left_on", "-created_at"]
        constraints = [
            known("reported_by", DEPARTURE_REPORTERS, "unknown_destination_reporter_known"),
            models.CheckConstraint(
                condition=Q(back_on=None) | Q(back_on__gte=F("left_on")), name="unknown_destination_in_order"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(back_on=None), name="away_once_at_a_time"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def household(self) -> list[uuid.UUID]:
        """Who of the household left their place along with the person."""
        return sorted(self.stays.exclude(member=None).values_list("member", flat=True))

    @property
    def can_be_undone(self) -> bool:
        """Whether a page offers to take it back; the action asks the database."""
        return in_time(What.LEAVING, self.created_at, timezone.now())

    @property
    def reported_by_name(self):
        return DEPARTURE_REPORTERS[self.reported_by]
