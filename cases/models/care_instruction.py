import datetime

from django.db import models
from django.db.models import F, Q

from organisations.sealing.fields import SealedTextField

from ..rules.codes import CARE_KINDS
from ..rules.undo import What
from .base import CaseRow, Ends, known, paired


class CareInstructionQuerySet(models.QuerySet["CareInstruction"]):
    def on(self, night: datetime.date) -> "CareInstructionQuerySet":
        """What the night shift must know that night."""
        return self.filter(Q(until_on=None) | Q(until_on__gte=night), ended_at=None, from_on__lte=night)


class CareInstruction(Ends, CaseRow):
    """What whoever is on duty at night must know or give: from a night, up to and including one, until it is ended."""

    kind = models.CharField(max_length=10)
    text = SealedTextField()
    times = SealedTextField(null=True, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)

    what = What.CARE

    objects = CareInstructionQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "created_at", "id"]
        indexes = [models.Index(fields=["case"], condition=Q(ended_at=None), name="care_running_by_case")]
        constraints = [
            known("kind", CARE_KINDS, "care_kind_known"),
            paired("ended_at", "ended_by", "care_ended_paired"),
            models.CheckConstraint(condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="care_in_order"),
            models.CheckConstraint(
                condition=~Q(kind="medication") | Q(times__isnull=False), name="care_medication_has_times"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def kind_name(self):
        return CARE_KINDS[self.kind]
