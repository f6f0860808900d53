"""The search of the directory: the address is the search, every filter is a GET parameter."""

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, cast

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from ..rules.directory import CHECKED, DUE, KINDS, SERVICES, TARGET_GROUPS, language_names
from .asked import AskedForm
from .fields import Choice, Text, offer


class Counted(Choice):
    """One of a code list of which only what there is will be offered, each with how many (FilterForm.count)."""

    def __init__(self, **kwargs) -> None:
        super().__init__({}, required=False, **kwargs)
        self.codes: Mapping[str, Any] = {}

    def valid_value(self, value) -> bool:
        return value in self.codes


class OpenChoice(Counted):
    """One of what the records name themselves; anything that can be read may be asked for."""

    def to_python(self, value):
        return Text(required=False, max_length=100, kept=False).clean(super().to_python(value))

    def valid_value(self, value) -> bool:
        return True


@functools.cache
def country_names_in(language: str) -> Mapping[str, str]:
    return MappingProxyType({code: str(name) for code, name in countries})


class FilterForm(AskedForm):
    q = Text(
        label=_("Name, city, country, network or telephone"),
        required=False,
        max_length=100,
        kept=False,
        widget=forms.SearchInput,
    )
    country = Counted(label=_("Country"))
    kind = Counted(label=_("Kind"))
    service = Counted(label=_("Service"))
    target = Counted(label=_("For whom"))
    language = Counted(label=_("Language"))
    network = OpenChoice(label=_("Network"))
    checked = Counted(label=_("Checked"))
    after = Text(required=False, max_length=300, kept=False, widget=forms.HiddenInput)

    every = {
        "country": _("Every country"), "kind": _("Every kind"), "service": _("Every service"), "target": _("Every target group"),
        "language": _("Every language"), "network": _("Every network"), "checked": _("Checked or not"),
    }  # fmt: skip

    def __init__(self, data) -> None:
        super().__init__(data)
        self.names: dict[str, Mapping[str, Any]] = {
            "country": country_names_in(get_language() or "en"), "kind": KINDS, "service": SERVICES, "target": TARGET_GROUPS,
            "language": language_names(), "checked": {str(code): label for code, label in CHECKED.items()}, "network": {},
        }  # fmt: skip
        for name, codes in self.names.items():
            cast(Counted, self.fields[name]).codes = codes

    def selects(self) -> list:
        """The filters that are chosen from a list."""
        return [self[name] for name in self.names]

    def count(self, counts: dict[str, dict[str, int]]) -> None:
        """Offer what there is, each with how many there are; what is chosen stays offered."""
        for name, codes in self.names.items():
            found = {code: number for code, number in counts.get(name, {}).items() if number}
            if (chosen := self.given(name)) is not None:
                found.setdefault(chosen, 0)
            known = [code for code in codes if code in found] if name not in {"country", "language"} else []
            others = sorted(
                (code for code in found if code not in known), key=lambda code: self.in_words(name, code).lower()
            )
            offered = ((code, f"{self.in_words(name, code)} ({found[code]})") for code in [*known, *others])
            offer(self, name, [("", self.every[name]), *offered])

    def in_words(self, name, value):
        return str(self.names[name].get(value, value)) if name in self.names else f"“{value}”"


def mark_of(row) -> str:
    """What a page in the order of names ends with, for the next one to begin after."""
    return f"{row.name}~{row.pk}"


class DueForm(AskedForm):
    """Which queue of records to check is looked at."""

    why = Choice(DUE, required=False)
    after = Text(required=False, max_length=300, kept=False)


class LookForm(AskedForm):
    """The other record, with which one is to be merged, is looked for."""

    q = Text(label=_("Look for the other record"), required=False, max_length=100, kept=False, widget=forms.SearchInput)


class OtherForm(AskedForm):
    """The other record, chosen."""

    other = forms.SlugField(required=False, max_length=80)
