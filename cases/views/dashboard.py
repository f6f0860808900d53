"""The dashboard: what needs action, who came, who returned; and the files behind a figure."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from organisations.permissions import Permission
from organisations.views.access import Request, page

from .. import lists
from ..dashboards.behind import behind_of, in_words, title_of
from ..dashboards.days import DAYS
from ..dashboards.history import last_count
from ..dashboards.page import everything
from .lookups import figures_asked, files_behind


@page(Permission.DASHBOARD_READ)
def dashboard(request: Request) -> HttpResponse:
    filters, asked = figures_asked(request)
    return render(
        request,
        "cases/dashboard/dashboard.html",
        {
            "filters": filters,
            "asked": asked,
            "last_count": last_count(timezone.now()),
            **everything(asked, filters, request.user.abilities),
        },
    )


@page(Permission.DASHBOARD_READ)
def behind(request: Request) -> HttpResponse:
    filters, asked = figures_asked(request)
    wanted = behind_of(request.GET)
    if wanted is None:
        return redirect("cases:dashboard")
    seen, unseen = files_behind(request, asked, wanted)
    day = DAYS[wanted.figure]
    one_page = lists.one_page_by_day if day.in_order else lists.one_page
    cases, after = one_page(seen, after=request.GET.get("after", ""))
    return render(
        request,
        "cases/dashboard/behind.html",
        {
            "cases": cases,
            "day": day,
            "title": title_of(asked, wanted),
            "told": in_words(asked, wanted),
            "unseen": unseen,
            "back": filters.address(),
            "first": filters.address(**wanted.as_text),
            "next": filters.address(**wanted.as_text, after=after) if after else "",
            "deep": "after" in request.GET,
        },
    )
