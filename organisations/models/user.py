import uuid
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F
from django.db.models.functions import Lower

from ..permissions import Permission
from ..roles import ABILITIES, Role
from .asked import Asked
from .ids import new_id
from .kept import Kept, together
from .membership import Membership, MembershipQuerySet
from .organisation import Organisation

# What every page asks of an organisation, in the order of its columns (`from_db`); anything else is read when asked.
OF_ORGANISATION = ("id", "slug", "name", "registers_nationally", "escalation_days")

RUNS_A_HOUSE = "EXISTS (SELECT 1 FROM organisations_shelter WHERE organisation_id = {of})"


def held(user: uuid.UUID) -> MembershipQuerySet:
    of_organisation = {f"its_{name}": F(f"organisation__{name}") for name in OF_ORGANISATION}
    runs_a_house = Asked(F("organisation"), sql=RUNS_A_HOUSE)
    found = Membership.objects.active().filter(user=user).annotate(runs_a_house=runs_a_house, **of_organisation)
    return found.only("user", "role", "from_at", "organisation").order_by("from_at")


HELD = Kept(held, new_id())


def called(user: uuid.UUID) -> models.QuerySet["User"]:
    return User.objects.filter(pk=user)


CALLED = Kept(called, new_id())


class UserManager(BaseUserManager["User"]):
    def with_roles(self, pk: uuid.UUID) -> "User | None":
        """The person of that id with the roles that they hold now, as every page asks for both: with one wait."""
        people, held = together([(CALLED, (pk,)), (HELD, (pk,))])
        for person in people:
            if person.is_active:
                person.active_memberships = person.as_mine(held)
        return people[0] if people else None

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):
    """A person who logs in, by e-mail. What they may do comes from memberships alone."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField(unique=True)
    name = models.CharField(max_length=150)
    language = models.CharField(max_length=2, blank=True, default="")
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]
    is_staff = False
    is_superuser = False

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once"),
            models.CheckConstraint(condition=models.Q(language__in=["", "nl", "en"]), name="user_language_known"),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def active_memberships(self) -> list[Membership]:
        """Memberships in force now, with their organisation; one query a request."""
        if not self.is_active:
            return []
        return self.as_mine(HELD.of(self.pk))

    def as_mine(self, found: list[Membership]) -> list[Membership]:
        """What `HELD` answers, each with its person and the organisation that was read along."""
        for membership in found:
            values = [getattr(membership, f"its_{name}") for name in OF_ORGANISATION]
            membership.user, membership.organisation = self, Organisation.from_db("default", OF_ORGANISATION, values)
        return found

    @property
    def works_at_night(self) -> bool:
        """Whether an organisation that runs a house has this person read who sleeps there."""
        return any(
            membership.runs_a_house and Permission.TONIGHT_READ in ABILITIES[Role(membership.role)]  # type: ignore[attr-defined]
            for membership in self.active_memberships
        )

    @property
    def waiting_memberships(self) -> list[Membership]:
        """Roles given to this person that a team lead has not confirmed yet."""
        return list(Membership.objects.waiting().filter(user=self).select_related("organisation"))

    @property
    def to_confirm(self) -> list[Membership]:
        """Roles of others that wait for this person."""
        organisations = self.organisations_with(Permission.MEMBERS_CONFIRM)
        if not organisations:
            return []
        return list(Membership.objects.waiting().filter(organisation__in=organisations).exclude(user=self))

    def forget_roles(self) -> None:
        """Read the memberships again at the next question; called by the verbs that give or end one."""
        self.__dict__.pop("active_memberships", None)
        self.__dict__.pop("abilities", None)

    @cached_property
    def abilities(self) -> frozenset[Permission]:
        """What the person's roles hold, anywhere. Never enough for a case: that asks role ∩ part in one join."""
        return frozenset().union(*(ABILITIES[Role(m.role)] for m in self.active_memberships))

    def organisations_with(self, permission: Permission) -> list:
        """Organisations in which a role of this person holds the permission, longest membership first, each once."""
        held = {
            m.organisation_id: m.organisation for m in self.active_memberships if permission in ABILITIES[Role(m.role)]
        }
        return list(held.values())
