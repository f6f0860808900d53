from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form
from organisations.forms.fields import LongText, YesNo


class CaseExportForm(Form):
    reason = LongText(
        label=_("What do you need the file for?"),
        max_length=1000,
        rows=3,
        help_text=_("Kept sealed with your request. Write no name in it."),
    )
    with_names = YesNo(
        label=_("Shall the working names be in it?"),
        initial=False,
        help_text=_(
            "A file leaves the house easily, and a name in the wrong hands can cost a life. Choose yes only if references are not enough."
        ),
    )
