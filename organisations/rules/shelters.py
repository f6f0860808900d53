"""Kinds of shelters and places."""

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
