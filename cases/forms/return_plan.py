"""The return plan, the risk of return and their decisions."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from organisations.forms.base import Form, not_in_future
from organisations.forms.fields import Choice, Choices, DateField, LongText, Text, offer

from ..rules.codes import GUARDIAN_DECISIONS, IMPACTS, LIKELIHOODS, RISK_DECISIONS


class ReturnPlanForm(Form):
    destination = Choice({}, label=_("To which country?"))
    city = Text(label=_("Town or region"), required=False)
    planned_on = DateField(label=_("About when?"), required=False)
    travellers = Choices({}, label=_("Who travels along?"), required=False)
    own_words = LongText(label=_("What the client wants of it, in their own words"), required=False, rows=3)
    partner = Choice(
        {},
        label=_("Partner organisation there"),
        required=False,
        help_text=_("The partner is told nothing until a consent for it is recorded."),
    )
    arrival = LongText(label=_("Arrival: who meets the client, and where?"), required=False, rows=3)
    housing = LongText(label=_("Where will the client live?"), required=False, rows=3)
    income = LongText(label=_("What will the client live on?"), required=False, rows=3)
    care = LongText(label=_("Health and care"), required=False, rows=3)
    guardian_decision = Choice(GUARDIAN_DECISIONS, label=_("The guardian"), required=False)
    reception_verified_on = DateField(label=_("Good reception of the minor verified on"), required=False)

    def __init__(self, *args, family, partners, minors: bool, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.family = {str(person.pk): person for person in family}
        self.partners = {str(partner.pk): partner for partner in partners}
        offer(self, "destination", [("", _("Choose a country")), *(c for c in countries if c[0] != "NL")])
        there = ((key, f"{countries.name(partner.country)}: {partner.name}") for key, partner in self.partners.items())
        offer(self, "partner", [("", _("None yet")), *there])
        offer(self, "travellers", ((key, f"{p.name} ({p.relation_name})") for key, p in self.family.items()))
        if not self.family:
            del self.fields["travellers"]
        self.describe(destination=_("Where to"), partner=_("Who helps there"), arrival=_("After arrival"))
        if minors:
            self.describe(guardian_decision=_("For the minor"))
        else:
            del self.fields["guardian_decision"], self.fields["reception_verified_on"]

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "reception_verified_on")
        if (
            "planned_on" in self.changed_data
            and cleaned.get("planned_on")
            and cleaned["planned_on"] < timezone.localdate()
        ):
            self.add_error("planned_on", _("This day has passed. Type a day to come, or leave it empty."))
        return cleaned

    def stored(self) -> dict:
        """The travellers stand in rows of their own."""
        going = {"travellers": list(self.row.companion_ids)} if self.row is not None and self.family else {}
        return {**super().stored(), **going}

    def chosen_travellers(self) -> list:
        return [self.family[key] for key in self.cleaned_data.get("travellers", [])]

    def values(self) -> dict:
        """The columns of the plan; the travellers are rows of their own."""
        values = {name: value for name, value in super().values().items() if name != "travellers"}
        values["partner"] = self.partners.get(values["partner"])
        return values


class RiskForm(Form):
    reprisals = LongText(label=_("Reprisals by traffickers"), required=False, rows=3)
    prosecution = LongText(label=_("Prosecution or detention by the authorities there"), required=False, rows=3)
    reintegration = LongText(label=_("Rejection, poverty, renewed exploitation"), required=False, rows=3)
    likelihood = Choice(LIKELIHOODS, label=_("How likely is harm?"))
    impact = Choice(IMPACTS, label=_("How serious would it be?"))
    measures = LongText(label=_("What makes it safer?"), required=False, rows=3)
    residual_likelihood = Choice(LIKELIHOODS, label=_("How likely is harm after these measures?"))
    residual_impact = Choice(IMPACTS, label=_("How serious would it still be?"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.describe(reprisals=_("What may happen"), measures=_("What we do about it"))

    def values(self) -> dict:
        scores = ("likelihood", "impact", "residual_likelihood", "residual_impact")
        return {name: int(value) if name in scores else value for name, value in super().values().items()}


class DecisionForm(Form):
    decision = Choice(RISK_DECISIONS, label=_("Your decision"), radio=True)
    reason = LongText(label=_("Why?"), max_length=5000, rows=4)


class ApprovalForm(Form):
    """Nothing to type: reading it and pressing the button is the approval."""
