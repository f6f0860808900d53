"""The filters of a trail are its address; each one in force is a chip that can be taken away."""

import datetime
from collections.abc import Callable
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from ..rules.audit import KINDS, Kind, verbs_of
from ..rules.days import midnight
from .fields import Choice, DateField, Text, offer


class TrailFilterForm(forms.Form):
    person = Choice({}, label=_("Person"), required=False)
    reference = Text(label=_("Case reference"), required=False, max_length=12, kept=False)
    since = DateField(label=_("From"), required=False, help_text="")
    until = DateField(label=_("Until"), required=False, help_text="")
    kind = Choice(KINDS, empty=_("Everything"), label=_("Kind"), required=False)

    def __init__(self, data, *, people: list[tuple[str, str]], name_of: Callable[[UUID], str]) -> None:
        """`people` can be chosen from; somebody else, met in the trail itself, is called what `name_of` says ("" for nobody)."""
        super().__init__(data)
        asked = data.get("person", "")
        if asked not in dict(people) and (name := name_of_stranger(asked, name_of)):
            people = [*people, (asked, name)]
        offer(self, "person", [("", _("Everybody")), *people])
        self.is_valid()

    def wanted(self) -> dict:
        """The filters that were given and understood."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def apply(self, rows: QuerySet) -> QuerySet:
        wanted = self.wanted()
        if "person" in wanted:
            rows = rows.filter(actor_id=wanted["person"])
        if "reference" in wanted:
            rows = rows.filter(case_reference="".join(c for c in wanted["reference"].upper() if c.isalnum()))
        if "since" in wanted:
            rows = rows.filter(at__gte=midnight(wanted["since"]))
        if "until" in wanted:
            rows = rows.filter(at__lt=midnight(wanted["until"] + datetime.timedelta(days=1)))
        if "kind" in wanted:
            rows = rows.filter(verb__in=verbs_of(Kind(wanted["kind"])))
        return rows

    def chips(self) -> list[dict]:
        """Each filter in force in words, with the address of the trail without it."""
        return [
            {"label": self.in_words(name, value), "without": self.address(**{name: ""})}
            for name, value in self.wanted().items()
        ]

    def in_words(self, name: str, value) -> str:
        if isinstance(value, datetime.date):
            day = formats.date_format(value, "DATE_FORMAT")
            return (_("from %(day)s") if name == "since" else _("until %(day)s")) % {"day": day}
        return str(dict(getattr(self.fields[name], "choices", [])).get(value, value))

    def address(self, **changed: str) -> str:
        """The address with these filters, and those in force that are not changed."""
        wanted = {**self.as_text(), **changed}
        return "?" + urlencode({name: value for name, value in wanted.items() if value})

    def as_text(self) -> dict[str, str]:
        """The filters in force as they stand in the address."""
        return {
            name: value.strftime("%d-%m-%Y") if isinstance(value, datetime.date) else value
            for name, value in self.wanted().items()
        }


def name_of_stranger(asked: str, name_of: Callable[[UUID], str]) -> str:
    try:
        return name_of(UUID(asked))
    except ValueError:
        return ""
