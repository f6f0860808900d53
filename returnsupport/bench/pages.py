"""What is measured: our page, and the page of the floor beside it."""

import dataclasses
import datetime
import itertools
import uuid
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

from django.db.models import F
from django.urls import reverse

from cases.actions import case_export
from cases.models import Case, CaseExport, Victim
from cases.rules.access import Part
from cases.rules.workflow import Stage
from organisations import sealing
from organisations.models import Organisation, User
from organisations.sealing import files

from .client import Client

Ask = Callable[[Client], float]
# How many different cases and names are asked for in turn.
SAMPLE = 60
RICH = (Stage.PROCEDURE, Stage.SETTLING, Stage.RETURN_PREPARATION, Stage.REINTEGRATION)


@dataclasses.dataclass(frozen=True)
class Page:
    """`who` signs in and asks both."""

    name: str
    who: str
    ours: Ask
    floor: Ask
    # so often unmeasured first: a server at work, each of its two processes has asked the same at least five times, after which
    # the database no longer plans it
    warm_up: int = 20


def get(address: str, **parameters: Any) -> Ask:
    full = f"{address}?{urlencode(parameters)}" if parameters else address
    return lambda client: client.ask(full)


def in_turn(addresses: list[str], **parameters: Any) -> Ask:
    following = itertools.cycle(addresses)
    return lambda client: get(next(following), **parameters)(client)


def searches(address: str, words: list[str]) -> Ask:
    following = itertools.cycle(words)
    return lambda client: client.ask(address, {"search": next(following)})


def creates(address: str) -> Ask:
    def ask(client: Client) -> float:
        form = {
            "working_name": "Nieuw (demo)", "age_group": "adult", "notifier": "police", "danger_now": "no",
            "bed_needed": "yes", "submission": str(uuid.uuid4()),
        }  # fmt: skip
        return client.ask(address, form, status=302)

    return ask


def put_back() -> None:
    """What former runs opened goes behind the world: a thousand new cases in front of it are no national register.

    And their files are deleted: each time one is made it is looked whether the others may still be kept.
    """
    Case.objects.filter(submission__isnull=False).update(changed_at=F("created_at") - datetime.timedelta(days=3650))
    requester = User.objects.get(email="teamlead@demo.test")
    with files.settled():
        for export in [*CaseExport.objects.of(requester).ready(), *CaseExport.objects.of(requester).waiting()]:
            case_export.delete(export=export, by=requester)


def led_by_the_cosm() -> Any:
    """Cases that both the team lead and the caseworker of the demo see."""
    here = Organisation.objects.get(slug="demo-kade")
    return Case.objects.filter(participation__organisation=here, participation__part=Part.LEAD, restricted=False)


def references() -> list[str]:
    return list(led_by_the_cosm().filter(stage__in=RICH).order_by("pk").values_list("reference", flat=True)[:SAMPLE])


def names() -> list[tuple[str, str]]:
    """Given and family names of people whose case is over."""
    ids = led_by_the_cosm().filter(stage=Stage.CLOSED).order_by("pk").values("victim_id")[:SAMPLE]
    with sealing.fresh_keys():
        return [
            (victim.given_names, victim.family_name)
            for victim in Victim.objects.filter(pk__in=list(ids.values_list("victim_id", flat=True)))
            if victim.given_names and victim.family_name
        ]


def half_way() -> str:
    """The mark of a case in the middle of all of them."""
    cases = Case.objects.order_by("-changed_at", "-id").values_list("changed_at", "pk")
    at, pk = cases[Case.objects.count() // 2]
    return f"{at.isoformat()}~{pk}"


def pages() -> Iterator[Page]:
    listing, floor, deep, people = reverse("cases:case_list"), "/floor/cases/", half_way(), names()
    found = references()
    directory = reverse("organisations:organisation_list")
    yield Page("list, first page", "teamlead", get(listing), get(floor))
    yield Page("the same, national register", "coordinator", get(listing), get(floor))
    yield Page(
        "list, half-way down", "teamlead", get(listing, closed="yes", after=deep), get(floor, closed="yes", after=deep)
    )
    yield Page("list, filtered", "teamlead", get(listing, stage="recovery"), get(floor, stage="recovery"))
    search, floor_search = reverse("cases:case_search"), "/floor/cases/search/"
    for name, words in (
        ("search by family name", [family for _given, family in people]),
        # these two are borne by so many that the page is full in a small world too
        ("search by its first two letters", sorted({family[:2] for _given, family in people})),
        ("search by given name", sorted({given for given, _family in people})),
        ("search by given and family name", [f"{given} {family}" for given, family in people]),
    ):
        # each name once: what is measured is the work, not how fast the disk of this machine is
        yield Page(name, "teamlead", searches(search, words), searches(floor_search, words), warm_up=len(words))
    yield Page(
        "one case with its timeline", "teamlead",
        in_turn([reverse("cases:case", args=[one]) for one in found]), in_turn([f"/floor/cases/{one}/" for one in found]),
    )  # fmt: skip
    yield Page("create, with audit", "caseworker", creates(reverse("cases:case_add")), creates("/floor/cases/new/"))
    yield Page("dashboard", "coordinator", get(reverse("cases:dashboard")), get("/floor/dashboard/"))
    yield Page("placement board", "coordinator", get(reverse("cases:placement_board")), get("/floor/board/"))
    yield Page(
        "directory of 2,000, searched", "teamlead", get(directory, q="house"), get("/floor/organisations/", q="house")
    )
