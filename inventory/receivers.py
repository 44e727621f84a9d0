"""What stock does when the shop says that something happened: event in, one call out."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from django.utils import timezone

from shop.models import Order, OrderLine
from shop.signals import (
    InsufficientStock,
    Shortage,
    books_added,
    order_cancelled,
    order_dispatched,
    order_placed,
)
from shop.transactions import Conflict

from .models import RestockAlert, Stock, StockMovement


class StockOutOfStep(Exception):
    """Stock does not hold what an order was promised: `check_stock` tells where."""


@receiver(books_added, dispatch_uid="inventory.open_stock")
def open_stock(
    sender: Any,
    quantities: dict[int, int],
    actor: Any,
    reason: str,
    at: datetime | None = None,
    **kwargs: Any,
) -> None:
    """Each new book gets its stock row, with the opening movement behind it."""
    at = at or timezone.now()
    Stock.objects.bulk_create(
        (Stock(book_id=book_id, on_hand=copies) for book_id, copies in sorted(quantities.items())),
        batch_size=1000,
    )
    StockMovement.objects.bulk_create(
        (
            StockMovement(
                book_id=book_id,
                kind=StockMovement.Kind.OPENING,
                quantity=copies,
                actor=actor,
                reason=reason,
                at=at,
            )
            for book_id, copies in sorted(quantities.items())
            if copies
        ),
        batch_size=1000,
    )
    RestockAlert.objects.reassess(quantities, at=at)


@receiver(order_placed, dispatch_uid="inventory.allocate_stock")
def allocate_stock(sender: Any, order: Order, lines: list[OrderLine], **kwargs: Any) -> None:
    """Promise every line's copies, or refuse the whole order and say which lines are short."""
    wanted = {line.book_id: line.quantity for line in lines}
    if not allocated(wanted):
        if short := shortages(wanted):
            raise InsufficientStock(short)
        raise Conflict("Copies came back between the two statements: there may be enough now.")
    RestockAlert.objects.raise_low(wanted, at=order.placed_at)


@receiver(order_cancelled, dispatch_uid="inventory.release_stock")
def release_stock(sender: Any, order: Order, lines: list[OrderLine], at: datetime, **kwargs: Any) -> None:
    """The promised copies are available again."""
    for line in lines:
        if not Stock.objects.release(line.book_id, line.quantity):
            raise StockOutOfStep(f"Order {order.number}: {line.quantity} of {line.isbn} were not allocated.")
    RestockAlert.objects.reassess([line.book_id for line in lines], at=at)


@receiver(order_dispatched, dispatch_uid="inventory.dispatch_stock")
def dispatch_stock(sender: Any, order: Order, lines: list[OrderLine], actor: Any, **kwargs: Any) -> None:
    """The promised copies leave the building; available stays as it is, so no alert changes."""
    StockMovement.objects.bulk_create(
        StockMovement(
            book_id=line.book_id,
            kind=StockMovement.Kind.DISPATCHED,
            quantity=-line.quantity,
            order_line=line,
            reference=order.number,
            actor=actor,
            at=order.dispatched_at or timezone.now(),
        )
        for line in lines
    )
    for line in lines:
        if not Stock.objects.consume(line.book_id, line.quantity):
            raise StockOutOfStep(f"Order {order.number}: {line.quantity} of {line.isbn} were not allocated.")


def allocated(wanted: dict[int, int]) -> bool:
    """Promise all of it, or nothing."""
    with transaction.atomic():
        done = Stock.objects.allocate(wanted)
        transaction.set_rollback(not done)  # some of it may have been done
    return done


def shortages(wanted: dict[int, int]) -> list[Shortage]:
    """Which books have too few copies available for an order, and how many they have."""
    left = {stock.pk: stock.available for stock in Stock.objects.filter(pk__in=wanted)}
    return [
        Shortage(book_id, copies, left.get(book_id, 0))
        for book_id, copies in wanted.items()
        if left.get(book_id, 0) < copies
    ]
