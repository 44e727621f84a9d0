"""Orders leave the shop, whole or in parts: by carrier, or over the counter."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from shop.signals import order_dispatched
from shop.transactions import retry_on_conflict

from .copies import TooManyCopies, count, follow, lines_of, lock, locked, next_number
from .emails import mail_dispatched
from .models import Order, OrderEvent, OrderLine, Shipment, ShipmentLine
from .transitions import NotPossible, Status, note_event
from .waiting import hindrances_by_title


class NotYet(Exception):
    """The order waits for copies, or for a day; `reasons` says which of its books, and for what."""

    def __init__(self, order: Order, reasons: list[str]) -> None:
        self.order = order
        self.reasons = reasons
        super().__init__(f"Order {order.number}: {'; '.join(reasons)}")


@retry_on_conflict
@transaction.atomic(durable=True)
def dispatch_order(
    *,
    order_id: int,
    actor: AbstractBaseUser | None,
    copies: Mapping[int, int] | None = None,
    carrier: str = "",
    tracking: str = "",
    number: int | None = None,
) -> Order:
    """Let a paid order go, whole or what is left of it, or only so many copies by the lines' primary keys; they leave
    the stock on hand. Else raise NotPossible, or TooManyCopies.

    Raises NotYet if any of these copies have yet to come in, or a book's publication or embargo lies ahead.
    `number` is the one that the parcel is to have within its order, from the form: sent twice, the form raises
    SentBefore.
    """
    order = locked(order_id)
    _see_that_it_may_go(order, copies)
    next_number(order.shipments.all(), number)
    record_dispatch(order, actor=actor, at=timezone.now(), copies=copies, carrier=carrier, tracking=tracking)
    return order


def may_go(line: OrderLine) -> int:
    """How many copies of the line can leave now: they are here, and their book's day has come."""
    return 0 if line.book.may_be_dispatched_from else max(line.outstanding - line.awaited, 0)


def why_it_stays(order: Order) -> list[str]:
    """Why the order, or what is left of it, cannot leave now as a whole, in words for staff; empty if it can. Reads
    what OrderLine.objects.with_books() reads."""
    if order.status not in Order.TO_DISPATCH:
        return [str(order.get_status_display())]
    return hindrances_by_title(line for line in order.lines.all() if line.outstanding > may_go(line))


def _see_that_it_may_go(order: Order, copies: Mapping[int, int] | None) -> None:
    """Raise NotPossible, TooManyCopies or NotYet unless these copies, or all that are outstanding, can leave now."""
    if order.status not in Order.TO_DISPATCH:
        raise NotPossible(order)
    lines = list(order.lines.with_books()) if copies is None else lines_of(order, copies)
    wanted = copies or {line.pk: line.outstanding for line in lines}
    for line in lines:
        if wanted[line.pk] > line.outstanding:
            raise TooManyCopies(line, wanted[line.pk], line.outstanding)
    if reasons := hindrances_by_title(line for line in lines if wanted[line.pk] > may_go(line)):
        raise NotYet(order, reasons)


def record_dispatch(
    order: Order,
    *,
    actor: AbstractBaseUser | None,
    at: datetime,
    copies: Mapping[int, int] | None = None,
    carrier: str = "",
    tracking: str = "",
) -> Shipment:
    """The same inside the caller's transaction, for copies that left at a known time: whatever the books' dates."""
    lock(order)
    if order.status not in Order.TO_DISPATCH:
        raise NotPossible(order)
    if copies is None:
        copies = {line.pk: line.outstanding for line in order.lines.all() if line.outstanding}
    lines = lines_of(order, copies)
    count(lines, copies, "dispatched")
    parcel = Shipment.objects.create(
        order=order,
        number=next_number(order.shipments.all()),
        carrier=carrier,
        tracking=tracking,
        dispatched_at=at,
        actor_id=actor.pk if actor else None,
    )
    ShipmentLine.objects.bulk_create(
        ShipmentLine(shipment=parcel, line=line, quantity=copies[line.pk]) for line in lines
    )
    was = order.status
    follow(order, actor=actor, at=at, note=parcel.reference)
    if was == order.status == Status.PART_DISPATCHED:
        note_event(order, OrderEvent.What.PART_DISPATCHED, actor=actor, note=parcel.reference, at=at)
    mail_dispatched(parcel)
    order_dispatched.send(
        sender=Order,
        order=order,
        lines=lines,
        copies=dict(copies),
        reference=parcel.reference,
        actor=actor,
        at=at,
    )
    return parcel
