"""What every form here shares: it cleans, never saves; it carries the version it showed and the key of its submission."""

import datetime
import re
import unicodedata
import uuid

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

MONTHS = {
    "jan": 1, "january": 1, "januari": 1, "feb": 2, "february": 2, "februari": 2,
    "mar": 3, "march": 3, "mrt": 3, "maart": 3, "apr": 4, "april": 4, "may": 5, "mei": 5,
    "jun": 6, "june": 6, "juni": 6, "jul": 7, "july": 7, "juli": 7, "aug": 8, "august": 8, "augustus": 8,
    "sep": 9, "sept": 9, "september": 9, "oct": 10, "october": 10, "okt": 10, "oktober": 10,
    "nov": 11, "november": 11, "dec": 12, "december": 12,
}  # fmt: skip
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2200, 12, 31)
LONG_TEXT = 20_000

# Characters that change the direction or order of the text around them, and so what a reader believes it says.
DIRECTION = dict.fromkeys([0x202A, 0x202B, 0x202C, 0x202D, 0x202E, 0x2066, 0x2067, 0x2068, 0x2069])


class DateField(forms.DateField):
    """A date as people type it: 12-5-2026, 12-5-26, 12 mei, 12 May 2026; shown as dd-mm-yyyy."""

    default_error_messages = {
        "invalid": _("This is not a date. Type it as day-month-year, for example 12-5-2026 or 12 May."),
        "range": _("This date is too far away. Use a year between 1900 and 2200."),
    }

    def __init__(self, **kwargs) -> None:
        widget = forms.DateInput(format="%d-%m-%Y", attrs={"autocomplete": "off", "inputmode": "text"})
        kwargs.setdefault("widget", widget)
        kwargs.setdefault("help_text", _("Day-month-year, for example 12-5-2026 or 12 May"))
        super().__init__(**kwargs)

    def to_python(self, value):
        if isinstance(value, str):
            value = named_month(value) or value
        day = super().to_python(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise ValidationError(self.error_messages["range"], code="range")
        return day


def named_month(text: str) -> str | None:
    """"12 mei" or "12 May 2026" as an ISO date; without a year, this year."""
    match = re.fullmatch(r"\s*(\d{1,2})\s+([a-zA-Z]+)\.?(?:\s+(\d{4}|\d{2}))?\s*", text)
    if not match or match[2].lower() not in MONTHS:
        return None
    year = match[3] or str(timezone.localdate().year)
    year = f"20{year}" if len(year) == 2 else year
    return f"{year}-{MONTHS[match[2].lower()]:02d}-{int(match[1]):02d}"


class Text(forms.CharField):
    """One line of text in any script, NFC, without characters that turn the reading direction."""

    def __init__(self, *, max_length: int = 200, **kwargs) -> None:
        super().__init__(max_length=max_length, **kwargs)

    def to_python(self, value):
        text = super().to_python(value)
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError(_("This text has characters that cannot be stored. Type it again."), code="invalid") from None
        return unicodedata.normalize("NFC", text).translate(DIRECTION)


class LongText(Text):
    """Text of several lines."""

    def __init__(self, *, rows: int = 5, max_length: int = LONG_TEXT, **kwargs) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)


class Choice(forms.ChoiceField):
    """One of a code list {code: label}; `empty` is what an open answer is called."""

    def __init__(self, codes: dict, *, empty=None, radio: bool = False, **kwargs) -> None:
        choices = [(str(code), label) for code, label in codes.items()]
        if empty is not None:
            choices = [("", empty), *choices]
        if radio:
            kwargs.setdefault("widget", forms.RadioSelect)
        super().__init__(choices=choices, **kwargs)


class Choices(forms.MultipleChoiceField):
    """Several of a code list, as ticks."""

    def __init__(self, codes: dict, **kwargs) -> None:
        kwargs.setdefault("widget", forms.CheckboxSelectMultiple)
        super().__init__(choices=[(str(code), label) for code, label in codes.items()], **kwargs)


class YesNo(forms.TypedChoiceField):
    """Yes, no or not known yet, as True, False or None."""

    def __init__(self, **kwargs) -> None:
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No")), ("", _("Not known yet"))],
            coerce={"yes": True, "no": False}.get,
            empty_value=None,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value):
        return {True: "yes", False: "no", None: ""}.get(value, value)


class Form(forms.Form):
    """`row` fills the form from a record and puts its version into the page; a new form gets a submission key."""

    required_css_class = "required"
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, row=None, initial=None, **kwargs) -> None:
        begin = {"submission": uuid.uuid4()}
        if row is not None:
            begin = {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}
        super().__init__(data, initial={**begin, **(initial or {})}, **kwargs)
        self.row = row
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    def values(self) -> dict:
        """What the person typed, without the form's own two fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in {"version", "submission"}}


def as_typed(day: datetime.date | None) -> str:
    return formats.date_format(day, "SHORT_DATE_FORMAT") if day else ""
