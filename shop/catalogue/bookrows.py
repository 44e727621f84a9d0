"""One row of a spreadsheet, read as a book: what publishers and collectors write, and what spreadsheets do to it."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shop.isbn import isbn13
from shop.prose import clean_html

from .languages import bibliographic
from .models import Book
from .names import is_suffix

# Our names for a spreadsheet's columns, and what the columns may be called.
COLUMNS = {
    "isbn": ("isbn", "isbn10", "isbn13", "ean", "ean13", "product id"),
    "isbn10": ("isbn10",),
    "isbn13": ("isbn13", "ean", "ean13"),
    "title": ("title", "book title", "name"),
    "subtitle": ("subtitle", "sub title"),
    "series": ("series", "series title", "series name"),
    "series_number": ("series number", "series no", "number in series", "volume"),
    "authors": ("authors", "author", "author(s)", "contributors", "contributor", "by"),
    "language": ("language", "language code", "lang"),
    "first_published": ("first published", "original publication year", "original year", "year"),
    "publication_date": ("publication date", "pub date", "published", "publishing date"),
    "publisher": ("publisher", "publisher name", "imprint"),
    "price": ("price", "rrp", "list price", "retail price"),
    "pages": ("pages", "num pages", "number of pages", "page count", "extent"),
    "format": ("format", "binding", "product form", "edition format"),
    "description": ("description", "blurb", "summary", "synopsis"),
}

LONGEST = {"title": 300, "subtitle": 300, "series": 200, "series_number": 20, "publisher": 200}
LONGEST_NAME = 200
LONGEST_DESCRIPTION = 20_000
MOST_AUTHORS = 100
HIGHEST_PRICE = Decimal("99999.99")
FORMATS = {
    "hardback": Book.Format.HARDBACK,
    "hardcover": Book.Format.HARDBACK,
    "hardbound": Book.Format.HARDBACK,
    "paperback": Book.Format.PAPERBACK,
    "softcover": Book.Format.PAPERBACK,
    "softback": Book.Format.PAPERBACK,
    "mass market paperback": Book.Format.PAPERBACK,
    "trade paperback": Book.Format.PAPERBACK,
    "board book": Book.Format.BOARD_BOOK,
    "audio cd": Book.Format.AUDIO_CD,
}


class Rejected(Exception):
    """The row makes no book: the reason is for a person, the detail is what was found."""

    def __init__(self, reason: str, detail: str = "") -> None:
        self.reason = reason
        self.detail = detail if len(detail) <= 80 else f"{detail[:80]}…"
        super().__init__(f"{reason}: {self.detail}" if self.detail else reason)


@dataclass(frozen=True)
class BookRow:
    """A book as a row tells of it: its own fields, its authors in their order, the names of publisher and series."""

    isbn: str
    fields: dict[str, Any]
    authors: list[str] = field(default_factory=list)
    publisher: str = ""
    series: str = ""


def required_columns(price: Decimal | None) -> list[str]:
    """Which columns a file must have, if `price` is for the rows that have none."""
    return ["isbn", "title"] if price is not None else ["isbn", "title", "price"]


def read_book(values: dict[str, str], *, price: Decimal | None) -> BookRow:
    """The book of a row, at `price` where the row has none; raises Rejected.

    ISBN, title and price must be right, and no text longer than its column. Of the rest, what cannot be
    read is left empty: a book can be sold without its number of pages.
    """
    isbn = read_isbn([values["isbn13"], values["isbn"], values["isbn10"]])
    texts = {name: one_line(values[name]) for name in LONGEST}
    if not texts["title"]:
        raise Rejected(_("no title"))
    if not texts["series"]:
        texts["title"], texts["series"], texts["series_number"] = split_series(texts["title"])
    for name, limit in LONGEST.items():
        if len(texts[name]) > limit:
            what = Book._meta.get_field(name).verbose_name  # type: ignore[union-attr]
            raise Rejected(_("%(what)s longer than %(limit)d characters") % {"what": what, "limit": limit})
    return BookRow(
        isbn=isbn,
        publisher=texts.pop("publisher"),
        series=texts.pop("series"),
        authors=read_authors(values["authors"]),
        fields=texts
        | {
            "isbn": isbn,
            "price": read_price(values["price"]) if values["price"] else _given(price),
            "language": bibliographic(values["language"]),
            "first_published": _whole_number(values["first_published"], -4000, 9999),
            "publication_date": _date(values["publication_date"]),
            "pages": _whole_number(values["pages"], 1, 32_767),
            "format": _format(values["format"]),
            "description": clean_html(_description(values["description"])),
        },
    )


def read_isbn(written: list[str]) -> str:
    """The first of these that is an ISBN, as ISBN-13; raises Rejected.

    A spreadsheet that took an ISBN-10 for a number has dropped its leading zeros: they are put back. One
    that wrote an ISBN-13 as 9.78E+12 has lost its digits for good: that counts as none.
    """
    found = [_unwrapped(cell) for cell in written if cell]
    found = [cell for cell in found if cell and not re.fullmatch(r"[0-9][0-9.,]*E\+?[0-9]+", cell)]
    for cell in found:
        if isbn := isbn13(cell):
            return isbn
    if not found:
        raise Rejected(_("no ISBN"))
    for cell in found:
        compact = re.sub(r"[\s-]", "", cell)
        if re.fullmatch(r"[0-9]{9}[0-9X]|97[89][0-9]{10}", compact):
            raise Rejected(_("ISBN with a wrong check digit"), compact)
    raise Rejected(_("not an ISBN"), found[0])


def split_series(title: str) -> tuple[str, str, str]:
    """Title, series and number of "The Hunger Games (The Hunger Games, #1)"; of several series the first.

    Brackets without a number belong to the title.
    """
    place = _last_brackets(title)
    inside = re.match(r"(.+?)[\s,]*#\s*([^;,#]+)", title[place + 1 : -1]) if place > 0 else None
    if not inside:
        return title, "", ""
    series, number = (part.strip() for part in inside.groups())
    if len(series) > LONGEST["series"] or len(number) > LONGEST["series_number"]:
        return title, "", ""
    return title[:place].strip(), series, number


def read_authors(written: str) -> list[str]:
    """The names in a cell, each once: "A, B", or "Surname, First; Surname, First"; raises Rejected."""
    if ";" in written:
        parts = [" ".join(reversed(person.split(",", 1))) for person in written.split(";")]
    else:
        parts = []
        for part in written.split(","):
            if parts and is_suffix(part):
                parts[-1] += f", {part.strip()}"
            else:
                parts.append(part)
    names = list(dict.fromkeys(filter(None, map(one_line, parts))))
    if len(names) > MOST_AUTHORS:
        raise Rejected(_("more than %(most)d authors") % {"most": MOST_AUTHORS})
    if any(len(name) > LONGEST_NAME for name in names):
        raise Rejected(_("an author's name longer than %(limit)d characters") % {"limit": LONGEST_NAME})
    return names


def read_price(written: str) -> Decimal:
    """A price in plain digits, such as 9.99, in the shop's currency; raises Rejected."""
    if not re.fullmatch(r"[0-9]{1,9}(\.[0-9]{1,2})?", written) or Decimal(written) > HIGHEST_PRICE:
        raise Rejected(
            _("not a price from 0.00 to %(highest)s, such as 9.99") % {"highest": HIGHEST_PRICE}, written
        )
    return Decimal(written).quantize(Decimal("0.01"))


