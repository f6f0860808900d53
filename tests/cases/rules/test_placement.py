"""Why a house fits or does not, told by hand."""

import pytest

from cases.rules.placement import House, Reason, Wanted, age_band, fits, reasons
from organisations.rules.shelters import Decides, ShelterType

WOMAN = {
    "sex": "female", "age_band": "adult", "adults": 1, "children": 0, "needs": frozenset(), "unsafe_regions": frozenset(),
    "reflection": "yes",
}  # fmt: skip
HOUSE = {
    "type": ShelterType.WOMEN, "region": "limburg", "takes": frozenset({"women", "families"}), "household_max": 3,
    "wheelchair": True, "decides": Decides.MEDIATED, "free": {"single": 1, "family": 1}, "room_for": 2,
}  # fmt: skip


def told(wanted: dict, house: dict) -> list[tuple[str, str, bool]]:
    found = reasons(Wanted(**{**WOMAN, **wanted}), House(**{**HOUSE, **house}))
    return [(one.code, str(one.sentence), one.bars) for one in found]


ONE_ROOM = {"free": {"single": 1}, "room_for": 1}


@pytest.mark.parametrize(
    ("wanted", "house", "expected"),
    [
        ({}, {}, []),
        # room
        ({}, {"free": {}, "room_for": 0}, [("no_room", "No place free", True)]),
        ({}, {"free": {"single": 3}, "room_for": 0}, [("no_room", "No place free", True)]),
        ({"children": 2}, {}, []),
        ({"children": 3}, {}, [("household", "household of 4, unit for 3", True)]),
        ({"children": 1}, ONE_ROOM, [("household", "household of 2, unit for 1", True)]),
        ({"children": 1}, {"free": {"couple": 1}}, []),
        # a family unit of which nobody said for how many
        ({"children": 6}, {"household_max": None}, []),
        # one adult is not parted from their children, two may have a room each
        ({"children": 1}, {"free": {"single": 2}}, [("household", "household of 2, unit for 1", True)]),
        (
            {"adults": 2},
            {"free": {"single": 2}, "takes": frozenset({"women", "couples"})},
            [("several", "Only in several places", False)],
        ),
        (
            {"adults": 2},
            {"free": {"single": 2}, "room_for": 1, "takes": frozenset({"women", "couples"})},
            [("household", "household of 2, unit for 1", True)],
        ),
        # region
        ({"unsafe_regions": frozenset({"limburg"})}, {}, [("unsafe_region", "Unsafe region: Limburg", True)]),
        ({"unsafe_regions": frozenset({"rotterdam"})}, {}, []),
        # whom it takes
        ({"sex": "male"}, {}, [("sex", "Takes no men", True)]),
        ({}, {"takes": frozenset({"men"})}, [("sex", "Takes no women", True)]),
        ({}, {"takes": frozenset()}, [("takes_unknown", "Ask whom it takes", False)]),
        ({"sex": "unknown"}, {}, [("sex_unknown", "Ask whether this person can live there", False)]),
        ({"sex": "other"}, {"takes": frozenset({"women", "men"})}, []),
        ({"children": 1}, {"takes": frozenset({"women"})}, [("families", "Takes no parents with children", True)]),
        (
            {"adults": 2},
            {"free": {"couple": 1}},
            [("couples", "Ask whether two adults can live there together", False)],
        ),
        # minors without a parent
        (
            {"adults": 0, "children": 1, "age_band": "teenager"},
            {},
            [
                ("minors", "Takes no minors without a parent", True),
                ("nidos", "A minor without a parent goes by Nidos or youth care", True),
            ],
        ),
        (
            {"adults": 0, "children": 1, "age_band": "teenager"},
            {"takes": frozenset({"minors"}), "decides": Decides.NIDOS, "type": ShelterType.PROTECTED_MINORS},
            [("decides", "Nidos decides: ask first", False)],
        ),
        (
            {},
            {"decides": Decides.YOUTH},
            [
                ("for_minors", "For minors without a parent only", True),
                ("decides", "Youth care decides: ask first", False),
            ],
        ),
        # an age that nobody knows
        ({"age_band": "unknown"}, {}, [("age_unknown", "Ask the age: for adults", False)]),
        (
            {"age_band": "unknown"},
            {"takes": frozenset({"families"})},
            [("sex", "Takes no women", True), ("age_unknown", "Ask the age", False)],
        ),
        ({"age_band": "unknown"}, {"takes": frozenset({"women", "minors"})}, []),
        (
            {"age_band": "unknown"},
            {"takes": frozenset()},
            [("takes_unknown", "Ask whom it takes", False), ("age_unknown", "Ask the age", False)],
        ),
        (
            {"age_band": "unknown", "adults": 0, "children": 1},
            {"takes": frozenset({"minors"}), "decides": Decides.NIDOS, "type": ShelterType.PROTECTED_MINORS},
            [("age_unknown", "Ask the age: for minors", False), ("decides", "Nidos decides: ask first", False)],
        ),
        (
            {"age_band": "unknown"},
            {"decides": Decides.YOUTH},
            [
                ("for_minors", "For minors without a parent only", True),
                ("age_unknown", "Ask the age: for minors", False),
                ("decides", "Youth care decides: ask first", False),
            ],
        ),
        # wheelchair
        ({"needs": frozenset({"wheelchair"})}, {}, []),
        ({"needs": frozenset({"wheelchair"})}, {"wheelchair": False}, [("wheelchair", "Not for a wheelchair", True)]),
        (
            {"needs": frozenset({"wheelchair"})},
            {"wheelchair": None},
            [("wheelchair", "Ask whether a wheelchair can get in", False)],
        ),
        # specialised shelter
        ({}, {"type": ShelterType.COSM}, []),
        ({"reflection": "no"}, {"type": ShelterType.COSM}, [("reflection", "COSM: reflection period only", True)]),
        (
            {"reflection": "unknown"},
            {"type": ShelterType.COSM},
            [("reflection", "COSM: ask whether the reflection period runs", False)],
        ),
        ({}, {"decides": Decides.MUNICIPALITY}, [("decides", "The municipality decides: ask first", False)]),
    ],
)
def test_what_speaks_against_a_house(wanted, house, expected):
    assert told(wanted, house) == expected


def test_a_house_fits_when_nothing_bars_it():
    to_ask, bars = Reason("a", "A", bars=False), Reason("b", "B", bars=True)
    assert [fits([]), fits([to_ask]), fits([to_ask, bars])] == [True, True, False]


@pytest.mark.parametrize(
    ("age", "minor", "band"),
    [
        (0, True, "child"), (11, True, "child"), (12, True, "teenager"), (17, True, "teenager"), (18, False, "young"),
        (25, False, "young"), (26, False, "adult"), (59, False, "adult"), (60, False, "older"), (None, True, "teenager"),
        (None, False, "unknown"),
    ],
)  # fmt: skip
def test_the_band_of_an_age(age, minor, band):
    assert age_band(age, minor=minor) == band
