"""What payments do when an order ends."""

from typing import Any

from django.dispatch import receiver
from django.utils.translation import gettext as _

from shop.orders.models import Order
from shop.signals import order_cancelled

from .models import Payment
from .refunding import owe_refund


@receiver(order_cancelled, dispatch_uid="shop.refund_cancelled_order")
def refund_cancelled_order(sender: Any, order: Order, **kwargs: Any) -> None:
    """What was paid for a cancelled order goes back; what was only begun has failed."""
    for payment in order.payments.filter(status=Payment.Status.SUCCEEDED):
        owe_refund(payment, reason=_("The order was cancelled."))
    order.payments.filter(status=Payment.Status.STARTED).update(
        status=Payment.Status.FAILED,
        problem=_("The order was %(status)s.") % {"status": order.get_status_display().lower()},
    )
