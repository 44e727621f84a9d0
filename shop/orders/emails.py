"""The mails that the shop owes customers about their orders. What each says is in mailings.py and letters.py.

Each function here is called inside the transaction of what its mail tells.
"""

from shop.mail.outbox import post

from .models import Order, Return, Shipment


def owe(kind: str, order: Order, *, about: int) -> None:
    """Write to the order's customer once about this, if there is an address. Inside the caller's transaction."""
    if order.email:
        post(kind, to=order.email, about=about, key=f"{kind}:{about}", reference=order.number)


def mail_confirmation(order: Order) -> None:
    """The order is placed."""
    owe("confirmation", order, about=order.pk)


def mail_has_come(order: Order) -> None:
    """All that the customer waited for is there; it is to be paid when it is collected."""
    owe("has_come", order, about=order.pk)


def mail_ready(order: Order) -> None:
    """All that the customer waited for is there, and paid."""
    owe("ready", order, about=order.pk)


def mail_dispatched(shipment: Shipment) -> None:
    """A parcel has left. Who collects the books has them in hand."""
    if not shipment.order.is_collected:
        owe("dispatched", shipment.order, about=shipment.pk)


def mail_cancelled(order: Order) -> None:
    """The order is cancelled, or has expired."""
    owe("expired" if order.status == Order.Status.EXPIRED else "cancelled", order, about=order.pk)


def mail_return(part: Return) -> None:
    """A return is asked for, refused or received, as it is now."""
    owe(f"return_{part.status}", part.order, about=part.pk)
