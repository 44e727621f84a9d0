"""Money has come in, or has not: payment and order move together, once."""

from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.orders.copies import locked
from shop.orders.invoicing import invoice_order
from shop.orders.models import Order
from shop.orders.reviving import record_revival
from shop.orders.transitions import NotPossible, Status, move
from shop.signals import InsufficientStock
from shop.tasks import enqueue
from shop.transactions import retry_on_conflict

from .emails import mail_paid
from .gateways import PROVIDERS, name_of
from .gateways.base import Declined
from .models import Payment
from .refunding import owe_refund, why_not

# An order is held so much longer than a provider's page is open: word of a payment in its last minute takes a while.
GRACE = timedelta(minutes=5)


class WrongAmount(Exception):
    """What was paid is not what the order costs; nothing has been changed."""


class ReferenceUsed(Exception):
    """The gateway's reference is already that of another payment; nothing has been changed."""


@retry_on_conflict
@transaction.atomic(durable=True)
def settle(
    *,
    payment_id: int,
    amount: Decimal,
    currency: str,
    reference: str | None = None,
    actor: AbstractBaseUser | None = None,
) -> Payment:
    """The gateway, or staff at the till, say that this was paid: the order is paid. Settles once, however
    often it is said.

    Raises WrongAmount unless amount and currency are the order's total, and ReferenceUsed if the same
    reference has settled another payment. Money for an order that can no longer be paid (cancelled,
    expired, or paid before) is not kept: it becomes a refund.
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    check_payment(payment, amount=amount, currency=currency, reference=reference)
    record_payment(payment, reference=reference, actor=actor, at=timezone.now())
    payment.refresh_from_db(fields=["status", "reference", "settled_at", "actor", "problem", "refunded"])
    return payment  # with its order as it is now


def check_payment(payment: Payment, *, amount: Decimal, currency: str, reference: str | None) -> None:
    """Raise WrongAmount unless so much is what the payment's order costs, and ReferenceUsed if the same reference has
    settled another payment."""
    order = payment.order
    if (amount, currency) != (order.total, order.currency):
        raise WrongAmount(
            _("%(paid)s %(currency)s was paid, but order %(number)s costs %(total)s %(order_currency)s.")
            % {
                "paid": amount,
                "currency": currency,
                "number": order.number,
                "total": order.total,
                "order_currency": order.currency,
            }
        )
    # Two at the same moment both find it free; the second then fails on the constraint, and finds it used next time.
    if reference is not None and Payment.objects.filter(reference=reference).exclude(pk=payment.pk).exists():
        raise ReferenceUsed(
            _("The payment %(reference)s belongs to another order. Please write to us.")
            % {"reference": reference}
        )


def record_payment(
    payment: Payment, *, reference: str | None, actor: AbstractBaseUser | None, at: datetime
) -> bool:
    """The order's total came in by this payment at a known time. Inside the caller's transaction. False if that was
    known."""
    # The order first, as everywhere, so that paying and cancelling never wait for each other in a ring.
    is_wanted = _order_is_paid(payment, actor=actor, at=at)
    unsettled = Payment.objects.filter(pk=payment.pk).exclude(status=Payment.Status.SUCCEEDED)
    is_new = unsettled.update(
        status=Payment.Status.SUCCEEDED, reference=reference, settled_at=at, actor=actor, problem=""
    )
    if is_wanted:
        mail_paid(payment)
        enqueue(invoice_order, payment.order_id)
    elif is_new:
        owe_refund(payment, reason=why_not(payment.order))
    if is_new:
        close_pages(payment.order, besides=payment)
    return bool(is_new)


def _order_is_paid(payment: Payment, *, actor: AbstractBaseUser | None, at: datetime) -> bool:
    """Whether the payment's order takes the money: one that expired does if its copies are still there."""
    order = payment.order
    pay = partial(move, order, Status.PAID, actor=actor, note=name_of(payment), expires_at=None)
    try:
        pay(at=at, paid_at=at)
        return True
    except NotPossible:
        if order.status != Status.EXPIRED:
            return False
    try:
        with transaction.atomic():
            at = timezone.now()  # not before its expiry, for which this may have had to wait
            record_revival(order, at=at)
            # By now nobody else is at this order. If this payment came before, its money has gone back.
            if Payment.objects.filter(pk=payment.pk, status=Payment.Status.SUCCEEDED).exists():
                raise NotPossible(order)
            pay(at=at, paid_at=at)
    except (InsufficientStock, NotPossible):
        order.refresh_from_db()
        return False
    return True


