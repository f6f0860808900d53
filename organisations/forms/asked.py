"""What a page is asked for: its web address holds the filters, the day, the place in a long list."""

import datetime
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.utils.translation import gettext_lazy as _

from .fields import DateField

# Where in a long list the page begins: asked for as filters are, and none.
AFTER = "after"


class AskedForm(forms.Form):
    """Understood as far as it can be. It changes nothing, so it is never sent: whoever shares the address shares the page."""

    def given(self, name: str) -> Any:
        """What was asked there and understood, or None."""
        self.is_valid()
        return self.cleaned_data.get(name) or None

    def wanted(self) -> dict[str, Any]:
        """The filters that were given and understood."""
        return {name: value for name in self.fields if name != AFTER and (value := self.given(name)) is not None}

    def as_text(self) -> dict[str, str]:
        """The same as they stand in the address."""
        return {
            name: value.strftime("%d-%m-%Y") if isinstance(value, datetime.date) else str(value)
            for name, value in self.wanted().items()
        }

    def address(self, **changed: str) -> str:
        """The first page with these filters, but for what is changed; what is changed to nothing is left out."""
        asked = {**self.as_text(), **changed}
        return "?" + urlencode({name: value for name, value in asked.items() if value})

    def chips(self) -> list[dict[str, Any]]:
        """Each filter in force in words, with the address of the page without it."""
        return [
            {"label": self.in_words(name, value), "without": self.address(**{name: ""})}
            for name, value in self.wanted().items()
        ]

    def in_words(self, name: str, value: Any) -> Any:
        """The words of the choice, or what was typed."""
        return dict(getattr(self.fields[name], "choices", [])).get(value, value)


class PeriodForm(AskedForm):
    """With the days from which and until which, that day included."""

    since = DateField(label=_("From"), required=False, help_text="")
    until = DateField(label=_("Until"), required=False, help_text="")

    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since is not None and until is not None and until < since:
            self.add_error("until", _("“Until” lies before “From”."))
        return cleaned
