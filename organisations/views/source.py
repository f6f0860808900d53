"""The sources of a record of the directory: added, changed and taken away by its editors."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ..actions import source as actions
from ..forms.base import sent
from ..forms.organisation import SourceForm
from ..permissions import Permission
from .access import Request, page
from .organisation import to_change
from .sending import done


@page(Permission.DIRECTORY_WRITE)
def add(request: Request, slug: str) -> HttpResponse:
    organisation = to_change(request, slug)
    form = SourceForm(sent(request), row=organisation)
    if done(
        request,
        form,
        lambda: actions.add(organisation=organisation, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("organisations:organisation_detail", organisation.slug)
    return form_page(request, organisation, form, title=_("Add a source"))


@page(Permission.DIRECTORY_WRITE)
def change(request: Request, slug: str, pk) -> HttpResponse:
    organisation = to_change(request, slug)
    source = get_object_or_404(organisation.sources, pk=pk)
    form = SourceForm(sent(request), row=organisation, source=source)

    def save() -> None:
        if form.cleaned_data["gone"]:
            actions.remove(source=source, version=form.seen, by=request.user)
        else:
            actions.change(source=source, values=form.values(), version=form.seen, by=request.user)

    if done(request, form, save):
        return redirect("organisations:organisation_detail", organisation.slug)
    return form_page(request, organisation, form, title=_("Change a source"))


def form_page(request: Request, organisation, form, *, title: str) -> HttpResponse:
    return render(
        request, "organisations/source/form.html", {"organisation": organisation, "form": form, "title": title}
    )
