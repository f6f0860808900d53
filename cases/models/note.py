from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Coalesce

from organisations.sealing.fields import SealedTextField

from ..rules.codes import NOTE_AREAS
from .base import Correctable, all_known, correction_dated


class Note(Correctable):
    """What somebody wrote down, with the areas it is about; carries its author's organisation."""

    ROOM = "notes"

    text = SealedTextField()
    areas = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="+")
    conversation = models.OneToOneField(
        "cases.Conversation", models.PROTECT, null=True, blank=True, related_name="note"
    )

    class Meta:
        ordering = [Coalesce("first_written_at", "created_at").desc()]
        indexes = [models.Index(fields=["case", "-created_at"], name="note_by_case")]
        constraints = [all_known("areas", NOTE_AREAS, "note_areas_known"), correction_dated("note_correction_dated")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def area_names(self) -> list:
        return [NOTE_AREAS[code] for code in self.areas]
