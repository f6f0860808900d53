"""Ending one of one's own sessions; the list itself is the login library's page in our look."""

from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..actions import sessions as actions
from .access import SIGNED_IN, Request, page


@page(SIGNED_IN)
@require_POST
def end(request: Request, pk: int) -> HttpResponse:
    # Of the session that asks one signs out.
    others = UserSession.objects.filter(user=request.user).exclude(session_key=request.session.session_key)
    session = get_object_or_404(others, pk=pk)
    actions.end(sessions=[session], by=request.user)
    messages.success(request, _("That session is over; whoever sits there has to sign in again."))
    return redirect("usersessions_list")
