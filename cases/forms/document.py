from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, not_in_future
from organisations.forms.fields import Choice, DateField, LongText
from organisations.forms.uploads import FileField

from ..rules.codes import DOCUMENT_KINDS


class DocumentForm(Form):
    kind = Choice(DOCUMENT_KINDS, empty=_("Choose a kind"), label=_("What is it?"))
    day = DateField(label=_("Date of the document"), initial=timezone.localdate)
    remark = LongText(label=_("Remark"), required=False, rows=2, max_length=2000)
    file = FileField(label=_("Which file?"))

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "day")
        if self.errors and "file" not in self.errors:
            self.add_error("file", _("Choose the file again; a browser does not keep it."))
        return cleaned

    def values(self) -> dict:
        """What was typed about the file; the file itself is taken apart."""
        return {name: value for name, value in super().values().items() if name != "file"}


class WithdrawForm(Form):
    reason = LongText(label=_("Why?"), rows=3, max_length=2000)
