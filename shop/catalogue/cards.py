"""Books as lists show them."""

from collections.abc import Iterable

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shop.money import written

from .models import Book

Card = dict[str, str]

DAY = "j F Y"  # 3 March 2027
FEW = 5  # copies, and fewer, are worth a word to a customer who hesitates


def availability(book: Book) -> dict[str, str]:
    """Whether the book can be had: `words` for people, `level` (in, few, soon, out) for the style sheet."""
    if words := expected(book):
        return {"level": "soon", "words": words}
    available = book.available
    if available > FEW:
        return {"level": "in", "words": _("In stock")}
    if available > 0:
        words = ngettext("Only %(copies)d left", "Only %(copies)d left", available)
        return {"level": "few", "words": words % {"copies": available}}
    return {"level": "out", "words": _("Out of stock")}


def expected(book: Book) -> str:
    """When a book that is ordered in advance will be had, in words; empty for any other."""
    day = book.may_be_dispatched_from
    if day is None:
        return ""
    words = _("Published %(day)s") if day == book.publication_date else _("Available from %(day)s")
    return words % {"day": date_format(day, DAY)}


def cards(books: Iterable[Book]) -> list[Card]:
    """What a card shows of each of these books, as Book.objects.for_cards() reads them, as plain values.

    A list asks for ten things of two dozen books; a template looks them up in a dict in half the time
    that it needs for a model's attributes. A list may set a book's `note`: a word on it that only this list has.
    """
    return [
        {
            "address": book.get_absolute_url(),
            "cover": book.cover_url,
            "srcset": book.cover_srcset,
            "title": book.title,
            "byline": book.byline,
            "note": getattr(book, "note", ""),
            "price": written(book.price),
            "format": book.format_name,
            **availability(book),
        }
        for book in books
    ]
