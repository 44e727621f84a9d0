"""Copies of a paid order are called off: they will not be sent, and others can have them."""

from collections.abc import Mapping
from datetime import datetime

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from shop.signals import copies_called_off
from shop.transactions import retry_on_conflict

from .copies import TooManyCopies, count, follow, in_words, lines_of, lock, locked
from .emails import mail_called_off
from .models import Order, OrderEvent
from .transitions import NotPossible, Status, note_event


@retry_on_conflict
@transaction.atomic(durable=True)
def cancel_rest(*, order_id: int, actor: AbstractBaseUser | None) -> Order:
    """Call off all that has not left yet of a partly dispatched order, else raise NotPossible; its price becomes a
    refund."""
    order = locked(order_id)
    if order.status != Status.PART_DISPATCHED:
        raise NotPossible(order)
    copies = {line.pk: line.outstanding for line in order.lines.all() if line.outstanding}
    call_off(order, copies, actor=actor, at=timezone.now(), owes_refund=True)
    return order


def call_off(
    order: Order,
    copies: Mapping[int, int],
    *,
    written_off: Mapping[int, int] | None = None,
    actor: AbstractBaseUser | None,
    at: datetime,
    owes_refund: bool = False,
) -> None:
    """So many copies of a paid or partly dispatched order, by its lines' primary keys, will not be sent. Inside the
    caller's transaction.

    They can be sold again, but for those `written_off`, which leave the stock on hand; what a line still waits for is
    given up first. With `owes_refund` their price goes back by itself; without, the caller sees to the money.
    Once nothing is outstanding the order is dispatched, or, if nothing ever left, cancelled: by its status only,
    without the signal of a whole order's end, for its copies and its money are dealt with here.

    Raises NotPossible; and TooManyCopies for more than are outstanding, or to write off more than are here.
    """
    lock(order)
    if order.status not in Order.TO_DISPATCH:
        raise NotPossible(order)
    lines = lines_of(order, copies)
    written_off = {pk: n for pk, n in (written_off or {}).items() if n}
    for line in lines:
        possible = min(copies[line.pk], line.outstanding - line.awaited)
        if written_off.get(line.pk, 0) > possible:
            raise TooManyCopies(line, written_off[line.pk], possible)
    count(lines, copies, "cancelled")
    note_event(order, OrderEvent.What.CALLED_OFF, actor=actor, note=in_words(lines, copies), at=at)
    follow(order, actor=actor, at=at)
    mail_called_off(order)
    copies_called_off.send(
        sender=Order,
        order=order,
        lines=lines,
        copies=dict(copies),
        written_off=written_off,
        owes_refund=owes_refund,
        actor=actor,
        at=at,
    )
