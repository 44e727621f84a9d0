"""What payments do when an order ends."""

from typing import Any

from django.dispatch import receiver

from shop.orders.models import Order
from shop.signals import order_cancelled

from .models import Payment
from .refunding import owe_refund, why_not


@receiver(order_cancelled, dispatch_uid="shop.refund_cancelled_order")
def refund_cancelled_order(sender: Any, order: Order, **kwargs: Any) -> None:
    """What was paid for a cancelled order goes back; what was only begun has failed."""
    for payment in order.payments.filter(status=Payment.Status.SUCCEEDED):
        owe_refund(payment, reason=why_not(order))
    order.payments.filter(status=Payment.Status.STARTED).update(
        status=Payment.Status.FAILED, problem=why_not(order)
    )
