"""The placement board: requests beside the houses there are, and why each fits or does not."""

import datetime
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from organisations.models import Shelter, User
from organisations.permissions import Permission
from organisations.rules.shelters import ShelterType

from .actions.registration import register
from .models import Case, Placement, PlacementOffer, PlacementRequest, Victim
from .models.facts import consent_of, facts_of
from .models.placement_request import PROFILE, PlacementRequestQuerySet
from .models.vacancy import house_of, houses_now
from .rules.clocks import stay_norm
from .rules.consent import Ground, Purpose, givers
from .rules.placement import (
    CLOSED,
    DECLINE_REASONS,
    FAILED_REASONS,
    NO,
    OUTCOMES,
    REFUSE_REASONS,
    UNKNOWN,
    URGENCIES,
    WITHDRAWN_REASONS,
    YES,
    Closed,
    House,
    Outcome,
    Reason,
    Urgency,
    age_band,
    fits,
    reasons,
    undone,
)


@dataclass
class Fit:
    """A house, what is free in it, and what speaks against it or is to be asked there."""

    shelter: Shelter
    house: House
    reasons: list[Reason] = field(default_factory=list)
    # the page on which its places are offered
    address: str = ""

    @property
    def fits(self) -> bool:
        return fits(self.reasons)

    @property
    def against(self) -> list[Reason]:
        return [reason for reason in self.reasons if reason.bars]

    @property
    def to_ask(self) -> list[Reason]:
        return [reason for reason in self.reasons if not reason.bars]


ON_A_PAGE = 25


@dataclass
class Shown:
    """A page of requests, and the pages beside it."""

    rows: list[PlacementRequest]
    number: int
    more: bool

    @property
    def before(self) -> int:
        return self.number - 1

    @property
    def after(self) -> int:
        return self.number + 1 if self.more else 0


def shown(rows: PlacementRequestQuerySet, number: int) -> Shown:
    start = (number - 1) * ON_A_PAGE
    found = list(rows[start : start + ON_A_PAGE + 1])
    return Shown(found[:ON_A_PAGE], number, len(found) > ON_A_PAGE)


ANY_HOUSE = "any-house"


def weighed(row: PlacementRequest, now: datetime.datetime) -> list[Fit]:
    """Every open house with its reasons: those that fit first, what has to be asked least, then most room."""
    today, wanted = timezone.localdate(now), row.brief.wanted
    named = Shelter.objects.annotate(of=F("organisation__name"))
    shelters: list[Shelter] = [shelter for shelter in named if shelter.open_on(today)]
    known = houses_now(shelters, now, every=True)
    # looked up once, not for each of a hundred houses
    address = reverse("cases:placement_offer_make", args=[row.pk, ANY_HOUSE])
    found = [
        Fit(shelter, house, reasons(wanted, house), address.replace(ANY_HOUSE, shelter.slug))
        for shelter in shelters
        for house in [known[shelter.pk]]
    ]
    return sorted(found, key=lambda fit: (len(fit.against), len(fit.to_ask), -fit.house.free_places, fit.shelter.name))


def weighed_one(row: PlacementRequest, shelter: Shelter, now: datetime.datetime) -> Fit:
    house = house_of(shelter, now, but=row)
    return Fit(shelter, house, reasons(row.brief.wanted, house))


# --- a request, before and after


def known_of(case: Case) -> dict[str, Any]:
    """What the file says already of what is asked, so that nobody types it twice; copied once, never read again."""
    victim, today = case.victim, timezone.localdate()
    family = [member for member in case.familymember_set.all() if member.in_the_netherlands]
    children = sum(member.is_minor(today) for member in family)
    minor = case.is_minor(today)
    period = case.newest("reflectionperiod")
    assessed = case.safetyassessment_set.first()
    return {
        "urgency": Urgency.TONIGHT if case.danger_now else Urgency.DAYS,
        "sex": victim.sex,
        "age_band": age_band(age_of(victim, today), minor=minor),
        "adults": len(family) - children + (not minor),
        "children": children + minor,
        "reflection": UNKNOWN if period is None else YES if period.running else NO,
        "unsafe_regions": assessed.unsafe_regions if assessed is not None else [],
    }


def age_of(victim: Victim, today: datetime.date) -> int | None:
    """In whole years; by the year alone it may be one less."""
    born = victim.birth_date
    if born is not None:
        return today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    return today.year - victim.birth_year if victim.birth_year is not None else None


def grounds(case: Case) -> frozenset[Ground]:
    """Who can agree today that houses are asked; empty where a consent for it is in force."""
    keeper = register()
    if keeper is not None and consent_of(case, Purpose.PLACEMENT, keeper.pk) is not None:
        return frozenset()
    victim, today = case.victim, timezone.localdate()
    return givers(victim.birth_date, victim.birth_year, minor=case.is_minor(today), on=today)


def unsafe_regions(case: Case) -> frozenset[str]:
    """By the newest assessment of safety, and by what was asked last."""
    assessed = case.safetyassessment_set.first()
    row = case.placementrequest_set.select_related("brief").first()
    return frozenset(assessed.unsafe_regions if assessed is not None else []) | frozenset(
        row.brief.unsafe_regions if row is not None else []
    )


def household(case: Case) -> int:
    """How many people a place is asked for now; one, where nothing is asked."""
    row = case.placementrequest_set.waiting().select_related("brief").first()
    return row.brief.wanted.people if row is not None else 1


def find_undone(case: Case, stays: list[Placement]) -> None:
    """Put beside each emergency that waits for it what was left to be done."""
    waiting = [stay for stay in stays if stay.waits_for_order and stay.until_at is None]
    if waiting:
        facts = facts_of(case)
        for stay in waiting:
            stay.undone = undone(facts, expected=stay.expected_until is not None)


