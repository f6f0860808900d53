"""Kinds of shelters and places, whom a house takes and who decides about a place in it; how many may be taken on a day."""

import datetime
from collections.abc import Iterable
from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class ShelterType(StrEnum):
    COSM = "cosm"
    OMM = "omm"
    WOMEN = "women"
    MEN = "men"
    HOMELESS = "homeless"
    PROTECTED_MINORS = "protected_minors"
    YOUTH = "youth"
    EMERGENCY = "emergency"
    AMBULATORY = "ambulatory"


SHELTER_TYPES = {
    ShelterType.COSM: _("Specialised shelter (COSM)"),
    ShelterType.OMM: _("Shelter for multiple problems (OMM)"),
    ShelterType.WOMEN: _("Women's shelter"),
    ShelterType.MEN: _("Men's shelter"),
    ShelterType.HOMELESS: _("Homelessness shelter"),
    ShelterType.PROTECTED_MINORS: _("Protected reception for minors"),
    ShelterType.YOUTH: _("Youth care"),
    ShelterType.EMERGENCY: _("Emergency bed"),
    ShelterType.AMBULATORY: _("Outreach support"),
}


class PlaceKind(StrEnum):
    SINGLE = "single"
    FAMILY = "family"
    COUPLE = "couple"


PLACE_KINDS = {
    PlaceKind.SINGLE: _("Single room"),
    PlaceKind.FAMILY: _("Family unit"),
    PlaceKind.COUPLE: _("Room for two"),
}


def sleeps(kind: str, household_max: int | None) -> int | None:
    """How many people live in a place of that kind, in a house for households of that size; None: nobody said so."""
    return {PlaceKind.SINGLE: 1, PlaceKind.COUPLE: 2}.get(PlaceKind(kind), household_max)


# Paths of pages: no house may be called by them.
RESERVED_SLUGS = ("new", "houses")

# Whom a house takes; what is not said is asked by telephone.
TAKES = {
    "women": _("Women"),
    "men": _("Men"),
    "families": _("Parents with children"),
    "couples": _("Couples"),
    "minors": _("Minors without a parent"),
}


class Decides(StrEnum):
    """Who decides that somebody gets a place (domain of the shelter, not of this program)."""

    COMENSHA = "comensha"
    MEDIATED = "mediated"
    NIDOS = "nidos"
    MUNICIPALITY = "municipality"
    YOUTH = "youth"


DECIDES = {
    Decides.COMENSHA: _("CoMensha places directly"),
    Decides.MEDIATED: _("CoMensha mediates, the house decides"),
    Decides.NIDOS: _("Nidos"),
    Decides.MUNICIPALITY: _("The municipality"),
    Decides.YOUTH: _("Youth care"),
}

# As the published page of CoMensha has it; a house may have agreed otherwise.
USUALLY_DECIDES = {
    ShelterType.COSM: Decides.COMENSHA,
    ShelterType.OMM: Decides.COMENSHA,
    ShelterType.WOMEN: Decides.MEDIATED,
    ShelterType.MEN: Decides.MEDIATED,
    ShelterType.HOMELESS: Decides.MUNICIPALITY,
    ShelterType.PROTECTED_MINORS: Decides.NIDOS,
    ShelterType.YOUTH: Decides.YOUTH,
    ShelterType.EMERGENCY: Decides.MEDIATED,
    ShelterType.AMBULATORY: Decides.MUNICIPALITY,
}

# Why a place is not used for a while.
OUT_REASONS = {
    "repair": _("Repair"),
    "cleaning": _("Cleaning"),
    "staff": _("Too few staff"),
    "kept_free": _("Kept free"),
    "other": _("Other"),
}


def capacity_on(rows: Iterable[tuple[datetime.date, int]], day: datetime.date, *, places: int) -> int:
    """How many places of a house may be taken on that day: the newest agreed number, at most as many as there are.

    `rows`: each from which day and how many. Before the first of them, and without any, all its places.
    """
    agreed = [number for since, number in sorted(rows) if since <= day]
    return min(places, agreed[-1]) if agreed else places
