from django.utils import formats
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, LongText

from ..rules.corrected_dates import DATES, corrected, hanging


def in_words(value) -> str:
    """A day, several, or none, as they are read."""
    if isinstance(value, list):
        return ", ".join(formats.date_format(day) for day in value) or "–"
    return formats.date_format(value) if value else "–"


class DatedForm(Form):
    """A form with dates of the authorities: one that was recorded wrongly is corrected with a reason.

    Sent without the reason, it shows what every date was and becomes, and what hangs on it; nothing is saved yet.
    """

    why_corrected = LongText(
        label=_("Why was a recorded date wrong?"), required=False, rows=2, max_length=1000,
        help_text=_("Only when you correct one. What it was stays in the history."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # last: one corrects first and then says why
        why = self.fields.pop("why_corrected")
        if self.row is not None:
            self.fields["why_corrected"] = why

    def hanging(self, was: dict, cleaned: dict) -> list:
        """What follows from these dates: its name, what it was and what it becomes."""
        dublin = bool(getattr(self.row, "dublin", False)), bool(cleaned.get("dublin"))
        return hanging(was, cleaned, dublin=dublin)

    @property
    def why(self) -> str:
        return self.cleaned_data.get("why_corrected") or ""

    def values(self) -> dict:
        return {name: value for name, value in super().values().items() if name != "why_corrected"}

    def ask_why(self, cleaned: dict) -> None:
        """To be called last in `clean`."""
        if self.row is None or DATES.keys() & self.errors.keys():
            return
        if cleaned.get("version") != self.row.version:
            return  # somebody else saved meanwhile: that is chosen about first
        was = {name: getattr(self.row, name) for name in DATES if hasattr(self.row, name)}
        changed = corrected(was, cleaned)
        if bool(changed) == bool(cleaned.get("why_corrected")):
            return
        if not changed:
            self.add_error("why_corrected", _("No recorded date changes. Correct the date, or take this away."))
            return
        lines = [*((DATES[name], *pair) for name, pair in changed.items()), *self.hanging(was, cleaned)]
        told = [
            _("%(name)s: %(was)s → %(is)s.") % {"name": name, "was": in_words(before), "is": in_words(after)}
            for name, before, after in lines
        ]
        self.add_error(
            "why_corrected", " ".join([*told, str(_("Write why what was recorded was wrong, and save again."))])
        )
