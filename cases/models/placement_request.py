from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.directory import language_names
from organisations.rules.regions import REGIONS
from organisations.sealing.fields import SealedTextField

from ..rules.access import Part
from ..rules.codes import SEXES
from ..rules.placement import (
    AGE_BANDS,
    CLOSED,
    FAILED_REASONS,
    NEEDS,
    REFLECTION,
    URGENCIES,
    WITHDRAWN_REASONS,
    AgeBand,
    Closed,
    Outcome,
    Urgency,
    Wanted,
)
from .base import CaseRow, all_known, known, paired
from .participation import Participation

REASONS = {**WITHDRAWN_REASONS, **FAILED_REASONS}


class PlacementRequestQuerySet(models.QuerySet["PlacementRequest"]):
    def waiting(self) -> "PlacementRequestQuerySet":
        return self.filter(outcome="")

    def to_place(self, user: User) -> "PlacementRequestQuerySet":
        """Those for which an organisation of this person looks for a place now.

        What they see of it is the profile without a name; the case itself only through the door.
        """
        looking = Participation.objects.now().filter(
            case=models.OuterRef("case"),
            part=Part.PLACEMENT,
            organisation__in=[one.pk for one in user.organisations_with(Permission.PLACEMENT_BOARD)],
        )
        return self.filter(models.Exists(looking), case__erased_at=None)

    def looked_for_by(self, user: User) -> "PlacementRequestQuerySet":
        """Those for which an organisation of this person looks or looked: for numbers, and nothing else of them."""
        looked = Participation.objects.filter(
            case=models.OuterRef("case"),
            part=Part.PLACEMENT,
            organisation__in=[one.pk for one in user.organisations_with(Permission.PLACEMENT_BOARD)],
        )
        return self.filter(models.Exists(looked))

    def with_offers(self) -> "PlacementRequestQuerySet":
        """Each with whether a house is asked now (`offered`), or has accepted (`accepted`)."""
        offers = apps.get_model("cases", "PlacementOffer").objects.filter(request=models.OuterRef("pk"))
        return self.annotate(
            accepted=models.Exists(offers.filter(outcome=Outcome.ACCEPTED)), offered=models.Exists(offers.open())
        )

    def pressing_first(self) -> "PlacementRequestQuerySet":
        rank = models.Case(
            *(models.When(urgency=urgency, then=place) for place, urgency in enumerate(Urgency)),
            output_field=models.SmallIntegerField(),
        )
        return self.order_by(rank, "created_at", "pk")


class PlacementRequest(CaseRow):
    """Somebody asks CoMensha for a place for the person of this case, and their household."""

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    urgency = models.CharField(max_length=10)
    needed_by = models.DateField(null=True, blank=True)
    # what the person wants; not for the houses
    wish = SealedTextField(null=True, blank=True)
    outcome = models.CharField(max_length=10, blank=True, default="")
    reason = models.CharField(max_length=15, blank=True, default="")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = PlacementRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["created_at"], condition=Q(outcome=""), name="placement_request_waiting")]
        constraints = [
            known("urgency", URGENCIES, "placement_request_urgency_known"),
            known("outcome", CLOSED, "placement_request_outcome_known", empty=True),
            known("reason", REASONS, "placement_request_reason_known", empty=True),
            paired("closed_at", "closed_by", "placement_request_end_paired"),
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="one_placement_request_waits"),
            models.CheckConstraint(
                condition=Q(outcome="", reason="", closed_at=None)
                | Q(outcome=Closed.PLACED, reason="", closed_at__isnull=False)
                | Q(outcome__in=[Closed.WITHDRAWN, Closed.FAILED], closed_at__isnull=False) & ~Q(reason=""),
                name="placement_request_ends_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def urgency_name(self):
        return URGENCIES[Urgency(self.urgency)]

    @property
    def outcome_name(self):
        return CLOSED[Closed(self.outcome)] if self.outcome else ""

    @property
    def reason_name(self):
        names = WITHDRAWN_REASONS if self.outcome == Closed.WITHDRAWN else FAILED_REASONS
        return names.get(self.reason, "")

    @property
    def profile(self) -> dict[str, Any]:
        """What the profile says, by column."""
        return {name: getattr(self.brief, name) or None for name in PROFILE}


PROFILE = (
    "sex", "age_band", "adults", "children", "languages", "needs", "care", "unsafe_regions", "reflection",
)  # fmt: skip


class PlacementBrief(CaseRow):
    """What a house may know of whom it is asked to take: copied facts without a name, never read from the file again."""

    request = models.OneToOneField(PlacementRequest, models.CASCADE, related_name="brief", editable=False)
    sex = models.CharField(max_length=10)
    age_band = models.CharField(max_length=10)
    adults = models.PositiveSmallIntegerField()
    children = models.PositiveSmallIntegerField()
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    needs = ArrayField(models.CharField(max_length=15), default=list, blank=True)
    care = SealedTextField(null=True, blank=True)
    unsafe_regions = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    reflection = models.CharField(max_length=10)

    class Meta:
        constraints = [
            known("sex", SEXES, "placement_brief_sex_known"),
            known("age_band", AGE_BANDS, "placement_brief_age_band_known"),
            known("reflection", REFLECTION, "placement_brief_reflection_known"),
            all_known("needs", NEEDS, "placement_brief_needs_known"),
            all_known("unsafe_regions", REGIONS, "placement_brief_regions_known"),
            models.CheckConstraint(condition=Q(adults__gte=1) | Q(children__gte=1), name="placement_brief_of_somebody"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def wanted(self) -> Wanted:
        return Wanted(
            sex=self.sex,
            age_band=AgeBand(self.age_band),
            adults=self.adults,
            children=self.children,
            needs=frozenset(self.needs),
            unsafe_regions=frozenset(self.unsafe_regions),
            reflection=self.reflection,
        )

    @property
    def who(self) -> str:
        """Sex and age in words."""
        sex = SEXES[self.sex] if self.sex != "unknown" else _("sex not known")
        age = AGE_BANDS[AgeBand(self.age_band)] if self.age_band != AgeBand.UNKNOWN else _("age not known")
        return f"{sex}, {age}"

    @property
    def reflection_name(self):
        return REFLECTION[self.reflection]

    @property
    def needs_names(self) -> list:
        return [NEEDS[code] for code in NEEDS if code in self.needs]

    @property
    def unsafe_region_names(self) -> list[str]:
        return [REGIONS[code] for code in self.unsafe_regions]

    @property
    def language_names(self) -> list[str]:
        return [language_names().get(code, code) for code in self.languages]
