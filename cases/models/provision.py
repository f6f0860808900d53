from django.db import models

from ..rules.reflection import PROVISIONS
from .base import CaseRow, known
from .reflection_period import ReflectionPeriod


class Provision(CaseRow):
    """That one of the things a reflection period gives was arranged, or is not after all. The newest row of each counts."""

    reflection = models.ForeignKey(ReflectionPeriod, models.CASCADE, editable=False)
    what = models.CharField(max_length=15)
    arranged = models.BooleanField()

    class Meta:
        ordering = ["-version"]
        constraints = [
            known("what", PROVISIONS, "provision_known"),
            models.UniqueConstraint(fields=["reflection", "what", "version"], name="provision_numbered"),
        ]

    def __str__(self) -> str:
        return self.what
