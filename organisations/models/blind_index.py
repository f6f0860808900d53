from django.db import models


class BlindIndex(models.Model):
    """A keyed hash of something searchable about a subject (a victim or a case), without the thing itself."""

    subject_id = models.UUIDField()
    kind = models.CharField(max_length=10)
    token = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=["subject_id"], name="blind_index_subject")]
        constraints = [
            models.UniqueConstraint(fields=["token", "kind", "subject_id"], name="blind_index_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.subject_id}"
