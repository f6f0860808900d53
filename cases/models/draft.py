import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from organisations.models import User, moments
from organisations.models.ids import new_id
from organisations.models.kept import Kept
from organisations.sealing.fields import SealedTextField

from ..rules.drafts import KEPT_FOR, Fields, as_fields
from .case import Case


class Draft(models.Model):
    """What one person typed into one opening of a form and has not saved yet; nobody else ever reads it.

    Empty once it was saved or thrown away: what the same opening of the page still sends after that comes too late.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    address = models.CharField(max_length=200)
    # Not held by the database: what is no permission (any more) opens nothing.
    permission = models.CharField(max_length=30)
    case = models.ForeignKey("cases.Case", models.CASCADE, null=True)
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, null=True, related_name="+")
    row = models.UUIDField(null=True)
    opening = models.UUIDField(default=uuid.uuid4)
    content = SealedTextField(null=True, blank=True)
    kept_at = models.DateTimeField(default=moments.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "address", "opening"], name="draft_one_an_opening"),
            models.CheckConstraint(
                condition=Q(case__isnull=True, organisation__isnull=False)
                | Q(case__isnull=False, organisation__isnull=True),
                name="draft_of_case_or_organisation",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_for(self) -> tuple[str, uuid.UUID]:
        """The key of its case; before there is one, that of the organisation that is to keep it."""
        if self.case_id is not None:
            return "case", self.case_id
        assert self.organisation_id is not None
        return "organisation", self.organisation_id

    @property
    def fields(self) -> Fields:
        return as_fields(self.content)

    @property
    def kept_today(self) -> bool:
        return timezone.localdate(self.kept_at) == timezone.localdate()


def typed(user: User, address: str, case: Case | None = None) -> Draft | None:
    """What this person typed into that form and has not saved, the newest; for a page that has passed its door."""
    newest = TYPED.of(user.pk, address) if case is None else case.answer(TYPED, user.pk, address)
    return next((draft for draft in newest if draft.kept_at > timezone.now() - KEPT_FOR), None)


def unsaved(user: uuid.UUID, address: str) -> models.QuerySet[Draft]:
    found = Draft.objects.filter(user=user, address=address, content__isnull=False)
    return found.order_by("-kept_at", "pk")[:1]


TYPED = Kept(unsaved, new_id(), "an address")
