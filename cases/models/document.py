import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from organisations.rules.files import CONTENT_TYPES, FileType, safe_name
from organisations.sealing.fields import SealedTextField

from ..rules.codes import DOCUMENT_KINDS
from .base import RoomRow, known


def file_context(pk: uuid.UUID) -> str:
    """What the sealed file of the document with that key belongs to; it opens for no other row."""
    return f"cases_document|file|{pk}"


class Document(RoomRow):
    """One sealed file of the case. `file` is its random name outside the database, `name` the one it came under."""

    ROOM = "documents"

    kind = models.CharField(max_length=20)
    day = models.DateField()
    name = SealedTextField()
    remark = SealedTextField(null=True, blank=True)
    file = models.UUIDField(unique=True, editable=False)
    type = models.CharField(max_length=10, editable=False)
    size = models.PositiveIntegerField(editable=False)
    withdrawn_at = models.DateTimeField(null=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )
    withdrawn_reason = SealedTextField(null=True, blank=True)

    class Meta:
        ordering = ["-day", "-created_at"]
        indexes = [models.Index(fields=["case", "-day"], name="document_by_case")]
        constraints = [
            known("kind", DOCUMENT_KINDS, "document_kind_known"),
            known("type", FileType, "document_type_known"),
            models.CheckConstraint(condition=Q(size__gt=0), name="document_has_content"),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, withdrawn_reason__isnull=False),
                name="document_withdrawn_has_its_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def kind_name(self):
        return DOCUMENT_KINDS[self.kind]

    @property
    def content_type(self) -> str:
        return CONTENT_TYPES[FileType(self.type)]

    @property
    def safe_name(self) -> str:
        return safe_name(self.name, FileType(self.type))
