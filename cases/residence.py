"""What the pages about the reflection period and residence show beside the rows: by the rules, of what the reader may know."""

from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from organisations.permissions import Permission

from .models import Case, DateCorrection, ReflectionPeriod
from .models.base import CaseRow
from .models.case import CaseQuerySet
from .models.procedure import pauses_of
from .rules.clocks import reporting_days
from .rules.hints import Event, Hint, hints
from .rules.reflection import ENTITLEMENTS, FOLLOWING, Known, cautions


def known_for_reflection(
    case: Case, can: frozenset[Permission], *, seen: CaseQuerySet, before: Sequence[ReflectionPeriod]
) -> Known:
    """What this person may know that makes a reflection period unusual.

    `seen`: the cases whose registration they read; `before`: the earlier periods of this case.
    """
    elsewhere = seen.filter(victim=case.victim_id, reflectionperiod__state="granted").exclude(pk=case.pk)
    titles = case.residencestatus_set.all() if Permission.SUPPORT_READ in can else case.residencestatus_set.none()
    return Known(
        nationalities=case.victim.nationalities if Permission.IDENTITY_READ in can else (),
        titles=list(titles.values_list("title", "from_on", "until_on")),
        granted_before=any(one.state == "granted" for one in before) or elsewhere.exists(),
    )


def around_reflection(case: Case, can: frozenset[Permission], *, seen: CaseQuerySet) -> dict[str, Any]:
    """The reflection period with what is unusual about it, its days of reporting and what may follow its end."""
    periods = list(case.reflectionperiod_set.all()) if Permission.REGISTRATION_READ in can else []
    period = next(iter(periods), None)
    if period is None or period.state not in {"wanted", "granted"}:
        return {"reflection": period, "earlier_periods": periods[1:], "corrections": corrections_of(case, periods)}
    known = known_for_reflection(case, can, seen=seen, before=periods[1:])
    granted, today = period.granted_on, timezone.localdate()
    return {
        "reflection": period,
        "earlier_periods": periods[1:],
        "corrections": corrections_of(case, periods),
        "cautions": cautions(known, granted or period.asked_on or today),
        "reporting": [day for day in reporting_days(granted, period.latest_end) if day >= today]
        if period.running and granted and period.latest_end
        else [],
        "entitlements": ENTITLEMENTS if period.running else (),
        "following": FOLLOWING.get(period.end_reason, ()),
    }


def corrections_of(case: Case, rows: Sequence[CaseRow]) -> list[DateCorrection]:
    """The dates of these records that were recorded wrongly, newest first."""
    found = case.datecorrection_set.filter(subject__in=[row.pk for row in rows]).select_related("created_by")
    return list(found)


def procedures(case: Case) -> list[dict[str, Any]]:
    """The procedures about residence, open ones first, each with the term that runs from it."""
    rows, today = list(case.procedure_set.all()), timezone.localdate()
    pauses = pauses_of(rows)
    return [{"row": row, "term": row.term(pauses, today)} for row in rows]


def worth_asking(case: Case) -> list[Hint]:
    """What its titles and its criminal case make worth asking about. For whoever reads both rooms."""
    events = [Event(*one) for one in case.criminalevent_set.values_list("kind", "day")]
    return hints(case.residencestatus_set.held(), events, timezone.localdate())
