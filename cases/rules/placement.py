"""A place for somebody: how soon, what the house must offer, and why a house fits or does not.

What is said here informs whoever places people; it decides nothing and bars nobody from a bed.
"""

import dataclasses
import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy, pgettext_lazy

from organisations.rules.regions import REGIONS
from organisations.rules.shelters import DECIDES, Decides, ShelterType, sleeps

from .tasks import KINDS, Cause
from .workflow import Facts


class Urgency(StrEnum):
    TONIGHT = "tonight"
    DAYS = "days"
    WEEKS = "weeks"


URGENCIES = {
    Urgency.TONIGHT: _("Tonight"),
    Urgency.DAYS: _("Within three days"),
    Urgency.WEEKS: _("Within a few weeks"),
}

# For how long an offer holds its places unless another moment is chosen. A working rhythm of ours.
HOLDS = {
    Urgency.TONIGHT: datetime.timedelta(hours=2),
    Urgency.DAYS: datetime.timedelta(hours=24),
    Urgency.WEEKS: datetime.timedelta(hours=72),
}
# No bed is kept from everybody else for longer than this.
LONGEST_HOLD = datetime.timedelta(days=7)

# For how long after the acceptance whoever places or brings somebody may see where the house is (design: access).
ADDRESS_FOR = datetime.timedelta(hours=24)


class AgeBand(StrEnum):
    CHILD = "child"
    TEENAGER = "teenager"
    YOUNG = "young"
    ADULT = "adult"
    OLDER = "older"
    UNKNOWN = "unknown"


AGE_BANDS = {
    AgeBand.CHILD: _("Below 12"),
    AgeBand.TEENAGER: _("12 to 17"),
    AgeBand.YOUNG: _("18 to 25"),
    AgeBand.ADULT: _("26 to 59"),
    AgeBand.OLDER: _("60 or older"),
    AgeBand.UNKNOWN: _("Not known"),
}
MINORS = frozenset({AgeBand.CHILD, AgeBand.TEENAGER})


def age_band(age: int | None, *, minor: bool) -> AgeBand:
    """The band of an age in years; without one what is known of it."""
    if age is None:
        return AgeBand.TEENAGER if minor else AgeBand.UNKNOWN
    for below, band in ((12, AgeBand.CHILD), (18, AgeBand.TEENAGER), (26, AgeBand.YOUNG), (60, AgeBand.ADULT)):
        if age < below:
            return band
    return AgeBand.OLDER


WHEELCHAIR = "wheelchair"
NEEDS = {
    WHEELCHAIR: _("Wheelchair"),
    "medical": _("Medical care"),
    "pregnant": _("Pregnant or just gave birth"),
    "mental": _("Mental health care"),
    "addiction": _("Addiction care"),
    "ground_floor": _("Cannot climb stairs"),
    "own_language": _("Staff or interpreter in their language"),
}

YES, NO, UNKNOWN = "yes", "no", "unknown"
# "reflection": whether the reflection period runs, for houses that are paid for no longer than that
REFLECTION = {
    YES: pgettext_lazy("reflection period", "Runs"),
    NO: pgettext_lazy("reflection period", "Does not run"),
    UNKNOWN: _("Not known"),
}


class Closed(StrEnum):
    """How a request ended."""

    PLACED = "placed"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"


CLOSED = {
    Closed.PLACED: _("Has a place"),
    Closed.WITHDRAWN: _("Withdrawn"),
    Closed.FAILED: _("Ended without a place"),
}

# Why somebody stopped asking.
WITHDRAWN_REASONS = {
    "own_place": _("Found a place by themselves"),
    "not_needed": _("No longer needed"),
    "own_house": _("Placed in a house of our own"),
    "left": _("Left to an unknown destination"),
    "consent": _("The consent was withdrawn"),
    "other": _("Other"),
}
# Why CoMensha stopped looking.
FAILED_REASONS = {
    "no_capacity": _("No place anywhere"),
    "no_fit": _("No house fits what is needed"),
    "all_declined": _("Every house that was asked said no"),
    "client": _("The person wants none of the places there are"),
    "other_route": _("Another body finds a place (Nidos, COA, municipality)"),
    "other": _("Other"),
}


