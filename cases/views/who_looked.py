"""Who looked: in the cases one sees, and of one case as a list for the client."""

from functools import partial

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language

from organisations.actions import audit
from organisations.lists import counted, newest_first, people_of
from organisations.permissions import Permission
from organisations.views.access import Request, page

from .. import lists
from ..forms.who_looked import WhoLookedFilterForm
from .lookups import cases_in_sight, get_case
from .pages import case_page


@page(Permission.WHO_LOOKED)
def listing(request: Request) -> HttpResponse:
    organisations = request.user.organisations_with(Permission.WHO_LOOKED)
    audit.record_trail_read(by=request.user, room="who_looked", organisations=organisations)
    rows = lists.who_looked(partial(cases_in_sight, request), organisations)
    filters = WhoLookedFilterForm(
        request.GET,
        people=people_of(organisations),
        name_of=lambda pk: rows.filter(actor_id=pk).values_list("actor_name", flat=True).first() or "",
        assigned=cases_in_sight(request).assigned_to(request.user),
    )
    found = filters.apply(rows)
    events, older = newest_first(found, before=request.GET.get("before", ""))
    return render(
        request,
        "cases/who_looked/list.html",
        {
            "filters": filters,
            "events": [{"event": event, "of_person": filters.address(person=event.actor_id)} for event in events],
            "counted": counted(found),
            "older": filters.address(before=older) if older else "",
            "deep": "before" in request.GET,
        },
    )


@page(Permission.SUPPORT_READ)
def for_client(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_READ, room="history")
    asked = request.GET.get("language", "")
    return case_page(
        request, case, "history", "cases/who_looked/client.html",
        language=asked if asked in dict(settings.LANGUAGES) else get_language(), made_at=timezone.now(),
        **lists.looked_for_client(case),
    )  # fmt: skip
