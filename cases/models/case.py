import copy
import dataclasses
import datetime
import functools
import uuid
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from organisations import sealing
from organisations.models import User, moments
from organisations.models.asked import Asked
from organisations.models.ids import new_id
from organisations.models.kept import Kept, Question, together
from organisations.permissions import Permission
from organisations.roles import ABILITIES, Role
from organisations.sealing.fields import SealedTextField

from ..rules.access import READING, ROOMS, WITHOUT_LEAD, Part, parts_with, parts_without_lead
from ..rules.age import is_minor
from ..rules.codes import AGE_GROUPS, CLOSING_REASONS, FILE_TYPES, AgeGroup, FileType
from ..rules.workflow import STAGE_WORK, STAGES, Stage
from .assignment import Assignment
from .base import CaseRow, RoomRow, Row, known
from .participation import Participation
from .read_once import SPARSE, ReadOnce, Which, current, every, first, kept, none_of, still_open

# since %s and until after %s
NOW = "from_at <= %s AND (until_at IS NULL OR until_at > %s)"


def assigned_now(user: uuid.UUID, case: str = "pk") -> Asked:
    """Whether this person is assigned now. `case`: the way to its id, here and below."""
    now = timezone.now()
    sql = f"EXISTS (SELECT 1 FROM cases_assignment WHERE case_id = {{of}} AND user_id = %s AND {NOW})"  # noqa: S608 - ours
    return Asked(F(case), user, now, now, sql=sql)


def takes_part_now(organisations: list[uuid.UUID], parts: list[str], case: str = "pk") -> Asked:
    """Whether one of these organisations takes one of these parts in the case."""
    now = timezone.now()
    sql = (
        "EXISTS (SELECT 1 FROM cases_participation WHERE case_id = {of} AND organisation_id = ANY(%s) "  # noqa: S608 - ours
        f"AND part = ANY(%s) AND {NOW})"
    )
    return Asked(F(case), organisations, parts, now, now, sql=sql)


def led_now(case: str = "pk") -> Asked:
    """Whether any organisation leads the case."""
    now = timezone.now()
    sql = f"EXISTS (SELECT 1 FROM cases_participation WHERE case_id = {{of}} AND part = %s AND {NOW})"  # noqa: S608 - ours
    return Asked(F(case), Part.LEAD.value, now, now, sql=sql)


def lead_name() -> Asked:
    """The name of the organisation that leads the case now."""
    now = timezone.now()
    sql = (
        "(SELECT name FROM organisations_organisation WHERE id = (SELECT organisation_id FROM cases_participation "  # noqa: S608 - ours
        f"WHERE case_id = {{of}} AND part = %s AND {NOW} LIMIT 1))"
    )
    return Asked(F("pk"), Part.LEAD.value, now, now, sql=sql, output_field=models.CharField())


@dataclasses.dataclass(frozen=True)
class Taken:
    """A part that an organisation takes in a case, for somebody with roles there: what role and part allow together."""

    case: uuid.UUID
    organisation: uuid.UUID
    allowed: frozenset[Permission]
    # besides, as long as the case has no lead organisation
    without_lead: frozenset[Permission]
    # room → moment, as written
    hidden_before: dict[str, str]


def taken_of(parts: Iterable[Participation], user: User) -> list[Taken]:
    """Of these parts those of organisations of this person, with what role and part allow together."""
    roles: dict[uuid.UUID, frozenset[Permission]] = {}
    for membership in user.active_memberships:
        held = roles.get(membership.organisation_id, frozenset())
        roles[membership.organisation_id] = held | ABILITIES[Role(membership.role)]
    return [
        Taken(
            part.case_id, part.organisation_id, ROOMS[Part(part.part)] & may,
            WITHOUT_LEAD.get(Part(part.part), frozenset()) & may, part.hidden_before,
        )
        for part in parts
        if (may := roles.get(part.organisation_id)) is not None
    ]  # fmt: skip


def hidden_by(parts: list[Taken]) -> dict[str, datetime.datetime]:
    """What all of these parts hide that let the room be read."""
    hidden = {}
    for room in {room for part in parts for room in part.hidden_before}:
        moments_of = [part.hidden_before.get(room) for part in parts if READING[room] in part.allowed]
        if moments_of and all(moments_of):
            hidden[room] = min(datetime.datetime.fromisoformat(moment) for moment in moments_of if moment)
    return hidden


