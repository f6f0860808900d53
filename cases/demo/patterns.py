"""Told lives as patterns: the rows that the verbs wrote for one person, to be written again for many others.

A life is told by the ordinary verbs inside a savepoint, its rows are read, and the savepoint is rolled back. What
differs from person to person (ids, days, names, who works on it, what the figures count) becomes a slot; all else stays
as the verbs wrote it. So a case made from a pattern satisfies its stage, since the verbs let the life come that far.
"""

import dataclasses
import datetime
import json
import random
import uuid
from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.db import models, transaction
from django.utils import timezone

from organisations import sealing
from organisations.models import AuditEvent, Organisation
from organisations.rules.audit import Verb
from organisations.sealing import files
from organisations.sealing.fields import SealedTextField

from ..models import Case, Document, Draft, ErasureProposal, Placement
from ..models.base import CaseRow
from ..rules.registration import DUTY_TO_NOTIFY
from .stories import Told
from .story import Story
from .world import ACCOUNTS, COSM, World

# A value of a row that differs from person to person: ("id", UUID), ("day", date), ("moment", local datetime), ("who", login) …
Slot = tuple[Any, ...]

# What a bulk case is without: files, and what belongs to the people who try the demo.
LEFT_OUT = (Document, Draft, ErasureProposal)
OF_FILES = (Verb.DOCUMENT_ADDED, Verb.DOCUMENT_OPENED, Verb.DOCUMENT_WITHDRAWN)
# Whose place in the story somebody of a team takes.
PLAYED = ("caseworker", "colleague", "teamlead")

