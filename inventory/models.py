"""Stock: how many copies there are, how many are promised, every change of it, and when to order more."""

import hashlib
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NoReturn, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.models import Book

# The number of copies below which a book is low: its own, else the shop's.
THRESHOLD = Coalesce("threshold", settings.RESTOCK_THRESHOLD)


class StockQuerySet(models.QuerySet["Stock"]):
    def with_available(self) -> Self:
        """Annotated with `free` (on hand and not allocated) and `limit` (the threshold that applies)."""
        return self.annotate(
            free=ExpressionWrapper(F("on_hand") - F("allocated"), output_field=IntegerField()),
            limit=THRESHOLD,
        )

    def low(self) -> Self:
        """Fewer copies available than the threshold."""
        return self.with_available().filter(free__lt=F("limit"))

    def to_restock(self) -> Self:
        """Low, and with fewer copies than staff have said will do."""
        return self.low().filter(Q(accepted_low=None) | Q(free__lt=F("accepted_low")))

    def out(self) -> Self:
        """No copy available."""
        return self.filter(on_hand__lte=F("allocated"))

    # Guarded UPDATEs, never read-then-write: each says in its row count whether it could be done.

    def allocate(self, quantities: Mapping[int, int]) -> bool:
        """Promise copies, by book id, to one order; False if for any book too few are available.

        One statement for all books: it locks their rows in the order of the primary key, and what False
        leaves half done the caller rolls back.
        """
        wanted = _by_book(quantities)
        enough = self.filter(book_id__in=quantities, on_hand__gte=F("allocated") + wanted)
        return enough.update(allocated=F("allocated") + wanted) == len(quantities)

    def release(self, book_id: int, quantity: int) -> bool:
        """Take back a promise; False if no such promise stands."""
        promised = self.filter(book_id=book_id, allocated__gte=quantity)
        return bool(promised.update(allocated=F("allocated") - quantity))

    def consume(self, book_id: int, quantity: int) -> bool:
        """Let promised copies leave the building; False if they were not promised."""
        promised = self.filter(book_id=book_id, allocated__gte=quantity)
        return bool(promised.update(on_hand=F("on_hand") - quantity, allocated=F("allocated") - quantity))

    def change(self, book_id: int, quantity: int) -> bool:
        """Add copies, or take away copies that are promised to nobody; False if too few of those.

        What staff have accepted as enough grows with the copies that come: the next one that goes counts again.
        """
        row = self.filter(book_id=book_id)
        if quantity >= 0:
            return bool(
                row.update(on_hand=F("on_hand") + quantity, accepted_low=F("accepted_low") + quantity)
            )
        # Guarded only here: on MySQL's unsigned columns no sum may pass below 0.
        row = row.filter(on_hand__gte=F("allocated") + abs(quantity))
        return bool(row.update(on_hand=F("on_hand") + quantity))

    def is_still(self, book_id: int, on_hand: int) -> bool:
        """Whether so many copies are on hand; if so, keeps it so until the transaction ends."""
        return bool(self.filter(book_id=book_id, on_hand=on_hand).update(on_hand=on_hand))

    def accept_low(self, book_id: int) -> bool:
        """Be content with the copies available of a book to restock; False if it needs no restocking."""
        due = self.to_restock().filter(book_id=book_id)
        return bool(due.update(accepted_low=F("on_hand") - F("allocated")))


def _by_book(quantities: Mapping[int, int]) -> Combinable:
    """Each row's own quantity, for a statement about several books."""
    if len(distinct := set(quantities.values())) == 1:
        return Value(distinct.pop())
    return Case(*(When(book_id=book_id, then=Value(copies)) for book_id, copies in quantities.items()))


