"""Cards and whatever else Stripe takes: the customer pays on Stripe's own page (Checkout), no card number comes here.

https://docs.stripe.com/payments/checkout, https://docs.stripe.com/api/idempotent_requests
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import lru_cache
from typing import Any

import stripe
from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from shop.orders.models import Order

from ..models import Payment, Refund
from .base import (
    Accepted,
    Declined,
    Elsewhere,
    GivenBack,
    Gone,
    Outcome,
    ProviderAway,
    RefundRefused,
    RefundThere,
)
from .minor_units import in_minor_units
from .news import News
from .stripe_events import news_of
from .stripe_objects import outcome_of, refund_of

logger = logging.getLogger(__name__)

# What this code was written against, whatever version the account or a newer SDK would take.
API_VERSION = "2026-10-28.endive"
TIMEOUT = (3.05, 8)  # seconds to connect, and to wait for an answer: a customer waits, too
TRIES_MORE = 1  # by the SDK itself, under the same key
# Stripe has pages live for 30 minutes at least, counted from when it is asked: that leaves five to ask again.
PAGE_OPEN_FOR = timedelta(minutes=35)
KEYS_LAST = timedelta(hours=20)  # Stripe forgets an idempotency key after a day
MOST_LINE_ITEMS, LONGEST_NAME = 100, 250

stripe.enable_telemetry = False  # what else this shop asks Stripe, and how long it took, is its own business


class StripeCheckout:
    """Sends the customer to Stripe's page; what came of it Stripe says by webhook, or when it is asked."""

    code: str = "stripe"
    label: str | Promise = _("Pay by card")
    name: str | Promise = _("Card")
    template: str = "payments/_stripe.html"
    page_open_for: timedelta = PAGE_OPEN_FOR

    def takes(self, order: Order) -> bool:
        return bool(settings.STRIPE_SECRET_KEY)

    def form(self, data: object = None) -> forms.Form:
        return forms.Form(data)  # type: ignore[arg-type]

    def start(self, payment: Payment, data: dict[str, object]) -> Outcome:
        """The page to pay on: the same one however often it is asked for, also if Stripe's first answer was lost."""
        if not payment.amount:  # a page to pay nothing on there is none
            return Accepted(f"nothing-{payment.order.number}", payment.amount, payment.currency)
        if payment.session:
            found = self.look_up(payment)
            return Gone() if isinstance(found, Declined) else found
        try:
            with _asking():
                session = _client().v1.checkout.sessions.create(
                    params=_page_of(payment),  # type: ignore[arg-type]
                    options={"idempotency_key": f"payment-{payment.order.number}-{payment.pk}"},
                )
        except (_NoUse, stripe.IdempotencyError):
            # It failed under this key, or was asked something else (by a shop of before: another name or address). A
            # page that it may have made nobody has seen.
            return Gone()
        except (stripe.InvalidRequestError, ValueError) as refused:
            # Stripe answers this where it has not made a page under this key: what it knows it repeats. When the
            # payment was begun too long ago for a page of its own, another one is; else something is wrong here.
            if timezone.now() - payment.started_at > PAGE_OPEN_FOR - timedelta(minutes=30):
                return Gone()
            logger.exception("Stripe does not take order %s", payment.order.number, exc_info=refused)
            return Declined(gettext("This order cannot be paid by card."))
        return Elsewhere(session.url or "", session=session.id)

    def look_up(self, payment: Payment) -> Outcome:
        if not payment.session:
            return Gone()
        try:
            with _asking():
                session = _client().v1.checkout.sessions.retrieve(
                    payment.session, params={"expand": ["payment_intent"]}
                )
        except stripe.InvalidRequestError:
            logger.exception("Stripe does not know the page of order %s", payment.order.number)
            return Gone()  # it is another account's, or of the other mode
        return outcome_of(session.to_dict())

    def close(self, payment: Payment) -> Outcome:
        if not payment.session:
            return Gone()
        try:
            with _asking():
                session = _client().v1.checkout.sessions.expire(payment.session)
        except (stripe.InvalidRequestError, _NoUse):  # it is open no more: paid, or closed before
            return self.look_up(payment)
        return outcome_of(session.to_dict())

    def pay_back(self, refund: Refund) -> GivenBack | None:
        payment = refund.payment
        if not payment.reference or not payment.reference.startswith("pi_"):
            return None
        try:
            there = self._refund_of(refund)
        except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError) as refused:
            raise RefundRefused(refused.user_message or str(refused)) from refused
        except ValueError as refused:  # a sum that the currency has no coins for
            raise RefundRefused(str(refused)) from refused
        except _NoUse as failed:  # it may have been made all the same
            found = self._made_before(refund)
            if found is None:
                raise RefundRefused(gettext("Stripe failed, and gave nothing back.")) from failed
            there = found
        if there.status == Refund.Status.FAILED:
            problem = there.reason or gettext("The bank did not take the money back.")
            raise RefundRefused(problem, reference=there.reference)
        return GivenBack(there.reference, is_done=there.status == Refund.Status.DONE)

    def _refund_of(self, refund: Refund) -> RefundThere:
        """The refund at Stripe, which is made if there is none."""
        payment, at_stripe = refund.payment, _client().v1.refunds
        # Under a key that Stripe has forgotten, or under another one than before, it would give the money once more.
        may_be_there = refund.tries > 1 or timezone.now() - refund.created_at > KEYS_LAST
        if may_be_there and not refund.reference and (made_before := self._made_before(refund)):
            return made_before
        with _asking():
            if refund.reference:
                return refund_of(at_stripe.retrieve(refund.reference).to_dict())
            made = at_stripe.create(
                params={
                    "payment_intent": payment.reference or "",
                    "amount": in_minor_units(refund.amount, payment.currency),
                    "metadata": {**_ours(payment), "refund": str(refund.pk), "try": str(refund.tries)},
                },
                options={"idempotency_key": f"{payment.order.number}-{refund.provider_key}"},
            )
            return refund_of(made.to_dict())

    def _made_before(self, refund: Refund) -> RefundThere | None:
        """The refund, if it is at Stripe though its answer was lost."""
        made = (one for one in self.refunds_of(refund.payment) if one.ours == refund.pk)
        return next((one for one in made if one.status != Refund.Status.FAILED), None)

    def read(self, payload: dict[str, Any]) -> News:
        return news_of(payload)

    def refunds_of(self, payment: Payment) -> list[RefundThere]:
        with _asking():
            listed = _client().v1.refunds.list(
                params={"payment_intent": payment.reference or "", "limit": 100}
            )
            return [refund_of(refund.to_dict()) for refund in listed.auto_paging_iter()]


