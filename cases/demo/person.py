"""One invented person of the bulk: what differs from life to life and is counted in the figures."""

import dataclasses
import datetime
import random

from organisations.rules.regions import REGIONS

from ..rules.codes import CONTROL_MEANS
from ..rules.periods import turns
from .names import ELSEWHERE, EU, GIVEN, family_name
from .patterns import Life

REGION_CODES = tuple(REGIONS)
MEANS = tuple(CONTROL_MEANS)
YEARS = 8 * 365
# Nobody is told of earlier in the day.
MORNING = datetime.time(7)

# code: how often of 100
FORMS = {
    "sexual": 52,
    "labour": 26,
    "forced_crime": 10,
    "domestic": 5,
    "forced_begging": 2,
    "forced_marriage": 2,
    "unknown": 3,
}
SEXES = {"female": 74, "male": 24, "other": 1, "unknown": 1}
OF_DUTY = {"police": 66, "kmar": 20, "nla": 14}
OF_NO_DUTY = {
    "shelter": 30,
    "care_coordination": 22,
    "asylum_reception": 18,
    "fairwork": 10,
    "lawyer": 8,
    "youth_care": 6,
    "self": 3,
    "other": 3,
}


@dataclasses.dataclass(frozen=True)
class Person:
    """Facts by the names of the slots, open ones as COPY reads them and sealed ones as plain text; and how far the life moves."""

    # days
    back: int
    # later (or earlier) in each of its days
    later: datetime.timedelta
    facts: dict[str, str]


def weighted(rng: random.Random, codes: dict[str, int]) -> str:
    return rng.choices(list(codes), list(codes.values()))[0]


def person(life: Life, *, open_case: bool, reference: str, until: datetime.date, rng: random.Random) -> Person:
    """Somebody who lives this life: it began some days (or, when it is over, years) before the told one."""
    if open_case:
        back = rng.randint(0, life.earliest)
    else:
        back = rng.randrange(YEARS) - (until - life.ends).days
    nationality = life.nationality
    if not life.keeps_nationality and nationality:
        nationality = rng.choice(EU if nationality in EU else ELSEWHERE)
    given = rng.choice(GIVEN[nationality or "NG"]) if nationality in GIVEN or not nationality else "Alex"
    family, other = family_name(rng), rng.choice(GIVEN["NL"])
    birth = born(life, life.begins - datetime.timedelta(days=back), rng)
    return Person(
        back=back,
        later=moved(life, rng),
        facts={
            "given": given, "family": family, "other": other, "working_name": f"{given} (demo)", "reference": reference,
            "v_number": f"999{rng.randrange(10**7):07d}", "notifier_number": f"PL-DEMO-{rng.randrange(10**7):07d}",
            "birth_date": birth.isoformat(), "birth_year": str(birth.year), "turns_18_on": turns(birth, 18).isoformat(),
            "sex": weighted(rng, SEXES), "nationalities": f"{{{nationality}}}",
            "forms": f"{{{weighted(rng, FORMS)}}}", "control_means": f"{{{','.join(rng.sample(MEANS, 2))}}}",
            "region": rng.choice(REGION_CODES), "unsafe_regions": f"{{{rng.choice(REGION_CODES)}}}",
            "notifier": weighted(rng, OF_DUTY if life.duty_to_notify else OF_NO_DUTY),
        },
    )  # fmt: skip


def moved(life: Life, rng: random.Random) -> datetime.timedelta:
    """How much later than told, or earlier: thousands who live one life do not all live it at the same minute."""
    first, last = (at.hour * 60 + at.minute for at in life.hours)
    minutes = rng.randint(min(MORNING.hour * 60 - first, 0), 24 * 60 - 1 - last)
    return datetime.timedelta(minutes=minutes, seconds=rng.randrange(60 - life.hours[1].second))


def born(life: Life, begins: datetime.date, rng: random.Random) -> datetime.date:
    """A birthday that makes the person as old as the life asks on the day on which it begins."""
    year = begins.year - (rng.randrange(13, 17) if life.minor else min(rng.randrange(19, 45), rng.randrange(19, 60)))
    return datetime.date(year, rng.randrange(1, 13), rng.randrange(1, 29))