def held_by(user: User, permission: Permission) -> list[uuid.UUID]:
    """The organisations in which a role of this person holds the permission.

    Read once a request; an action reads them again once it holds the lock (actions/base.py: locked).
    """
    return [organisation.pk for organisation in user.organisations_with(permission)] if user.is_active else []


def part_allows(held: list[uuid.UUID], permission: Permission, way: str = "") -> Q:
    """Role ∩ part, restricted cases included: half of the rule, for `opens`, for `restricted_led_by` and nothing else."""
    # Which organisations these are is known first: the database then knows how many cases each has, and walks them
    # from the right end. Each organisation here holds the permission itself, so none borrows it from another.
    allowed = Q(takes_part_now(held, parts_with(permission), f"{way}pk"))
    if parts_without_lead(permission):
        parts = parts_without_lead(permission)
        allowed |= Q(takes_part_now(held, parts, f"{way}pk")) & ~Q(led_now(f"{way}pk"))
    return Q(**{f"{way}erased_at": None}) & allowed


def opens(held: list[uuid.UUID], user: uuid.UUID, permission: Permission, way: str = "") -> Q:
    """The one rule of access as a condition on cases, or with a `way` ("case__") on what belongs to them.

    `held`: the organisations in which a role of this person holds the permission. Asked of each row, so that whoever
    has few tasks does not wait for a list of all the cases that they see.
    """
    seen = Q(**{f"{way}restricted": False}) | Q(assigned_now(user, f"{way}pk"))
    return part_allows(held, permission, way) & seen


@functools.cache
def door(permission: Permission) -> Kept:
    def asking(reference: str, held: list[uuid.UUID], user: uuid.UUID) -> "CaseQuerySet":
        return Case.objects.filter(opens(held, user, permission), reference=reference).with_key()

    return Kept(asking, "a reference", [new_id()], new_id())


