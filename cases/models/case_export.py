import datetime
import uuid

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organisations.models import AuditEvent, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.sealing.fields import SealedTextField
from organisations.sealing.keys import Owner

from ..rules.case_export import KEPT_FOR, STATES, WHYS, State, Why, is_over
from .base import Row, known
from .case import Case


class CaseExportQuerySet(models.QuerySet["CaseExport"]):
    def of(self, user: User) -> "CaseExportQuerySet":
        """Those this person asked for; nobody else ever sees them."""
        return self.filter(created_by=user)

    def waiting(self) -> "CaseExportQuerySet":
        return self.filter(state=State.WAITING)

    def ready(self) -> "CaseExportQuerySet":
        return self.filter(state=State.READY)

    def holding(self, case_id: uuid.UUID) -> "CaseExportQuerySet":
        """Those in which the case was taken along, as the audit trail knows."""
        taken = AuditEvent.objects.filter(case_id=case_id, verb=Verb.CASE_EXPORTED)
        return self.filter(pk__in=taken.values("object_id"))


class CaseExport(Row):
    """Somebody asked for cases as a file: what shall be in it, how far it is, and where it lies until it is deleted.

    The file is sealed under a key of its own, which is destroyed with it. The row stays, to tell that there was one.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+", editable=False)
    # None once the file of a case that was in it was erased: it may name somebody.
    reason = SealedTextField(null=True)
    # The filters of the list as they stand in its address.
    filters = models.CharField(max_length=500, blank=True, default="")
    with_names = models.BooleanField(default=False)
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, default=State.WAITING)
    why = models.CharField(max_length=10, blank=True, default="")
    # How many cases were written so far, of how many.
    written = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # The random name of the file, and while it waits that of the last attempt to make it.
    file = models.UUIDField(null=True, unique=True)

    objects = CaseExportQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [
            models.Index(fields=["created_by", "-created_at"], name="case_export_by_person"),
            models.Index(F("created_at"), condition=Q(state__in=["waiting", "ready"]), name="case_export_to_do"),
        ]
        constraints = [
            known("state", STATES, "case_export_state_known"),
            known("why", WHYS, "case_export_why_known", empty=True),
            models.CheckConstraint(condition=Q(language__in=["nl", "en"]), name="case_export_language_known"),
            models.CheckConstraint(
                condition=~Q(state=State.READY) | Q(made_at__isnull=False, file__isnull=False, ended_at=None),
                name="case_export_ready_has_its_file",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "ready"], why="", ended_at=None)
                | Q(state__in=["failed", "gone"], ended_at__isnull=False, file=None) & ~Q(why=""),
                name="case_export_ended_says_why",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def sealed_for(self) -> Owner:
        return "organisation", self.organisation_id

    @property
    def file_owner(self) -> Owner:
        return "export", self.pk

    @property
    def file_context(self) -> str:
        """What the sealed file belongs to; it opens for no other row."""
        return f"cases_caseexport|file|{self.pk}"

    @property
    def state_name(self):
        return STATES[State(self.state)]

    @property
    def why_name(self):
        return WHYS[Why(self.why)] if self.why else ""

    @property
    def is_waiting(self) -> bool:
        return self.state == State.WAITING

    @property
    def is_ready(self) -> bool:
        return self.state == State.READY and not self.is_over

    @property
    def is_over(self) -> bool:
        return self.made_at is not None and is_over(self.made_at, timezone.now())

    @property
    def until(self) -> datetime.datetime | None:
        """Until when it is handed out."""
        return self.made_at + KEPT_FOR if self.made_at else None

    def still_whole(self, user: User) -> bool:
        """Whether this person may still take along every case that is in the file."""
        taken = AuditEvent.objects.filter(object_id=self.pk, verb=Verb.CASE_EXPORTED).values("case_id")
        may = Case.objects.where_may(user, Permission.CASES_EXPORT).filter(pk__in=taken)
        return may.order_by().count() == self.written
