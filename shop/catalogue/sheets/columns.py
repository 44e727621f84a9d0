"""The columns of a spreadsheet of books: how a cell is written, and read back strictly, for nothing may be lost."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from import_export.fields import Field
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from shop.prose import clean_html
from shop.quantities import parse_quantity

from ..bookrows import COLUMNS, FORMATS, LONGEST_DESCRIPTION, Rejected, one_line, read_price
from ..formats import Format
from ..languages import bibliographic
from ..models import Book, Contribution
from ..rejects import harmless

# What the columns may be called in a file: the names that other imports know, and those that only these sheets have.
NAMES = {name: COLUMNS[name] for name in COLUMNS if name not in ("isbn10", "isbn13", "publisher")} | {
    "publisher": ("publisher", "publisher name"),
    "imprint": ("imprint",),
    "edition_type": ("edition type",),
    "minutes": ("minutes",),
    "weight": ("weight", "weight in grams", "grams"),
    "embargo_date": ("not sold before", "embargo date"),
    "on_sale": ("on sale",),
    "on_hand": ("on hand",),
}
YES_NO = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}

Reader = Callable[[str], Any]


class Column(Field):
    """A column: `heading` in a file that is exported, `value` of a book, and `read`, which gives the value that a cell
    stands for or raises Rejected. One without `read` is not imported."""

    def __init__(self, heading: str, value: Callable[[Book], Any], *, read: Reader | None = None) -> None:
        super().__init__(attribute=heading, readonly=read is None)
        self.heading = heading
        self.value = value
        self.read = read

    def cell(self, book: Book) -> str | int | Decimal:
        """What the column has of the book: numbers as such, texts so that no spreadsheet takes them for formulas."""
        value = self.value(book)
        if isinstance(value, int | Decimal) and not isinstance(value, bool):
            return value
        return harmless(ILLEGAL_CHARACTERS_RE.sub("", written(value)))

    def text(self, book: Book) -> str:
        """The same, as it comes back from a file."""
        return str(self.cell(book)).strip()


def written(value: Any) -> str:
    """A value as it stands in a cell."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return "; ".join(value)
    return "" if value is None else str(value)


def unharmed(cell: str) -> str:
    """The cell without the apostrophe that kept it from being a formula."""
    return cell[1:] if cell.startswith("'") and harmless(cell[1:]) != cell[1:] else cell


# --- Readers


def text(longest: int, *, required: bool = False) -> Reader:
    """One line of so many characters at most."""

    def read(cell: str) -> str:
        line = one_line(cell)
        if required and not line:
            raise Rejected(_("This cannot be empty."))
        if len(line) > longest:
            raise Rejected(_("This is longer than %(limit)d characters.") % {"limit": longest})
        return line

    return read


def whole_number(least: int, most: int) -> Reader:
    """A number between these; nothing for an empty cell."""

    def read(cell: str) -> int | None:
        try:
            return parse_quantity(cell, least=least, most=most) if cell else None
        except ValidationError as error:
            raise Rejected(error.messages[0]) from error

    return read


def read_date(cell: str) -> date | None:
    """A day as 2026-03-01, or as the shop's language writes it."""
    try:
        return forms.DateField(required=False).clean(cell)
    except ValidationError as error:
        raise Rejected(_("This is not a date: write 2026-03-01.")) from error


def read_price_or_none(cell: str) -> Decimal | None:
    return read_price(cell) if cell else None


def read_yes_or_no(cell: str) -> bool:
    known = YES_NO | {_("yes"): True, _("no"): False}
    if cell.casefold() not in known:
        raise Rejected(_("Write yes or no."))
    return known[cell.casefold()]


def read_language(cell: str) -> str:
    found = bibliographic(cell)
    if cell and not found:
        raise Rejected(_("This is no language: write its three letters of ISO 639-2, such as eng."))
    return found


def read_format(cell: str) -> str:
    """A product form by its code, its name in the shop, or a name that publishers use."""
    names = {str(label).casefold(): code for code, label in Format.choices}
    code = names.get(cell.casefold()) or FORMATS.get(cell.casefold()) or cell.upper()
    if code not in Format.values:
        raise Rejected(
            _("This format is not known: write one of %(names)s.")
            % {"names": ", ".join(map(str, Format.labels))}
        )
    return str(code)


def read_edition_type(cell: str) -> str:
    names = {str(label).casefold(): code for code, label in Book.EditionType.choices}
    code = names.get(cell.casefold(), cell.upper())
    if code and code not in Book.EditionType.values:
        known = ", ".join(map(str, Book.EditionType.labels))
        raise Rejected(_("This edition type is not known: write one of %(names)s.") % {"names": known})
    return str(code)


def read_description(cell: str) -> str:
    if len(cell) > LONGEST_DESCRIPTION:
        raise Rejected(_("This is longer than %(limit)d characters.") % {"limit": LONGEST_DESCRIPTION})
    return clean_html(cell)


# --- Values that are not simply a field of the book


def authors_of(book: Book) -> list[str]:
    """Its authors' names, and nobody else's who had a part in it."""
    if not book.pk:
        return []
    return [c.contributor.name for c in book.contributions.all() if c.role == Contribution.Role.AUTHOR]


def format_of(book: Book) -> str:
    return str(Format(book.format).label) if book.format in Format.values else book.format


def edition_type_of(book: Book) -> str:
    known = book.edition_type in Book.EditionType.values
    return str(Book.EditionType(book.edition_type).label) if known else book.edition_type


def copies_of(name: str) -> Callable[[Book], int]:
    """How many copies are on hand, or available."""

    def count(book: Book) -> int:
        stock = getattr(book, "stock", None) if book.pk else None
        return int(getattr(stock, name)) if stock else 0

    return count
