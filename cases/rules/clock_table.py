"""Terms of the law as dated rows that a lawyer can check. Read by clocks.py, shown at /rules/.

A row says what it measures, for whom, from and until which day of beginning it holds, on what base, by which source, and
what about it is doubtful.
"""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy


class Unit(StrEnum):
    MONTHS = "months"
    DAYS = "days"
    WORKING_DAYS = "working_days"
    HOURS = "hours"


UNITS = {
    Unit.MONTHS: ngettext_lazy("%(number)s calendar month", "%(number)s calendar months", "number"),
    Unit.DAYS: ngettext_lazy("%(number)s day", "%(number)s days", "number"),
    Unit.WORKING_DAYS: ngettext_lazy("%(number)s working day", "%(number)s working days", "number"),
    Unit.HOURS: ngettext_lazy("%(number)s hour", "%(number)s hours", "number"),
}


class Whose(StrEnum):
    EVERYBODY = "everybody"
    DUBLIN = "dublin"


WHOSE = {
    Whose.EVERYBODY: _("Everybody"),
    Whose.DUBLIN: _("Dublin claimants: another country is responsible for the asylum request"),
}


class Clock(StrEnum):
    REFLECTION = "reflection"
    REPORTING = "reporting"
    REFLECTION_FORM = "reflection_form"
    IND_DECISION = "ind_decision"
    DUBLIN_ASSESSMENT = "dublin_assessment"
    DUBLIN_REPORT = "dublin_report"
    PERMIT = "permit"
    HARDSHIP_PERMIT = "hardship_permit"
    EXTENSION = "extension"
    CONTINUED_BY_DURATION = "continued_by_duration"
    CONTINUED_AFTER_HARDSHIP = "continued_after_hardship"
    COMPLAINT = "complaint"
    DEPARTURE_TERM = "departure_term"
    SPECIALISED_SHELTER = "specialised_shelter"
    EARLIER_RETURN_HELP = "earlier_return_help"
    REINTEGRATION_BUDGET = "reintegration_budget"


CLOCKS = {
    Clock.REFLECTION: _("Reflection period"),
    Clock.REPORTING: _("Reporting to the police in the reflection period"),
    Clock.REFLECTION_FORM: _("Application form for the allowance (Rvb)"),
    Clock.IND_DECISION: _("Decision of the IND after form M55 (a target, no guarantee)"),
    Clock.DUBLIN_ASSESSMENT: _("Assessment by prosecution and police of a report (a target)"),
    Clock.DUBLIN_REPORT: _("Reporting to the police after an asylum request, at the latest"),
    Clock.PERMIT: _("Permit a, b or c"),
    Clock.HARDSHIP_PERMIT: _("Permit d (hardship)"),
    Clock.EXTENSION: _("Each extension of permit a, b or c"),
    Clock.CONTINUED_BY_DURATION: _("Time on the scheme after which continued stay may be asked"),
    Clock.CONTINUED_AFTER_HARDSHIP: _("Time on permit d after which continued stay may be asked"),
    Clock.COMPLAINT: _("Telling the police of a complaint against a dismissal"),
    Clock.DEPARTURE_TERM: _("Departure term"),
    Clock.SPECIALISED_SHELTER: _("Norm of a stay in specialised shelter (COSM)"),
    Clock.EARLIER_RETURN_HELP: _("Earlier help by IOM that stands in the way of new help"),
    Clock.REINTEGRATION_BUDGET: _("Using the reintegration budget of Fedasil (Belgium)"),
}


@dataclass(frozen=True)
class Rule:
    """One row: `since` and `until` are the first and last day of beginning for which it holds; None: not found.

    `doubt` is the sentence of what is to be checked; without one the row is confirmed by its source.
    """

    clock: Clock
    value: int
    unit: Unit
    starts: object
    basis: object
    source: str
    ends: object = ""
    pauses: object = ""
    whose: Whose = Whose.EVERYBODY
    since: datetime.date | None = None
    until: datetime.date | None = None
    doubt: object = ""

    def holds_on(self, day: datetime.date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)

    def says(self, word: str) -> bool:
        """Whether the word stands anywhere in the row, in the language of the page."""
        told = (
            self.clock_name, self.length, self.whose_name, self.starts, self.pauses, self.ends, self.basis, self.source,
            self.doubt,
        )  # fmt: skip
        return any(word.casefold() in str(said).casefold() for said in told)

    @property
    def length(self):
        """Value and unit in words."""
        return UNITS[self.unit] % {"number": self.value}

    @property
    def clock_name(self):
        return CLOCKS[self.clock]

    @property
    def whose_name(self):
        return WHOSE[self.whose]

    @property
    def backwards(self) -> bool:
        """Whether the term lies before its day: was there help in the years before?"""
        return self.clock == Clock.EARLIER_RETURN_HELP


VC2015 = "Vreemdelingencirculaire 2000 (B), 2015"
VB2015 = "Vreemdelingenbesluit 2000, 2015"
WBV2023 = "WBV 2023/11, Stcrt. 2023, 13577"
WBV2019 = "WBV 2019/10, Stcrt. 2019, 40593"

COUNTING = _(
    "How a month is counted was not found in the text. Here: the same day number, or the last day of a shorter month."
)

