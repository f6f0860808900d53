"""Beds in a world of several people at work: whatever is tried in whatever order, nobody is in two beds, no bed is given
twice, no house is over what it may take, and nobody is lost on the way.

The rules are told a second time by a small model: what it allows must happen, and what it forbids must be refused.
"""

import contextlib
import datetime
from collections import Counter

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from cases.actions import placement_offer as offers
from cases.actions import placement_request as requests
from cases.actions import refresh
from cases.actions import shelter as stays
from cases.models import FamilyMember, PlaceHold, Placement, PlacementOffer, PlacementRequest
from cases.rules.consent import Purpose
from organisations.actions import shelter as houses
from organisations.actions.base import Refused
from organisations.models import Place, Shelter
from tests.cast import ASKED, consented, new_case

HOUR = datetime.timedelta(hours=1)
CASES, PLACES = range(4), range(5)
FREE, HELD, STAYS, OUT = "free", "held", "stays", "out"


class World:
    """Two houses of Kade with five places, and four cases that both Kade and Oever work on; each has a partner."""

    def __init__(self, cast) -> None:
        self.cast = cast
        Placement.objects.all().delete()
        PlacementRequest.objects.all().delete()
        first = Shelter.objects.get(slug="huis")
        second = Shelter.objects.create(
            organisation=cast.kade, slug="tweede", name="Tweede", type="women", region="limburg"
        )
        first.takes = second.takes = ["women", "couples"]
        first.save()
        second.save()
        Place.objects.bulk_create(Place(shelter=second, name=f"Bed {number}") for number in (1, 2))
        self.houses = [first, second]
        self.places = [*first.places.order_by("name"), *second.places.order_by("name")]
        self.cases = [new_case(cast.caseworker, working_name=f"Zaak {number}") for number in CASES]
        self.partners = []
        for case in self.cases:
            consented(case, Purpose.PLACEMENT, None, by=cast.caseworker)
            self.partners.append(
                FamilyMember.objects.create(case=case, relation="partner", name="Partner", created_by=cast.caseworker)
            )