def _given(price: Decimal | None) -> Decimal:
    if price is None:
        raise Rejected(_("no price"))
    return price


def _unwrapped(cell: str) -> str:
    """An ISBN cell freed from what spreadsheets and people put around it; an ISBN-10 with all its digits."""
    text = cell.strip().upper().removeprefix('="').removesuffix('"').lstrip("'")
    text = re.sub(r"^([0-9]+)\.0+$", r"\1", text)
    return text.zfill(10) if re.fullmatch(r"[0-9]{5,8}[0-9X]", text) else text


def one_line(text: str) -> str:
    """Single spaces, composed characters, and nothing that cannot be printed."""
    text = unicodedata.normalize("NFC", " ".join(text.split()))
    return (
        text
        if text.isprintable()
        else "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs"))
    )


def _last_brackets(title: str) -> int:
    """Where the brackets open that close at the title's end; -1 if there are none."""
    depth = 0
    for place in range(len(title) - 1, -1, -1):
        depth += (title[place] == ")") - (title[place] == "(")
        if depth == 0:
            return place if title.endswith(")") else -1
    return -1


def _whole_number(written: str, least: int, most: int) -> int | None:
    """The number (2008, 2008.0), None if it is none, 0 or out of bounds: no year is 0, and no book has 0 pages."""
    found = re.fullmatch(r"(-?[0-9]{1,5})(\.0*)?", written)
    number = int(found[1]) if found else 0
    return number if number and least <= number <= most else None


def _date(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def _format(written: str) -> str:
    if written.upper() in Book.Format.values:
        return written.upper()
    return FORMATS.get(one_line(written.casefold()), Book.Format.BOOK)


def _description(written: str) -> str:
    if len(written) > LONGEST_DESCRIPTION:
        raise Rejected(
            _("description longer than %(limit)s characters") % {"limit": f"{LONGEST_DESCRIPTION:,}"}
        )
    return "".join(c for c in written if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))