def fail(*, payment_id: int, problem: str) -> bool:
    """The gateway refused; the order stays as it is, so that the customer can try again. False if that payment has
    come to its end before."""
    started = Payment.objects.filter(pk=payment_id, status=Payment.Status.STARTED)
    return bool(started.update(status=Payment.Status.FAILED, problem=problem[:200]))


@retry_on_conflict
@transaction.atomic(durable=True)
def start_payment(*, order_id: int, gateway: str) -> Payment:
    """Begin to pay an order, or go on where its payment was begun on a provider's page. Raises NotPossible unless the
    order awaits payment.

    Of such pages there is one at a time, and the order is held until it closes: nobody pays there for what is gone.
    """
    provider = PROVIDERS.get(gateway)
    order = locked(order_id) if provider else Order.objects.get(pk=order_id)
    if not order.awaits_payment:
        raise NotPossible(order)
    asked = {"gateway": gateway, "amount": order.total, "currency": order.currency}
    begun = order.payments.filter(status=Payment.Status.STARTED, **asked).first() if provider else None
    close_pages(order, besides=begun)
    if begun:
        return begun
    if provider:
        hold(order, until=timezone.now() + provider.page_open_for + GRACE)
    return Payment.objects.create(order=order, **asked)


def hold(order: Order, *, until: datetime) -> None:
    """Have the order wait for its payment until then at least; one that waits without an end goes on to do so."""
    held = Order.objects.filter(pk=order.pk, status=Status.PLACED)
    held.update(expires_at=Greatest("expires_at", Value(until)))


def close_pages(order: Order, *, besides: Payment | None = None) -> None:
    """Have nobody pay for this order on a provider's page any more, after the commit."""
    begun = order.payments.filter(status=Payment.Status.STARTED, gateway__in=PROVIDERS)
    for payment_id in begun.exclude(pk=besides.pk if besides else 0).values_list("pk", flat=True):
        enqueue(close_page, payment_id)


def close_page(payment_id: int) -> None:
    """Close the page of one payment, which has failed then; one that was made already is told of by an event. A task,
    which may be done again. Raises ProviderAway."""
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    provider = PROVIDERS.get(payment.gateway)
    # One without a session may be getting it at this moment: whoever does so closes it (answers.record_page).
    if provider and payment.is_open and payment.session:
        outcome = provider.close(payment)
        if isinstance(outcome, Declined):
            fail(payment_id=payment.pk, problem=outcome.problem)


@retry_on_conflict
@transaction.atomic(durable=True)
def hold_for_collection(*, payment_id: int) -> None:
    """The customer pays at the till: the order waits some days from its placing, no more however often this
    is said. Raises NotPossible once it does not wait.

    One that waits for copies or for a day is held without an end, until `hold_what_has_come` gives it one.
    """
    payment = Payment.objects.select_related("order").get(pk=payment_id)
    order = payment.order
    held = Order.objects.filter(pk=order.pk, status=Status.PLACED)
    until = order.placed_at + timedelta(days=settings.COLLECTION_HELD_DAYS)
    # No day before the one that it has, and none where it has none: the order may have been placed months ago.
    later = None if held.hindered().exists() else Greatest("expires_at", Value(until))
    if not held.update(expires_at=later):
        order.refresh_from_db()
        raise NotPossible(order)
