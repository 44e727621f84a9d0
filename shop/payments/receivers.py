"""What payments do when an order ends."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.dispatch import receiver

from shop.orders.models import Order
from shop.personal_data import data_asked_for, erasure_asked_for
from shop.signals import order_cancelled

from .models import Payment
from .personal_data import payments_of, refuse_while_refund_due
from .refunding import owe_refund, why_not


@receiver(order_cancelled, dispatch_uid="shop.refund_cancelled_order")
def refund_cancelled_order(sender: Any, order: Order, **kwargs: Any) -> None:
    """What was paid for a cancelled order goes back; what was only begun has failed."""
    for payment in order.payments.filter(status=Payment.Status.SUCCEEDED):
        owe_refund(payment, reason=why_not(order))
    order.payments.filter(status=Payment.Status.STARTED).update(
        status=Payment.Status.FAILED, problem=why_not(order)
    )


@receiver(data_asked_for, dispatch_uid="shop.payments_data")
def tell_payments(sender: Any, user: AbstractBaseUser, **kwargs: Any) -> dict[str, Any]:
    return {"payments": payments_of(user)}


@receiver(erasure_asked_for, dispatch_uid="shop.refunds_open")
def see_refunds_through(sender: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
    refuse_while_refund_due(user)
