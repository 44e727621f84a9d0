"""Finding books: lists, filters and searches, from the index on this host or, without one, from the database."""

from collections.abc import Mapping

from ..tree import SubjectTree
from . import database
from .counting import MOST_VALUES
from .following import follow_in_background
from .index import Unusable, opened, set_aside, unusable_if_it_fails
from .querying import Words, text_query
from .schema import KEY
from .searching import Search
from .suggesting import Suggestion, suggest
from .wanted import DEEPEST, PER_PAGE, Found, Sort, Wanted

__all__ = [
    "DEEPEST",
    "PER_PAGE",
    "Found",
    "Sort",
    "Suggestion",
    "Wanted",
    "best_keys",
    "books_on",
    "find",
    "suggestions",
]


def find(wanted: Wanted, *, sort: Sort, number: str | None, tree: SubjectTree) -> Found:
    """A page of the books that are wanted, in that order; `number` is the page's as its address has it."""
    follow_in_background()
    index = opened()
    if index:
        try:
            with unusable_if_it_fails():
                return Search(index, wanted).find(sort, number)
        except Unusable as error:
            set_aside(error)
    return database.find(wanted, sort, number, tree)


def books_on() -> Mapping[object, int] | None:
    """How many listed books there are on a subject and all below it, by its key, of those that have any.

    The index counts them, a minute ago at most; None without one: the database would look at every book of the shop.
    """
    follow_in_background()
    index = opened()
    if index:
        try:
            with unusable_if_it_fails():
                counted = Search(index, Wanted()).counts.facets["subject"]
                return counted if len(counted) < MOST_VALUES else None
        except Unusable as error:
            set_aside(error)
    return None


def suggestions(text: str) -> list[Suggestion]:
    """What may be meant by a text that is being typed; nothing without an index."""
    follow_in_background()
    index = opened()
    if index:
        try:
            with unusable_if_it_fails():
                return suggest(index, text)
        except Unusable as error:
            set_aside(error)
    return []


def best_keys(text: str, most: int) -> list[int]:
    """The keys of the books with all of these words, on sale or not, the best matches; none without an index."""
    index = opened()
    if index:
        try:
            with unusable_if_it_fails():
                searcher = index.searcher()
                best = searcher.search(text_query(Words(searcher, text)), most, count=False)
                addresses = [address for _score, address in best.hits]
                return [int(key or 0) for key in searcher.fast_field_values(KEY, addresses)]
        except Unusable as error:
            set_aside(error)
    return []
