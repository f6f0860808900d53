"""Opening a case, its first answers, its stage, its people, and the list of cases."""

from django import forms
from django.utils.translation import gettext_lazy as _

from organisations.forms.asked import AskedForm
from organisations.forms.base import Form
from organisations.forms.fields import Choice, LongText, Text, YesNo, offer
from organisations.rules.audit import Verb

from ..rules.codes import AGE_GROUPS, CLOSING_REASONS, NOTIFIERS
from ..rules.workflow import STAGES, Stage

WORKING_NAME = _("A name to work with, not the full name. Everyone who works on the case sees it on every page.")


class NewCaseForm(Form):
    working_name = Text(label=_("What shall we call this person?"), max_length=60, help_text=WORKING_NAME)
    age_group = Choice(AGE_GROUPS, label=_("Adult or minor?"), radio=True)
    notifier = Choice(NOTIFIERS, empty=_("Nobody: the person came to us"), label=_("Who reported?"), required=False)
    danger_now = YesNo(label=_("Is there danger now?"))
    bed_needed = YesNo(label=_("Is a bed needed?"))


class FirstAnswersForm(Form):
    # Danger and the bed follow from other rooms, which not everybody reads who reads this.
    deeds = {Verb.CASE_CHANGED: True, Verb.SAFETY_ASSESSED: False, Verb.PLACED: False}
    working_name = Text(label=_("Working name"), max_length=60, help_text=WORKING_NAME)
    age_group = Choice(AGE_GROUPS, label=_("Adult or minor?"), radio=True)
    danger_now = YesNo(label=_("Is there danger now?"))
    bed_needed = YesNo(label=_("Is a bed needed?"))


class StageForm(Form):
    from_stage = Choice(STAGES, widget=forms.HiddenInput, required=False)
    past = Text(widget=forms.HiddenInput, required=False)
    closing_reason = Choice(CLOSING_REASONS, empty=_("Choose a reason"), label=_("How did it end?"))
    lapse_reason = LongText(
        label=_("Why need the open tasks not be done any more?"), required=False, max_length=2000, rows=2,
        help_text=_("One reason for all. Or go back and finish them first."),
    )  # fmt: skip
    reason = LongText(label=_("Why now?"), required=False, max_length=2000, rows=3)

    def __init__(self, *args, here: str, to: Stage, past: list[str], open_tasks: int, **kwargs) -> None:
        """`here` is the stage now, `past` the blockers that the person would move the case past."""
        self.shows = {"from_stage": here, "past": ",".join(past)}
        super().__init__(*args, initial=self.shows, **kwargs)
        if to is not Stage.CLOSED:
            del self.fields["closing_reason"]
        if to is Stage.CLOSED and open_tasks:
            self.fields["lapse_reason"].required = True
        else:
            del self.fields["lapse_reason"]
        if past:
            self.fields["reason"].required = True
            self.fields["reason"].label = _("Why does the case move past what blocks it?")

    def show_what_changed(self) -> None:
        """Something blocks by now, or the stage is another: the page shows it, and sent again that counts."""
        self.stale = True
        self.put(**self.shows)


class AssignForm(Form):
    user = Choice({}, empty=_("Choose a person"), label=_("Who works on this case?"))

    def __init__(self, *args, people, names: dict, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        offer(self, "user", [("", _("Choose a person")), *((key, names[p.pk]) for key, p in self.people.items())])

    def person(self):
        return self.people[self.cleaned_data["user"]]


class RestrictForm(Form):
    deeds = {Verb.CASE_RESTRICTED: True, Verb.CASE_UNRESTRICTED: True}
    restricted = YesNo(
        label=_("Only for the people assigned to this case?"),
        help_text=_("Nobody else sees a restricted case, not in a list and not by searching."),
    )


class SearchForm(forms.Form):
    """Sent by POST: a name never stands in an address."""

    search = Text(label=_("Name, number or reference"), max_length=100, kept=False)
    many = forms.BooleanField(required=False, widget=forms.HiddenInput)


YES = {"yes": _("Yes")}


class FilterForm(AskedForm):
    """The filters of the list are its address; each one in force is a chip that can be taken away."""

    stage = Choice(STAGES, empty=_("Every stage"), label=_("Stage"), required=False)
    mine = Choice(YES, empty=_("Everybody's"), label=_("Assigned to me"), required=False)
    danger = Choice(YES, empty=_("With and without"), label=_("Danger now"), required=False)
    bed = Choice(YES, empty=_("With and without"), label=_("Bed needed"), required=False)
    closed = Choice(YES, empty=_("Open cases only"), label=_("Closed cases too"), required=False)

    def apply(self, cases, *, user):
        wanted = self.wanted()
        if "stage" in wanted:
            cases = cases.filter(stage=wanted["stage"])
        elif "closed" not in wanted:
            cases = cases.open()
        if "mine" in wanted:
            cases = cases.assigned_to(user)
        if "danger" in wanted:
            cases = cases.filter(danger_now=True)
        if "bed" in wanted:
            cases = cases.filter(bed_needed=True)
        return cases

    def chips(self):
        """That closed cases are left out is one too."""
        wanted, chips = self.wanted(), super().chips()
        if "closed" not in wanted and "stage" not in wanted:
            chips.append({"label": _("Without closed cases"), "without": self.address(closed="yes")})
        return chips

    def in_words(self, name, value):
        return super().in_words(name, value) if name == "stage" else self.fields[name].label
