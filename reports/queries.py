"""Runs the queries in reports/sql, which the pages, the command line and the exports share."""

import re
from collections import namedtuple
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from django.db import connection

SQL = Path(__file__).parent / "sql"
PENNY = Decimal("0.01")
PARAMETER = re.compile(r"(?<!\w):([a-z_]+)\b")


@dataclass(frozen=True)
class Report:
    """What a query found: the names of its columns, and rows whose values have those names."""

    columns: tuple[str, ...]
    rows: Sequence[Any]


def run(name: str, **values: Any) -> Report:
    """Run reports/sql/`name`.sql with these values for its parameters.

    Times go in and come out with their zone. Amounts come out as Decimals with two places, counts as ints.
    Raises KeyError when a parameter has no value.
    """
    statement, parameters = load(name)
    with connection.cursor() as cursor:
        cursor.execute(statement, {parameter: to_database(values[parameter]) for parameter in parameters})
        columns = tuple(column[0] for column in cursor.description)
        row = namedtuple("Row", columns)  # type: ignore[misc]
        return Report(columns, [row(*map(from_database, found)) for found in cursor.fetchall()])


@cache
def load(name: str) -> tuple[str, frozenset[str]]:
    """The statement of a query file as the database drivers want it, and the names of its parameters."""
    statement = without_comments(source(name))
    parameters = frozenset(PARAMETER.findall(statement))
    return PARAMETER.sub(r"%(\1)s", statement.replace("%", "%%")), parameters


def source(name: str) -> str:
    """A query file as people read it."""
    return (SQL / f"{name}.sql").read_text(encoding="utf-8")


def without_comments(sql: str) -> str:
    """SQL without its lines of comment, whose colons are not parameters."""
    return "\n".join(line for line in sql.splitlines() if not line.lstrip().startswith("--"))


def to_database(value: Any) -> Any:
    """A value in the form that compares right: the databases hold times in UTC, without a zone."""
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def from_database(value: Any) -> Any:
    """A value as Python should see it, whichever database it comes from.

    SQLite sums amounts as floats, and MariaDB sums counts as decimals without places.
    """
    match value:
        case float():
            return Decimal(repr(value)).quantize(PENNY)
        case Decimal() if value.as_tuple().exponent == 0:
            return int(value)
        case datetime():
            return value.replace(tzinfo=UTC)
    return value
