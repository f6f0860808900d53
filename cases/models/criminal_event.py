import datetime

from django.db import models

from organisations.sealing.fields import SealedTextField

from ..rules.codes import CRIMINAL_EVENTS, REPORTED_OR_COOPERATES
from .base import InSight, RoomRow, known


class CriminalEventQuerySet(models.QuerySet["CriminalEvent"]):
    def reported_or_cooperates(self) -> list[tuple[str, list[datetime.date]]]:
        """Report to the police and cooperation, each with its days: what the national register reads, and no more."""
        found = list(self.filter(kind__in=REPORTED_OR_COOPERATES).order_by("day").values_list("kind", "day"))
        return [(kind, [day for one, day in found if one == kind]) for kind in REPORTED_OR_COOPERATES]


class CriminalEvent(RoomRow):
    """That and when something happened in the criminal case; never the statement."""

    ROOM = "criminal"

    kind = models.CharField(max_length=25)
    day = models.DateField()
    reference_number = SealedTextField(null=True, blank=True)
    remark = SealedTextField(null=True, blank=True)

    objects = InSight.from_queryset(CriminalEventQuerySet)()

    class Meta:
        ordering = ["-day", "-created_at"]
        indexes = [models.Index(fields=["case", "-day"], name="criminal_event_by_case")]
        constraints = [known("kind", CRIMINAL_EVENTS, "criminal_event_kind_known")]

    def __str__(self) -> str:
        return self.kind

    @property
    def kind_name(self):
        return CRIMINAL_EVENTS[self.kind]
