"""Forms of houses and places."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..rules.regions import REGIONS
from ..rules.shelters import DECIDES, OUT_REASONS, PLACE_KINDS, SHELTER_TYPES, TAKES, USUALLY_DECIDES, ShelterType
from .base import Form
from .fields import Choice, Choices, DateField, LongText, Text, YesNo, offer


class ShelterForm(Form):
    name = Text(label=_("Name of the house"), max_length=100, help_text=_("As staff call it. Never where it is."))
    type = Choice(SHELTER_TYPES, label=_("Kind of shelter"))
    region = Choice(REGIONS, label=_("Region"))
    takes = Choices(TAKES, label=_("Whom it takes"), required=False)
    household_max = forms.IntegerField(
        label=_("Largest household"), required=False, min_value=1, max_value=20,
        help_text=_("How many people may live in one place together. Leave empty if nobody said so."),
    )  # fmt: skip
    wheelchair = YesNo(label=_("Can somebody in a wheelchair live there?"), required=False)
    decides = Choice(
        DECIDES, empty=_("As is usual for this kind"), label=_("Who decides about a place?"), required=False
    )
    closed_on = DateField(
        label=_("Closed from"), required=False,
        help_text=_("From that day on nobody comes in; whoever is there may stay."),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        if not cleaned.get("decides") and cleaned.get("type"):
            cleaned["decides"] = USUALLY_DECIDES[ShelterType(cleaned["type"])].value
        return cleaned


class NewShelterForm(ShelterForm):
    """`organisations`: those whose team this person leads; asked where there are several."""

    organisation = Choice({}, label=_("Of which organisation?"))

    def __init__(self, *args, organisations, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        del self.fields["closed_on"]
        if len(self.organisations) == 1:
            del self.fields["organisation"]
        else:
            offer(
                self, "organisation", [("", _("Choose")), *((key, one.name) for key, one in self.organisations.items())]
            )

    def of(self):
        chosen = self.cleaned_data.get("organisation")
        return self.organisations[chosen] if chosen else next(iter(self.organisations.values()))

    def values(self) -> dict:
        return {name: value for name, value in super().values().items() if name != "organisation"}


class AddressForm(Form):
    address = LongText(
        label=_("Where is it?"), required=False, max_length=500, rows=3,
        help_text=_("Sealed. It stands on no list, letter, export or map. Left empty, it is taken away."),
    )  # fmt: skip

    def stored(self) -> dict:
        """Nothing: what is written now is shown by the click that is kept, and not beside what somebody types."""
        return {}


class CapacityForm(Form):
    from_on = DateField(label=_("From"), initial=timezone.localdate)
    places = forms.IntegerField(
        label=_("How many places may be taken?"), min_value=0, max_value=500,
        help_text=_("As agreed. It may be fewer than there are."),
    )  # fmt: skip


class PlacesForm(Form):
    name = Text(label=_("What is it called?"), max_length=50, help_text=_("“Room” makes Room 1, Room 2 …"))
    kind = Choice(PLACE_KINDS, label=_("Kind of place"))
    number = forms.IntegerField(label=_("How many?"), min_value=1, max_value=60, initial=1)


class PlaceForm(Form):
    name = Text(label=_("What is it called?"), max_length=60)
    kind = Choice(PLACE_KINDS, label=_("Kind of place"))


class OutForm(Form):
    from_on = DateField(label=_("Out of use from"), initial=timezone.localdate)
    until_on = DateField(label=_("Usable again from"), required=False, help_text=_("Leave empty if nobody knows yet."))
    reason = Choice(OUT_REASONS, label=_("Why?"))

    def clean(self):
        cleaned = super().clean()
        begin, end = cleaned.get("from_on"), cleaned.get("until_on")
        if begin and end and end <= begin:
            self.add_error("until_on", _("This is not after the first day."))
        return cleaned
