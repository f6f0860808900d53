from django.db import models
from django.db.models import F, Q

from organisations.rules.regions import REGIONS
from organisations.sealing.fields import SealedTextField

from ..rules.codes import NOTIFIERS
from ..rules.registration import DECISIONS, DUTY_TO_NOTIFY, Decision
from .base import CaseRow, known


class Notice(CaseRow):
    """One report of a presumed victim to the register, and whether it may be registered."""

    notifier = models.CharField(max_length=20)
    notifier_number = SealedTextField(null=True, blank=True)
    received_on = models.DateField()
    region = models.CharField(max_length=30, blank=True)
    decision = models.CharField(max_length=10, blank=True, default="")
    decided_on = models.DateField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["received_on", "created_at"]
        indexes = [
            models.Index(fields=["case", "received_on"], name="notice_by_case"),
            models.Index(fields=["received_on"], name="notice_by_day"),
            models.Index(fields=["case"], condition=Q(decision=""), name="notice_undecided"),
        ]
        constraints = [
            known("notifier", NOTIFIERS, "notice_notifier_known"),
            known("region", REGIONS, "notice_region_known", empty=True),
            known("decision", DECISIONS, "notice_decision_known", empty=True),
            models.CheckConstraint(
                condition=Q(decision="", decided_on=None) | ~Q(decision="") & Q(decided_on__isnull=False),
                name="notice_decision_dated",
            ),
            models.CheckConstraint(
                condition=~Q(decision="ground") | Q(notifier__in=sorted(DUTY_TO_NOTIFY)),
                name="notice_ground_is_of_duty",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None)
                | Q(decision__in=["ground", "consent"], withdrawn_on__gte=F("decided_on")),
                name="notice_withdrawn_after_decision",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def notifier_name(self):
        return NOTIFIERS[self.notifier]

    @property
    def region_name(self) -> str:
        return REGIONS.get(self.region, "")

    @property
    def decision_name(self):
        return DECISIONS[Decision(self.decision)] if self.decision else ""
