"""Houses and their places: kept by the team leads of the organisation that runs them."""

import datetime
import uuid
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..models import Organisation, Place, PlaceOut, Shelter, ShelterCapacity, User
from ..permissions import Permission
from ..rules.audit import Verb
from ..rules.shelters import RESERVED_SLUGS
from . import audit
from .base import Refused, SentBefore, action, constraint_of, fresh, once
from .slug import free_slug

NOT_YOURS = _("Only a team lead of the organisation that runs the house changes this.")
MOST_PLACES = 60


@action
def add(*, organisation: Organisation, values: dict, submission: uuid.UUID | None, by: User) -> Shelter:
    """A house without places yet; its address in this system is made from its name. Raises Refused."""
    may_keep(organisation, by=by)

    def make() -> Shelter:
        slug = free_slug(values["name"], Shelter.objects.all(), word="house", reserved=RESERVED_SLUGS)
        row = Shelter(organisation=organisation, slug=slug, submission=submission, **values)
        row.save(force_insert=True)
        told(Verb.SHELTER_ADDED, row, by=by)
        return row

    for _attempt in range(3):
        try:
            with transaction.atomic():
                return once(Shelter, submission, make, said=values, organisation_id=organisation.pk)[0]
        except IntegrityError as error:
            # Somebody else took the slug at the same moment: the next one is free.
            if "slug" not in constraint_of(error):
                raise
    raise Refused(_("Several houses of this name are being made at once. Try again."))


@action
def change(*, shelter: Shelter, values: dict, version: int | None, by: User) -> Shelter:
    """Raises Stale and Refused."""
    row = fresh(locked(shelter, by=by), version)
    if values.get("closed_on") != row.closed_on and values.get("closed_on") is not None and held(row.places.all()):
        raise Refused(_("Somebody is expected or was offered a place in this house. Wait, or let CoMensha let it go."))
    for name, value in values.items():
        setattr(row, name, value)
    row.version += 1
    row.save()
    told(Verb.SHELTER_CHANGED, row, by=by)
    return row


@action
def reveal(*, shelter: Shelter, by: User) -> str:
    """Where the house is, for somebody who works in it; each look is in the audit trail. Raises Refused."""
    if shelter.organisation_id not in {one.pk for one in by.organisations_with(Permission.SHELTERS_READ)}:
        raise Refused(_("Only whoever works in this house may know where it is."))
    told(Verb.SHELTER_ADDRESS_REVEALED, shelter, by=by)
    return shelter.address or ""


@action
def write_address(*, shelter: Shelter, address: str | None, version: int | None, by: User) -> Shelter:
    """Raises Stale and Refused."""
    row = fresh(locked(shelter, by=by), version)
    row.address = address
    row.version += 1
    row.save()
    told(Verb.SHELTER_ADDRESS_WRITTEN, row, by=by)
    return row


@action
def set_capacity(*, shelter: Shelter, from_on: datetime.date, places: int, version: int | None, by: User) -> None:
    """From that day on so many may be taken; a number for the same day takes the place of the one before.

    Raises Stale and Refused.
    """
    row = fresh(locked(shelter, by=by), version)
    row.version += 1
    row.save(update_fields=["version"])
    ShelterCapacity.objects.update_or_create(
        shelter=row, from_on=from_on, defaults={"places": places, "created_by": by}
    )
    told(Verb.SHELTER_CHANGED, row, by=by)


@action
def add_places(
    *, shelter: Shelter, name: str, kind: str, number: int, submission: uuid.UUID | None, by: User
) -> list[Place]:
    """That many places: “Room”, or “Room 4”, “Room 5” … after those there are; once per submission.

    Raises Refused, and SentBefore where the form came before with something else in it.
    """
    row = locked(shelter, by=by)
    made = list(row.places.filter(submission=submission)) if submission is not None else []
    if made:
        if len(made) != number or any(place.kind != kind or not place.name.startswith(name) for place in made):
            raise SentBefore()
        return made
    if row.places.count() + number > MOST_PLACES:
        raise Refused(_("A house has %(number)s places at most.") % {"number": MOST_PLACES})
    taken = set(row.places.values_list("name", flat=True))
    names = [name] if number == 1 and name not in taken else []
    counter = 0
    while len(names) < number:
        counter += 1
        if f"{name} {counter}" not in taken:
            names.append(f"{name} {counter}")
    made = [Place.objects.create(shelter=row, name=one, kind=kind, submission=submission) for one in names]
    told(Verb.SHELTER_CHANGED, row, by=by)
    return made


