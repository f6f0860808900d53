import datetime
import uuid

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.db import models
from django.db.models import Exists, F, Func, OuterRef, Q

from ..rules.regions import REGIONS, Region
from ..rules.shelters import (
    DECIDES,
    OUT_REASONS,
    PLACE_KINDS,
    RESERVED_SLUGS,
    SHELTER_TYPES,
    TAKES,
    Decides,
    PlaceKind,
    ShelterType,
    capacity_on,
)
from ..sealing.fields import SealedTextField
from .ids import new_id


class Shelter(models.Model):
    """A site of an organisation. Where it is, is the most dangerous field there is: sealed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="shelters")
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=100)
    type = models.CharField(max_length=30)
    region = models.CharField(max_length=30)
    address = SealedTextField(null=True, blank=True)
    takes = ArrayField(models.CharField(max_length=15), default=list, blank=True)
    # of how many people a household may be; None: not said
    household_max = models.PositiveSmallIntegerField(null=True, blank=True)
    wheelchair = models.BooleanField(null=True, blank=True)
    decides = models.CharField(max_length=15, default=Decides.MEDIATED)
    # from this day on nobody comes in; who is there may stay
    closed_on = models.DateField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    submission = models.UUIDField(null=True, unique=True, editable=False)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(condition=Q(type__in=[t.value for t in ShelterType]), name="shelter_type_known"),
            models.CheckConstraint(condition=Q(region__in=[r.value for r in Region]), name="shelter_region_known"),
            models.CheckConstraint(condition=Q(decides__in=[d.value for d in Decides]), name="shelter_decides_known"),
            models.CheckConstraint(condition=Q(takes__contained_by=list(TAKES)), name="shelter_takes_known"),
            models.CheckConstraint(condition=~Q(slug__in=RESERVED_SLUGS), name="shelter_slug_not_reserved"),
            models.CheckConstraint(
                condition=Q(household_max=None) | Q(household_max__gte=1), name="shelter_household_of_somebody"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def sealed_for(self) -> tuple[str, uuid.UUID]:
        return "organisation", self.organisation_id

    @property
    def type_name(self):
        return SHELTER_TYPES[ShelterType(self.type)]

    @property
    def region_name(self) -> str:
        return REGIONS[self.region]

    @property
    def decides_name(self):
        return DECIDES[Decides(self.decides)]

    @property
    def takes_names(self) -> list:
        return [TAKES[code] for code in TAKES if code in self.takes]

    def open_on(self, day: datetime.date) -> bool:
        return self.closed_on is None or day < self.closed_on

    def capacity(self, day: datetime.date) -> int:
        """How many of its places may be taken on that day."""
        rows = self.capacities.values_list("from_on", "places")
        return capacity_on(rows, day, places=self.places.count())


class ShelterCapacity(models.Model):
    """From that day on, so many places of the house may be taken: as agreed, which may be fewer than there are."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shelter = models.ForeignKey(Shelter, models.CASCADE, related_name="capacities")
    from_on = models.DateField()
    places = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False
    )

    class Meta:
        ordering = ["-from_on"]
        constraints = [models.UniqueConstraint(fields=["shelter", "from_on"], name="shelter_capacity_once_a_day")]

    def __str__(self) -> str:
        return str(self.places)


class PlaceQuerySet(models.QuerySet["Place"]):
    def usable_on(self, day: datetime.date) -> "PlaceQuerySet":
        """Those of houses that are open on that day, and not out of use."""
        out = PlaceOut.objects.filter(place=OuterRef("pk")).on(day)
        return self.filter(~Exists(out)).filter(Q(shelter__closed_on=None) | Q(shelter__closed_on__gt=day))


class Place(models.Model):
    """One bed or unit of a shelter."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    shelter = models.ForeignKey(Shelter, models.PROTECT, related_name="places")
    name = models.CharField(max_length=60)
    kind = models.CharField(max_length=20, default=PlaceKind.SINGLE)
    version = models.PositiveIntegerField(default=1)
    # of the form that made it, together with others perhaps
    submission = models.UUIDField(null=True, editable=False)

    objects = PlaceQuerySet.as_manager()

    class Meta:
        ordering = ["shelter__name", "name"]
        constraints = [
            models.UniqueConstraint(fields=["shelter", "name"], name="place_name_once"),
            models.CheckConstraint(condition=Q(kind__in=[k.value for k in PlaceKind]), name="place_kind_known"),
        ]

    def __str__(self) -> str:
        return f"{self.shelter.name}, {self.name}"

    @property
    def kind_name(self):
        return PLACE_KINDS[PlaceKind(self.kind)]


class Days(Func):
    """From (included) until (not included); without until, without end."""

    function = "DATERANGE"
    output_field = DateRangeField()


class PlaceOutQuerySet(models.QuerySet["PlaceOut"]):
    def on(self, day: datetime.date) -> "PlaceOutQuerySet":
        return self.filter(Q(until_on=None) | Q(until_on__gt=day), from_on__lte=day)


class PlaceOut(models.Model):
    """A place is not used from a day until the first day on which it is again. The database knows no two at once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    place = models.ForeignKey(Place, models.CASCADE, related_name="outs")
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=15)
    submission = models.UUIDField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    objects = PlaceOutQuerySet.as_manager()

    class Meta:
        ordering = ["-from_on"]
        constraints = [
            models.CheckConstraint(condition=Q(reason__in=list(OUT_REASONS)), name="place_out_reason_known"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")), name="place_out_in_order"
            ),
            ExclusionConstraint(
                name="place_out_once",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    (Days("from_on", "until_on"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return self.reason

    @property
    def reason_name(self):
        return OUT_REASONS[self.reason]
