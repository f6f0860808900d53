import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, needed, not_in_future
from organisations.forms.fields import Choice, Choices, DateField, LongText, offer

from ..rules.codes import ESCORTS, FOLLOW_UP_OUTCOMES, YES_NO_UNKNOWN


class JourneyForm(Form):
    booked_for = DateField(label=_("Booked for"), required=False)
    escort = Choice(ESCORTS, label=_("Escort"), initial="none")
    itinerary = LongText(label=_("Route, flights and times"), required=False, rows=3)
    met_by = LongText(label=_("Who waits at the other end, and how to reach them?"), required=False, rows=2)
    luggage_and_medication = LongText(label=_("Luggage, papers and medication"), required=False, rows=2)
    departed_on = DateField(label=_("Departed on"), required=False)
    arrived_on = DateField(label=_("Arrived on"), required=False)

    def __init__(self, *args, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.describe(booked_for=_("Before"), departed_on=_("What happened"))

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "departed_on", "arrived_on")
        if cleaned.get("arrived_on"):
            needed(self, "departed_on", why=_("Type the day of departure too."))
            departed = cleaned.get("departed_on")
            if departed and cleaned["arrived_on"] < departed:
                self.add_error("arrived_on", _("This is before the departure."))
        return cleaned


class FollowUpPlanForm(Form):
    days = Choices({}, label=_("Suggested days"), required=False)
    day = DateField(label=_("Another day"), required=False)

    def __init__(self, *args, suggested: list[datetime.date], **kwargs) -> None:
        super().__init__(*args, **kwargs)
        offer(self, "days", ((day.isoformat(), formats.date_format(day, "DATE_FORMAT")) for day in suggested))
        if not suggested:
            del self.fields["days"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("day") and cleaned["day"] < timezone.localdate():
            self.add_error("day", _("This day has passed. Type a day to come."))
        if not self.errors and not self.chosen_days():
            self.add_error("day", _("Choose at least one day."))
        return cleaned

    def chosen_days(self) -> list[datetime.date]:
        days = {datetime.date.fromisoformat(text) for text in self.cleaned_data.get("days", [])}
        if self.cleaned_data.get("day"):
            days.add(self.cleaned_data["day"])
        return sorted(days)


class FollowUpForm(Form):
    done_on = DateField(label=_("Tried or spoken on"), initial=timezone.localdate)
    outcome = Choice(FOLLOW_UP_OUTCOMES, label=_("What came of it?"), radio=True)
    safe = Choice(YES_NO_UNKNOWN, empty="–", label=_("Is the person safe?"), required=False)
    housed = Choice(YES_NO_UNKNOWN, empty="–", label=_("Is there a place to live?"), required=False)
    income = Choice(YES_NO_UNKNOWN, empty="–", label=_("Is there an income?"), required=False)
    trafficker_contact = Choice(YES_NO_UNKNOWN, empty="–", label=_("Has a trafficker made contact?"), required=False)
    support_delivered = Choice(YES_NO_UNKNOWN, empty="–", label=_("Was the promised help given?"), required=False)
    remarks = LongText(label=_("Remarks"), required=False, rows=3)

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "done_on")
        return cleaned