# Column → the fact about the person that stands there, where the told life has any.
FACTS = {
    "victim.given_names": "given", "victim.family_name": "family", "victim.other_names": "other",
    "victim.v_number": "v_number", "victim.birth_date": "birth_date", "victim.birth_year": "birth_year",
    "victim.turns_18_on": "turns_18_on", "victim.sex": "sex", "victim.nationalities": "nationalities",
    "case.reference": "reference", "case.working_name": "working_name", "auditevent.case_reference": "reference",
    "exploitation.forms": "forms", "exploitation.control_means": "control_means", "notice.region": "region",
    "notice.notifier": "notifier", "notice.notifier_number": "notifier_number",
    "safetyassessment.unsafe_regions": "unsafe_regions",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Life:
    """What stays the same of a pattern's person, whoever it becomes."""

    begins: datetime.date
    ends: datetime.date
    earliest: int
    # between which times of the day its moments lie
    hours: tuple[datetime.time, datetime.time]
    minor: bool
    nationality: str
    # its plan names a country and a partner there
    keeps_nationality: bool
    duty_to_notify: bool


@dataclasses.dataclass(frozen=True)
class Pattern:
    """The rows of one life: of each table a text for COPY with its slots; those of the stay apart."""

    life: Life
    slots: list[Slot]
    tables: dict[str, "Lines"]
    stay: dict[str, "Lines"]
    victim: uuid.UUID
    case: uuid.UUID
    named: frozenset[str]


@dataclasses.dataclass
class Lines:
    text: str
    slots: list[int]


class RolledBack(Exception):
    """Nothing of a told pattern stays in the database."""


def told(
    lives: Iterable[tuple[Told, int, int, int]], times: int, *, world: World, seed: int, until: datetime.date
) -> list[Pattern]:
    """Patterns of these lives, each as often in the list as it occurs; told `times` times in different words."""
    found: list[Pattern] = []
    for tell, latest, earliest, often in lives:
        begin = until - datetime.timedelta(days=latest)
        versions = []
        for n in range(times):
            rng = random.Random(f"{seed}-pattern-{tell.__name__}-{n}")  # noqa: S311 - invented lives, no secret
            story = Story(world, rng, until, begin)
            versions.append(pattern_of(tell, story, earliest=earliest - latest))
        found += [versions[n % times] for n in range(often * times)]
    return found


def pattern_of(tell: Told, story: Story, *, earliest: int) -> Pattern:
    with sealing.fresh_keys(), files.settled():
        try:
            with transaction.atomic():
                tell(story)
                pattern = Reading(story, earliest=earliest).pattern()
                raise RolledBack
        except RolledBack:
            return pattern


def tables_of_a_case() -> list[type[models.Model]]:
    """Every table that holds rows of one case, but for those left out."""
    return [
        model
        for model in apps.get_app_config("cases").get_models()
        if issubclass(model, CaseRow) and model not in LEFT_OUT
    ]


class Reading:
    """Reads the rows of a told life and finds the slots."""

    def __init__(self, story: Story, *, earliest: int) -> None:
        self.story, self.earliest = story, earliest
        self.case = Case.objects.select_related("victim").get(pk=story.case.pk)
        self.rows = self.rows_of_the_case()
        self.own_ids = {
            value for row in self.rows for value in (row.pk, getattr(row, "submission", None)) if value is not None
        }
        self.people = {story.world.people[login].pk: login for login in PLAYED}
        self.names = {ACCOUNTS[login][0]: login for login in PLAYED}
        self.here: Organisation = story.world.organisations[COSM]
        self.slots: dict[Slot, int] = {}
        self.named: set[str] = set()

    def rows_of_the_case(self) -> list[Any]:
        rows: list[Any] = [self.case.victim, self.case]
        for model in tables_of_a_case():
            rows += model._base_manager.filter(case=self.case).order_by("created_at", "pk")
        return rows + list(AuditEvent.objects.filter(case_id=self.case.pk).exclude(verb__in=OF_FILES).order_by("at"))

    def pattern(self) -> Pattern:
        stays = {row.pk for row in self.rows if isinstance(row, Placement)}
        tables: dict[str, Lines] = {}
        stay: dict[str, Lines] = {}
        for row in self.rows:
            of_the_stay = row.pk in stays or getattr(row, "object_id", None) in stays
            self.write(row, stay if of_the_stay else tables)
        return Pattern(
            life=self.life(), slots=list(self.slots), tables=tables, stay=stay, victim=self.case.victim_id,
            case=self.case.pk, named=frozenset(self.named),
        )  # fmt: skip

    def life(self) -> Life:
        victim = self.case.victim
        notice = self.case.notice_set.first()
        times = [slot[1].time() for slot in self.slots if slot[0] == "moment"]
        return Life(
            begins=timezone.localdate(self.case.created_at), ends=self.story.day, earliest=self.earliest,
            hours=(min(times), max(times)),
            minor=self.case.age_group == "minor", nationality=next(iter(victim.nationalities), ""),
            keeps_nationality=self.case.returnplan_set.exists(),
            duty_to_notify=notice is not None and notice.notifier in DUTY_TO_NOTIFY,
        )  # fmt: skip

    def write(self, row: Any, tables: dict[str, Lines]) -> None:
        lines = tables.setdefault(row._meta.db_table, Lines("", []))
        cells = []
        for field in row._meta.concrete_fields:
            text, slots = self.cell(row, field)
            cells.append(text)
            lines.slots += [self.slots.setdefault(slot, len(self.slots)) for slot in slots]
        lines.text += "\t".join(cells) + "\n"

    def cell(self, row: Any, field: Any) -> tuple[str, list[Slot]]:
        """The text of one value, with %s for each slot in it."""
        value = getattr(row, field.attname)
        fact = FACTS.get(f"{row._meta.model_name}.{field.name}")
        if value is None:
            return r"\N", []
        plain: Slot = ("same", value)
        if fact and value not in ("", []):
            plain = ("is", fact)
            self.named.add(fact)
        if isinstance(field, SealedTextField):
            return "%s", [self.sealed(row, field, plain)]
        if plain[0] == "is":
            return "%s", [plain]
        if row._meta.label == "cases.Placement" and field.name == "place":
            return "%s", [("place",)]
        return self.open(value)

    def sealed(self, row: Any, field: SealedTextField, plain: Slot) -> Slot:
        kind, owner = row.sealed_for
        if plain[0] == "same":
            text = field.to_text(plain[1])
            plain = ("name", self.names[text]) if text in self.names else ("same", text)
        return ("sealed", kind, owner, f"{row._meta.db_table}|{field.column}|", row.pk, *plain)

    def open(self, value: Any) -> tuple[str, list[Slot]]:
        if isinstance(value, list):
            parts = [self.open(one) for one in value]
            return "{" + ",".join(text for text, _ in parts) + "}", [slot for _, slots in parts for slot in slots]
        if isinstance(value, datetime.datetime):
            return "%s", [("moment", timezone.make_naive(value))]
        if isinstance(value, datetime.date):
            return "%s", [("day", value)]
        slot = None if isinstance(value, dict) else self.whose(value)
        return ("%s", [slot]) if slot else (escaped(value), [])

    def whose(self, value: Any) -> Slot | None:
        """The slot of what is somebody's or something's own: an id of this case, a person, the organisation."""
        if value in self.own_ids:
            return ("id", value)
        if value in self.people:
            return ("who", self.people[value])
        if value == self.here.pk:
            return ("organisation",)
        if value in self.names:
            return ("name", self.names[value])
        return ("name", "organisation") if value == self.here.name else None


def escaped(value: Any) -> str:
    """A value as COPY reads it, with % doubled for what is filled in later."""
    if isinstance(value, bool):
        return "t" if value else "f"
    text = json.dumps(value) if isinstance(value, dict) else str(value)
    for plain, written in (("\\", "\\\\"), ("\t", "\\t"), ("\n", "\\n"), ("%", "%%")):
        text = text.replace(plain, written)
    return text
