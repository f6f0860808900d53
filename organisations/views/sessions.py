"""Ending one of one's own sessions, by hand or by being away; the list is the login library's page in our look."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..actions import sessions as actions
from . import presence
from .access import SIGNED_IN, Request, by_script, page


@page(SIGNED_IN)
@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    # Of the session that asks one signs out.
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    session = get_object_or_404(others, pk=pk)
    actions.end(sessions=[session], by=request.user)
    messages.success(request, _("That session is over; whoever sits there has to sign in again."))
    return redirect("usersessions_list")


@page(SIGNED_IN)
@by_script
def here(request: Request) -> HttpResponse:
    """Somebody typed or clicked on a page of theirs."""
    if not presence.is_of(request) or presence.left(request) == 0:
        return JsonResponse({"left": 0})
    presence.used(request)
    return JsonResponse({"left": presence.left(request)})


@page(SIGNED_IN)
@by_script
def idle(request: Request) -> HttpResponse:
    """Nobody typed or clicked there for long: over, unless another page of this session was used meanwhile."""
    if not presence.is_of(request):
        return JsonResponse({"left": 0})
    left = presence.left(request)
    if left <= presence.TOLD_EVERY:
        presence.leave(request)
        left = 0
    return JsonResponse({"left": left})
