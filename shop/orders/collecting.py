"""Orders that customers come for and pay then: once all that they wait for is there, the days to come for it begin."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from .emails import mail_has_come
from .models import Order


def hold_what_has_come() -> int:
    """Give the customers who pay on collection their days to come, from now, once all they ordered in advance is
    there and may be sold, and tell them by mail; how many orders that concerned.

    Until then such an order is held without an end: its `expires_at` is empty.
    """
    until = timezone.now() + timedelta(days=settings.COLLECTION_HELD_DAYS)
    held = Order.objects.filter(
        status=Order.Status.PLACED, delivery_method=Order.Delivery.COLLECTION, expires_at=None
    )
    come = held.unhindered().order_by("pk").values_list("pk", flat=True)
    return sum(_hold(order_id, until) for order_id in list(come))


@transaction.atomic
def _hold(order_id: int, until: datetime) -> bool:
    """Hold one order until then, if it still waits, and have its customer told."""
    waits = Order.objects.filter(pk=order_id, status=Order.Status.PLACED, expires_at=None)
    if not waits.update(expires_at=until):
        return False
    mail_has_come(Order.objects.get(pk=order_id))
    return True
