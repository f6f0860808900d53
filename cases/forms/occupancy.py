"""What the pages of occupancy are asked for in their address."""

import datetime

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from organisations.forms.asked import AskedForm
from organisations.forms.fields import Choice, Text, offer
from organisations.models import Shelter
from organisations.rules.shelters import SHELTER_TYPES

from ..rules.occupancy import Week, last_whole_week, week_of


class OccupancyForm(AskedForm):
    """Of which type of shelter, and of which house."""

    type = Choice(SHELTER_TYPES, empty=_("Every type"), label=_("Type of shelter"), required=False)
    house = Choice({}, label=_("House"), required=False)

    def __init__(self, data, *, shelters: list[Shelter]) -> None:
        """`shelters`: those that this person may ask for."""
        super().__init__(data)
        self.shelters = shelters
        offer(self, "house", [("", _("Every house")), *((shelter.slug, shelter.name) for shelter in shelters)])

    def chosen(self) -> list[Shelter]:
        """The houses that are asked for; what was not understood chooses nothing."""
        kind, house = self.given("type"), self.given("house")
        return [one for one in self.shelters if kind in {None, one.type} and house in {None, one.slug}]


class WeekForm(AskedForm):
    """Which week; the last whole one unless another is asked for."""

    week = Text(label=_("Week"), required=False, max_length=20, kept=False)

    def __init__(self, data, *, today: datetime.date) -> None:
        super().__init__(data)
        self.last = last_whole_week(today)

    def clean_week(self) -> Week | None:
        if not self.cleaned_data["week"]:
            return None
        week = week_of(self.cleaned_data["week"])
        if week is None:
            raise ValidationError(_("Write the week as year and number, for example 2026-W47."))
        if week.monday > self.last.monday:
            raise ValidationError(_("That week is not over yet."))
        return week

    def chosen(self) -> Week:
        return self.given("week") or self.last
