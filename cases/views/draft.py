"""What is typed into the forms of a case, kept before it is saved (the script of our pages sends it)."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import time_format
from django.views.decorators.http import require_POST

from organisations.actions.base import Refused
from organisations.views.access import SIGNED_IN, Request, by_script, page

from ..actions import draft as actions
from ..models import Draft
from ..rules.drafts import Place


@page(SIGNED_IN)
@by_script
def keep(request: Request) -> HttpResponse:
    kept = keep_sent(request)
    return JsonResponse({"at": time_format(timezone.localtime(kept.kept_at), "H:i") if kept else ""})


def keep_sent(request: Request) -> Draft | None:
    """Keep what this request sends, if it was typed into a form of ours by this person, who may still write there."""
    place = Place.of(request.POST.get("draft", ""))
    if place is None:
        return None
    try:
        return actions.keep(place=place, typed=request.POST.lists(), by=request.user)
    except Refused:
        return None


def saved(request: Request) -> None:
    """The form was saved: nothing of it is kept any more."""
    place = Place.of(request.POST.get("draft", ""))
    if place is not None and place.user == request.user.pk:
        actions.settle(place=place, by=request.user)


@page(SIGNED_IN)
@require_POST
def throw_away(request: Request) -> HttpResponse:
    saved(request)
    place = Place.of(request.POST.get("draft", ""))
    return redirect(place.address if place is not None else "home")
