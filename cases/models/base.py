import uuid

from django.conf import settings
from django.db import models


class Row(models.Model):
    """What every record on the case side has: an id made before insert, a version, the key of the form that made it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
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
        return rows if before is None else rows.filter(created_at__gte=before)


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

    objects = InSight()

    class Meta:
        abstract = True


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
