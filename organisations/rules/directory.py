"""Code lists of the directory of organisations."""

import datetime
import functools
from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from babel import Locale
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext_lazy as _


class Visibility(StrEnum):
    PUBLIC = "public"
    PARTNERS = "partners"
    INTERNAL = "internal"


def shown_to_fewer(visibility: str, *, than: str) -> bool:
    order = list(Visibility)  # from everyone to the fewest
    return order.index(Visibility(visibility)) > order.index(Visibility(than))


VISIBILITIES = {
    Visibility.PUBLIC: _("Public: everyone, also without login"),
    Visibility.PARTNERS: _("Partners: people who log in here"),
    Visibility.INTERNAL: _("Internal: people who log in here, not to be passed on"),
}

KINDS = {
    "shelter": _("Shelter organisation"),
    "ngo": _("Non-governmental organisation"),
    "faith_based": _("Faith-based organisation"),
    "hotline": _("Telephone line"),
    "government": _("Government body"),
    "immigration": _("Immigration service"),
    "police": _("Police or border guard"),
    "prosecution": _("Public prosecution"),
    "igo": _("International organisation"),
    "legal": _("Legal aid"),
    "medical": _("Health care"),
    "other": _("Other"),
}

SERVICES = {
    "shelter": _("Shelter"),
    "hotline": _("Hotline"),
    "coordination": _("Care coordination"),
    "identification": _("Identification"),
    "legal_aid": _("Legal aid"),
    "compensation": _("Compensation"),
    "medical": _("Medical care"),
    "psychosocial": _("Psychosocial care"),
    "child_protection": _("Child protection"),
    "victim_support_children": _("Support for child victims"),
    "victim_support_men": _("Support for men"),
    "return_information": _("Information about return"),
    "return_assistance": _("Help with the return"),
    "travel_documents": _("Travel and documents"),
    "reception_on_return": _("Reception on return"),
    "reintegration": _("Reintegration"),
    "family_tracing": _("Family tracing and mediation"),
    "education": _("School and training"),
    "vocational": _("Work and vocational training"),
    "research": _("Research and advice"),
}

EVERYONE = "all"
TARGET_GROUPS = {
    EVERYONE: _("Everyone"),
    "women": _("Women"),
    "men": _("Men"),
    "children": _("Children"),
    "families": _("Families"),
    "lgbti": _("LGBTI people"),
}

# Offered in the form, by their own frequency in this work; a record may name any other (ISO 639).
LANGUAGES = (
    "nl", "en", "fr", "de", "es", "pt", "it", "pl", "ro", "bg", "hu", "cs", "sk", "sq", "sr", "bs", "hr", "mk", "el",
    "ru", "uk", "tr", "ar", "fa", "ku", "ti", "am", "so", "yo", "ig", "ha", "zh", "vi", "th", "tl", "id", "hi", "ur",
)  # fmt: skip

# What a person here could change, and so what has a history and can be suggested; in the order of the page.
DESCRIBING = {
    "name": _("Name"),
    "local_name": _("Name in its own language"),
    "country": _("Country"),
    "city": _("City"),
    "kind": _("Kind"),
    "services": _("What it offers"),
    "target_groups": _("For whom"),
    "languages": _("Languages"),
    "networks": _("Networks"),
    "summary_en": _("What it is, in English"),
    "summary_nl": _("What it is, in Dutch"),
    "role_in_return_en": _("What it does in a return, in English"),
    "role_in_return_nl": _("What it does in a return, in Dutch"),
    "hotline_phone": _("Hotline"),
    "phone": _("Telephone"),
    "email": _("E-mail"),
    "website": _("Website"),
    "visibility": _("Who may see it"),
}
# The texts that are kept in both languages.
PAIRS = (("summary_en", "summary_nl"), ("role_in_return_en", "role_in_return_nl"))


def missing_languages(values: Mapping[str, Any]) -> list[str]:
    """The fields that a public record leaves empty, though it says the same in the other language."""
    if values.get("visibility") != Visibility.PUBLIC:
        return []
    return [name for pair in PAIRS for name, other in (pair, pair[::-1]) if values.get(other) and not values.get(name)]


def newly_missing(said: Mapping[str, Any], instead: Mapping[str, Any]) -> list[str]:
    """Which of them a change would leave empty that are not empty now: a record is not refused for what it lacks already."""
    return [name for name in missing_languages({**said, **instead}) if name not in missing_languages(said)]


# What nobody types into the record, and its history tells all the same.
POINT, SOURCES = "point", "sources"
TOLD = {**DESCRIBING, POINT: _("Point on the map (the middle of the city)"), SOURCES: _("Sources")}
SEVERAL = {"services", "target_groups", "languages", "networks"}

# Paths of pages: no record may be called by them.
RESERVED_SLUGS = ("new", "map", "to-check", "suggestions")

CHECK_AFTER = datetime.timedelta(days=365)


