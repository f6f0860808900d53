"""The filters of the dashboard are its address, and so are those of the list behind a figure."""

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.asked import PeriodForm
from organisations.forms.fields import Choice, DateField, offer

from ..rules.figures import CONTACT_DAYS, DIMENSIONS, GRAINS, INFLOW, WORDS, Dimension, Grain, Measure


class DashboardForm(PeriodForm):
    field_order = ("whose", "organisation", "region", "since", "until", "grain", "measure", "days")

    whose = Choice({}, label=_("Figures of"), required=False)
    organisation = Choice({}, label=_("Organisation"), required=False)
    region = Choice(WORDS[Dimension.REGION], empty=_("Every region"), label=_("Region"), required=False)
    grain = Choice(GRAINS, label=_("Inflow per"), required=False, initial=Grain.MONTH)
    measure = Choice(INFLOW, label=_("Inflow of"), required=False, initial=Measure.PERSONS)
    days = forms.IntegerField(
        label=_("Days without contact"), required=False, min_value=1, max_value=3650,
        widget=forms.NumberInput(attrs={"placeholder": str(CONTACT_DAYS)}),
    )  # fmt: skip

    def __init__(self, data, *, whose: dict[str, str], organisations: dict[str, str]) -> None:
        """`whose`: the figures this person reads; `organisations`: of which they may be asked, nobody's where it is empty."""
        super().__init__(data)
        self.may_ask = {"whose": whose, "organisation": organisations}
        if len(whose) > 1:
            offer(self, "whose", whose.items())
        else:
            del self.fields["whose"]
        if organisations:
            offer(self, "organisation", [("", _("Every organisation")), *organisations.items()])
        else:
            del self.fields["organisation"]

    def clean_grain(self) -> Grain | None:
        return Grain(self.cleaned_data["grain"]) if self.cleaned_data["grain"] else None

    def clean_measure(self) -> Measure | None:
        return Measure(self.cleaned_data["measure"]) if self.cleaned_data["measure"] else None

    def clean(self):
        cleaned = super().clean()
        if (since := cleaned.get("since")) is not None and since > timezone.localdate():
            self.add_error("since", _("This day is still to come, and nothing of it is counted yet."))
        hidden = [name for name in self.may_ask if name not in self.fields]
        if any(self.data.get(name, "") not in {"", *self.may_ask[name]} for name in hidden):
            self.add_error(None, _("This address asks for figures that you do not read. These are yours."))
        return cleaned

    def offer_measures(self, measures: dict) -> None:
        offer(self, "measure", [(str(code), name) for code, name in measures.items()])


class BehindForm(forms.Form):
    """Which figure a list is behind. What is made up names none."""

    figure = Choice({}, required=True)
    first = DateField(required=False)
    dimension = Choice(DIMENSIONS, required=False)
    code = forms.RegexField(r"^[\w-]{1,25}$", required=False)
    support = forms.BooleanField(required=False)

    def __init__(self, data, *, figures: list[str]) -> None:
        super().__init__(data)
        offer(self, "figure", [(code, code) for code in figures])
