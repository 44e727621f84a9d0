"""Money has come in, or has not: payment and order move together, once."""

from datetime import datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest
from django.utils import timezone
from django.utils.translation import gettext as _

from shop.orders.models import Order
from shop.orders.transitions import NotPossible, Status, move
from shop.transactions import retry_on_conflict

from .gateways import label_of
from .models import Payment
from .refunding import owe_refund, why_not


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
    record_payment(payment, reference=reference, actor=actor, at=timezone.now())
    payment.refresh_from_db()
    return payment


def record_payment(
    payment: Payment, *, reference: str | None, actor: AbstractBaseUser | None, at: datetime
) -> None:
    """The order's total came in by this payment at a known time. Inside the caller's transaction."""
    order = payment.order
    try:  # the order first, as everywhere, so that paying and cancelling never wait for each other in a ring
        move(order, Status.PAID, actor=actor, note=label_of(payment), at=at, paid_at=at, expires_at=None)
        is_wanted = True
    except NotPossible:
        is_wanted = False
    unsettled = Payment.objects.filter(pk=payment.pk).exclude(status=Payment.Status.SUCCEEDED)
    is_new = unsettled.update(
        status=Payment.Status.SUCCEEDED, reference=reference, settled_at=at, actor=actor, problem=""
    )
    if is_new and not is_wanted:
        owe_refund(payment, reason=why_not(order))


def fail(*, payment_id: int, problem: str) -> None:
    """The gateway refused; the order stays as it is, so that the customer can try again."""
    Payment.objects.filter(pk=payment_id, status=Payment.Status.STARTED).update(
        status=Payment.Status.FAILED, problem=problem[:200]
    )


@retry_on_conflict
@transaction.atomic(durable=True)
def start_payment(*, order_id: int, gateway: str) -> Payment:
    """Begin to pay an order; raises NotPossible unless it awaits payment."""
    order = Order.objects.get(pk=order_id)
    if not order.awaits_payment:
        raise NotPossible(order)
    return Payment.objects.create(order=order, gateway=gateway, amount=order.total, currency=order.currency)


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
