from django.utils.translation import gettext_lazy as _

from organisations.forms.asked import AskedForm
from organisations.forms.fields import Choice, DateField, Text


class RulesForm(AskedForm):
    """The day, the word and the doubt are the address of the page."""

    on = DateField(label=_("Rules of the day"), required=False, help_text="")
    q = Text(label=_("With these words"), required=False, kept=False)
    doubt = Choice({"yes": _("Only what is to be checked")}, empty=_("All rules"), label=_("Doubt"), required=False)
