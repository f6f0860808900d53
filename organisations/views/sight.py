"""Whose members a person sees, and the way back to them."""

from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse

from ..models import Invitation, Membership, Organisation
from ..permissions import Permission
from .access import Request


def organisations_in_sight(request: Request):
    """One's own; for whoever keeps the accounts every organisation with members or invitations."""
    mine = Q(pk__in=[o.pk for o in request.user.organisations_with(Permission.MEMBERS_READ)])
    if Permission.ACCOUNTS_KEEP in request.user.abilities:
        here = OuterRef("pk")
        mine |= Q(Exists(Membership.objects.filter(organisation=here)))
        mine |= Q(Exists(Invitation.objects.filter(organisation=here)))
    return Organisation.objects.filter(mine).order_by("name", "pk")


def members_of(organisation: Organisation) -> str:
    """The address of the members page of this organisation."""
    return f"{reverse('organisations:members_list')}?{urlencode({'organisation': organisation.slug})}"
