"""Returns: copies that come back from a customer, asked for first or just brought."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .orders import Order, OrderLine


class Return(models.Model):
    """Copies of one order that the customer wants to give back, or has."""

    class Status(models.TextChoices):
        ASKED = "asked", _("Asked for")
        RECEIVED = "received", _("Received")
        REFUSED = "refused", _("Refused")

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="returns")
    number = models.PositiveSmallIntegerField(_("number"))  # within its order: 1, 2, 3
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ASKED)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    answer = models.CharField(_("answer"), max_length=200, blank=True, help_text=_("The customer reads it."))
    asked_at = models.DateTimeField(_("asked for"), default=timezone.now)
    closed_at = models.DateTimeField(_("received or refused"), null=True, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )

    class Meta:
        verbose_name = _("return")
        verbose_name_plural = _("returns")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["status", "asked_at"], name="shop_return_by_status")]
        constraints = [models.UniqueConstraint(fields=["order", "number"], name="shop_return_number")]

    def __str__(self) -> str:
        return self.reference

    @property
    def reference(self) -> str:
        """What the return and its copies' movements are called."""
        return f"{self.order.number}/R{self.number}"

    @property
    def was_asked_for(self) -> bool:
        """Whether the customer asked for it, and gave the reason; else the copies just came, and staff wrote it."""
        return self.closed_at != self.asked_at


class ReturnLine(models.Model):
    """Copies of one line that come back; of those received, how many can be sold again."""

    part_of = models.ForeignKey(Return, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="returns")
    quantity = models.PositiveIntegerField(_("copies"))
    restocked = models.PositiveIntegerField(_("back to stock"), default=0)

    class Meta:
        verbose_name = _("return line")
        verbose_name_plural = _("return lines")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["part_of", "line"], name="shop_returnline_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, restocked__lte=F("quantity")), name="shop_returnline_quantity"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line.title}"
