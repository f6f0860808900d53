"""The only door to a case, and to the lists of cases a person may see."""

import uuid
from typing import Any

from django.db.models import Prefetch
from django.http import Http404
from django.utils import timezone

from organisations.actions import audit
from organisations.models import Shelter
from organisations.models.kept import together
from organisations.permissions import Permission
from organisations.views.access import Request, refuse

from ..actions.base import acting_for, acting_for_each
from ..actions.correction import may_correct
from ..dashboards.behind import Behind, behind, without_hidden
from ..dashboards.days import with_day
from ..dashboards.whose import Asked, asked_of
from ..forms.dashboard import DashboardForm
from ..models import (
    Assignment,
    Case,
    CaseExport,
    Draft,
    ErasureProposal,
    OwnPart,
    PlacementOffer,
    PlacementRequest,
    Transfer,
)
from ..models.case import CaseQuerySet, hidden_by, taken_of, with_keys
from ..models.draft import typed
from ..models.participation import TAKING_PART
from ..models.placement_request import PlacementRequestQuerySet
from ..models.read_once import FILLED, ReadOnce
from ..rules.access import Part
from ..rules.references import tidy
from ..rules.transfer import Outcome
from ..tonight import Night, night


def get_case(request: Request, reference: str, permission: Permission, *, room: str) -> Case:
    """The case, if this person holds the permission on it now; looking into the room is audited.

    Raises Http404 for a case that this person does not see at all, and PermissionDenied for one they see but may not
    open here; that refusal outlives the request.
    """
    wanted = tidy(reference) or ""
    case = Case.objects.at_the_door(wanted, request.user, permission)
    if case is None:
        seen = Case.objects.at_the_door(wanted, request.user, Permission.CASE_SEE)
        if seen is None:
            raise Http404
        refuse(request, room, case=seen, organisation=acting_for(seen, by=request.user))
    case.read = ReadOnce(case.pk)
    parts, case.read.filled = together([(TAKING_PART, (case.pk,)), (FILLED, (case.pk,))])
    case.taken = taken_of(parts, request.user)
    if not case.taken:
        raise Http404  # the last of them ended since the question above
    case.hidden_before = hidden_by(case.taken)
    case.once("lead", lambda: next((part for part in parts if part.part == Part.LEAD), None))
    audit.record_read(
        by=request.user,
        case=case,
        room=room,
        organisation=acting_for(case, by=request.user, permission=permission),
    )
    case.opened_with = permission
    return case


def restricted_cases(request: Request) -> list[Case]:
    """The restricted cases a team lead answers for, each with the people assigned now; nothing else of them is shown.

    And with the assignments that they ended themselves, of which the page offers to take back those of just now.
    """
    assigned = Assignment.objects.now().select_related("user")
    ended = Assignment.objects.filter(ended_by=request.user).select_related("user")
    cases = Case.objects.restricted_led_by(request.user).order_by("reference")
    return list(
        cases.prefetch_related(
            Prefetch("assignment_set", queryset=assigned, to_attr="assigned"),
            Prefetch("assignment_set", queryset=ended, to_attr="ended"),
        )
    )


def get_restricted(request: Request, reference: str) -> Case:
    """One of them, to assign somebody; opens no room. Raises Http404."""
    case = Case.objects.restricted_led_by(request.user).filter(reference=tidy(reference) or "").first()
    if case is None:
        raise Http404
    return case


def get_proposal(request: Request, pk: uuid.UUID) -> ErasureProposal:
    """A proposal to erase a file, for the people who may be the second person; looking at it is audited.

    They may see no case at all, so this is no door to one. Raises Http404.
    """
    found = ErasureProposal.objects.of(request.user).select_related("case", "created_by", "decided_by", "organisation")
    proposal = get_row(found, pk)
    audit.record_read(by=request.user, case=proposal.case, room="history", organisation=proposal.organisation)
    return proposal


