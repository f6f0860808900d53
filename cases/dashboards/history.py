"""Figures of history, as the nightly count left them (actions/summary.py)."""

import datetime
from collections import Counter
from typing import Any

from django.db.models import F, IntegerField, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django_countries import countries

from ..models import InflowSummary, LastCount
from ..rules import charts, figures
from ..rules.figures import ALL, RESTRICTED, Dimension, Grain, Measure, Scope, share
from .whose import Asked


def kept(asked: Asked) -> QuerySet[InflowSummary]:
    """The rows of the period, of every region and measure."""
    whose = None if asked.scope is Scope.NATIONAL else asked.within or asked.whose.organisation
    columns = asked.columns
    if not columns:
        return InflowSummary.objects.none()
    return InflowSummary.objects.filter(
        scope=asked.scope,
        organisation=whose,
        first_day__gte=columns[0],
        first_day__lt=figures.next_day(columns[-1], asked.grain),
    )


def history(asked: Asked) -> dict[str, Any]:
    """Inflow and returns of the period: a number for each week or month, and the period by what people are counted by."""
    measures = [measure for measure in Measure if not asked.national or measure not in figures.OF_SUPPORT_ONLY]
    region = asked.region or ALL
    numbers: Counter[tuple[str, datetime.date]] = Counter()
    parts = kept(asked).filter(measure__in=measures, region=region)
    for measure, day, number in parts.values_list("measure", "first_day", "number"):
        numbers[measure, figures.first_day(day, asked.grain)] += number
    columns = asked.columns
    series = [(day, numbers[asked.measure, day]) for day in columns]
    totals = {measure: sum(numbers[measure, day] for day in columns) for measure in measures}
    return {
        "series": [{"first": day, "number": number} for day, number in series],
        "chart": charts.columns([(short(day, asked.grain), number) for day, number in series]),
        "total": totals[asked.measure],
        "totals": totals,
        "by": breakdown(asked, region),
        "since": columns[0] if columns else None,
        "until": figures.next_day(columns[-1], asked.grain) - datetime.timedelta(days=1) if columns else None,
    }


def short(day: datetime.date, grain: Grain) -> str:
    """A week or month under its column, in signs that every language reads."""
    return f"{day.month}-{day.year}" if grain is Grain.MONTH else f"{day.day}-{day.month}"


def breakdown(asked: Asked, region: str) -> list[dict[str, Any]]:
    """The period by each of what people are counted by, the most first and restricted files last."""
    chosen = kept(asked).filter(measure=asked.measure)
    found: dict[str, Counter[str]] = {dimension: Counter() for dimension in map(str, Dimension)}
    restricted = 0
    for by_what in chosen.filter(region=region).values_list("by_what", flat=True):
        restricted += by_what.pop(RESTRICTED, 0)
        for key, number in by_what.items():
            dimension, _, code = key.partition(":")
            found[dimension][code] += number
    regions = [asked.region] if asked.region else [*figures.WORDS[Dimension.REGION]]
    described = F("number") - Coalesce(Cast(KeyTextTransform(RESTRICTED, "by_what"), IntegerField()), 0)
    of_regions = chosen.filter(region__in=regions).values_list("region").annotate(numbers=Sum(described)).order_by()
    found[Dimension.REGION].update({code: number for code, number in of_regions if number})
    if restricted:
        for numbers in found.values():
            numbers[RESTRICTED] = restricted
    return [
        {
            "dimension": dimension,
            "name": figures.DIMENSIONS[Dimension(dimension)],
            "several": dimension in figures.SEVERAL,
            "lines": [
                {"code": code, "name": name_of(dimension, code), "number": n, "width": share(n, max(numbers.values()))}
                for code, n in sorted(numbers.items(), key=lambda one: in_order(dimension, *one))
            ],
        }
        for dimension, numbers in found.items()
    ]


def in_order(dimension: str, code: str, number: int) -> tuple[bool, int, str]:
    return code == RESTRICTED, -number, str(name_of(dimension, code))


def name_of(dimension: str, code: str) -> Any:
    """A code as people read it."""
    if code == RESTRICTED:
        return figures.RESTRICTED_FILES
    words = figures.WORDS[Dimension(dimension)]
    return words[code] if code in words else countries.name(code) or code


def is_code(dimension: str, code: str) -> bool:
    known = figures.WORDS[Dimension(dimension)]
    return code in known or code == RESTRICTED or (dimension == Dimension.NATIONALITY and code in dict(countries))


def last_count(now: datetime.datetime) -> dict[str, Any]:
    """As of when history was counted, and whether that is too long ago."""
    found = LastCount.objects.filter(only=True).first()
    return {"at": found.at if found else None, "old": found is None or now - found.at > figures.OLD}
