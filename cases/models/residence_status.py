import datetime

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from ..rules.codes import TITLES, Title
from ..rules.hints import Held
from .base import CaseRow, known


class Period(Func):
    """From (included) until (not included); without until, without end."""

    function = "DATERANGE"
    output_field = DateRangeField()


class ResidenceStatus(CaseRow):
    """The title held from a date until another; titles exclude each other."""

    title = models.CharField(max_length=20)
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    document_valid_until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["-from_on"]
        constraints = [
            known("title", TITLES, "residence_title_known"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="residence_in_order"
            ),
            ExclusionConstraint(
                name="residence_titles_exclude",
                expressions=[
                    ("case", RangeOperators.EQUAL),
                    (Period("from_on", "until_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def held(self) -> Held:
        """The same as the rules read it."""
        return Held(self.title, self.from_on, self.until_on, self.document_valid_until)

    def held_on(self, day: datetime.date) -> bool:
        return self.held.on(day)

    @property
    def title_name(self):
        return TITLES[Title(self.title)]
