"""Members of one's organisation: their roles, their invitations and their accounts."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from ..actions import accounts
from ..actions import invitation as invitations
from ..actions.base import Refused
from ..forms.base import sent
from ..forms.members import RoleForm
from ..models import Invitation, Membership, Organisation, User
from ..permissions import Permission
from ..roles import Role
from .access import Request, page
from .sending import done
from .sight import members_of, organisations_in_sight

ENDED = 50


@page(Permission.MEMBERS_READ)
def listing(request: Request) -> HttpResponse:
    seen = list(organisations_in_sight(request))
    own = request.user.organisations_with(Permission.MEMBERS_READ)[0]
    organisation = next((o for o in seen if o.slug == request.GET.get("organisation")), own)
    memberships = Membership.objects.filter(organisation=organisation).select_related("user", "organisation")
    current = [row(m, request) for m in memberships.filter(until_at=None).order_by("user__name", "role", "pk")]
    return render(
        request,
        "organisations/members/list.html",
        {
            "organisation": organisation,
            "others": [o for o in seen if o.pk != organisation.pk],
            "waiting": [r for r in current if r["membership"].waits],
            "current": [r for r in current if not r["membership"].waits],
            "ended": [row(m, request) for m in memberships.exclude(until_at=None).order_by("-until_at", "pk")[:ENDED]],
            "invitations": invitations_of(organisation, request),
            "roles": accounts.roles_to_give(organisation, by=request.user),
            # In the demo no mail is sent; whoever made a link sees it here, once.
            "link": request.session.pop("invitation_link", None),
        },
    )


def row(membership: Membership, request: Request) -> dict:
    """A role with what this person may do about it and about the account that holds it."""
    mine, by = membership.user_id == request.user.pk, request.user
    return {
        "membership": membership,
        "may_end": membership.until_at is None and accounts.may_end(membership, by=by),
        "may_confirm": membership.waits and not mine and accounts.confirms_at(membership.organisation, by=by),
        "may_keep": not mine and Permission.ACCOUNTS_KEEP in by.abilities,
    }


def invitations_of(organisation: Organisation, request: Request) -> list[dict]:
    rows = Invitation.objects.worth_showing().filter(organisation=organisation).select_related("invited_by")
    given = accounts.roles_to_give(organisation, by=request.user)
    return [
        {
            "invitation": invitation,
            "may_send": invitation.pending and Role(invitation.role) in given,
            "may_withdraw": invitation.pending and invitations.may_withdraw(invitation, by=request.user),
        }
        for invitation in rows[:ENDED]
    ]


def of_own_organisation(request: Request, permission: Permission, pk) -> Membership:
    """A role at an organisation where one's own role holds the permission. Raises Http404."""
    rows = Membership.objects.filter(organisation__in=request.user.organisations_with(permission))
    return get_object_or_404(rows.select_related("user", "organisation", "confirmed_by"), pk=pk)


def asked(
    request: Request, membership: Membership, template: str, verb: Callable[..., Membership], *, said: str
) -> HttpResponse:
    """A page that asks once more; sent, the verb is done and the members are shown again."""
    if request.method == "POST":
        try:
            verb(membership=membership, by=request.user)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, said)
        return redirect(members_of(membership.organisation))
    return render(request, template, {"membership": membership, "back": members_of(membership.organisation)})


@page(Permission.MEMBERS_END)
def end(request: Request, pk) -> HttpResponse:
    membership = of_own_organisation(request, Permission.MEMBERS_END, pk)
    said = _("The role has ended; it opens nothing from the next page on.")
    return asked(request, membership, "organisations/members/end.html", accounts.end_membership, said=said)


@page(Permission.MEMBERS_CONFIRM)
def confirm(request: Request, pk) -> HttpResponse:
    membership = of_own_organisation(request, Permission.MEMBERS_CONFIRM, pk)
    said = _("The role is confirmed and counts from now on.")
    return asked(request, membership, "organisations/members/confirm.html", accounts.confirm_membership, said=said)


@page(Permission.MEMBERS_CONFIRM)
def refuse(request: Request, pk) -> HttpResponse:
    membership = of_own_organisation(request, Permission.MEMBERS_CONFIRM, pk)
    said = _("The role is refused; it never opened anything.")
    return asked(request, membership, "organisations/members/refuse.html", accounts.refuse_membership, said=said)


@page(Permission.MEMBERS_END)
def change(request: Request, pk) -> HttpResponse:
    membership = of_own_organisation(request, Permission.MEMBERS_END, pk)
    roles = [
        role for role in accounts.roles_to_give(membership.organisation, by=request.user) if role != membership.role
    ]
    form = RoleForm(sent(request), roles=roles)
    if done(
        request,
        form,
        lambda: accounts.change_role(membership=membership, role=Role(form.cleaned_data["role"]), by=request.user),
        said=_("The role is changed, from the next page on."),
    ):
        return redirect(members_of(membership.organisation))
    return render(
        request,
        "organisations/members/change.html",
        {"membership": membership, "form": form, "back": members_of(membership.organisation)},
    )


@page(Permission.ACCOUNTS_KEEP)
def close(request: Request, pk) -> HttpResponse:
    said = _("The account is closed: nobody signs in with it, and its open sessions are gone.")
    return account_page(request, pk, "organisations/members/close.html", accounts.close, said=said)


@page(Permission.ACCOUNTS_KEEP)
def reopen(request: Request, pk) -> HttpResponse:
    said = _("The account is open again.")
    return account_page(request, pk, "organisations/members/reopen.html", accounts.reopen, said=said)


def account_page(request: Request, pk, template: str, verb: Callable[..., User], *, said: str) -> HttpResponse:
    user = get_object_or_404(User, pk=pk)
    memberships = list(Membership.objects.current().filter(user=user).select_related("organisation"))
    own = request.user.organisations_with(Permission.MEMBERS_READ)[0]
    back = members_of(memberships[0].organisation if memberships else own)
    if request.method == "POST":
        try:
            verb(user=user, by=request.user)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, said)
        return redirect(back)
    return render(request, template, {"person": user, "memberships": memberships, "back": back})
