"""Orders leave the shop: by carrier, or over the counter."""

from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from shop.signals import order_dispatched
from shop.transactions import retry_on_conflict

from .models import Order
from .transitions import Status, move
from .waiting import hindrances_by_title


class NotYet(Exception):
    """The order waits for copies, or for a day; `reasons` says which of its books, and for what."""

    def __init__(self, order: Order, reasons: list[str]) -> None:
        self.order = order
        self.reasons = reasons
        super().__init__(f"Order {order.number}: {'; '.join(reasons)}")


@retry_on_conflict
@transaction.atomic(durable=True)
def dispatch_order(*, order_id: int, actor: AbstractBaseUser | None) -> Order:
    """Let a paid order go, whole, else raise NotPossible; its copies leave the stock on hand.

    Raises NotYet while any of them have yet to come in, or a book's publication or embargo lies ahead.
    """
    order = Order.objects.get(pk=order_id)
    if order.status == Status.PAID and (reasons := hindrances_by_title(order.lines.with_books())):
        raise NotYet(order, reasons)
    record_dispatch(order, actor=actor, at=timezone.now())
    return order


def record_dispatch(order: Order, *, actor: AbstractBaseUser | None, at: datetime) -> None:
    """The same inside the caller's transaction, for an order that left at a known time: whatever the books' dates."""
    move(order, Status.DISPATCHED, actor=actor, at=at, dispatched_at=at)
    lines = list(order.lines.order_by("book_id"))
    copies = {line.pk: line.outstanding for line in lines if line.outstanding}
    order.lines.update(dispatched=F("quantity") - F("cancelled"))
    order_dispatched.send(
        sender=Order, order=order, lines=lines, copies=copies, reference=order.number, actor=actor, at=at
    )
