"""Whom somebody looks for: by name, number, reference or the day of intake, among the cases that they see."""

import datetime
import functools
import uuid

from django.core.exceptions import ValidationError
from django.db.models import F, Q

from organisations.forms.fields import DateField
from organisations.models import User
from organisations.models.asked import Asked
from organisations.models.ids import new_id
from organisations.models.kept import Kept
from organisations.permissions import Permission
from organisations.rules.days import midnight
from organisations.sealing import index

from .models import (
    Case,
)
from .models.case import CaseQuerySet, held_by, lead_name, opens, with_keys
from .rules.references import tidy

# Of many who are found so many are shown, and as many as that to whoever asks for more.
FOUND, MANY = 25, 200
# Fewer bearers of a name are not worth a question of their own.
LEAST = 50
DAY = datetime.timedelta(days=1)
LONG_AGO = datetime.datetime(1, 1, 2, tzinfo=datetime.UTC)


def found_by(user: User, text: str, *, limit: int = FOUND) -> tuple[list[Case], bool]:
    """Cases found by a name or number of the person, working name, notifier's number, reference or day of intake.

    Of more than `limit` the newest; and whether there are more.
    """
    held = held_by(user, Permission.CASE_SEARCH)
    if not held:
        return [], False
    day = day_of_intake(text)
    asking = asking_of(limit + 1, with_day=bool(day))
    found: dict[uuid.UUID, Case] = {}
    looked_at, number, last, finished = 0, index.FIRST, index.LAST, False
    while not finished:
        people = index.subjects(text, before=last, limit=number)
        asked = asking.of(held, user.pk, as_list(people), tidy(text) or "", *day)
        found |= {case.pk: case for case in asked}
        finished = len(people) < number or len(found) > limit
        if not finished:
            looked_at, last = looked_at + len(people), people[-1]
            number = how_many_more(looked_at, len(found), limit)
    rows = sorted(found.values(), key=lambda case: (case.changed_at, case.pk), reverse=True)
    return with_keys(rows[:limit]), len(rows) > limit


def as_list(ids: list[uuid.UUID]) -> str:
    """Ids as the database reads a list of them: written by the driver one by one, two hundred took longer than they took to find."""
    return f"{{{','.join(map(str, ids))}}}"


ONE_OF = "{of} = ANY(%s::uuid[])"


@functools.cache
def asking_of(limit: int, *, with_day: bool) -> Kept:
    """The cases among these people or of these ids, of this reference, or taken in between these moments.

    Asked for a day only when one was typed: of any day the database expects the cases of many, and would plan anew each time.
    """

    def asking(held, user, ids, reference, *day) -> CaseQuerySet:
        # Put together by the ORM, the lists of ids took longer than the answer.
        found = Q(Asked(F("pk"), ids, sql=ONE_OF)) | Q(Asked(F("victim_id"), ids, sql=ONE_OF)) | Q(reference=reference)
        if day:
            found |= Q(created_at__gte=day[0], created_at__lt=day[1])
        seen = Case.objects.filter(opens(held, user, Permission.CASE_SEARCH), found)
        return seen.annotate(lead_name=lead_name()).with_key().newest_first()[:limit]

    day = (LONG_AGO, LONG_AGO + DAY) if with_day else ()
    return Kept(asking, [new_id()], new_id(), as_list([new_id()]), "a reference", *day)


def day_of_intake(text: str) -> tuple[datetime.datetime, ...]:
    """From when until when the day lasts that somebody typed; nothing where it is none."""
    day = as_day(text)
    if day is None:
        return ()
    begin = midnight(day)
    return begin, begin + DAY


def how_many_more(looked_at: int, found: int, limit: int) -> int:
    """How many bearers of a name to look at next, the newest first, after so many gave so many cases.

    Half as many again as will do if the others are seen as often; never more than there were until now, since of the newest
    few may tell little of the others.
    """
    missing = limit + 1 - found
    return min(looked_at, max(LEAST, looked_at * missing * 3 // (2 * found))) if found else looked_at


def as_day(text: str) -> datetime.date | None:
    """The day somebody typed, or None when it is no day."""
    try:
        return DateField(required=False).clean(text)
    except ValidationError:
        return None
