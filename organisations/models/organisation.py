from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django_countries import countries

from ..permissions import Permission
from ..roles import Role, roles_with
from ..rules.directory import (
    CHECK_AFTER,
    KINDS,
    RESERVED_SLUGS,
    SERVICES,
    TARGET_GROUPS,
    VISIBILITIES,
    Checked,
    Visibility,
    age_in_words,
    language_names,
    offers_shelter,
)
from ..rules.text import names_its_country
from .ids import new_id
from .membership import Membership
from .search_text import MatchKeys, SearchText


def reads_directory(user) -> bool:
    """Whether this is staff who read the whole directory; a visitor reads what is public."""
    return user.is_authenticated and Permission.DIRECTORY_READ in user.abilities


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def visible_to(self, user) -> "OrganisationQuerySet":
        """Public records for everyone, unless suspended; partner and internal ones for staff who read the directory.

        Every visibility is named for staff too: so there is an index for whoever counts all of them.
        """
        if reads_directory(user):
            return self.filter(visibility__in=[one.value for one in Visibility])
        return self.filter(visibility=Visibility.PUBLIC, suspended_at=None)

    def tenants(self) -> "OrganisationQuerySet":
        return self.filter(Exists(Membership.objects.filter(organisation=OuterRef("pk"))))

    def without_members(self) -> "OrganisationQuerySet":
        """Records of the directory alone."""
        return self.exclude(Exists(Membership.objects.filter(organisation=OuterRef("pk"))))

    def where_somebody_may(self, permission: Permission) -> "OrganisationQuerySet":
        """Those in which a role that holds the permission is filled now."""
        filled = Membership.objects.active().filter(organisation=OuterRef("pk"), role__in=roles_with(permission))
        return self.filter(Exists(filled))


class Organisation(models.Model):
    """A record of the directory and, where it has memberships, a tenant of the system.

    Never holds the address of a shelter: that is Shelter.address, sealed.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    slug = models.SlugField(max_length=80, unique=True)
    name = models.CharField(max_length=200, db_collation="nl-x-icu")
    local_name = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2)
    city = models.CharField(max_length=100, blank=True)
    # The middle of the city, so never more than two decimals; of nobody who offers shelter.
    latitude = models.DecimalField(max_digits=4, decimal_places=2, null=True, blank=True)
    longitude = models.DecimalField(max_digits=5, decimal_places=2, null=True, blank=True)
    kind = models.CharField(max_length=30)
    services = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    languages = ArrayField(models.CharField(max_length=3), default=list, blank=True)
    target_groups = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    networks = ArrayField(models.CharField(max_length=100), default=list, blank=True)
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
    suspended_at = models.DateTimeField(null=True, blank=True)
    suspended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    suspended_reason = models.TextField(blank=True)
    # When an import wrote it last; what a person wrote since is theirs, and no import takes it away.
    imported_at = models.DateTimeField(null=True, blank=True)
    human_fields = ArrayField(models.CharField(max_length=30), default=list, blank=True)
    search = SearchText(blank=True, editable=False, default="")
    match_keys = MatchKeys(models.CharField(max_length=300), default=list, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    submission = models.UUIDField(null=True, blank=True, unique=True)
    changed_at = models.DateTimeField(auto_now=True)

    objects = OrganisationQuerySet.as_manager()  # type: ignore[django-manager-missing]  # modeltranslation makes its own

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(fields=["country", "name"], name="organisation_by_country"),
            models.Index(fields=["name", "id"], name="organisation_by_name"),
            models.Index(fields=["visibility"], name="organisation_by_visibility"),
            GinIndex(fields=["services"], name="organisation_by_service"),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="organisation_search"),
            GinIndex(fields=["match_keys"], name="organisation_match"),
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
            models.CheckConstraint(condition=~Q(slug__in=RESERVED_SLUGS), name="organisation_slug_not_reserved"),
            models.CheckConstraint(
                condition=Q(suspended_at=None, suspended_by=None, suspended_reason="")
                | Q(suspended_at__isnull=False, suspended_by__isnull=False) & ~Q(suspended_reason=""),
                name="organisation_suspended_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                )
                & ~Q(kind="shelter")
                & ~Q(services__contains=["shelter"]),
                name="organisation_no_place_of_a_shelter",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def has_team_lead(self) -> bool:
        """Whether anybody is there who can confirm a role that opens cases."""
        return Membership.objects.active().filter(organisation=self, role=Role.TEAM_LEAD, user__is_active=True).exists()

    @property
    def offers_shelter(self) -> bool:
        return offers_shelter(self.kind, self.services)

    @property
    def checked(self) -> Checked:
        if self.verified_on is None:
            return Checked.PUBLIC_SOURCE if any(source.url for source in self.sources.all()) else Checked.NEVER
        recent = self.verified_on > timezone.localdate() - CHECK_AFTER
        return Checked.WITHIN_A_YEAR if recent else Checked.LONGER_AGO

    @property
    def changed_since(self):
        """The newest change of what it says since it was verified; None where there is none, or nobody verified it."""
        if self.verified_on is None:
            return None
        return self.history.since_verified().order_by("-at", "-id").first()

    @property
    def verified_ago(self) -> str:
        return age_in_words(self.verified_on, timezone.localdate()) if self.verified_on else ""

    @property
    def taken_over_ago(self) -> str:
        """How old is what nobody verified, as far as it was imported."""
        return age_in_words(timezone.localdate(self.imported_at), timezone.localdate()) if self.imported_at else ""

    def facts(self) -> dict:
        """Codes as words, for the page."""
        known = language_names()
        return {
            "country": countries.name(self.country),
            "kind": KINDS.get(self.kind, self.kind),
            "services": [SERVICES.get(code, code) for code in self.services],
            "target_groups": [TARGET_GROUPS.get(code, code) for code in self.target_groups],
            "languages": [known.get(code, code) for code in self.languages],
            "visibility": VISIBILITIES[Visibility(self.visibility)],
            "inside_only": bool(self.hotline_phone)
            and not names_its_country(self.hotline_phone)
            and self.country != "NL",
        }
