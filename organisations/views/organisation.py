"""The directory: list, one record, add and edit with both languages side by side."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ..actions import organisation as actions
from ..actions.base import Refused
from ..forms.organisation import FilterForm, OrganisationForm
from ..models import Organisation
from ..permissions import Permission
from .access import PUBLIC, page

PAGE = 50


@page(PUBLIC)
def listing(request: HttpRequest) -> HttpResponse:
    filters = FilterForm(request.GET)
    found = filters.apply(Organisation.objects.visible_to(request.user))
    rows = list(found[: PAGE + 1])
    return render(
        request,
        "organisations/organisation/list.html",
        {
            "filters": filters,
            "organisations": rows[:PAGE],
            "next": filters.address_after(rows[PAGE - 1]) if len(rows) > PAGE else None,
        },
    )


@page(PUBLIC)
def detail(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)
    may_change = request.user.is_authenticated and actions.may_change(organisation, by=request.user)
    return render(
        request,
        "organisations/organisation/detail.html",
        {"organisation": organisation, "facts": organisation.facts(), "may_change": may_change},
    )


@page(Permission.DIRECTORY_WRITE)
def add(request: HttpRequest) -> HttpResponse:
    form = OrganisationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            organisation = actions.add(values=form.values(), submission=form.cleaned_data["submission"], by=request.user)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The organisation is in the directory."))
            return redirect("organisations:organisation_detail", organisation.slug)
    return render(request, "organisations/organisation/form.html", {"form": form, "organisation": None})


@page(Permission.DIRECTORY_WRITE)
def change(request: HttpRequest, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)
    if not actions.may_change(organisation, by=request.user):
        raise PermissionDenied
    form = OrganisationForm(request.POST or None, row=organisation)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                organisation=organisation, values=form.values(), version=form.cleaned_data["version"], by=request.user
            )
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("Saved."))
            return redirect("organisations:organisation_detail", organisation.slug)
    return render(request, "organisations/organisation/form.html", {"form": form, "organisation": organisation})
