"""CoMensha's page: where people stand, and which reflection periods are about to end."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from organisations.permissions import Permission
from organisations.views.access import Request, page

from .. import dashboards
from .lookups import cases_in_sight


@page(Permission.DASHBOARD_READ)
def dashboard(request: Request) -> HttpResponse:
    today = timezone.localdate()
    return render(
        request,
        "cases/dashboard/dashboard.html",
        {
            "people": dashboards.people_by_stage(request.user),
            "ending": dashboards.reflection_ending(
                request.user, cases_in_sight(request, Permission.REGISTRATION_READ), today=today
            ),
            "as_of": timezone.now(),
        },
    )
