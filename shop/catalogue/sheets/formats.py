"""The two kinds of file that a sheet of books comes and goes in."""

import csv
import io
import tempfile
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from django.http import FileResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _
from import_export.formats.base_formats import Format
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from tablib import Dataset

from shop.spreadsheets import Row, UnreadableFile, plain_name, read_rows
from shop.workbooks import read_workbook

from .columns import NAMES

MOST_ROWS = 2_000  # of one import: some seconds in which, on SQLite, nobody else can write
Rows = Iterable[list[Any]]


class SheetFormat(Format):
    """Reads a file into a dataset of the columns it has, by our names, with each row's line and what is wrong with it;
    writes rows as a response. `most_rows` is how many an export may have."""

    title = extension = content_type = ""
    most_rows = 0

    def __init__(self, encoding: str | None = None) -> None:
        """The encoding is found out from the file."""

    def get_title(self) -> str:
        return self.title

    def get_extension(self) -> str:
        return self.extension

    def get_content_type(self) -> str:
        return self.content_type

    def can_import(self) -> bool:
        return True

    def can_export(self) -> bool:
        return True

    def create_dataset(self, in_stream: bytes) -> Dataset:
        """Raises UnreadableFile, whose message says why, for a person."""
        with tempfile.NamedTemporaryFile(suffix=f".{self.extension}") as file:
            file.write(in_stream)
            file.flush()
            return _dataset(self.rows(Path(file.name)))

    def rows(self, path: Path) -> Iterator[Row]:
        raise NotImplementedError

    def response(self, rows: Rows) -> HttpResponseBase:
        raise NotImplementedError


class Csv(SheetFormat):
    title, extension, content_type = "CSV", "csv", "text/csv; charset=utf-8"
    most_rows = 100_000

    def rows(self, path: Path) -> Iterator[Row]:
        return read_rows(path, columns=NAMES, required=["isbn"])

    def response(self, rows: Rows) -> HttpResponseBase:
        """Row by row, so that the first comes at once and none is kept."""
        return StreamingHttpResponse(_csv_lines(rows), content_type=self.content_type)


class Xlsx(SheetFormat):
    title, extension = "XLSX", "xlsx"
    content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    most_rows = 20_000

    def rows(self, path: Path) -> Iterator[Row]:
        return read_workbook(path, columns=NAMES, required=["isbn"], most_rows=MOST_ROWS)

    def response(self, rows: Rows) -> HttpResponseBase:
        """A workbook that was written to disk, row by row too."""
        file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
        book = Workbook(write_only=True)
        sheet = book.create_sheet(_("Books")[:31])
        sheet.freeze_panes = "A2"
        for place, width in enumerate((16, 40, 30), 1):
            sheet.column_dimensions[get_column_letter(place)].width = width
        for row in rows:
            sheet.append(row)
        book.save(file)
        file.seek(0)
        return FileResponse(file, content_type=self.content_type)


FORMATS = [Csv, Xlsx]


def format_of_file(start: bytes) -> int:
    """The place in FORMATS of a file that begins so; raises UnreadableFile for a workbook of before 2007."""
    if start.startswith(b"\xd0\xcf\x11\xe0"):
        raise UnreadableFile(
            _("This is a workbook that is too old, or locked by a password: save it as XLSX or CSV.")
        )
    return FORMATS.index(Xlsx if start.startswith(b"PK") else Csv)


def _dataset(rows: Iterator[Row]) -> Dataset:
    read = list(islice(rows, MOST_ROWS + 1))
    if len(read) > MOST_ROWS:
        raise UnreadableFile(
            _("There are more than %(most)s rows: divide the file, or use manage.py import_books.")
            % {"most": f"{MOST_ROWS:,}"}
        )
    header = {plain_name(name) for row in read for name in row.cells}
    given = [ours for ours, names in NAMES.items() if header & {plain_name(name) for name in names}]
    dataset = Dataset(headers=["line", "problem", *given])
    for row in read:
        dataset.append([row.line, row.problem, *(row.values.get(name, "") for name in given)])
    return dataset


def _csv_lines(rows: Rows) -> Iterator[bytes]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    yield "\ufeff".encode()  # else Excel spoils accents
    for number, row in enumerate(rows):
        writer.writerow(row)
        if number % 100 == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def _taken(buffer: io.StringIO) -> bytes:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text.encode()
