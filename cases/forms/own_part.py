"""A former lead organisation that asks for its own part of a file, and the answer."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form
from organisations.forms.fields import DateField, LongText, YesNo

from ..models import OwnPart
from ..rules.own_part import objection_to_answer, objection_to_asking


def in_a_month() -> datetime.date:
    return timezone.localdate() + datetime.timedelta(days=30)


class AskForm(Form):
    reason = LongText(
        label=_("What do you need it for?"),
        rows=3,
        max_length=2000,
        help_text=_("The organisation that leads the case now reads it and decides."),
    )
    until_on = DateField(
        label=_("Until when?"), initial=in_a_month, help_text=_("At most three months ahead. They may shorten it.")
    )

    def clean(self):
        cleaned = super().clean()
        if "until_on" in cleaned:
            sentence = objection_to_asking(cleaned["until_on"], today=timezone.localdate())
            if sentence is not None:
                self.add_error("until_on", sentence)
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
        if not self.errors:
            assert self.row is not None
            wrong = objection_to_answer(
                granted=cleaned["granted"],
                until_on=cleaned["until_on"],
                reason=cleaned["reason"],
                asked=self.row.until_on,
                today=timezone.localdate(),
            )
            if wrong is not None:
                self.add_error(*wrong)
        return cleaned
