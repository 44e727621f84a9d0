"""Stock: how many copies there are, how many are promised, every change of it, and when to order more."""

from .alerts import RestockAlert, RestockAlertQuerySet
from .backorders import Backorder
from .deliveries import Delivery, DeliveryDiffers
from .movements import StockMovement
from .stock import Stock, StockQuerySet

__all__ = [
    "Backorder",
    "Delivery",
    "DeliveryDiffers",
    "RestockAlert",
    "RestockAlertQuerySet",
    "Stock",
    "StockMovement",
    "StockQuerySet",
]
