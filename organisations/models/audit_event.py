from django.db import models
from django.db.models import F, Q

from ..roles import LABELS
from ..rules.audit import KINDS, Verb, kind_of, room_name
from . import moments
from .ids import new_id
from .written import Written


class AuditEvent(Written):
    """What somebody did or read. Plain ids and copies, no foreign key, no reason text, no content.

    The runtime role may insert and select, nothing else (returnsupport/database_roles.py). `role` is the role in which
    the person acted for that organisation; rows older than the column have none.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=moments.now)
    verb = models.CharField(max_length=40)
    actor_id = models.UUIDField(null=True)
    actor_name = models.CharField(max_length=150)
    organisation_id = models.UUIDField(null=True)
    organisation_name = models.CharField(max_length=200, blank=True)
    role = models.CharField(max_length=30, blank=True, default="")
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
            models.Index(fields=["case_reference", "-at"], name="audit_by_reference"),
            # seldom, and looked for
            models.Index(fields=["organisation_id", "-at"], condition=Q(verb="access_refused"), name="audit_refused"),
            models.Index(F("at").desc(), F("id").desc(), name="audit_newest_first"),
            # who saved this record last?
            models.Index(fields=["object_id", "-at"], condition=Q(object_id__isnull=False), name="audit_by_object"),
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
            # Reading the trail itself likewise: one row per user, organisation, page and hour.
            models.UniqueConstraint(
                fields=["actor_id", "organisation_id", "room", "hour"],
                condition=Q(verb="trail_read"),
                nulls_distinct=False,
                name="audit_trail_read_once_an_hour",
            ),
            models.CheckConstraint(
                condition=~Q(verb="trail_read") | Q(hour__isnull=False, actor_id__isnull=False),
                name="audit_trail_read_has_its_hour",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"

    @property
    def sentence(self):
        return Verb(self.verb).sentence

    @property
    def kind_name(self):
        return KINDS[kind_of(self.verb)]

    @property
    def role_name(self):
        return LABELS.get(self.role, "")

    @property
    def room_name(self):
        return room_name(self.room)
