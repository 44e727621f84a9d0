"""The mails that the shop owes customers about their orders. What each says is in mailings.py and letters.py.

Each function here is called inside the transaction of what its mail tells.
"""

from django.db.models import Sum
from django.utils import timezone

from shop.mail.outbox import post

from .models import Order, Return, Shipment


def owe(kind: str, order: Order, *, about: int, time: int | None = None) -> None:
    """Write to the order's customer once about this, or once each time, if there is an address. Inside the caller's
    transaction."""
    if order.email:
        key = f"{kind}:{about}" if time is None else f"{kind}:{about}:{time}"
        post(kind, to=order.email, about=about, key=key, reference=order.number)


def mail_confirmation(order: Order) -> None:
    """The order is placed."""
    owe("confirmation", order, about=order.pk)


def mail_has_come(order: Order) -> None:
    """All that the customer waited for is there; it is to be paid when it is collected."""
    owe("has_come", order, about=order.pk)


def mail_ready(order: Order) -> None:
    """All that the customer has paid for is there to be collected: a mail that waits until it is, if it is not yet."""
    if order.is_collected and order.lines.hindered().exists():
        owe("ready", order, about=order.pk)


def mail_dispatched(shipment: Shipment) -> None:
    """A parcel has left. Who collects the books has them in hand."""
    if not shipment.order.is_collected:
        owe("dispatched", shipment.order, about=shipment.pk)


def mail_cancelled(order: Order) -> None:
    """The order is cancelled, or has expired."""
    owe("expired" if order.status == Order.Status.EXPIRED else "cancelled", order, about=order.pk)


def mail_called_off(order: Order) -> None:
    """Copies of a paid order will not be sent; where none is left, the order is cancelled."""
    if order.status == Order.Status.CANCELLED:
        mail_cancelled(order)
        return
    called_off = order.lines.aggregate(copies=Sum("cancelled"))[
        "copies"
    ]  # grows each time, and so tells them apart
    owe("called_off", order, about=order.pk, time=called_off)


def mail_moved(order: Order) -> None:
    """Books of the order come on another day than its customer was told."""
    owe("moved", order, about=order.pk, time=int(timezone.now().timestamp() * 1000))


def mail_return(part: Return) -> None:
    """A return is asked for, refused or received, as it is now."""
    owe(f"return_{part.status}", part.order, about=part.pk)
