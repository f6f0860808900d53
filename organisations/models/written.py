"""A row is inserted in words that were put together once a process; the ORM does it for each row anew."""

import functools
from typing import Any

from django.db import connection, models

from .prepared import prepared


class Written(models.Model):
    """What is written often: every record of a case, the audit trail, the keys."""

    class Meta:
        abstract = True

    def _do_insert(self, manager, using, fields, returning_fields, raw):
        """Django's own step of `save` (no other one knows which fields go), with the same values and checks around it."""
        values: list[Any] = [field.get_db_prep_save(field.pre_save(self, add=True), connection) for field in fields]
        if raw or returning_fields or any(hasattr(value, "resolve_expression") for value in values):
            # what the database is to compute, and what is loaded as it stands
            return super()._do_insert(manager, using, fields, returning_fields, raw)
        with prepared() as cursor:
            cursor.execute(inserting(type(self), tuple(fields)), values)
        return []


@functools.cache
def inserting(model: type[models.Model], fields: tuple[Any, ...]) -> str:
    columns = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    values = ", ".join("%s" for _field in fields)
    return f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({columns}) VALUES ({values})"  # noqa: S608 - ours
