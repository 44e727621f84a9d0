"""Orders from a till or a marketplace, taken in from a file: each whole or not at all, and once."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from shop.catalogue.models import Book
from shop.copy_rows import CopiesRow, read_copies, shortened
from shop.orders.models import Order
from shop.orders.placing import TotalTooLarge
from shop.signals import InsufficientStock
from shop.spreadsheets import UnreadableFile

from .external import ReferenceTaken, UnknownBooks, take_external_order

REFERENCE_NAMES = (
    *("order", "order_id", "order_reference", "order_ref", "order_number", "order_no"),
    *("reference", "ref", "receipt", "sale"),
)
LONGEST_REFERENCE = 100


@dataclass
class Sale:
    """One order of a file: copies by ISBN, the line each book is first on, and what is wrong with it."""

    reference: str
    copies: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lines: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Outcome:
    """What became of one order: its books as they are now if it was taken in, the reasons if it was refused."""

    reference: str
    is_new: bool = False
    taken: list[tuple[int, Book]] = field(default_factory=list)
    refusals: list[str] = field(default_factory=list)


def read_sales(path: str | Path, *, channel: str = "") -> list[Sale]:
    """The orders of a CSV or JSON-lines file, in the order they begin in; their lines may lie apart.

    `channel` goes before each reference, so that the number 1001 of two tills is not taken for one order.
    Raises UnreadableFile, also when a row does not tell whose order it belongs to: any of them might lack it.
    """
    sales: dict[str, Sale] = {}
    strays = []
    for row in read_copies(path, names=REFERENCE_NAMES, name_required=True):
        if row.name:
            reference = f"{channel}/{row.name}" if channel else row.name
            _add(sales.setdefault(reference, Sale(reference)), row)
        else:
            problem = row.problem or _("no order reference")
            strays.append(_("line %(line)d: %(problem)s") % {"line": row.line, "problem": problem})
    if strays:
        raise UnreadableFile(
            _("Nothing was taken in, because these lines could belong to any order:\n%s") % "\n".join(strays)
        )
    if not sales:
        raise UnreadableFile(_("The file has a header and nothing below it."))
    return list(sales.values())


def _add(sale: Sale, row: CopiesRow) -> None:
    problem = row.problem
    if not problem and len(sale.reference) > LONGEST_REFERENCE:
        problem = _("the reference has more than %d characters") % LONGEST_REFERENCE
    if problem:
        sale.problems.append(_("line %(line)d: %(problem)s") % {"line": row.line, "problem": problem})
        return
    sale.copies[row.isbn] += row.copies
    sale.lines.setdefault(row.isbn, row.line)


def take_sales(sales: list[Sale], *, handed_over: bool = False) -> Iterator[Outcome]:
    """Take in each order, in a transaction of its own; with `handed_over` its copies have left already."""
    for sale in sales:
        if sale.problems:
            yield Outcome(shortened(sale.reference), refusals=sale.problems)
        else:
            yield _take(sale, handed_over)


def _take(sale: Sale, handed_over: bool) -> Outcome:
    try:
        order, is_new = take_external_order(
            reference=sale.reference, quantities=sale.copies, handed_over=handed_over
        )
    except UnknownBooks as unknown:
        refusals = [
            _("line %(line)d: the shop has no book %(isbn)s") % {"line": sale.lines[isbn], "isbn": isbn}
            for isbn in unknown.isbns
        ]
    except ReferenceTaken as taken:
        refusals = [
            _(
                "order %(number)s has this reference, with other copies: is it another till's, or an old number?"
            )
            % {"number": taken.order.number}
        ]
    except InsufficientStock as short:
        refusals = _shortages(sale, short)
    except TotalTooLarge:
        refusals = [_("its total is more than the shop can book")]
    else:
        return Outcome(sale.reference, is_new, _books_now(order) if is_new else [])
    return Outcome(sale.reference, refusals=refusals)


def _shortages(sale: Sale, short: InsufficientStock) -> list[str]:
    books = Book.objects.in_bulk([shortage.book_id for shortage in short.shortages])
    return [
        _("line %(line)d: insufficient stock of %(isbn)s: %(asked)d asked, %(left)d left")
        % {
            "line": sale.lines[books[shortage.book_id].isbn],
            "isbn": books[shortage.book_id].isbn,
            "asked": shortage.requested,
            "left": shortage.available,
        }
        for shortage in short.shortages
    ]


def _books_now(order: Order) -> list[tuple[int, Book]]:
    """The order's copies of each book, with the book's stock as it is now."""
    lines = order.lines.select_related("book__stock").order_by("book_id")
    return [(line.quantity, line.book) for line in lines]
