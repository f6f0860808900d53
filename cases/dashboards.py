"""Figures across cases. Totals count restricted cases; what lies behind a figure shows only what the viewer may open."""

import datetime
from typing import Any

from django.db.models import Count, Exists, F, OuterRef

from organisations.models import User
from organisations.permissions import Permission

from .models import Case, Participation, ReflectionPeriod
from .models.case import CaseQuerySet, with_keys
from .rules.access import Part
from .rules.codes import FileType
from .rules.workflow import OPEN_STAGES, STAGES

SOON, LATER = 7, 21


def registered_cases(user: User) -> CaseQuerySet:
    """Open cases in which the viewer's organisation keeps the register or places the person; never support only."""
    parts = Participation.objects.now().filter(
        case=OuterRef("pk"),
        organisation__in=user.organisations_with(Permission.DASHBOARD_READ),
        part__in=[Part.REGISTRATION, Part.PLACEMENT],
    )
    return Case.objects.filter(Exists(parts)).exclude(file_type=FileType.SUPPORT_ONLY).open()


def people_by_stage(user: User) -> dict[str, Any]:
    """Persons, not cases or notices, in each open stage; a person with two open cases in two stages stands in both."""
    counted = dict(
        registered_cases(user).values_list("stage").annotate(people=Count("victim", distinct=True)).order_by("stage")
    )
    most = max(counted.values(), default=0)
    return {
        "stages": [
            {
                "stage": stage,
                "name": STAGES[stage],
                "people": counted.get(stage, 0),
                "width": round(100 * counted.get(stage, 0) / most) if most else 0,
            }
            for stage in OPEN_STAGES
        ],
        "total": registered_cases(user).aggregate(people=Count("victim", distinct=True))["people"],
    }


def reflection_ending(user: User, visible: CaseQuerySet, *, today: datetime.date) -> dict[str, Any]:
    """Granted reflection periods that run and end within three weeks by their recorded date, or ended without a word."""
    running = ReflectionPeriod.objects.filter(
        state="granted", ended_on=None, latest_end__lte=today + datetime.timedelta(days=LATER)
    )
    cases = registered_cases(user)
    rows: list = list(
        visible.filter(pk__in=cases.values("pk"), reflectionperiod__in=running)
        .annotate(latest_end=F("reflectionperiod__latest_end"))
        .order_by("latest_end", "pk")
    )
    with_keys(rows)
    lines = [{"case": case, "latest_end": case.latest_end, "days": (case.latest_end - today).days} for case in rows]
    counted = running.filter(case__in=cases)
    return {
        "rows": lines,
        "soon": counted.filter(latest_end__lte=today + datetime.timedelta(days=SOON), latest_end__gte=today).count(),
        "later": counted.filter(latest_end__gte=today).count(),
        "past": counted.filter(latest_end__lt=today).count(),
        "unseen": counted.count() - len(rows),
    }
