import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils import timezone

from organisations.models import moments

from ..rules.codes import DEPARTURE_REASONS
from ..rules.undo import What
from .base import CaseRow, Ends, end_told, known


class Stay(Func):
    """From (included) until (not included); without until, without end."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class PlacementQuerySet(models.QuerySet["Placement"]):
    def now(self) -> "PlacementQuerySet":
        now = timezone.now()
        return self.filter(Q(until_at=None) | Q(until_at__gt=now), from_at__lte=now)


class Placement(Ends, CaseRow):
    """One stay of the person of this case in one place. The database gives no place twice."""

    place = models.ForeignKey("organisations.Place", models.PROTECT, related_name="placements")
    from_at = models.DateTimeField(default=moments.now)
    until_at = models.DateTimeField(null=True, blank=True)
    expected_until = models.DateField(null=True, blank=True)
    departure_reason = models.CharField(max_length=10, blank=True, default="")

    what = What.STAY

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["-from_at"]
        constraints = [
            end_told("placement_end_told"),
            known("departure_reason", DEPARTURE_REASONS, "placement_reason_known", empty=True),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="placement_in_order"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None, departure_reason="") | Q(until_at__isnull=False) & ~Q(departure_reason=""),
                name="placement_ends_with_reason",
            ),
            ExclusionConstraint(
                name="no_place_twice",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    (Stay("from_at", "until_at"), RangeOperators.OVERLAPS),
                ],
            ),
            ExclusionConstraint(
                name="nobody_in_two_places",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    (Stay("from_at", "until_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def arrived_on(self) -> datetime.date:
        return timezone.localdate(self.from_at)

    @property
    def departure_reason_name(self):
        return DEPARTURE_REASONS.get(self.departure_reason, "")
