"""Columns that say a record once more, in the form in which it is looked for."""

from urllib.parse import urlsplit

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import override
from django_countries import countries

from ..rules.cities import CITIES
from ..rules.directory import own_letters
from ..rules.text import dialled, to_dial, without_country
from ..sealing.index import words


def country_names(code: str) -> list[str]:
    names = []
    for language in ("en", "nl"):
        with override(language):
            names.append(str(countries.name(code)))
    return names


COUNTRY_NAMES: dict[str, list[str]] = {}


def city_names(country: str, city: str) -> list[str]:
    """What else the city is called, in whichever of its names it is written down; also where a district stands beside it."""
    written = f" {' '.join(words(city))} "
    return [
        name
        for names in CITIES.get(country, ())
        if any(f" {' '.join(words(name))} " in written for name in names)
        for name in names
    ]


def call(number: str) -> str:
    """The whole of a telephone number, as it stands in what is looked for: no word of a record is like it."""
    return f"#{number}#"


def search_text(row) -> str:
    """Latin lower-case words of the names, the city and the country in both languages, and the networks; then the numbers.

    Begins with a space, so that the beginning of a word can be asked for as " ab".
    """
    named = COUNTRY_NAMES.setdefault(row.country, country_names(row.country))
    called = city_names(row.country, row.city)
    said = " ".join([row.name, row.local_name, row.city, *called, *row.networks, *named])
    dialling = [dialled(to_dial(phone)) for phone in (row.hotline_phone, row.phone)]
    numbers = [call(number) for number in dialling if number]
    return " " + " ".join(dict.fromkeys(words(said) + numbers))


def match_keys(row) -> list[str]:
    """By what the same organisation, written down twice, would be known; and with what its names begin."""
    begins = {key("begins", name[:end]) for name in names_of(row) for end in range(1, len(name))}
    return sorted(same_keys(row) | begins)


def same_keys(row) -> set[str]:
    """Its name, its website, its telephone: another record with one of them may be the same organisation."""
    keys = {key("name", name) for name in names_of(row)}
    host = host_of(row.website)
    if host:
        keys.add(f"host:{host}")
    # a short number means something else in every country
    return keys | {f"phone:{row.country}:{one}" for phone in (row.hotline_phone, row.phone) for one in spellings(phone)}


def spellings(phone: str) -> set[str]:
    """The number as it may be written down another time: with its country and without."""
    number = to_dial(phone)
    return {one for one in (dialled(number), *(within for _code, within in without_country(number))) if one}


def longer_or_shorter_keys(row, own: int) -> set[str]:
    """What a record has of which a name begins with one of this record, or the other way round.

    As far as what both begin with has so many letters of its own: "Centre" begins many names and tells nothing.
    """
    keys = set()
    for name in names_of(row):
        if own_letters(name) >= own:
            keys.add(key("begins", name))
        keys |= {key("name", name[:end]) for end in range(1, len(name)) if own_letters(name[:end]) >= own}
    return keys


def names_of(row) -> list[list[str]]:
    return [name for name in (words(row.name), words(row.local_name)) if name]


def key(kind: str, name: list[str]) -> str:
    return f"{kind}:{' '.join(name)}"


def host_of(website: str) -> str:
    try:
        host = urlsplit(website).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


class SearchText(models.TextField):
    """Written anew whenever the row is saved, also among many."""

    def pre_save(self, model_instance, add):
        text = search_text(model_instance)
        setattr(model_instance, self.attname, text)
        return text


class MatchKeys(ArrayField):
    """Written anew whenever the row is saved, also among many."""

    def pre_save(self, model_instance, add):
        keys = match_keys(model_instance)
        setattr(model_instance, self.attname, keys)
        return keys
