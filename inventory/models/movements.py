"""The ledger: every change of the copies on hand, written down for good."""

from typing import Any, NoReturn

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.models import Book


class StockMovementQuerySet(models.QuerySet["StockMovement"]):
    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("Movements are never changed: what was wrong is put right by another one.")

    def delete(self) -> NoReturn:
        raise TypeError("Movements are never deleted: what was wrong is put right by another one.")


class StockMovement(models.Model):
    """One change of a book's copies on hand. Append-only: for every book, the movements sum to `on_hand`."""

    class Kind(models.TextChoices):
        OPENING = "opening", _("Opening stock")
        RECEIVED = "received", _("Received")
        DISPATCHED = "dispatched", _("Dispatched")
        RETURNED = "returned", _("Returned")
        WRITTEN_OFF = "written_off", _("Written off")
        ADJUSTED = "adjusted", _("Adjusted")

    # The book, not its stock row: a foreign key would lock that hottest of rows before its update.
    book = models.ForeignKey(
        Book, on_delete=models.PROTECT, related_name="stock_movements", verbose_name=_("book")
    )
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    quantity = models.IntegerField(_("copies"), help_text=_("Copies added; negative for copies taken away."))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reference = models.CharField(_("reference"), max_length=100, blank=True)
    order_line = models.ForeignKey(
        "shop.OrderLine", on_delete=models.PROTECT, null=True, blank=True, related_name="stock_movements"
    )
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )
    at = models.DateTimeField(_("when"), default=timezone.now, db_index=True)

    objects = StockMovementQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(quantity=0), name="inventory_movement_moves"),
            # Of one line, copies leave with a parcel, or come back with a return, once.
            models.UniqueConstraint(
                fields=["order_line", "kind", "reference"], name="inventory_movement_once_per_parcel"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.book}: {self.signed}"

    @property
    def signed(self) -> str:
        """The copies with their sign, as a ledger shows them."""
        return f"{self.quantity:+d}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A movement is never changed: what was wrong is put right by another one.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A movement is never deleted: what was wrong is put right by another one.")
