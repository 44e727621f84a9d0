"""Reports as files: for spreadsheets, for programs, for a terminal."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils import timezone

from .definitions import Column, Definition
from .queries import Report

# A spreadsheet would run a cell that begins so; an apostrophe makes it text.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def shown(value: Any, column: Column) -> str:
    """A value as plain text: times in the shop's zone, amounts as 1234.50."""
    if isinstance(value, datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    return str(column.if_empty if value in ("", None) else value)


def harmless(text: str) -> str:
    """The text as a spreadsheet shows it without running it."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def as_csv(definition: Definition, report: Report) -> Iterator[str]:
    """The lines of a CSV file: headings, then all rows."""
    line = io.StringIO()
    writer = csv.writer(line)
    rows = ([shown(getattr(row, c.name), c) for c in definition.columns] for row in report.rows)
    for cells in ([str(column.heading) for column in definition.columns], *rows):
        writer.writerow(map(harmless, cells))
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def as_json(definition: Definition, report: Report) -> str:
    """A list of objects; amounts are strings, for JSON's numbers may lose pennies; times are in UTC."""
    names = [column.name for column in definition.columns]
    rows = [{name: getattr(row, name) for name in names} for row in report.rows]
    return json.dumps(rows, default=_as_json_string, ensure_ascii=False, indent=2)


def _as_json_string(value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    raise TypeError(f"{value!r} has no form in JSON.")


def as_table(definition: Definition, report: Report) -> str:
    """Aligned columns for a terminal, with a last line of totals."""
    columns = definition.columns
    totals = ["" if total is None else str(total) for total in definition.totals(report)]
    body = [[shown(getattr(row, column.name), column) for column in columns] for row in report.rows]
    lines = [[str(column.heading) for column in columns], *body, totals]
    widths = [max(map(len, cells)) for cells in zip(*lines, strict=True)]
    written = [
        "  ".join(
            cell.rjust(width) if column.is_number else cell.ljust(width)
            for cell, width, column in zip(line, widths, columns, strict=True)
        ).rstrip()
        for line in lines
    ]
    rule = "  ".join("-" * width for width in widths)
    return "\n".join([written[0], rule, *written[1:-1], rule, written[-1]])
