"""What the shop asks of a payment gateway, and what it may answer."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Protocol

from django import forms
from django.utils.functional import Promise

from shop.orders.models import Order

from ..models import Payment, Refund

if TYPE_CHECKING:
    from .news import News


@dataclass(frozen=True)
class Accepted:
    """The money is there: what the gateway says was paid, under its own reference."""

    reference: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Declined:
    """The gateway refuses; the customer may try again. `was_under_way` where it took its time to say so."""

    problem: str
    was_under_way: bool = False


@dataclass(frozen=True)
class Elsewhere:
    """The customer has to confirm the payment on another page; `session` is the provider's name for that page."""

    url: str
    session: str | None = None


@dataclass(frozen=True)
class Later:
    """The money comes when the customer does."""


@dataclass(frozen=True)
class UnderWay:
    """The customer has done their part and the bank takes its time, which may be days: neither paid nor failed."""


@dataclass(frozen=True)
class Gone:
    """There is no page on which this payment can be made: another one is to be begun."""


Outcome = Accepted | Declined | Elsewhere | Later | UnderWay | Gone


@dataclass(frozen=True)
class GivenBack:
    """What a gateway says of money that goes back: its own reference, and whether it has arrived or is on its way."""

    reference: str
    is_done: bool = True


class RefundRefused(Exception):
    """The gateway will not give this money back, or could not: people must see to it. `reference` is its own name for a
    try that it made and that failed."""

    def __init__(self, problem: str, *, reference: str | None = None) -> None:
        self.reference = reference
        super().__init__(problem)


class ProviderAway(Exception):
    """The provider gave no useful answer, and may or may not have done what it was asked: ask again, with the
    same key."""


class Gateway(Protocol):
    """One way to pay. None of its methods runs inside a transaction."""

    code: str
    label: str | Promise  # what the customer is to do
    name: str | Promise  # what was paid by, on invoices and for staff
    template: str  # shown around the form on the payment page

    def takes(self, order: Order) -> bool:
        """Whether this order can be paid in this way."""

    def form(self, data: object = None) -> forms.Form:
        """What the customer fills in."""

    def start(self, payment: Payment, data: dict[str, object]) -> Outcome:
        """Begin the payment with what the customer filled in."""

    def pay_back(self, refund: Refund) -> GivenBack | None:
        """Give the money back; None if people have to do it. Raises RefundRefused and ProviderAway.

        May be called again for the same refund, also while the first call is still under way or after one
        whose answer was lost: the money must go back once. Give the provider a key made of the refund's
        primary key (its "idempotency key"), and the same answer each time. A refund that has a reference is
        on its way already: say what became of it.
        """


@dataclass(frozen=True)
class RefundThere:
    """A refund as the provider tells of it, in the shop's words. `ours` is the primary key of the shop's own row, and
    `tries` says at which try, as the provider was given them; `ours` is None for one that was begun at the provider."""

    reference: str
    amount: Decimal
    currency: str
    status: str  # one of Refund.Status
    reason: str = ""
    ours: int | None = None
    tries: int = 1


class Provider(Gateway, Protocol):
    """A gateway that has the customer pay on a page of its own, and tells by events what came of it."""

    page_open_for: timedelta  # how long a customer can pay there, from the payment's beginning

    def look_up(self, payment: Payment) -> Outcome:
        """What has become of a payment: Accepted, Declined, UnderWay, Elsewhere while the page is open, or Gone if
        the provider knows none. Raises ProviderAway."""

    def close(self, payment: Payment) -> Outcome:
        """Let nobody pay on the payment's page any more, and say what became of the payment: it may have been made
        already. Raises ProviderAway."""

    def read(self, payload: dict[str, Any]) -> "News":
        """What one of its events tells, as it is kept. Raises ValueError if it is none."""

    def refunds_of(self, payment: Payment) -> list[RefundThere]:
        """All that went back of a settled payment, wherever it was begun. Raises ProviderAway."""
