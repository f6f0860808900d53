"""The filters of a trail are its address; each one in force is a chip that can be taken away."""

import datetime
from collections.abc import Callable
from uuid import UUID

from django.db.models import QuerySet
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from ..rules.audit import KINDS, Kind, verbs_of
from ..rules.days import midnight
from .asked import PeriodForm
from .fields import Choice, Text, offer


class TrailFilterForm(PeriodForm):
    field_order = ("person", "reference", "since", "until", "kind")

    person = Choice({}, label=_("Person"), required=False)
    reference = Text(label=_("Case reference"), required=False, max_length=12, kept=False)
    kind = Choice(KINDS, empty=_("Everything"), label=_("Kind"), required=False)

    def __init__(self, data, *, people: list[tuple[str, str]], name_of: Callable[[UUID], str]) -> None:
        """`people` can be chosen from; somebody else, met in the trail itself, is called what `name_of` says ("" for nobody)."""
        super().__init__(data)
        asked = data.get("person", "")
        if asked not in dict(people) and (name := name_of_stranger(asked, name_of)):
            people = [*people, (asked, name)]
        offer(self, "person", [("", _("Everybody")), *people])

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

    def in_words(self, name, value):
        if isinstance(value, datetime.date):
            day = formats.date_format(value, "DATE_FORMAT")
            return (_("from %(day)s") if name == "since" else _("up to and including %(day)s")) % {"day": day}
        return super().in_words(name, value)


def name_of_stranger(asked: str, name_of: Callable[[UUID], str]) -> str:
    try:
        return name_of(UUID(asked))
    except ValueError:
        return ""
