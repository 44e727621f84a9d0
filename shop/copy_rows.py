"""Files of copies of books, one row an ISBN and a quantity: deliveries, and sales made elsewhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from .isbn import isbn13
from .quantities import parse_quantity
from .spreadsheets import Row, read_rows

ISBN_NAMES = ("isbn13", "isbn", "ean", "ean13", "gtin", "isbn10")
QUANTITY_NAMES = ("quantity", "qty", "copies", "count", "units")


@dataclass(frozen=True)
class CopiesRow:
    """So many copies of one book, asked for on one line of a file; or, if there is a `problem`, what is wrong.

    `isbn` has 13 digits; `name` is what the row has in the column that was asked for, such as a reference.
    """

    line: int
    isbn: str = ""
    copies: int = 0
    name: str = ""
    problem: str = ""


def read_copies(
    path: str | Path, *, names: Sequence[str], name_required: bool = False
) -> Iterator[CopiesRow]:
    """Read a CSV or JSON-lines file of copies; `names` is what the column with each row's name may be called.

    Raises UnreadableFile when the file as a whole makes no sense.
    """
    columns = {"isbn": ISBN_NAMES, "quantity": QUANTITY_NAMES, "name": names}
    required = ["isbn", "quantity", "name"] if name_required else ["isbn", "quantity"]
    for row in read_rows(path, columns=columns, required=required):
        yield _copies(row)


def _copies(row: Row) -> CopiesRow:
    name = row.values.get("name", "")
    if row.problem:
        return CopiesRow(row.line, name=name, problem=row.problem)
    isbn, quantity = row.values["isbn"], row.values["quantity"]
    digits = isbn13(isbn)
    if digits is None:
        problem = _("“%(isbn)s” is not a valid ISBN") % {"isbn": shortened(isbn)} if isbn else _("no ISBN")
        return CopiesRow(row.line, name=name, problem=problem)
    try:
        return CopiesRow(row.line, digits, parse_quantity(quantity), name)
    except ValidationError as error:
        problem = _("“%(quantity)s” is not a quantity. %(rule)s")
        problem %= {"quantity": shortened(quantity), "rule": error.messages[0]}
        return CopiesRow(row.line, digits, name=name, problem=problem)


def shortened(text: str, most: int = 40) -> str:
    """The text on one line, cut where it grows too long to be shown."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[:most]}…"
