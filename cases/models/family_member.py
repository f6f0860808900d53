import datetime

from django.db import models

from organisations.sealing.fields import SealedDateField, SealedTextField

from ..rules.age import is_minor
from ..rules.codes import AGE_GROUPS, RELATIONS, AgeGroup
from ..rules.periods import turns
from .base import CaseRow, known


class FamilyMember(CaseRow):
    """A partner or child of a case, who may live or travel along."""

    relation = models.CharField(max_length=10)
    name = SealedTextField()
    birth_date = SealedDateField(null=True, blank=True)
    age_group = models.CharField(max_length=10, default=AgeGroup.UNKNOWN)
    in_the_netherlands = models.BooleanField(default=True)

    class Meta:
        ordering = ["created_at"]
        constraints = [
            known("relation", RELATIONS, "family_relation_known"),
            known("age_group", AGE_GROUPS, "family_age_group_known"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def is_minor(self, today: datetime.date) -> bool:
        return is_minor(self.age_group, turns(self.birth_date, 18) if self.birth_date else None, today)

    @property
    def relation_name(self):
        return RELATIONS[self.relation]

    @property
    def age_group_name(self):
        return AGE_GROUPS[AgeGroup(self.age_group)]
