"""Lists and searches straight from the database, for while there is no index: slower, and without forgiveness."""

from django.db.models import Q

from ..models import Book, BookQuerySet
from ..text import folded, sort_title, with_joined_initials
from ..tree import SubjectTree
from .wanted import DEEPEST, Found, Sort, Wanted, page_of, span
from .words import MOST_WORDS

# Each order has an index that begins with listed and ends with the key.
ORDERS = {
    Sort.TITLE: ("sort_title", "pk"),
    Sort.NEWEST: ("-added_at", "-pk"),
    Sort.RECENT: ("-first_published", "-pk"),
    Sort.PRICE: ("price", "pk"),
    Sort.PRICE_DOWN: ("-price", "-pk"),
}


def find(wanted: Wanted, sort: Sort, number: str | None, tree: SubjectTree) -> Found:
    """A page of the books that fit, in that order; no more of them are counted than can be paged to."""
    books = fitting(wanted, tree)
    if wanted.text:
        return _found(best_first(books, wanted.text) if sort == Sort.BEST else _keys(books, sort), number)
    total = books.order_by()[: DEEPEST + 1].count()
    page = page_of(total, number)
    start, stop = span(page)
    page.object_list = list(books.order_by(*ORDERS[sort]).values_list("pk", flat=True)[start:stop])
    return Found(page, min(total, DEEPEST), is_at_least=total > DEEPEST)


def fitting(wanted: Wanted, tree: SubjectTree) -> BookQuerySet:
    """The books that fit: of a work the leading edition, or every edition that fits what editions differ in."""
    books = Book.objects.on_sale() if wanted.is_about_editions else Book.objects.filter(listed__in=[True])
    for subject in filter(None, (wanted.within, wanted.subject)):
        books = books.about_any(tree.branch(subject))
    if wanted.person:
        books = books.filter(contributions__contributor=wanted.person).distinct()
    named = {
        "publisher": wanted.publisher,
        "series": wanted.series,
        "language": wanted.language,
        "price__gte": wanted.low,
        "price__lte": wanted.high,
    }
    books = books.filter(**{name: value for name, value in named.items() if value not in (None, "")})
    if wanted.format:
        of_type = Q(edition_type=wanted.format)
        books = books.filter(
            of_type | Q(format=wanted.format) & ~Q(edition_type=Book.EditionType.LARGE_PRINT)
        )
    if wanted.years:
        books = books.filter(first_published__range=(wanted.years.first, wanted.years.last))
    if wanted.in_stock:
        books = books.in_stock()
    return matching(books, wanted.text) if wanted.text else books


def search_words(text: str) -> list[str]:
    """The words to look for: folded, initials in a row joined, each once, the first ten."""
    return list(dict.fromkeys(with_joined_initials(folded(text)).split()))[:MOST_WORDS]


def matching(books: BookQuerySet, text: str) -> BookQuerySet:
    """The books in which each word of the text begins a word; none for a text without words."""
    words = search_words(text)
    if not words:
        return books.none()
    for word in words:
        books = books.filter(search_text__contains=_beginning(word))
    return books


def best_first(books: BookQuerySet, text: str) -> list[int]:
    """The keys of books that match: the title that was typed first, then titles that begin so, titles with
    all the words, other matches; each in the order of titles.

    Ranked here rather than by the database: only what matches needs a rank.
    """
    title, words = sort_title(text), search_words(text)

    def rank(found: tuple[int, str]) -> tuple[int, str, int]:
        key, name = found
        if name == title:
            return 0, name, key
        if name.startswith(f"{title} "):
            return 1, name, key
        return (2 if all(word in name for word in words) else 3), name, key

    rows = books.order_by().values_list("pk", "sort_title")[: DEEPEST + 1]
    return [key for key, name in sorted(rows, key=rank)]


def _keys(books: BookQuerySet, sort: Sort) -> list[int]:
    return list(books.order_by(*ORDERS[sort]).values_list("pk", flat=True)[: DEEPEST + 1])


def _found(keys: list[int], number: str | None) -> Found:
    """A page of what a search found: it reads the keys once, where counting would look through every book twice."""
    page = page_of(len(keys), number)
    start, stop = span(page)
    page.object_list = keys[start:stop]
    return Found(page, min(len(keys), DEEPEST), is_at_least=len(keys) > DEEPEST)


def _beginning(word: str) -> str:
    """What to look for in a book's search text, where each word has a space before it.

    Words of other scripts are looked for anywhere: not all of them part their words, or part them so.
    """
    return f" {word}" if word.isascii() else word
