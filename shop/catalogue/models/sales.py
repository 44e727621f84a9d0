"""What orders tell the catalogue, worked out from time to time, and what staff recommend."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .books import Book


class SalesRank(models.Model):
    """How well a book has sold in the last weeks; there is a row only for books that have."""

    book = models.OneToOneField(Book, on_delete=models.CASCADE, primary_key=True, related_name="sales_rank")
    copies = models.PositiveIntegerField(_("copies sold"))
    rank = models.PositiveIntegerField(_("rank"), db_index=True)

    class Meta:
        verbose_name = _("sales rank")
        verbose_name_plural = _("sales ranks")
        ordering = ["rank", "pk"]

    def __str__(self) -> str:
        return f"{self.rank}: {self.book}"


class Companion(models.Model):
    """A book that is often bought in the same order as another."""

    book = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="companions")
    other = models.ForeignKey(Book, on_delete=models.CASCADE, related_name="+")
    orders = models.PositiveIntegerField(_("orders with both"))

    class Meta:
        verbose_name = _("companion")
        verbose_name_plural = _("companions")
        ordering = ["-orders", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["book", "other"], name="shop_companion_once"),
        ]

    def __str__(self) -> str:
        return f"{self.book} + {self.other}"


class StaffPick(models.Model):
    """A book that somebody of the shop recommends."""

    book = models.OneToOneField(
        Book, on_delete=models.CASCADE, related_name="staff_pick", verbose_name=_("book")
    )
    note = models.CharField(
        _("in a sentence"), max_length=300, blank=True, help_text=_("Why; shown to customers.")
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("picked by"),
    )
    added_at = models.DateTimeField(_("picked"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("staff pick")
        verbose_name_plural = _("staff picks")
        ordering = ["-added_at", "-pk"]

    def __str__(self) -> str:
        return str(self.book)
