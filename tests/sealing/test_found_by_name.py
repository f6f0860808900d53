"""Who is found by words, told a second time: without an index, on lists in memory."""

import random

import pytest
from jellyfish import metaphone

from organisations.models.ids import new_id
from organisations.sealing import fresh_keys, index

pytestmark = pytest.mark.django_db

GIVEN = ["Lan", "Li", "Lee", "Blessing", "Oksana", "Oxana", "Ада", "A", "7", "2024"]
FAMILY = ["Nguyen", "Nguyễn", "Nijen", "Li", "Bakade", "Bekado", "Vogel", "Lanting"]


def letters(name: str) -> str:
    (word,) = index.words(name)
    return word


def sound_alike(typed: str, borne: str) -> bool:
    return typed == borne or (
        f"{typed}{borne}".isalpha() and bool(metaphone(typed)) and metaphone(typed) == metaphone(borne)
    )


def alike(typed: str, borne: str) -> bool:
    typed, borne = letters(typed), letters(borne)
    return sound_alike(typed, borne) or (len(typed) <= 3 and borne.startswith(typed))


def bears(typed: list[str], names: list[str]) -> bool:
    """Every word is that of a name, or all of them together are one."""
    together = "".join(letters(one) for one in typed)
    return all(any(alike(one, name) for name in names) for one in typed) or any(
        sound_alike(together, letters(name)) for name in names
    )


@pytest.fixture
def people():
    """Forty people with a given name, a family name and a number, the oldest first."""
    chance = random.Random("found by name")
    made = []
    with fresh_keys():
        for number in range(40):
            names = [chance.choice(GIVEN), chance.choice(FAMILY)]
            made.append((new_id(), names, f"PL-{number}"))
            index.rewrite(made[-1][0], names=names, numbers=[made[-1][2]])
        yield made


@pytest.mark.parametrize("typed", [[one] for one in (*GIVEN, *FAMILY, "La", "B")]
                         + [["Lan", "Nguyen"], ["nguyen", "lan"], ["Li", "Lee"], ["L", "Li", "La"], ["Bakade", "Vogel"], ["Blessing", "B"],
                            ["a", "nguyen"], ["7", "Li"], ["Lan", "Nguyen", "Vogel"], ["Ble", "Sing"], ["Ok", "sa", "na"],
                            ["L", "An"], ["20", "24"]])  # fmt: skip
def test_whoever_bears_every_word_is_found_the_newest_first_in_pages_of_any_size(typed, people):
    told = [who for who, names, _number in reversed(people) if bears(typed, names)]
    query = " ".join(typed)
    assert index.subjects(query) == told
    for size in (1, 3):
        paged, last = [], index.LAST
        for _page in people:
            paged += index.subjects(query, before=last, limit=size)
            last = paged[-1] if paged else last
        assert paged == told


def test_a_number_is_found_whole_however_it_is_spaced(people):
    assert index.subjects("pl 17") == [people[17][0]]
    assert index.subjects("PL-4") == [people[4][0]]
    assert index.subjects("- -") == []
