"""The time line of a case."""

from django.http import HttpResponse
from django.utils import timezone

from organisations.permissions import Permission
from organisations.views.access import Request, page

from .. import timeline
from ..rules.timeline import drawn
from .lookups import abilities_on, get_case
from .pages import case_page


@page(Permission.CASE_SEE)
def room(request: Request, reference: str) -> HttpResponse:
    case = get_case(request, reference, Permission.CASE_SEE, room="case")
    can, today = abilities_on(request, case), timezone.localdate()
    tracks = timeline.tracks(case, can)
    return case_page(
        request, case, "case", "cases/timeline/room.html",
        tracks=tracks, drawing=drawn(tracks, today), today=today, left_behind=timeline.left_behind(case, can),
    )  # fmt: skip
