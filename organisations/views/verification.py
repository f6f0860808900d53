"""An editor's word for a record: that it is right, or that nobody should be sent there; and what is due for checking."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import directory
from ..actions import organisation as actions
from ..forms.asked import AFTER
from ..forms.base import Form, sent
from ..forms.directory import DueForm, mark_of
from ..forms.organisation import SuspensionForm
from ..models import Organisation
from ..permissions import Permission
from ..rules.directory import DUE, Due
from .access import Request, page
from .organisation import PAGE, to_change
from .sending import changed_meanwhile, done, pressed


@page(Permission.DIRECTORY_WRITE)
@require_POST
def verify(request: Request, slug: str) -> HttpResponse:
    organisation = to_change(request, slug)
    form = Form(request.POST, row=organisation, fill=False)
    if not form.is_valid():
        messages.error(request, changed_meanwhile())
    else:
        pressed(
            request,
            lambda: actions.verify(organisation=organisation, version=form.seen, by=request.user),
            said=_("Verified. Thank you."),
        )
    return redirect("organisations:organisation_detail", organisation.slug)


@page(Permission.DIRECTORY_WRITE)
def suspend(request: Request, slug: str) -> HttpResponse:
    organisation = to_change(request, slug)
    form = SuspensionForm(sent(request), row=organisation)
    ends = form["ends"].value() in {True, "True"}

    def save() -> None:
        verb = actions.unsuspend if ends else actions.suspend
        verb(organisation=organisation, reason=form.cleaned_data["reason"], version=form.seen, by=request.user)

    said = _("The suspension has ended.") if ends else _("The organisation is suspended.")
    if done(request, form, save, said=said):
        return redirect("organisations:organisation_detail", organisation.slug)
    if form.is_bound:
        # merged away meanwhile, it is shown as it was, with what was typed and why it was not saved
        organisation = Organisation.objects.filter(pk=organisation.pk).first() or organisation
    return render(
        request,
        "organisations/organisation/suspend.html",
        {"form": form, "organisation": organisation, "ends": ends, "already": ends != bool(organisation.suspended_at)},
    )


@page(Permission.DIRECTORY_WRITE)
def to_check(request: Request) -> HttpResponse:
    asked = DueForm(request.GET)
    tenants = Permission.TENANT_WRITE in request.user.abilities
    numbers = directory.due_counts(tenants=tenants)
    why = Due(asked.given("why") or next((one for one in Due if numbers[one]), Due.SUGGESTION))
    rows = list(directory.after(directory.due(why, tenants=tenants), asked.given(AFTER) or "")[: PAGE + 1])
    more = len(rows) > PAGE
    return render(
        request,
        "organisations/organisation/to_check.html",
        {
            "why": why,
            "queues": [{"why": one, "name": name, "number": numbers[one]} for one, name in DUE.items()],
            "organisations": [{"organisation": row, "facts": row.facts()} for row in rows[:PAGE]],
            "next": asked.address(why=why, after=mark_of(rows[PAGE - 1])) if more else None,
        },
    )
