import uuid

from django.db import models
from django.db.models import Q

from ..rules.audit import Verb
from . import moments


class AuditEvent(models.Model):
    """What somebody did or read. Plain ids and copies, no foreign key, no reason text, no content.

    The runtime role may insert and select, nothing else (returnsupport/roles.py).
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    at = models.DateTimeField(default=moments.now)
    verb = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150)
    organisation_id = models.UUIDField(null=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    case_id = models.UUIDField(null=True)
    case_reference = models.CharField(max_length=12, blank=True)
    room = models.CharField(max_length=30, blank=True)
    object_id = models.UUIDField(null=True)
    hour = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["case_id", "-at"], name="audit_by_case"),
            models.Index(fields=["organisation_id", "-at"], name="audit_by_organisation"),
            models.Index(fields=["actor_id", "-at"], name="audit_by_actor"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(verb__in=[v.value for v in Verb]), name="audit_verb_known"),
            # Reading is one row per user, case, room and hour.
            models.UniqueConstraint(
                fields=["actor_id", "case_id", "room", "hour"],
                condition=Q(verb="case_read"),
                name="audit_read_once_an_hour",
            ),
            models.CheckConstraint(
                condition=~Q(verb="case_read") | Q(hour__isnull=False, case_id__isnull=False, actor_id__isnull=False),
                name="audit_read_has_its_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"

    @property
    def sentence(self):
        return Verb(self.verb).sentence
