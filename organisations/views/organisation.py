"""The directory: search, one record, its history, add and edit with both languages side by side."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from .. import directory
from ..actions import merge
from ..actions import organisation as actions
from ..forms.asked import AFTER
from ..forms.base import Form, sent
from ..forms.directory import FilterForm, mark_of
from ..forms.organisation import AddForm, OrganisationForm
from ..lists import newest_first
from ..models import FormerSlug, Organisation
from ..models.organisation import reads_directory
from ..permissions import Permission
from .access import PUBLIC, Request, page, refuse
from .sending import done, keep_what_is_typed

PAGE = 25


@page(PUBLIC)
def listing(request: Request) -> HttpResponse:
    filters, visible = FilterForm(request.GET), Organisation.objects.visible_to(request.user)
    rows = list(directory.search(visible, filters)[: PAGE + 1])
    counts = directory.counts(visible, filters)
    filters.count(counts)
    return render(
        request,
        "organisations/organisation/list.html",
        {
            "filters": filters,
            "found": counts.get("", {}).get("", 0),
            "organisations": [{"organisation": row, "facts": row.facts()} for row in rows[:PAGE]],
            "next": filters.address(after=mark_of(rows[PAGE - 1])) if len(rows) > PAGE else None,
            "begin": filters.address() if filters.given(AFTER) else None,
        },
    )


@page(PUBLIC)
def detail(request: Request, slug: str) -> HttpResponse:
    visible = Organisation.objects.visible_to(request.user)
    organisation = (
        visible.select_related("verified_by", "suspended_by").prefetch_related("sources").filter(slug=slug).first()
    )
    if organisation is None:
        # merged into another record: its old address leads there
        former = get_object_or_404(FormerSlug.objects.visible_to(request.user), slug=slug)
        return redirect("organisations:organisation_detail", former.organisation.slug)
    staff = reads_directory(request.user)
    tenant = staff and organisation.memberships.exists()
    may_change = staff and actions.may_change(organisation, by=request.user)
    return render(
        request,
        "organisations/organisation/detail.html",
        {
            "organisation": organisation,
            "facts": organisation.facts(),
            "sources": list(organisation.sources.all()),
            "changed_since": organisation.changed_since,
            "staff": staff,
            "may_change": may_change,
            "may_suggest": staff and not may_change and not tenant,
            "kept_elsewhere": actions.TENANT if tenant and not may_change else "",
            "form": Form(row=organisation, fill=False) if may_change else None,
            "suggestions": list(organisation.suggestions.waiting().select_related("made_by")) if may_change else [],
        },
    )


@page(Permission.DIRECTORY_READ)
def history(request: Request, slug: str) -> HttpResponse:
    organisation = seen(request, slug, merged=True)
    lines = organisation.history.select_related("by", "came_with__came_with", "suggestion__made_by")
    changes, older = newest_first(lines, before=request.GET.get("before", ""))
    return render(
        request,
        "organisations/organisation/history.html",
        {"organisation": organisation, "changes": changes, "older": older, "deep": "before" in request.GET},
    )


@page(Permission.DIRECTORY_WRITE)
def add(request: Request) -> HttpResponse:
    form = AddForm(sent(request))
    made: list[Organisation] = []
    alike: list[Organisation] = []

    def save() -> None:
        typed = form.cleaned_data
        try:
            made.append(
                actions.add(
                    values=form.values(), submission=typed["submission"], another=typed["another"], by=request.user
                )
            )
        except actions.Alike as refusal:
            alike.extend(refusal.found)
            raise

    if done(request, form, save, said=_("The organisation is in the directory.")):
        return redirect("organisations:organisation_detail", made[0].slug)
    if not alike and not form.data.get("another"):
        del form.fields["another"]  # nobody asked yet
    keep_what_is_typed(request, form, Permission.DIRECTORY_WRITE)
    return render(request, "organisations/organisation/form.html", {"form": form, "organisation": None, "alike": alike})


@page(Permission.DIRECTORY_WRITE)
def change(request: Request, slug: str) -> HttpResponse:
    organisation = to_change(request, slug, merged=True)
    form = OrganisationForm(sent(request), row=organisation)
    if organisation.slug != slug and form.is_bound:
        form.put(version="0")  # what they saw was another record: each field is to be chosen
    changed: list[Organisation] = []
    if done(
        request,
        form,
        lambda: changed.append(
            actions.change(organisation=organisation, values=form.values(), version=form.seen, by=request.user)
        ),
    ):
        for other in directory.same_as(changed[0], since=organisation):
            said = _("“%(name)s” has the same name, website or telephone. Is it the same organisation?")
            what_to_do = merge.why_not(changed[0], other) or _("Merge the two.")
            messages.warning(request, f"{said % {'name': other.name}} {what_to_do}")
        return redirect("organisations:organisation_detail", organisation.slug)
    keep_what_is_typed(request, form, Permission.DIRECTORY_WRITE)
    return render(request, "organisations/organisation/form.html", {"form": form, "organisation": organisation})


def seen(request: Request, slug: str, *, merged: bool = False) -> Organisation:
    """A record that this person sees. `merged`: also the one into which it was merged meanwhile. Raises Http404."""
    visible = Organisation.objects.visible_to(request.user)
    if (row := visible.filter(slug=slug).first()) is not None:
        return row
    if merged and (former := FormerSlug.objects.visible_to(request.user).filter(slug=slug).first()):
        said = _("The record was merged into “%(name)s” meanwhile; this is that record.")
        messages.warning(request, said % {"name": former.organisation.name})
        return former.organisation
    raise Http404


def to_change(request: Request, slug: str, *, merged: bool = False) -> Organisation:
    """A record that this person changes; that of a tenant is refused to a directory editor. Raises Http404."""
    organisation = seen(request, slug, merged=merged)
    if not actions.may_change(organisation, by=request.user):
        refuse(request, "organisation_change", why=actions.TENANT)
    return organisation
