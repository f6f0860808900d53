"""The list of cases, the search, a new case, the case page, who works on it and its history."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations.actions import audit
from organisations.forms.base import Form, sent
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.views.access import Request, page
from organisations.views.sending import done, pressed

from .. import lists, own_part
from ..actions import case as actions
from ..actions import erasure
from ..forms.case import AssignForm, FilterForm, FirstAnswersForm, NewCaseForm, RestrictForm, SearchForm
from ..forms.conversation import NoteForm
from ..glance import glance
from ..models import Case
from ..search import FOUND, MANY, found_by
from . import searched
from .lookups import abilities_on, cases_in_sight, get_case, get_restricted, get_row, restricted_cases
from .pages import case_page, form_page, keep_what_is_typed, stages_of


@page(Permission.CASE_SEE)
def listing(request: Request) -> HttpResponse:
    filters = FilterForm(request.GET)
    found = filters.apply(cases_in_sight(request), user=request.user)
    cases, after = lists.one_page(found, after=request.GET.get("after", ""))
    return render(
        request,
        "cases/case/list.html",
        {
            "cases": cases,
            "filters": filters,
            "search": SearchForm(),
            "next": filters.address(after=after) if after else "",
            "deep": "after" in request.GET,
        },
    )


@page(Permission.CASE_SEARCH)
def search(request: Request) -> HttpResponse:
    """Sent as a form; who comes back to the page, or turns its language, finds what they looked for last, looked for anew."""
    asked = request.POST if request.method == "POST" else searched.last(request)
    if asked is None:
        return redirect("cases:case_list")
    form = SearchForm(asked)
    cases, more, limit = [], False, FOUND
    if form.is_valid():
        limit = MANY if form.cleaned_data["many"] else FOUND
        cases, more = found_by(request.user, form.cleaned_data["search"], limit=limit)
        where = request.user.organisations_with(Permission.CASE_SEARCH)[0]
        audit.record(Verb.CASES_SEARCHED, by=request.user, organisation=where)
        if request.method == "POST":
            searched.remember(request, form.cleaned_data)
    found = {"cases": cases, "more": more, "limit": limit, "many": MANY if limit < MANY else None}
    return render(request, "cases/case/search.html", {**found, "search": form})


@page(Permission.CASE_CREATE)
def add(request: Request) -> HttpResponse:
    form = NewCaseForm(sent(request))
    made = []

    def create() -> None:
        made.append(actions.create(**form.values(), submission=form.cleaned_data["submission"], by=request.user))

    if done(request, form, create, said=_("The case is open. Everything else can wait until morning.")):
        return redirect("cases:case", made[0].reference)
    organisation = request.user.organisations_with(Permission.CASE_CREATE)[0]
    keep_what_is_typed(
        request, form, permission=Permission.CASE_CREATE, address=request.path, organisation=organisation
    )
    return render(request, "cases/case/add.html", {"form": form})


@page(Permission.CASE_SEE)
def case(request: Request, reference: str) -> HttpResponse:
    found = get_case(request, reference, Permission.CASE_SEE, room="case")
    notes = found.address("notes")
    return case_page(
        request, found, "case", "cases/case/page.html",
        stages=stages_of(found), form=NoteForm(), writing=Permission.NOTES_WRITE, form_address=notes,
        **glance(found, abilities_on(request, found), by=request.user, note_address=notes),
    )  # fmt: skip


@page(Permission.IDENTITY_WRITE)
def change(request: Request, reference: str) -> HttpResponse:
    found = get_case(request, reference, Permission.IDENTITY_WRITE, room="case")
    form = FirstAnswersForm(sent(request), row=found)
    if done(
        request,
        form,
        lambda: actions.change(case=found, values=form.values(), version=form.seen, by=request.user),
    ):
        return redirect("cases:case", found.reference)
    return form_page(request, found, "case", form, title=_("First answers"))


@page(Permission.CASE_SEE)
def access(request: Request, reference: str) -> HttpResponse:
    found = get_case(request, reference, Permission.CASE_SEE, room="case")
    return case_page(
        request, found, "case", "cases/case/access.html",
        participations=list(found.participation_set.select_related("organisation")),
        assignments=list(found.assignment_set.select_related("user")),
        transfers=list(found.transfer_set.select_related("from_organisation", "to_organisation", "answered_by")),
        own_parts=list(own_part.asked_in(found)), today=timezone.localdate(),
    )  # fmt: skip


def to_access(reference: str) -> str:
    return reverse("cases:case_access", args=[reference])


@page(Permission.CASE_ASSIGN)
def assign(request: Request, reference: str) -> HttpResponse:
    found = get_case(request, reference, Permission.CASE_ASSIGN, room="case")
    people = actions.assignable(found).exclude(pk__in=actions.assigned(found))
    form = AssignForm(sent(request), people=people, names=lists.with_organisation(people, found))
    if done(request, form, lambda: actions.assign(case=found, user=form.person(), by=request.user)):
        return redirect(to_access(found.reference))
    return form_page(
        request,
        found,
        "case",
        form,
        title=_("Assign somebody"),
        submit=_("Assign"),
        back=to_access(found.reference),
    )


@page(Permission.CASE_ASSIGN)
def unassign(request: Request, reference: str, pk) -> HttpResponse:
    found = get_case(request, reference, Permission.CASE_ASSIGN, room="case")
    assignment = get_row(found.assignment_set.select_related("user"), pk)
    form = Form(sent(request))
    undo = "cases:case_reassign_undo" if found.restricted else "cases:case_unassign_undo"
    if done(
        request,
        form,
        lambda: actions.unassign(assignment=assignment, by=request.user),
        said=_("The assignment has ended."),
        undo=reverse(undo, args=[found.reference, assignment.pk]),
    ):
        return to_access_or_restricted(request, found)
    return form_page(
        request, found, "case", form, title=_("End an assignment"), submit=_("End this assignment"),
        explanation=_("This is you: on a restricted case you lose sight of it at once.")
        if assignment.user_id == request.user.pk
        else _("On a restricted case this person loses sight of the case at once."),
        subject=assignment.user.name, back=to_access(found.reference),
    )  # fmt: skip


def to_access_or_restricted(request: Request, found: Case) -> HttpResponse:
    """Back to who works on the case, or to the restricted cases where one does not see it (any more)."""
    still_seen = cases_in_sight(request).filter(pk=found.pk).exists()
    return redirect(to_access(found.reference) if still_seen else reverse("cases:case_restricted"))


@page(Permission.CASE_ASSIGN)
@require_POST
def undo_unassign(request: Request, reference: str, pk) -> HttpResponse:
    found = get_case(request, reference, Permission.CASE_ASSIGN, room="case")
    assignment = get_row(found.assignment_set.select_related("case"), pk)
    pressed(
        request,
        lambda: actions.undo_unassign(assignment=assignment, by=request.user),
        said=_("The assignment goes on."),
    )
    return redirect(to_access(found.reference))


@page(Permission.CASE_ASSIGN)
@require_POST
def undo_unassign_unseen(request: Request, reference: str, pk) -> HttpResponse:
    found = get_restricted(request, reference)
    assignment = get_row(found.assignment_set.select_related("case"), pk)
    pressed(
        request,
        lambda: actions.undo_unassign(assignment=assignment, by=request.user),
        said=_("The assignment goes on."),
    )
    return to_access_or_restricted(request, found)


@page(Permission.CASE_ASSIGN)
def restricted(request: Request) -> HttpResponse:
    return render(request, "cases/case/restricted.html", {"cases": restricted_cases(request)})


@page(Permission.CASE_ASSIGN)
def reassign(request: Request, reference: str) -> HttpResponse:
    found = get_restricted(request, reference)
    people = actions.assignable(found).exclude(pk__in=actions.assigned(found))
    form = AssignForm(sent(request), people=people, names=lists.with_organisation(people, found))
    if done(request, form, lambda: actions.reassign(case=found, user=form.person(), by=request.user)):
        return redirect("cases:case_restricted")
    return render(request, "cases/case/reassign.html", {"form": form, "reference": found.reference})


@page(Permission.CASE_RESTRICT)
def restrict(request: Request, reference: str) -> HttpResponse:
    found = get_case(request, reference, Permission.CASE_RESTRICT, room="case")
    form = RestrictForm(sent(request), row=found)
    if done(
        request,
        form,
        lambda: actions.restrict(
            case=found, restricted=form.cleaned_data["restricted"], version=form.seen, by=request.user
        ),
    ):
        return redirect(to_access(found.reference))
    title = _("Lift the restriction") if found.restricted else _("Restrict the case")
    return form_page(request, found, "case", form, title=title, back=to_access(found.reference))


@page(Permission.CASE_SEE)
def history(request: Request, reference: str) -> HttpResponse:
    found = get_case(request, reference, Permission.CASE_SEE, room="history")
    events, older = lists.history(found, abilities_on(request, found), before=request.GET.get("before", ""))
    return case_page(
        request, found, "history", "cases/case/history.html",
        events=events, older=older, notes_since=found.hidden_before.get("notes"), moves=list(found.stagemove_set.select_related("created_by")),
        may_erase=erasure.may_propose(found, by=request.user),
    )  # fmt: skip
