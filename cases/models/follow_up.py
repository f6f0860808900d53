from django.db import models
from django.db.models import Q

from organisations.sealing.fields import SealedTextField

from ..rules.codes import FOLLOW_UP_OUTCOMES, YES_NO_UNKNOWN
from .base import CaseRow, known


class FollowUp(CaseRow):
    """One agreed contact after return: planned for a day, then what came of it. Not reaching anyone is an outcome."""

    due_on = models.DateField()
    done_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    safe = models.CharField(max_length=10, blank=True, default="")
    housed = models.CharField(max_length=10, blank=True, default="")
    income = models.CharField(max_length=10, blank=True, default="")
    trafficker_contact = models.CharField(max_length=10, blank=True, default="")
    support_delivered = models.CharField(max_length=10, blank=True, default="")
    remarks = SealedTextField(null=True, blank=True)

    class Meta:
        ordering = ["due_on"]
        constraints = [
            models.UniqueConstraint(fields=["case", "due_on"], name="follow_up_once_a_day"),
            known("outcome", FOLLOW_UP_OUTCOMES, "follow_up_outcome_known", empty=True),
            *(
                known(column, YES_NO_UNKNOWN, f"follow_up_{column}_known", empty=True)
                for column in ("safe", "housed", "income", "trafficker_contact", "support_delivered")
            ),
            models.CheckConstraint(
                condition=Q(done_on=None, outcome="") | Q(done_on__isnull=False) & ~Q(outcome=""),
                name="follow_up_done_has_outcome",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on}"

    @property
    def outcome_name(self):
        return FOLLOW_UP_OUTCOMES.get(self.outcome, "")

    @property
    def answers(self) -> dict[str, object]:
        return {column: YES_NO_UNKNOWN.get(getattr(self, column), "") for column in self.QUESTIONS}

    QUESTIONS = ("safe", "housed", "income", "trafficker_contact", "support_delivered")
