"""Forms of the directory."""

import contextlib
import uuid
from urllib.parse import urlencode

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from ..rules.directory import KINDS, SERVICES, VISIBILITIES, Visibility
from .base import Choice, Choices, Form, LongText, Text, offer


class OrganisationForm(Form):
    name = Text(label=_("Name"))
    country = Choice({}, label=_("Country"))
    city = Text(
        label=_("City"),
        required=False,
        max_length=100,
        help_text=_("The city of the office. Never the place of a shelter."),
    )
    kind = Choice(KINDS, label=_("Kind"))
    services = Choices(SERVICES, label=_("What it offers"), required=False)
    summary_en = LongText(label=_("What it is, in English"), required=False, max_length=2000, rows=4)
    summary_nl = LongText(label=_("What it is, in Dutch"), required=False, max_length=2000, rows=4)
    role_in_return_en = LongText(
        label=_("What it does in a return, in English"), required=False, max_length=2000, rows=4
    )
    role_in_return_nl = LongText(label=_("What it does in a return, in Dutch"), required=False, max_length=2000, rows=4)
    hotline_phone = Text(label=_("Hotline"), required=False, max_length=40)
    phone = Text(label=_("Telephone"), required=False, max_length=40)
    email = forms.EmailField(label=_("E-mail"), required=False, max_length=254)
    website = forms.URLField(label=_("Website"), required=False, max_length=200, assume_scheme="https")
    visibility = Choice(VISIBILITIES, label=_("Who may see it"), initial=Visibility.INTERNAL)

    pairs = (("summary_en", "summary_nl"), ("role_in_return_en", "role_in_return_nl"))

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "country", [("", _("Choose a country")), *countries])

    def rows(self) -> list[list]:
        """The fields as the page lays them: both languages of a text side by side."""
        second = {dutch for _english, dutch in self.pairs}
        with_dutch = dict(self.pairs)
        return [
            [field, self[with_dutch[field.name]]] if field.name in with_dutch else [field]
            for field in self.visible_fields()
            if field.name not in second
        ]

    def clean(self):
        cleaned = super().clean()
        for english, dutch in self.pairs:
            if cleaned.get("visibility") == Visibility.PUBLIC and bool(cleaned.get(english)) != bool(
                cleaned.get(dutch)
            ):
                missing = dutch if cleaned.get(english) else english
                self.add_error(missing, _("A public text is needed in both languages."))
        return cleaned


class FilterForm(forms.Form):
    """The search is the address: every filter is a GET parameter."""

    q = Text(label=_("Name or city"), required=False, max_length=100, kept=False, widget=forms.SearchInput)
    country = Choice({}, label=_("Country"), required=False)
    service = Choice(SERVICES, empty=_("Every service"), label=_("Service"), required=False)
    after = Text(required=False, max_length=300, kept=False, widget=forms.HiddenInput)

    def __init__(self, data) -> None:
        super().__init__(data)
        offer(self, "country", [("", _("Every country")), *countries])
        self.is_valid()

    def wanted(self) -> dict:
        """The filters that were given and understood."""
        return {name: value for name, value in self.cleaned_data.items() if value}

    def apply(self, organisations):
        wanted = self.wanted()
        if "q" in wanted:
            organisations = organisations.filter(Q(name__icontains=wanted["q"]) | Q(city__icontains=wanted["q"]))
        if "country" in wanted:
            organisations = organisations.filter(country=wanted["country"])
        if "service" in wanted:
            organisations = organisations.filter(services__contains=[wanted["service"]])
        if "after" in wanted:
            name, _tilde, pk = wanted["after"].rpartition("~")
            with contextlib.suppress(ValueError):
                organisations = organisations.filter(Q(name__gt=name) | Q(name=name, id__gt=uuid.UUID(pk)))
        return organisations.order_by("name", "id")

    def chips(self) -> list[dict]:
        """Each filter in force, with the address of the list without it."""
        wanted = {name: value for name, value in self.wanted().items() if name != "after"}
        chips = []
        for name, value in wanted.items():
            label = dict(getattr(self.fields[name], "choices", [])).get(value, value)
            rest = {other: v for other, v in wanted.items() if other != name}
            chips.append({"label": label, "without": f"?{urlencode(rest)}"})
        return chips

    def address_after(self, row) -> str:
        return "?" + urlencode({**self.wanted(), "after": f"{row.name}~{row.pk}"})
