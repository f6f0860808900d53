from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django_countries import countries

from ..rules.directory import (
    DEEDS,
    KINDS,
    SERVICES,
    TARGET_GROUPS,
    TOLD,
    VISIBILITIES,
    Deed,
    language_names,
)
from . import moments
from .ids import new_id


class OrganisationChangeQuerySet(models.QuerySet["OrganisationChange"]):
    def since_verified(self) -> "OrganisationChangeQuerySet":
        """What changed in a record after somebody verified it last.

        What was written about another one that went up in it is of that other one; the merge says itself what it changed.
        """
        own = OrganisationChange.objects.filter(came_with=None)
        verified = own.filter(organisation=OuterRef("organisation"), deed=Deed.VERIFIED, at__gte=OuterRef("at"))
        return self.filter(~Exists(verified), came_with=None).exclude(fields={})


class OrganisationChange(models.Model):
    """One line of the history of a record: who did what when, and each field as it was and as it became.

    `fields` is {field: [before, after]}. Written by the actions of the directory and never changed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="history")
    at = models.DateTimeField(default=moments.now)
    # Nobody where a command on the server did it.
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    deed = models.CharField(max_length=15)
    fields = models.JSONField(default=dict)
    reason = models.TextField(blank=True)
    # What was accepted by it; who suggested that is told to editors.
    suggestion = models.ForeignKey("organisations.Suggestion", models.CASCADE, null=True, blank=True, related_name="+")
    # The line that tells of the merge by which it came here, for what was written about the record that went up in this.
    came_with = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="+")

    objects = OrganisationChangeQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["organisation", "-at", "-id"], name="organisation_history")]
        constraints = [
            models.CheckConstraint(condition=Q(deed__in=[deed.value for deed in Deed]), name="organisation_deed_known"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.deed}"

    @property
    def sentence(self):
        return DEEDS[Deed(self.deed)]

    @property
    def lines(self) -> list[dict]:
        return lines_of(self.fields)


def lines_of(fields: dict[str, list]) -> list[dict]:
    """Each changed field with its name, what it said and what it says, as a person reads them."""
    return [
        {"label": TOLD[name], "before": said(name, fields[name][0]), "after": said(name, fields[name][1])}
        for name in TOLD
        if name in fields
    ]


def said(name: str, value) -> str:
    """A value of a record as a person reads it; "" for nothing."""
    names: dict[str, dict] = {
        "kind": KINDS, "services": SERVICES, "target_groups": TARGET_GROUPS, "visibility": VISIBILITIES,
    }  # fmt: skip
    if not value:
        return ""
    if name == "country":
        return str(countries.name(value)) or str(value)
    known = language_names() if name == "languages" else names.get(name, {})
    if isinstance(value, list):
        # in the order of the codes, so that beside each other only what differs is different
        in_order = [*(code for code in known if code in value), *(one for one in value if one not in known)]
        return ", ".join(str(known.get(one, one)) for one in in_order)
    return str(known.get(value, value))
