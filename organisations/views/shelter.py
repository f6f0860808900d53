"""The houses of one's organisation: what they are, their places, and where they are, behind a click that is kept."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..actions import shelter as actions
from ..forms.base import Form, sent
from ..forms.shelter import AddressForm, CapacityForm, NewShelterForm, OutForm, PlaceForm, PlacesForm, ShelterForm
from ..models import PlaceOut, Shelter
from ..permissions import Permission
from .access import Request, page
from .sending import done, pressed


@page(Permission.SHELTERS_READ)
def listing(request: Request) -> HttpResponse:
    here = request.user.organisations_with(Permission.SHELTERS_READ)
    shelters = Shelter.objects.filter(organisation__in=here).select_related("organisation")
    return render(request, "organisations/shelter/list.html", {"shelters": list(shelters)})


@page(Permission.SHELTERS_READ)
def detail(request: Request, slug: str) -> HttpResponse:
    return house_page(request, get_shelter(request, slug, Permission.SHELTERS_READ))


@page(Permission.SHELTERS_READ)
def reveal(request: Request, slug: str) -> HttpResponse:
    shelter = get_shelter(request, slug, Permission.SHELTERS_READ)
    if request.method != "POST":  # the language was changed there, or the address of the page was kept
        return redirect("organisations:shelter", shelter.slug)
    return house_page(request, shelter, shown=True, address=actions.reveal(shelter=shelter, by=request.user))


@page(Permission.SHELTERS_KEEP)
def add(request: Request) -> HttpResponse:
    form = NewShelterForm(sent(request), organisations=request.user.organisations_with(Permission.SHELTERS_KEEP))
    made: list[Shelter] = []

    def save() -> None:
        made.append(
            actions.add(
                organisation=form.of(),
                values=form.values(),
                submission=form.cleaned_data["submission"],
                by=request.user,
            )
        )

    if done(request, form, save, said=_("The house is there. Now add its places.")):
        return redirect("organisations:shelter", made[0].slug)
    return render(request, "organisations/shelter/form.html", {"form": form, "title": _("Add a house")})


@page(Permission.SHELTERS_KEEP)
def change(request: Request, slug: str) -> HttpResponse:
    shelter = get_shelter(request, slug, Permission.SHELTERS_KEEP)
    form = ShelterForm(sent(request), row=shelter)
    return asked(
        request, shelter, form, _("Change the house"),
        lambda: actions.change(shelter=shelter, values=form.values(), version=form.seen, by=request.user),
    )  # fmt: skip


@page(Permission.SHELTERS_KEEP)
def write_address(request: Request, slug: str) -> HttpResponse:
    shelter = get_shelter(request, slug, Permission.SHELTERS_KEEP)
    form = AddressForm(sent(request), row=shelter, fill=False)
    return asked(
        request, shelter, form, _("Write where it is"),
        lambda: actions.write_address(
            shelter=shelter, address=form.cleaned_data["address"] or None, version=form.seen, by=request.user
        ),
    )  # fmt: skip


@page(Permission.SHELTERS_KEEP)
def set_capacity(request: Request, slug: str) -> HttpResponse:
    shelter = get_shelter(request, slug, Permission.SHELTERS_KEEP)
    form = CapacityForm(sent(request), row=shelter, fill=False)
    return asked(
        request, shelter, form, _("How many may be taken"),
        lambda: actions.set_capacity(shelter=shelter, **form.values(), version=form.seen, by=request.user),
    )  # fmt: skip


@page(Permission.SHELTERS_KEEP)
def add_places(request: Request, slug: str) -> HttpResponse:
    shelter = get_shelter(request, slug, Permission.SHELTERS_KEEP)
    form = PlacesForm(sent(request))
    return asked(
        request, shelter, form, _("Add places"),
        lambda: actions.add_places(
            shelter=shelter, **form.values(), submission=form.cleaned_data["submission"], by=request.user
        ),
    )  # fmt: skip


@page(Permission.SHELTERS_KEEP)
def change_place(request: Request, slug: str, pk) -> HttpResponse:
    shelter = get_shelter(request, slug, Permission.SHELTERS_KEEP)
    place = get_object_or_404(shelter.places.select_related("shelter"), pk=pk)
    form = PlaceForm(sent(request), row=place)
    return asked(
        request, shelter, form, _("Change the place"),
        lambda: actions.change_place(place=place, values=form.values(), version=form.seen, by=request.user), subject=place.name,
    )  # fmt: skip


@page(Permission.SHELTERS_KEEP)
def put_out(request: Request, slug: str, pk) -> HttpResponse:
    shelter = get_shelter(request, slug, Permission.SHELTERS_KEEP)
    place = get_object_or_404(shelter.places.select_related("shelter"), pk=pk)
    form = OutForm(sent(request))
    return asked(
        request, shelter, form, _("Take a place out of use"),
        lambda: actions.put_out(
            place=place, values=form.values(), submission=form.cleaned_data["submission"], by=request.user
        ), subject=place.name,
    )  # fmt: skip


@page(Permission.SHELTERS_KEEP)
@require_POST
def bring_back(request: Request, slug: str, pk) -> HttpResponse:
    shelter = get_shelter(request, slug, Permission.SHELTERS_KEEP)
    place = get_object_or_404(shelter.places.select_related("shelter"), pk=pk)
    pressed(request, lambda: actions.bring_back(place=place, by=request.user), said=_("Usable again."))
    return redirect("organisations:shelter", shelter.slug)


def get_shelter(request: Request, slug: str, permission: Permission) -> Shelter:
    """A house of an organisation at which this person holds the permission. Raises Http404 for every other."""
    here = request.user.organisations_with(permission)
    return get_object_or_404(Shelter.objects.select_related("organisation"), slug=slug, organisation__in=here)


def house_page(request: Request, shelter: Shelter, **shown: Any) -> HttpResponse:
    today = timezone.localdate()
    out = {row.place_id: row for row in shelter_outs(shelter, today)}
    places = list(shelter.places.all())
    return render(
        request, "organisations/shelter/detail.html",
        {
            "shelter": shelter, "places": [{"place": place, "out": out.get(place.pk)} for place in places],
            "capacity": shelter.capacity(today), "capacities": list(shelter.capacities.all()), "in_use": len(places) - len(out),
            "keeps": shelter.organisation in request.user.organisations_with(Permission.SHELTERS_KEEP), **shown,
        },
    )  # fmt: skip


def shelter_outs(shelter: Shelter, day) -> list:
    """What is out of use on that day, by place."""
    return list(PlaceOut.objects.filter(place__shelter=shelter).on(day))


def asked(
    request: Request, shelter: Shelter, form: Form, title: str, save: Callable[[], object], *, subject: str = ""
) -> HttpResponse:
    """A form about the house, and back to it."""
    if done(request, form, save):
        return redirect("organisations:shelter", shelter.slug)
    return render(
        request, "organisations/shelter/form.html",
        {"form": form, "title": title, "shelter": shelter, "subject": subject},
    )  # fmt: skip
