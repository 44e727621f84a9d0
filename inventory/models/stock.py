"""Stock: how many copies there are, how many are promised, and how many are awaited."""

from collections.abc import Iterable, Mapping
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Case, ExpressionWrapper, F, IntegerField, Q, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, Least
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

    def meant_to_have(self) -> Self:
        """Without the books of which no copy at all will do, as a feed brings them by the thousand; those that
        customers wait for are wanted."""
        return self.exclude(accepted_low=0, awaited=0)

    def low(self) -> Self:
        """Fewer copies available than the threshold, or customers who wait for some."""
        return self.meant_to_have().with_available().filter(Q(free__lt=F("limit")) | Q(awaited__gt=0))

    def to_restock(self) -> Self:
        """Low, and with fewer copies than staff have said will do; nothing will do for customers who wait."""
        content = Q(accepted_low__isnull=False, free__gte=F("accepted_low"), awaited=0)
        return self.low().exclude(content)

    def out(self) -> Self:
        """No copy available, of books that the shop means to have."""
        return self.meant_to_have().filter(on_hand__lte=F("allocated"))

    def awaited(self) -> Self:
        """Books that customers wait for: copies of them are promised that have yet to come in."""
        return self.filter(awaited__gt=0)

    def locked(self, book_ids: Iterable[int]) -> dict[int, "Stock"]:
        """These books' rows by book id, which nobody else changes before the caller's transaction ends.

        For whoever must know the figures to decide, above all who waits: every change of a book's backorders
        is made under this lock. The rows are locked in the order of the primary key, as everywhere.
        """
        return {stock.pk: stock for stock in self.select_for_update().filter(pk__in=book_ids).order_by("pk")}

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
        """Take back a promise; False if no such promise stands. Copies that are awaited stay promised: to those
        who wait for them."""
        promised = self.filter(book_id=book_id, allocated__gte=quantity)
        passed_on = Least(F("awaited"), Value(quantity))
        # MySQL goes from left to right and reckons on with what it has just set: `awaited` comes last.
        return bool(
            promised.update(allocated=F("allocated") + passed_on - quantity, awaited=F("awaited") - passed_on)
        )

    def await_copies(self, book_id: int, quantity: int) -> bool:
        """Promise copies that have yet to come in; False while any are here that are promised to nobody."""
        none_left = self.filter(book_id=book_id, on_hand=F("allocated"))
        return bool(none_left.update(awaited=F("awaited") + quantity))

    def await_no_more(self, book_id: int, quantity: int) -> bool:
        """Take back such a promise; False if none stands."""
        return bool(
            self.filter(book_id=book_id, awaited__gte=quantity).update(awaited=F("awaited") - quantity)
        )

    def consume(self, book_id: int, quantity: int) -> bool:
        """Let promised copies leave the building; False if they were not promised."""
        promised = self.filter(book_id=book_id, allocated__gte=quantity)
        return bool(promised.update(on_hand=F("on_hand") - quantity, allocated=F("allocated") - quantity))

    def change(self, book_id: int, quantity: int) -> bool:
        """Add copies, or take away copies that are promised to nobody; False if too few of those.

        Those who wait get theirs of what is added. What staff have accepted as enough grows by the rest: the
        next copy that goes counts again.
        """
        row = self.filter(book_id=book_id)
        if quantity >= 0:
            passed_on = Least(F("awaited"), Value(quantity))
            # `awaited` comes last: see release().
            return bool(
                row.update(
                    accepted_low=F("accepted_low") + quantity - passed_on,
                    on_hand=F("on_hand") + quantity,
                    allocated=F("allocated") + passed_on,
                    awaited=F("awaited") - passed_on,
                )
            )
        # Guarded only here: on MySQL's unsigned columns no sum may pass below 0.
        row = row.filter(on_hand__gte=F("allocated") + abs(quantity))
        return bool(row.update(on_hand=F("on_hand") + quantity))

    def is_still(self, book_id: int, on_hand: int) -> bool:
        """Whether so many copies are on hand; if so, keeps it so until the transaction ends."""
        return bool(self.filter(book_id=book_id, on_hand=on_hand).update(on_hand=on_hand))

    def accept_low(self, book_id: int) -> bool:
        """Be content with the copies available of a book to restock; False if it needs no restocking, or customers
        wait for it."""
        due = self.to_restock().filter(book_id=book_id, awaited=0)
        return bool(due.update(accepted_low=F("on_hand") - F("allocated")))


def _by_book(quantities: Mapping[int, int]) -> Combinable:
    """Each row's own quantity, for a statement about several books."""
    if len(distinct := set(quantities.values())) == 1:
        return Value(distinct.pop())
    return Case(*(When(book_id=book_id, then=Value(copies)) for book_id, copies in quantities.items()))


class Stock(models.Model):
    """One book's copies. Only movements change `on_hand`; orders change `allocated` and `awaited`, and copies that
    come in turn the one into the other: while any are awaited, none is available."""

    book = models.OneToOneField(
        Book, on_delete=models.CASCADE, primary_key=True, related_name="stock", verbose_name=_("book")
    )
    on_hand = models.PositiveIntegerField(_("on hand"), default=0, editable=False)
    allocated = models.PositiveIntegerField(_("allocated"), default=0, editable=False)
    awaited = models.PositiveIntegerField(_("awaited"), default=0, editable=False)
    threshold = models.PositiveIntegerField(
        _("threshold"),
        null=True,
        blank=True,
        help_text=_("Restock when fewer copies than this are available; empty for the shop's own threshold."),
    )
    shelf = models.CharField(_("shelf"), max_length=50, blank=True)
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
            models.CheckConstraint(
                condition=Q(awaited=0) | Q(allocated=F("on_hand")), name="inventory_stock_awaited"
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
        """Whether fewer copies are available than the threshold, or customers wait for some."""
        return self.available < self.restock_below or self.awaited > 0

    @property
    def needs_restocking(self) -> bool:
        """Whether it is low, and has fewer copies than staff have said will do; nothing will do for customers
        who wait."""
        is_accepted = self.accepted_low is not None and self.available >= self.accepted_low
        return self.is_low and (self.awaited > 0 or not is_accepted)