def _page_of(payment: Payment) -> dict[str, Any]:
    """The same for the same payment whenever it is asked: under one key Stripe takes no second version."""
    order = payment.order
    return {
        "mode": "payment",
        "submit_type": "pay",
        "line_items": _line_items(order),
        "client_reference_id": order.number,
        "metadata": _ours(payment),
        "payment_intent_data": {
            "metadata": _ours(payment),
            "description": f"{settings.SHOP_NAME} {order.number}",
        },
        "adaptive_pricing": {"enabled": False},  # what is paid is what the order costs, in its own currency
        "expires_at": int((payment.started_at + PAGE_OPEN_FOR).timestamp()),
        "success_url": _address("payments:returned", payment),
        "cancel_url": _address("payments:left", payment),
        **({"customer_email": order.email} if order.email else {}),
    }


def _line_items(order: Order) -> list[dict[str, Any]]:
    """What Stripe's page lists, to the order's total exactly; in one line if it is too much to list, or does not add
    up, as where nothing is charged for by the copy."""
    lines = list(order.lines.order_by("pk"))
    items = [
        (line.title, line.quantity, line.unit_price)
        if not line.discount
        else (f"{line.quantity} × {line.title}", 1, line.charged)
        for line in lines
    ]
    if order.shipping:
        items.append((order.shipping_name or gettext("Delivery"), 1, order.shipping))
    if len(items) > MOST_LINE_ITEMS or sum(n * price for _name, n, price in items) != order.total:
        items = [(gettext("Order %(number)s") % {"number": order.number}, 1, order.total)]
    return [
        {
            "quantity": quantity,
            "price_data": {
                "currency": order.currency.lower(),
                "unit_amount": in_minor_units(price, order.currency),
                "product_data": {"name": name[:LONGEST_NAME]},
            },
        }
        for name, quantity, price in items
    ]


def _ours(payment: Payment) -> dict[str, str]:
    """By what the shop knows its own payment again, whatever else is paid through the same account."""
    return {"payment": str(payment.pk), "order": payment.order.number}


def _address(name: str, payment: Payment) -> str:
    return settings.SHOP_URL + reverse(name, args=[payment.order.token, payment.pk])


class _NoUse(Exception):
    """Asking under this key again is of no use: Stripe failed once, and repeats that."""


@contextmanager
def _asking() -> Iterator[None]:
    """What means that Stripe did not answer becomes ProviderAway. What it refused for a reason passes."""
    try:
        yield
    except (stripe.InvalidRequestError, stripe.IdempotencyError, stripe.CardError):
        raise
    except stripe.StripeError as error:
        logger.error("Stripe gave no answer: %s", error)
        if (error.headers or {}).get("Idempotent-Replayed") == "true":
            raise _NoUse(str(error)) from error
        raise ProviderAway(str(error)) from error


def _client() -> stripe.StripeClient:
    return _client_for(settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE)


@lru_cache(maxsize=4)  # it keeps its connections
def _client_for(secret_key: str, api_base: str) -> stripe.StripeClient:
    return stripe.StripeClient(
        secret_key,
        stripe_version=API_VERSION,
        base_addresses={"api": api_base} if api_base else None,
        max_network_retries=TRIES_MORE,
        http_client=stripe.RequestsClient(timeout=TIMEOUT),
    )
