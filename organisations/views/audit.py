"""The audit trail of an organisation, for its privacy officer."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import lists
from ..actions import audit
from ..forms.audit import TrailFilterForm
from ..permissions import Permission
from ..rules.audit import Verb
from .access import Request, page


@page(Permission.AUDIT_READ, Permission.WHO_LOOKED)
def trail(request: Request) -> HttpResponse:
    organisations = request.user.organisations_with(Permission.AUDIT_READ)
    if not organisations:
        # Who sees cases and no trail of an organisation reads who looked in those cases.
        return redirect("cases:who_looked_list")
    audit.record_trail_read(by=request.user, room="audit", organisations=organisations)
    rows = lists.trail_of(organisations)
    filters = filters_of(request.GET, organisations)
    found = filters.apply(rows)
    events, older = lists.newest_first(found, before=request.GET.get("before", ""))
    return render(
        request,
        "organisations/audit/trail.html",
        {
            "organisations": organisations,
            "filters": filters,
            "events": [{"event": event, "of_person": filters.address(person=event.actor_id)} for event in events],
            "counted": lists.counted(found),
            "older": filters.address(before=older) if older else "",
            "deep": "before" in request.GET,
            "copied": lists.COPIED,
        },
    )


def filters_of(data, organisations) -> TrailFilterForm:
    rows = lists.trail_of(organisations)
    return TrailFilterForm(
        data,
        people=lists.people_of(organisations),
        name_of=lambda pk: rows.filter(actor_id=pk).values_list("actor_name", flat=True).first() or "",
    )


@page(Permission.AUDIT_READ)
@require_POST
def export(request: Request) -> HttpResponse:
    organisations = request.user.organisations_with(Permission.AUDIT_READ)
    filters = filters_of(request.POST, organisations)
    if filters.errors:
        # A filter that is not understood would widen the file.
        messages.error(request, _("A filter of this address is not known. Choose it again."))
        return redirect(reverse("organisations:audit") + filters.address())
    copy = lists.as_csv(filters.apply(lists.trail_of(organisations)))
    for organisation in organisations:
        audit.record(Verb.TRAIL_EXPORTED, by=request.user, organisation=organisation, room="audit")
    response = HttpResponse(copy, content_type="text/csv; charset=utf-8")
    name = _("audit-trail")
    response["Content-Disposition"] = f'attachment; filename="{name}-{timezone.localdate().isoformat()}.csv"'
    return response
