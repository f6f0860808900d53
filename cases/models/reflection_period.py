import datetime

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from organisations.sealing.fields import SealedTextField

from ..rules.clocks import Reckoned
from ..rules.codes import REFLECTION_ENDS, REFLECTION_STATES
from ..rules.reflection import latest_end
from ..rules.workflow import Stage
from .base import CaseRow, known


class ReflectionPeriodQuerySet(models.QuerySet["ReflectionPeriod"]):
    def running(self) -> "ReflectionPeriodQuerySet":
        """Granted and not ended; the same as `running` says of one."""
        return self.filter(state="granted", ended_on=None)

    def of_open_cases(self) -> "ReflectionPeriodQuerySet":
        """Those of cases that are open and not erased, with their case, in the order of references."""
        found = self.filter(case__erased_at=None).exclude(case__stage=Stage.CLOSED)
        return found.select_related("case").order_by("case__reference")


class ReflectionPeriod(CaseRow):
    """The reflection period as the authorities decided it; the latest end is theirs, or by the rule of rules/reflection.py."""

    # 1, and 2 where a second one was given all the same: the law knows one
    number = models.PositiveSmallIntegerField(default=1, editable=False)
    state = models.CharField(max_length=20)
    asked_on = models.DateField(null=True, blank=True)
    granted_on = models.DateField(null=True, blank=True)
    latest_end = models.DateField(null=True, blank=True)
    dublin = models.BooleanField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)
    end_reason = models.CharField(max_length=20, blank=True, default="")
    explanation = SealedTextField(null=True, blank=True)

    objects = ReflectionPeriodQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        indexes = [
            models.Index(fields=["latest_end"], condition=Q(ended_on=None, state="granted"), name="reflection_running")
        ]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="reflection_period_numbered"),
            known("state", REFLECTION_STATES, "reflection_state_known"),
            known("end_reason", REFLECTION_ENDS, "reflection_end_known", empty=True),
            models.CheckConstraint(
                condition=Q(
                    state="granted",
                    granted_on__isnull=False,
                    latest_end__isnull=False,
                    latest_end__gt=F("granted_on"),
                )
                | ~Q(state="granted") & Q(granted_on=None, latest_end=None),
                name="reflection_granted_has_its_dates",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["not_applicable", "declined"]) | Q(explanation__isnull=False),
                name="reflection_not_used_has_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None, end_reason="")
                | Q(state="granted", ended_on__gte=F("granted_on"), ended_on__lte=F("latest_end")) & ~Q(end_reason=""),
                name="reflection_end_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.state

    @property
    def state_name(self):
        return REFLECTION_STATES[self.state]

    @property
    def end_reason_name(self):
        return REFLECTION_ENDS.get(self.end_reason, "")

    @property
    def over(self) -> bool:
        return self.state == "granted" and self.ended_on is not None

    @property
    def running(self) -> bool:
        return self.state == "granted" and self.ended_on is None

    @property
    def by_the_rule(self) -> Reckoned | None:
        """When it ends at the latest by the rule of the day on which it was granted; None while it is not granted."""
        return latest_end(self.granted_on, dublin=bool(self.dublin)) if self.granted_on else None

    @property
    def how_known(self):
        """Where the latest end comes from, in words: it is what the rule says, or the authorities told another day."""
        by_rule = self.by_the_rule
        return _("by the rule") if by_rule is not None and by_rule.ends == self.latest_end else _("as recorded")

    @property
    def for_dublin(self) -> Reckoned | None:
        """The same for a Dublin claimant, where that is shorter and nobody has said whether the person is one."""
        if self.granted_on is None or self.dublin is not None:
            return None
        other = latest_end(self.granted_on, dublin=True)
        return other if other != self.by_the_rule else None

    def days_left(self, today: datetime.date) -> int | None:
        """Days until the recorded latest end, negative after it; None when it does not run."""
        return (self.latest_end - today).days if self.running and self.latest_end else None
