"""How an order reaches its customer, and what that costs."""

from decimal import Decimal

from django.conf import settings

from .models import Order


def shipping_cost(delivery_method: str) -> Decimal:
    """The delivery charge: a flat rate, nothing for collection. In the shop's currency, tax included."""
    if delivery_method == Order.Delivery.STANDARD:
        return settings.SHIPPING_FLAT_RATE
    return Decimal("0.00")
