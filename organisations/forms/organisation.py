"""Forms of the directory."""

import re

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from ..rules.directory import (
    DESCRIBING,
    KINDS,
    LANGUAGES,
    PAIRS,
    SERVICES,
    TARGET_GROUPS,
    VISIBILITIES,
    Visibility,
    language_names,
    missing_languages,
    newly_missing,
)
from ..rules.social_map import begin_of, pieces
from ..rules.text import hides_signs, is_telephone, plain_number
from .base import Form, needed
from .fields import Choice, Choices, LongText, Text, offer


class Pieces(Text):
    """Several names on one line with semicolons between them, as a list."""

    def to_python(self, value):
        return pieces(super().to_python(value))

    def prepare_value(self, value):
        return "; ".join(value) if isinstance(value, list) else value


def seen_whole(typed: str) -> None:
    """Raises ValidationError."""
    if hides_signs(typed):
        raise forms.ValidationError(_("This address has signs that nobody sees. Type it again, by hand."))


class WebAddress(forms.URLField):
    """The address of a page, as a browser opens it; typed without a beginning it is https."""

    sentence = _("This is no address of a page. Type it as https://www.example.org.")
    default_validators = [seen_whole, URLValidator(schemes=["http", "https"], message=sentence)]
    default_error_messages = {"invalid": sentence}

    def __init__(self, **kwargs) -> None:
        super().__init__(assume_scheme="https", **kwargs)


class OrganisationForm(Form):
    name = Text(label=_("Name"))
    local_name = Text(label=_("Name in its own language"), required=False)
    country = Choice({}, label=_("Country"))
    city = Text(
        label=_("City"),
        required=False,
        max_length=100,
        help_text=_("The city of the office. Never the place of a shelter."),
    )
    kind = Choice(KINDS, label=_("Kind"))
    services = Choices(SERVICES, label=_("What it offers"), required=False)
    target_groups = Choices(TARGET_GROUPS, label=_("For whom"), required=False)
    languages = Choices({}, label=_("Languages"), required=False)
    networks = Pieces(
        label=_("Networks"),
        required=False,
        help_text=_("With a semicolon between them: La Strada International; RENATE"),
    )
    summary_en = LongText(label=_("What it is, in English"), required=False, max_length=2000, rows=4)
    summary_nl = LongText(label=_("What it is, in Dutch"), required=False, max_length=2000, rows=4)
    role_in_return_en = LongText(
        label=_("What it does in a return, in English"), required=False, max_length=2000, rows=4
    )
    role_in_return_nl = LongText(label=_("What it does in a return, in Dutch"), required=False, max_length=2000, rows=4)
    hotline_phone = Text(label=_("Hotline"), required=False, max_length=40)
    phone = Text(label=_("Telephone"), required=False, max_length=40)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254, validators=[seen_whole])
    website = WebAddress(label=_("Website"), required=False, max_length=200)
    visibility = Choice(VISIBILITIES, label=_("Who may see it"), initial=Visibility.INTERNAL)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "country", [("", _("Choose a country")), *countries])
        names, named = language_names(), getattr(self.row, "languages", [])
        codes = dict.fromkeys([*LANGUAGES, *named])
        offer(
            self, "languages", sorted(((code, names.get(code, code)) for code in codes), key=lambda one: one[1].lower())
        )

    def rows(self) -> list[list]:
        """The fields as the page lays them: both languages of a text side by side."""
        second = {dutch for _english, dutch in PAIRS}
        with_dutch = dict(PAIRS)
        return [
            [field, self[with_dutch[field.name]]] if field.name in with_dutch else [field]
            for field in self.visible_fields()
            if field.name not in second
        ]

    def clean_hotline_phone(self):
        return telephone(self.cleaned_data["hotline_phone"])

    def clean_phone(self):
        return telephone(self.cleaned_data["phone"])

    def clean_networks(self):
        if any(len(one) > 100 for one in self.cleaned_data["networks"]):
            raise forms.ValidationError(_("The name of a network has 100 characters at most."))
        return self.cleaned_data["networks"]

    def clean(self):
        cleaned = super().clean()
        for missing in missing_languages(cleaned):
            self.add_error(missing, _("A public text is needed in both languages."))
        return cleaned


def telephone(typed: str | None) -> str | None:
    """What a telephone can dial. Raises ValidationError."""
    typed = typed and plain_number(typed)
    if typed and not is_telephone(typed):
        raise forms.ValidationError(
            _("Type one telephone number in digits, as +31 20 123 45 67. A second one, and words, belong in the text.")
        )
    return typed


