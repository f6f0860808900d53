from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..roles import Role
from ..rules.invitations import SHOWN_FOR, STATES, State, hash_of
from . import moments
from .ids import new_id


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def pending(self) -> "InvitationQuerySet":
        """Neither used nor withdrawn, in time or too old."""
        return self.filter(accepted_at=None, withdrawn_at=None)

    def with_token(self, token: str) -> "InvitationQuerySet":
        return self.filter(token_hash=hash_of(token))

    def worth_showing(self) -> "InvitationQuerySet":
        """What is pending, and what happened of late; newest first."""
        return self.filter(Q(accepted_at=None, withdrawn_at=None) | Q(sent_at__gt=timezone.now() - SHOWN_FOR)).order_by(
            "-sent_at", "pk"
        )


class Invitation(models.Model):
    """Somebody is asked to take a role at an organisation, by a link that works once and for a day.

    The link's secret is not here, only its hash. Sending again makes a new link, and the old one stops working.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    email = models.EmailField()
    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=30)
    token_hash = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(default=moments.now)
    expires_at = models.DateTimeField()
    # When the mail server took the message; empty as long as it has not.
    mailed_at = models.DateTimeField(null=True, blank=True)
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submission = models.UUIDField(null=True, blank=True, unique=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=[role.value for role in Role]), name="invitation_role_known"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("sent_at")), name="invitation_expires_later"),
            models.CheckConstraint(
                condition=Q(accepted_at=None, accepted_by=None)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False) & ~Q(accepted_by=F("invited_by")),
                name="invitation_accepted_by_another",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_by=None)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False, accepted_at=None),
                name="invitation_withdrawn_paired",
            ),
            models.UniqueConstraint(
                fields=["email", "organisation", "role"],
                condition=Q(accepted_at=None, withdrawn_at=None),
                name="invitation_pending_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.role}"

    @property
    def state(self) -> State:
        if self.accepted_at:
            return State.USED
        if self.withdrawn_at:
            return State.WITHDRAWN
        return State.OPEN if self.expires_at > timezone.now() else State.EXPIRED

    @property
    def state_name(self):
        return STATES[self.state]

    @property
    def pending(self) -> bool:
        return self.state in {State.OPEN, State.EXPIRED}

    @property
    def role_label(self):
        return Role(self.role).label

    @property
    def role_sentence(self):
        return Role(self.role).sentence
