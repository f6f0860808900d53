from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, not_in_future
from organisations.forms.fields import Choice, Choices, DateField, LongText
from organisations.rules.regions import REGIONS

from ..rules.codes import DANGER_LEVELS


class SafetyForm(Form):
    assessed_on = DateField(label=_("Assessed on"), initial=timezone.localdate)
    danger = Choice(DANGER_LEVELS, label=_("How is it now?"), radio=True)
    threats = LongText(label=_("What is the danger, and from whom?"), required=False, rows=4)
    measures = LongText(label=_("What do we do about it?"), required=False, rows=4)
    unsafe_regions = Choices(
        REGIONS,
        label=_("Regions that are not safe"),
        required=False,
        help_text=_("Whoever finds a place for the person sees these regions, and nothing else of this page."),
    )

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "assessed_on")
        return cleaned
