"""What people may be typing: titles, authors and series, from the index alone, without a query to the database."""

from dataclasses import dataclass
from itertools import islice

import tantivy
from django.utils.translation import gettext as _

from ..models import Book, Contributor, Series
from ..text import sort_title
from . import schema as s
from .documents import Shown
from .index import Opened
from .querying import LEAST_BEGINNING, prefix_query
from .words import asked, canonical, indexed

TITLES, AUTHORS, SERIES = 6, 3, 2  # at most
LOOKED_AT = 30  # books in which to find authors and series
ENOUGH = 10  # of these that are listed
LEAST_LETTERS = 2


@dataclass(frozen=True)
class Suggestion:
    """Something to go to: what it is called, what it is, and its address."""

    label: str
    kind: str
    address: str


def suggest(index: Opened, text: str) -> list[Suggestion]:
    """Authors and series whose names, then books whose titles, have every word; the last word may be begun only."""
    words = asked(text)
    if len("".join(words)) < LEAST_LETTERS:
        return []
    searcher = index.searcher()
    authors = {
        name: Suggestion(name, _("Author"), Contributor(pk=key, name=name).get_absolute_url())
        for book in _books(searcher, words, s.AUTHOR)
        for key, name in book.authors
        if _has(name, words)
    }
    series = {
        name: Suggestion(name, _("Series"), Series(pk=book.series, name=name).get_absolute_url())
        for book in _books(searcher, words, s.SERIES)
        if _has(name := book.series_name, words)
    }
    titles = [
        Suggestion(book.title, book.byline, Book(isbn=book.isbn).get_absolute_url())
        for book in _books(searcher, words, s.TITLE)
        if len(words[-1]) >= LEAST_BEGINNING or _has(book.title, words)
    ]
    begun = canonical(text)
    titles.sort(key=lambda title: not canonical(sort_title(title.label)).startswith(begun))
    return [*islice(authors.values(), AUTHORS), *islice(series.values(), SERIES), *titles[:TITLES]]


def _books(searcher: tantivy.Searcher, words: list[str], field: str) -> list[Shown]:
    """The best sold books that have every word in that field; looked for first among those that have sold lately.

    A last word of one letter begins half the catalogue: it is left out here, and looked for in what is found.
    """
    begun = words if len(words[-1]) >= LEAST_BEGINNING else words[:-1] or words
    found: dict[int, tantivy.DocAddress] = {}
    for among in (s.SOLD[field], field):
        query = prefix_query(begun, among)
        best = searcher.search(query, LOOKED_AT, count=False, weight_by_field=s.WEIGHT)
        addresses = [address for _score, address in best.hits]
        listed = searcher.fast_field_values(s.LISTED, addresses)
        keys = searcher.fast_field_values(s.KEY, addresses)
        for address, is_listed, key in zip(addresses, listed, keys, strict=True):
            if is_listed:
                found.setdefault(int(key or 0), address)
        if len(found) >= ENOUGH:
            break
    return [Shown.read(searcher.doc(address)[s.SHOWN][0]) for address in found.values()]


def _has(name: str, words: list[str]) -> bool:
    there = indexed(name).split()
    *whole, last = words
    return all(word in there for word in whole) and any(word.startswith(last) for word in there)
