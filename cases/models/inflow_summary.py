from django.db import models

from organisations.models.ids import new_id

from ..rules.figures import ALL, Measure, Scope
from .base import known


class InflowSummary(models.Model):
    """How many, in the part of one week that lies in one month: what the nightly count of history found (actions/summary.py).

    Weeks and months are sums of such parts. A row is of no single case.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    scope = models.CharField(max_length=15)
    # empty for the national figures
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, null=True, related_name="+")
    measure = models.CharField(max_length=20)
    region = models.CharField(max_length=30, default=ALL)
    first_day = models.DateField()
    number = models.PositiveIntegerField()
    # the same people by what they are counted by: "sex:female" and how many of them
    by_what = models.JSONField(default=dict)

    class Meta:
        constraints = [
            known("scope", Scope, "inflow_scope_known"),
            known("measure", Measure, "inflow_measure_known"),
            models.CheckConstraint(
                condition=models.Q(scope=Scope.NATIONAL, organisation=None)
                | ~models.Q(scope=Scope.NATIONAL) & models.Q(organisation__isnull=False),
                name="inflow_organisation_of_scope",
            ),
            # in the order in which a page asks
            models.UniqueConstraint(
                fields=["scope", "organisation", "measure", "region", "first_day"],
                nulls_distinct=False,
                name="inflow_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day} {self.number}"


class LastCount(models.Model):
    """As of when the summaries count. One row."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(only=True), name="last_count_is_one")]

    def __str__(self) -> str:
        return f"{self.at}"
