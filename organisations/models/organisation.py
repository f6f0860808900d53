import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django_countries import countries

from ..permissions import Permission
from ..roles import Role, roles_with
from ..rules.directory import KINDS, SERVICES, VISIBILITIES, Visibility
from .membership import Membership


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user) -> "OrganisationQuerySet":
        """Public records for everyone; partner and internal ones for staff who read the directory."""
        if user.is_authenticated and Permission.DIRECTORY_READ in user.abilities:
            return self
        return self.filter(visibility=Visibility.PUBLIC)

    def tenants(self) -> "OrganisationQuerySet":
        return self.filter(Exists(Membership.objects.filter(organisation=OuterRef("pk"))))

    def where_somebody_may(self, permission: Permission) -> "OrganisationQuerySet":
        """Those in which a role that holds the permission is filled now."""
        filled = Membership.objects.active().filter(organisation=OuterRef("pk"), role__in=roles_with(permission))
        return self.filter(Exists(filled))


class Organisation(models.Model):
    """A record of the directory and, where it has memberships, a tenant of the system.

    Never holds the address of a shelter: that is Shelter.address, sealed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200, db_collation="nl-x-icu")
    country = models.CharField(max_length=2)
    city = models.CharField(max_length=100, blank=True)
    kind = models.CharField(max_length=30)
    services = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    summary = models.TextField(blank=True)
    role_in_return = models.TextField(blank=True)
    hotline_phone = models.CharField(max_length=40, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    website = models.URLField(blank=True)
    region = models.CharField(max_length=30, blank=True)
    visibility = models.CharField(max_length=10, default=Visibility.INTERNAL)
    registers_nationally = models.BooleanField(default=False)
    escalation_days = models.PositiveSmallIntegerField(default=3)
    verified_on = models.DateField(null=True, blank=True)
    verified_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    version = models.PositiveIntegerField(default=1)
    submission = models.UUIDField(null=True, blank=True, unique=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = OrganisationQuerySet.as_manager()  # type: ignore[django-manager-missing]  # modeltranslation makes its own

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["country", "name"], name="organisation_by_country"),
            GinIndex(fields=["services"], name="organisation_by_service"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(visibility__in=[v.value for v in Visibility]),
                name="organisation_visibility_known",
            ),
            # CoMensha: one organisation keeps the national register.
            models.UniqueConstraint(
                fields=["registers_nationally"],
                condition=Q(registers_nationally=True),
                name="one_national_register",
            ),
            models.CheckConstraint(
                condition=Q(verified_on=None, verified_by=None)
                | Q(verified_on__isnull=False, verified_by__isnull=False),
                name="organisation_verified_paired",
            ),
            models.CheckConstraint(condition=~Q(slug__in=["new", "map"]), name="organisation_slug_not_reserved"),
        ]

    def __str__(self) -> str:
        return self.name

    def has_team_lead(self) -> bool:
        """Whether anybody is there who can confirm a role that opens cases."""
        return Membership.objects.active().filter(organisation=self, role=Role.TEAM_LEAD, user__is_active=True).exists()

    def facts(self) -> dict:
        """Codes as words, for the page."""
        return {
            "country": countries.name(self.country),
            "kind": KINDS.get(self.kind, self.kind),
            "services": [SERVICES.get(code, code) for code in self.services],
            "visibility": VISIBILITIES[Visibility(self.visibility)],
        }
