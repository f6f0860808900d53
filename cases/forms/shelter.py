import datetime
import uuid
from collections.abc import Callable, Sequence

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.forms.base import Form, needed, not_in_future
from organisations.forms.fields import Choice, DateField, LongText, Time, offer
from organisations.models import Place
from organisations.rules.shelters import sleeps

from ..rules.codes import DEPARTURE_REASONS
from ..rules.placement import OVERSTAY_REASONS, Undone


def moment(day: datetime.date, time: datetime.time | None) -> datetime.datetime:
    """The moment meant: without a time now, if the day is today, and noon on another day."""
    if time is None and day == timezone.localdate():
        return timezone.now()
    return timezone.make_aware(datetime.datetime.combine(day, time or datetime.time(12)))


def arrival_in_future(form: Form) -> None:
    """A moment that lies ahead is refused; the day has its own sentence."""
    day = form.cleaned_data.get("day")
    if day and "day" not in form.errors:
        moment_is_past(form, "time", day, form.cleaned_data.get("time"))


def moment_is_past(form: Form, field: str, day: datetime.date, time: datetime.time | None) -> None:
    """Refuses what lies ahead, and an hour that was skipped when the clocks went forward."""
    meant = moment(day, time)
    if meant > timezone.now():
        form.add_error(field, _("This moment is still to come."))
    elif time is not None and timezone.localtime(meant.astimezone(datetime.UTC)).time() != time:
        form.add_error(field, _("There was no such time on that day: the clocks went forward. Type another one."))


class WarnedForm(Form):
    """A stay against which something speaks is recorded once somebody has read it and says so."""

    nevertheless = forms.BooleanField(label=_("Place here nevertheless"), required=False, widget=forms.HiddenInput)
    # asked when a place was chosen: regions that are not safe for this person, how many people live together
    unsafe: Callable[[], frozenset[str]] = frozenset
    people: Callable[[], int] = int

    def warn(self, place: Place | None) -> None:
        """Asks once, where the region is not safe or the place is for fewer people."""
        if place is None:
            return
        said, people = [], self.people()
        if place.shelter.region in self.unsafe():
            said.append(
                _("This region is not safe for this person: %(region)s.") % {"region": place.shelter.region_name}
            )
        size = sleeps(place.kind, place.shelter.household_max)
        if size is not None and size < people:
            said.append(
                _("A household of %(number)s is asked for, and this place is for %(size)s.")
                % {"number": people, "size": size}
            )
        if said and not self.cleaned_data.get("nevertheless"):
            self.fields["nevertheless"].widget = forms.CheckboxInput()
            self.add_error("nevertheless", " ".join(str(one) for one in said))


class StayForm(WarnedForm):
    place = Choice({}, label=_("Which place?"))
    day = DateField(label=_("Arrived on"), initial=timezone.localdate)
    time = Time(label=_("At"), required=False, help_text=_("Left empty: now, or noon of an earlier day."))
    expected_until = DateField(label=_("Expected until"), required=False)
    member = Choice({}, label=_("Who stays there?"), required=False)
    emergency = forms.BooleanField(
        label=_("Placed at once, in an emergency"), required=False,
        help_text=_("What is not arranged yet is asked tomorrow: consent, safety, the request at CoMensha."),
    )  # fmt: skip

    def __init__(self, *args, places, free, saved: Callable[[uuid.UUID | None], bool], members=(), **kwargs) -> None:
        """`places` may be sent (the second of two equal posts names one that is no longer free), `free` are offered.

        `saved`: whether this sending of the form is saved already; `members`: of the household, who may have a place of
        their own.
        """
        super().__init__(*args, **kwargs)
        self.members = {str(one.pk): one for one in members}
        if self.members:
            offer(
                self, "member",
                [("", _("The person of this case")), *((key, one.name) for key, one in self.members.items())],
            )  # fmt: skip
        else:
            del self.fields["member"]
        self.places = {str(place.pk): place for place in places}
        self.free, self.saved_before = list(free), saved
        offer(self, "place", [("", _("Choose a free place")), *((key, str(p)) for key, p in self.places.items())])
        field = self.fields["place"]
        field.widget.choices = [("", _("Choose a free place")), *((str(p.pk), str(p)) for p in self.free)]

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "day")
        day, until = cleaned.get("day"), cleaned.get("expected_until")
        if day and until and until < day:
            self.add_error("expected_until", _("This is before the arrival."))
        arrival_in_future(self)
        place = self.places.get(cleaned.get("place") or "")
        if place is not None and place not in self.free and not self.saved_before(cleaned.get("submission")):
            self.add_error("place", _("This place is not free (any more). Choose another one."))
        else:
            self.warn(place)
        return cleaned

    def stay(self) -> dict:
        """The stay as the action takes it."""
        cleaned = self.cleaned_data
        return {
            "place": self.places[cleaned["place"]],
            "from_at": moment(cleaned["day"], cleaned["time"]),
            "expected_until": cleaned["expected_until"],
            "member": self.members.get(cleaned.get("member") or ""),
            "emergency": cleaned["emergency"],
        }


