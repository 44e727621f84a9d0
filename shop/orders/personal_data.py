"""What orders tell of a person, and what stays of them when that person leaves."""

from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.addresses import AUTOCOMPLETE
from shop.mail.outbox import forget_mails_about
from shop.personal_data import NotErasable

from .models import CreditNote, Invoice, Order, OrderEvent, Return, Shipment, new_token

# Nothing is left to be done for these; in any other state the shop needs to know whom it is for.
CLOSED = (
    *(Order.Status.DISPATCHED, Order.Status.DELIVERED, Order.Status.RETURNED),
    *(Order.Status.CANCELLED, Order.Status.EXPIRED),
)

# Of the address the country stays: the tax that was due depends on it.
FORGOTTEN = {part: "" for part in AUTOCOMPLETE if part != "country"} | {"email": "", "telephone": ""}


def orders_of(user: AbstractBaseUser) -> list[dict[str, Any]]:
    """A customer's orders with their lines and what happened to them, oldest first; times in UTC, money as text."""
    orders = Order.objects.filter(customer=user.pk).order_by("placed_at", "pk")
    return [
        _as_data(order)
        for order in orders.select_related("invoice").prefetch_related(
            "lines", "events", "invoice__credit_notes", "shipments__lines__line", "returns__lines__line"
        )
    ]


def _as_data(order: Order) -> dict[str, Any]:
    kept = ("number", "status", "placed_at", "paid_at", "dispatched_at", "currency")
    return (
        {name: getattr(order, name) for name in kept}
        | {
            "email": order.email,
            "telephone": order.telephone,
            "delivery": order.get_delivery_method_display(),
        }
        | {"address": {part: str(getattr(order, part)) for part in AUTOCOMPLETE}}
        | {name: getattr(order, name) for name in ("items_total", "discount", "shipping", "total", "tax")}
        | {
            "lines": [
                {name: getattr(line, name) for name in ("isbn", "title", "quantity", "unit_price", "total")}
                for line in order.lines.all()
            ],
            "invoice": _paper_as_data(getattr(order, "invoice", None)),
            "credit_notes": [_paper_as_data(note) for note in _credit_notes(order)],
            "parcels": [_parcel_as_data(parcel) for parcel in order.shipments.all()],
            "returns": [_return_as_data(given) for given in order.returns.all()],
            "events": [
                {"what": event.what, "at": event.at, "note": event.note} for event in order.events.all()
            ],
        }
    )


def _parcel_as_data(parcel: Shipment) -> dict[str, Any]:
    kept = ("carrier", "tracking", "dispatched_at", "delivered_at")
    return {name: getattr(parcel, name) for name in kept} | {"copies": _copies(parcel)}


def _return_as_data(given: Return) -> dict[str, Any]:
    kept = ("status", "reason", "answer", "asked_at", "closed_at")
    return {name: getattr(given, name) for name in kept} | {"copies": _copies(given)}


def _copies(parts: Shipment | Return) -> dict[str, int]:
    """How many copies left, or came back, together: by ISBN."""
    return {part.line.isbn: part.quantity for part in parts.lines.all()}


def _credit_notes(order: Order) -> list[CreditNote]:
    return list(order.invoice.credit_notes.all()) if hasattr(order, "invoice") else []


def _paper_as_data(paper: Invoice | CreditNote | None) -> dict[str, Any] | None:
    """What an invoice or a credit note keeps of a person, also after that person has left."""
    kept = ("number", "issued", "buyer", "total", "tax", "currency")
    return {name: paper.contents[name] for name in kept} if paper else None


def refuse_while_open(user: AbstractBaseUser) -> None:
    """Raise NotErasable while a customer waits for an order."""
    waiting = Order.objects.filter(customer=user.pk).exclude(status__in=CLOSED).order_by("pk")
    still_open = list(waiting.values_list("number", flat=True))
    if still_open:
        raise NotErasable(
            ngettext(
                "Your order %(numbers)s is not with you yet. Wait for it, or cancel it, and come back.",
                "Your orders %(numbers)s are not with you yet. Wait for them, or cancel them, and come back.",
                len(still_open),
            )
            % {"numbers": ", ".join(still_open)}
        )


def forget_customer(user: AbstractBaseUser, *, at: datetime) -> None:
    """Take the person out of their orders, inside the caller's transaction; what was sold, for how much, when and to
    which country stays, for the books. The orders' links lead nowhere any more.

    Invoices and credit notes stay as they were issued, with the name and the address on them: the law has a shop keep
    them for years (in the United Kingdom six), and GDPR, article 17(3)(b), lets it.
    """
    orders = list(Order.objects.filter(customer=user.pk).only("number").order_by("pk"))
    forget_mails_about([order.number for order in orders])
    for order in orders:
        Order.objects.filter(pk=order.pk).update(customer=None, token=new_token(), **FORGOTTEN)
    # What people wrote to each other about a return, and what a carrier knows the parcel by.
    Return.objects.filter(order__in=orders).update(reason="", answer="")
    OrderEvent.objects.filter(order__in=orders, what=OrderEvent.What.RETURN_REFUSED).update(note="")
    Shipment.objects.filter(order__in=orders).update(tracking="")
    OrderEvent.objects.bulk_create(
        OrderEvent(
            order=order, what=OrderEvent.What.NOTE, at=at, note=_("The customer's details were erased")
        )
        for order in orders
    )
