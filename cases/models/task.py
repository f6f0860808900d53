import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from organisations.models import User
from organisations.permissions import Permission
from organisations.sealing.fields import SealedTextField

from ..rules.tasks import KINDS, URGENCIES, Cause, Urgency, reading, urgency
from .base import CaseRow, known, paired
from .case import held_by, opens


class TaskQuerySet(models.QuerySet["Task"]):
    def open(self) -> "TaskQuerySet":
        return self.filter(done_at=None, lapsed_at=None)

    def where_may(self, user: User) -> "TaskQuerySet":
        """The tasks this person may know of: those in a room they read, on a case they see."""
        allowed = Q(pk__in=[])
        for permission in {kind.reading for kind in KINDS.values()}:
            causes = [cause.value for cause, kind in KINDS.items() if kind.reading is permission]
            if held := held_by(user, permission):
                allowed |= Q(cause__in=causes) & opens(held, user.pk, permission, "case__")
        return self.filter(allowed)

    def readable(self, can: frozenset[Permission]) -> "TaskQuerySet":
        """The same on one case, of which it is known what the person may do."""
        return self.filter(cause__in=[cause.value for cause in Cause if reading(cause) in can])


class Task(CaseRow):
    """Something to do on a case by a day: read off its facts (one per cause and record), or written by hand."""

    cause = models.CharField(max_length=20, default=Cause.MANUAL)
    subject = models.UUIDField(null=True, editable=False)
    due_on = models.DateField()
    title = SealedTextField(null=True, blank=True)
    for_user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    done_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lapsed_at = models.DateTimeField(null=True, blank=True)
    lapsed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    lapse_reason = SealedTextField(null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "created_at", "id"]
        indexes = [
            models.Index(fields=["due_on"], condition=Q(done_at=None, lapsed_at=None), name="task_open_by_day"),
            models.Index(fields=["case", "due_on"], name="task_by_case"),
        ]
        constraints = [
            known("cause", Cause, "task_cause_known"),
            models.UniqueConstraint(
                fields=["case", "cause", "subject"],
                condition=~Q(cause=Cause.MANUAL),
                nulls_distinct=False,
                name="task_once_a_cause",
            ),
            models.CheckConstraint(condition=~Q(cause=Cause.MANUAL) | Q(title__isnull=False), name="task_has_words"),
            models.CheckConstraint(condition=Q(done_at=None) | Q(lapsed_at=None), name="task_done_or_lapsed"),
            paired("done_at", "done_by", "task_done_paired"),
            paired("lapsed_at", "lapsed_by", "task_lapsed_paired"),
            models.CheckConstraint(
                condition=Q(lapsed_at=None) | Q(lapse_reason__isnull=False), name="task_lapses_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sentence(self):
        return self.title if self.cause == Cause.MANUAL else KINDS[Cause(self.cause)].sentence

    @property
    def room(self) -> str:
        return KINDS[Cause(self.cause)].room

    @property
    def address(self) -> str:
        """Where it is done."""
        return reverse(f"cases:{self.room}", args=[self.case.reference])

    @property
    def by_hand(self) -> bool:
        return self.cause == Cause.MANUAL

    @property
    def is_open(self) -> bool:
        return self.done_at is None and self.lapsed_at is None

    def urgency(self, today: datetime.date | None = None) -> Urgency:
        return urgency(self.cause, self.due_on, today or timezone.localdate())

    @property
    def urgency_name(self):
        return URGENCIES[self.urgency()]
