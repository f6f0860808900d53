import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, needed
from organisations.forms.fields import Choice, DateField, LongText, Text

from ..rules.codes import CARE_KINDS
from ..rules.tonight import night_of


def this_night() -> datetime.date:
    return night_of(timezone.now())


class CareForm(Form):
    kind = Choice(CARE_KINDS, empty=_("Choose a kind"), label=_("What is it?"))
    text = LongText(
        label=_("What must the night shift know or give?"), rows=3, max_length=500,
        help_text=_("Short: it stands on one printed page with everybody else. Of medication the name and how much."),
    )  # fmt: skip
    times = Text(
        label=_("When?"), required=False, max_length=100,
        help_text=_("For example 22:00 and 7:00, or “if she asks, at most twice”. Needed for medication."),
    )  # fmt: skip
    from_on = DateField(label=_("From the night of"), initial=this_night)
    until_on = DateField(
        label=_("Up to and including the night of"), required=False, help_text=_("Left empty: until somebody ends it.")
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("kind") == "medication":
            needed(self, "times", why=_("Say when it must be given."))
        begin, until = cleaned.get("from_on"), cleaned.get("until_on")
        if begin and until and until < begin:
            self.add_error("until_on", _("This is before the first night."))
        return cleaned
