"""The dashboard: what needs action, who came, who returned; and the files behind a figure."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.lists import counted
from organisations.permissions import Permission
from organisations.views.access import Request, page

from .. import lists
from ..dashboards.behind import behind_of, in_words, title_of
from ..dashboards.days import DAYS
from ..dashboards.history import last_count
from ..dashboards.now import NOW
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
    if filters.errors:
        # a list without the filter would be of other files than were asked for
        messages.warning(
            request, _("A filter in the address of that list cannot be used; these are the figures without it.")
        )
        return redirect(reverse("cases:dashboard") + filters.address())
    wanted = behind_of(asked, request.GET)
    if wanted is None:
        messages.warning(request, _("There is no list behind that address; these are the figures."))
        return redirect(reverse("cases:dashboard") + filters.address())
    seen, unseen = files_behind(request, asked, wanted)
    day = DAYS[wanted.figure]
    one_page = lists.one_page_by_day if day.in_order else lists.one_page
    cases, after = one_page(seen, after=request.GET.get("after", ""))
    return render(
        request,
        "cases/dashboard/behind.html",
        {
            "cases": cases,
            "counted": counted(seen),
            "last_count": last_count(timezone.now()) if wanted.figure not in NOW else None,
            "day": day,
            "title": title_of(asked, wanted),
            "told": in_words(asked, wanted),
            "unseen": counted(unseen),
            "back": filters.address(),
            "first": filters.address(**wanted.as_text),
            "next": filters.address(**wanted.as_text, after=after) if after else "",
            "deep": "after" in request.GET,
        },
    )
