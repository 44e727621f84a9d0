"""Invoices: what an order was charged, under a number of a series without gaps."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .orders import Order


class NumberSeries(models.Model):
    """The last number given out of a series that must have no gaps, such as that of invoices.

    A number is taken by an UPDATE of its row, in the transaction that writes what bears it: who comes next waits, and
    finds it as it was if that transaction fails.
    """

    name = models.CharField(max_length=30, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"


class Invoice(models.Model):
    """An order's invoice, as it was issued: seller, buyer, lines and tax by rate are kept as they were then."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    number = models.PositiveIntegerField(_("number"), unique=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    contents = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-number"]

    def __str__(self) -> str:
        return str(self.number)
