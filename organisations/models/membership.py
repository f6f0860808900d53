from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..roles import Role, opens_cases
from . import moments
from .ids import new_id


def in_force(memberships: str = "") -> Q:
    """What makes a membership count now: begun, not ended, confirmed. For another table, with the way to memberships.

    The one place that says so: everything that asks for roles in a query asks this.
    """
    at = f"{memberships}__" if memberships else ""
    now = timezone.now()
    return Q(
        Q(**{f"{at}until_at": None}) | Q(**{f"{at}until_at__gt": now}),
        **{f"{at}from_at__lte": now, f"{at}confirmed_at__isnull": False},
    )


class MembershipQuerySet(models.QuerySet["Membership"]):
    def active(self) -> "MembershipQuerySet":
        return self.filter(in_force())

    def current(self) -> "MembershipQuerySet":
        """Not ended, confirmed or not."""
        return self.filter(Q(until_at=None) | Q(until_at__gt=timezone.now()))

    def waiting(self) -> "MembershipQuerySet":
        """Given, and open nothing until a team lead of the organisation confirms them."""
        return self.current().filter(confirmed_at=None)


class Membership(models.Model):
    """A user in a role at an organisation, from–until. Ended, never deleted.

    It opens nothing until it is confirmed: at once where whoever gave it may confirm it or the role opens no case,
    otherwise by a team lead of the organisation. What came from the command line is confirmed by nobody.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=30)
    from_at = models.DateTimeField(default=moments.now)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    until_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = MembershipQuerySet.as_manager()

    class Meta:
        # asked of every case in a list: is this person of that organisation?
        indexes = [models.Index(fields=["user", "organisation"], name="membership_by_user")]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="membership_role_known"),
            models.CheckConstraint(
                condition=Q(until_at=None) | Q(until_at__gte=F("from_at")), name="membership_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(confirmed_by=None) | Q(confirmed_at__isnull=False) & ~Q(confirmed_by=F("user")),
                name="membership_confirmed_by_another",
            ),
            models.UniqueConstraint(
                "user", "organisation", "role", condition=Q(until_at=None), name="membership_open_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}"

    @property
    def waits(self) -> bool:
        return self.confirmed_at is None and self.until_at is None

    @property
    def opens_cases(self) -> bool:
        return opens_cases(Role(self.role))

    @property
    def role_label(self):
        return Role(self.role).label

    @property
    def role_sentence(self):
        return Role(self.role).sentence
