import datetime
import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organisations.sealing.fields import SealedTextField

from ..rules.procedures import KINDS, OUTCOMES, Kind, Pause, Term, term_of
from .base import CaseRow, known


def pauses_of(procedures: Iterable["Procedure"]) -> list[Pause]:
    """When departure is suspended, by what the authorities said of each procedure."""
    return [Pause(row.begun_on, row.decided_on) for row in procedures if row.suspends]


class ProcedureQuerySet(models.QuerySet["Procedure"]):
    def documents(self) -> list[tuple[uuid.UUID, datetime.date]]:
        """Of each kind the newest that was granted with a document, and its last day."""
        found = self.filter(outcome="granted", document_valid_until__isnull=False).order_by("decided_on")
        newest = {kind: (pk, day) for kind, pk, day in found.values_list("kind", "pk", "document_valid_until")}
        return list(newest.values())

    def departure_until(self, today: datetime.date) -> datetime.date | None:
        """The end of the newest departure term that runs; None without one, and while it stands still."""
        decision = self.filter(kind=Kind.RETURN_DECISION, decided_on=None).order_by("-begun_on").first()
        if decision is None:
            return None
        term = decision.term(pauses_of(self.filter(suspends=True)), today)
        return term.ends if term is not None else None


class Procedure(CaseRow):
    """Something asked of, or decided by, an authority about residence. Several may run at once."""

    kind = models.CharField(max_length=20)
    begun_on = models.DateField()
    # for a term that is counted in hours
    begun_time = models.TimeField(null=True, blank=True)
    suspends = models.BooleanField(null=True, blank=True)
    decided_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=20, blank=True, default="")
    document_valid_until = models.DateField(null=True, blank=True)
    remark = SealedTextField(null=True, blank=True)

    objects = ProcedureQuerySet.as_manager()

    class Meta:
        # open ones first
        ordering = [F("decided_on").desc(nulls_first=True), "-begun_on", "id"]
        indexes = [models.Index(fields=["case", "-begun_on"], name="procedure_by_case")]
        constraints = [
            known("kind", KINDS, "procedure_kind_known"),
            known("outcome", OUTCOMES, "procedure_outcome_known", empty=True),
            models.CheckConstraint(
                condition=Q(decided_on=None, outcome="") | Q(decided_on__gte=F("begun_on")) & ~Q(outcome=""),
                name="procedure_end_has_its_outcome",
            ),
        ]

    def __str__(self) -> str:
        return self.kind

    @property
    def kind_name(self):
        return KINDS[Kind(self.kind)]

    @property
    def outcome_name(self):
        return OUTCOMES.get(self.outcome, "")

    @property
    def begun_at(self) -> datetime.datetime | None:
        if self.begun_time is None:
            return None
        return timezone.make_aware(datetime.datetime.combine(self.begun_on, self.begun_time))

    def term(self, pauses: list[Pause], today: datetime.date) -> Term | None:
        """The term that runs from it while it is open."""
        if self.decided_on is not None:
            return None
        return term_of(self.kind, self.begun_on, begun_at=self.begun_at, pauses=pauses, today=today)
