import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django_countries import countries

from organisations.sealing.fields import SealedDateField, SealedTextField

from ..rules.codes import BIRTH_PRECISIONS, SEXES, BirthPrecision
from .base import Row, known


class Victim(Row):
    """A presumed victim: names, birth, numbers, nationalities and nothing else. May have several cases."""

    given_names = SealedTextField(null=True, blank=True)
    family_name = SealedTextField(null=True, blank=True)
    other_names = SealedTextField(null=True, blank=True)
    v_number = SealedTextField(null=True, blank=True)
    other_number = SealedTextField(null=True, blank=True)
    birth_date = SealedDateField(null=True, blank=True)
    birth_year = models.PositiveSmallIntegerField(null=True, blank=True)
    birth_precision = models.CharField(max_length=10, default=BirthPrecision.UNKNOWN)
    turns_18_on = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=10, default="unknown")
    nationalities = ArrayField(models.CharField(max_length=2), default=list, blank=True)
    stateless = models.BooleanField(default=False)

    class Meta:
        constraints = [
            known("sex", SEXES, "victim_sex_known"),
            known("birth_precision", BirthPrecision, "victim_birth_precision_known"),
            models.CheckConstraint(
                condition=Q(birth_precision=BirthPrecision.UNKNOWN, birth_year=None)
                | ~Q(birth_precision=BirthPrecision.UNKNOWN) & Q(birth_year__gte=1900, birth_year__lte=2200),
                name="victim_birth_year_with_precision",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_for(self) -> tuple[str, uuid.UUID]:
        return "victim", self.pk

    @property
    def full_name(self) -> str:
        return " ".join(name for name in (self.given_names, self.family_name) if name)

    @property
    def sex_name(self):
        return SEXES[self.sex]

    @property
    def birth_precision_name(self):
        return BIRTH_PRECISIONS[BirthPrecision(self.birth_precision)]

    @property
    def nationality_names(self) -> list[str]:
        return [countries.name(code) for code in self.nationalities]
