"""The house list for the night: who sleeps where, what to know of them, and the handover to the next shift."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from organisations.forms.base import sent
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done

from .. import tonight
from ..actions import tonight as actions
from ..forms.tonight import HandoverForm
from .lookups import get_house, night_in
from .pages import keep_what_is_typed


@page(Permission.TONIGHT_READ)
def houses(request: Request) -> HttpResponse:
    found = tonight.houses(request.user)
    if len(found) == 1:
        return redirect("cases:tonight", found[0].slug)
    return render(request, "cases/tonight/list.html", {"houses": found})


@page(Permission.TONIGHT_READ)
def house(request: Request, slug: str) -> HttpResponse:
    shelter = get_house(request, slug)
    night = night_in(request, shelter)
    form = HandoverForm(sent(request), people=night.boxes)
    if done(
        request,
        form,
        lambda: actions.hand_over(texts=form.texts(), submission=form.cleaned_data["submission"], by=request.user),
        said=_("Kept in the files of the people you wrote about."),
    ):
        return redirect("cases:tonight", shelter.slug)
    keep_what_is_typed(
        request, form, permission=Permission.TONIGHT_READ, address=request.path, organisation=shelter.organisation
    )
    return render(
        request,
        "cases/tonight/house.html",
        {"house": shelter, "night": night, "form": form, "now": timezone.now()},
    )
