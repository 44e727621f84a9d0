"""Rows of the spreadsheets that people hand in: CSV as any program writes it, or JSON lines, read as a stream."""

import codecs
import csv
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from django.utils.translation import gettext as _

LONGEST_CELL = 100_000  # characters; no book says more about itself
LONGEST_LINE = 16 * 1024 * 1024  # characters; what no spreadsheet reaches and memory can bear
DELIMITERS = ",;\t"  # programs in half of Europe write CSV with semicolons

csv.field_size_limit(LONGEST_LINE)  # one for the whole process: the module knows no other way

Columns = Mapping[str, Sequence[str]]


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says why, for a person."""


class MissingColumns(UnreadableFile):
    """The file lacks required columns: `missing` has our names for them."""

    def __init__(self, message: str, missing: Sequence[str]) -> None:
        self.missing = missing
        super().__init__(message)


@dataclass(frozen=True)
class Row:
    """One row: the line of the file it begins on, its values by our names for the columns ("" where there is
    none), all its cells by the file's own names, and what is wrong with it, for a person, or ""."""

    line: int
    values: dict[str, str] = field(default_factory=dict)
    cells: dict[str, str] = field(default_factory=dict)
    problem: str = ""


def read_rows(path: str | Path, *, columns: Columns, required: Sequence[str] = ()) -> Iterator[Row]:
    """Read a CSV or JSON-lines file row by row, taking the columns by name, wherever they stand.

    `columns` gives our name for each column and the names it may have in the file, in any case and
    punctuation (ISBN-13, isbn13); where several are there, the first that is filled counts. Every one of
    `required` must be among the file's columns. Text is UTF-8 (with or without its mark), UTF-16 with its
    mark, or else Windows-1252. A row that cannot be read has a `problem`, and reading goes on after it;
    raises UnreadableFile, at the first row or later, when the file as a whole makes no sense.
    """
    path = Path(path)
    try:
        encoding = _encoding(path)
        with path.open(encoding=encoding, newline="") as file:
            first = file.read(1)
            while first.isspace():
                first = file.read(1)
            file.seek(0)
            read = _json_rows if first in ("{", "[") else _csv_rows
            yield from read(file, columns, required)
    except OSError as error:
        raise UnreadableFile(
            _("%(path)s cannot be opened: %(why)s.") % {"path": path, "why": error.strerror}
        ) from error


def _encoding(path: Path) -> str:
    """How the file's text is encoded; raises UnreadableFile if it is no text."""
    with path.open("rb") as file:
        start = file.read(4)
    if not start:
        raise UnreadableFile(_("The file is empty."))
    if start == b"PK\x03\x04":
        raise UnreadableFile(_("This is a workbook or an archive, not a CSV file: save it as CSV first."))
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates = ["utf-16"]
    elif start.startswith(codecs.BOM_UTF8):
        candidates = ["utf-8-sig"]
    else:
        candidates = ["utf-8", "cp1252"]
    for encoding in candidates:
        if _decodes(path, encoding):
            return encoding
    raise UnreadableFile(_("This is not a text file: its bytes are neither UTF-8 nor Windows-1252."))


def _decodes(path: Path, encoding: str) -> bool:
    """Whether the whole file is text in this encoding; raises UnreadableFile for what never is text."""
    decoder = codecs.getincrementaldecoder(encoding)()
    has_accents = False
    with path.open("rb") as file:
        while chunk := file.read(1024 * 1024):
            try:
                text = decoder.decode(chunk)
            except UnicodeDecodeError:
                return False
            if "\0" in text:
                raise UnreadableFile(_("This is not a text file."))
            has_accents = has_accents or not text.isascii()
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if has_accents:
            raise UnreadableFile(_("The file ends inside a character: it has been cut off.")) from error
        return False
    return True


def _lines(file: TextIO) -> Iterator[str]:
    number = 0
    while line := file.readline(LONGEST_LINE):
        number += 1
        if len(line) == LONGEST_LINE:
            raise UnreadableFile(_("Line %(line)d never ends: this is no spreadsheet.") % {"line": number})
        yield line


