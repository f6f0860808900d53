"""Handing a case over to another lead organisation."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.forms.base import Form
from organisations.forms.fields import Choices, LongText

from ..rules.transfer import CHOSEN, SUGGESTED
from .participation import ChoosesOrganisation


class TransferForm(ChoosesOrganisation):
    rooms = Choices(
        CHOSEN,
        label=_("What was written so far goes along"),
        required=False,
        initial=list(SUGGESTED),
        help_text=_(
            "Rooms without a tick start empty for the receiver. Who this is, notices, family, contacts, stays, residence, consents, tasks and the journey always go along."
        ),
    )
    summary = LongText(
        label=pgettext_lazy("transfer", "Handover"),
        rows=8,
        help_text=_(
            "What the receiver must know to decide, and on the first day. Read there before the case is accepted."
        ),
    )


class AcceptForm(Form):
    """Nothing to type: reading the handover and pressing the button is the answer."""


class DeclineForm(Form):
    reason = LongText(label=_("Why not?"), rows=3, max_length=2000, help_text=_("The sender reads it."))