class InOrderForm(Form):
    reason = LongText(label=_("Why may this stay open?"), rows=2, max_length=2000)

    def __init__(self, *args, undone: Sequence[Undone], **kwargs) -> None:
        """Asked for a reason where something is left that may stay open."""
        super().__init__(*args, **kwargs)
        typed = self.is_bound and self.data.get("reason")
        if typed:
            # also where a colleague has done it meanwhile: what is written is kept
            self.fields["reason"].required = False
        elif not any(one.may_stay_open for one in undone):
            del self.fields["reason"]


class LeavingForm(Form):
    """When somebody left."""

    day = DateField(label=_("Left on"), initial=timezone.localdate)
    time = Time(label=_("At"), required=False, help_text=_("Left empty: now, or noon of an earlier day."))

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "day")
        arrival_in_future(self)
        return cleaned

    def left_at(self) -> datetime.datetime:
        return moment(self.cleaned_data["day"], self.cleaned_data["time"])


class MoveForm(WarnedForm):
    """To another place at a moment."""

    place = Choice({}, label=_("To which place?"))
    day = DateField(label=_("Moved on"), initial=timezone.localdate)
    time = Time(label=_("At"), required=False, help_text=_("Left empty: now, or noon of an earlier day."))
    expected_until = DateField(label=_("Expected until"), required=False)

    def __init__(self, *args, free, **kwargs) -> None:
        super().__init__(*args, **kwargs)
        self.free = {str(place.pk): place for place in free}
        offer(self, "place", [("", _("Choose a free place")), *((key, str(one)) for key, one in self.free.items())])

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "day")
        arrival_in_future(self)
        day, until = cleaned.get("day"), cleaned.get("expected_until")
        if day and until and until < day:
            self.add_error("expected_until", _("This is before the move."))
        self.warn(self.free.get(cleaned.get("place") or ""))
        return cleaned

    def moved(self) -> dict:
        cleaned = self.cleaned_data
        return {
            "place": self.free[cleaned["place"]],
            "at": moment(cleaned["day"], cleaned["time"]),
            "expected_until": cleaned["expected_until"],
        }


class ExpectForm(Form):
    """Until when a stay is expected to last."""

    expected_until = DateField(label=_("Expected until"), required=False)
    overstay_reason = Choice(
        OVERSTAY_REASONS, empty=_("Not recorded"), label=_("Why longer than the norm?"), required=False,
        help_text=_("For the weekly report of specialised shelters (COSM): a number, no name."),
    )  # fmt: skip

    def clean(self):
        cleaned = super().clean()
        until = cleaned.get("expected_until")
        if until and self.row is not None and until < self.row.arrived_on:
            self.add_error("expected_until", _("This is before the arrival."))
        norm = self.row.norm_until if self.row is not None else None
        if until and norm and until > norm:
            needed(self, "overstay_reason", why=_("This is longer than the norm. Choose why."))
        return cleaned


class LeaveForm(LeavingForm):
    departure_reason = Choice(DEPARTURE_REASONS, empty=_("Choose a reason"), label=_("Why?"))
