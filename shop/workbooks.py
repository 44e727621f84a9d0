"""Rows of the workbooks that people hand in (XLSX), read with care: a small file can claim a billion cells."""

import datetime
import re
import warnings
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from .spreadsheets import LONGEST_CELL, Columns, Row, UnreadableFile, find_columns

MOST_COLUMNS = 100
MOST_UNPACKED = (
    100 * 1024 * 1024
)  # bytes: far more than a sheet of so many rows has, and little enough to read
ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")


def read_workbook(path: Path, *, columns: Columns, required: Sequence[str], most_rows: int) -> Iterator[Row]:
    """Read the first sheet row by row, taking the columns by name, as `read_rows` does with a CSV file.

    Cells are text as a person would type it: dates as 2026-03-01, numbers without an exponent, yes and no. Of a
    formula it is the value that was saved with it. Raises UnreadableFile when the file makes no sense, or has
    more rows than `most_rows` below its header.
    """
    _check_archive(path)
    header: list[str] = []
    places: dict[str, list[int]] = {}
    for number, cells in enumerate(_cells(path, most_rows + 2), 1):
        if not any(cells):
            continue
        if not header:
            header = cells
            places = find_columns(header, columns, required)
            continue
        if number > most_rows + 1:
            raise UnreadableFile(_("There are more than %(most)s rows.") % {"most": f"{most_rows:,}"})
        by_name = dict(zip(header, cells, strict=True))
        if any(len(cell) > LONGEST_CELL for cell in cells):
            problem = _("a cell has more than %(limit)s characters") % {"limit": f"{LONGEST_CELL:,}"}
            yield Row(number, problem=problem)
            continue
        values = {ours: next((cells[i] for i in where if cells[i]), "") for ours, where in places.items()}
        yield Row(number, values, by_name)
    if not header:
        raise UnreadableFile(_("The file is empty."))


def _check_archive(path: Path) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > 1000 or sum(part.file_size for part in parts) > MOST_UNPACKED:
                raise UnreadableFile(_("Unpacked, the workbook would be far too large."))
            for part in parts:
                with archive.open(part) as file:
                    while chunk := file.read(1024 * 1024):
                        if part.filename.endswith((".xml", ".rels")) and ENTITIES.search(chunk):
                            raise UnreadableFile(
                                _("The workbook declares entities, as attacks do: it is refused.")
                            )
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFile(_("The workbook is damaged, or locked by a password.")) from error


def _cells(path: Path, most_rows: int) -> Iterator[list[str]]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not concern the cells
            book = load_workbook(path, read_only=True, data_only=True)
            try:
                sheets = book.worksheets
                if not sheets:
                    return
                sheet = sheets[0]
                sheet.reset_dimensions()  # what a file says of its own size is not to be relied on
                width = 0
                for row in sheet.iter_rows(max_row=most_rows, max_col=MOST_COLUMNS, values_only=True):
                    width = width or len(row)
                    cells = [_as_text(value) for value in row[:width]]
                    yield cells + [""] * (width - len(cells))
            finally:
                book.close()
    except UnreadableFile:
        raise
    except (
        InvalidFileException,
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        IndexError,
        SyntaxError,
    ) as error:
        raise UnreadableFile(
            _("This is no workbook that can be read: save it as XLSX, or as CSV.")
        ) from error


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime.datetime) and value.time() == datetime.time():
        value = value.date()
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    return str(value).strip()
