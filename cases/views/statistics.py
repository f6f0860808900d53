"""Published figures of earlier years."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from organisations.views.access import PUBLIC, page

from .. import statistics


@page(PUBLIC)
def published(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "cases/statistics/published.html",
        {"nationalities": statistics.by_nationality(), "years": statistics.by_year()},
    )