class Outcome(StrEnum):
    """What became of an offer."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    REFUSED = "refused"
    LAPSED = "lapsed"
    TAKEN_BACK = "taken_back"
    ARRIVED = "arrived"
    NOT_ARRIVED = "not_arrived"


OUTCOMES = {
    Outcome.ACCEPTED: _("Accepted, on the way"),
    Outcome.DECLINED: _("Declined by the house"),
    Outcome.REFUSED: _("Not wanted by the person"),
    Outcome.LAPSED: _("Not answered in time"),
    Outcome.TAKEN_BACK: _("Taken back"),
    Outcome.ARRIVED: _("Arrived"),
    Outcome.NOT_ARRIVED: _("Did not arrive"),
}

# Why a house says no.
DECLINE_REASONS = {
    "full": _("Full after all"),
    "household": _("The household does not fit"),
    "care": _("Cannot give the care that is needed"),
    "safety": _("Not safe here for this person"),
    "group": _("Does not go with who lives here now"),
    "target_group": _("Not our target group"),
    "money": _("Nobody pays for the place"),
    "other": _("Other"),
}
# Why the person says no. It is never held against them: no page counts it by person.
REFUSE_REASONS = {
    "region": _("Too far from school, work, family or lawyer"),
    "feels_unsafe": _("Does not feel safe there"),
    "with_family": _("Wants to stay with family or partner"),
    "kind": _("Does not want this kind of house"),
    "own_place": _("Has another place"),
    "not_said": _("Does not want to say"),
    "other": _("Other"),
}

# Why somebody stays longer than the norm: the weekly report of the specialised shelters asks it.
OVERSTAY_REASONS = {
    "housing": _("Waits for a home"),
    "procedure": _("Waits for a decision about residence"),
    "other_shelter": _("Waits for a place elsewhere"),
    "care": _("Needs the care of this house"),
    "return": _("Return is being prepared"),
    "safety": _("Not safe elsewhere"),
    "other": _("Other"),
}

# --- the morning after an emergency placement by one person --------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Undone:
    """What was not arranged then, in which room it is, and whether it may stay open for a reason that is written down."""

    sentence: object
    room: str
    may_stay_open: bool


def undone(facts: Facts, *, expected: bool) -> list[Undone]:
    """`expected`: whether an end of the stay is written down. About that and about registration others may have to decide."""
    asked = (
        (KINDS[Cause.SAFETY], False, facts.safety_assessed),
        (KINDS[Cause.REGISTRATION], True, facts.registration_decided),
    )
    found = [Undone(kind.sentence, kind.room, open_) for kind, open_, done in asked if not done]
    if not expected:
        found.append(Undone(_("Say until when the stay is expected to last."), "shelter", True))
    return found


# --- does a house fit? ---------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Who is to be placed, without a name."""

    sex: str
    age_band: AgeBand
    adults: int
    children: int
    needs: frozenset[str]
    unsafe_regions: frozenset[str]
    reflection: str

    @property
    def people(self) -> int:
        return self.adults + self.children

    @property
    def minor_alone(self) -> bool:
        return self.adults == 0


@dataclasses.dataclass(frozen=True)
class House:
    """What is known of a house; `free`: its free places of each kind, at most as many as may be taken."""

    type: ShelterType
    region: str
    takes: frozenset[str]
    household_max: int | None
    wheelchair: bool | None
    decides: Decides
    free: dict[str, int]
    room_for: int

    @property
    def free_places(self) -> int:
        return min(sum(self.free.values()), self.room_for)

    def sleeps(self, kind: str) -> int | None:
        return sleeps(kind, self.household_max)


@dataclasses.dataclass(frozen=True)
class Reason:
    """Why a house does not fit (`bars`), or what to ask before offering it."""

    code: str
    sentence: object
    bars: bool


def reasons(wanted: Wanted, house: House) -> list[Reason]:
    """Everything that speaks against this house or has to be asked there, what bars it first."""
    found = [reason for ask in ASKED for reason in ask(wanted, house)]
    return sorted(found, key=lambda reason: not reason.bars)


def fits(found: list[Reason]) -> bool:
    return not any(reason.bars for reason in found)


