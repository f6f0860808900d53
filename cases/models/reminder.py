from django.conf import settings
from django.db import models

from organisations.models.ids import new_id


class Reminder(models.Model):
    """The morning mail of one person on one day: one row, sent or still to be sent. It holds no word of a case."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    day = models.DateField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="reminder_once_a_day")]
        indexes = [models.Index(fields=["day"], condition=models.Q(sent_at=None), name="reminder_to_be_sent")]

    def __str__(self) -> str:
        return str(self.pk)
