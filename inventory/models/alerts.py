"""Alerts: which books must be restocked, and since when."""

from collections.abc import Iterable
from datetime import datetime
from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.models import Book

from .stock import Stock


class RestockAlertQuerySet(models.QuerySet["RestockAlert"]):
    def open(self) -> Self:
        """Alerts about books that need restocking now."""
        # Django writes is_open=True as a bare column, for which SQLite finds no index; it does for this.
        return self.filter(is_open__in=[True])

    def reassess(self, book_ids: Iterable[int], at: datetime | None = None) -> None:
        """Have exactly one open alert for each of these books that needs restocking, and none for the others.

        For a transaction that has changed the books' stock: it holds the lock on their rows, so that
        nobody else decides about the same books meanwhile. Two queries when nothing changes.
        """
        book_ids = list(book_ids)
        in_question = Q(free__lt=F("limit")) | Q(awaited__gt=0) | Q(accepted_low__isnull=False)
        stocks = list(Stock.objects.with_available().filter(in_question, pk__in=book_ids))
        low = {stock.pk: stock for stock in stocks if stock.needs_restocking}
        plenty = [stock.pk for stock in stocks if not stock.is_low]
        if plenty:
            Stock.objects.filter(pk__in=plenty).update(accepted_low=None)
        opened = dict(self.open().filter(book_id__in=book_ids).values_list("book_id", "pk"))
        at = at or timezone.now()
        raised = sorted(low.keys() - opened.keys())
        if raised:
            RestockAlert.objects.bulk_create(
                RestockAlert(book_id=book_id, available=low[book_id].available, raised_at=at)
                for book_id in raised
            )
        recovered = sorted(pk for book_id, pk in opened.items() if book_id not in low)
        if recovered:
            self.filter(pk__in=recovered).update(
                status=RestockAlert.Status.RESOLVED, is_open=None, resolved_at=at
            )


class RestockAlert(models.Model):
    """A book fell below its threshold. Closes by itself once enough copies are available again, or when staff say
    that what is left will do."""

    class Status(models.TextChoices):
        OPEN = "open", _("Open")
        ORDERED = "ordered", _("Ordered")
        RESOLVED = "resolved", _("Resolved")

    book = models.ForeignKey(
        Book, on_delete=models.CASCADE, related_name="restock_alerts", verbose_name=_("book")
    )
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.OPEN)
    # True or NULL, never False: with it the unique constraint allows one open alert per book on every database.
    is_open = models.BooleanField(null=True, default=True, editable=False)
    available = models.PositiveIntegerField(_("available when raised"), editable=False)
    raised_at = models.DateTimeField(_("raised"), default=timezone.now)
    ordered_at = models.DateTimeField(_("ordered"), null=True, blank=True)
    # The number of the mail that told staff of it (telling.py); none has, where it is empty.
    told_in = models.PositiveIntegerField(null=True, editable=False)
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    objects = RestockAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("restock alert")
        verbose_name_plural = _("restock alerts")
        ordering = ["raised_at", "pk"]
        indexes = [models.Index(fields=["is_open", "raised_at", "id"], name="inventory_alert_by_raised")]
        constraints = [
            models.UniqueConstraint(fields=["book", "is_open"], name="inventory_alert_one_open_per_book"),
        ]

    def __str__(self) -> str:
        return f"{self.book}: {self.get_status_display()}"
