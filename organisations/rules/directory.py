"""Code lists of the directory of organisations."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Visibility(StrEnum):
    PUBLIC = "public"
    PARTNERS = "partners"
    INTERNAL = "internal"


VISIBILITIES = {
    Visibility.PUBLIC: _("Public: everyone, also without login"),
    Visibility.PARTNERS: _("Partners: people who log in here"),
    Visibility.INTERNAL: _("Internal: people who log in here, not to be passed on"),
}

KINDS = {
    "shelter": _("Shelter organisation"),
    "ngo": _("Non-governmental organisation"),
    "government": _("Government body"),
    "police": _("Police or border guard"),
    "international": _("International organisation"),
    "religious": _("Religious organisation"),
    "legal": _("Legal aid"),
    "health": _("Health care"),
    "other": _("Other"),
}

SERVICES = {
    "shelter": _("Shelter"),
    "coordination": _("Care coordination"),
    "identification": _("Identification"),
    "hotline": _("Hotline"),
    "legal": _("Legal aid"),
    "medical": _("Medical care"),
    "psychological": _("Psychological care"),
    "reception_on_return": _("Reception on return"),
    "reintegration": _("Reintegration"),
    "education": _("School and training"),
    "work": _("Work"),
    "family": _("Family tracing and mediation"),
    "travel": _("Travel and documents"),
    "research": _("Research and advice"),
}
