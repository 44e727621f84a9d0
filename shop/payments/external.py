"""Sales made elsewhere, at a till or on a marketplace, come in as orders that are paid already."""

from collections.abc import Mapping
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction
from django.utils import timezone

from shop.catalogue.models import Book
from shop.orders.dispatching import record_dispatch
from shop.orders.models import Order
from shop.orders.placing import create_order
from shop.orders.transitions import Status, move
from shop.reckoning import ZERO
from shop.signals import order_placed
from shop.transactions import retry_on_conflict

from .models import Payment

GATEWAY = "external"


class UnknownBooks(Exception):
    """ISBNs that the shop does not have."""

    def __init__(self, isbns: list[str]) -> None:
        self.isbns = isbns
        super().__init__(", ".join(isbns))


class ReferenceTaken(Exception):
    """An order of this reference is in already, with other copies: it must be another sale."""

    def __init__(self, order: Order) -> None:
        self.order = order
        super().__init__(f"Order {order.number} has the reference {order.reference}, with other copies.")


@retry_on_conflict
@transaction.atomic(durable=True)
def take_external_order(
    *, reference: str, quantities: Mapping[str, int], handed_over: bool = False
) -> tuple[Order, bool]:
    """Take in one order by its reference elsewhere: copies by ISBN-13, at today's prices, all or none.

    Gives the order and whether it is new: the same reference again changes nothing, and with other copies raises
    ReferenceTaken. Raises UnknownBooks, InsufficientStock and TotalTooLarge, too. With `handed_over` the copies
    have left the shop already, as at a till.
    """
    checkout_key = uuid5(NAMESPACE_URL, f"endpaper:external-order:{reference}")
    known = Order.objects.filter(checkout_key=checkout_key).first()
    if known:
        if dict(known.lines.values_list("isbn", "quantity")) != dict(quantities):
            raise ReferenceTaken(known)
        return known, False
    books = list(Book.objects.filter(isbn__in=quantities, price__isnull=False).order_by("pk"))
    unknown = sorted(quantities.keys() - {book.isbn for book in books})
    if unknown:
        raise UnknownBooks(unknown)
    now = timezone.now()
    order, lines = create_order(
        [(book, quantities[book.isbn], book.asking_price) for book in books],
        shipping=ZERO,
        checkout_key=checkout_key,
        delivery_method=Order.Delivery.COLLECTION,
        placed_at=now,
        channel=Order.Channel.EXTERNAL,
        reference=reference,
    )
    Payment.objects.create(
        order=order,
        gateway=GATEWAY,
        reference=f"{GATEWAY}:{checkout_key}",
        amount=order.total,
        currency=order.currency,
        status=Payment.Status.SUCCEEDED,
        settled_at=now,
    )
    move(order, Status.PAID, at=now, paid_at=now)
    order_placed.send(sender=Order, order=order, lines=lines)
    if handed_over:
        record_dispatch(order, actor=None, at=now)
    return order, True
