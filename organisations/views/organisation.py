"""The directory: list, one record, add and edit with both languages side by side."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ..actions import organisation as actions
from ..forms.base import sent
from ..forms.organisation import FilterForm, OrganisationForm
from ..models import Organisation
from ..permissions import Permission
from .access import PUBLIC, Request, page, refuse
from .sending import done

PAGE = 50


@page(PUBLIC)
def listing(request: Request) -> HttpResponse:
    filters = FilterForm(request.GET)
    found = filters.apply(Organisation.objects.visible_to(request.user))
    rows = list(found[: PAGE + 1])
    return render(
        request,
        "organisations/organisation/list.html",
        {
            "filters": filters,
            "organisations": [{"organisation": row, "facts": row.facts()} for row in rows[:PAGE]],
            "next": filters.address_after(rows[PAGE - 1]) if len(rows) > PAGE else None,
        },
    )


@page(PUBLIC)
def detail(request: Request, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)
    may_change = request.user.is_authenticated and actions.may_change(organisation, by=request.user)
    return render(
        request,
        "organisations/organisation/detail.html",
        {"organisation": organisation, "facts": organisation.facts(), "may_change": may_change},
    )


@page(Permission.DIRECTORY_WRITE)
def add(request: Request) -> HttpResponse:
    form = OrganisationForm(sent(request))
    made: list[Organisation] = []

    def save() -> None:
        made.append(actions.add(values=form.values(), submission=form.cleaned_data["submission"], by=request.user))

    if done(request, form, save, said=_("The organisation is in the directory.")):
        return redirect("organisations:organisation_detail", made[0].slug)
    return render(request, "organisations/organisation/form.html", {"form": form, "organisation": None})


@page(Permission.DIRECTORY_WRITE)
def change(request: Request, slug: str) -> HttpResponse:
    organisation = get_object_or_404(Organisation.objects.visible_to(request.user), slug=slug)
    if not actions.may_change(organisation, by=request.user):
        refuse(request, "organisation_change")
    form = OrganisationForm(sent(request), row=organisation)
    if done(
        request,
        form,
        lambda: actions.change(
            organisation=organisation,
            values=form.values(),
            version=form.seen,
            by=request.user,
        ),
    ):
        return redirect("organisations:organisation_detail", organisation.slug)
    return render(request, "organisations/organisation/form.html", {"form": form, "organisation": organisation})
