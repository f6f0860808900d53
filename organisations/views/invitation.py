"""Inviting somebody, and the page behind the link they get."""

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .. import mails
from ..actions import accounts
from ..actions import invitation as actions
from ..actions.base import Refused
from ..forms.base import Form, sent
from ..forms.members import InviteForm, JoinForm
from ..models import Invitation, Organisation
from ..permissions import Permission
from ..roles import Role
from .access import PUBLIC, Request, page
from .sending import done
from .sight import members_of, organisations_in_sight


@page(Permission.MEMBERS_INVITE)
def invite(request: Request, slug: str) -> HttpResponse:
    rows = Organisation.objects.all()
    if Permission.ACCOUNTS_KEEP not in request.user.abilities:
        rows = rows.filter(pk__in=[o.pk for o in request.user.organisations_with(Permission.MEMBERS_INVITE)])
    organisation = get_object_or_404(rows, slug=slug)
    form = InviteForm(sent(request), roles=accounts.roles_to_give(organisation, by=request.user))
    if done(request, form, lambda: send(request, form, organisation), said=_("The invitation is made.")):
        return redirect(members_of(organisation))
    return render(
        request,
        "organisations/invitation/send.html",
        {
            "organisation": organisation,
            "form": form,
            "back": members_of(organisation),
            "waits": not accounts.confirms_at(organisation, by=request.user),
            "missing": actions.without_team_lead(organisation),
        },
    )


def send(request: Request, form: InviteForm, organisation: Organisation) -> None:
    made = actions.invite(
        email=form.cleaned_data["email"],
        organisation=organisation,
        role=Role(form.cleaned_data["role"]),
        submission=form.cleaned_data["submission"],
        by=request.user,
    )
    if made is not None:
        hand_over(request, made)


def hand_over(request: Request, made: actions.Sent) -> None:
    """The link goes by mail; where no mail is sent, that is in the demo, to whoever made it, to be shown once."""
    link = request.build_absolute_uri(reverse("organisations:invitation_answer", args=[made.token]))
    mails.invite(made.invitation, link)
    if settings.DEMO:
        request.session["invitation_link"] = link


def in_sight(request: Request, pk) -> Invitation:
    """An invitation of an organisation whose members this person sees. Raises Http404."""
    rows = Invitation.objects.filter(organisation__in=organisations_in_sight(request))
    return get_object_or_404(rows.select_related("organisation", "invited_by"), pk=pk)


@page(Permission.MEMBERS_INVITE)
@require_POST
def send_again(request: Request, pk) -> HttpResponse:
    invitation = in_sight(request, pk)
    try:
        hand_over(request, actions.send_again(invitation=invitation, by=request.user))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    else:
        messages.success(request, _("There is a new link for a day; the old one does not work any more."))
    return redirect(members_of(invitation.organisation))


@page(Permission.MEMBERS_INVITE)
def withdraw(request: Request, pk) -> HttpResponse:
    invitation = in_sight(request, pk)
    if request.method == "POST":
        try:
            actions.withdraw(invitation=invitation, by=request.user)
        except Refused as refusal:
            messages.error(request, refusal.sentence)
        else:
            messages.success(request, _("The invitation is withdrawn; its link does not work any more."))
        return redirect(members_of(invitation.organisation))
    return render(
        request,
        "organisations/invitation/withdraw.html",
        {"invitation": invitation, "back": members_of(invitation.organisation)},
    )


@page(PUBLIC)
def answer(request: Request, token: str) -> HttpResponse:
    """Whoever holds the link sees whose organisation and role it is, and takes the role. Looking uses nothing up."""
    invitation = actions.look(token)
    sentence = actions.problem(invitation)
    if invitation is None or sentence:
        status = 404 if invitation is None else 410
        return render(request, "organisations/invitation/over.html", {"sentence": sentence}, status=status)
    if request.user.is_authenticated:
        return accept(request, invitation, token)
    if accounts.account_of(invitation.email) is not None:
        return render(request, "organisations/invitation/sign_in.html", {"invitation": invitation})
    return join(request, invitation, token)


def accept(request: Request, invitation: Invitation, token: str) -> HttpResponse:
    form = Form(sent(request))
    said = _("The invitation is accepted.")
    if done(request, form, lambda: actions.accept(token=token, by=request.user), said=said):
        return redirect("home")
    return render(
        request,
        "organisations/invitation/accept.html",
        {"invitation": invitation, "form": form, "theirs": actions.is_for(invitation, request.user)},
    )


def join(request: Request, invitation: Invitation, token: str) -> HttpResponse:
    form, joined = JoinForm(sent(request), email=invitation.email), []

    def save() -> None:
        typed = form.cleaned_data
        joined.append(
            actions.join(token=token, name=typed["name"], password=typed["password"], language=typed["language"])
        )

    if done(request, form, save, said=_("Welcome. This is your account.")):
        return perform_login(request, joined[0].user)
    return render(request, "organisations/invitation/join.html", {"invitation": invitation, "form": form})
