"""Many rows at once, in the database's own terms: three times as fast as objects, for what an import writes most."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, models
from django.utils import timezone

AT_ONCE = 500  # rows of one statement


def insert(model: type[models.Model], columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Add rows of plain values; columns that are not named get their field's default, and keys the database gives.

    For models whose rows nobody is told of: no `save`, no signal.
    """
    rows = list(rows)
    if not rows:
        return
    fields = {field.attname: field for field in model._meta.concrete_fields}
    defaults = [name for name, field in fields.items() if name not in columns and not field.primary_key]
    ending = tuple(_value(_default(fields[name])) for name in defaults)
    quote = connection.ops.quote_name
    names = ", ".join(quote(fields[name].column or "") for name in (*columns, *defaults))
    marks = ", ".join(["%s"] * (len(columns) + len(defaults)))
    sql = f"INSERT INTO {quote(model._meta.db_table)} ({names}) VALUES ({marks})"
    with connection.cursor() as cursor:
        for start in range(0, len(rows), AT_ONCE):
            cursor.executemany(sql, [(*map(_value, row), *ending) for row in rows[start : start + AT_ONCE]])


def update(model: type[models.Model], values: Mapping[int, Mapping[str, Any]]) -> None:
    """Set columns by primary key, each row its own."""
    by_columns: dict[tuple[str, ...], list[tuple[Any, ...]]] = defaultdict(list)
    for key in sorted(values):
        columns = tuple(values[key])
        if columns:
            by_columns[columns].append((*map(_value, values[key].values()), key))
    quote = connection.ops.quote_name
    with connection.cursor() as cursor:
        for columns, rows in by_columns.items():
            settings = ", ".join(f"{quote(column)} = %s" for column in columns)
            cursor.executemany(f"UPDATE {quote(model._meta.db_table)} SET {settings} WHERE id = %s", rows)


def _default(field: "models.Field[Any, Any]") -> Any:
    if getattr(field, "auto_now_add", False) or getattr(field, "auto_now", False):
        return timezone.now()
    value = field.get_default()
    return [] if isinstance(field, models.JSONField) and value == [] else value


def _value(value: Any) -> Any:
    """As both databases' drivers take it."""
    if isinstance(value, str | int | None):
        return value
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, list | dict):
        return "[]" if value == [] else "{}" if value == {} else _refuse(value)
    return value


def _refuse(value: Any) -> Any:
    raise TypeError(f"Write it as JSON first: {value!r}")
