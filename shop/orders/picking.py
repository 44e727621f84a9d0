"""What is taken from the shelves for orders, and what goes into each parcel."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import QuerySet

from shop.catalogue.models import Book

from .dispatching import may_go
from .models import Order, OrderLine, Shipment


@dataclass
class Pick:
    """Copies of one book to take from its shelf, and the orders that they are for."""

    book: Book
    shelf: str
    copies: int = 0
    orders: list[tuple[Order, int]] = field(default_factory=list)


@dataclass(frozen=True)
class Slip:
    """What goes into one parcel, or lies in it already, and what is still to come. `parcel` is None until it leaves."""

    order: Order
    parcel: Shipment | None
    copies: list[tuple[OrderLine, int]]
    to_follow: list[tuple[OrderLine, int]]


def picking_list(orders: Iterable[Order]) -> list[Pick]:
    """The copies that can leave now for these orders of those that must be sent, by shelf as people count (A2 before
    A10), then by title; the books that stand on no shelf that anybody wrote down come last."""
    lines = (
        OrderLine.objects.filter(
            order__in=[order.pk for order in orders if order.status in Order.TO_DISPATCH]
        )
        .select_related("book__stock", "backorder", "order")
        .order_by("order__placed_at", "order_id", "book_id")
    )
    picks: dict[int, Pick] = {}
    for line in lines:
        if copies := may_go(line):
            pick = picks.setdefault(line.book_id, Pick(line.book, line.book.stock.shelf))
            pick.copies += copies
            pick.orders.append((line.order, copies))
    return sorted(picks.values(), key=_by_shelf)


def _by_shelf(pick: Pick) -> tuple[bool, list[tuple[int, str]], str, int]:
    parts = re.findall(r"\d+|\D+", pick.shelf.casefold())
    counted = [(int(part), "") if part.isdecimal() else (-1, part) for part in parts]
    return not pick.shelf, counted, pick.book.sort_title, pick.book.pk


def slips(orders: QuerySet[Order]) -> list[Slip]:
    """Packing slips for these orders: for one that must be sent, of what can leave now; else one for each parcel that
    has left. None for an order of which nothing leaves, or has."""
    found = []
    for order in orders.prefetch_related(*PREFETCHED):
        lines = list(order.lines.all())
        if order.status in Order.TO_DISPATCH:
            going = [(line, copies) for line in lines if (copies := may_go(line))]
            rest = [(line, line.outstanding - may_go(line)) for line in lines]
            if going:
                found.append(Slip(order, None, going, [(line, n) for line, n in rest if n]))
        else:
            found += [_slip_of(order, parcel) for parcel in order.shipments.all()]
    return found


def slip_of(parcel: Shipment) -> Slip:
    """The packing slip of a parcel that has left, with what of its order is still to come."""
    (order,) = Order.objects.filter(pk=parcel.order_id).prefetch_related(*PREFETCHED)
    (itself,) = [one for one in order.shipments.all() if one.pk == parcel.pk]
    return _slip_of(order, itself)


PREFETCHED = ("lines__book", "lines__backorder", "shipments__lines")


def _slip_of(order: Order, parcel: Shipment) -> Slip:
    lines = {line.pk: line for line in order.lines.all()}
    copies = [(lines[part.line_id], part.quantity) for part in parcel.lines.all()]
    is_open = order.status in Order.TO_DISPATCH
    rest = [(line, line.outstanding) for line in lines.values() if line.outstanding and is_open]
    return Slip(order, parcel, copies, rest)
