import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organisations.models import moments
from organisations.models.ids import new_id
from organisations.models.kept import Kept

from ..rules.access import GIVEN, PARTS, Part
from ..rules.erasure import KEEPERS
from ..rules.undo import What
from .base import CaseRow, Ends, end_told, known


class ParticipationQuerySet(models.QuerySet["Participation"]):
    def now(self) -> "ParticipationQuerySet":
        now = timezone.now()
        return self.filter(Q(until_at=None) | Q(until_at__gt=now), from_at__lte=now)

    def lead_of(self, case_id: uuid.UUID) -> "Participation | None":
        """The part of the organisation that leads the case now, if there is one."""
        return self.now().filter(case_id=case_id, part=Part.LEAD).select_related("organisation").first()

    def keeping(self, case_id: uuid.UUID) -> "Participation | None":
        """The part of the organisation that answers for the file of the case, now or last (rules/erasure.py)."""
        taken = self.filter(case_id=case_id, part__in=KEEPERS).select_related("organisation")
        newest_first = taken.order_by(F("until_at").desc(nulls_first=True), "-from_at")
        by_part = {part.part: part for part in reversed(list(newest_first))}
        return next((by_part[part] for part in KEEPERS if part in by_part), None)


class Participation(Ends, CaseRow):
    """An organisation takes part in a case, from–until. Ended, never deleted."""

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="participations")
    part = models.CharField(max_length=20)
    from_at = models.DateTimeField(default=moments.now)
    until_at = models.DateTimeField(null=True, blank=True)
    # room → moment: what is older there this organisation does not see (rules/transfer.py)
    hidden_before = models.JSONField(default=dict, blank=True)

    what = What.PARTICIPATION

    objects = ParticipationQuerySet.as_manager()

    class Meta:
        ordering = ["from_at"]
        indexes = [models.Index(fields=["organisation", "part", "case"], name="participation_by_organisation")]
        constraints = [
            end_told("participation_end_told"),
            known("part", PARTS, "participation_part_known"),
            models.UniqueConstraint(
                fields=["case"], condition=Q(part="lead", until_at=None), name="one_lead_organisation"
            ),
            models.UniqueConstraint(
                fields=["case", "organisation", "part"],
                condition=Q(until_at=None),
                name="participation_open_once",
            ),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="participation_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.part}"

    @property
    def part_taken(self) -> Part:
        return Part(self.part)

    @property
    def is_given(self) -> bool:
        """Whether the lead organisation gives and ends this part; others follow notices, stays and transfers."""
        return self.part in GIVEN

    @property
    def part_name(self):
        return PARTS[Part(self.part)]


# The parts in a case now, longest first.
TAKING_PART = Kept(lambda case: Participation.objects.now().filter(case=case).order_by("from_at"), new_id())
