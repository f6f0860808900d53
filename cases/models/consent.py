from django.db import models
from django.db.models import F, Q

from organisations.sealing.fields import SealedTextField

from ..rules.consent import GROUNDS, INTERPRETERS, RULES, Ground, Purpose
from .base import CaseRow, known


class ConsentQuerySet(models.QuerySet["Consent"]):
    def given(self) -> "ConsentQuerySet":
        """Not withdrawn."""
        return self.filter(withdrawn_on=None)

    def untold(self) -> "ConsentQuerySet":
        """Withdrawn, and whoever received something was not told yet."""
        return self.filter(withdrawn_on__isnull=False, told_on=None)


class Consent(CaseRow):
    """That somebody may know something: purpose × recipient × ground. Withdrawn, never deleted."""

    purpose = models.CharField(max_length=15)
    recipient = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, related_name="+")
    ground = models.CharField(max_length=10)
    given_on = models.DateField()
    written = models.BooleanField(default=False)
    explained_by = SealedTextField(null=True, blank=True)
    language = SealedTextField(null=True, blank=True)
    interpreter = models.CharField(max_length=10, blank=True, default="")
    document = models.ForeignKey("cases.Document", models.PROTECT, null=True, blank=True, related_name="+")
    reason = SealedTextField(null=True, blank=True)
    withdrawn_on = models.DateField(null=True, blank=True)
    told_on = models.DateField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["-given_on", "-created_at"]
        constraints = [
            known("purpose", Purpose, "consent_purpose_known"),
            known("ground", GROUNDS, "consent_ground_known"),
            known("interpreter", INTERPRETERS, "consent_interpreter_known", empty=True),
            models.UniqueConstraint(
                fields=["case", "purpose", "recipient"],
                condition=Q(withdrawn_on=None),
                nulls_distinct=False,
                name="one_consent_a_purpose_and_recipient",
            ),
            models.CheckConstraint(
                condition=~Q(purpose=Purpose.REGISTRATION) | ~Q(ground=Ground.OVERRIDE),
                name="consent_registration_not_overridden",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None) | Q(withdrawn_on__gte=F("given_on")), name="consent_withdrawn_after"
            ),
            models.CheckConstraint(
                condition=Q(told_on=None) | Q(told_on__gte=F("withdrawn_on")), name="consent_told_after_withdrawal"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def rule(self):
        return RULES[Purpose(self.purpose)]

    @property
    def ground_name(self):
        return GROUNDS[Ground(self.ground)]

    @property
    def interpreter_name(self):
        return INTERPRETERS.get(self.interpreter, "")
