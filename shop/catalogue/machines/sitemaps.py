"""The site's addresses for search engines, in pages of one range of keys each.

However many books there are, no page costs more than its own range of rows, and the index only the first and last
key of each table: nothing is counted, nothing skipped.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery
from django.urls import reverse

from shop.canonical import absolute

from ..models import Book, Contribution, Contributor, Publisher, Series, Subject
from ..search import books_on

KEYS = 10_000  # in a page: sitemaps.org allows 50,000 addresses


@dataclass(frozen=True)
class Section:
    """Pages of one kind: the rows that have one, each with its address."""

    rows: Callable[[], QuerySet[Any, Any]]
    address: Callable[[Any], str] = lambda row: row.get_absolute_url()

    def numbers(self) -> Iterable[int]:
        """The numbers of its sitemaps; one whose rows are all off sale may be empty."""
        keys = self.rows().model._default_manager.values_list("pk", flat=True)
        first, last = keys.order_by("pk").first(), keys.order_by("-pk").first()
        return range(first // KEYS, last // KEYS + 1) if first is not None and last is not None else ()

    def addresses(self, number: int) -> list[str]:
        """The addresses in one of its sitemaps."""
        rows = self.rows().filter(pk__gte=number * KEYS, pk__lt=(number + 1) * KEYS).order_by("pk")
        return [absolute(self.address(row)) for row in rows]


def _with_a_book(named: QuerySet[Any], books: QuerySet[Any]) -> QuerySet[Any]:
    """Those that have a page with something on it."""
    # Not EXISTS: MariaDB would look at all books of the shop for it, and not at the first one of each.
    first = Subquery(books.order_by().values("pk")[:1])
    return named.alias(a_book=first).filter(a_book__isnull=False).only("name")


def _authors() -> QuerySet[Contributor]:
    parts = Contribution.objects.filter(contributor=OuterRef("pk"), book__listed=True)
    return _with_a_book(Contributor.objects.all(), parts)


def _series() -> QuerySet[Series]:
    return _with_a_book(Series.objects.all(), Book.objects.listed().filter(series=OuterRef("pk")))


def _publishers() -> QuerySet[Publisher]:
    return _with_a_book(Publisher.objects.all(), Book.objects.listed().filter(publisher=OuterRef("pk")))


def _subjects() -> QuerySet[Subject]:
    books = books_on()
    return Subject.objects.all() if books is None else Subject.objects.filter(pk__in=list(books))


SECTIONS = {
    "books": Section(
        lambda: Book.objects.listed().values_list("isbn", flat=True),
        lambda isbn: reverse("catalogue:book", args=[isbn]),
    ),
    "authors": Section(_authors),
    "series": Section(_series),
    "publishers": Section(_publishers),
    "subjects": Section(_subjects),
}
# The pages of no row have a sitemap of their own.
FRONT = ("catalogue:home", "catalogue:book_list", "catalogue:subjects")


def sitemaps() -> list[tuple[str, int]]:
    """All sitemaps, by section and number."""
    return [
        ("pages", 0),
        *((name, number) for name, section in SECTIONS.items() for number in section.numbers()),
    ]


def addresses(name: str, number: int) -> list[str] | None:
    """The whole addresses in the sitemap of that section and number; None where there is no such sitemap."""
    if (name, number) == ("pages", 0):
        return [absolute(reverse(page)) for page in FRONT]
    section = SECTIONS.get(name)
    if section is None or number not in section.numbers():
        return None
    return section.addresses(number)
