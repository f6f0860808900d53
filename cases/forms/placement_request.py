"""Forms of asking for a place."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import UNSEEN, Form
from organisations.forms.fields import Choice, Choices, DateField, Languages, LongText, offer
from organisations.rules.regions import REGIONS

from ..rules.codes import SEXES
from ..rules.consent import GROUNDS, Ground
from ..rules.placement import (
    AGE_BANDS,
    FAILED_REASONS,
    NEEDS,
    REFLECTION,
    URGENCIES,
    WITHDRAWN_REASONS,
)

MOST_PEOPLE = 20


class RequestForm(Form):
    """What is asked, and what a house may know; nothing in it names anybody."""

    urgency = Choice(URGENCIES, label=_("How soon?"), radio=True)
    needed_by = DateField(label=_("At the latest on"), required=False)
    sex = Choice(SEXES, label=_("Who is it?"))
    age_band = Choice(AGE_BANDS, label=_("How old?"))
    adults = forms.IntegerField(
        label=_("How many adults?"), min_value=0, max_value=MOST_PEOPLE, initial=1,
        help_text=_("Who must live together. The person themselves is counted."),
    )  # fmt: skip
    children = forms.IntegerField(label=_("How many children?"), min_value=0, max_value=MOST_PEOPLE, initial=0)
    reflection = Choice(
        REFLECTION, label=_("The reflection period"),
        help_text=_("Specialised shelter (COSM) is for the reflection period."),
    )  # fmt: skip
    unsafe_regions = Choices(REGIONS, label=_("Regions that are not safe"), required=False)
    needs = Choices(NEEDS, label=_("What must the house have or arrange?"), required=False)
    languages = Languages(label=_("Languages they speak"))
    care = LongText(
        label=_("What else must the house know?"), required=False, rows=3, max_length=2000,
        help_text=_("Houses read this. No names, no places, nothing of what happened."),
    )  # fmt: skip
    wish = LongText(
        label=_("What does the person want?"), required=False, rows=2, max_length=2000,
        help_text=_("For who looks for the place; houses do not read it."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.describe(sex=_("Who is it for?"), reflection=_("What must fit?"))

    def stored(self) -> dict[str, Any]:
        """The profile stands in a row of its own: of two who change it at once the second sees what the first wrote."""
        found = super().stored()
        if self.row is None:
            return found
        brief = self.row.brief
        own = {field.name for field in brief._meta.concrete_fields} - UNSEEN
        return found | {name: getattr(brief, name) for name in self.fields if name in own}

    def clean(self):
        cleaned = super().clean()
        if "adults" in cleaned and "children" in cleaned and not (cleaned["adults"] or cleaned["children"]):
            self.add_error("adults", _("Somebody has to live there: count the person themselves."))
        by, before = cleaned.get("needed_by"), self.row.needed_by if self.row is not None else None
        if by and by != before and by < timezone.localdate():
            self.add_error("needed_by", _("This day is over."))
        return cleaned


class AskForm(RequestForm):
    """With the question whether the person agrees, where no consent for it is in force."""

    ground = Choice({}, label=_("Does the person agree that houses are asked?"), radio=True)

    field_order = ["ground"]

    def __init__(self, *args, grounds, **kwargs) -> None:
        """`grounds`: who can consent; empty where a consent is in force."""
        super().__init__(*args, **kwargs)
        if grounds:
            offer(self, "ground", [(ground.value, AGREES[ground]) for ground in GROUNDS if ground in grounds])
        else:
            del self.fields["ground"]

    def values(self) -> dict:
        return {name: value for name, value in super().values().items() if name != "ground"}


AGREES = {
    Ground.PERSON: _("Yes, the person agrees today"),
    Ground.GUARDIAN: _("Yes, the guardian agrees today"),
}


class WithdrawForm(Form):
    reason = Choice(
        {code: name for code, name in WITHDRAWN_REASONS.items() if code not in {"consent", "left"}},
        empty=_("Choose a reason"), label=_("Why?"),
    )  # fmt: skip


class FailForm(Form):
    reason = Choice(FAILED_REASONS, empty=_("Choose a reason"), label=_("Why was no place found?"))
