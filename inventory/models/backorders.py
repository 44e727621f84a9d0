"""Backorders: who waits for copies that have yet to come in, and who gets them first."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from shop.models import Book


class BackorderQuerySet(models.QuerySet["Backorder"]):
    def fill(self, book_id: int, copies: int) -> None:
        """Give so many copies of a book to those who have waited longest, the last of them perhaps not all.

        For whoever holds the lock on the book's stock row and has promised the copies there.
        """
        waiting = self.filter(book_id=book_id).order_by("pk")
        filled = None
        for backorder in waiting[:copies]:  # each takes one copy at least
            if backorder.quantity > copies:
                waiting.filter(pk=backorder.pk).update(quantity=F("quantity") - copies)
                break
            copies -= backorder.quantity
            filled = backorder.pk
            if not copies:
                break
        if filled is not None:
            self.filter(book_id=book_id, pk__lte=filled).delete()


class Backorder(models.Model):
    """What one line of an order still waits for: copies promised before they came in. Gone once they have.

    They are made under the lock on the book's stock row, so that of one book's, the lower key came first.
    """

    order_line = models.OneToOneField("shop.OrderLine", on_delete=models.PROTECT, related_name="backorder")
    # The book once more, not by way of the line: with the key, this is the index for first come, first served.
    book = models.ForeignKey(
        Book, on_delete=models.PROTECT, related_name="backorders", verbose_name=_("book")
    )
    quantity = models.PositiveIntegerField(_("awaited"))

    objects = BackorderQuerySet.as_manager()

    class Meta:
        verbose_name = _("backorder")
        verbose_name_plural = _("backorders")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gte=1), name="inventory_backorder_quantity"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.book}"
