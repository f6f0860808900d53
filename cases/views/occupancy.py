"""How full the houses are: for those who run them or place people, and the little that everybody else may know."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header

from organisations.permissions import Permission
from organisations.views.access import Request, page

from .. import occupancy
from ..actions.registration import register
from ..forms.occupancy import OccupancyForm, WeekForm
from ..rules.clock_table import Clock
from ..rules.clocks import rule_for
from ..rules.occupancy import REASONS, all_of, days_told


@page(Permission.OCCUPANCY_READ)
def houses(request: Request) -> HttpResponse:
    now = timezone.now()
    filters = OccupancyForm(request.GET, shelters=occupancy.houses_of(request.user))
    kinds = occupancy.kinds(filters.chosen(), now)
    return render(
        request,
        "cases/occupancy/houses.html",
        {"filters": filters, "kinds": kinds, "weeks": occupancy.week_by_week(kinds), "now": now},
    )


@page(Permission.OCCUPANCY_READ)
def week(request: Request) -> HttpResponse:
    filters = WeekForm(request.GET, today=timezone.localdate())
    chosen = filters.chosen()
    rows = occupancy.report(request.user, chosen)
    return render(
        request,
        "cases/occupancy/week.html",
        {
            "filters": filters,
            "week": chosen,
            "next": chosen.after if chosen.monday < filters.last.monday else None,
            "rows": rows,
            "all": all_of(rows),
            "reasons": list(REASONS.values()),
            "norm": rule_for(Clock.SPECIALISED_SHELTER, chosen.sunday),
        },
    )


@page(Permission.OCCUPANCY_READ)
def week_file(request: Request) -> HttpResponse:
    filters = WeekForm(request.GET, today=timezone.localdate())
    if filters.errors:
        raise Http404
    chosen = filters.chosen()
    return HttpResponse(
        occupancy.file_of(occupancy.report(request.user, chosen)),
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=f"cosm-{chosen}.csv"),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@page(Permission.ROOM_READ)
def room(request: Request) -> HttpResponse:
    today = timezone.localdate()
    days = days_told(today)
    return render(
        request,
        "cases/occupancy/room.html",
        {"lines": occupancy.room(today), "since": days[0], "until": days[-1], "register": register()},
    )
