from django.db import models

from . import moments
from .ids import new_id


class ErasureEntry(models.Model):
    """The ledger of erasures: which file was erased, when, why and by which two people. No content, no foreign key.

    After a backup was restored it is done again from here (manage.py replay_erasures). The runtime role may insert and
    select, nothing else (returnsupport/database_roles.py). `victim_id` is filled when the person's key died with the case.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    at = models.DateTimeField(default=moments.now)
    case_id = models.UUIDField(unique=True)
    case_reference = models.CharField(max_length=12)
    victim_id = models.UUIDField(null=True, blank=True)
    ground = models.CharField(max_length=10)
    organisation_id = models.UUIDField()
    organisation_name = models.CharField(max_length=200)
    proposed_by_id = models.UUIDField()
    proposed_by_name = models.CharField(max_length=150)
    confirmed_by_id = models.UUIDField()
    confirmed_by_name = models.CharField(max_length=150)

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "-at"], name="erasures_by_organisation")]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(proposed_by_id=models.F("confirmed_by_id")), name="erasure_entry_two_people"
            )
        ]

    def __str__(self) -> str:
        return self.case_reference
