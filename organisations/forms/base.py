"""What every form here shares: it cleans, never saves; it carries the version it showed and the key of its submission."""

import base64
import dataclasses
import datetime
import re
import unicodedata
import uuid
from collections.abc import Callable, Iterable
from typing import Any, cast

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, QueryDict
from django.utils import formats, timezone
from django.utils.crypto import salted_hmac
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from ..rules.audit import Verb
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
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValidationError(
                _("This text has characters that cannot be stored. Type it again."), code="invalid"
            ) from None
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


def turns(text: str) -> bool:
    return any(ord(sign) in DIRECTION for sign in text)


class LongText(Text):
    """Text of several lines."""

    layout = "\n\r\t"

    def __init__(self, *, rows: int = 5, max_length: int = LONG_TEXT, **kwargs) -> None:
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        super().__init__(max_length=max_length, **kwargs)


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


def sent(request: HttpRequest) -> QueryDict | None:
    """What was typed, when the form was sent."""
    return request.POST if request.method == "POST" else None


def sent_files(request: HttpRequest) -> MultiValueDict | None:
    """The files that were chosen, when the form was sent."""
    return request.FILES if request.method == "POST" else None


class Says(forms.TextInput):
    """In the place of a widget while its field is cleaned as something that was not typed."""

    def __init__(self, value) -> None:
        super().__init__()
        self.value = value

    def value_from_datadict(self, data, files, name):
        return self.value


@dataclasses.dataclass
class Difference:
    """A field that somebody else filled in otherwise meanwhile: what the record says now, and what the person takes."""

    name: str
    label: Any
    now: str
    # Stands for what the person had typed when they were asked to choose.
    mark: str
    take_theirs: bool
    choice: bool


MINE, THEIRS = "mine", "theirs"
# What every form sends unseen.
UNSEEN = frozenset({"version", "submission", "shown", "changes_shown"})


