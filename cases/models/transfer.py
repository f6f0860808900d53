from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from organisations.models import User
from organisations.permissions import Permission
from organisations.sealing.fields import SealedTextField

from ..rules.transfer import CHOSEN, OUTCOMES, Outcome
from .base import CaseRow, all_known, known, paired

if TYPE_CHECKING:
    from .own_part import OwnPart


class TransferQuerySet(models.QuerySet["Transfer"]):
    def waiting(self) -> TransferQuerySet:
        return self.filter(outcome="")

    def to_answer(self, user: User) -> TransferQuerySet:
        """Those this person can accept or decline now, for their organisation; they see no more of the case than this row."""
        return self.waiting().filter(
            to_organisation__in=user.organisations_with(Permission.TRANSFER_ANSWER), case__erased_at=None
        )

    def just_answered(self, user: User, *, today: datetime.date) -> TransferQuerySet:
        """What others answered these days to the organisation of this person."""
        since = today - datetime.timedelta(days=TOLD_FOR)
        return self.sent_by(user).filter(outcome__in=[Outcome.ACCEPTED, Outcome.DECLINED], answered_at__date__gte=since)

    def answered_by(self, user: User) -> TransferQuerySet:
        """What their organisation was offered by others and has answered."""
        return self.exclude(outcome="").filter(
            to_organisation__in=user.organisations_with(Permission.TRANSFER_ANSWER), case__erased_at=None
        )

    def sent_by(self, user: User) -> TransferQuerySet:
        """What their organisation offered to others; where it stands, and nothing else."""
        return self.filter(
            from_organisation__in=user.organisations_with(Permission.TRANSFER_ANSWER), case__erased_at=None
        )


# For how many days My day tells the sender that somebody answered.
TOLD_FOR = 3


class Transfer(CaseRow):
    """A case offered to another organisation to lead; the receiver answers, never the sender."""

    from_organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    to_organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    rooms = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    summary = SealedTextField()
    outcome = models.CharField(max_length=10, blank=True, default="")
    reason = SealedTextField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    # what its sender asked since to read again (own_part.py)
    own_part: OwnPart | None = None

    objects = TransferQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            known("outcome", OUTCOMES, "transfer_outcome_known", empty=True),
            all_known("rooms", CHOSEN, "transfer_rooms_known"),
            paired("answered_at", "answered_by", "transfer_answer_paired"),
            models.UniqueConstraint(fields=["case"], condition=Q(outcome=""), name="one_transfer_waits"),
            models.CheckConstraint(
                condition=~Q(from_organisation=F("to_organisation")), name="transfer_to_somebody_else"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answered_at=None) | ~Q(outcome="") & Q(answered_at__isnull=False),
                name="transfer_answered_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def outcome_name(self):
        return OUTCOMES[Outcome(self.outcome)] if self.outcome else ""

    @property
    def room_names(self) -> list:
        return [CHOSEN[room] for room in self.rooms]
