"""Two records of one organisation become one: found, looked at side by side, merged."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from .. import directory
from ..actions import merge as actions
from ..actions.organisation import GONE, alike
from ..actions.source import listed
from ..forms.base import sent
from ..forms.directory import LookForm, OtherForm
from ..forms.organisation import MergeForm
from ..models import FormerSlug, Organisation
from ..models.organisation_change import said
from ..permissions import Permission
from ..rules.directory import DESCRIBING, SOURCES, TOLD
from .access import Request, page
from .organisation import to_change
from .sending import changed_meanwhile, done

FOUND = 20


@page(Permission.DIRECTORY_WRITE)
def merge(request: Request, slug: str) -> HttpResponse:
    kept = to_change(request, slug)
    others = Organisation.objects.visible_to(request.user).exclude(pk=kept.pk)
    chosen = OtherForm(request.GET).given("other")
    other = others.filter(slug=chosen).first()
    if other is None and FormerSlug.objects.filter(slug=chosen, organisation=kept).exists():
        messages.info(request, _("That record has gone up in this one already."))
        return redirect("organisations:organisation_detail", kept.slug)
    if other is None:
        return choose(request, kept, others)
    form = MergeForm(sent(request), row=kept, fill=False, initial={"record_version": other.version})
    if done(
        request,
        form,
        lambda: actions.merge(
            kept=kept,
            other=other,
            version=form.seen,
            seen=-1 if form.cleaned_data["record_version"] is None else form.cleaned_data["record_version"],
            by=request.user,
        ),
        said=_("The two records are one now."),
    ):
        return redirect("organisations:organisation_detail", kept.slug)
    if form.stale:
        other = others.filter(pk=other.pk).first()
        if other is None:
            messages.error(request, GONE)
            return redirect("organisations:organisation_detail", kept.slug)
        form.put(record_version=str(other.version))
        form.errors.clear()
        form.add_error(None, changed_meanwhile())
    return render(
        request,
        "organisations/merge/confirm.html",
        {
            "organisation": kept,
            "other": other,
            "form": form,
            "lines": side_by_side(kept, other),
            "why_not": actions.why_not(kept, other),
            "may_turn": not any(actions.works_here(one) for one in (kept, other)),
            "keeps_to_itself": actions.keeps_to_itself(kept, other),
        },
    )


def choose(request: Request, kept: Organisation, others) -> HttpResponse:
    """Which one is the same organisation? Those that look alike, and a search."""
    look = LookForm(request.GET)
    others = others.without_members()
    text = look.given("q")
    found = others.filter(directory.text_filter(text)).order_by("name", "id")[:FOUND] if text else []
    likely = {one.pk for one in alike(kept)}
    return render(
        request,
        "organisations/merge/choose.html",
        {
            "organisation": kept,
            "look": look,
            "found": [{"organisation": one, "facts": one.facts()} for one in found],
            "alike": [{"organisation": one, "facts": one.facts()} for one in others.filter(pk__in=likely)],
        },
    )


def side_by_side(kept: Organisation, other: Organisation) -> list[dict]:
    """Each field as both records say it, and as it will be."""
    after = {name: getattr(kept, name) for name in DESCRIBING} | actions.merged(kept, other)
    sources = {
        "label": TOLD[SOURCES],
        "mine": "\n".join(listed(kept)),
        "theirs": "\n".join(listed(other)),
        "after": "\n".join(actions.sources_after(kept, other)),
    }
    fields = [
        {
            "label": label,
            "mine": said(name, getattr(kept, name)),
            "theirs": said(name, getattr(other, name)),
            "after": said(name, after[name]),
        }
        for name, label in DESCRIBING.items()
        if getattr(kept, name) or getattr(other, name)
    ]
    return [*fields, sources] if sources["mine"] or sources["theirs"] else fields