class CaseQuerySet(models.QuerySet["Case"]):
    def where_may(self, user: User, permission: Permission) -> "CaseQuerySet":
        """The cases on which this person holds this permission now: role ∩ part ∩ (not restricted or assigned).

        The one rule of access: list, page, search and every action ask it. The part must be that of an organisation in
        which a role of this person holds the permission: asking "has the role?" and "sees the case?" apart would let a
        lesser role here borrow a greater one elsewhere.
        """
        held = held_by(user, permission)
        return self.filter(opens(held, user.pk, permission)) if held else self.none()

    def restricted_led_by(self, user: User) -> "CaseQuerySet":
        """Restricted cases whose assignments this team lead answers for: of these they see reference and assignees alone."""
        held = held_by(user, Permission.CASE_ASSIGN)
        return self.filter(part_allows(held, Permission.CASE_ASSIGN), restricted=True) if held else self.none()

    def at_the_door(self, reference: str, user: User, permission: Permission) -> "Case | None":
        """The case of this reference, if `where_may` gives it: every page of a case asks this first."""
        held = held_by(user, permission)
        return next(iter(with_keys(door(permission).of(reference, held, user.pk))), None) if held else None

    def assigned_to(self, user: User) -> "CaseQuerySet":
        """Those to which the person is assigned now."""
        return self.filter(assigned_now(user.pk))

    def abilities_on(self, case: "Case", user: User) -> frozenset[Permission]:
        """Everything this person may do on the case now, with one query, for pages that show or hide buttons.

        The same rule as `where_may`, read from the same tables for all permissions at once; a test holds them equal.
        """
        if (
            not user.is_active
            or case.erased_at is not None
            or (case.restricted and not Assignment.objects.now().filter(case=case, user=user).exists())
        ):
            return frozenset()
        held = self.taken_in([case.pk], user)[case.pk] if case.taken is None else case.taken
        # Only of a part that may more without a lead organisation is it asked whether there is one.
        led = not any(one.without_lead for one in held) or (
            Participation.objects.now().filter(case=case, part=Part.LEAD).exists()
        )
        return frozenset().union(*(one.allowed | (frozenset() if led else one.without_lead) for one in held))

    def taken_in(self, cases: list[uuid.UUID], user: User) -> dict[uuid.UUID, list[Taken]]:
        """In each of these cases the parts that organisations of this person take now, longest first, with one query."""
        here = [membership.organisation_id for membership in user.active_memberships]
        parts = Participation.objects.now().filter(case__in=cases, organisation__in=here).order_by("from_at")
        parts = parts.only("case_id", "organisation_id", "part", "hidden_before")
        found: dict[uuid.UUID, list[Taken]] = {case: [] for case in cases}
        for part in taken_of(parts, user):
            found[part.case].append(part)
        return found

    def hidden_from(self, case: "Case", user: User) -> dict[str, datetime.datetime]:
        """Room → moment: rows of that room made earlier are not shown to this person, for a transfer left them behind.

        Only where no other part of their organisations lets them read all of the room.
        """
        return self.hidden_in([case.pk], user).get(case.pk, {})

    def hidden_in(self, cases: list[uuid.UUID], user: User) -> dict[uuid.UUID, dict[str, datetime.datetime]]:
        """The same for several cases with one query; a case of which nothing is hidden is left out."""
        return {case: hidden for case, parts in self.taken_in(cases, user).items() if (hidden := hidden_by(parts))}

    def open(self) -> "CaseQuerySet":
        return self.not_erased().exclude(stage=Stage.CLOSED)

    def not_erased(self) -> "CaseQuerySet":
        """What is left of an erased case counts in figures and is seen by nobody."""
        return self.filter(erased_at=None)

    def with_key(self) -> "CaseQuerySet":
        """Each with its key as it is kept, for `with_keys`: nearly every page shows working names."""
        sql = "(SELECT {column} FROM organisations_datakey WHERE owner_kind = 'case' AND owner_id = {{of}})"
        columns = {"wrapped": models.BinaryField(), "master_key_id": models.CharField()}
        kept = {name: Asked(F("pk"), sql=sql.format(column=name), output_field=kind) for name, kind in columns.items()}
        return self.annotate(**kept)

    def newest_first(self) -> "CaseQuerySet":
        return self.order_by("-changed_at", "-id")


ANY_REFERENCE = "REFERENCE"


@functools.cache
def page_in_a_case(name: str, *more: str) -> str:
    """The address of a page of a case, looked up once: a list asks for it in every row, and a case for that of every room."""
    return reverse(f"cases:{name}", args=[ANY_REFERENCE, *more])


