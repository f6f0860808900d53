from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Choice, DateField, Form, YesNo

from ..rules.codes import TITLES


class TitleForm(Form):
    title = Choice(TITLES, label=_("Residence position"))
    from_on = DateField(label=_("From"), initial=timezone.localdate)
    until_on = DateField(
        label=_("Until"),
        required=False,
        help_text=_("The first day on which it no longer counts. Leave empty while it runs."),
    )
    document_valid_until = DateField(label=_("The document is valid until"), required=False)

    def clean(self):
        cleaned = super().clean()
        begin, end = cleaned.get("from_on"), cleaned.get("until_on")
        if begin and end and end <= begin:
            self.add_error("until_on", _("This is not after the first day."))
        return cleaned


class ReturnDutyForm(Form):
    return_duty = YesNo(label=_("Do the authorities say that the person must leave?"))
