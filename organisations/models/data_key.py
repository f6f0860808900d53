from collections.abc import Collection

from django.db import models
from django.db.models import Q

from ..sealing import keys
from .ids import new_id
from .written import Written


class DataKeyQuerySet(models.QuerySet["DataKey"]):
    def alive(self) -> "DataKeyQuerySet":
        return self.filter(wrapped__isnull=False)

    def under_another_than(self, master: bytes) -> "DataKeyQuerySet":
        """Those not (yet) wrapped by this master key."""
        return self.alive().exclude(master_key_id=keys.name_of(master))

    def under_none_of(self, names: Collection[str]) -> "DataKeyQuerySet":
        """Those that no master key of these names opens."""
        return self.alive().exclude(master_key_id__in=list(names))


class DataKey(Written):
    """The key of one organisation, victim, case, exported file or of the search index, wrapped by the master key.

    Destroying the wrapped bytes is erasure: what was sealed under it cannot be opened again by anyone.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner_kind = models.CharField(max_length=20)
    owner_id = models.UUIDField()
    wrapped = models.BinaryField(null=True)
    master_key_id = models.CharField(max_length=16)
    created_at = models.DateTimeField(auto_now_add=True)
    destroyed_at = models.DateTimeField(null=True)

    objects = DataKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner_kind", "owner_id"], name="one_data_key_an_owner"),
            models.CheckConstraint(
                condition=Q(owner_kind__in=["organisation", "victim", "case", "index", "accounts", "export"]),
                name="data_key_owner_known",
            ),
            models.CheckConstraint(
                condition=Q(wrapped__isnull=True, destroyed_at__isnull=False)
                | Q(wrapped__isnull=False, destroyed_at__isnull=True),
                name="data_key_destroyed_paired",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.owner_kind} {self.owner_id}"
