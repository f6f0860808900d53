from django.db import models
from django.db.models import Q

from ..rules.codes import IDENTIFICATION_STATES, IDENTIFIERS
from .base import CaseRow, known


class Identification(CaseRow):
    """Where identification stands since a date, and who said so; the newest row counts."""

    state = models.CharField(max_length=20)
    decided_by = models.CharField(max_length=10, blank=True)
    decided_on = models.DateField()

    class Meta:
        ordering = ["-decided_on", "-created_at"]
        indexes = [models.Index(fields=["case", "-decided_on"], name="identification_by_case")]
        constraints = [
            known("state", IDENTIFICATION_STATES, "identification_state_known"),
            known("decided_by", IDENTIFIERS, "identification_decider_known", empty=True),
            models.CheckConstraint(
                condition=Q(state="signal") | ~Q(decided_by=""), name="identification_names_who_decided"
            ),
        ]

    def __str__(self) -> str:
        return self.state

    @property
    def state_name(self):
        return IDENTIFICATION_STATES[self.state]

    @property
    def decided_by_name(self):
        return IDENTIFIERS.get(self.decided_by, "")
