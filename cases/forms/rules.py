from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import DateField


class RulesForm(forms.Form):
    """The day is the address of the page."""

    on = DateField(label=_("Rules of the day"), required=False, help_text="")
