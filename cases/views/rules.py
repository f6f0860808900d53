"""The terms by which days are reckoned, for whoever wants to check them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from organisations.views.access import SIGNED_IN, Request, page

from ..forms.rules import RulesForm
from ..rules.clock_table import narrowed
from ..rules.free_movement import members


@page(SIGNED_IN)
def rules(request: Request) -> HttpResponse:
    filters = RulesForm(request.GET)
    wanted = filters.wanted()
    day, text = wanted.get("on") or timezone.localdate(), wanted.get("q", "")
    found = narrowed(text, doubtful="doubt" in wanted)
    return render(
        request,
        "cases/rules/rules.html",
        {
            "filters": filters,
            "day": day,
            "now": [rule for rule in found if rule.holds_on(day)],
            "other": [rule for rule in found if not rule.holds_on(day)],
            "members": members(text),
        },
    )
