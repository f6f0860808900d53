import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from organisations.sealing.fields import SealedTextField

from ..rules.codes import IMPACTS, LIKELIHOODS, RISK_DECISIONS, RiskDecision
from .base import RoomRow, known, paired
from .return_plan import NotAnAuthor


class ReturnRisk(RoomRow):
    """One version of the assessment of what may happen on return, and a human decision by someone else."""

    ROOM = "return_plan"

    number = models.PositiveSmallIntegerField(default=1)
    author_ids = ArrayField(models.UUIDField(), default=list)
    likelihood = models.PositiveSmallIntegerField()
    impact = models.PositiveSmallIntegerField()
    residual_likelihood = models.PositiveSmallIntegerField()
    residual_impact = models.PositiveSmallIntegerField()
    reprisals = SealedTextField(null=True, blank=True)
    prosecution = SealedTextField(null=True, blank=True)
    reintegration = SealedTextField(null=True, blank=True)
    measures = SealedTextField(null=True, blank=True)
    decision = models.CharField(max_length=20, blank=True, default="")
    decision_reason = SealedTextField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    # What a new version begins without.
    DECISION = frozenset({"decision", "decision_reason", "decided_at", "decided_by"})

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="return_risk_number_once"),
            known("decision", RISK_DECISIONS, "return_risk_decision_known", empty=True),
            paired("decided_at", "decided_by", "return_risk_decision_paired"),
            models.CheckConstraint(
                condition=Q(decision="", decided_at=None) | ~Q(decision="") & Q(decided_at__isnull=False),
                name="return_risk_decision_dated",
            ),
            models.CheckConstraint(condition=NotAnAuthor("decided_by", "author_ids"), name="return_risk_second_person"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{column}__gte": 1, f"{column}__lte": 5}),
                    name=f"return_risk_{column}_1_to_5",
                )
                for column in ("likelihood", "impact", "residual_likelihood", "residual_impact")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def decision_name(self):
        return RISK_DECISIONS[RiskDecision(self.decision)] if self.decision else ""

    @property
    def score(self) -> int:
        return self.likelihood * self.impact

    @property
    def residual_score(self) -> int:
        return self.residual_likelihood * self.residual_impact

    @property
    def likelihood_name(self):
        return LIKELIHOODS[self.likelihood]

    @property
    def impact_name(self):
        return IMPACTS[self.impact]

    def written_by(self, user_id: uuid.UUID) -> bool:
        """Whether this person wrote any version of it."""
        return user_id in self.author_ids
