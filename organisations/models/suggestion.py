from django.conf import settings
from django.db import models
from django.db.models import Q

from . import moments
from .ids import new_id
from .organisation_change import lines_of


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def waiting(self) -> "SuggestionQuerySet":
        return self.filter(decided_at=None)


class Suggestion(models.Model):
    """Somebody who reads the directory knows better: each field as they saw it and as it should be.

    An editor accepts it or declines it with a reason. `fields` is {field: [seen, proposed]}.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="suggestions")
    fields = models.JSONField(default=dict)
    remark = models.TextField(blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(default=moments.now)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted = models.BooleanField(null=True, blank=True)
    answer = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)

    objects = SuggestionQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["organisation", "-at"], name="suggestion_by_organisation"),
            models.Index(fields=["made_by", "-at", "-id"], name="suggestion_by_maker"),
            models.Index(fields=["at", "id"], condition=Q(decided_at=None), name="suggestion_waiting"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_at=None, decided_by=None, accepted=None, answer="")
                | Q(decided_at__isnull=False, decided_by__isnull=False, accepted__isnull=False)
                & (Q(accepted=True) | ~Q(answer="")),
                name="suggestion_decided_whole",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def lines(self) -> list[dict]:
        return lines_of(self.fields)
