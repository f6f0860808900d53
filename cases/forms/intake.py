"""Who this is, the notices, identification, exploitation, the type of file and the reflection period."""

import datetime

from django import forms
from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, needed, not_in_future
from organisations.forms.fields import Choice, Choices, Countries, DateField, LongText, Text, YesNo
from organisations.rules.audit import Verb
from organisations.rules.regions import REGIONS

from ..rules.codes import (
    BIRTH_PRECISIONS,
    CONTROL_MEANS,
    EXPLOITATION_FORMS,
    FILE_TYPES,
    IDENTIFICATION_STATES,
    IDENTIFIERS,
    NOTIFIERS,
    REFLECTION_ENDS,
    REFLECTION_STATES,
    SEXES,
    BirthPrecision,
)
from ..rules.corrected_dates import hanging
from ..rules.reflection import Known, cautions, latest_end
from ..rules.registration import DECISIONS, REGISTERED, ground_refused
from .dates import DatedForm


class VictimForm(Form):
    given_names = Text(label=_("Given names"), required=False)
    family_name = Text(label=_("Family name"), required=False)
    other_names = Text(
        label=_("Other names and spellings"), required=False, help_text=_("The person is found by these too.")
    )
    birth_precision = Choice(
        BIRTH_PRECISIONS, label=_("What is known of the birth date?"), initial=BirthPrecision.UNKNOWN
    )
    birth_date = DateField(label=_("Birth date"), required=False)
    birth_year = forms.IntegerField(
        label=_("Birth year"),
        required=False,
        min_value=1900,
        max_value=2200,
        help_text=_("When only the year is known."),
    )
    sex = Choice(SEXES, label=_("Sex"), initial="unknown")
    nationalities = Countries(label=_("Nationalities"))
    stateless = forms.BooleanField(label=_("Stateless"), required=False)
    v_number = Text(label=_("Aliens number (V-number)"), required=False, max_length=30)
    other_number = Text(label=_("Other number"), required=False, max_length=60)

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "birth_date")
        precision = cleaned.get("birth_precision")
        if precision == BirthPrecision.DAY:
            needed(self, "birth_date", why=_("Type the birth date, or choose what is known of it."))
        elif precision in {BirthPrecision.YEAR, BirthPrecision.ESTIMATE}:
            needed(self, "birth_year", why=_("Type the year, or choose what is known of the birth date."))
        if (cleaned.get("birth_year") or 0) > timezone.localdate().year:
            self.add_error("birth_year", _("This year is still to come."))
        return cleaned


class NoticeForm(Form):
    notifier = Choice(NOTIFIERS, label=_("Who reported?"))
    notifier_number = Text(
        label=_("Their number"), required=False, max_length=60, help_text=_("The person is found by it.")
    )
    received_on = DateField(label=_("Received on"))
    region = Choice(REGIONS, empty=_("Not known"), label=_("Region"), required=False)
    decision = Choice(
        DECISIONS,
        empty=_("Not decided yet"),
        label=_("May it be registered nationally?"),
        required=False,
        help_text=_(
            "Help does not depend on registration. On legal ground or with consent the national register sees who this is; after a refusal it does not."
        ),
    )
    decided_on = DateField(label=_("Decided on"), required=False)
    withdrawn_on = DateField(label=_("Consent withdrawn on"), required=False)

    def clean(self):
        cleaned = super().clean()
        if self.row is not None and self.row.decision and not cleaned.get("decision") and "decision" not in self.errors:
            self.add_error(
                "decision",
                _("This was decided. Choose another decision, or record the day on which consent was withdrawn."),
            )
        not_in_future(self, "received_on", "decided_on", "withdrawn_on")
        decision, decided_on = cleaned.get("decision"), cleaned.get("decided_on")
        if decision and not decided_on and "decided_on" not in self.errors:
            cleaned["decided_on"] = timezone.localdate()
        if decided_on and cleaned.get("received_on") and decided_on < cleaned["received_on"]:
            self.add_error("decided_on", _("This is before the notice was received."))
        if decided_on and not decision:
            self.add_error("decision", _("Choose what was decided on that day."))
        sentence = ground_refused(cleaned.get("notifier", ""), decision or "")
        if sentence:
            self.add_error("decision", sentence)
        withdrawn = cleaned.get("withdrawn_on")
        if withdrawn and decision not in REGISTERED:
            self.add_error("withdrawn_on", _("Only a registration can be withdrawn."))
        elif withdrawn and cleaned.get("decided_on") and withdrawn < cleaned["decided_on"]:
            self.add_error("withdrawn_on", _("This is before the decision."))
        return cleaned


class IdentificationForm(Form):
    state = Choice(IDENTIFICATION_STATES, label=_("Where does identification stand?"))
    decided_by = Choice(IDENTIFIERS, empty=_("Nobody yet"), label=_("Who said so?"), required=False)
    decided_on = DateField(label=_("Since"), initial=timezone.localdate)

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "decided_on")
        if cleaned.get("state") != "signal":
            needed(self, "decided_by", why=_("Choose who said so."))
        return cleaned


