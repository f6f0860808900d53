import datetime

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from organisations.models import User, moments
from organisations.permissions import Permission
from organisations.sealing.fields import SealedTextField

from ..rules.placement import ADDRESS_FOR, DECLINE_REASONS, OUTCOMES, REFUSE_REASONS, Outcome
from .base import CaseRow, known, paired
from .case import Case
from .placement import Stay
from .placement_request import PlacementRequest

REASONS = {**DECLINE_REASONS, **REFUSE_REASONS}
# These hold places; of the first only until its moment.
HOLDING = ("", Outcome.ACCEPTED)


class PlacementOfferQuerySet(models.QuerySet["PlacementOffer"]):
    def open(self) -> "PlacementOfferQuerySet":
        """Not answered, and not too late to be."""
        return self.filter(outcome="", holds_until__gt=timezone.now())

    def lapsed(self) -> "PlacementOfferQuerySet":
        """Too late to be answered, and not written down as that yet."""
        return self.filter(outcome="", holds_until__lte=timezone.now())

    def asked_of(self, user: User) -> "PlacementOfferQuerySet":
        """Those of which a house of this person's organisations was asked, answered or not."""
        return self.filter(
            shelter__organisation__in=user.organisations_with(Permission.OFFER_ANSWER), case__erased_at=None
        )

    def where_may(self, user: User) -> "PlacementOfferQuerySet":
        """Those that somebody of the house that was asked can answer now; of the case they see its profile alone."""
        return self.open().asked_of(user)

    def showing_address(self, user: User) -> "PlacementOfferQuerySet":
        """Accepted less than 24 hours ago; placed by this person who still looks, or brought by them who still see the case."""
        since = timezone.now() - ADDRESS_FOR
        theirs = Q(created_by=user, request__in=PlacementRequest.objects.to_place(user)) | Q(
            escort=user, case__in=Case.objects.where_may(user, Permission.SHELTER_READ)
        )
        return self.filter(theirs, outcome=Outcome.ACCEPTED, answered_at__gt=since, case__erased_at=None)


class PlacementOffer(CaseRow):
    """Places of one house, held for a request until a moment; the house answers."""

    request = models.ForeignKey("cases.PlacementRequest", models.CASCADE, related_name="offers", editable=False)
    shelter = models.ForeignKey("organisations.Shelter", models.PROTECT, related_name="offers", editable=False)
    holds_until = models.DateTimeField()
    # for the house
    remark = SealedTextField(null=True, blank=True)
    # why the house is asked although something speaks against it
    nevertheless = SealedTextField(null=True, blank=True)
    # the day on which Nidos, the municipality or youth care agreed, where they decide
    agreed_on = models.DateField(null=True, blank=True)
    outcome = models.CharField(max_length=15, blank=True, default="")
    reason = models.CharField(max_length=15, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    # the part in the case that began by accepting, where there was none
    part = models.ForeignKey("cases.Participation", models.SET_NULL, null=True, editable=False, related_name="+")
    # whoever asked, where they bring the person and so may know where it is
    escort = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")

    objects = PlacementOfferQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at"]
        indexes = [models.Index(fields=["shelter"], condition=Q(outcome__in=HOLDING), name="placement_offer_holding")]
        constraints = [
            known("outcome", OUTCOMES, "placement_offer_outcome_known", empty=True),
            known("reason", REASONS, "placement_offer_reason_known", empty=True),
            paired("answered_at", "answered_by", "placement_offer_answer_paired"),
            models.UniqueConstraint(
                fields=["request"], condition=Q(outcome__in=HOLDING), name="one_placement_offer_holds"
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=[Outcome.DECLINED, Outcome.REFUSED]) & ~Q(reason="")
                | ~Q(outcome__in=[Outcome.DECLINED, Outcome.REFUSED]) & Q(reason=""),
                name="placement_offer_no_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["", Outcome.LAPSED], answered_at=None)
                | ~Q(outcome__in=["", Outcome.LAPSED]) & Q(answered_at__isnull=False),
                name="placement_offer_answered_with_outcome",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def places_held(self) -> frozenset:
        """The ids of the places that are held."""
        return frozenset(hold.place_id for hold in self.holds.all())

    @property
    def hours(self) -> int:
        """For how many hours they were held."""
        return round((self.holds_until - self.created_at).total_seconds() / 3600)

    @property
    def is_open(self) -> bool:
        return self.outcome == "" and self.holds_until > timezone.now()

    @property
    def has_lapsed(self) -> bool:
        return self.outcome == Outcome.LAPSED or (self.outcome == "" and not self.is_open)

    @property
    def is_expected(self) -> bool:
        """Accepted, and nobody has arrived yet."""
        return self.outcome == Outcome.ACCEPTED

    @property
    def outcome_name(self):
        if self.has_lapsed:
            return OUTCOMES[Outcome.LAPSED]
        return OUTCOMES[Outcome(self.outcome)] if self.outcome else ""

    @property
    def reason_name(self):
        names = REFUSE_REASONS if self.outcome == Outcome.REFUSED else DECLINE_REASONS
        return names.get(self.reason, "")


class PlaceHoldQuerySet(models.QuerySet["PlaceHold"]):
    def at(self, moment: datetime.datetime) -> "PlaceHoldQuerySet":
        return self.filter(Q(until_at=None) | Q(until_at__gt=moment), from_at__lte=moment)

    def now(self) -> "PlaceHoldQuerySet":
        return self.at(timezone.now())


class PlaceHold(CaseRow):
    """One place kept for an offer, from–until; after the acceptance without end, until somebody arrives or not."""

    offer = models.ForeignKey(PlacementOffer, models.CASCADE, related_name="holds", editable=False)
    place = models.ForeignKey("organisations.Place", models.PROTECT, related_name="holds", editable=False)
    from_at = models.DateTimeField(default=moments.now)
    until_at = models.DateTimeField(null=True)

    objects = PlaceHoldQuerySet.as_manager()

    class Meta:
        ordering = ["place__name"]
        indexes = [models.Index(fields=["until_at"], name="hold_by_end")]
        constraints = [
            models.CheckConstraint(condition=Q(until_at=None) | Q(until_at__gt=F("from_at")), name="hold_in_order"),
            ExclusionConstraint(
                name="no_place_held_twice",
                expressions=[
                    ("place", RangeOperators.EQUAL),
                    (Stay("from_at", "until_at"), RangeOperators.OVERLAPS),
                ],
            ),
        ]

    def __str__(self) -> str:
        return str(self.place_id)
