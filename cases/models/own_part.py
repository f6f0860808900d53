import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from organisations.models import AuditEvent, Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Kind, verbs_of
from organisations.sealing.fields import SealedTextField

from ..rules.own_part import ANSWERS, UNFINISHED, Answer
from .base import CaseRow, Correctable, RoomRow, known, paired
from .case import Case
from .document import Document
from .transfer import TOLD_FOR


class OwnPartQuerySet(models.QuerySet["OwnPart"]):
    def waiting(self) -> "OwnPartQuerySet":
        return self.filter(answer="")

    def granted(self, *, today: datetime.date) -> "OwnPartQuerySet":
        return self.filter(answer=Answer.GRANTED, until_on__gte=today)

    def unfinished(self) -> "OwnPartQuerySet":
        return self.filter(answer__in=UNFINISHED)

    def of(self, user: User) -> "OwnPartQuerySet":
        """Those of an organisation whose own parts this person asks for and reads."""
        return self.filter(
            transfer__from_organisation__in=user.organisations_with(Permission.OWN_PART), case__erased_at=None
        )

    def readable_by(self, user: User, *, today: datetime.date) -> "OwnPartQuerySet":
        """Those this person may read today; nothing of a case that has been restricted since: that is for assigned people."""
        return self.of(user).granted(today=today).filter(case__restricted=False)

    def just_answered(self, user: User, *, today: datetime.date) -> "OwnPartQuerySet":
        """What others answered these days to an organisation of this person."""
        since = today - datetime.timedelta(days=TOLD_FOR)
        return self.of(user).filter(
            answer__in=[Answer.GRANTED, Answer.DECLINED, Answer.ENDED], answered_at__date__gte=since
        )

    def to_answer(self, user: User) -> "OwnPartQuerySet":
        """Those on which this person can decide now, for whoever leads the case."""
        return (
            self.waiting().filter(case__in=Case.objects.where_may(user, Permission.CASE_SHARE)).exclude(created_by=user)
        )


class OwnPart(CaseRow):
    """A former lead organisation asks to read what its own people wrote in a case, until a day; the lead answers.

    No participation: it opens no page of the case, only a page of its own.
    """

    transfer = models.ForeignKey("cases.Transfer", models.PROTECT, editable=False)
    reason = SealedTextField()
    until_on = models.DateField()
    answer = models.CharField(max_length=10, blank=True, default="")
    answer_reason = SealedTextField(null=True, blank=True)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = OwnPartQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            known("answer", ANSWERS, "own_part_answer_known", empty=True),
            paired("answered_at", "answered_by", "own_part_answer_paired"),
            models.UniqueConstraint(fields=["transfer"], condition=Q(answer=""), name="one_own_part_waits"),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | ~Q(answer="") & Q(answered_at__isnull=False),
                name="own_part_answered_with_answer",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def organisation(self) -> Organisation:
        return self.transfer.from_organisation

    @property
    def answer_name(self):
        return ANSWERS[Answer(self.answer)] if self.answer else ""

    def rows_of(self, model: type[RoomRow]) -> models.QuerySet[Any]:
        """The rows of that kind that the organisation made before the case went over, as they counted then.

        For which organisation somebody wrote, and whether somebody changed or decided the row later, the audit trail
        knows. A row with `changed_since` says what others know.
        """
        handed_over_at = self.transfer.answered_at
        changes = AuditEvent.objects.filter(
            object_id=OuterRef("pk"), case_id=self.case_id, verb__in=verbs_of(Kind.CHANGE)
        )
        written = changes.filter(
            actor_id=OuterRef("created_by"), organisation_id=self.transfer.from_organisation_id, at__lt=handed_over_at
        )
        rows: models.QuerySet[Any] = model._default_manager.filter(Exists(written), case=self.case_id)
        if issubclass(model, Document):
            rows = rows.filter(withdrawn_at=None)
        if issubclass(model, Correctable):
            rows = rows.exclude(correction__created_at__lt=handed_over_at)
        return rows.annotate(changed_since=Exists(changes.filter(at__gte=handed_over_at)))

    def shows(self, row: RoomRow) -> bool:
        """Whether it is among what the organisation reads again."""
        return self.rows_of(type(row)).filter(pk=row.pk, changed_since=False).exists()
