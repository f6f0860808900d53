import datetime
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, not_in_future
from organisations.forms.fields import Choice, Choices, DateField, Time, offer

from ..rules.codes import DEPARTURE_REPORTERS
from .dates import DatedForm
from .shelter import LeavingForm, moment, moment_is_past

PERSON = "person"


class LeftForm(LeavingForm):
    who = Choices(
        {},
        label=_("Who left?"),
        help_text=_("The place of whoever is ticked is free; whoever is not keeps their place."),
    )
    reported_by = Choice(DEPARTURE_REPORTERS, empty=_("Choose who"), label=_("Who reported it?"))

    def __init__(self, *args, here=(), members=(), **kwargs) -> None:
        """`here`: the stays of the household that go on now; `members`: all of it, for what was sent once more."""
        super().__init__(*args, **kwargs)
        self.members: dict[str, Any] = {}
        if not here and not (self.is_bound and "who" in self.data):
            del self.fields["who"]
            return
        self.members = {str(one.pk): one for one in members}
        person = (PERSON, _("The person of this case"))
        offer(self, "who", [person, *((key, one.name) for key, one in self.members.items())])
        staying = [(str(stay.member_id), f"{stay.member.name} ({stay.place})") for stay in here]
        self.fields["who"].widget.choices = [person, *staying]
        self.all_of_them = [PERSON, *(key for key, _name in staying)]
        self.initial["who"] = self.all_of_them

    def clean(self):
        cleaned = super().clean()
        if "who" in self.fields and "who" not in self.errors and PERSON not in cleaned["who"]:
            self.add_error(
                "who",
                _("This is recorded of the person of this case. If only others left, end their stay under Shelter."),
            )
        return cleaned

    @property
    def household(self) -> list:
        """Who of the household left along."""
        return [self.members[key] for key in self.cleaned_data.get("who", []) if key != PERSON]

    @property
    def asked_day(self) -> datetime.date:
        """The day that was typed; today while there is none that counts."""
        typed = self.cleaned_data.get("day") if self.is_bound else None
        return typed or timezone.localdate()

    def take_up(self, typed: dict[str, list[str]], *, same_row: bool) -> None:
        """What was typed on another day is read again: the page shows what leaving today would end."""
        super().take_up(typed, same_row=same_row)
        self.initial["shown"] = ""
        if "who" in self.fields and "who" not in typed:
            # nobody was asked yet
            self.initial["who"] = self.all_of_them

    def show(self, mark: str) -> None:
        """From now on the page shows what this mark stands for."""
        if self.is_bound:
            self.put(shown=mark)
        else:
            self.initial["shown"] = mark


class LeftCorrectionForm(DatedForm):
    left_on = DateField(label=_("Left on"))
    left_time = Time(
        label=_("At"),
        required=False,
        help_text=_("Left empty: not known. What ended then keeps its time where that can be."),
    )
    reported_by = Choice(DEPARTURE_REPORTERS, label=_("Who reported it?"))
    back_on = DateField(label=_("Came back on"), required=False)

    # what ended on that day because of it, told by the view (actions/unknown_destination.py: Ended)
    ended: Any = None

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "left_on", "back_on")
        left, back = cleaned.get("left_on"), cleaned.get("back_on")
        time = cleaned.get("left_time")
        if left and time and "left_on" not in self.errors:
            moment_is_past(self, "left_time", left, time)
        if left and back and back < left:
            self.add_error("back_on", _("This is before the day on which the person left."))
        if self.row.back_on and not back and "back_on" not in self.errors:
            self.add_error("back_on", _("It is recorded that the person came back. Type the day."))
        self.ask_why(cleaned)
        return cleaned

    def behind(self, cleaned: dict) -> bool:
        """Whether a stay still ends on another day: who corrected this before did not write the shelter room."""
        return any(stay.left_on != cleaned["left_on"] for stay in self.ended.stays)

    def moves_along(self, cleaned: dict) -> bool:
        """Whether a stay ends at another time of that day than is said now."""
        day, time = cleaned["left_on"], cleaned["left_time"]
        return time is not None and not all(stay.ended_at_told(day, time) for stay in self.ended.stays)

    def hanging(self, was: dict, cleaned: dict) -> list:
        before, after, time = was["left_on"], cleaned["left_on"], cleaned["left_time"]
        found: list[tuple[object, object, object]] = []
        if before != after and self.ended.reflection is not None:
            found.append((gettext("End of the reflection period"), before, after))
        for stay in self.ended.stays:
            if time is not None and not stay.ended_at_told(after, time):
                found.append((end_of(stay), timezone.localtime(stay.until_at), moment(after, time)))
            elif stay.left_on != after:
                found.append((end_of(stay), stay.left_on, after))
        return found


def end_of(stay: Any) -> str:
    """What it is called that this stay ended."""
    if stay.member is None:
        return gettext("End of the stay in a shelter")
    return gettext("End of the stay of %(name)s") % {"name": stay.member.name}


class BackForm(Form):
    back_on = DateField(label=_("Came back on"))

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "back_on")
        return cleaned


def in_words(ending: Any) -> list[dict[str, Any]]:
    """What will end: its name, what it was and what it becomes (actions/unknown_destination.py: Ends)."""
    day, lines = formats.date_format(ending.day), []
    if ending.reflection is not None:
        was = gettext("runs, at the latest until %(day)s") % {"day": formats.date_format(ending.reflection.latest_end)}
        lines.append({"name": gettext("Reflection period"), "was": was})
    if ending.stay is not None:
        since = formats.date_format(timezone.localdate(ending.stay.from_at))
        lines.append({"name": gettext("Stay in a shelter"), "was": gettext("runs since %(day)s") % {"day": since}})
    if ending.asked is not None:
        since = formats.date_format(timezone.localdate(ending.asked.created_at))
        lines.append({"name": gettext("Request for a place"), "was": gettext("waits since %(day)s") % {"day": since}})
    becomes = gettext("ended on %(day)s: left to an unknown destination") % {"day": day}
    found = [{**line, "is": becomes} for line in lines]
    ticked = gettext("ended on %(day)s too, if they are ticked below") % {"day": day}
    for one in ending.household:
        name = gettext("Stay of %(name)s") % {"name": one.member.name}
        since = formats.date_format(timezone.localdate(one.from_at))
        found.append({"name": name, "was": gettext("runs since %(day)s") % {"day": since}, "is": ticked})
    return found
