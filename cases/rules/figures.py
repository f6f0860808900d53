"""What is counted across cases: in whose files, what, and by what. Each with the words that stand beside the number.

Registered persons, notices and files for support only are three measures, and no figure adds one to another.
"""

import datetime
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from organisations.roles import Role
from organisations.rules.regions import REGIONS

from .access import Part
from .codes import AGE_GROUPS, EXPLOITATION_FORMS, NOTIFIERS, SEXES


class Scope(StrEnum):
    """Whose files a figure is about."""

    NATIONAL = "national"
    LEAD = "lead"
    COORDINATION = "coordination"
    # of the national files those of one organisation, in whatever part of its own
    WITHIN = "within"


# Which role reads which figures.
SCOPE_OF: dict[Role, Scope] = {
    Role.COMENSHA_COORDINATOR: Scope.NATIONAL,
    Role.TEAM_LEAD: Scope.LEAD,
    Role.CARE_COORDINATOR: Scope.COORDINATION,
}

# The parts by which a file is one of an organisation's own.
PARTS_OF: dict[Scope, tuple[Part, ...]] = {
    Scope.NATIONAL: (Part.REGISTRATION, Part.PLACEMENT),
    Scope.LEAD: (Part.LEAD, Part.SUPPORT),
    Scope.COORDINATION: (Part.COORDINATION,),
    Scope.WITHIN: (Part.LEAD, Part.SUPPORT, Part.COORDINATION),
}

# No national figure holds a file for support only.
NATIONAL_SCOPES = frozenset({Scope.NATIONAL, Scope.WITHIN})


class Measure(StrEnum):
    PERSONS = "persons"
    NOTICES = "notices"
    SUPPORT_ONLY = "support_only"
    DEPARTED = "departed"
    FOLLOWED_UP = "followed_up"
    SUPPORT_DEPARTED = "support_departed"
    SUPPORT_FOLLOWED_UP = "support_followed_up"


INFLOW = {
    Measure.PERSONS: _("Registered persons"),
    Measure.NOTICES: _("Notices"),
    Measure.SUPPORT_ONLY: _("Cases for support only"),
}

OF_SUPPORT_ONLY = frozenset({Measure.SUPPORT_ONLY, Measure.SUPPORT_DEPARTED, Measure.SUPPORT_FOLLOWED_UP})

DEFINITIONS = {
    Measure.PERSONS: _(
        "Persons with a notice that is registered on legal ground or with consent and was not withdrawn. Each person once, on the day of the first such notice; kind of notifier and region are those of that notice."
    ),
    Measure.NOTICES: _(
        "Notices that are registered on legal ground or with consent and were not withdrawn, on the day they were received. One person may have several, so these are not persons."
    ),
    Measure.SUPPORT_ONLY: _(
        "Cases for support only, on the day they were opened. They are in no national figure and are never added to the others. Kind of notifier and region are those of the first notice, if there is one."
    ),
    Measure.DEPARTED: _("Cases in which a departure is recorded, on that day."),
    Measure.FOLLOWED_UP: _(
        "Cases in which somebody spoke with the person after their return, or had news through the partner, on the first such day."
    ),
}


def offered(scope: Scope) -> list[Measure]:
    """The measures of inflow that these figures hold."""
    return [measure for measure in INFLOW if scope not in NATIONAL_SCOPES or measure not in OF_SUPPORT_ONLY]


class Dimension(StrEnum):
    NATIONALITY = "nationality"
    FORM = "form"
    NOTIFIER = "notifier"
    REGION = "region"
    AGE_GROUP = "age_group"
    SEX = "sex"


DIMENSIONS = {
    Dimension.NATIONALITY: _("Nationality"),
    Dimension.FORM: _("Form of exploitation"),
    Dimension.NOTIFIER: _("Kind of notifier"),
    Dimension.REGION: _("Region"),
    Dimension.AGE_GROUP: _("Age group"),
    Dimension.SEX: _("Sex"),
}

# One person may have several; their sum is then more than the number of persons.
SEVERAL = frozenset({Dimension.NATIONALITY, Dimension.FORM})

# Codes beside those of the lists. ALL stands where a summary is over everything.
ALL, UNKNOWN, NONE, STATELESS = "all", "unknown", "none", "stateless"
# A restricted file counts; by what people are counted it stands under this alone, for the numbers beside the lists would
# describe it to whoever may not open it.
RESTRICTED = "restricted"
RESTRICTED_FILES = _("Restricted cases")

WORDS: dict[Dimension, dict] = {
    Dimension.FORM: EXPLOITATION_FORMS,
    Dimension.NOTIFIER: {**NOTIFIERS, NONE: _("No notice")},
    Dimension.REGION: {**REGIONS, UNKNOWN: _("Region not known")},
    Dimension.AGE_GROUP: AGE_GROUPS,
    Dimension.SEX: SEXES,
    # and every country, by its name
    Dimension.NATIONALITY: {STATELESS: _("Stateless"), UNKNOWN: _("Not known")},
}


class Grain(StrEnum):
    WEEK = "week"
    MONTH = "month"


GRAINS = {Grain.MONTH: _("Month"), Grain.WEEK: _("Week")}

# A longer period is shown from its newest end; a chart of more columns is no chart any more.
COLUMNS = {Grain.MONTH: 36, Grain.WEEK: 53}
USUAL = {Grain.MONTH: 12, Grain.WEEK: 26}

# How old a count may be before the page warns: it is made every night.
OLD = datetime.timedelta(days=2)

CONTACT_DAYS = 14


def first_day(day: datetime.date, grain: Grain) -> datetime.date:
    """The first day of the week (a Monday) or month."""
    return day - datetime.timedelta(days=day.weekday()) if grain is Grain.WEEK else day.replace(day=1)


def next_day(first: datetime.date, grain: Grain, step: int = 1) -> datetime.date:
    """The first day of the week or month that comes so many later; before with a step below nought."""
    if grain is Grain.WEEK:
        return first + datetime.timedelta(weeks=step)
    months = first.year * 12 + first.month - 1 + step
    return datetime.date(months // 12, months % 12 + 1, 1)


def columns(since: datetime.date | None, until: datetime.date, grain: Grain) -> list[datetime.date]:
    """The first days of the weeks or months from `since` until that day, the newest ones where there are too many."""
    last = first_day(until, grain)
    begin = first_day(since, grain) if since is not None else next_day(last, grain, 1 - USUAL[grain])
    begin = max(begin, next_day(last, grain, 1 - COLUMNS[grain]))
    found = []
    while begin <= last:
        found.append(begin)
        begin = next_day(begin, grain)
    return found


def share(number: int, most: int) -> str:
    """The length of a bar, of a hundred."""
    return str(round(100 * number / most)) if most else "0"
