from collections.abc import Callable

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, not_in_future
from organisations.forms.fields import Choice, DateField, LongText, Time, YesNo
from organisations.rules.audit import Verb

from ..rules.codes import TITLES
from ..rules.hints import SCHEME, Held, permit_until
from ..rules.procedures import KINDS, OUTCOMES, Kind
from .dates import DatedForm
from .shelter import moment


class TitleForm(DatedForm):
    title = Choice(TITLES, label=_("Residence position"))
    from_on = DateField(label=_("From"), initial=timezone.localdate)
    until_on = DateField(
        label=_("Until"),
        required=False,
        help_text=_("The first day on which it no longer counts. Leave empty while it runs."),
    )
    document_valid_until = DateField(label=_("The document is valid until"), required=False)

    def hanging(self, was: dict, cleaned: dict) -> list:
        """Of a permit of the scheme without a document, its last day by the rule."""
        ends = [
            None
            if title not in SCHEME or dates.get("document_valid_until") or dates.get("until_on")
            else permit_until([Held(title, dates["from_on"])], dates["from_on"])
            for title, dates in ((self.row.title, was), (cleaned.get("title"), cleaned))
        ]
        return [] if ends[0] == ends[1] else [(_("Latest end by the rule"), *ends)]

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "from_on")
        begin, end, valid = (cleaned.get(name) for name in ("from_on", "until_on", "document_valid_until"))
        if begin and valid and valid < begin:
            self.add_error("document_valid_until", _("This is before the first day."))
        if begin and end and end <= begin:
            self.add_error("until_on", _("This is not after the first day."))
        self.ask_why(cleaned)
        return cleaned


class ProcedureForm(DatedForm):
    kind = Choice(KINDS, label=_("What kind of procedure?"))
    begun_on = DateField(label=_("Begun on"), help_text=_("The day it was asked, sent or decided by the authority."))
    begun_time = Time(
        label=_("At what time?"), required=False, help_text=_("For form M55: the target of 24 hours runs from then.")
    )
    suspends = YesNo(
        label=_("Does it suspend departure?"), required=False, help_text=_("As the authority or the lawyer says.")
    )
    decided_on = DateField(label=_("Decided or over on"), required=False)
    outcome = Choice(OUTCOMES, empty=_("It still runs"), label=_("How did it end?"), required=False)
    document_valid_until = DateField(label=_("The document is valid until"), required=False)
    remark = LongText(label=_("Remark"), required=False, rows=3)

    moving = ("kind", "suspends", "begun_time")

    # The terms of the case with these values in this procedure, told by the view (residence.py: terms).
    terms: Callable[[dict], dict] = staticmethod(lambda values: {})

    def hanging(self, was: dict, cleaned: dict) -> list:
        before = self.terms({})
        after = self.terms(
            {name: cleaned.get(name) for name in ("kind", "begun_on", "begun_time", "suspends", "decided_on")}
        )
        return [
            ((after.get(one) or before[one])[0], before.get(one, ("", None))[1], after.get(one, ("", None))[1])
            for one in {**before, **after}
            if before.get(one) != after.get(one)
        ]

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "begun_on", "decided_on")
        begun, decided, valid = (cleaned.get(name) for name in ("begun_on", "decided_on", "document_valid_until"))
        if bool(decided) != bool(cleaned.get("outcome")) and not {"decided_on", "outcome"} & self.errors.keys():
            self.add_error("outcome" if decided else "decided_on", _("An end has a day and an outcome."))
        if begun and decided and decided < begun:
            self.add_error("decided_on", _("This is before it began."))
        if begun and valid and valid < begun:
            self.add_error("document_valid_until", _("This is before it began."))
        elif valid and cleaned.get("outcome") != "granted":
            self.add_error(
                "document_valid_until",
                _("Only what was granted has a document. Choose “granted”, or leave this empty."),
            )
        kind = cleaned.get("kind")
        if cleaned.get("begun_time") and kind and kind != Kind.M55:
            self.add_error("begun_time", _("Only the term of form M55 is counted in hours. Leave this empty."))
        elif begun and cleaned.get("begun_time") and moment(begun, cleaned["begun_time"]) > timezone.now():
            self.add_error("begun_time", _("This moment is still to come."))
        if kind == Kind.RETURN_DECISION and cleaned.get("suspends"):
            self.add_error(
                "suspends",
                _("A return decision suspends nothing. Record the objection or appeal that does, beside it."),
            )
        self.ask_why(cleaned)
        return cleaned


class ReturnDutyForm(Form):
    # A title that is recorded has the same verb: it is not told who.
    deeds = {Verb.RESIDENCE_CHANGED: False}
    return_duty = YesNo(label=_("Do the authorities say that the person must leave?"))
