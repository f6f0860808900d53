from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, not_in_future
from organisations.forms.fields import Choice, DateField, LongText, Text

from ..rules.codes import CRIMINAL_EVENTS


class CriminalEventForm(Form):
    kind = Choice(CRIMINAL_EVENTS, empty=_("Choose what happened"), label=_("What happened?"))
    day = DateField(label=_("When?"))
    reference_number = Text(label=_("Number at the police, prosecution or court"), required=False, max_length=60)
    remark = LongText(
        label=_("Remark"),
        required=False,
        rows=2,
        max_length=500,
        help_text=_("Short. What the person told belongs to the police and is never written here."),
    )

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "day")
        return cleaned
