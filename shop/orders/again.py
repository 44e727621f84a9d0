"""The same once more: what an order held goes into the cart."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.cart.baskets import fill_cart
from shop.cart.models import Cart, most_copies
from shop.catalogue.editions import standing
from shop.catalogue.models import Book

from .models import Order, OrderLine


@dataclass(frozen=True)
class Missing:
    """Copies of an order that could not be had again, how many there are in the cart, and another edition if one can
    be had."""

    line: OrderLine
    held: int
    other: Book | None

    def words(self) -> str:
        """As the customer reads it; HTML where it is marked as safe."""
        said = self._why()
        if self.other is None:
            return said
        address, edition = self.other.get_absolute_url(), self.other.format_name
        offer = _("There is another edition of it: {edition}.")
        link = format_html('<a href="{}">{}</a>', address, edition)
        return format_html("{} {}", said, format_html(offer, edition=link))

    def _why(self) -> str:
        words = {"title": self.line.title, "held": self.held, "wanted": self.line.quantity}
        if self.held:
            return (
                ngettext(
                    "Only %(held)d copy of “%(title)s”, of the %(wanted)d that you had, can be ordered.",
                    "Only %(held)d copies of “%(title)s”, of the %(wanted)d that you had, can be ordered.",
                    self.held,
                )
                % words
            )
        if not self.line.book.on_sale:
            return _("“%(title)s” is no longer on sale.") % words
        return _("“%(title)s” is out of stock.") % words


def order_again(*, order: Order, cart: Cart) -> list[Missing]:
    """Put what an order held into a cart, beside what is in it already, and say what of it cannot be had now.

    The cart has then at least as many copies of each book as the order had, so asking twice does no harm.
    Raises CartGone.
    """
    lines = list(order.lines.select_related("book").order_by("pk"))
    holds = fill_cart(cart=cart, copies={line.book_id: line.quantity for line in lines})
    short = [line for line in lines if holds[line.book_id] < line.quantity]
    others = _other_editions([line.book for line in short if not holds[line.book_id]])
    return [Missing(line, holds[line.book_id], others.get(line.book_id)) for line in short]


def _other_editions(books: Iterable[Book]) -> dict[int, Book]:
    """For each of these books another edition of its work that can be had, the likeliest to be wanted."""
    sought = {book.pk: book.work_id for book in books if book.work_id}
    if not sought:
        return {}
    editions = Book.objects.on_sale().filter(work__in=sought.values()).select_related("stock")
    best: dict[int | None, Book] = {}
    for edition in sorted(editions, key=standing):
        if edition.pk not in sought and most_copies(edition):
            best.setdefault(edition.work_id, edition)
    return {book: best[work] for book, work in sought.items() if work in best}