class ExploitationForm(Form):
    forms = Choices(EXPLOITATION_FORMS, label=_("Forms of exploitation"))
    control_means = Choices(CONTROL_MEANS, label=_("How was the person controlled?"), required=False)
    countries = Countries(label=_("In which countries?"))
    place = LongText(label=_("Where and in what work?"), required=False, rows=2)
    recruitment = LongText(
        label=_("How did it begin?"),
        required=False,
        rows=3,
        help_text=_("Only what you need to help. A statement belongs to the police."),
    )

    def clean(self):
        cleaned = super().clean()
        if "unknown" in cleaned.get("forms", []) and len(cleaned["forms"]) > 1:
            self.add_error("forms", _("“Not known yet” goes with no other form. Take away one of them."))
        return cleaned


class FileTypeForm(Form):
    deeds = {Verb.FILE_TYPE_CHANGED: True}
    file_type = Choice(FILE_TYPES, label=_("Type of file"), radio=True)
    from_on = DateField(label=_("From"), initial=timezone.localdate)

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "from_on")
        return cleaned


class ReflectionForm(DatedForm):
    state = Choice(REFLECTION_STATES, label=_("Where does it stand?"))
    asked_on = DateField(label=_("Asked for on"), required=False)
    granted_on = DateField(label=_("Granted on"), required=False)
    dublin = YesNo(
        label=_("Is another country responsible for the asylum request (Dublin)?"),
        required=False,
        help_text=_("Then the period is shorter, by the rule since 19 May 2023."),
    )
    latest_end = DateField(
        label=_("Ends at the latest on"),
        required=False,
        help_text=_("As the police or the immigration service told you. Left empty, it is the day by the rule."),
    )
    ended_on = DateField(label=_("Ended on"), required=False)
    end_reason = Choice(REFLECTION_ENDS, empty=_("It has not ended"), label=_("Why did it end?"), required=False)
    explanation = LongText(label=_("Explanation"), required=False, rows=3)

    # What speaks against recording one: set by the page.
    known = Known()

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "asked_on", "granted_on", "ended_on")
        self.take_the_rule(cleaned)
        state = cleaned.get("state")
        granted, latest, ended = (cleaned.get(name) for name in ("granted_on", "latest_end", "ended_on"))
        if state == "granted":
            needed(self, "granted_on", why=_("A granted period has the day on which it was granted."))
        elif state:
            for name in ("granted_on", "latest_end", "ended_on", "end_reason"):
                if cleaned.get(name):
                    self.add_error(name, _("Only a granted period has this. Leave it empty, or choose “granted”."))
        if state in {"declined", "not_applicable"}:
            needed(self, "explanation", why=_("Write in a few words why."))
        if bool(ended) != bool(cleaned.get("end_reason")) and not {"ended_on", "end_reason"} & self.errors.keys():
            self.add_error("end_reason" if ended else "ended_on", _("An end has a day and a reason."))
        if granted and cleaned.get("asked_on") and granted < cleaned["asked_on"]:
            self.add_error("granted_on", _("This is before it was asked for."))
        in_order(self, granted, "latest_end", latest)
        in_order(self, granted, "ended_on", ended)
        if ended and latest and ended > latest:
            self.add_error("ended_on", _("This is after the latest end."))
        if state in {"wanted", "granted"} and not cleaned.get("explanation"):
            found = cautions(self.known, granted or cleaned.get("asked_on") or timezone.localdate())
            if found:
                found.append(_("It can be recorded all the same: write in a few words why."))
            for sentence in found:
                self.add_error("explanation", sentence)
        self.ask_why(cleaned)
        return cleaned

    def hanging(self, was: dict, cleaned: dict) -> list:
        assert self.row is not None
        return hanging(was, cleaned, dublin=(bool(self.row.dublin), bool(cleaned.get("dublin"))))

    def take_the_rule(self, cleaned: dict) -> None:
        """The latest end by the rule where none is given; another one than the rule's has its reason."""
        granted, latest = cleaned.get("granted_on"), cleaned.get("latest_end")
        if cleaned.get("state") != "granted" or granted is None or {"granted_on", "latest_end"} & self.errors.keys():
            return
        by_rule = latest_end(granted, dublin=bool(cleaned.get("dublin"))).ends
        # a day that was the rule's, and was not touched, stays the rule's; typed and explained after the page showed the rule's, it is the authorities'
        explained = bool(cleaned.get("changes_shown") and cleaned.get("explanation"))
        follows = (
            not explained
            and self.row is not None
            and self.row.by_the_rule
            and latest == self.row.latest_end == self.row.by_the_rule.ends
        )
        if latest is None or follows:
            cleaned["latest_end"] = by_rule
            if follows:
                self.put(latest_end=by_rule.strftime("%d-%m-%Y"))
        elif latest > granted and latest != by_rule and not cleaned.get("explanation"):
            self.add_error(
                "latest_end",
                _("By the rule it is %(day)s. Leave this empty, or write under “Explanation” why it differs.")
                % {"day": formats.date_format(by_rule)},
            )


def in_order(form: Form, earlier: datetime.date | None, name: str, later: datetime.date | None) -> None:
    if earlier and later and (later < earlier or (name == "latest_end" and later == earlier)):
        form.add_error(name, _("This is before it was granted."))
