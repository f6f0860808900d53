"""A former lead organisation that asks for its own part of a file, and the answer."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import DateField, Form, LongText, YesNo

from ..models import OwnPart
from ..rules.own_part import in_time


def in_a_month() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=30)


class AskForm(Form):
    reason = LongText(
        label=_("What do you need it for?"),
        rows=3,
        max_length=2000,
        help_text=_("The organisation that leads the case now reads it and decides."),
    )
    until_on = DateField(label=_("Until when?"), initial=in_a_month)

    def clean(self):
        cleaned = super().clean()
        until_on = cleaned.get("until_on")
        if until_on is not None and not in_time(until_on, today=timezone.localdate()):
            self.add_error("until_on", _("Choose a day from today on, at most three months ahead."))
        return cleaned


class AnswerForm(Form):
    granted = YesNo(label=_("May they read it?"))
    until_on = DateField(label=_("Until when?"), required=False, help_text=_("May be sooner than they asked."))
    reason = LongText(
        label=_("Why?"),
        rows=3,
        max_length=2000,
        required=False,
        help_text=_("They read it. Needed when the answer is no."),
    )

    def __init__(self, *args, row: OwnPart, **kwargs) -> None:
        super().__init__(*args, row=row, fill=False, initial={"until_on": row.until_on}, **kwargs)

    def clean(self):
        cleaned = super().clean()
        until_on = cleaned.get("until_on")
        if cleaned.get("granted") and "until_on" not in self.errors:
            assert self.row is not None
            if until_on is None or not timezone.localdate() <= until_on <= self.row.until_on:
                self.add_error("until_on", _("Choose a day from today on, and no later than was asked."))
        if cleaned.get("granted") is False and not cleaned.get("reason"):
            self.add_error("reason", _("Say why not; they read it."))
        return cleaned
