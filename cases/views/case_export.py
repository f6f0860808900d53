"""Taking cases along as a file: asking for one, how far it is, downloading and deleting it."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from organisations.actions.base import Refused
from organisations.forms.base import sent
from organisations.lists import counted
from organisations.permissions import Permission
from organisations.views.access import Request, page
from organisations.views.sending import done, pressed

from .. import exports, lists
from ..actions import case_export as actions
from ..forms.case import FilterForm
from ..forms.case_export import CaseExportForm
from ..rules.case_export import State
from .lookups import cases_in_sight, get_export
from .pages import keep_what_is_typed


@page(Permission.CASES_EXPORT)
def listing(request: Request) -> HttpResponse:
    found = lists.case_exports(request.user)
    shown = [{"export": export, "chips": FilterForm(QueryDict(export.filters)).chips()} for export in found]
    waiting = any(export.is_waiting for export in found)
    return render(request, "cases/case_export/list.html", {"exports": shown, "waiting": waiting})


@page(Permission.CASES_EXPORT)
def add(request: Request) -> HttpResponse:
    filters = FilterForm(request.GET)
    if filters.errors:
        # A filter that is not understood would widen the file.
        messages.error(request, _("A filter of this address is not known. Choose it again."))
        return redirect(reverse("cases:case_list") + filters.address())
    found = filters.apply(cases_in_sight(request, Permission.CASES_EXPORT), user=request.user)
    form = CaseExportForm(sent(request))
    if done(
        request,
        form,
        lambda: exports.ask(
            **form.values(),
            filters=filters.address().removeprefix("?"),
            language=get_language(),
            submission=form.cleaned_data["submission"],
            by=request.user,
        ),
        said=_("Asked. Below stands how far your file is."),
    ):
        return redirect("cases:case_export_list")
    organisation = request.user.organisations_with(Permission.CASES_EXPORT)[0]
    # why these cases are taken along is no reason for others
    address = (request.path + filters.address()).removesuffix("?")
    keep_what_is_typed(request, form, permission=Permission.CASES_EXPORT, address=address, organisation=organisation)
    return render(
        request, "cases/case_export/add.html", {"form": form, "filters": filters, "counted": counted(found)}
    )  # fmt: skip


@page(Permission.CASES_EXPORT)
def download(request: Request, pk) -> HttpResponse:
    export = get_export(request, pk)
    try:
        content = actions.download(export=export, by=request.user)
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("cases:case_export_list")
    cases, day = pgettext("name of a file", "cases"), timezone.localdate(export.made_at)
    name = f"{cases}-{day.isoformat()}.csv"
    return HttpResponse(
        content,
        content_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": content_disposition_header(as_attachment=True, filename=name),
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


@page(Permission.CASES_EXPORT)
@require_POST
def delete(request: Request, pk) -> HttpResponse:
    export = get_export(request, pk)
    seen_waiting = request.POST.get("seen") == State.WAITING
    pressed(
        request,
        lambda: actions.delete(export=export, seen_waiting=seen_waiting, by=request.user),
        said=_("The file will not be made.") if seen_waiting else _("Deleted."),
    )
    return redirect("cases:case_export_list")
