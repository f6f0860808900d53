"""Asking CoMensha for a place: with what a house may know, and no name; and the end of the search."""

import uuid
from typing import Any

from django.db import IntegrityError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action, constraint_of, fresh, once
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Case, Consent, Participation, PlacementBrief, PlacementOffer, PlacementRequest
from ..models.facts import consent_of
from ..models.placement_request import PROFILE
from ..rules.access import Part
from ..rules.consent import Ground, Purpose
from ..rules.placement import Closed, Outcome
from ..rules.workflow import Stage
from .base import acting_for, lock, locked, record, still_may, told
from .case import begin_participation, part_follows
from .consent import check
from .placement import close, stop
from .registration import register

OF_THE_REQUEST = ("urgency", "needed_by", "wish")


@action
def ask(*, case: Case, values: dict[str, Any], ground: str, submission: uuid.UUID | None, by: User) -> PlacementRequest:
    """A request and its profile. CoMensha takes part for placement from now on.

    `ground`: who agreed just now that houses are asked, where no consent for it is in force ("" with one). Raises Refused.
    """
    case = locked(case, by=by, permission=Permission.SHELTER_WRITE)
    if case.stage == Stage.CLOSED:
        raise Refused(_("This case is closed. Move it to another stage first."))
    keeper = register()
    if keeper is None:
        raise Refused(_("No organisation keeps the national register in this system, so nobody can be asked."))
    request_values = {name: values[name] for name in OF_THE_REQUEST}
    brief_values = {name: value for name, value in values.items() if name not in OF_THE_REQUEST}

    def make() -> PlacementRequest:
        agreed(case, ground, keeper, by=by)
        row = PlacementRequest(
            case=case, organisation=acting_for(case, by=by, permission=Permission.SHELTER_WRITE) or keeper,
            submission=submission, created_by=by, **request_values,
        )  # fmt: skip
        row.save(force_insert=True)
        PlacementBrief(case=case, request=row, created_by=by, **brief_values).save(force_insert=True)
        case.bed_needed = True
        case.version += 1
        case.save(update_fields=["bed_needed", "version"])
        lead = Participation.objects.lead_of(case.pk)
        begin_participation(
            case=case, organisation=keeper, part=Part.PLACEMENT, by=by,
            hidden_before=lead.hidden_before if lead is not None else {},
        )  # fmt: skip
        told(Verb.PLACE_ASKED, case=case, by=by, room="shelter", object_id=row.pk)
        return row

    try:
        profile = {name: brief_values[name] or None for name in PROFILE}
        said = {**request_values, "profile": profile}
        return once(PlacementRequest, submission, make, said=said, case_id=case.pk)[0]
    except IntegrityError as error:
        if constraint_of(error) != "one_placement_request_waits":
            raise
        raise Refused(_("A place is asked for this person already. Change that request.")) from None


def agreed(case: Case, ground: str, keeper: Organisation, *, by: User) -> None:
    """A consent that houses are asked: one in force, or the one given just now. Raises Refused without."""
    if consent_of(case, Purpose.PLACEMENT, keeper.pk) is not None:
        return
    others = Participation.objects.now().filter(case=case).exclude(organisation=keeper)
    if not still_may(case, by=by, permission=Permission.SUPPORT_WRITE) and others.exists():
        raise Refused(_("Whoever works with the person records that they agree, under Consents, and asks."))
    if ground not in {Ground.PERSON, Ground.GUARDIAN}:
        raise Refused(
            _(
                "Without consent nobody is asked for a place. A team lead can decide otherwise, with a reason, under Consents."
            )
        )
    values = {
        "ground": ground, "given_on": timezone.localdate(), "written": False, "explained_by": by.name,
        "language": None, "interpreter": "", "document": None, "reason": None,
    }  # fmt: skip
    check(case, Purpose.PLACEMENT, values, by=by)
    record(
        Consent, case=case, values={**values, "purpose": Purpose.PLACEMENT, "recipient": keeper}, submission=None, by=by,
        permission=Permission.SHELTER_WRITE, verb=Verb.CONSENT_RECORDED, room="consents",
    )  # fmt: skip


@action
def change(*, request: PlacementRequest, values: dict[str, Any], version: int | None, by: User) -> PlacementRequest:
    """What is asked; a house that has not answered yet reads it anew before it can. Raises Stale and Refused."""
    case, row = waiting(request, by=by)
    fresh(row, version)
    brief = row.brief
    for name, value in values.items():
        setattr(row if name in OF_THE_REQUEST else brief, name, value)
    row.version += 1
    brief.version += 1
    row.save()
    brief.save()
    # whoever answers reads it anew
    PlacementOffer.objects.filter(request=row, outcome="").update(version=F("version") + 1)
    told(Verb.PLACE_REQUEST_CHANGED, case=case, by=by, room="shelter", object_id=row.pk)
    return row


@action
def withdraw(*, request: PlacementRequest, reason: str, by: User) -> PlacementRequest:
    """Nobody asks for a place any more; what was held for it is free at once. Raises Refused."""
    case, row = waiting(request, by=by)
    case.bed_needed = False
    case.version += 1
    case.save(update_fields=["bed_needed", "version"])
    stop(case, reason, by=by)
    row.refresh_from_db()
    return row


@action
def fail(*, request: PlacementRequest, reason: str, by: User) -> PlacementRequest:
    """CoMensha stops looking: no place was found, and why. Whoever asked reads it. Raises Refused."""
    case, row = looked_for(request, by=by)
    if PlacementOffer.objects.filter(request=row, outcome=Outcome.ACCEPTED).exists():
        raise Refused(_("A house has accepted this person. Take that back first, or record that they did not arrive."))
    close(row, Closed.FAILED, reason, by=by)
    told(Verb.PLACE_REQUEST_FAILED, case=case, by=by, room="shelter", object_id=row.pk)
    part_follows(case, by=by)
    return row


def waiting(request: PlacementRequest, *, by: User) -> tuple[Case, PlacementRequest]:
    """The case and the request under lock, for those who write its shelter room. Raises Refused."""
    case = locked(request.case, by=by, permission=Permission.SHELTER_WRITE)
    return case, still_waits(case, request)


def looked_for(request: PlacementRequest, *, by: User) -> tuple[Case, PlacementRequest]:
    """The same for those who look for the place, who may see no more of the case than its profile. Raises Refused."""
    lock(request.case, by=by)
    if not PlacementRequest.objects.to_place(by).filter(pk=request.pk).exists():
        raise Refused(_("Your organisation does not look for this place (any more)."))
    case = Case.objects.not_erased().get(pk=request.case_id)
    return case, still_waits(case, request)


def still_waits(case: Case, request: PlacementRequest) -> PlacementRequest:
    row = PlacementRequest.objects.select_for_update(no_key=True, of=("self",)).get(pk=request.pk, case=case)
    if row.outcome:
        raise Refused(_("This request has ended already."))
    row.case = case
    return row