def plain_name(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


def _places(header: Sequence[str], columns: Columns) -> dict[str, list[int]]:
    """Where each of our columns stands in the file's, in the order of the names it may have."""
    plain = [plain_name(name) for name in header]
    return {
        ours: [plain.index(plain_name(name)) for name in names if plain_name(name) in plain]
        for ours, names in columns.items()
    }


def find_columns(header: Sequence[str], columns: Columns, required: Sequence[str]) -> dict[str, list[int]]:
    """Where each of our columns stands in a file with this header; raises MissingColumns."""
    places = _places(header, columns)
    _check_header(header, places, columns, required)
    return places


def _check_header(
    header: Sequence[str], places: Mapping[str, list[int]], columns: Columns, required: Sequence[str]
) -> None:
    missing = [ours for ours in required if not places[ours]]
    if missing:
        raise MissingColumns(
            _("There is no column %(missing)s. The file's columns are: %(header)s.")
            % {
                "missing": _(" and no column ").join(_(" or ").join(columns[ours]) for ours in missing),
                "header": _short(", ".join(header)) or _("none"),
            },
            missing,
        )


def _delimiter(file: TextIO) -> str:
    """What stands between the cells: what a first line `sep=;` says, as Excel reads it, or what the first line that
    is not empty has most of."""
    first = next((line for line in _lines(file) if line.strip()), "")
    file.seek(0)
    told = re.fullmatch(r"sep=([^\w\s\"]|\t)\s*", first, re.IGNORECASE)
    return told[1] if told else max(DELIMITERS, key=first.count)


def _csv_rows(file: TextIO, columns: Columns, required: Sequence[str]) -> Iterator[Row]:
    reader = csv.reader(_lines(file), delimiter=_delimiter(file), strict=True)
    header: list[str] = []
    places: dict[str, list[int]] = {}
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            break
        except csv.Error as error:
            if not header:
                raise UnreadableFile(_("The header cannot be read: %(why)s.") % {"why": error}) from error
            problem = _("the row cannot be read: %(why)s (is a quotation mark missing, or the file cut off?)")
            yield Row(line, problem=problem % {"why": error})
            continue
        if not any(cell.strip() for cell in cells):
            continue
        if not header and cells[0].casefold() == "sep=":  # said to Excel, and read by `_delimiter`
            continue
        if not header:
            header = [name.strip() for name in cells]
            places = find_columns(header, columns, required)
            continue
        yield _csv_row(line, cells, header, places, required)
    if not header:
        raise UnreadableFile(_("The file is empty."))


def _csv_row(
    line: int,
    cells: list[str],
    header: Sequence[str],
    places: Mapping[str, list[int]],
    required: Sequence[str],
) -> Row:
    by_name = dict(zip(header, cells, strict=False))
    counts = {"cells": len(cells), "columns": len(header)}
    if any(cells[len(header) :]):
        problem = _("the row has %(cells)d cells for %(columns)d columns: is a cell with commas not quoted?")
        return Row(line, cells=by_name, problem=problem % counts)
    if any(min(places[ours]) >= len(cells) for ours in required):
        problem = _("the row has only %(cells)d cells for %(columns)d columns: is the file cut off?")
        return Row(line, cells=by_name, problem=problem % counts)
    if any(len(cell) > LONGEST_CELL for cell in cells):
        return _too_long(line)
    values = {
        ours: next((cells[i].strip() for i in where if i < len(cells) and cells[i].strip()), "")
        for ours, where in places.items()
    }
    return Row(line, values, by_name)


def _too_long(line: int) -> Row:
    problem = _("a cell has more than %(limit)s characters")
    return Row(line, problem=problem % {"limit": f"{LONGEST_CELL:,}"})


def _json_rows(file: TextIO, columns: Columns, required: Sequence[str]) -> Iterator[Row]:
    for number, line in enumerate(_lines(file), 1):
        if line.strip():
            yield _json_row(number, line, columns, required)


def _json_row(number: int, line: str, columns: Columns, required: Sequence[str]) -> Row:
    try:
        # Numbers stay as they are written: what they mean is for the caller to say.
        found: Any = json.loads(line, parse_int=str, parse_float=str, parse_constant=str)
    except (ValueError, RecursionError):
        return Row(number, problem=_("this is not JSON, one object to a line (is the file cut off?)"))
    if not isinstance(found, dict):
        return Row(number, problem=_("this is not a JSON object"))
    cells = {name: "" if value is None else value for name, value in found.items()}
    if not all(isinstance(value, str) for value in cells.values()):
        return Row(number, problem=_("every value must be a text or a number"))
    if any(len(value) > LONGEST_CELL for value in cells.values()):
        return _too_long(number)
    header = list(cells)
    try:
        places = find_columns(header, columns, required)
    except UnreadableFile as error:
        return Row(number, cells=cells, problem=str(error))
    values = {
        ours: next((cells[header[i]].strip() for i in where if cells[header[i]].strip()), "")
        for ours, where in places.items()
    }
    return Row(number, values, cells)


def _short(text: str, limit: int = 200) -> str:
    return text if len(text) <= limit else f"{text[:limit]}…"