def asked(row: PlacementRequest) -> dict[str, Any]:
    """The request and its profile as its form shows them."""
    return {name: getattr(row.brief, name) for name in PROFILE}


def offers_of(row: PlacementRequest) -> list[PlacementOffer]:
    rows = row.offers.select_related("shelter__organisation", "created_by", "answered_by")
    return list(rows.prefetch_related("holds__place"))


def stays_now(row: PlacementRequest) -> bool:
    """Whether the person has a bed somewhere; where, the board does not say."""
    return Placement.objects.of_the_person().now().filter(case=row.case_id).exists()


def holding_of(offers: list[PlacementOffer]) -> PlacementOffer | None:
    """The one that holds places now: waits for an answer, or was accepted."""
    return next((offer for offer in offers if offer.is_open or offer.is_expected), None)


def in_room(case: Case, *, by: User) -> dict[str, Any]:
    """What the shelter room of a case shows of asking: the request that waits or ended last, and its offers."""
    row = case.placementrequest_set.select_related("brief", "organisation").first()
    if row is None:
        return {"place_request": None, "offers": []}
    offers = offers_of(row)
    shown = set(PlacementOffer.objects.showing_address(by).filter(request=row).values_list("pk", flat=True))
    return {
        "place_request": row, "offers": offers, "holding": holding_of(offers), "address_of": shown, "today": timezone.localdate(),
    }  # fmt: skip


def expected_by(user: User) -> list[PlacementOffer]:
    """Whom the houses of this person's organisations expect: accepted, not arrived; the case opens by its own door."""
    here = user.organisations_with(Permission.OFFER_ANSWER)
    rows = PlacementOffer.objects.filter(outcome=Outcome.ACCEPTED, shelter__organisation__in=here, case__erased_at=None)
    found = list(rows.select_related("shelter", "case").prefetch_related("holds__place").order_by("answered_at"))
    seen = set(
        Case.objects.where_may(user, Permission.SHELTER_READ)
        .filter(pk__in=[offer.case_id for offer in found])
        .values_list("pk", flat=True)
    )
    return [offer for offer in found if offer.case_id in seen]


def answered_by(user: User) -> list[PlacementOffer]:
    """What the houses said lately; of the case nothing."""
    here = user.organisations_with(Permission.OFFER_ANSWER)
    rows = PlacementOffer.objects.filter(shelter__organisation__in=here, case__erased_at=None)
    return list(rows.exclude(outcome__in=["", Outcome.ACCEPTED]).select_related("shelter")[:LATELY])


LATELY = 10


def answers_for(user: User, *, today: datetime.date) -> list[PlacementOffer]:
    """What houses said to requests in the cases to which this person is assigned: who is expected, and each no of these days."""
    since = today - datetime.timedelta(days=TOLD_FOR)
    cases = Case.objects.where_may(user, Permission.SHELTER_READ).assigned_to(user)
    rows = PlacementOffer.objects.filter(case__in=cases, request__outcome="")
    told = Q(outcome=Outcome.ACCEPTED) | Q(outcome=Outcome.DECLINED, answered_at__date__gte=since)
    return list(rows.filter(told).select_related("case", "shelter").order_by("-answered_at"))


TOLD_FOR = 3


def to_answer(user: User) -> int:
    """How many requests wait for an answer of this person's houses."""
    return PlacementOffer.objects.where_may(user).count()


def usual_end(shelter: Shelter, day: datetime.date) -> datetime.date | None:
    """The end by the norm of a stay that begins on that day, in the houses for which there is one."""
    return stay_norm(day) if shelter.type == ShelterType.COSM else None


# --- figures


def figures(user: User, *, now: datetime.datetime) -> dict[str, Any]:
    """Requests that wait and how long; how those of the last twelve months ended; why houses and people said no."""
    rows = PlacementRequest.objects.looked_for_by(user)
    since = now - datetime.timedelta(days=365)
    waiting = list(rows.waiting().values_list("urgency", "created_at"))
    today = timezone.localdate(now)
    ended = Counter(rows.filter(closed_at__gte=since).values_list("outcome", "reason"))
    offers = PlacementOffer.objects.filter(request__in=rows, created_at__gte=since)
    answers = Counter(offers.exclude(outcome__in=["", Outcome.ACCEPTED]).values_list("outcome", "reason"))
    answers[(Outcome.LAPSED.value, "")] += offers.lapsed().count()
    return {
        "as_of": now,
        "waiting": [
            (name, len(found), max(((today - timezone.localdate(at)).days for at in found), default=None))
            for urgency, name in URGENCIES.items()
            for found in [[at for code, at in waiting if code == urgency]]
        ],
        "waiting_in_all": len(waiting),
        "ended": told_as(ended, CLOSED, {Closed.WITHDRAWN: WITHDRAWN_REASONS, Closed.FAILED: FAILED_REASONS}),
        "answers": told_as(answers, OUTCOMES, {Outcome.DECLINED: DECLINE_REASONS, Outcome.REFUSED: REFUSE_REASONS}),
    }


def told_as(found: Counter, outcomes: dict, of_outcome: dict) -> list[tuple]:
    """(outcome, reason or "", number) in the order of the lists, without what never happened."""
    lines = [
        (name, reason_name, found[(str(outcome), str(code))])
        for outcome, name in outcomes.items()
        for code, reason_name in [("", ""), *of_outcome.get(outcome, {}).items()]
    ]
    return [line for line in lines if line[2]]
