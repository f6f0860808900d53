"""What can be typed into one field, and how it reads: text, a day as people write it, choices."""

import datetime
import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from ..rules.directory import LANGUAGES, language_names
from ..rules.text import is_seen

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


# What bytes that are no text have become by the time a form sees them.
REPLACED = "\ufffd"

# The error of a text in which the direction turned; the form then shows it without.
TURNED = "turned"


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
            value = named_month(value) or with_year(value.replace("/", "-"))
        day = super().to_python(value)
        if day is not None and not EARLIEST <= day <= LATEST:
            raise ValidationError(self.error_messages["range"], code="range")
        return day


def with_year(text: str) -> str:
    """ "24-11" as that day of this year; anything else as it is."""
    return f"{text.strip()}-{timezone.localdate().year}" if re.fullmatch(r"\s*\d{1,2}[-.]\d{1,2}\s*", text) else text


def named_month(text: str) -> str | None:
    """ "12 mei", "12th May 2026" or "May 12" as an ISO date; without a year, this year."""
    day_first = re.fullmatch(r"\s*(\d{1,2})(?:st|nd|rd|th)?\s+([a-zA-Z]+)\.?(?:,?\s+(\d{4}|\d{2}))?\s*", text)
    month_first = re.fullmatch(r"\s*([a-zA-Z]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?(?:,?\s+(\d{4}|\d{2}))?\s*", text)
    if day_first:
        day, month, year = day_first.groups()
    elif month_first:
        month, day, year = month_first.groups()
    else:
        return None
    if month.lower() not in MONTHS:
        return None
    year = year or str(timezone.localdate().year)
    year = f"20{year}" if len(year) == 2 else year
    return f"{year}-{MONTHS[month.lower()]:02d}-{int(day):02d}"


class Text(forms.CharField):
    """One line of text in any script, NFC, that can be read: no control characters, none that turn the direction.

    Nothing else is changed without a word. `kept=False`: only looked for, so signs that turn the direction, which a
    telephone puts around what it copies, are left out in silence.
    """

    layout = ""

    def __init__(self, *, max_length: int = 200, kept: bool = True, **kwargs) -> None:
        super().__init__(max_length=max_length, **kwargs)
        self.kept = kept

    def to_python(self, value):
        text = super().to_python(value)
        if len(text) > self.max_length:
            return text  # refused for that, before anybody looks at a megabyte sign by sign
        check_storable(text)
        if REPLACED in text:
            raise ValidationError(
                _("A sign in this text was lost on the way and became “�”. Type it again."), code="invalid"
            )
        plain = unicodedata.normalize("NFC", text).translate(DIRECTION)
        if any(unicodedata.category(sign) == "Cc" and sign not in self.layout for sign in plain):
            raise ValidationError(_("This text has characters that cannot be read. Type it again."), code="invalid")
        if plain and not is_seen(plain):
            raise ValidationError(_("There is nothing to read here. Type it again."), code="invalid")
        if self.kept and turns(text):
            raise ValidationError(
                _(
                    "This text had invisible signs that turn the direction of reading. They are taken out: look whether it is right and save again."
                ),
                code=TURNED,
            )
        return plain


