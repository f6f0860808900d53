"""All figures of the dashboard, each with the address of what lies behind it."""

from typing import Any

from django.urls import reverse

from organisations.permissions import Permission

from ..forms.dashboard import DashboardForm
from ..rules import figures
from ..rules.figures import Measure
from .behind import RETURN_NAMES, Behind, title_of
from .history import history
from .now import ACTION, RETURNS, lines, numbers, people_by_stage
from .whose import Asked

# The figure of registered files, and the same of files for support only.
RETURNED = {Measure.DEPARTED: Measure.SUPPORT_DEPARTED, Measure.FOLLOWED_UP: Measure.SUPPORT_FOLLOWED_UP}


class Links:
    """Adds to a line the address of the files behind its number, where this person may open any and there are some."""

    def __init__(self, filters: DashboardForm, abilities: frozenset[Permission]) -> None:
        self.filters, self.abilities, self.page = filters, abilities, reverse("cases:dashboard_behind")

    def on(self, line: dict[str, Any], number: int | None, as_: str = "address", **what: str) -> dict[str, Any]:
        may = Behind(figure=what["figure"]).reading in self.abilities
        return {**line, "opens": may, as_: self.page + self.filters.address(**what) if may and number else ""}

    def on_both(self, line: dict[str, Any]) -> dict[str, Any]:
        """On a figure of now: its number of files, and that of files for support only."""
        code = line["code"]
        line = self.on(line, line["number"], figure=code)
        return self.on(line, line["support"], "support_address", figure=code, support="yes")


def everything(asked: Asked, filters: DashboardForm, abilities: frozenset[Permission]) -> dict[str, Any]:
    """All figures of the page, with the addresses of what lies behind them."""
    links = Links(filters, abilities)
    now, told = numbers(asked), history(asked)
    people = people_by_stage(now)
    people["lines"] = [links.on_both(line) for line in people["lines"]]
    action = [links.on_both(line) for line in lines(ACTION, now)]
    for line in action:
        line["name"] = title_of(asked, Behind(figure=line["code"]))
    returns = [links.on_both(line) for line in lines(RETURNS, now)] + returned(told["totals"], links)
    return {
        "now": now,
        "people": people,
        "action": action,
        "returns": returns,
        "history": with_links(told, asked.measure, links),
        "inflow": [
            {
                "name": figures.INFLOW[code], "definition": figures.DEFINITIONS[code], "number": told["totals"][code],
                "chosen": code == asked.measure, "address": filters.address(measure=code.value),
            }
            for code in figures.offered(asked.scope)
        ],
        "measure_name": figures.INFLOW[asked.measure],
        "closed_rooms": not all(line["opens"] for line in [*action, *returns]),
    }  # fmt: skip


def returned(totals: dict[Measure, int], links: Links) -> list[dict[str, Any]]:
    """Who departed and who was followed up in the period."""
    found = []
    for code, apart in RETURNED.items():
        support = totals.get(apart)
        line = {"name": RETURN_NAMES[code], "definition": figures.DEFINITIONS[code], "in_period": True}
        line |= {"code": code.value, "number": totals[code], "support": support}
        line = links.on(line, totals[code], figure=code.value)
        found.append(links.on(line, support, "support_address", figure=apart.value))
    return found


def with_links(told: dict[str, Any], measure: Measure, links: Links) -> dict[str, Any]:
    series = [
        links.on(line, line["number"], figure=measure.value, first=line["first"].strftime("%d-%m-%Y"))
        for line in told["series"]
    ]
    by = [
        {
            **part,
            "lines": [
                links.on(line, line["number"], figure=measure.value, dimension=part["dimension"], code=line["code"])
                for line in part["lines"]
            ],
        }
        for part in told["by"]
    ]
    return {**told, "series": series, "by": by}
