"""What the reflection period gives, ticked off in the room of residence."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import pressed

from ..actions import provision as actions
from ..models import ReflectionPeriod
from ..rules.reflection import PROVISIONS
from .lookups import get_case, get_row


@page(Permission.SUPPORT_WRITE)
@require_POST
def arrange(request: Request, reference: str, pk, what: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="residence")
    return say(request, get_row(case.reflectionperiod_set, pk), what, arranged=True, said=_("Arranged."))


@page(Permission.SUPPORT_WRITE)
@require_POST
def take_back(request: Request, reference: str, pk, what: str) -> HttpResponse:
    case = get_case(request, reference, Permission.SUPPORT_WRITE, room="residence")
    return say(request, get_row(case.reflectionperiod_set, pk), what, arranged=False, said=_("It is not arranged."))


def say(request: Request, period: ReflectionPeriod, what: str, *, arranged: bool, said: str) -> HttpResponse:
    if what not in PROVISIONS:
        raise Http404
    pressed(
        request, lambda: actions.record(reflection=period, what=what, arranged=arranged, by=request.user), said=said
    )
    return redirect("cases:residence", period.case.reference)
