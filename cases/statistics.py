"""What others published of earlier years; nothing here is counted from files."""

import csv
import functools
from pathlib import Path
from typing import Any

from django_countries import countries

from .rules import charts
from .rules.figures import share

DATA = Path(__file__).parent / "data"


@functools.cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def by_nationality() -> list[dict[str, Any]]:
    """The ministry's table: for each year the nationalities by number, equal numbers with the same rank."""
    years: dict[int, list[dict[str, str]]] = {}
    for row in rows("victims-by-nationality-2010-2012.csv"):
        years.setdefault(int(row["year"]), []).append(row)
    tables = []
    for year, found in sorted(years.items()):
        numbers = [int(row["victims"]) for row in found]
        lines = [
            {
                "rank": rank, "country": countries.name(row["country_iso"]), "number": number,
                "width": share(number, max(numbers)), "then": then(row),
            }
            for row, number, rank in zip(found, numbers, charts.ranked(numbers), strict=True)
        ]  # fmt: skip
        tables.append({"year": year, "lines": sorted(lines, key=lambda line: (line["rank"], line["country"]))})
    return tables


def then(row: dict[str, str]) -> str:
    """What the table calls a country that has another name by now."""
    return row["label"] if row["country_iso"] == "MK" else ""


def by_year() -> dict[str, Any]:
    """The totals per year: a series for each body that counts, drawn by itself over the same years.

    In `lines` each number with the place of its source in `sources`, counted from one; None where none was found.
    """
    series: dict[str, dict[int, int]] = {}
    told: dict[str, dict[int, dict[str, int]]] = {}
    sources: list[str] = []
    for row in rows("victims-by-year.csv"):
        year, number, source = int(row["year"]), int(row["victims_total"]), row["source_url"]
        if source not in sources:
            sources.append(source)
        series.setdefault(row["counted_by"], {})[year] = number
        told.setdefault(row["counted_by"], {})[year] = {"number": number, "source": sources.index(source) + 1}
    numbered = {year for numbers in series.values() for year in numbers}
    years = range(min(numbered), max(numbered) + 1)
    most = max(number for numbers in series.values() for number in numbers.values())
    return {
        "series": [
            {"name": name, "chart": charts.line(numbers, years=years, most=most)} for name, numbers in series.items()
        ],
        "lines": [{"year": year, "numbers": [numbers.get(year) for numbers in told.values()]} for year in years],
        "sources": sources,
    }
