"""The board of room: its rule by hand, and an attacker who reads it every day for one person and learns no house from it.

The worlds are invented from a fixed seed. That the test can fail is held by a board told per house and day.
"""

import datetime
import random
from dataclasses import dataclass, field
from math import sqrt

import pytest

from cases.rules.occupancy import REST, Room, Share, board, days_told, state_of
from organisations.rules.shelters import ShelterType

DAY = datetime.timedelta(days=1)
REGIONS = ("amsterdam", "rotterdam", "limburg", "den-haag")
HOUSES, PLACES = 12, 8
REGION_OF = [REGIONS[house // 3] for house in range(HOUSES)]
ORGANISATION_OF = [house % 5 for house in range(HOUSES)]
# A Sunday; days are counted from it. The attacker looks for fifteen days before the arrival and for thirty from it on.
FIRST = datetime.date(2026, 3, 1)
BEFORE_HISTORY, BEFORE, LOOKS = 71, 15, 30
ARRIVES = (BEFORE_HISTORY + BEFORE, BEFORE_HISTORY + BEFORE + 6)
DAYS = ARRIVES[1] + LOOKS + 1
WORLDS = 640
CHANCE = 1 / HOUSES
MOST = CHANCE + 3.5 * sqrt(CHANCE * (1 - CHANCE) / WORLDS)


@dataclass
class World:
    """Free places of each house on each day, on which day the person arrives, and where."""

    free: list[list[int]]
    arrives: int
    house: int
    boards: dict = field(default_factory=dict)


def invent(chance: random.Random) -> World:
    """People come and go at random; one person enters one house at random and stays. Their house had a place."""
    while True:
        house, arrives = chance.randrange(HOUSES), chance.randint(*ARRIVES)
        # each region about as full as where one word turns into the next: there one person makes most difference
        busy = {region: 1 - chance.choice((0.05, 0.2)) + chance.uniform(-0.03, 0.03) for region in REGIONS}
        free = [free_places(chance, busy[REGION_OF[one]], arrives if house == one else None) for one in range(HOUSES)]
        if all(free):
            return World(free, arrives, house)


def free_places(chance: random.Random, busy: float, arrives: int | None) -> list[int]:
    """How many places of a house are free on each day; [] where it was full when the person came."""
    leaves = 1 / chance.uniform(20, 120)
    comes = leaves * busy / (1 - busy)
    taken = sum(chance.random() < busy for _ in range(PLACES))
    lives_there, found = 0, []
    for day in range(DAYS):
        left = sum(chance.random() < leaves for _ in range(taken))
        came = sum(chance.random() < comes for _ in range(PLACES - lives_there - taken))
        taken += came - left
        if day == arrives:
            if taken == PLACES:
                return []
            lives_there = 1
        taken = min(taken, PLACES - lives_there)
        found.append(PLACES - lives_there - taken)
    return found


def told(world: World, day: int) -> list[Room]:
    """What the board says of the cell of each house on that day; made once for the same days, as it is the same."""
    window = tuple((one - FIRST).days for one in days_told(FIRST + day * DAY))
    if window not in world.boards:
        shares = [
            Share(
                ORGANISATION_OF[house], ShelterType.WOMEN, REGION_OF[house], sum(free[d] for d in window), PLACES * 28
            )
            for house, free in enumerate(world.free)
        ]
        world.boards[window] = board(shares)
    return [world.boards[window][ShelterType.WOMEN, region] for region in REGION_OF]


def told_per_house(world: World, day: int) -> list[Room]:
    """A board without folding, without averaging and without delay."""
    return [state_of([Share(0, ShelterType.WOMEN, "", free[day], PLACES)]) for free in world.free]


FULLNESS = {Room.ROOM: 0, Room.LITTLE: 1, Room.FULL: 2}


def fuller_on_the_day(seen: dict[int, list[int]], world: World) -> list[int]:
    """The attacker knows the day: how much fuller is it then than on the day before?"""
    before, after = seen[world.arrives - 1], seen[world.arrives]
    return [b - a for a, b in zip(before, after, strict=True)]


def fuller_afterwards(seen: dict[int, list[int]], world: World) -> list[int]:
    """How much fuller is it at the end than when the person came?"""
    return [b - a for a, b in zip(seen[world.arrives - 1], seen[max(seen)], strict=True)]


def fuller_ever(seen: dict[int, list[int]], world: World) -> list[int]:
    """All days from the arrival on, beside all days before it."""
    before = [seen[day] for day in seen if day < world.arrives]
    after = [seen[day] for day in seen if day >= world.arrives]
    sums = zip(zip(*before, strict=True), zip(*after, strict=True), strict=True)
    return [sum(b) * len(before) - sum(a) * len(after) for a, b in sums]


def looked(tell, world: World) -> dict[int, list[int]]:
    """Every day of looking: day → how full each house is said to be."""
    days = range(world.arrives - BEFORE, world.arrives + LOOKS)
    return {day: [FULLNESS[state] for state in tell(world, day)] for day in days}


def hits(attack, worlds: list[World], sights: list[dict[int, list[int]]]) -> float:
    """How often the attacker names the house: one of the most suspect ones, at random."""
    chance, right = random.Random(1), 0
    for world, seen in zip(worlds, sights, strict=True):
        suspicion = attack(seen, world)
        suspects = [house for house in range(HOUSES) if suspicion[house] == max(suspicion)]
        right += chance.choice(suspects) == world.house
    return right / len(worlds)


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    chance = random.Random(20261127)
    return [invent(chance) for _ in range(WORLDS)]


@pytest.fixture(scope="module")
def sights(worlds) -> list[dict[int, list[int]]]:
    return [looked(told, world) for world in worlds]


ATTACKS = [fuller_on_the_day, fuller_afterwards, fuller_ever]


@pytest.mark.parametrize("attack", ATTACKS)
def test_whoever_reads_the_board_for_thirty_days_learns_no_house(attack, worlds, sights):
    assert hits(attack, worlds, sights) <= MOST


def test_nothing_that_is_told_in_those_days_is_of_them(worlds, sights):
    """So it is no luck that nothing is learnt: the same board would be told had the person never come."""
    for world in worlds[:40]:
        for day in range(world.arrives, world.arrives + LOOKS):
            assert max((one - FIRST).days for one in days_told(FIRST + day * DAY)) < world.arrives


def test_the_board_moves_and_only_on_mondays(worlds, sights):
    """Not because nothing is told: every state occurs, and cells do change."""
    assert {state for seen in sights for states in seen.values() for state in states} == set(FULLNESS.values())
    changed = [
        (FIRST + day * DAY).weekday()
        for seen in sights
        for day in seen
        if day - 1 in seen and seen[day] != seen[day - 1]
    ]
    assert set(changed) == {0}
    assert len(changed) > WORLDS


def test_a_board_per_house_and_day_would_tell_it(worlds):
    sights = [looked(told_per_house, world) for world in worlds]
    assert hits(fuller_on_the_day, worlds, sights) > 4 * CHANCE


# --- the rule by hand ----------------------------------------------------------------------------------------------


def house_in(region: str, organisation: str, free: int = 2, places: int = 10, kind=ShelterType.MEN) -> Share:
    return Share(organisation, kind, region, free, places)


def men(*shares: Share) -> dict[str, Room]:
    """What the board says of this type; of all others it says the same: ask."""
    found = board(list(shares))
    assert {state for (kind, _region), state in found.items() if kind is not ShelterType.MEN} == {Room.ASK}
    return {region: state for (kind, region), state in found.items() if kind is ShelterType.MEN}


def test_a_cell_is_told_of_with_three_houses_of_two_organisations():
    three = [house_in("limburg", "a"), house_in("limburg", "a"), house_in("limburg", "b")]
    assert men(*three) == {"limburg": Room.ROOM, REST: Room.ASK}


@pytest.mark.parametrize(
    "shares",
    [
        [house_in("limburg", "a"), house_in("limburg", "b")],
        [house_in("limburg", "a")] * 3,
        # a house without a place hides nobody
        [house_in("limburg", "a"), house_in("limburg", "b"), house_in("limburg", "c", 0, 0)],
    ],
)
def test_fewer_are_folded_and_the_rest_is_told_of_under_the_same_rule(shares):
    assert men(*shares) == {REST: Room.ASK}
    elsewhere = [house_in("rotterdam", "d", 0), house_in("rotterdam", "e", 0)]
    there = sum(share.places for share in shares) + 20
    assert men(*shares, *elsewhere) == {
        REST: Room.ROOM if sum(share.free for share in shares) * 5 >= there else Room.LITTLE
    }


def test_what_is_told_of_by_itself_is_not_in_the_rest():
    full = [house_in("amsterdam", organisation, 0) for organisation in "abc"]
    rest = [house_in("limburg", "a"), house_in("rotterdam", "b"), house_in("den-haag", "a")]
    assert men(*full, *rest) == {"amsterdam": Room.FULL, REST: Room.ROOM}


@pytest.mark.parametrize(
    ("free", "state"), [(100, "room"), (20, "room"), (19, "little"), (5, "little"), (4, "full"), (0, "full")]
)
def test_the_words_by_free_places_of_a_hundred(free, state):
    assert state_of([house_in("limburg", "a", free, 100)]) == state


def test_the_days_told_of_change_on_monday_and_are_over_for_five_weeks():
    monday, sunday = datetime.date(2026, 11, 23), datetime.date(2026, 11, 29)
    assert [(days[0], days[-1], len(days)) for days in map(days_told, [monday, sunday])] == [
        (datetime.date(2026, 9, 21), datetime.date(2026, 10, 18), 28)
    ] * 2
    assert days_told(sunday + DAY)[0] == datetime.date(2026, 9, 28)
