"""What the pages about the reflection period and residence show beside the rows: by the rules, of what the reader may know."""

import datetime
import uuid
from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.utils import timezone

from organisations.permissions import Permission

from .models import (
    Case,
    DateCorrection,
    Procedure,
    Provision,
    ReflectionPeriod,
    ResidenceStatus,
    UnknownDestination,
)
from .models.base import CaseRow
from .models.case import CaseQuerySet
from .models.procedure import around
from .rules.clocks import reporting_days
from .rules.hints import Event, Hint, hints, not_together
from .rules.procedures import Kind
from .rules.reflection import FOLLOWING, PROVISIONS, Known, cautions
from .rules.workflow import Stage


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
    """The reflection period with what is unusual about it, its days of reporting, what may follow its end, and having left."""
    reads = Permission.REGISTRATION_READ in can
    periods = list(case.reflectionperiod_set.all()) if reads else []
    away = list(case.unknowndestination_set.all()) if reads else []
    period = next(iter(periods), None)
    shown = {
        "reflection": period,
        "earlier_periods": periods[1:],
        "away": away,
        "bed_asked": bed_asked(case, away[0], can) if away else "",
        "corrections": corrections_of(case, [*periods, *away]),
    }
    if period is None or period.state not in {"wanted", "granted"}:
        return shown
    known = known_for_reflection(case, can, seen=seen, before=periods[1:])
    granted, today = period.granted_on, timezone.localdate()
    return {
        **shown,
        "cautions": cautions(known, granted or period.asked_on or today),
        "reporting": [day for day in reporting_days(granted, period.latest_end) if day >= today]
        if period.running and granted and period.latest_end
        else [],
        "following": FOLLOWING.get(period.end_reason, ()),
    }


def bed_asked(case: Case, away: UnknownDestination, can: frozenset[Permission]) -> str:
    """Where somebody who came back is asked whether a bed is needed: "shelter", "answers" or "" (not).

    Nothing says so by itself. Who reads the shelter room is asked until a stay or a request is recorded after the leaving.
    """
    if away.back_on is None or case.stage == Stage.CLOSED:
        return ""
    if Permission.SHELTER_READ in can:
        stays = case.placement_set.filter(Q(until_at=None) | Q(created_at__gt=away.created_at), member=None)
        requests = case.placementrequest_set.filter(Q(outcome="") | Q(created_at__gt=away.created_at))
        return "" if stays.exists() or requests.exists() else "shelter"
    return "answers" if Permission.IDENTITY_WRITE in can and not case.bed_needed else ""


def provisions(period: ReflectionPeriod | None) -> list[dict[str, Any]]:
    """What a granted period gives, each with who said last that it is arranged, or that it is not after all."""
    if period is None or period.state != "granted":
        return []
    newest: dict[str, Provision] = {}
    for row in period.provision_set.select_related("created_by"):
        newest.setdefault(row.what, row)
    return [{"code": code, "name": name, "last": newest.get(code)} for code, name in PROVISIONS.items()]


def corrections_of(case: Case, rows: Sequence[CaseRow]) -> list[DateCorrection]:
    """The dates of these records that were recorded wrongly, newest first."""
    found = case.datecorrection_set.filter(subject__in=[row.pk for row in rows]).select_related("created_by")
    return list(found)


def procedures(case: Case) -> list[dict[str, Any]]:
    """The procedures about residence, open ones first, each with the term that runs from it."""
    rows, today = list(case.procedure_set.all()), timezone.localdate()
    hangs_on = around(rows, case.criminalevent_set.values_list("kind", "day"))
    return [
        {
            "row": row,
            "term": (term := row.term(hangs_on, today)),
            "passed": term is not None and term.passed(timezone.localtime()),
            "criminal_hidden": row.kind == Kind.DUBLIN and "criminal" in case.hidden_before,
            "asylum_missing": row.misses_asylum_request(hangs_on),
        }
        for row in rows
    ]


def terms(case: Case, changed: Procedure, values: dict[str, Any]) -> dict[uuid.UUID, tuple[str, datetime.date | None]]:
    """The end of each term that runs in a procedure of the case, as it would be with these values in one of them."""
    rows, today = list(case.procedure_set.all()), timezone.localdate()
    for row in rows:
        if row.pk == changed.pk:
            for name, value in values.items():
                setattr(row, name, value)
    hangs_on = around(rows, case.criminalevent_set.values_list("kind", "day"))
    found = {row.pk: row.term(hangs_on, today) for row in rows}
    return {pk: (str(term.rule.clock_name), term.ends) for pk, term in found.items() if term is not None}


def at_odds(
    case: Case, titles: Sequence[ResidenceStatus], reflection: ReflectionPeriod | None, rows: Sequence[Procedure]
) -> list[object]:
    """What of all this does not fit together, in sentences."""
    now = next((one.title for one in titles if one.held_on(timezone.localdate())), None)
    decided = any(row.kind == Kind.RETURN_DECISION and row.decided_on is None for row in rows)
    return not_together(
        return_duty=case.return_duty, return_decision=decided, title=now,
        reflecting=reflection is not None and reflection.running,
        asylum=any(row.kind == Kind.ASYLUM and row.decided_on is None for row in rows),
    )  # fmt: skip


def worth_asking(case: Case) -> list[Hint]:
    """What its titles and its criminal case make worth asking about. For whoever reads both rooms."""
    events = [Event(*one) for one in case.criminalevent_set.values_list("kind", "day")]
    return hints([title.held for title in case.rows("residencestatus")], events, timezone.localdate())
