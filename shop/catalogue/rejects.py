"""The rows that an import turned away, for people to put right in the spreadsheet they know."""

import csv
import re
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from shop.spreadsheets import Row, read_rows

from .bookrows import COLUMNS, Rejected

LONGEST_CELL = 32_767  # characters that a cell of Excel can hold


class RejectsFile:
    """A CSV file of rejected rows: line and reason, then all their cells under the names they came with."""

    def __init__(self, path: Path, *, source: Path, required: Sequence[str]) -> None:
        """For the rejected rows of `source`, whose header it takes.

        Raises UnreadableFile if that is no file of books; then nothing is written.
        """
        rows = read_rows(source, columns=COLUMNS, required=required)
        cells = next((row.cells for row in rows if row.cells), {})
        self._path = path
        self._header = [_("line"), _("reason"), *cells]

    def __enter__(self) -> Self:
        self._file = self._path.open(
            "w", encoding="utf-8-sig", newline=""
        )  # marked, else Excel spoils accents
        self._writer = csv.writer(self._file)
        self._writer.writerow(map(harmless, self._header))
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def write(self, row: Row, rejected: Rejected) -> None:
        """Add a row."""
        cells = [row.cells.get(name, "") for name in self._header[2:]]
        self._writer.writerow([row.line, harmless(str(rejected)), *map(harmless, cells)])


def harmless(cell: str) -> str:
    """The cell as text even to a spreadsheet program: what would be a formula is quoted by an apostrophe."""
    is_formula = cell.startswith(("=", "+", "-", "@", "\t", "\r")) and not re.fullmatch(r"-?[0-9.]+", cell)
    return ("'" if is_formula else "") + cell[:LONGEST_CELL]
