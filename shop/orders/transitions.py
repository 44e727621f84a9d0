"""The one place where an order's status moves: which moves there are, and who wins when two are tried."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils import timezone

from .models import Order, OrderEvent

Status = Order.Status
What = OrderEvent.What

ALLOWED_FROM = {
    Status.PAID: [Status.PLACED],
    Status.PART_DISPATCHED: [Status.PAID],
    Status.DISPATCHED: [Status.PAID, Status.PART_DISPATCHED],
    Status.DELIVERED: [Status.DISPATCHED],
    Status.RETURNED: [Status.DISPATCHED, Status.DELIVERED],
    Status.CANCELLED: [Status.PLACED, Status.PAID],
    Status.EXPIRED: [Status.PLACED],
    Status.PLACED: [Status.EXPIRED],  # taken up again: its payment came late, and its copies were still there
}


class NotPossible(Exception):
    """The order's status does not allow what was asked; `order` tells what it is now."""

    def __init__(self, order: Order) -> None:
        self.order = order
        super().__init__(f"Order {order.number} is {order.get_status_display()}.")


def move(
    order: Order,
    to: Order.Status,
    *,
    actor: AbstractBaseUser | None = None,
    note: str = "",
    at: datetime | None = None,
    **fields: Any,
) -> None:
    """Move the order, or raise NotPossible; writes the event. Inside the caller's transaction.

    A single UPDATE decides: of two who race, one finds the status it may move from and the other does not.
    """
    at = at or timezone.now()
    movable = Order.objects.filter(pk=order.pk, status__in=ALLOWED_FROM[to])
    if not movable.update(status=to, **fields):
        order.refresh_from_db()
        raise NotPossible(order)
    order.status = to
    for field, value in fields.items():
        setattr(order, field, value)
    what = What.REVIVED if to == Status.PLACED else What(to)
    note_event(order, what, actor=actor, note=note, at=at)


def note_event(
    order: Order,
    what: OrderEvent.What,
    *,
    actor: AbstractBaseUser | None = None,
    note: str = "",
    at: datetime | None = None,
) -> None:
    """Write down what happened to the order. Inside the caller's transaction."""
    OrderEvent.objects.create(
        order=order, what=what, actor_id=actor.pk if actor else None, note=note[:200], at=at or timezone.now()
    )