class Checked(StrEnum):
    """What is known of how fresh a record is: verified, or at least told by a page that is named, or neither."""

    WITHIN_A_YEAR = "year"
    LONGER_AGO = "longer"
    PUBLIC_SOURCE = "source"
    NEVER = "never"


CHECKED = {
    Checked.WITHIN_A_YEAR: _("Verified within a year"),
    Checked.LONGER_AGO: _("Verified longer ago"),
    Checked.PUBLIC_SOURCE: _("From a public source, not yet checked by us"),
    Checked.NEVER: _("Not yet checked by us"),
}


class Due(StrEnum):
    """Why somebody should look at a record, the most pressing first."""

    SUGGESTION = "suggestions"
    NEVER = "never"
    CHANGED = "changed"
    LONGER_AGO = "longer"


DUE = {
    Due.SUGGESTION: _("With a suggestion"),
    Due.NEVER: _("Never verified"),
    Due.CHANGED: _("Changed since it was verified"),
    Due.LONGER_AGO: _("Verified more than a year ago"),
}


class Deed(StrEnum):
    """What was done to a record, in its history."""

    ADDED = "added"
    CHANGED = "changed"
    IMPORTED = "imported"
    VERIFIED = "verified"
    SUSPENDED = "suspended"
    UNSUSPENDED = "unsuspended"
    SUGGESTED = "suggested"
    MERGED = "merged"
    ABSORBED = "absorbed"


DEEDS = {
    Deed.ADDED: _("added the record"),
    Deed.CHANGED: _("changed the record"),
    Deed.IMPORTED: _("imported from a public source"),
    Deed.VERIFIED: _("verified the record"),
    Deed.SUSPENDED: _("suspended the organisation"),
    Deed.UNSUSPENDED: _("ended the suspension"),
    Deed.SUGGESTED: _("accepted a suggestion"),
    Deed.MERGED: _("merged another record into this one"),
    Deed.ABSORBED: _("what the merged record said"),
}


# What many organisations are called by, as the search writes it: alone it tells none of them from another.
# Names are stored whole, so whoever changes these writes no migration.
GENERAL_WORDS = frozenset(
    word
    for words in (
        # English
        "a an and at by for from in of on the to with against agency aid anti association bureau center centre charity",
        "children coalition commission committee council department federal federation foundation general help home",
        "house human initiative institute international legal ministry mission national network office organisation",
        "organization police programme project regional rights service services shelter social society state support",
        "trafficking trust union unit victim victims women womens",
        # Dutch, German
        "de en het van voor tegen centrum dienst huis landelijk landelijke mensenhandel ministerie nationaal nationale",
        "opvang politie raad slachtoffers stichting vereniging vrouwen",
        "das der die fur fuer gegen und frauen stiftung verein zentrum",
        # French, Spanish, Portuguese, Italian, Romanian
        "contre des du et la le les pour fondation maison ministere",
        "del el los para por y asociacion casa centro fundacion instituto ministerio nacional",
        "da das do dos e associacao fundacao associazione fondazione di della",
        "agentia asociatia centrul fundatia ministerul pentru",
        # Slavic, Hungarian, Albanian, Turkish
        "i za na asotsiatsiya fondacija fondatsiya fundacja ministarstvo ministerstvo nadace natsionalna natsionalnata",
        "sdruzhenie stowarzyszenie tsentar tsentr udruga udruzenje",
        "alapitvany egyesulet kozpont qendra shoqata dernegi vakfi",
    )
    for word in words.split()
)
# So many letters of words of its own tell an organisation from others in its country, and so many anywhere.
OWN_LETTERS_HERE, OWN_LETTERS_ANYWHERE = 5, 12
# So many letters of its own has a name that is looked for within the names of others, and so much of it stands there.
OWN_LETTERS_WITHIN, NEARLY = 4, 0.75


def own_letters(name: list[str]) -> int:
    """How much of a name, given as its words, is its own."""
    return sum(len(word) for word in name if word not in GENERAL_WORDS)


def offers_shelter(kind: str, services: list[str]) -> bool:
    """Where people may be sheltered: nothing more exact than the city of a public office is kept."""
    return kind == "shelter" or "shelter" in services


def language_names() -> Mapping[str, str]:
    """Every language by its ISO 639 code, in the language of the page."""
    return language_names_in((get_language() or "en").split("-")[0])


@functools.cache
def language_names_in(language: str) -> Mapping[str, str]:
    return MappingProxyType(dict(Locale.parse(language).languages))


def months_between(day: datetime.date, today: datetime.date) -> int:
    return (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)


def age_in_words(day: datetime.date, today: datetime.date) -> str:
    """How long ago that is: "today", "12 days ago", "3 months ago", "2 years ago"."""
    days, months = (today - day).days, months_between(day, today)
    if days <= 0:
        return str(_("today"))
    if months < 1:
        return ngettext("%(number)s day ago", "%(number)s days ago", days) % {"number": days}
    if months < 24:
        return ngettext("%(number)s month ago", "%(number)s months ago", months) % {"number": months}
    return ngettext("%(number)s year ago", "%(number)s years ago", months // 12) % {"number": months // 12}