TABLE: tuple[Rule, ...] = (
    Rule(
        Clock.REFLECTION, 3, Unit.MONTHS,
        starts=_("the day on which it was granted"),
        ends=_("Sooner: left to an unknown destination, waived, report signed, cooperated otherwise, other application."),
        pauses=_("Nothing: it is given once and never extended."),
        basis="Vw 2000 art. 8(k); Vc B8/3", source=f"{VC2015}; {WBV2023}", doubt=COUNTING,
    ),
    Rule(
        Clock.REFLECTION, 30, Unit.DAYS, whose=Whose.DUBLIN,
        starts=_("the day on which it was granted"),
        ends=_("Sooner: left to an unknown destination, waived, report signed, cooperated otherwise, other application."),
        pauses=_("Nothing: it is given once and never extended."),
        basis="Vc B8/3", source=WBV2023, since=datetime.date(2023, 5, 19),
        doubt=_("Whether it still holds after the letter of 28 November 2023 and under the European asylum pact of 2026."),
    ),
    Rule(
        Clock.REPORTING, 1, Unit.MONTHS,
        starts=_("the day on which the reflection period was granted"), ends=_("With the reflection period."),
        basis="Vc B8/3", source=VC2015, doubt=_("Whether the text of today still says every month."),
    ),
    Rule(
        Clock.REFLECTION_FORM, 3, Unit.MONTHS,
        starts=_("the day on which the police stamped it"), basis="Vc B8/3; Rvb 2005", source=VC2015,
        doubt=_("Hand it in within about two weeks, says a public page; no text of law for that was found."),
    ),
    Rule(
        Clock.IND_DECISION, 24, Unit.HOURS,
        starts=_("the moment at which the police send form M55"), ends=_("With the decision."),
        basis="Vc B8/3", source=VC2015,
    ),
    Rule(
        Clock.DUBLIN_ASSESSMENT, 20, Unit.WORKING_DAYS, whose=Whose.DUBLIN,
        starts=_("the report to the police"), ends=_("With the assessment."),
        basis="Vc B8/3", source=WBV2019, since=datetime.date(2019, 8, 1),
        doubt=_("The source says four working weeks; counted here as twenty working days, without Dutch public holidays."),
    ),
    Rule(
        Clock.DUBLIN_REPORT, 3, Unit.MONTHS, whose=Whose.DUBLIN,
        starts=_("the asylum request"), basis="Vc B8/3", source=f"{WBV2019}; ECLI:NL:RBDHA:2021:8048",
        since=datetime.date(2019, 8, 1), doubt=_("Read from a judgment and news about the decree. Look into its text."),
    ),
    Rule(
        Clock.PERMIT, 12, Unit.MONTHS,
        starts=_("the day on which it was granted"),
        ends=_("Sooner: dismissal, or a judgment without appeal; for permit c when the prosecution no longer needs the person."),
        basis="Vb 2000 art. 3.48(1)(a–c), 3.58", source=VB2015,
    ),
    Rule(
        Clock.HARDSHIP_PERMIT, 12, Unit.MONTHS,
        starts=_("the day on which it was granted"), ends=_("With its term."),
        basis="Vb 2000 art. 3.48(1)(d), 3.58", source=VB2015,
        doubt=_("The text of 2015 knows no extension, a newer public page does. Ask a lawyer before it ends."),
    ),
    Rule(
        Clock.EXTENSION, 12, Unit.MONTHS,
        starts=_("the day on which the permit before it ends"), ends=_("While the criminal case runs."),
        basis="Vb 2000 art. 3.59", source=VB2015,
    ),
    Rule(
        Clock.CONTINUED_BY_DURATION, 36, Unit.MONTHS,
        starts=_("the first permit of the scheme"), pauses=_("Read as uninterrupted: a gap begins it anew."),
        basis="Vc B9/12", source=f"{VC2015}; ECLI:NL:RBDHA:2017:12768",
        doubt=_("Whether the three years must be uninterrupted was read from a judgment."),
    ),
    Rule(
        Clock.CONTINUED_AFTER_HARDSHIP, 12, Unit.MONTHS,
        starts=_("permit d"), basis="Vb 2000 art. 3.51(1)(k); Vc B9/10", source=VC2015,
        doubt=_("Only with compelling humanitarian reasons directly linked to the trafficking."),
    ),
    Rule(
        Clock.COMPLAINT, 14, Unit.DAYS,
        starts=_("the complaint (article 12 Sv)"), basis="Vc B9 (old)",
        source="Vreemdelingencirculaire 2000 (B), 2011", until=datetime.date(2012, 7, 31),
        doubt=_("Since July or August 2012 a complaint may no longer be awaited on this permit; the day differs by source."),
    ),
    Rule(
        Clock.DEPARTURE_TERM, 28, Unit.DAYS,
        starts=_("the return decision"),
        pauses=_("An objection or appeal that suspends departure, as the authority decides."),
        basis="Vw 2000 art. 62", source="Vreemdelingenwet 2000, 2015",
        doubt=_("The authority may shorten it. What the decision says goes first."),
    ),
    Rule(
        Clock.SPECIALISED_SHELTER, 3, Unit.MONTHS,
        starts=_("the first night"), basis=_("a norm of practice, no law"), source="WODC Cahier 2012-14; CoMensha",
        doubt=_("A norm of practice: stays beyond it are common."),
    ),
    Rule(
        Clock.EARLIER_RETURN_HELP, 60, Unit.MONTHS,
        starts=_("the day of departure, counted back"), basis="REAN", source="IOM Nederland",
        doubt=_("From an old page of IOM. Ask IOM."),
    ),
    Rule(
        Clock.REINTEGRATION_BUDGET, 12, Unit.MONTHS,
        starts=_("the return"), basis="Fedasil", source="Fedasil",
        doubt=_("Read from public pages about Belgium. Ask Fedasil."),
    ),
)  # fmt: skip


def narrowed(text: str, *, doubtful: bool) -> list[Rule]:
    """The rows in which every word stands, of the doubtful ones or of all."""
    return [rule for rule in TABLE if all(map(rule.says, text.split())) and (rule.doubt or not doubtful)]
