from django.conf import settings
from django.db import models
from django.db.models import F, Q

from organisations.models import User
from organisations.permissions import Permission
from organisations.sealing.fields import SealedTextField

from ..rules.erasure import GROUNDS, OUTCOMES, Ground, Outcome
from .base import CaseRow, known, paired


class ErasureProposalQuerySet(models.QuerySet["ErasureProposal"]):
    def of(self, user: User) -> "ErasureProposalQuerySet":
        """Those of organisations in which this person may confirm an erasure."""
        return self.filter(organisation__in=user.organisations_with(Permission.ERASURE_CONFIRM))

    def waiting(self) -> "ErasureProposalQuerySet":
        return self.filter(outcome="")


class ErasureProposal(CaseRow):
    """Somebody proposes to erase the file of a case; a second person confirms, or one of them ends the proposal."""

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    ground = models.CharField(max_length=10)
    reason = SealedTextField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True, default="")
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ErasureProposalQuerySet.as_manager()

    class Meta:
        ordering = ["created_at"]
        constraints = [
            known("ground", GROUNDS, "erasure_ground_known"),
            known("outcome", OUTCOMES, "erasure_outcome_known", empty=True),
            paired("decided_at", "decided_by", "erasure_decision_paired"),
            models.CheckConstraint(
                condition=Q(outcome="", decided_at=None) | ~Q(outcome="") & Q(decided_at__isnull=False),
                name="erasure_outcome_dated",
            ),
            models.CheckConstraint(
                condition=~Q(ground=Ground.OTHER) | Q(reason__isnull=False), name="erasure_other_has_reason"
            ),
            models.CheckConstraint(
                condition=~Q(outcome=Outcome.CONFIRMED) | ~Q(decided_by=F("created_by")), name="erasure_second_person"
            ),
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="erasure_waits_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def ground_name(self):
        return GROUNDS[Ground(self.ground)]

    @property
    def outcome_name(self):
        return OUTCOMES[Outcome(self.outcome)] if self.outcome else ""

    @property
    def waits(self) -> bool:
        return self.outcome == ""
