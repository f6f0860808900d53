"""The terms by which days are reckoned, for whoever wants to check them."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from organisations.views.access import SIGNED_IN, Request, page

from ..forms.rules import RulesForm
from ..rules.clock_table import TABLE
from ..rules.free_movement import MEMBERS


@page(SIGNED_IN)
def rules(request: Request) -> HttpResponse:
    filters = RulesForm(request.GET)
    day = (filters.cleaned_data.get("on") if filters.is_valid() else None) or timezone.localdate()
    return render(
        request,
        "cases/rules/rules.html",
        {
            "filters": filters,
            "day": day,
            "now": [rule for rule in TABLE if rule.holds_on(day)],
            "other": [rule for rule in TABLE if not rule.holds_on(day)],
            "members": sorted(MEMBERS, key=lambda member: member.name),
        },
    )
