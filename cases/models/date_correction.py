from django.db import models
from django.db.models import F, Q

from organisations.sealing.fields import SealedTextField

from ..rules.corrected_dates import DATES
from .base import CaseRow, known


class DateCorrection(CaseRow):
    """A recorded date that was wrong: what it was, what it is, and why. Nothing of it is changed afterwards."""

    # which record of the case it stood on
    subject = models.UUIDField(editable=False)
    field = models.CharField(max_length=25)
    was = models.DateField(null=True, blank=True)
    became = models.DateField(null=True, blank=True)
    reason = SealedTextField()

    class Meta:
        ordering = ["-created_at", "field"]
        indexes = [models.Index(fields=["case", "subject", "-created_at"], name="date_correction_by_record")]
        constraints = [
            known("field", DATES, "date_correction_field_known"),
            models.CheckConstraint(
                condition=Q(was__isnull=False) & (Q(became=None) | ~Q(became=F("was"))), name="date_correction_changes"
            ),
        ]

    def __str__(self) -> str:
        return self.field

    @property
    def field_name(self):
        return DATES[self.field]
