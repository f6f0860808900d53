from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Choice, DateField, Form, YesNo, not_in_future
from organisations.rules.audit import Verb

from ..rules.codes import TITLES
from .dates import DatedForm


class TitleForm(DatedForm):
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
        not_in_future(self, "from_on")
        begin, end, valid = (cleaned.get(name) for name in ("from_on", "until_on", "document_valid_until"))
        if begin and valid and valid < begin:
            self.add_error("document_valid_until", _("This is before the first day."))
        if begin and end and end <= begin:
            self.add_error("until_on", _("This is not after the first day."))
        self.ask_why(cleaned)
        return cleaned


class ReturnDutyForm(Form):
    # A title that is recorded has the same verb: it is not told who.
    deeds = {Verb.RESIDENCE_CHANGED: False}
    return_duty = YesNo(label=_("Do the authorities say that the person must leave?"))
