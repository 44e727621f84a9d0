"""A person's books, by the part that the person had in them."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .cards import Card, cards
from .models import Book, Contribution, Contributor

Role = Contribution.Role
UNNUMBERED = Decimal("Infinity")  # comes after every number
LONG_AGO = -10_000  # a year: of books whose year nobody knows
MOST = 100  # parts in books that are shown together; the books of who has more come in pages

HEADINGS: dict[str, Promise] = {
    Role.AUTHOR: _("Written"),
    Role.EDITOR: _("Edited"),
    Role.TRANSLATOR: _("Translated"),
    Role.ADAPTER: _("Adapted"),
    Role.ILLUSTRATOR: _("Illustrated"),
    Role.PHOTOGRAPHER: _("Photographed"),
    Role.INTRODUCTION: _("Introduced"),
    Role.FOREWORD: _("With a foreword"),
    Role.AFTERWORD: _("With an afterword"),
    Role.READER: _("Read aloud"),
}
OTHERWISE = _("With a part in")


@dataclass(frozen=True)
class Section:
    """Books in which somebody had one and the same part."""

    heading: str
    cards: list[Card]


def sections(person: Contributor) -> list[Section] | None:
    """The person's books on sale, one card for a work, those written first; None if there are too many."""
    parts = Contribution.objects.filter(contributor=person, book__on_sale=True).order_by()
    found = list(parts.values_list("role", "book_id")[: MOST + 1])
    if len(found) > MOST:
        return None
    more = ["work_id", "listed", "first_published", "series_position", "series_number", "series__name"]
    books = Book.objects.for_cards(*more).select_related("series").in_bulk({book for _role, book in found})
    by_heading: dict[str, list[Book]] = {str(heading): [] for heading in [*HEADINGS.values(), OTHERWISE]}
    for role, key in found:
        if key in books:
            by_heading[str(HEADINGS.get(role, OTHERWISE))].append(books[key])
    for book in books.values():
        book.note = f"{book.series_name} {book.series_number}".strip()  # type: ignore[attr-defined]
    return [
        Section(heading, cards(in_order(one_of_each_work(its_books))))
        for heading, its_books in by_heading.items()
        if its_books
    ]


def one_of_each_work(books: Iterable[Book]) -> list[Book]:
    """Of each work the edition that lists show, if it is among these, else the first."""
    chosen: dict[tuple[str, int], Book] = {}
    for book in books:
        key = ("work", book.work_id) if book.work_id else ("book", book.pk)
        if key not in chosen or book.listed:
            chosen[key] = book
    return list(chosen.values())


def in_order(books: Iterable[Book]) -> list[Book]:
    """The newest first, but the books of a series together, by their numbers, where its newest would stand."""
    books = list(books)
    newest: dict[int, int] = {}
    for book in books:
        if book.series_id:
            newest[book.series_id] = max(_year(book), newest.get(book.series_id, LONG_AGO))

    def place(book: Book) -> tuple[int, int, Decimal, int, int]:
        if not book.series_id:
            return -_year(book), 0, UNNUMBERED, 0, -book.pk
        position = UNNUMBERED if book.series_position is None else book.series_position
        return -newest[book.series_id], book.series_id, position, _year(book), book.pk

    return sorted(books, key=place)


def _year(book: Book) -> int:
    """In which year the work appeared, or else this edition of it."""
    if book.first_published is not None:
        return book.first_published
    return book.publication_date.year if book.publication_date else LONG_AGO
