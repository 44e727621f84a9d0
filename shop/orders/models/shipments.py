"""Shipments: what left the shop together, by carrier or over the counter."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..carriers import tracking_page
from .orders import Order, OrderLine


class Shipment(models.Model):
    """One parcel of an order, or what was handed over at once."""

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="shipments")
    number = models.PositiveSmallIntegerField(_("number"))  # within its order: 1, 2, 3
    carrier = models.CharField(_("carrier"), max_length=100, blank=True)
    tracking = models.CharField(_("tracking number"), max_length=100, blank=True)
    dispatched_at = models.DateTimeField(_("dispatched"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )

    class Meta:
        verbose_name = _("shipment")
        verbose_name_plural = _("shipments")
        ordering = ["order", "number"]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="shop_shipment_number")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What the parcel and its copies' movements are called: the order's number and its own."""
        return f"{self.order.number}/{self.number}"

    @property
    def tracking_url(self) -> str:
        """The carrier's page about the parcel; empty if the carrier is not known, or there is no number."""
        return tracking_page(self.carrier, self.tracking)


class ShipmentLine(models.Model):
    """Copies of one line that left with a shipment."""

    shipment = models.ForeignKey(Shipment, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="shipped")
    quantity = models.PositiveIntegerField(_("copies"))

    class Meta:
        verbose_name = _("shipment line")
        verbose_name_plural = _("shipment lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["shipment", "line"], name="shop_shipmentline_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1), name="shop_shipmentline_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"
