"""Where an order's copies have got to: the counters of its lines, and the status that follows from them.

Every change of the counters begins with `locked`, so that of one order's copies only one thing happens at a time.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import F, Max, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from .models import Order, OrderLine, Return, Shipment
from .transitions import Status, move

# What must hold of a line for `n` copies more to be counted.
GUARDS = {
    "dispatched": lambda n: Q(quantity__gte=F("dispatched") + F("cancelled") + n),
    "cancelled": lambda n: Q(quantity__gte=F("dispatched") + F("cancelled") + n),
    "returned": lambda n: Q(dispatched__gte=F("returned") + n),
}


class TooManyCopies(Exception):
    """More copies of a line were to go some way than there are to go it; said in words for whoever asked."""

    def __init__(self, line: OrderLine, asked: int, possible: int) -> None:
        self.line = line
        super().__init__(
            _("“%(title)s”: %(asked)d asked for, but %(possible)d at most are possible now.")
            % {"title": line.title, "asked": asked, "possible": max(possible, 0)}
        )


class SentBefore(Exception):
    """The form that asks for a parcel or a return was sent before: the order has one of that number."""


def locked(order_id: int) -> Order:
    """The order, which nobody else changes before the caller's transaction ends.

    The first statement of whatever moves copies or money of an order: first the order's row, then its payment, its
    lines, and stock last, so that no two wait for each other in a ring.
    """
    return Order.objects.select_for_update().get(pk=order_id)


def lock(order: Order) -> None:
    """The same for an order that is at hand already: it is read anew."""
    order.refresh_from_db(from_queryset=Order.objects.select_for_update())


def lines_of(order: Order, copies: Mapping[int, int]) -> list[OrderLine]:
    """The lines that these copies, by the lines' primary keys, are of: in the order of their books' primary keys.

    Raises ValueError if some are of no line of this order, or no copy is meant, or fewer than none.
    """
    lines = list(order.lines.with_books().filter(pk__in=copies).order_by("book_id"))
    if len(lines) != len(copies) or not copies or min(copies.values()) < 1:
        raise ValueError(f"Not copies of order {order.number}: {dict(copies)}")
    return lines


def count(lines: list[OrderLine], copies: Mapping[int, int], counter: str) -> None:
    """Count so many copies of each line as `dispatched`, `cancelled` or `returned`; raises TooManyCopies, after
    which the caller's transaction must not be committed. The lines in memory stay as they were."""
    for line in lines:
        more = copies[line.pk]
        if not OrderLine.objects.filter(GUARDS[counter](more), pk=line.pk).update(
            **{counter: F(counter) + more}
        ):
            possible = line.dispatched - line.returned if counter == "returned" else line.outstanding
            raise TooManyCopies(line, more, possible)


def next_number(numbered: QuerySet[Shipment] | QuerySet[Return], wanted: int | None = None) -> int:
    """The number of the order's next parcel, or return; for whoever has locked the order. Raises SentBefore if it is
    not the one that the form was made for."""
    number = (numbered.aggregate(last=Max("number"))["last"] or 0) + 1
    if wanted is not None and wanted != number:
        raise SentBefore
    return number


def in_words(lines: list[OrderLine], copies: Mapping[int, int]) -> str:
    """Which copies, for an event's note: 2 × The Dispossessed, 1 × Orbital."""
    return ", ".join(f"{copies[line.pk]} × {line.title}" for line in lines if copies.get(line.pk))


def follow(order: Order, *, actor: AbstractBaseUser | None, at: datetime, note: str = "") -> None:
    """Move the order to where its copies have got to, if that is not where it is: after every change of its lines'
    counters or its parcels."""
    for status, fields in _path(order):
        if status != order.status:
            move(order, status, actor=actor, note=note, at=at, **fields)


def _path(order: Order) -> Iterator[tuple[Order.Status, dict[str, Any]]]:
    """The moves from a paid order to where its copies are now."""
    sums = order.lines.aggregate(
        outstanding=Sum(F("quantity") - F("dispatched") - F("cancelled")),
        dispatched=Sum("dispatched"),
        returned=Sum("returned"),
    )
    if not sums["dispatched"]:
        if not sums["outstanding"]:
            yield Status.CANCELLED, {"expires_at": None}
        return
    if sums["outstanding"]:
        yield Status.PART_DISPATCHED, {}
        return
    parcels = list(order.shipments.all())
    if order.status in Order.TO_DISPATCH:
        yield Status.DISPATCHED, {"dispatched_at": max(parcel.dispatched_at for parcel in parcels)}
    if sums["returned"] == sums["dispatched"]:
        yield Status.RETURNED, {}
    else:
        delivered = [parcel.delivered_at for parcel in parcels if parcel.delivered_at]
        if len(delivered) == len(parcels):
            yield Status.DELIVERED, {"delivered_at": max(delivered)}
