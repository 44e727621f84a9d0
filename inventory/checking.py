"""The proof that stock is in order: everything it promises, checked in a handful of queries."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from shop.models import Book, Order, OrderLine

from .checking_lines import flaws_of_lines
from .models import Backorder, RestockAlert, Stock, StockMovement

OUTSTANDING = F("quantity") - F("dispatched") - F("cancelled")
# What a backorder must belong to: a line of such an order, for the same book, that asks for as many copies.
IN_ITS_PLACE = Q(
    order_line__order__status__in=Order.HOLDING_COPIES,
    order_line__book=F("book"),
    order_line__quantity__gte=F("quantity") + F("order_line__dispatched") + F("order_line__cancelled"),
)


@dataclass(frozen=True)
class Flaw:
    """One promise that does not hold for one book, with the figures."""

    book_id: int
    isbn: str
    title: str
    what: str


@dataclass
class Result:
    """What was looked at, and what is wrong with it."""

    books: int = 0
    movements: int = 0
    open_lines: int = 0
    open_alerts: int = 0
    flaws: list[Flaw] = field(default_factory=list)


def check_stock() -> Result:
    """Look for books of which the movements do not sum to the copies on hand, the lines of open orders do not
    sum to the copies allocated and awaited, the backorders do not sum to those awaited or belong to no such
    line, more is allocated than on hand, copies are awaited while others are available, or the open alerts are
    not one if it needs restocking and none if not; for books without stock; and for lines of orders that count
    other copies as dispatched, called off or returned than their parcels, returns and movements hold.

    All figures are of one moment. On MySQL and MariaDB orders go on meanwhile; on SQLite, where every transaction
    may write, they wait until it is done.
    """
    if connection.vendor == "mysql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:  # for the next transaction only: all it reads is of one moment
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
    with transaction.atomic():
        return _check()


def _check() -> Result:
    sums = {
        "moved": _per_book(StockMovement.objects.all()),
        "promised": _per_book(OrderLine.objects.filter(order__status__in=Order.HOLDING_COPIES), OUTSTANDING),
        "waited_for": _per_book(Backorder.objects.all()),
        "astray": _per_book(Backorder.objects.exclude(IN_ITS_PLACE)),
    }
    alerts = dict(
        RestockAlert.objects.open().order_by().values_list("book_id").annotate(Count("pk")).iterator()
    )
    of_lines = flaws_of_lines()
    result = Result(
        movements=sum(count for _total, count in sums["moved"].values()),
        open_lines=sum(count for _total, count in sums["promised"].values()),
        open_alerts=sum(alerts.values()),
    )
    stocks = Stock.objects.in_bulk()
    for book_id, isbn, title in Book.objects.order_by("pk").values_list("pk", "isbn", "title").iterator():
        result.books += 1
        known = {name: totals[book_id][0] for name, totals in sums.items() if book_id in totals}
        stock = stocks.get(book_id)
        found = list(_flaws(stock, known, alerts.get(book_id, 0))) if stock else [_("it has no stock row")]
        found += of_lines.get(book_id, [])
        result.flaws += [Flaw(book_id, isbn, title, what) for what in found]
    return result


def _per_book(rows: QuerySet[Any], copies: Any = "quantity") -> dict[int, tuple[int, int]]:
    """The sum of the rows' copies and their number, by book id."""
    sums = rows.order_by().values_list("book_id").annotate(copies=Sum(copies), rows=Count("pk"))
    return {book_id: (total, count) for book_id, total, count in sums.iterator()}


def _flaws(stock: Stock, known: dict[str, int], alerts: int) -> Iterator[str]:
    figures = {
        **dict.fromkeys(("moved", "promised", "waited_for", "astray"), 0),
        **known,
        "on_hand": stock.on_hand,
        "allocated": stock.allocated,
        "awaited": stock.awaited,
        "available": stock.available,
        "threshold": stock.restock_below,
        "alerts": alerts,
    }
    if figures["moved"] != stock.on_hand:
        yield _("%(on_hand)d are on hand, but its movements sum to %(moved)d") % figures
    if figures["promised"] != stock.allocated + stock.awaited:
        yield _wrong_promises(stock) % figures
    if figures["waited_for"] != stock.awaited:
        yield _("%(awaited)d are awaited, but its backorders sum to %(waited_for)d") % figures
    if figures["astray"]:
        yield (
            _("%(astray)d are awaited by lines that wait for nothing: of no open order, or for less")
            % figures
        )
    if not 0 <= stock.allocated <= stock.on_hand:
        yield _("%(allocated)d are allocated of %(on_hand)d on hand") % figures
    if stock.awaited and stock.available > 0:
        yield _("%(awaited)d are awaited, although %(available)d are available") % figures
    if alerts != int(stock.needs_restocking):
        yield _wrong_alerts(stock) % figures


def _wrong_promises(stock: Stock) -> str:
    if stock.awaited:
        return _("%(allocated)d are allocated and %(awaited)d awaited, but open orders ask for %(promised)d")
    return _("%(allocated)d are allocated, but open orders ask for %(promised)d")


def _wrong_alerts(stock: Stock) -> str:
    if stock.awaited:
        return _("%(awaited)d are awaited, with %(alerts)d open alerts instead of one")
    if stock.needs_restocking:
        return _(
            "%(available)d are available, below %(threshold)d, with %(alerts)d open alerts instead of one"
        )
    if stock.is_low:
        return _("%(available)d are available and will do, with %(alerts)d open alerts instead of none")
    return _(
        "%(available)d are available, not below %(threshold)d, with %(alerts)d open alerts instead of none"
    )
