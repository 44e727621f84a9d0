"""The records that an import turned away, as a CSV file for the people who send them."""

import csv
from pathlib import Path
from types import TracebackType
from typing import Self

from django.utils.translation import gettext as _

from shop.catalogue.rejects import harmless

from .planning import Note


class RejectsFile:
    """Record reference, line, reason: a row for each rejected record."""

    def __init__(self, path: Path) -> None:
        """Raises OSError if the file cannot be written."""
        # The mark is for Excel, which spoils accents without it.
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file)
        self._writer.writerow([_("record reference"), _("line"), _("reason")])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._file.close()

    def write(self, note: Note) -> None:
        """Add a row."""
        self._writer.writerow([harmless(note.reference), note.line, harmless(note.text)])
