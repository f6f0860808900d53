import datetime
import hashlib

from django import forms
from django.utils import formats
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form
from organisations.forms.fields import LongText

from ..rules.corrected_dates import DATES, corrected


def in_words(value) -> str:
    """A day, several, a moment, or none, as they are read."""
    if isinstance(value, list):
        return ", ".join(formats.date_format(day) for day in value) or "–"
    if isinstance(value, datetime.datetime):
        return formats.date_format(value, "DATETIME_FORMAT")
    return formats.date_format(value) if value else "–"


class DatedForm(Form):
    """A form with dates of the authorities: one that was recorded wrongly is corrected with a reason.

    Sent without the reason, it shows what every date was and becomes, and what hangs on it; nothing is saved yet.
    """

    why_corrected = LongText(
        label=_("Why was a recorded date wrong?"), required=False, rows=2, max_length=1000,
        help_text=_("Only when you correct one. What it was stays to be read beside the record."),
    )  # fmt: skip
    # the mark of the changes that the page has shown
    changes_shown = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    # What the page shows of a correction before it is saved: name, what it was, what it becomes.
    changes: list[tuple[object, str, str]] = []

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # last: one corrects first and then says why
        why = self.fields.pop("why_corrected")
        if self.row is not None:
            self.fields["why_corrected"] = why

    @property
    def why(self) -> str:
        return self.cleaned_data.get("why_corrected") or ""

    def values(self) -> dict:
        return {
            name: value for name, value in super().values().items() if name not in {"why_corrected", "changes_shown"}
        }

    def take_up(self, typed: dict[str, list[str]], *, same_row: bool) -> None:
        super().take_up(typed, same_row=same_row)
        self.initial["changes_shown"] = ""

    # Answers on which terms hang as on a date: another one is shown with what it moves, before it is saved.
    moving: tuple[str, ...] = ()

    def behind(self, cleaned: dict) -> bool:
        """Whether what hangs on a date is still of another one, so that it moves along though the date stays."""
        return False

    def moves_along(self, cleaned: dict) -> bool:
        """Whether something that hangs on it moves though no date changes; it is shown, and needs no reason."""
        return False

    def hanging(self, was: dict, cleaned: dict) -> list:
        """What follows from the dates that change: its name, what it was and what it becomes."""
        return []

    def ask_why(self, cleaned: dict) -> None:
        """To be called last in `clean`: nothing is corrected that was not read on the page and has no reason."""
        if self.row is None or self.errors:
            return  # what is wrong is put right first
        if cleaned.get("version") != self.row.version:
            return  # somebody else saved meanwhile: that is chosen about first
        was = {name: getattr(self.row, name) for name in DATES if hasattr(self.row, name)}
        changed = corrected(was, cleaned)
        moves = any(
            getattr(self.row, name) not in (None, cleaned.get(name)) for name in self.moving if hasattr(self.row, name)
        )
        lines = [(DATES[name], *pair) for name, pair in changed.items()]
        behind = self.behind(cleaned)
        along = self.moves_along(cleaned)
        lines += self.hanging(was, cleaned) if changed or moves or behind or along else []
        unasked = along and not (changed or moves or behind) and cleaned.get("why_corrected")
        if not lines or unasked:
            if cleaned.get("why_corrected"):
                self.add_error("why_corrected", _("No recorded date changes. Correct the date, or take this away."))
            return
        self.changes = [(name, in_words(before), in_words(after)) for name, before, after in lines]
        mark = hashlib.sha256(repr(lines).encode()).hexdigest()
        explained = bool(cleaned.get("why_corrected")) or not (changed or behind)
        if explained and cleaned.get("changes_shown") == mark:
            return
        self.put(changes_shown=mark)
        self.add_error(
            "why_corrected",
            _("Read above what changes. Nothing is saved yet: save again.")
            if explained
            else _("Read above what changes, write why what was recorded was wrong, and save again."),
        )