def transfers_to_answer(request: Request) -> list[Transfer]:
    """Cases offered to an organisation of this person, each with its handover; looking at it is audited.

    They see nothing else of those cases, so this is no door to one.
    """
    found = list(
        Transfer.objects.to_answer(request.user).select_related("case", "from_organisation", "to_organisation")
    )
    for transfer in found:
        audit.record_read(by=request.user, case=transfer.case, room="transfer", organisation=transfer.to_organisation)
    return found


def get_transfer(request: Request, pk: uuid.UUID) -> Transfer:
    """One of those. Raises Http404."""
    transfer = next((one for one in transfers_to_answer(request) if one.pk == pk), None)
    if transfer is None:
        raise Http404
    return transfer


def accepted_before(request: Request, pk: uuid.UUID) -> Transfer | None:
    """One that this person accepted already: the button was pressed twice."""
    accepted = Transfer.objects.filter(pk=pk, answered_by=request.user, outcome=Outcome.ACCEPTED)
    return accepted.select_related("case").first()


def requests_to_place(request: Request) -> PlacementRequestQuerySet:
    """Every request for which an organisation of this person looks for a place; of each they see the profile alone."""
    return PlacementRequest.objects.to_place(request.user).select_related("case", "brief", "organisation")


def get_request_to_place(request: Request, pk: uuid.UUID) -> PlacementRequest:
    """One of those; that is no door to its case. Raises Http404."""
    return get_row(requests_to_place(request), pk)


def looked_at(request: Request, row: PlacementRequest) -> None:
    """Looking at a profile is audited."""
    organisation = acting_for(row.case, by=request.user, permission=Permission.SHELTER_READ)
    audit.record_read(by=request.user, case=row.case, room="placement", organisation=organisation)


def get_house_to_offer(slug: str) -> Shelter:
    """A house of any organisation. Raises Http404."""
    house = Shelter.objects.select_related("organisation").filter(slug=slug).first()
    if house is None:
        raise Http404
    return house


def get_offer_to_take_back(request: Request, pk: uuid.UUID) -> PlacementOffer:
    """An offer to one of those requests. Raises Http404."""
    looked_for = PlacementOffer.objects.filter(request__in=PlacementRequest.objects.to_place(request.user))
    return get_row(looked_for.select_related("request__case"), pk)


def offers_to_answer(request: Request) -> list[PlacementOffer]:
    """What a house of this person's organisation was asked, each with the profile; looking at it is audited.

    They see nothing else of those cases, so this is no door to one.
    """
    found = list(
        PlacementOffer.objects.where_may(request.user)
        .select_related("case", "request__brief", "request__organisation", "shelter__organisation")
        .prefetch_related("holds__place")
    )
    with_keys([offer.case for offer in found])
    audit.record_reads(
        by=request.user, room="placement", seen=[(offer.case, offer.shelter.organisation) for offer in found]
    )
    return found


def get_offer_to_answer(request: Request, pk: uuid.UUID) -> PlacementOffer:
    """One of those. Raises Http404."""
    offer = next((one for one in offers_to_answer(request) if one.pk == pk), None)
    if offer is None:
        raise Http404
    return offer


def offer_over(request: Request, pk: uuid.UUID) -> PlacementOffer | None:
    """One that was asked of a house of this person's organisation and can be answered no more; opens nothing."""
    asked = PlacementOffer.objects.asked_of(request.user)
    return asked.exclude(pk__in=PlacementOffer.objects.open()).filter(pk=pk).first()


def get_offer_shown_address(request: Request, pk: uuid.UUID) -> PlacementOffer:
    """An accepted offer whose house this person may find for a day. Raises Http404."""
    return get_row(PlacementOffer.objects.showing_address(request.user).select_related("shelter"), pk)


def get_handed_over(request: Request, pk: uuid.UUID) -> Transfer:
    """A case that an organisation of this person led and handed over, by that transfer; opens nothing. Raises Http404."""
    found = Transfer.objects.sent_by(request.user).filter(outcome=Outcome.ACCEPTED)
    return get_row(found.select_related("case", "to_organisation"), pk)


