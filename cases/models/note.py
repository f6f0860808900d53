from django.contrib.postgres.fields import ArrayField
from django.db import models

from organisations.sealing.fields import SealedTextField

from ..rules.codes import NOTE_AREAS
from .base import RoomRow, all_known


class Note(RoomRow):
    """What somebody wrote down, with the areas it is about; carries its author's organisation."""

    ROOM = "notes"

    text = SealedTextField()
    areas = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    conversation = models.OneToOneField(
        "cases.Conversation", models.PROTECT, null=True, blank=True, related_name="note"
    )

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["case", "-created_at"], name="note_by_case")]
        constraints = [all_known("areas", NOTE_AREAS, "note_areas_known")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def area_names(self) -> list:
        return [NOTE_AREAS[code] for code in self.areas]
