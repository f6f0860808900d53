"""Letting an organisation take part in a case, and ending its part."""

from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, Participation
from ..rules.access import GIVEN, Part
from ..rules.consent import Purpose
from . import undo
from .base import locked, rests_on_consent
from .case import begin_participation, end_participation


@action
def let_take_part(*, case: Case, organisation: Organisation, part: Part, by: User) -> Participation:
    """With a consent for sharing with this organisation. Raises Refused."""
    row = locked(case, by=by, permission=Permission.CASE_SHARE)
    if part not in GIVEN:
        raise Refused(_("This part is not given here."))
    rests_on_consent(row, Purpose.SHARING, organisation)
    if not Organisation.objects.tenants().filter(pk=organisation.pk).exists():
        raise Refused(_("Nobody of this organisation works with the program."))
    lead = Participation.objects.lead_of(row.pk)
    hidden = lead.hidden_before if lead is not None else {}
    return begin_participation(case=row, organisation=organisation, part=part, by=by, hidden_before=hidden)


@action
def end(*, participation: Participation, by: User) -> Participation:
    """The organisation no longer sees the case. Raises Refused."""
    case = locked(participation.case, by=by, permission=Permission.CASE_SHARE)
    row = Participation.objects.select_for_update(no_key=True).get(pk=participation.pk, case=case)
    if row.part not in GIVEN:
        raise Refused(_("This part is not ended here: it follows a notice, a stay or a transfer."))
    end_part(row, by=by)
    return row


@action
def undo_end(*, participation: Participation, by: User) -> Participation:
    """Within ten minutes: the organisation takes part as if it had all along. By whoever may end it. Raises Refused."""
    case = locked(participation.case, by=by, permission=Permission.CASE_SHARE)
    row = undo.just_ended(participation)
    if row.until_at is None:
        return row
    if row.part not in GIVEN:
        raise Refused(_("This part is not given here."))
    shared = case.consent_set.filter(purpose=Purpose.SHARING, recipient=row.organisation_id)
    if shared.exists() and not shared.given().exists():
        raise Refused(_("The consent for this was withdrawn."))
    if Participation.objects.now().filter(case=case, organisation=row.organisation_id, part=row.part).exists():
        raise Refused(_("This organisation takes part again already."))
    undo.reopen(row, Verb.PARTICIPATION_END_UNDONE, case=case, by=by, room="case")
    return row


def end_part(participation: Participation, *, by: User, for_good: bool = False) -> None:
    """End it, unless nobody would see the case any more. Raises Refused."""
    others = Participation.objects.now().filter(case=participation.case_id).exclude(pk=participation.pk)
    if not others.exists():
        raise Refused(
            _(
                "No other organisation takes part in this case, so nobody would see it any more. Let one take part first."
            )
        )
    end_participation(participation=participation, by=by, for_good=for_good)
