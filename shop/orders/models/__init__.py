"""Orders: what was sold, to whom, for how much, and all that happened to it; and what that depends on."""

from .invoices import CreditNote, Invoice, NumberSeries
from .orders import (
    LineCredit,
    Order,
    OrderEvent,
    OrderLine,
    OrderLineQuerySet,
    OrderQuerySet,
    new_number,
    new_token,
)
from .returns import Return, ReturnLine
from .shipments import Shipment, ShipmentLine
from .shipping import ShippingBand, ShippingMethod, ShippingZone, ZoneCountry
from .tax import TaxRate

__all__ = [
    "CreditNote",
    "Invoice",
    "LineCredit",
    "NumberSeries",
    "Order",
    "OrderEvent",
    "OrderLine",
    "OrderLineQuerySet",
    "OrderQuerySet",
    "Return",
    "ReturnLine",
    "Shipment",
    "ShipmentLine",
    "ShippingBand",
    "ShippingMethod",
    "ShippingZone",
    "TaxRate",
    "ZoneCountry",
    "new_number",
    "new_token",
]
