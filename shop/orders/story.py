"""What has become of an order, as its customer reads it: no status's name, no note of the staff's, nobody's name."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .models import Order, OrderEvent, OrderLine, Return, Shipment

Status, What = Order.Status, OrderEvent.What
Words = str | Promise

STANDS: Mapping[str, Words] = {
    Status.PLACED: _("Awaiting payment"),
    Status.PAID: _("Paid, being made ready"),
    Status.PART_DISPATCHED: _("Partly sent"),
    Status.DISPATCHED: _("Sent"),
    Status.DELIVERED: _("Delivered"),
    Status.RETURNED: _("Returned"),
    Status.CANCELLED: _("Cancelled"),
    Status.EXPIRED: _("Not paid in time"),
}
STANDS_COLLECTED: Mapping[str, Words] = {
    **STANDS,
    Status.PART_DISPATCHED: _("Partly collected"),
    Status.DISPATCHED: _("Collected"),
    Status.DELIVERED: _("Collected"),
}
# An event that is not named here is the shop's own business.
TOLD: Mapping[str, Words] = {
    What.PLACED: _("You placed the order"),
    What.PAID: _("Your payment came in"),
    What.PART_DISPATCHED: _("A part of it left the shop"),
    What.DISPATCHED: _("The last of it has left the shop"),
    What.DELIVERED: _("It was delivered"),
    What.RETURNED: _("All of it came back to us"),
    What.CANCELLED: _("The order was cancelled"),
    What.EXPIRED: _("The order ended: it was not paid in time"),
    What.REVIVED: _("Your payment came late; we took the order up again"),
    What.CALLED_OFF: _("Some copies were called off"),
    What.REFUNDED: _("We gave you money back"),
    What.RETURN_ASKED: _("You asked to return books"),
    What.RETURN_REFUSED: _("We could not take books back"),
    What.PART_RETURNED: _("Books came back to us"),
}
TOLD_BY_PHONE: Mapping[str, Words] = {**TOLD, What.PLACED: _("We took your order by telephone")}
TOLD_COLLECTED: Mapping[str, Words] = {
    What.PART_DISPATCHED: _("You collected a part of it"),
    What.DISPATCHED: _("You have collected the last of it"),
    What.DELIVERED: _("You have collected the last of it"),
}
# To the customer a refund that failed is one that is still to come: the shop sees to it.
REFUND_DONE: Words = _("has been given back")
REFUND_DUE: Words = _("will be given back")


@dataclass(frozen=True)
class Told:
    """One thing that happened, in words."""

    at: datetime
    words: Words


@dataclass(frozen=True)
class Copies:
    """Some copies of a line."""

    line: OrderLine
    quantity: int


@dataclass(frozen=True)
class Parcel:
    """What left the shop together."""

    shipment: Shipment
    copies: list[Copies]


@dataclass(frozen=True)
class Given:
    """Books that the customer gives back, and what the shop says to it."""

    asked: Return
    copies: list[Copies]


@dataclass(frozen=True)
class Repaid:
    """Money that goes back, in the order's currency."""

    amount: Decimal
    at: datetime
    words: Words


def stands(order: Order) -> Words:
    """How it is with the order, in a few words."""
    return (STANDS_COLLECTED if order.is_collected else STANDS)[order.status]


def timeline(order: Order) -> list[Told]:
    """What happened to the order, the first of it first."""
    words = TOLD_BY_PHONE if order.channel == Order.Channel.PHONE else TOLD
    if order.is_collected:
        words = {**words, **TOLD_COLLECTED}
    events = order.events.values_list("what", "at")
    return [Told(at, words[what]) for what, at in events if what in words]


def parcels(order: Order, lines: Iterable[OrderLine]) -> list[Parcel]:
    """What has left, parcel by parcel; asks only for an order of which something has."""
    by_key = {line.pk: line for line in lines}
    if not any(line.dispatched for line in by_key.values()):
        return []
    return [
        Parcel(shipment, _copies(shipment.lines.all(), by_key))
        for shipment in order.shipments.prefetch_related("lines").order_by("number")
    ]


def to_come(order: Order, lines: Iterable[OrderLine]) -> list[Copies]:
    """What of an order that left in part has yet to leave."""
    if order.status != Status.PART_DISPATCHED:
        return []
    return [Copies(line, line.outstanding) for line in lines if line.outstanding]


def given_back(order: Order, lines: Iterable[OrderLine]) -> list[Given]:
    """The returns that were asked for, or came, the first first; asks only where something has left."""
    by_key = {line.pk: line for line in lines}
    if not any(line.dispatched for line in by_key.values()):
        return []
    return [
        Given(asked, _copies(asked.lines.all(), by_key))
        for asked in order.returns.prefetch_related("lines").order_by("number")
    ]


def payment_under_way(order: Order) -> bool:
    """Whether the customer's bank is making a payment for the order already: then nobody pays again."""
    return order.awaits_payment and any(payment.is_under_way for payment in order.payments.all())


def repaid(order: Order) -> list[Repaid]:
    """The money that went back or will, by what payments publish: their relation to the order."""
    if order.awaits_payment:
        return []
    found = order.payments.filter(refunds__isnull=False).order_by("refunds__created_at")
    return [
        Repaid(amount, done_at or created_at, REFUND_DONE if done_at else REFUND_DUE)
        for amount, created_at, done_at in found.values_list(
            "refunds__amount", "refunds__created_at", "refunds__done_at"
        )
    ]


def _copies(parts: Iterable[Any], by_key: Mapping[int, OrderLine]) -> list[Copies]:
    return [Copies(by_key[part.line_id], part.quantity) for part in parts]
