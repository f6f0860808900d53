import re

from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form
from organisations.forms.fields import LongText

from ..models import Case

BOX = re.compile(r"note_[0-9A-Z]{1,12}")


class HandoverForm(Form):
    """A box for each person of the house; what is typed in it becomes a note of that case.

    Somebody may leave the list while another types about them. Their box then stays, with its text and a sentence.
    """

    def __init__(self, data=None, *, people: list[tuple[Case, str]], **kwargs) -> None:
        super().__init__(data, **kwargs)
        self.people = {f"note_{case.reference}": case for case, _label in people}
        for case, label in people:
            self.box(f"note_{case.reference}", label)
        typed = [name for name in self.data if BOX.fullmatch(name) and self.data[name].strip()]
        self.strays = [name for name in typed if name not in self.people]
        for name in self.strays:
            self.box(name, _("Somebody who is no longer on this list"))

    def box(self, name: str, label) -> None:
        self.fields[name] = LongText(label=label, required=False, rows=2, max_length=2000)

    def clean(self):
        cleaned = super().clean()
        for name in self.strays:
            self.add_error(
                name,
                _("You can no longer write about this person here. Keep what you need of this, and empty the box."),
            )
        if not self.errors and not self.texts():
            self.add_error(None, _("Write something about at least one person."))
        return cleaned

    def texts(self) -> list[tuple[Case, str]]:
        """The cases about which something was typed, with the text."""
        return [(case, self.cleaned_data[name]) for name, case in self.people.items() if self.cleaned_data.get(name)]
