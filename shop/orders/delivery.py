"""How an order reaches its customer, and what that costs."""

from decimal import Decimal

from django.conf import settings

from .models import Order


def shipping_cost(delivery_method: str) -> Decimal:
    """The delivery charge: a flat rate, nothing for collection. In the shop's currency, tax included.

    Raises ValueError for a way of delivery that there is not: no order is sent for nothing by mistake.
    """
    charges = {
        Order.Delivery.STANDARD: settings.SHIPPING_FLAT_RATE,
        Order.Delivery.COLLECTION: Decimal("0.00"),
    }
    return charges[Order.Delivery(delivery_method)]