def check_storable(text: str) -> None:
    """Half of a sign, as some programs cut texts, has no bytes. Raises ValidationError."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValidationError(
            _("This text has characters that cannot be stored. Type it again."), code="invalid"
        ) from None


def turns(text: str) -> bool:
    return any(ord(sign) in DIRECTION for sign in text)


class LongText(Text):
    """Text of several lines."""

    layout = "\n\r\t"

    def __init__(self, *, rows: int = 5, max_length: int = LONG_TEXT, **kwargs) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)

    def widget_attrs(self, widget):
        # a browser that knows the limit cuts off what is pasted, without a word
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}

    def to_python(self, value):
        # a browser counts the end of a line as one sign, and sends two
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class Choice(forms.ChoiceField):
    """One of a code list {code: label}; `empty` is what an open answer is called."""

    def __init__(self, codes: dict, *, empty=None, radio: bool = False, **kwargs) -> None:
        choices = [(str(code), label) for code, label in codes.items()]
        if empty is None and not radio and "initial" not in kwargs and kwargs.get("required", True):
            # A browser would take the first one by itself, as an answer nobody gave.
            empty = _("Choose")
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
    """Yes or no as True or False; where no answer is required also not known yet, as None."""

    def __init__(self, *, required: bool = True, **kwargs) -> None:
        open_answer = [] if required else [("", _("Not known yet"))]
        super().__init__(
            choices=[("yes", _("Yes")), ("no", _("No")), *open_answer],
            coerce={"yes": True, "no": False}.get,
            empty_value=None,
            required=required,
            widget=forms.RadioSelect,
            **kwargs,
        )

    def prepare_value(self, value):
        return {True: "yes", False: "no", None: ""}.get(value, value)


class Selects(forms.MultiWidget):
    """A few selects beside each other, each called by the same word."""

    use_fieldset = True

    def __init__(self, count: int, word) -> None:
        attrs = {"class": "form-select mb-1"}
        super().__init__([forms.Select(attrs={**attrs, "aria-label": word}) for _number in range(count)])

    def decompress(self, value):
        return list(value or [])[: len(self.widgets)]


class Several(forms.MultiValueField):
    """Up to `count` of many choices as a list of codes, each once; `choices` is asked for each page."""

    def __init__(self, *, choices: Callable[[], list], word, count: int = 3, **kwargs) -> None:
        one = [forms.ChoiceField(choices=choices, required=False) for _number in range(count)]
        super().__init__(one, widget=Selects(count, word), require_all_fields=False, required=False, **kwargs)
        for field, widget in zip(one, self.widget.widgets, strict=True):
            widget.choices = field.choices

    def compress(self, values) -> list[str]:
        return list(dict.fromkeys(code for code in values if code))

    def has_changed(self, initial, data) -> bool:
        return list(initial or []) != self.compress(data or [])


class Countries(Several):
    """A few countries."""

    def __init__(self, **kwargs) -> None:
        super().__init__(choices=no_countries, word=_("Country"), **kwargs)


class Languages(Several):
    """A few languages."""

    def __init__(self, **kwargs) -> None:
        super().__init__(choices=no_languages, word=_("Language"), **kwargs)


def no_languages() -> list:
    """The languages of the field in the language of the page, with an open answer first."""
    names = language_names()
    return [("", "–"), *sorted(((code, names.get(code, code)) for code in LANGUAGES), key=lambda one: one[1].lower())]


def no_countries() -> list:
    """The countries of the world in the language of the page, with an open answer first."""
    return [("", "–"), *countries]


class Time(forms.TimeField):
    """A time of the day, hours and minutes."""

    default_error_messages = {"invalid": _("This is not a time. Type hours and minutes, for example 14:30.")}

    def __init__(self, **kwargs) -> None:
        kwargs.setdefault("widget", forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}))
        super().__init__(input_formats=["%H:%M", "%H.%M", "%H%M"], **kwargs)


class Says(forms.TextInput):
    """In the place of a widget while its field is cleaned as something that was not typed."""

    def __init__(self, value) -> None:
        super().__init__()
        self.value = value

    def value_from_datadict(self, data, files, name):
        return self.value


def plain(value: Any) -> str:
    """A value as one text, the same whether it was stored, shown or typed."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return "\n".join(sorted(plain(one) for one in value))
    if isinstance(value, datetime.date | datetime.time):
        return value.isoformat()
    text = "" if value is None else unicodedata.normalize("NFC", str(value))
    return "\n".join(text.splitlines()).strip()


def offer(form: forms.Form, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    """What can be chosen in this field of this form, where that depends on the case or the language."""
    cast(forms.ChoiceField, form.fields[name]).choices = list(choices)


def in_words(field: forms.Field, value) -> str:
    """A value of the record as a person reads it."""
    if isinstance(field, Countries):
        return ", ".join(str(countries.name(code)) for code in value or [])
    if isinstance(field, Languages):
        return ", ".join(language_names().get(code, code) for code in value or [])
    labels = {str(code): str(label) for code, label in getattr(field, "choices", [])}
    if isinstance(value, list | tuple):
        return ", ".join(labels.get(str(one), str(one)) for one in value)
    if isinstance(value, datetime.date):
        return formats.date_format(value, "DATE_FORMAT")
    if isinstance(value, bool):
        return str(_("Yes") if value else _("No"))
    said = "" if value is None else str(value)
    return labels.get(said, said)