def get_asked(request: Request, pk: uuid.UUID) -> OwnPart:
    """A request of an organisation of this person, finished or not; opens nothing. Raises Http404."""
    return get_row(OwnPart.objects.of(request.user).select_related("case", "transfer"), pk)


def get_own_part(request: Request, pk: uuid.UUID) -> OwnPart:
    """What a former lead organisation reads again today; looking at it is audited. Raises Http404.

    It shows what its people wrote and nothing else of the case, so this is no door to one.
    """
    found = OwnPart.objects.readable_by(request.user, today=timezone.localdate())
    own_part = get_row(found.select_related("case", "transfer__from_organisation"), pk)
    audit.record_read(by=request.user, case=own_part.case, room="own_part", organisation=own_part.organisation)
    return own_part


def get_house(request: Request, slug: str) -> Shelter:
    """A house of an organisation at which this person works at night. Raises Http404 for every other."""
    here = request.user.organisations_with(Permission.TONIGHT_READ)
    house = Shelter.objects.select_related("organisation").filter(slug=slug, organisation__in=here).first()
    if house is None:
        raise Http404
    return house


def night_in(request: Request, house: Shelter) -> Night:
    """Who sleeps in the house tonight, as far as this person may know; of each case that is shown, that is audited."""
    found = night(house, by=request.user)
    cases = {row.case.pk: row.case for row in found.known if row.case is not None}
    through = acting_for_each(list(cases.values()), by=request.user, permission=Permission.SHELTER_READ)
    audit.record_reads(by=request.user, room="tonight", seen=[(case, through.get(pk)) for pk, case in cases.items()])
    return found


def get_row(rows: Any, pk: uuid.UUID) -> Any:
    """One record of a case, from the rows of that case. Raises Http404."""
    row = rows.filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def get_correctable(request: Request, case: Case, rows: Any, pk: uuid.UUID, *, room: str) -> Any:
    """What counts now of a record and its corrections, if this person may correct it.

    Raises Http404 and, for somebody else's record, PermissionDenied.
    """
    row = get_row(rows.select_related("case"), pk).latest()
    if not may_correct(row, by=request.user):
        refuse(request, room, case=case, organisation=acting_for(case, by=request.user))
    return row


def get_draft(request: Request, address: str, case: Case | None) -> Draft | None:
    """What this person typed into the form of a page that has passed its door, and has not saved."""
    return typed(request.user, address, case)


def abilities_on(request: Request, case: Case) -> frozenset[Permission]:
    """Everything this person may do on the case that came through the door, asked once a request."""
    if case.can is None:
        case.can = Case.objects.abilities_on(case, request.user)
    return case.can


def get_export(request: Request, pk: uuid.UUID) -> CaseExport:
    """A file of cases that this person asked for themselves. Raises Http404."""
    return get_row(CaseExport.objects.of(request.user), pk)


def figures_asked(request: Request) -> tuple[DashboardForm, Asked]:
    """What the address of the dashboard asks for. Raises PermissionDenied for somebody who reads no figures."""
    filters, asked = asked_of(request.user, request.GET, today=timezone.localdate())
    if asked is None:
        refuse(request, "dashboard")
    return filters, asked


def files_behind(request: Request, asked: Asked, wanted: Behind) -> tuple[CaseQuerySet, CaseQuerySet]:
    """The files behind a figure that this person may open, each with its `day`, and the others, to be counted alone."""
    counted = behind(asked, wanted)
    organisations = [membership.organisation for membership in request.user.active_memberships]
    told = without_hidden(counted, wanted, asked, organisations)
    seen = cases_in_sight(request, wanted.reading).filter(pk__in=told.values("pk"))
    others = counted.exclude(pk__in=seen.values("pk"))
    return with_day(seen, asked, wanted, organisations), others


def cases_in_sight(request: Request, permission: Permission = Permission.CASE_SEE) -> CaseQuerySet:
    """Every case on which this person holds the permission now."""
    return Case.objects.where_may(request.user, permission)
