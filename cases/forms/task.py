from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form
from organisations.forms.fields import Choice, DateField, LongText, Text, offer


class TaskForm(Form):
    title = Text(label=_("What is to be done?"), max_length=200)
    due_on = DateField(label=_("By when?"), initial=timezone.localdate)
    for_user = Choice({}, label=_("By whom?"), required=False)

    def __init__(self, *args, people, row=None, initial=None, **kwargs) -> None:
        begin = {"for_user": str(row.for_user_id or "") if row is not None else "", **(initial or {})}
        super().__init__(*args, row=row, initial=begin, **kwargs)
        self.people = {str(person.pk): person for person in people}
        anybody = ("", _("Whoever is assigned to the case"))
        offer(self, "for_user", [anybody, *((key, person.name) for key, person in self.people.items())])

    def values(self) -> dict:
        values = super().values()
        return {**values, "for_user": self.people.get(values["for_user"])}


class LapseForm(Form):
    reason = LongText(label=_("Why need it not be done any more?"), max_length=2000, rows=3)


class EscalationForm(Form):
    """After how many days an overdue task comes to the team lead."""

    escalation_days = Choice(
        {days: str(days) for days in (1, 2, 3, 5, 7, 14)},
        label=_("Tell the team lead of a task that has been overdue for this many days"),
    )
