import datetime
import uuid
from collections.abc import Iterable

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organisations.sealing.fields import SealedTextField

from ..rules.procedures import ASSESSED, KINDS, OUTCOMES, Around, Kind, Pause, Term, term_of
from .base import CaseRow, known


def around(procedures: Iterable["Procedure"], events: Iterable[tuple[str, datetime.date]]) -> Around:
    """What the terms of a case hang on: when departure is suspended, as the authorities said, and what was asked and reported.

    `events`: kind and day of what happened in the criminal case.
    """
    procedures, events = list(procedures), list(events)
    dublin = max(
        (row.begun_on for row in procedures if row.kind == Kind.DUBLIN and row.decided_on is None), default=None
    )
    # an older request that was decided before the Dublin procedure began is not the one it is about
    asked = [
        row.begun_on
        for row in procedures
        if row.kind == Kind.ASYLUM and (row.decided_on is None or (dublin is not None and row.decided_on >= dublin))
    ]
    reported = max((day for kind, day in events if kind == "police_report"), default=None)
    said = [day for kind, day in events if kind in ASSESSED and reported is not None and day >= reported]
    return Around(
        [Pause(row.begun_on, row.decided_on) for row in procedures if row.suspends_departure],
        asylum_on=max(asked, default=None), reported_on=reported, assessed_on=min(said, default=None),
    )  # fmt: skip


def documents_of(procedures: Iterable["Procedure"]) -> list[tuple[uuid.UUID, datetime.date]]:
    """Of each kind the newest that was granted with a document, and its last day."""
    granted = [
        (row.decided_on, row.kind, row.pk, row.document_valid_until)
        for row in procedures
        if row.outcome == "granted" and row.decided_on is not None and row.document_valid_until is not None
    ]
    newest = {kind: (pk, day) for _decided, kind, pk, day in sorted(granted)}
    return list(newest.values())


def ends_of(kind: str, procedures: Iterable["Procedure"], hangs_on: Around, today: datetime.date) -> Term | None:
    """The term of the newest procedure of this kind that runs; None without one."""
    running = [row for row in procedures if row.kind == kind and row.decided_on is None]
    newest = max(running, key=lambda row: row.begun_on, default=None)
    return newest.term(hangs_on, today) if newest is not None else None


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
    def suspends_departure(self) -> bool:
        """As the authorities said; a return decision never does."""
        return bool(self.suspends) and self.kind != Kind.RETURN_DECISION

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

    def misses_asylum_request(self, hangs_on: Around) -> bool:
        """Whether the term of a Dublin claimant to report cannot be reckoned, since the request is not recorded."""
        unanswered = hangs_on.asylum_on is None and hangs_on.reported_on is None
        return self.kind == Kind.DUBLIN and self.decided_on is None and unanswered

    def term(self, hangs_on: Around, today: datetime.date) -> Term | None:
        """The term that runs in it while it is open."""
        if self.decided_on is not None:
            return None
        return term_of(self.kind, self.begun_on, begun_at=self.begun_at, around=hangs_on, today=today)
