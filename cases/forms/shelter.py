import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Choice, DateField, Form, Time, not_in_future, offer

from ..rules.codes import DEPARTURE_REASONS


def moment(day: datetime.date, time: datetime.time | None) -> datetime.datetime:
    """The moment meant: without a time now, if the day is today, and noon on another day."""
    if time is None and day == timezone.localdate():
        return timezone.now()
    return timezone.make_aware(datetime.datetime.combine(day, time or datetime.time(12)))


class StayForm(Form):
    place = Choice({}, label=_("Which place?"))
    day = DateField(label=_("Arrived on"), initial=timezone.localdate)
    time = Time(label=_("At"), required=False, help_text=_("Left empty: now, or noon of an earlier day."))
    expected_until = DateField(label=_("Expected until"), required=False)

    def __init__(self, *args, places, free, **kwargs) -> None:
        """`places` may be sent (the second of two equal posts names one that is no longer free), `free` are offered."""
        super().__init__(*args, **kwargs)
        self.places = {str(place.pk): place for place in places}
        self.free = list(free)
        offer(self, "place", [("", _("Choose a free place")), *((key, str(p)) for key, p in self.places.items())])
        field = self.fields["place"]
        field.widget.choices = [("", _("Choose a free place")), *((str(p.pk), str(p)) for p in self.free)]

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "day")
        day, until = cleaned.get("day"), cleaned.get("expected_until")
        if day and until and until < day:
            self.add_error("expected_until", _("This is before the arrival."))
        if day and "day" not in self.errors and moment(day, cleaned.get("time")) > timezone.now():
            self.add_error("time", _("This moment is still to come."))
        return cleaned

    def stay(self) -> dict:
        """The stay as the action takes it."""
        cleaned = self.cleaned_data
        return {
            "place": self.places[cleaned["place"]],
            "from_at": moment(cleaned["day"], cleaned["time"]),
            "expected_until": cleaned["expected_until"],
        }


class LeavingForm(Form):
    """When somebody left."""

    day = DateField(label=_("Left on"), initial=timezone.localdate)
    time = Time(label=_("At"), required=False, help_text=_("Left empty: now, or noon of an earlier day."))

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "day")
        day = cleaned.get("day")
        if day and "day" not in self.errors and moment(day, cleaned.get("time")) > timezone.now():
            self.add_error("time", _("This moment is still to come."))
        return cleaned

    def left_at(self) -> datetime.datetime:
        return moment(self.cleaned_data["day"], self.cleaned_data["time"])


class LeaveForm(LeavingForm):
    departure_reason = Choice(DEPARTURE_REASONS, empty=_("Choose a reason"), label=_("Why?"))