class Case(Row):
    """One path of support for one presumed victim."""

    reference = models.CharField(max_length=7, unique=True, editable=False)
    victim = models.ForeignKey("cases.Victim", models.PROTECT, related_name="cases", editable=False)
    working_name = SealedTextField()
    age_group = models.CharField(max_length=10, default=AgeGroup.UNKNOWN)
    danger_now = models.BooleanField(default=False)
    bed_needed = models.BooleanField(default=False)
    stage = models.CharField(max_length=20, default=Stage.INTAKE)
    file_type = models.CharField(max_length=25, default=FileType.SHELTER)
    restricted = models.BooleanField(default=False)
    return_duty = models.BooleanField(default=False)
    closing_reason = models.CharField(max_length=20, blank=True, default="")
    changed_at = models.DateTimeField(default=moments.now)
    erased_at = models.DateTimeField(null=True, blank=True)

    # Room → moment, put here by the door for its reader: rows of this case made earlier are left out (base.InSight).
    hidden_before: dict[str, datetime.datetime] = {}
    # of `as_led`
    led_by: uuid.UUID | None = None
    # What the door was asked, where the case came through it, and what its reader may do on it, once somebody asked that.
    opened_with: Permission | None = None
    can: frozenset[Permission] | None = None
    # The parts of its reader's organisations, put here by the door.
    taken: list[Taken] | None = None
    # Of a page, put here by the door; None where rows change meanwhile.
    read: ReadOnce | None = None

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(F("changed_at").desc(), F("id").desc(), name="case_newest_first"),
            # the list as it opens: one in twenty is open, however many there have been
            models.Index(
                F("changed_at").desc(),
                F("id").desc(),
                condition=Q(erased_at=None) & ~Q(stage=Stage.CLOSED),
                name="case_open_newest_first",
            ),
            models.Index(fields=["stage", "-changed_at"], name="case_by_stage"),
            models.Index(fields=["created_at"], name="case_by_intake"),
            # what figures of now go through; few of all there are
            models.Index(
                fields=["stage", "file_type", "victim", "id"],
                condition=Q(erased_at=None) & ~Q(stage=Stage.CLOSED),
                name="case_open",
            ),
            models.Index(fields=["id"], condition=Q(erased_at=None, bed_needed=True), name="case_bed_needed"),
        ]
        constraints = [
            known("stage", STAGES, "case_stage_known"),
            known("age_group", AGE_GROUPS, "case_age_group_known"),
            known("file_type", FILE_TYPES, "case_file_type_known"),
            known("closing_reason", CLOSING_REASONS, "case_closing_reason_known", empty=True),
            models.CheckConstraint(
                condition=Q(stage=Stage.CLOSED) & ~Q(closing_reason="") | ~Q(stage=Stage.CLOSED) & Q(closing_reason=""),
                name="case_closed_with_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return self.address("case")

    def address(self, name: str, *more: str) -> str:
        """The address of that page of this case."""
        return page_in_a_case(name, *more).replace(ANY_REFERENCE, self.reference)

    @property
    def sealed_for(self) -> tuple[str, uuid.UUID]:
        return "case", self.pk

    @property
    def stage_name(self):
        return STAGES[Stage(self.stage)]

    @property
    def stage_work(self):
        return STAGE_WORK[Stage(self.stage)]

    @property
    def age_group_name(self):
        return AGE_GROUPS[AgeGroup(self.age_group)]

    def assessed_as_acute(self) -> bool | None:
        """Whether the newest safety assessment made since the case opened says acute danger; None without one."""
        since = timezone.localdate(self.created_at)
        newest = self.safetyassessment_set.filter(assessed_on__gte=since).first()  # type: ignore[attr-defined]
        return None if newest is None else newest.danger == "acute"

    def may_have(self, kind: str) -> bool:
        """False where a page knows that there is no row of that kind."""
        return self.read is None or kind not in SPARSE or kind in self.read.filled

    def of(self, kind: str, which: Callable[[Any], Any] = every) -> Any:
        """The rows of that kind that the reader may know; nothing is asked where a page knows that there are none.

        `which` of them: asked here, so that where there are none nothing is put together either.
        """
        return which(getattr(self, f"{kind}_set").all()) if self.may_have(kind) else none_of(kind)

    def rows(self, kind: str, which: Callable[[Any], Any] = every) -> list[Any]:
        """The same as a list, read once for a page."""
        return self.once((kind, which), lambda: self.read_rows(kind, which))

    def read_rows(self, kind: str, which: Callable[[Any], Any]) -> list[Any]:
        if self.hidden_before or not self.may_have(kind):
            # what a transfer hides, only the manager of this very case leaves out
            return list(self.of(kind, which))
        return self.as_mine(kept(kind, which).of(self.pk))

    def as_mine(self, rows: list[Any]) -> list[Any]:
        for row in rows:
            row.case = self
        return rows

    def read_ahead(self, rows: Iterable[Which], others: list[tuple[Question, tuple]]) -> None:
        """Read for a page, with one wait for the database, what `rows`, `newest` and `answer` will be asked for one by one."""
        if self.read is None:
            return
        # what a transfer hides, only the manager of this very case leaves out
        asked = [] if self.hidden_before else rows
        wanted = [one for one in asked if self.may_have(one[0]) and one not in self.read.rows]
        answers = together([*((kept(kind, which), (self.pk,)) for kind, which in wanted), *others])
        self.read.rows.update(zip(wanted, map(self.as_mine, answers), strict=False))
        self.read.rows.update(zip(others, answers[len(wanted) :], strict=True))

    def answer(self, question: Question, *about: Any) -> Any:
        """The answer to this question, asked once for a page."""
        return self.once((question, about), lambda: question.of(*about))

    def newest(self, kind: str) -> Any:
        """The first row of that kind, in its own order, that the reader may know; None without one."""
        return next(iter(self.rows(kind, first)), None)

    def title_on(self, day: datetime.date) -> Any:
        """The title to stay held on that day; None without one."""
        return next((title for title in self.rows("residencestatus") if title.held_on(day)), None)

    def contacts_now(self) -> list[Any]:
        return self.rows("casecontact", current)

    def conversations_now(self) -> list[Any]:
        return self.rows("conversation", current)

    def tasks_now(self) -> list[Any]:
        return self.rows("task", still_open)

    def once(self, name: Hashable, read: Callable[[], Any]) -> Any:
        """What `read` gives, read once for a page under that name."""
        if self.read is None:
            return read()
        if name not in self.read.rows:
            self.read.rows[name] = read()
        return self.read.rows[name]

    def shows(self, row: CaseRow) -> bool:
        """Whether the reader for whom the door opened this case may know the row."""
        if not isinstance(row, RoomRow) or row.ROOM not in self.hidden_before:
            return True
        return row.written_at >= self.hidden_before[row.ROOM]

    def as_led(self) -> "Case":
        """The case as its lead organisation may know it: what stages and tasks go by."""
        led = copy.copy(self)
        lead = self.once("lead", lambda: Participation.objects.lead_of(self.pk))
        led.led_by = lead.organisation_id if lead else None
        found = lead.hidden_before if lead else {}
        led.hidden_before = {room: datetime.datetime.fromisoformat(moment) for room, moment in found.items()}
        if led.hidden_before != self.hidden_before and self.read is not None:
            led.read = ReadOnce(self.pk)
        return led

    def is_minor(self, today: datetime.date) -> bool:
        return is_minor(self.age_group, self.victim.turns_18_on, today)

    @property
    def file_type_name(self):
        return FILE_TYPES[FileType(self.file_type)]

    @property
    def closing_reason_name(self):
        return CLOSING_REASONS.get(self.closing_reason, "")


def with_keys(cases: list[Case]) -> list[Case]:
    """Open the keys of all of them, before a page shows their working names: with one query, if they were not read along."""
    for case in cases:
        if (wrapped := getattr(case, "wrapped", None)) is not None:
            sealing.keep(sealing.Wrapped("case", case.pk, wrapped, case.master_key_id))  # type: ignore[attr-defined]
    sealing.preload("case", [case.pk for case in cases])
    return cases


class StageMove(CaseRow):
    """A case entered a stage: who, when, and why if there was something to explain."""

    from_stage = models.CharField(max_length=20, blank=True)
    to_stage = models.CharField(max_length=20)
    at = models.DateTimeField(default=moments.now)
    reason = SealedTextField(null=True, blank=True)
    overridden = models.BooleanField(default=False)

    class Meta:
        ordering = ["-at"]
        indexes = [models.Index(fields=["case", "-at"], name="stage_move_by_case")]
        constraints = [
            known("to_stage", STAGES, "stage_move_to_known"),
            known("from_stage", STAGES, "stage_move_from_known", empty=True),
            models.CheckConstraint(condition=~Q(from_stage=F("to_stage")), name="stage_move_moves"),
            models.CheckConstraint(
                condition=Q(overridden=False) | Q(reason__isnull=False), name="stage_move_override_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_stage} → {self.to_stage}"

    @property
    def from_name(self):
        return STAGES[Stage(self.from_stage)] if self.from_stage else ""

    @property
    def to_name(self):
        return STAGES[Stage(self.to_stage)]


class FileTypePeriod(CaseRow):
    """The type of the file over time; the current one stands on the case too."""

    file_type = models.CharField(max_length=25)
    from_on = models.DateField()
    until_on = models.DateField(null=True)

    class Meta:
        ordering = ["-from_on"]
        constraints = [
            known("file_type", FILE_TYPES, "file_type_period_known"),
            models.UniqueConstraint(fields=["case"], condition=Q(until_on=None), name="one_open_file_type"),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gte=F("from_on")), name="file_type_period_in_order"
            ),
        ]

    def __str__(self) -> str:
        return self.file_type

    @property
    def file_type_name(self):
        return FILE_TYPES[FileType(self.file_type)]
