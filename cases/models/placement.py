import datetime
from collections.abc import Sequence

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from organisations.models import moments
from organisations.rules.shelters import ShelterType
from organisations.sealing.fields import SealedTextField

from ..rules.clocks import stay_norm
from ..rules.codes import DEPARTURE_REASONS
from ..rules.placement import OVERSTAY_REASONS, Undone
from ..rules.undo import What, in_time
from .base import CaseRow, Ends, end_told, known


class Stay(Func):
    """From (included) until (not included); without until, without end."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class PlacementQuerySet(models.QuerySet["Placement"]):
    def now(self) -> "PlacementQuerySet":
        now = timezone.now()
        return self.filter(Q(until_at=None) | Q(until_at__gt=now), from_at__lte=now)

    def of_the_person(self) -> "PlacementQuerySet":
        """Not those of their household, who may have places of their own."""
        return self.filter(member=None)


class Placement(Ends, CaseRow):
    """One stay in one place, of the person of this case or of somebody of their household who has a place of their own.

    The database gives no place twice, and nobody two.
    """

    # None: the person of the case
    member = models.ForeignKey("cases.FamilyMember", models.PROTECT, null=True, blank=True, related_name="placements")
    # of the offer that was accepted, where there was one
    offer = models.ForeignKey("cases.PlacementOffer", models.PROTECT, null=True, blank=True, related_name="stays")
    place = models.ForeignKey("organisations.Place", models.PROTECT, related_name="placements")
    from_at = models.DateTimeField(default=moments.now)
    until_at = models.DateTimeField(null=True, blank=True)
    expected_until = models.DateField(null=True, blank=True)
    # moved here from another place of specialised shelter: the day on which the first stay of these began
    norm_from = models.DateField(null=True, blank=True)
    departure_reason = models.CharField(max_length=10, blank=True, default="")
    # the leaving to an unknown destination that ended it, where one did
    leaving = models.ForeignKey(
        "cases.UnknownDestination", models.PROTECT, null=True, blank=True, editable=False, related_name="stays"
    )
    # why it is expected to last longer than the norm
    overstay_reason = models.CharField(max_length=15, blank=True, default="")
    # placed at once by one person; what was left undone then is in order since that day
    emergency = models.BooleanField(default=False)
    in_order_on = models.DateField(null=True, blank=True)
    # when that was recorded, why something may stay open (kept where it was taken back), and whether a bed was still asked
    # for until then
    in_order_at = models.DateTimeField(null=True, editable=False)
    in_order_reason = SealedTextField(null=True, blank=True)
    bed_was_needed = models.BooleanField(default=False, editable=False)

    what = What.STAY
    # what an emergency left undone, where a page has asked for it
    undone: Sequence[Undone] = ()

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["-from_at"]
        # few of all there have been go on
        indexes = [models.Index(fields=["until_at"], name="placement_by_end")]
        constraints = [
            end_told("placement_end_told"),
            known("departure_reason", DEPARTURE_REASONS, "placement_reason_known", empty=True),
            known("overstay_reason", OVERSTAY_REASONS, "placement_overstay_known", empty=True),
            models.CheckConstraint(condition=Q(in_order_on=None) | Q(emergency=True), name="placement_put_in_order"),
            models.CheckConstraint(
                condition=Q(in_order_at=None) | Q(in_order_on__isnull=False), name="placement_order_recorded"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="placement_in_order"
            ),
            models.CheckConstraint(
                condition=Q(until_at=None, departure_reason="") | Q(until_at__isnull=False) & ~Q(departure_reason=""),
                name="placement_ends_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(leaving=None) | Q(departure_reason="mob"), name="placement_left_by_leaving"
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
                    (Coalesce("member", "case", output_field=models.UUIDField()), RangeOperators.EQUAL),
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
    def left_on(self) -> datetime.date | None:
        return timezone.localdate(self.until_at) if self.until_at is not None else None

    def ended_at_told(self, day: datetime.date, time: datetime.time | None) -> bool:
        """Whether it ended on that day, and to the minute at that time if one is said."""
        if self.until_at is None:
            return False
        ended = timezone.localtime(self.until_at)
        return ended.date() == day and (time is None or (ended.hour, ended.minute) == (time.hour, time.minute))

    @property
    def departure_reason_name(self):
        return DEPARTURE_REASONS.get(self.departure_reason, "")

    @property
    def overstay_reason_name(self):
        return OVERSTAY_REASONS.get(self.overstay_reason, "")

    @property
    def norm_until(self) -> datetime.date | None:
        """The day until which a stay in specialised shelter lasts by the norm; for other houses none is known."""
        return stay_norm(self.norm_from or self.arrived_on) if self.in_specialised_shelter else None

    @property
    def in_specialised_shelter(self) -> bool:
        return self.place.shelter.type == ShelterType.COSM

    def over_by_plan(self) -> bool:
        """Whether it is expected to last longer than the norm."""
        until, norm = self.expected_until, self.norm_until
        return self.until_at is None and until is not None and norm is not None and until > norm

    @property
    def waits_for_order(self) -> bool:
        return self.emergency and self.in_order_on is None

    @property
    def order_waits_for_more(self) -> bool:
        """Whether something is undone that nobody may leave at that; where a page has asked what is."""
        return any(not one.may_stay_open for one in self.undone)

    @property
    def order_can_be_undone(self) -> bool:
        """Whether a page offers to take back that it is in order; the action asks the database."""
        return self.until_at is None and in_time(What.ORDER, self.in_order_at, timezone.now())