def room(wanted: Wanted, house: House):
    if house.free_places == 0:
        yield Reason("no_room", _("No place free"), True)
        return
    largest = max((house.sleeps(kind) or 0 for kind, number in house.free.items() if number), default=0)
    if any(number and house.sleeps(kind) is None for kind, number in house.free.items()) or largest >= wanted.people:
        return
    together = sum((house.sleeps(kind) or 0) * number for kind, number in house.free.items())
    if wanted.adults < 2 or together < wanted.people or house.free_places < 2:
        household = ngettext_lazy("household of %(number)s", "household of %(number)s", "number")
        yield Reason(
            "household",
            _("%(household)s, unit for %(size)s")
            % {"household": household % {"number": wanted.people}, "size": largest},
            True,
        )
    else:
        yield Reason("several", _("Only in several places"), False)


def region(wanted: Wanted, house: House):
    if house.region in wanted.unsafe_regions:
        yield Reason("unsafe_region", _("Unsafe region: %(region)s") % {"region": REGIONS[house.region]}, True)


# sex → what a house must take, and the sentence where it does not
TAKES_SEX = {"female": ("women", _("Takes no women")), "male": ("men", _("Takes no men"))}


def whom(wanted: Wanted, house: House):
    if wanted.minor_alone:
        if "minors" not in house.takes:
            yield Reason("minors", _("Takes no minors without a parent"), bool(house.takes))
        return
    if not house.takes:
        yield Reason("takes_unknown", _("Ask whom it takes"), False)
        return
    if wanted.sex not in TAKES_SEX:
        if not {"women", "men"} <= house.takes:
            yield Reason("sex_unknown", _("Ask whether this person can live there"), False)
    elif TAKES_SEX[wanted.sex][0] not in house.takes:
        yield Reason("sex", TAKES_SEX[wanted.sex][1], True)
    if wanted.children and "families" not in house.takes:
        yield Reason("families", _("Takes no parents with children"), True)
    if wanted.adults > 1 and "couples" not in house.takes:
        yield Reason("couples", _("Ask whether two adults can live there together"), False)


def of_minors(house: House) -> bool:
    return house.decides in {Decides.NIDOS, Decides.YOUTH}


def minors(wanted: Wanted, house: House):
    """Unaccompanied minors go by Nidos or youth care; their houses take nobody else."""
    theirs = of_minors(house)
    if wanted.minor_alone and not theirs:
        yield Reason("nidos", _("A minor without a parent goes by Nidos or youth care"), True)
    elif theirs and not wanted.minor_alone:
        yield Reason("for_minors", _("For minors without a parent only"), True)


def age(wanted: Wanted, house: House):
    """Adults and minors live in different houses: an age that nobody knows is asked first, and bars nobody."""
    if wanted.age_band != AgeBand.UNKNOWN:
        return
    adults, children = {"women", "men"} & house.takes, "minors" in house.takes
    if of_minors(house) or (children and not adults):
        yield Reason("age_unknown", _("Ask the age: for minors"), False)
    elif adults and not children:
        yield Reason("age_unknown", _("Ask the age: for adults"), False)
    elif not adults:
        yield Reason("age_unknown", _("Ask the age"), False)


def wheelchair(wanted: Wanted, house: House):
    if WHEELCHAIR in wanted.needs and not house.wheelchair:
        known = house.wheelchair is False
        sentence = _("Not for a wheelchair") if known else _("Ask whether a wheelchair can get in")
        yield Reason("wheelchair", sentence, known)


def reflection(wanted: Wanted, house: House):
    """CoMensha's page: a COSM is for the reflection period."""
    if house.type is ShelterType.COSM and wanted.reflection != YES:
        known = wanted.reflection == NO
        sentence = _("COSM: reflection period only") if known else _("COSM: ask whether the reflection period runs")
        yield Reason("reflection", sentence, known)


def decides(wanted: Wanted, house: House):
    if must_agree(house.decides):
        yield Reason("decides", _("%(body)s decides: ask first") % {"body": DECIDES[house.decides]}, False)


ASKED = (room, region, whom, minors, age, wheelchair, reflection, decides)


def must_agree(body: Decides) -> bool:
    """Whether somebody outside this program decides about the place, whose answer is written down with the offer."""
    return body in {Decides.NIDOS, Decides.MUNICIPALITY, Decides.YOUTH}


def placed_at_once(body: Decides) -> bool:
    """Whether an offer needs no answer of the house, because CoMensha places there directly."""
    return body is Decides.COMENSHA
