"""What stock does when the shop says that something happened: event in, one call out."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import timezone

from shop import rows
from shop.models import Order, OrderLine
from shop.signals import (
    books_added,
    copies_called_off,
    order_cancelled,
    order_dispatched,
    order_placed,
    order_returned,
)

from .models import RestockAlert, Stock, StockMovement
from .promising import let_go, promise, take_back
from .stocking import bring_back

Kind = StockMovement.Kind


@receiver(books_added, dispatch_uid="inventory.open_stock")
def open_stock(
    sender: Any,
    quantities: dict[int, int],
    actor: Any,
    reason: str,
    at: datetime | None = None,
    is_stocked: bool = True,
    **kwargs: Any,
) -> None:
    """Each new book gets its stock row, with the opening movement behind it.

    Of books that the shop only lists, as a feed brings them, as few as there are will do: nobody is alerted until
    copies have come and gone.
    """
    at = at or timezone.now()
    rows.insert(
        Stock,
        ("book_id", "on_hand", "accepted_low"),
        ((book_id, copies, None if is_stocked else copies) for book_id, copies in sorted(quantities.items())),
    )
    StockMovement.objects.bulk_create(
        (
            StockMovement(
                book_id=book_id,
                kind=Kind.OPENING,
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
    if is_stocked:
        RestockAlert.objects.reassess(quantities, at=at)


@receiver(order_placed, dispatch_uid="inventory.allocate_stock")
def allocate_stock(
    sender: Any,
    order: Order,
    lines: list[OrderLine],
    in_advance: Collection[int] = (),
    at: datetime | None = None,
    **kwargs: Any,
) -> None:
    """Promise every line's copies, or refuse the whole order and say which lines are short."""
    promise(lines, in_advance=in_advance, at=at or order.placed_at)


@receiver(order_cancelled, dispatch_uid="inventory.release_stock")
def release_stock(sender: Any, order: Order, lines: list[OrderLine], at: datetime, **kwargs: Any) -> None:
    """The promised copies are there for others."""
    take_back(lines, {line.pk: line.outstanding for line in lines}, at=at)


@receiver(order_dispatched, dispatch_uid="inventory.dispatch_stock")
def dispatch_stock(
    sender: Any, lines: list[OrderLine], copies: dict[int, int], reference: str, **kwargs: Any
) -> None:
    """The promised copies leave the building."""
    leaving = [(line, copies[line.pk]) for line in lines if copies.get(line.pk)]
    let_go(leaving, Kind.DISPATCHED, reference=reference, actor=kwargs["actor"], at=kwargs["at"])


@receiver(order_returned, dispatch_uid="inventory.restock_returned")
def restock_returned(
    sender: Any, lines: list[OrderLine], restocked: dict[int, int], reference: str, **kwargs: Any
) -> None:
    """Copies that came back are on hand again, but for those that cannot be sold: they never are."""
    coming = [(line, restocked[line.pk]) for line in lines if restocked.get(line.pk)]
    bring_back(coming, reference=reference, actor=kwargs["actor"], at=kwargs["at"])


@receiver(copies_called_off, dispatch_uid="inventory.release_called_off")
def release_called_off(
    sender: Any, lines: list[OrderLine], copies: dict[int, int], written_off: dict[int, int], **kwargs: Any
) -> None:
    """The promised copies are there for others, but for those that cannot be sold."""
    actor, at = kwargs["actor"], kwargs["at"]
    for line in lines:  # of one line some may be written off more than once: each time has a name of its own
        if lost := written_off.get(line.pk):
            reference = f"{kwargs['order'].number}/W{line.cancelled + 1}"
            let_go([(line, lost)], Kind.WRITTEN_OFF, reference=reference, actor=actor, at=at)
    take_back(lines, {line.pk: copies[line.pk] - written_off.get(line.pk, 0) for line in lines}, at=at)
