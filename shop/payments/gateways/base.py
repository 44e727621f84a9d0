"""What the shop asks of a payment gateway."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from django import forms
from django.utils.functional import Promise

from shop.orders.models import Order

from ..models import Payment, Refund


@dataclass(frozen=True)
class Accepted:
    """The money is there: what the gateway says was paid, under its own reference."""

    reference: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Declined:
    """The gateway refuses; the customer may try again."""

    problem: str


@dataclass(frozen=True)
class Elsewhere:
    """The customer has to confirm the payment on another page."""

    url: str


@dataclass(frozen=True)
class Later:
    """The money comes when the customer does."""


Outcome = Accepted | Declined | Elsewhere | Later


class Gateway(Protocol):
    """One way to pay. None of its methods runs inside a transaction."""

    code: str
    label: str | Promise
    template: str  # shown around the form on the payment page

    def takes(self, order: Order) -> bool:
        """Whether this order can be paid in this way."""

    def form(self, data: object = None) -> forms.Form:
        """What the customer fills in."""

    def start(self, payment: Payment, data: dict[str, object]) -> Outcome:
        """Begin the payment with what the customer filled in."""

    def pay_back(self, refund: Refund) -> str | None:
        """Give the money back; the reference of doing so, None if people have to do it.

        May be called again for the same refund, also while the first call is still under way or after one
        whose answer was lost: the money must go back once. Give the provider a key made of the refund's
        primary key (its "idempotency key"), and the same answer each time.
        """