def machine(world: World) -> type[RuleBasedStateMachine]:
    cast = world.cast

    class Beds(RuleBasedStateMachine):
        def __init__(self) -> None:
            super().__init__()
            self.inside = contextlib.ExitStack()
            self.inside.enter_context(transaction.atomic())
            # place → what it is, and for whom: (case, whether it is their partner)
            self.state: dict[int, tuple] = dict.fromkeys(PLACES, (FREE, None))
            self.capacity = [3, 2]
            # case → "asked", or the offer that holds for it and whether it is accepted
            self.asked: dict[int, PlacementRequest] = {}
            self.offer: dict[int, PlacementOffer] = {}
            self.accepted: set[int] = set()

        def teardown(self) -> None:
            transaction.set_rollback(True)
            self.inside.close()

        # --- what the model says

        def of(self, place: int) -> int:
            return 0 if place < 3 else 1

        def busy(self, house: int) -> int:
            return sum(self.of(place) == house and what in (HELD, STAYS) for place, (what, _who) in self.state.items())

        def may_begin(self, places: list[int], *, leaving: int = 0) -> bool:
            """Whether these places can be taken now, after `leaving` others of the same house are left."""
            house = self.of(places[0])
            return (
                all(self.state[place][0] == FREE for place in places)
                and self.busy(house) - leaving + len(places) <= self.capacity[house]
            )

        def stay_of(self, case: int, *, partner: bool = False) -> int | None:
            return next((p for p, seen in self.state.items() if seen == (STAYS, (case, partner))), None)

        def held_for(self, case: int) -> list[int]:
            return [place for place, (what, who) in self.state.items() if what == HELD and who == case]

        def let_go(self, case: int) -> None:
            for place in self.held_for(case):
                self.state[place] = (FREE, None)
            self.offer.pop(case, None)
            self.accepted.discard(case)

        def tried(self, allowed: bool, verb, **given):
            """The verb is done when the model allows it, and refused with a sentence when not."""
            try:
                done = verb(**given)
            except Refused as refusal:
                assert not allowed, f"{verb.__name__}: {refusal.sentence}"
                assert str(refusal.sentence)
                return None
            assert allowed, verb.__name__
            return done

        # --- what people do

        @rule(case=st.sampled_from(CASES))
        def ask(self, case):
            made = self.tried(
                case not in self.asked, requests.ask, case=world.cases[case], values={**ASKED, "adults": 2}, ground="",
                submission=None, by=cast.caseworker,
            )  # fmt: skip
            if made is not None:
                self.asked[case] = made

        @precondition(lambda self: self.asked)
        @rule(
            case=st.sampled_from(CASES), places=st.lists(st.sampled_from(PLACES), min_size=1, max_size=3, unique=True)
        )
        def hold(self, case, places):
            if case not in self.asked:
                return
            house = world.houses[self.of(places[0])]
            allowed = (
                case not in self.offer
                and len(places) <= 2
                and len({self.of(place) for place in places}) == 1
                and self.may_begin(places)
            )
            values = {
                "holds_until": timezone.now() + HOUR, "remark": None, "nevertheless": "Toch", "agreed_on": None,
            }  # fmt: skip
            made = self.tried(
                allowed, offers.offer, request=self.asked[case], house=house,
                places=[world.places[place] for place in places], values=values, submission=None, by=cast.coordinator,
            )  # fmt: skip
            if made is not None:
                self.offer[case] = made
                for place in places:
                    self.state[place] = (HELD, case)

        @precondition(lambda self: self.offer)
        @rule(case=st.sampled_from(CASES), what=st.sampled_from(["accept", "decline", "refuse", "take_back", "lapse"]))
        def answer(self, case, what):
            if case not in self.offer:
                return
            offer, open_ = self.offer[case], case not in self.accepted
            if what == "accept":
                if self.tried(open_, offers.accept, offer=offer, escort=False, version=None, by=cast.colleague):
                    self.accepted.add(case)
                return
            if what == "lapse":
                if open_:
                    past = timezone.now() - HOUR
                    PlacementOffer.objects.filter(pk=offer.pk).update(holds_until=past)
                    PlaceHold.objects.filter(offer=offer).update(from_at=past - HOUR, until_at=past)
                    self.let_go(case)
                return
            verb, given, allowed = {
                "decline": (offers.decline, {"reason": "full", "version": None, "by": cast.teamlead}, open_),
                "refuse": (offers.refuse, {"reason": "region", "by": cast.caseworker}, True),
                "take_back": (offers.take_back, {"by": cast.coordinator}, True),
            }[what]
            if self.tried(allowed, verb, offer=offer, **given):
                self.let_go(case)

        @precondition(lambda self: self.accepted)
        @rule(case=st.sampled_from(CASES), comes=st.booleans())
        def arrive(self, case, comes):
            if case not in self.accepted:
                return
            offer, places = self.offer[case], self.held_for(case)
            if not comes:
                self.tried(True, offers.did_not_arrive, offer=offer, by=cast.colleague)
                self.let_go(case)
                return
            who = [None, world.partners[case]]
            people = {world.places[place]: who[number] for number, place in enumerate(places)}
            made = self.tried(
                True,
                offers.arrive,
                offer=offer,
                at=timezone.now(),
                people=people,
                expected_until=None,
                by=cast.colleague,
            )
            if made is not None:
                self.let_go(case)
                for number, place in enumerate(places):
                    before = self.stay_of(case, partner=number > 0)
                    if before is not None:
                        self.state[before] = (FREE, None)
                    self.state[place] = (STAYS, (case, number > 0))
                self.asked.pop(case)

        @rule(case=st.sampled_from(CASES), place=st.sampled_from(PLACES), partner=st.booleans())
        def place(self, case, place, partner):
            made = self.tried(
                self.stay_of(case, partner=partner) is None and self.may_begin([place]), stays.place,
                case=world.cases[case], place=world.places[place], from_at=timezone.now(), expected_until=None,
                submission=None, member=world.partners[case] if partner else None, by=cast.caseworker,
            )  # fmt: skip
            if made is not None:
                if not partner:
                    # they have a bed: nobody looks for one any more
                    self.let_go(case)
                    self.asked.pop(case, None)
                self.state[place] = (STAYS, (case, partner))

        @precondition(lambda self: any(what == STAYS for what, _who in self.state.values()))
        @rule(start=st.sampled_from(PLACES), to=st.sampled_from(PLACES))
        def move(self, start, to):
            if self.state[start][0] != STAYS:
                return
            leaving = int(self.of(start) == self.of(to))
            allowed = start != to and self.may_begin([to], leaving=leaving)
            made = self.tried(
                allowed, stays.move, placement=self.row(start), place=world.places[to], at=timezone.now(),
                expected_until=None, version=None, by=cast.colleague,
            )  # fmt: skip
            if made is not None:
                self.state[to], self.state[start] = self.state[start], (FREE, None)

        @precondition(lambda self: any(what == STAYS for what, _who in self.state.values()))
        @rule(place=st.sampled_from(PLACES))
        def leave(self, place):
            if self.state[place][0] != STAYS:
                return
            self.tried(
                True, stays.end, placement=self.row(place), until_at=timezone.now(), departure_reason="own_home",
                by=cast.caseworker,
            )  # fmt: skip
            self.state[place] = (FREE, None)

        @precondition(lambda self: self.asked)
        @rule(case=st.sampled_from(CASES), found=st.booleans())
        def stop(self, case, found):
            if case not in self.asked:
                return
            verb, by = (requests.withdraw, cast.caseworker) if found else (requests.fail, cast.coordinator)
            reason = "not_needed" if found else "no_capacity"
            allowed = found or case not in self.accepted
            if self.tried(allowed, verb, request=self.asked[case], reason=reason, by=by):
                self.let_go(case)
                self.asked.pop(case)

        @rule(house=st.sampled_from([0, 1]), number=st.integers(min_value=0, max_value=3))
        def agree(self, house, number):
            """So many may be taken from today on; whoever is there stays."""
            houses.set_capacity(
                shelter=world.houses[house], from_on=timezone.localdate(), places=number, version=None, by=cast.teamlead
            )
            self.capacity[house] = min(number, 3 if house == 0 else 2)

        @rule(place=st.sampled_from(PLACES))
        def put_out_or_bring_back(self, place):
            what = self.state[place][0]
            if what == OUT:
                houses.bring_back(place=world.places[place], by=cast.teamlead)
                self.state[place] = (FREE, None)
                return
            values = {"from_on": timezone.localdate(), "until_on": None, "reason": "repair"}
            made = self.tried(
                what == FREE, houses.put_out, place=world.places[place], values=values, submission=None,
                by=cast.teamlead,
            )  # fmt: skip
            if made is not None:
                self.state[place] = (OUT, None)

        def row(self, place: int) -> Placement:
            return Placement.objects.get(place=world.places[place], until_at=None)

        # --- what the database says, counted without any of our questions

        @invariant()
        def nobody_is_in_two_beds_and_no_bed_is_given_twice(self):
            index = {place.pk: number for number, place in enumerate(world.places)}
            cases = {case.pk: number for number, case in enumerate(world.cases)}
            now = timezone.now()
            there: Counter = Counter()
            found: dict[int, tuple] = {}
            for place, case, member in Placement.objects.filter(until_at=None).values_list(
                "place_id", "case_id", "member_id"
            ):
                there[index[place]] += 1
                found[index[place]] = (STAYS, (cases[case], member is not None))
            for place, case, until in PlaceHold.objects.values_list("place_id", "case_id", "until_at"):
                if until is None or until > now:
                    there[index[place]] += 1
                    found[index[place]] = (HELD, cases[case])
            assert all(number == 1 for number in there.values())
            people = Counter(who for what, who in found.values() if what == STAYS)
            assert all(number == 1 for number in people.values())
            assert found == {place: seen for place, seen in self.state.items() if seen[0] in (HELD, STAYS)}

    return Beds


def played(cast, *, lives: int, steps: int) -> None:
    world = World(cast)
    run_state_machine_as_test(
        machine(world),
        settings=settings(
            max_examples=lives, stateful_step_count=steps, deadline=None, database=None, derandomize=True,
            suppress_health_check=list(HealthCheck), phases=[Phase.generate],
        ),
    )  # fmt: skip


@pytest.fixture(autouse=True)
def no_tasks(monkeypatch):
    """Tasks follow every verb; they say nothing about beds, and are most of its questions."""
    monkeypatch.setattr(refresh, "tasks", lambda case, by, known=None: None)


def test_nobody_is_in_two_beds_whatever_is_tried(cast):
    played(cast, lives=200, steps=30)


@pytest.mark.soak
def test_nobody_is_in_two_beds_in_many_more_lives(cast):
    played(cast, lives=2000, steps=50)
