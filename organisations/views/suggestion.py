"""Corrections: suggested by who reads the directory, decided by an editor, and the outcome for who suggested."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ..actions import organisation as directory
from ..actions import suggestion as actions
from ..forms.base import sent
from ..forms.organisation import DecideForm, SuggestForm
from ..lists import newest_first
from ..models import Organisation, Suggestion
from ..models.organisation_change import said
from ..permissions import Permission
from ..rules.directory import DESCRIBING, PAIRS
from .access import Request, page, refuse
from .organisation import seen
from .sending import done, keep_what_is_typed


@page(Permission.DIRECTORY_READ)
def suggest(request: Request, slug: str) -> HttpResponse:
    organisation = seen(request, slug, merged=True)
    if organisation.memberships.exists():
        refuse(request, "suggestion_make", why=directory.TENANT)
    form = SuggestForm(sent(request), row=organisation)
    if done(
        request,
        form,
        lambda: actions.suggest(
            organisation=organisation,
            values=form.values(),
            remark=form.cleaned_data["remark"],
            by=request.user,
        ),
        said=_("Thank you. An editor looks at it; the outcome is on this page."),
    ):
        return redirect("organisations:suggestion_list")
    keep_what_is_typed(request, form, Permission.DIRECTORY_READ)
    return render(request, "organisations/suggestion/form.html", {"form": form, "organisation": organisation})


@page(Permission.DIRECTORY_READ)
def listing(request: Request) -> HttpResponse:
    own = Suggestion.objects.filter(made_by=request.user).select_related("organisation", "decided_by")
    rows, older = newest_first(own, before=request.GET.get("before", ""))
    return render(
        request,
        "organisations/suggestion/list.html",
        {"suggestions": rows, "older": older, "deep": "before" in request.GET},
    )


@page(Permission.DIRECTORY_WRITE)
def decide(request: Request, pk) -> HttpResponse:
    visible = Organisation.objects.visible_to(request.user)
    rows = Suggestion.objects.filter(organisation__in=visible).select_related("organisation", "made_by", "decided_by")
    suggestion = get_object_or_404(rows, pk=pk)
    organisation = suggestion.organisation
    if not directory.may_change(organisation, by=request.user):
        refuse(request, "suggestion_decide", why=directory.TENANT)
    form = DecideForm(sent(request), row=suggestion, fill=False, initial={"record_version": organisation.version})
    if not suggestion.fields:
        form.only_a_remark()

    def save() -> None:
        typed = form.cleaned_data
        given = {"suggestion": suggestion, "version": form.seen, "by": request.user}
        if typed["decision"] == "accept":
            seen = -1 if typed["record_version"] is None else typed["record_version"]
            actions.accept(seen=seen, answer=typed["answer"] or "", **given)
        else:
            actions.decline(answer=typed["answer"], **given)

    if done(request, form, save, said=_("Decided. Whoever suggested it sees the outcome.")):
        return redirect("organisations:organisation_detail", organisation.slug)
    if form.is_bound:
        suggestion.refresh_from_db()
    if form.stale:
        organisation.refresh_from_db()
        form.put(record_version=str(organisation.version))
    return render(
        request,
        "organisations/suggestion/decide.html",
        {
            "form": form,
            "suggestion": suggestion,
            "organisation": organisation,
            "lines": beside(suggestion, organisation),
            "one_language": other_language(suggestion, organisation),
        },
    )


def beside(suggestion: Suggestion, organisation: Organisation) -> list[dict]:
    """Each field as it was when it was suggested, as it is now and as it should be."""
    return [
        {
            **line,
            "now": said(name, getattr(organisation, name)),
            "moved": directory.meant(getattr(organisation, name)) != directory.meant(suggestion.fields[name][0]),
        }
        for name, line in zip((n for n in DESCRIBING if n in suggestion.fields), suggestion.lines, strict=True)
    ]


def other_language(suggestion: Suggestion, organisation: Organisation) -> list[dict]:
    """Texts that would say in one language what they do not say in the other: the other one, as it is now."""
    pairs = [pair for pair in PAIRS if len(suggestion.fields.keys() & set(pair)) == 1]
    left = [name for pair in pairs for name in pair if name not in suggestion.fields and getattr(organisation, name)]
    return [{"label": DESCRIBING[name], "now": getattr(organisation, name)} for name in left]
