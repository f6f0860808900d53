from django.contrib.postgres.fields import ArrayField
from django.db import models

from organisations.rules.regions import REGIONS
from organisations.sealing.fields import SealedTextField

from ..rules.codes import DANGER_LEVELS
from .base import RoomRow, all_known, known


class SafetyAssessment(RoomRow):
    """How safe the person is on a day; a new assessment supersedes, the old one stays."""

    ROOM = "safety"

    assessed_on = models.DateField()
    danger = models.CharField(max_length=10)
    threats = SealedTextField(null=True, blank=True)
    measures = SealedTextField(null=True, blank=True)
    unsafe_regions = ArrayField(models.CharField(max_length=30), default=list, blank=True)

    class Meta:
        ordering = ["-assessed_on", "-created_at"]
        indexes = [models.Index(fields=["case", "-assessed_on"], name="safety_by_case")]
        constraints = [
            known("danger", DANGER_LEVELS, "safety_danger_known"),
            all_known("unsafe_regions", REGIONS, "safety_regions_known"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def danger_name(self):
        return DANGER_LEVELS[self.danger]

    @property
    def unsafe_region_names(self) -> list[str]:
        return [REGIONS[code] for code in self.unsafe_regions]
