"""Finding books by what people type: words of the title, subtitle or series, names, or an ISBN."""

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


def best_first(books: BookQuerySet, text: str) -> list[int]:
    """The keys of books that match: the title that was typed first, then titles that begin so, titles with
    all the words, other matches; each in the order of titles.

    Ranked here rather than by the database: only what matches needs a rank, and the list is needed whole.
    """
    title, words = sort_title(text), search_words(text)

    def rank(found: tuple[int, str]) -> tuple[int, str, int]:
        key, name = found
        if name == title:
            return 0, name, key
        if name.startswith(f"{title} "):
            return 1, name, key
        return (2 if all(word in name for word in words) else 3), name, key

    return [key for key, name in sorted(books.order_by().values_list("pk", "sort_title"), key=rank)]


def _beginning(word: str) -> str:
    """What to look for in a book's search text, where each word has a space before it.

    Words of other scripts are looked for anywhere: not all of them part their words, or part them so.
    """
    return f" {word}" if word.isascii() else word