class AddForm(OrganisationForm):
    """A new record; `another` is asked once something alike was found."""

    another = forms.BooleanField(label=_("This is another organisation than those"), required=False)

    def values(self) -> dict:
        return {name: value for name, value in super().values().items() if name != "another"}


class SuggestForm(OrganisationForm):
    """The record as it should be, filled with what it says."""

    remark = LongText(
        label=_("A word to the editor"), required=False, max_length=1000, rows=3,
        help_text=_("How do you know? Nothing about a client."),
    )  # fmt: skip

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        # it changes no record, so it can be no version behind one
        del self.fields["visibility"], self.fields["version"]

    def clean(self):
        cleaned = super().clean()
        for missing in newly_missing({name: getattr(self.row, name) for name in DESCRIBING}, cleaned):
            self.add_error(
                missing,
                _(
                    "A public text is needed in both languages. You do not write this one? Tell the editor below what it should say, and leave both as they are."
                ),
            )
        return cleaned

    def values(self) -> dict:
        """What this person changed on the page: what an editor has changed meanwhile is no wish to undo it."""
        shown = self.shown_marks()
        values = {name: value for name, value in super().values().items() if name != "remark"}
        return {name: value for name, value in values.items() if shown.get(name) != self.mark(name, value)}


class DecideForm(Form):
    """About a suggestion; `record_version` is the version of the record beside which it was shown."""

    decision = Choice(
        {"accept": _("Accept: the record says this from now on"), "decline": _("Decline")},
        label=_("What do you decide?"),
        radio=True,
    )
    answer = LongText(
        label=_("A word to whoever suggested it"), required=False, max_length=1000, rows=3,
        help_text=_("They read this. Needed when you decline."),
    )  # fmt: skip
    record_version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def only_a_remark(self) -> None:
        """Nothing in it can be taken over as it stands."""
        offer(self, "decision", [("accept", _("Dealt with: I have done what it asks")), ("decline", _("Decline"))])

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == "decline":
            needed(self, "answer", why=_("Say why not, for whoever suggested it."))
        return cleaned


class SourceForm(Form):
    """A public page that tells of the organisation; the version is that of the record."""

    url = WebAddress(label=_("Web address of the page"), max_length=500)
    dated = Text(
        label=_("Date of the page"), required=False, max_length=10,
        help_text=_("A year, a month or a day, as the page tells it: 2024, 5-2024 or 31-5-2024."),
    )  # fmt: skip
    confirmed = forms.BooleanField(label=_("It shows that the organisation works today"), required=False, initial=True)
    gone = forms.BooleanField(label=_("Take this source away"), required=False)

    def __init__(self, *args, source=None, **kwargs) -> None:
        if source is not None:
            shown = {"url": source.url, "dated": as_typed(source.dated), "confirmed": source.confirmed}
            kwargs["initial"] = shown
        super().__init__(*args, fill=False, **kwargs)
        if source is None:
            del self.fields["gone"]
        elif not source.url:
            # where it was named has no page: its date and word may change, or it goes
            self.fields["url"].required = False

    def clean_dated(self):
        typed = self.cleaned_data["dated"]
        found = re.fullmatch(r"(?:(?:(\d{1,2})-)?(\d{1,2})-)?(\d{4})|(\d{4})-(\d{1,2})(?:-(\d{1,2}))?", typed or "")
        if not typed:
            return ""
        if not found:
            raise forms.ValidationError(NO_DATE)
        day, month, year = (found[1] or found[6], found[2] or found[5], found[3] or found[4])
        dated = "-".join([f"{int(year):04}", *(f"{int(part):02}" for part in (month, day) if part)])
        begins = begin_of(dated)
        if begins is None:
            raise forms.ValidationError(NO_DATE)
        if begins > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come. Type the day that the page tells."))
        return dated

    def values(self) -> dict:
        return {name: self.cleaned_data[name] or "" for name in ("url", "dated")} | {
            "confirmed": self.cleaned_data["confirmed"]
        }


NO_DATE = _("This is no year, month or day. Type for example 2024, 5-2024 or 31-5-2024.")


def as_typed(dated: str) -> str:
    return "-".join(reversed(dated.split("-")))


class ReasonForm(Form):
    reason = LongText(label=_("Why"), max_length=1000, rows=3, help_text=_("Staff read this. Nothing about a client."))


class SuspensionForm(ReasonForm):
    """`ends` is what the page offered: somebody else may have done the one or the other meanwhile."""

    ends = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args, row, **kwargs) -> None:
        super().__init__(*args, row=row, fill=False, initial={"ends": row.suspended_at is not None}, **kwargs)


class MergeForm(Form):
    """`record_version` is the version of the other record, which goes up in this one."""

    record_version = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
