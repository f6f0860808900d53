"""What the tests of leaving to an unknown destination share: what is sent, and what is read of it."""

import datetime
import re

from django.urls import reverse
from django.utils import timezone

from cases import occupancy, tonight
from cases.actions import unknown_destination as actions
from cases.models import Placement, ReflectionPeriod
from organisations.models import Shelter
from tests.cast import corrected, takes_part, unseen

TODAY_ENDS = r"<li>([^<]+)</li>"
RUNS = (None, "", False, "")


def address(cast) -> str:
    return reverse("cases:unknown_destination", args=[cast.case.reference])


def said(day: datetime.date) -> str:
    return f"{day:%d-%m-%Y}"


def ending(page) -> list[str]:
    """What the page says it will end."""
    section = re.search(r'aria-labelledby="ends">(.*?)</section>', page.content.decode(), re.S).group(1)
    return re.findall(TODAY_ENDS, section)


def send(client, cast, hidden=None, **values):
    hidden = hidden or unseen(client, address(cast))
    return client.post(
        address(cast), {"day": said(timezone.localdate()), "reported_by": "police", **hidden, **values},
        HTTP_ACCEPT_LANGUAGE="en",
    )  # fmt: skip


def state(case) -> tuple:
    period, stay = ReflectionPeriod.objects.get(case=case), Placement.objects.get(case=case)
    return period.ended_on, period.end_reason, stay.until_at is not None, stay.departure_reason


def words(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"


def correction(client, cast, row, **values):
    where = reverse("cases:unknown_destination_change", args=[cast.case.reference, row.pk])
    sent = {"left_on": said(row.left_on), "reported_by": "police", "version": str(row.version), **values}
    return corrected(client, where, sent)


def undo_address(cast, row) -> str:
    return reverse("cases:unknown_destination_undo", args=[cast.case.reference, row.pk])


def beds(cast) -> dict[str, tuple]:
    """Of each place of the household whether somebody stays there, and by which leaving it ended."""
    rows = Placement.objects.filter(case=cast.case).select_related("place")
    return {row.place.name: (row.until_at is None, row.leaving) for row in rows}


def in_the_house(cast) -> tuple:
    """What the list for the night and the occupancy say of the house."""
    house = Shelter.objects.get(slug="huis")
    night = tonight.night(house, by=cast.caseworker)
    taken = {one.slug: one.taken for one in tonight.houses(cast.caseworker)}["huis"]
    (kind,) = occupancy.kinds([house], timezone.now())
    names = [[one.place.name for one in rows] for rows in (night.sleepers, night.left)]
    return *names, [one.name for one in night.free], taken, kind.total.taken


def at(day: datetime.date, time: str) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time.fromisoformat(time)))


def corrects(cast, row, day: datetime.date, **values) -> datetime.datetime:
    """When the first stay ended, after the correction."""
    values = {"left_on": day, "reported_by": "police", "back_on": None, **values}
    actions.change(row=row, values=values, version=None, by=cast.caseworker, why="Verkeerd begrepen")
    return Placement.objects.filter(case=cast.case).order_by("from_at")[0].until_at


def of_comensha(cast, *taken: str) -> None:
    """CoMensha takes these parts in the case, and no other."""
    cast.case.participation_set.filter(organisation=cast.comensha).delete()
    for part in taken:
        takes_part(cast.case, cast.comensha, part)
