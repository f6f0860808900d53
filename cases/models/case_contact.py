from django.db import models
from django.utils import timezone

from organisations.sealing.fields import SealedTextField

from ..rules.codes import CONTACT_KINDS
from .base import CaseRow, known


class CaseContactQuerySet(models.QuerySet["CaseContact"]):
    def current(self) -> "CaseContactQuerySet":
        return self.filter(until_on=None)


class CaseContact(CaseRow):
    """Somebody to phone about this case, or never to tell."""

    kind = models.CharField(max_length=20)
    name = SealedTextField()
    organisation_name = SealedTextField(null=True, blank=True)
    phone = SealedTextField(null=True, blank=True)
    email = SealedTextField(null=True, blank=True)
    remark = SealedTextField(null=True, blank=True)
    never_tell = models.BooleanField(default=False)
    from_on = models.DateField(default=timezone.localdate)
    until_on = models.DateField(null=True, blank=True)

    objects = CaseContactQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "created_at"]
        constraints = [known("kind", CONTACT_KINDS, "contact_kind_known")]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def kind_name(self):
        return CONTACT_KINDS[self.kind]
