import uuid

from django.db import models
from django.db.models import Q

from ..rules.regions import Region
from ..rules.shelters import PlaceKind, ShelterType
from ..sealing.fields import SealedTextField


class Shelter(models.Model):
    """A site of an organisation. Where it is, is the most dangerous field there is: sealed."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="shelters")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=100)
    type = models.CharField(max_length=30)
    region = models.CharField(max_length=30)
    address = SealedTextField(null=True, blank=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(type__in=[t.value for t in ShelterType]), name="shelter_type_known"),
            models.CheckConstraint(condition=Q(region__in=[r.value for r in Region]), name="shelter_region_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sealed_for(self) -> tuple[str, uuid.UUID]:
        return "organisation", self.organisation_id


class Place(models.Model):
    """One bed or unit of a shelter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    shelter = models.ForeignKey(Shelter, models.PROTECT, related_name="places")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, default=PlaceKind.SINGLE)

    class Meta:
        ordering = ["shelter__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["shelter", "name"], name="place_name_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in PlaceKind]), name="place_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.shelter.name}, {self.name}"
