"""A question beside a row that every page asks, in SQL by hand: put together by the ORM, each cost a millisecond."""

from typing import Any

from django.db.models import BooleanField, Field, Func


class Asked(Func):
    """`sql` about `of`, which stands in it as `{of}`; each `%s` in it is one of the values, never a part of the SQL."""

    def __init__(self, of: Any, *values: Any, sql: str, output_field: Field | None = None, **extra: Any) -> None:
        super().__init__(of, output_field=output_field or BooleanField(), **extra)
        self.sql, self.values = sql, values

    def as_sql(self, compiler: Any, connection: Any, **_extra: Any) -> tuple[str, list[Any]]:  # type: ignore[override]
        of, params = compiler.compile(self.source_expressions[0])
        return self.sql.format(of=of), [*params, *self.values]
