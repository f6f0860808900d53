from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, needed
from organisations.forms.fields import Choice, LongText, Text

from ..rules.erasure import GROUNDS, Ground

AS_IT_STANDS = _("Seven letters and digits, for example 7K2M9QX")


class ProposeErasureForm(Form):
    reference = Text(label=_("Reference of the file"), max_length=20, help_text=AS_IT_STANDS)
    ground = Choice(GROUNDS, label=_("Why may it be erased?"), radio=True)
    reason = LongText(
        label=_("The reason in words"),
        required=False,
        max_length=2000,
        rows=3,
        help_text=_("Only team leads who see the case read it. It is erased with the file."),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("ground") == Ground.OTHER:
            needed(self, "reason", why=_("Write down the reason."))
        return cleaned


class ConfirmErasureForm(Form):
    reference = Text(label=_("Type the reference of the file to erase it"), max_length=20, help_text=AS_IT_STANDS)
