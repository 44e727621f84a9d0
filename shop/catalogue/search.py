"""Finding books by what people type: words of the title, subtitle or series, names, or an ISBN."""

from django.db.models import Case, IntegerField, Q, Value, When

from .models import BookQuerySet
from .text import folded, sort_title, with_joined_initials

MOST_WORDS = 10  # of a query; what comes after them hardly narrows a search down


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


def best_first(books: BookQuerySet, text: str) -> BookQuerySet:
    """Put the title that was typed first, then titles that begin so, titles with all the words, other matches."""
    words, title = search_words(text), sort_title(text)
    if not words:
        return books
    all_words = Q(*(("sort_title__contains", word) for word in words))
    rank = Case(
        When(sort_title=title, then=Value(0)),
        When(sort_title__startswith=f"{title} ", then=Value(1)),
        When(all_words, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return books.order_by(rank, "sort_title", "pk")


def _beginning(word: str) -> str:
    """What to look for in a book's search text, where each word has a space before it.

    Words of other scripts are looked for anywhere: not all of them part their words, or part them so.
    """
    return f" {word}" if word.isascii() else word
