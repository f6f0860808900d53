"""Forms of offering places and of the answers."""

import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisations.forms.base import Form, needed, not_in_future
from organisations.forms.fields import Choice, Choices, DateField, LongText, Time, YesNo, offer
from organisations.models import Place
from organisations.rules.shelters import PLACE_KINDS, Decides, PlaceKind

from ..models import FamilyMember, PlaceHold
from ..rules.placement import DECLINE_REASONS, HOLDS, REFUSE_REASONS, Urgency, must_agree
from .shelter import arrival_in_future, moment

HOURS = (1, 2, 4, 8, 24, 48, 72, 168)


class OfferForm(Form):
    places = Choices({}, label=_("Which places are held?"))
    hours = Choice({}, label=_("For how long?"), initial="2")
    agreed_on = DateField(label=_("On which day did they agree?"))
    nevertheless = LongText(label=_("Why is this house asked nevertheless?"), rows=2, max_length=2000)
    remark = LongText(
        label=_("For the house"), required=False, rows=2, max_length=2000,
        help_text=_("Beside the profile. No names."),
    )  # fmt: skip

    def __init__(self, *args, fit, places, urgency: str, **kwargs) -> None:
        hours = int(HOLDS[Urgency(urgency)].total_seconds() // 3600)
        super().__init__(*args, initial={"hours": str(hours)}, **kwargs)
        offer(
            self, "hours",
            [(str(one), ngettext("%(number)s hour", "%(number)s hours", one) % {"number": one}) for one in HOURS],
        )  # fmt: skip
        self.known = {str(place.pk): place for place in places}
        offer(self, "places", [(key, in_full(place, fit.house)) for key, place in self.known.items()])
        self.fields["agreed_on"].label = _("On which day did they agree? %(body)s decides here.") % {
            "body": fit.shelter.decides_name
        }
        if not must_agree(Decides(fit.shelter.decides)):
            del self.fields["agreed_on"]
        if fit.fits:
            del self.fields["nevertheless"]

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "agreed_on")
        return cleaned

    def chosen(self) -> list[Place]:
        return [self.known[key] for key in self.cleaned_data["places"]]

    def values(self) -> dict:
        cleaned = self.cleaned_data
        return {
            "holds_until": timezone.now() + datetime.timedelta(hours=int(cleaned["hours"])),
            "remark": cleaned["remark"],
            "nevertheless": cleaned.get("nevertheless"),
            "agreed_on": cleaned.get("agreed_on"),
        }


def in_full(place: Place, house) -> str:
    """The place, its kind, and for how many people it is where that is known."""
    size = house.sleeps(place.kind)
    kind = PLACE_KINDS[PlaceKind(place.kind)]
    return f"{place.name}, {kind}" if size is None or size == 1 else f"{place.name}, {kind} ({size})"


class AcceptForm(Form):
    escort = YesNo(
        label=_("Does whoever asked bring the person?"),
        help_text=_("They may then see the address of the house for 24 hours; each look is recorded."),
    )


class DeclineForm(Form):
    reason = Choice(DECLINE_REASONS, empty=_("Choose a reason"), label=_("Why not?"))


class RefuseForm(Form):
    reason = Choice(REFUSE_REASONS, empty=_("Choose a reason"), label=_("Why not?"))


class ArriveForm(Form):
    day = DateField(label=_("Arrived on"), initial=timezone.localdate)
    time = Time(label=_("At"), required=False, help_text=_("Left empty: now, or noon of an earlier day."))
    expected_until = DateField(label=_("Expected until"), required=False)

    def __init__(self, *args, holds: list[PlaceHold], members: list[FamilyMember], **kwargs) -> None:
        """Where several places are held, each is asked who lives in it."""
        super().__init__(*args, **kwargs)
        self.holds = holds
        self.members = {str(one.pk): one for one in members}
        if len(holds) > 1:
            people = [(PERSON, _("The person of this case")), *((key, one.name) for key, one in self.members.items())]
            for number, hold in enumerate(holds):
                self.fields[f"place_{number}"] = Choice(
                    dict(people), empty=_("Choose"), label=_("Who lives in %(place)s?") % {"place": hold.place.name}
                )

    def clean(self):
        cleaned = super().clean()
        not_in_future(self, "day")
        arrival_in_future(self)
        day, until = cleaned.get("day"), cleaned.get("expected_until")
        if day and until and until < day:
            self.add_error("expected_until", _("This is before the arrival."))
        names = [f"place_{number}" for number in range(len(self.holds)) if f"place_{number}" in self.fields]
        needed(self, *names, why=_("Choose who lives here."))
        chosen = [cleaned.get(name) for name in names if cleaned.get(name)]
        if len(set(chosen)) < len(chosen) or (names and len(chosen) == len(names) and PERSON not in chosen):
            self.add_error(names[-1], _("Each place has somebody else, and one of them is the person of this case."))
        return cleaned

    def people(self) -> dict[Place, FamilyMember | None]:
        if len(self.holds) == 1:
            return {self.holds[0].place: None}
        return {
            hold.place: self.members.get(self.cleaned_data[f"place_{number}"]) for number, hold in enumerate(self.holds)
        }

    def at(self) -> datetime.datetime:
        return moment(self.cleaned_data["day"], self.cleaned_data["time"])


PERSON = "person"