@action
def change_place(*, place: Place, values: dict[str, Any], version: int | None, by: User) -> Place:
    """Its name and kind. Raises Stale and Refused."""
    row = locked(place.shelter, by=by)
    place = fresh(Place.objects.get(pk=place.pk), version)
    for name, value in values.items():
        setattr(place, name, value)
    place.version += 1
    try:
        with transaction.atomic():
            place.save(update_fields=[*values, "version"])
    except IntegrityError as error:
        if constraint_of(error) != "place_name_once":
            raise
        raise Refused(_("Another place of this house has that name.")) from None
    told(Verb.SHELTER_CHANGED, row, by=by)
    return place


@action
def put_out(*, place: Place, values: dict[str, Any], submission: uuid.UUID | None, by: User) -> PlaceOut:
    """Not used from a day until another; somebody who stays there then is placed elsewhere first. Raises Refused."""

    def make() -> PlaceOut:
        out = PlaceOut.objects.create(place=place, created_by=by, submission=submission, **values)
        told(Verb.SHELTER_CHANGED, row, by=by)
        return out

    row = locked(place.shelter, by=by)
    staying = place.placements.filter(until_at=None)  # type: ignore[attr-defined]  # of cases, which nothing here imports
    until = values.get("until_on")
    if held(row.places.filter(pk=place.pk)):
        raise Refused(
            _("This place is held for somebody who was offered it. Wait for the answer, or let CoMensha let it go.")
        )
    if staying.exists() and (until is None or until > timezone.localdate()):
        raise Refused(_("Somebody stays in this place. End that stay, or move it, before the place goes out of use."))
    try:
        with transaction.atomic():
            return once(PlaceOut, submission, make, said=values, place_id=place.pk)[0]
    except IntegrityError as error:
        if constraint_of(error) != "place_out_once":
            raise
        raise Refused(_("This place is out of use in part of that time already.")) from None


@action
def bring_back(*, place: Place, by: User) -> None:
    """Usable again from today. Raises Refused where it is."""
    row, today = locked(place.shelter, by=by), timezone.localdate()
    out = place.outs.on(today).first()
    if out is None:
        raise Refused(_("This place is usable already."))
    if out.from_on == today:
        out.delete()
    else:
        out.until_on = today
        out.save(update_fields=["until_on"])
    told(Verb.SHELTER_CHANGED, row, by=by)


def may_keep(organisation: Organisation, *, by: User) -> None:
    """Raises Refused for whoever leads no team there."""
    if organisation.pk not in {one.pk for one in by.organisations_with(Permission.SHELTERS_KEEP)}:
        raise Refused(NOT_YOURS)


def locked(shelter: Shelter, *, by: User) -> Shelter:
    """The house, held until the end of the transaction: who places somebody in it holds it too. Raises Refused."""
    row = Shelter.objects.select_for_update(no_key=True).select_related(None).get(pk=shelter.pk)
    by.forget_roles()
    may_keep(row.organisation, by=by)
    return row


def held(places: QuerySet[Place]) -> bool:
    """Whether one of these places is held for somebody; the case side holds them, which nothing here imports."""
    return places.filter(Q(holds__until_at=None) | Q(holds__until_at__gt=timezone.now()), holds__isnull=False).exists()


def told(verb: Verb, shelter: Shelter, *, by: User) -> None:
    audit.record(verb, by=by, organisation=shelter.organisation, room="shelters", object_id=shelter.pk)