class Stock(models.Model):
    """One book's copies. Only movements change `on_hand`, only orders change `allocated`."""

    book = models.OneToOneField(
        Book, on_delete=models.CASCADE, primary_key=True, related_name="stock", verbose_name=_("book")
    )
    on_hand = models.PositiveIntegerField(_("on hand"), default=0, editable=False)
    allocated = models.PositiveIntegerField(_("allocated"), default=0, editable=False)
    threshold = models.PositiveIntegerField(
        _("threshold"),
        null=True,
        blank=True,
        help_text=_("Restock when fewer copies than this are available; empty for the shop's own threshold."),
    )
    # While the book is low: the copies that staff said will do. Empty again once it is not low.
    accepted_low = models.PositiveIntegerField(_("accepted level"), null=True, blank=True, editable=False)

    objects = StockQuerySet.as_manager()

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints = [
            models.CheckConstraint(
                condition=Q(allocated__gte=0, allocated__lte=F("on_hand")), name="inventory_stock_allocated"
            ),
        ]

    def __str__(self) -> str:
        return str(self.book)

    @property
    def available(self) -> int:
        """Copies on hand that are promised to nobody."""
        return self.on_hand - self.allocated

    @property
    def restock_below(self) -> int:
        """The threshold that applies: the book's own, else the shop's."""
        return settings.RESTOCK_THRESHOLD if self.threshold is None else self.threshold

    @property
    def is_low(self) -> bool:
        """Whether fewer copies are available than the threshold."""
        return self.available < self.restock_below

    @property
    def needs_restocking(self) -> bool:
        """Whether it is low, and has fewer copies than staff have said will do."""
        return self.is_low and (self.accepted_low is None or self.available < self.accepted_low)


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
        ADJUSTED = "adjusted", _("Adjusted")

    # The book, not its stock row: a foreign key would lock that hottest of rows before its update.
    book = models.ForeignKey(
        Book, on_delete=models.PROTECT, related_name="stock_movements", verbose_name=_("book")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
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
            # An order's copies leave once.
            models.UniqueConstraint(fields=["order_line", "kind"], name="inventory_movement_once_per_line"),
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


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _contents(quantities: Mapping[int, int]) -> str:
    return _digest(",".join(f"{book_id}:{copies}" for book_id, copies in sorted(quantities.items())))


class DeliveryDiffers(Exception):
    """A delivery of this name is booked in already, with other copies."""

    def __init__(self, reference: str) -> None:
        self.reference = reference
        super().__init__(f"{reference} is booked in already, with other copies.")


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    def record(
        self, reference: str, quantities: Mapping[int, int], *, actor_id: int | None, at: datetime
    ) -> bool:
        """Write down that so many copies, by book id, came by this name; False if they are written down already.

        Raises DeliveryDiffers if others are.
        """
        contents = _contents(quantities)
        delivery, is_new = self.get_or_create(
            key=_digest(reference),
            defaults={
                "reference": reference,
                "contents": contents,
                "actor_id": actor_id,
                "received_at": at,
            },
        )
        if delivery.contents != contents:
            raise DeliveryDiffers(reference)
        return is_new

    def differs(self, reference: str, quantities: Mapping[int, int]) -> bool:
        """Whether a delivery of this name is booked in with other copies."""
        return self.filter(key=_digest(reference)).exclude(contents=_contents(quantities)).exists()


class Delivery(models.Model):
    """A delivery that has been booked in, by its own name: the same file or form twice receives nothing twice.

    A name is the same if it is so letter by letter: `key` is a digest of it, because what a column's own text is
    equal to differs from database to database. `contents` is a digest of the copies.
    """

    reference = models.CharField(_("reference"), max_length=100)
    key = models.CharField(max_length=64, unique=True, editable=False)
    contents = models.CharField(max_length=64, editable=False)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("who"),
    )

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering = ["-received_at", "-pk"]

    def __str__(self) -> str:
        return self.reference


class RestockAlertQuerySet(models.QuerySet["RestockAlert"]):
    def open(self) -> Self:
        """Alerts about books that need restocking now."""
        return self.filter(is_open=True)

    def reassess(self, book_ids: Iterable[int], at: datetime | None = None) -> None:
        """Have exactly one open alert for each of these books that needs restocking, and none for the others.

        For a transaction that has changed the books' stock: it holds the lock on their rows, so that
        nobody else decides about the same books meanwhile. Two queries when nothing changes.
        """
        book_ids = list(book_ids)
        in_question = Stock.objects.with_available().filter(
            Q(free__lt=F("limit")) | Q(accepted_low__isnull=False), pk__in=book_ids
        )
        stocks = list(in_question)
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

    def raise_low(self, book_ids: Collection[int], at: datetime | None = None) -> None:
        """The same for books whose copies have only become fewer: nothing can have recovered."""
        if any(stock.needs_restocking for stock in Stock.objects.filter(pk__in=book_ids)):
            self.reassess(book_ids, at=at)


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
    resolved_at = models.DateTimeField(_("resolved"), null=True, blank=True)

    objects = RestockAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("restock alert")
        verbose_name_plural = _("restock alerts")
        ordering = ["raised_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["book", "is_open"], name="inventory_alert_one_open_per_book"),
        ]

    def __str__(self) -> str:
        return f"{self.book}: {self.get_status_display()}"
