from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organisations.models import moments

from ..rules.undo import What
from .base import CaseRow, Ends, end_told


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def now(self) -> "AssignmentQuerySet":
        now = timezone.now()
        return self.filter(Q(until_at=None) | Q(until_at__gt=now), from_at__lte=now)


class Assignment(Ends, CaseRow):
    """A person works on a case, from–until. On a restricted case nobody else sees it."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assignments")
    from_at = models.DateTimeField(default=moments.now)
    until_at = models.DateTimeField(null=True, blank=True)

    what = What.ASSIGNMENT

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["from_at"]
        constraints = [
            end_told("assignment_end_told"),
            models.UniqueConstraint(fields=["case", "user"], condition=Q(until_at=None), name="assignment_open_once"),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="assignment_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} on {self.case_id}"
