import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django_countries import countries

from organisations.sealing.fields import SealedTextField

from ..rules.codes import GUARDIAN_DECISIONS
from .base import CaseRow, RoomRow, known, paired


class NotAnAuthor(models.Func):
    """SQL: person <> ALL (authors); true while no person is named."""

    template = "(%(expressions)s))"
    arg_joiner = " <> ALL ("
    output_field = models.BooleanField()


class ReturnPlan(RoomRow):
    """One version of the plan for a return. Approved by a second person; editing afterwards makes a new version."""

    ROOM = "return_plan"

    number = models.PositiveSmallIntegerField(default=1)
    author_ids = ArrayField(models.UUIDField(), default=list)
    destination = models.CharField(max_length=2)
    city = SealedTextField(null=True, blank=True)
    planned_on = models.DateField(null=True, blank=True)
    partner = models.ForeignKey("organisations.Organisation", models.PROTECT, null=True, blank=True, related_name="+")
    arrival = SealedTextField(null=True, blank=True)
    housing = SealedTextField(null=True, blank=True)
    income = SealedTextField(null=True, blank=True)
    care = SealedTextField(null=True, blank=True)
    own_words = SealedTextField(null=True, blank=True)
    guardian_decision = models.CharField(max_length=10, blank=True, default="")
    reception_verified_on = models.DateField(null=True, blank=True)
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    # What a new version begins without.
    DECISION = frozenset({"approved_at", "approved_by"})

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="return_plan_number_once"),
            known("guardian_decision", GUARDIAN_DECISIONS, "return_plan_guardian_known"),
            paired("approved_at", "approved_by", "return_plan_approval_paired"),
            models.CheckConstraint(
                condition=NotAnAuthor("approved_by", "author_ids"), name="return_plan_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number}"

    @property
    def destination_name(self) -> str:
        return countries.name(self.destination)

    @property
    def guardian_decision_name(self):
        return GUARDIAN_DECISIONS[self.guardian_decision]

    def written_by(self, user_id: uuid.UUID) -> bool:
        """Whether this person wrote any version of it."""
        return user_id in self.author_ids

    @property
    def companion_ids(self) -> list[str]:
        """The family members who travel along."""
        return [str(one.family_member_id) for one in self.travellers.all() if one.family_member_id]


class Traveller(CaseRow):
    """A person who travels by this plan: the victim, or a family member."""

    plan = models.ForeignKey(ReturnPlan, models.CASCADE, related_name="travellers")
    family_member = models.ForeignKey("cases.FamilyMember", models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ["created_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "family_member"], nulls_distinct=False, name="traveller_once_a_plan"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