class Form(forms.Form):
    """`row` fills the form from a record and puts its version into the page; a new form gets a submission key.

    `shown` tells, without telling the values, what the record said when the page was made. When somebody else saves in
    between, the page comes back with each field that they changed, and `keep_<field>` says whose answer counts.
    """

    required_css_class = "required"
    # Where the record is the case itself: what changes what stands here, and whether it may be told who did it.
    deeds: dict[Verb, bool] = {}
    # Where a page keeps what is typed before it is saved: its mark, and what was taken up from there.
    draft = ""
    taken_up: Any = None
    # Whether its fields are the same for everybody as long as nothing is in them: such fields are drawn once.
    alike = False
    version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    submission = forms.UUIDField(required=False, widget=forms.HiddenInput)
    shown = forms.Field(required=False, widget=forms.HiddenInput)

    def __init__(self, data=None, *, row=None, fill: bool = True, initial=None, **kwargs) -> None:
        """`fill=False`: only the version comes from the record, for a decision that is never filled in beforehand."""
        begin = {"submission": uuid.uuid4()}
        if row is not None:
            names = self.base_fields if fill else {"version"}
            stored = {name: getattr(row, name) for name in names if hasattr(row, name)}
            begin = {name: value for name, value in stored.items() if value is not None}
        super().__init__(data, initial={**begin, **(initial or {})}, **kwargs)
        self.row, self.fill = row, fill
        # The case in which the record is looked at, where others reach it through another one.
        self.within: uuid.UUID | None = None
        self.stale = False
        self.differences: list[Difference] = []
        # Who saved the record last, when it differs and that is known: a row of the audit trail.
        self.saved: Any = None
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.disable_csrf = True

    @property
    def untouched(self) -> bool:
        """Nothing was sent, nothing is filled in beforehand and nothing was taken up."""
        return not self.is_bound and self.row is None and self.initial.keys() == {"submission"}

    @property
    def sent_unseen(self) -> list[tuple[str, str, str | None]]:
        """Name, id and value of each hidden field; drawn as a widget, each took as long as a question to the database."""
        hidden = self.hidden_fields()
        return [(one.html_name, one.auto_id, one.field.widget.format_value(one.value())) for one in hidden]

    @property
    def seen(self) -> int:
        """The version of the record that the page showed; a page that showed none is stale."""
        version = self.cleaned_data.get("version")
        return -1 if version is None else version

    @property
    def is_new(self) -> bool:
        """Whether the page showed no record yet."""
        return self.cleaned_data.get("version") is None

    def renew(self) -> None:
        """Sent again it counts as another form."""
        self.put(submission=str(uuid.uuid4()))

    def put(self, **hidden: str) -> None:
        """Change what the page sends unseen, and keep what was typed."""
        data = cast(QueryDict, self.data).copy()
        for name, value in hidden.items():
            data[name] = value
        self.data = data

    def describe(self, **headings) -> None:
        """Put a heading above a field: `describe(city="Where to")`."""
        for name, heading in headings.items():
            self.fields[name].heading = heading  # type: ignore[attr-defined]  # read by templates/parts/form.html

    def values(self) -> dict:
        """What the person typed, without the form's own fields."""
        return {name: value for name, value in self.cleaned_data.items() if name not in UNSEEN}

    # --- two people at once

    def stored(self) -> dict[str, Any]:
        """What the record says, for each field that stands in it."""
        if self.row is None:
            return {}
        columns = {field.name: field.attname for field in self.row._meta.concrete_fields}
        return {name: getattr(self.row, columns[name]) for name in self.fields if name in columns.keys() - UNSEEN}

    def get_initial_for_field(self, field, field_name):
        if field_name != "shown" or "shown" in self.initial:
            return super().get_initial_for_field(field, field_name)
        empty = {
            name: self.get_initial_for_field(other, name) for name, other in self.fields.items() if name not in UNSEEN
        }
        return " ".join(f"{name}:{self.mark(name, value)}" for name, value in {**empty, **self.stored()}.items())

    def mark(self, name: str, value: Any) -> str:
        """Stands for a value of that field without telling it; the same whether it was stored or typed."""
        said = plain(bool(value) if isinstance(self.fields[name], forms.BooleanField) else value)
        made = salted_hmac("what a form showed", f"{type(self).__qualname__}|{name}|{said}", algorithm="sha256")
        return base64.urlsafe_b64encode(made.digest()[:12]).decode()

    def shown_marks(self) -> dict[str, str]:
        """What stood in each field when the page was made, each as its mark."""
        return dict(one.partition(":")[::2] for one in str(self.data.get("shown") or "").split())

    def typed(self, name: str) -> Any:
        """What the person typed into that field, as it would be stored; as it came where it is not right."""
        field = self.fields[name]
        raw = field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        try:
            return field.clean(raw)
        except ValidationError:
            return raw

    def changed_their_mind(self, name: str) -> bool:
        """Whether somebody chose the other answer and then went on typing their own: one of the two is not meant."""
        asked = self.data.get(f"mine_{name}")
        return self.data.get(f"keep_{name}") == THEIRS and asked not in {None, self.mark(name, self.typed(name))}

    def full_clean(self) -> None:
        """A field of which the person takes what the record says is cleaned as that; what they typed stays on the page."""
        taken = self.stored() if self.is_bound and self.fill else {}
        taken = {name: now for name, now in taken.items() if self.data.get(f"keep_{name}") == THEIRS}
        undecided = [name for name in taken if self.changed_their_mind(name)]
        widgets = {name: self.fields[name].widget for name in taken}
        for name, now in taken.items():
            self.fields[name].widget = Says(self.fields[name].prepare_value(now))
        try:
            super().full_clean()
        finally:
            for name, widget in widgets.items():
                self.fields[name].widget = widget
        for name in undecided:
            self.add_error(name, _("You chose theirs and changed yours as well. Choose once more which one counts."))
        for name, errors in self.errors.as_data().items():
            if any(error.code == TURNED for error in errors):
                self.put(**{self.add_prefix(name): self.data[self.add_prefix(name)].translate(DIRECTION)})

    def show_what_changed(self) -> None:
        """After somebody else saved first: what the record says now, beside what was typed, to choose; then saving counts."""
        self.stale = True
        if self.row is None:
            return
        row = type(self.row)._default_manager.get(pk=self.row.pk)
        # somebody may have put another row in its place
        self.row = row.latest() if hasattr(row, "latest") else row
        self.compare()
        self.put(version=str(self.row.version))

    def keep_choosing(self) -> None:
        """Shown again for another reason, what was to be chosen stays to be chosen."""
        if not self.stale and any(self.data.get(f"keep_{name}") for name in self.fields):
            self.compare()

    def compare(self) -> None:
        """Find each field that the record has otherwise than the person, because somebody else changed it.

        Theirs is the proposal where the person had left the field as the page showed it. Where the page does not say
        what it showed, everything that differs is to be chosen and the person's own is proposed.
        """
        # Split, not matched: a pattern over a long field without a mark would keep the server busy for hours.
        shown = self.shown_marks()
        self.differences = []
        for name, now in self.stored().items():
            theirs, mine = self.mark(name, now), self.mark(name, self.typed(name))
            chosen = self.data.get(f"keep_{name}") if self.fill else None
            if theirs == mine or (theirs == shown.get(name) and chosen != THEIRS):
                continue
            proposed = chosen == THEIRS if chosen in {MINE, THEIRS} else mine == shown.get(name)
            difference = Difference(
                name=name, label=self.fields[name].label, now=in_words(self.fields[name], now), mark=mine,
                take_theirs=proposed and not self.changed_their_mind(name), choice=self.fill,
            )  # fmt: skip
            self.differences.append(difference)
            self.fields[name].difference = difference  # type: ignore[attr-defined]  # read by templates/parts/form.html

    def take_up(self, typed: dict[str, list[str]], *, same_row: bool) -> None:
        """Fill the form as somebody left it; meant for another record than this one, it counts as changed since."""
        data = QueryDict(mutable=True)
        for name, values in typed.items():
            data.setlist(name, values)
        for name, field in self.fields.items():
            # with what the page showed then: the record may have been changed since
            if name != "submission" and not isinstance(field, forms.FileField):
                self.initial[name] = field.widget.value_from_datadict(data, MultiValueDict(), self.add_prefix(name))
        if self.row is not None and not same_row:
            self.initial["version"], self.initial["shown"] = 0, ""  # no record has it


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


def not_in_future(form: forms.Form, *names: str) -> None:
    """Days that have happened cannot lie ahead; at night the day before or after is left to the person."""
    for name in names:
        day = form.cleaned_data.get(name)
        if day is not None and day > timezone.localdate():
            form.add_error(name, _("This day is still to come. Type the day on which it happened."))


def needed(form: forms.Form, *names: str, why) -> None:
    """Fields that another answer makes necessary."""
    for name in names:
        if name not in form.errors and form.cleaned_data.get(name) in (None, "", []):
            form.add_error(name, why)
