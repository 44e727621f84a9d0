"""Invoices and credit notes: what an order was charged and given back, under numbers of series without gaps."""

from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .orders import Order


class NumberSeries(models.Model):
    """The last number given out of a series that must have no gaps, such as that of invoices.

    A number is taken by an UPDATE of its row, in the transaction that writes what bears it: who comes next waits, and
    finds it as it was if that transaction fails. The time for which others wait is short only if nothing but that
    writing follows.
    """

    INVOICES = "invoices"
    CREDIT_NOTES = "credit notes"

    name = models.CharField(max_length=30, primary_key=True)
    last = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")

    def __str__(self) -> str:
        return f"{self.name}: {self.last}"

    @staticmethod
    def take(name: str) -> int:
        """The next number of a series, inside the caller's transaction."""
        series = NumberSeries.objects.filter(name=name)
        if not series.update(last=F("last") + 1):  # the first one ever, which two may try to make
            NumberSeries.objects.bulk_create([NumberSeries(name=name)], ignore_conflicts=True)
            series.update(last=F("last") + 1)
        return series.values_list("last", flat=True).get()


class Invoice(models.Model):
    """An order's invoice, as it was issued: `contents` keeps seller, buyer, lines and tax by rate as they were then."""

    order = models.OneToOneField(Order, on_delete=models.PROTECT, related_name="invoice")
    number = models.PositiveIntegerField(_("number"), unique=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    contents = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("invoice")
        verbose_name_plural = _("invoices")
        ordering = ["-number"]

    def __str__(self) -> str:
        return self.contents.get("number", str(self.number))


class CreditNote(models.Model):
    """What a refund takes back of an invoice, as it was issued."""

    invoice = models.ForeignKey(
        Invoice, on_delete=models.PROTECT, related_name="credit_notes", verbose_name=_("invoice")
    )
    refund = models.OneToOneField(
        "shop.Refund", on_delete=models.PROTECT, related_name="credit_note", verbose_name=_("refund")
    )
    number = models.PositiveIntegerField(_("number"), unique=True)
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)
    contents = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("credit note")
        verbose_name_plural = _("credit notes")
        ordering = ["-number"]

    def __str__(self) -> str:
        return self.contents.get("number", str(self.number))
