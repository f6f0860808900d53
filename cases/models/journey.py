from django.db import models
from django.db.models import F, Q

from organisations.sealing.fields import SealedTextField

from ..rules.codes import ESCORTS
from .base import CaseRow, known


class Journey(CaseRow):
    """The way home: booked, left, arrived. One of a case; a departure that happened is always recordable."""

    plan = models.ForeignKey("cases.ReturnPlan", models.PROTECT, null=True, blank=True, related_name="journeys")
    booked_for = models.DateField(null=True, blank=True)
    departed_on = models.DateField(null=True, blank=True)
    arrived_on = models.DateField(null=True, blank=True)
    escort = models.CharField(max_length=10, default="none")
    itinerary = SealedTextField(null=True, blank=True)
    met_by = SealedTextField(null=True, blank=True)
    luggage_and_medication = SealedTextField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case"], name="one_journey_a_case"),
            known("escort", ESCORTS, "journey_escort_known"),
            models.CheckConstraint(
                condition=Q(arrived_on=None) | Q(departed_on__isnull=False, arrived_on__gte=F("departed_on")),
                name="journey_arrives_after_departure",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def escort_name(self):
        return ESCORTS[self.escort]
