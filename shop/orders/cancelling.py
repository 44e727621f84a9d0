"""Orders that come to nothing: cancelled by somebody, or expired unpaid. Their copies are available again."""

import logging
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.signals import order_cancelled
from shop.transactions import retry_on_conflict

from .collecting import hold_what_has_come
from .emails import mail_cancelled
from .models import Order
from .postponing import tell_moved_dates
from .transitions import NotPossible, Status, move

logger = logging.getLogger(__name__)


@retry_on_conflict
@transaction.atomic(durable=True)
def cancel_order(*, order_id: int, actor: AbstractBaseUser | None, note: str = "") -> Order:
    """Cancel an order not yet dispatched, else raise NotPossible; what was paid becomes a refund."""
    order = Order.objects.get(pk=order_id)
    record_end(order, Status.CANCELLED, actor=actor, note=note, at=timezone.now())
    return order


@retry_on_conflict
@transaction.atomic(durable=True)
def expire_order(*, order_id: int) -> Order:
    """End an order that was held for its payment long enough, else raise NotPossible."""
    # An UPDATE, so that nobody can agree to hold the order longer between this look and its end.
    is_overdue = Order.objects.overdue().filter(pk=order_id).update(expires_at=None)
    order = Order.objects.get(pk=order_id)
    if not is_overdue:
        raise NotPossible(order)
    record_end(order, Status.EXPIRED, note=_("Not paid in time"), at=timezone.now())
    return order


def expire_orders() -> tuple[list[Order], list[int]]:
    """Expire every order that is overdue, each in a transaction of its own.

    First, what customers who pay on collection waited for and is there now is held for them, for some days; and those
    whose books come on another day than they were told are told.
    Gives those that expired, and the primary keys of those that failed, which are logged and stop no other.
    """
    hold_what_has_come()
    tell_moved_dates()
    expired, failed = [], []
    for order_id in Order.objects.overdue().order_by("pk").values_list("pk", flat=True):
        try:
            expired.append(expire_order(order_id=order_id))
        except NotPossible:
            continue  # paid, or cancelled, a moment ago
        except Exception:
            logger.exception("Order %s could not be expired", order_id)
            failed.append(order_id)
    return expired, failed


def record_end(
    order: Order, to: Order.Status, *, actor: AbstractBaseUser | None = None, note: str = "", at: datetime
) -> None:
    """End an order at a known time, inside the caller's transaction; raises NotPossible."""
    move(order, to, actor=actor, note=note, at=at, expires_at=None)
    mail_cancelled(order)
    lines = list(order.lines.order_by("book_id"))
    order_cancelled.send(sender=Order, order=order, lines=lines, at=at)
