import uuid
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Coalesce
from django.utils import timezone

from organisations.models.ids import new_id
from organisations.models.written import Written

from ..rules.undo import What, in_time


class Row(Written):
    """What every record on the case side has: an id made before insert, a version, the key of the form that made it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.PositiveIntegerField(default=1)
    submission = models.UUIDField(null=True, unique=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        abstract = True


class InSight(models.Manager):
    """Of a case that came through the door, only the rows its reader may know: see Case.hidden_before."""

    def get_queryset(self):
        rows = super().get_queryset()
        case = getattr(self, "instance", None)  # set where the rows are asked of one case: case.note_set
        before = getattr(case, "hidden_before", {}).get(self.model.ROOM)
        # what was copied from a row is as old as that row
        written_at = Coalesce("first_written_at", "created_at")
        return rows if before is None else rows.annotate(seen_from=written_at).filter(seen_from__gte=before)


class CaseRow(Row):
    """A record of one case, sealed under the key of that case."""

    case = models.ForeignKey("cases.Case", models.CASCADE, editable=False)

    class Meta:
        abstract = True

    @property
    def sealed_for(self) -> tuple[str, uuid.UUID]:
        return "case", self.case_id


class RoomRow(CaseRow):
    """A record in a room of which a transfer can leave older rows behind (rules/transfer.py)."""

    ROOM: str

    # Of a correction or a new version: when what it was made from was first written.
    first_written_at = models.DateTimeField(null=True, editable=False)

    objects = InSight()

    class Meta:
        abstract = True

    @property
    def written_at(self):
        return self.first_written_at or self.created_at


class Ends(models.Model):
    """Of a row that lasts from–until: when its end was recorded, and by whom. Until may be another moment."""

    ended_at = models.DateTimeField(null=True, editable=False)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", editable=False)

    what: ClassVar[What]

    class Meta:
        abstract = True

    @property
    def can_be_undone(self) -> bool:
        """Whether a page offers to take the end back; the action asks the database."""
        return in_time(self.what, self.ended_at, timezone.now())


class Correctable(RoomRow):
    """Text that is never edited: a correction is a row that takes the place of the one before, which stays readable."""

    supersedes = models.OneToOneField("self", models.RESTRICT, null=True, editable=False, related_name="correction")

    class Meta:
        abstract = True

    def latest(self):
        """What counts now of this row and its corrections."""
        rows: Any = type(self)._default_manager
        later = rows.filter(supersedes=self).first()
        return self if later is None else later.latest()


def known(column: str, codes, name: str, *, empty: bool = False) -> models.CheckConstraint:
    """The database knows the code list of the column too."""
    values = [str(code) for code in codes]
    return models.CheckConstraint(
        condition=models.Q(**{f"{column}__in": [*values, ""] if empty else values}), name=name
    )


def all_known(column: str, codes, name: str) -> models.CheckConstraint:
    """Every element of the array column comes from the code list."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{column}__contained_by": [str(code) for code in codes]}), name=name
    )


def paired(first: str, second: str, name: str) -> models.CheckConstraint:
    """Both filled or both empty."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{first}__isnull": True, f"{second}__isnull": True})
        | models.Q(**{f"{first}__isnull": False, f"{second}__isnull": False}),
        name=name,
    )


def end_told(name: str) -> models.CheckConstraint:
    """Who ended it and when stand together, and only on a row that has ended."""
    return models.CheckConstraint(
        condition=models.Q(ended_at=None, ended_by=None)
        | models.Q(ended_at__isnull=False, ended_by__isnull=False, until_at__isnull=False),
        name=name,
    )


def correction_dated(name: str) -> models.CheckConstraint:
    return paired("supersedes", "first_written_at", name)
