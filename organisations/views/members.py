"""Members of one's organisation and their roles."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ..actions import accounts
from ..actions.base import Refused
from ..models import Membership
from ..permissions import Permission
from .access import Request, page


def members_in_sight(request: Request):
    return Membership.objects.filter(
        organisation__in=request.user.organisations_with(Permission.MEMBERS_READ)
    ).select_related("user", "organisation")


@page(Permission.MEMBERS_READ)
def listing(request: Request) -> HttpResponse:
    memberships = list(members_in_sight(request).order_by("until_at", "organisation__name", "user__name", "role"))
    rows = [
        {"membership": m, "may_end": m.until_at is None and accounts.may_end(m, by=request.user)} for m in memberships
    ]
    return render(
        request,
        "organisations/members/list.html",
        {
            "current": [row for row in rows if row["membership"].until_at is None],
            "ended": [row for row in rows if row["membership"].until_at is not None],
        },
    )


@page(Permission.MEMBERS_END)
def end(request: Request, pk) -> HttpResponse:
    membership = get_object_or_404(members_in_sight(request), pk=pk)
    if request.method == "POST":
        try:
            accounts.end_membership(membership=membership, by=request.user)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("The role has ended; it opens nothing from the next page on."))
        return redirect("organisations:members_list")
    return render(request, "organisations/members/end.html", {"membership": membership})
