"""Letting an organisation take part in a case."""

from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form
from organisations.forms.fields import Choice, offer

from ..rules.access import PARTS, Part


class ChoosesOrganisation(Form):
    """One of the organisations for which there is a consent."""

    organisation = Choice({}, label=_("Which organisation?"))

    def __init__(self, *args, organisations, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.organisations = {str(one.pk): one for one in organisations}
        names = ((key, one.name) for key, one in self.organisations.items())
        offer(self, "organisation", [("", _("Choose an organisation")), *names])

    def who(self):
        return self.organisations[self.cleaned_data["organisation"]]


class ParticipationForm(ChoosesOrganisation):
    part = Choice(
        {Part.SUPPORT: PARTS[Part.SUPPORT], Part.COORDINATION: PARTS[Part.COORDINATION]},
        label=_("As what?"),
        radio=True,
        help_text=_(
            "Supporting: reads and writes every room. Coordination: no notes, conversations, plan or risk to write."
        ),
    )
