"""Lists in an order, without sorting all that they hold.

Every order of books (by title, price ...) is cut into slices of about equal size when the index is built, and each
book knows in which slice of each order it lies. A page of a list that holds very many books is then found in the
few slices that it lies in.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import tantivy
from tantivy import Occur, Query

from . import schema as s

SLICES = 1024
SAMPLE = 20_000  # books that tell where to cut
SORTED_WHOLE = 500  # books that are sorted without the help of slices
COUNTED_FROM = 10 * 24  # the place in a list from which on it pays to count what lies in the slices before

Slices = Mapping[str, Sequence[Any]]  # the sort keys at which each order is cut


def cut(keys: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Where to cut each order, from the sort keys of a sample of books."""
    return {name: _quantiles(sorted(values)) for name, values in keys.items()}


def _quantiles(values: Sequence[Any]) -> list[Any]:
    if len(values) < SLICES:
        return []
    return [values[len(values) * cut // SLICES] for cut in range(1, SLICES)]


def in_order(
    searcher: tantivy.Searcher, query: Query, order: tuple[str, bool], *, start: int, stop: int, total: int
) -> list[tantivy.DocAddress]:
    """The books from `start` up to `stop` of the `total` of a query, in an order: (sort key, whether downwards)."""
    sort_key, down = order
    if total <= SORTED_WHOLE:
        return _sorted(searcher, query, sort_key, down)[start:stop]
    places = range(SLICES - 1, -1, -1) if down else range(SLICES)
    before = 0  # books in the slices that are passed over
    if start >= COUNTED_FROM:
        before, places = _passed_over(searcher, query, sort_key, places, start)
    addresses: list[tantivy.DocAddress] = []
    step = 1 + SLICES * (stop - before) * 5 // (total * 4)  # a quarter more than needed on the average
    while places and len(addresses) < stop - before:
        some, places = places[:step], places[step:]
        within = Query.term_set_query(s.schema(), s.slice_of(sort_key), list(some))
        part = Query.boolean_query([(Occur.Must, query), (Occur.Must, within)])
        addresses += _sorted(searcher, part, sort_key, down)
        step *= 2  # a filter can empty one end of the order: nothing that is cheap is a hardback
    return addresses[start - before : stop - before]


def _sorted(searcher: tantivy.Searcher, query: Query, sort_key: str, down: bool) -> list[tantivy.DocAddress]:
    """All books of a query that finds few, in order. Titles by their first 32 bytes, then by age in the shop."""
    books: Any = searcher.search(query, 1)  # its stub forgets the count
    if not books.count:
        return []
    addresses = [address for _score, address in searcher.search(query, books.count, count=False).hits]
    fields = (*s.TITLE_PARTS, s.KEY) if sort_key == s.BY_TITLE else (sort_key,)
    columns = [searcher.fast_field_values(field, addresses) for field in fields]
    keys: list[Any] = list(zip(*columns, strict=True))
    return [addresses[place] for place in sorted(range(len(keys)), key=keys.__getitem__, reverse=down)]


def _passed_over(
    searcher: tantivy.Searcher, query: Query, sort_key: str, places: range, start: int
) -> tuple[int, range]:
    """How many books the slices before the one with the book at `start` have, and the slices from there on."""
    asked = {"slices": {"terms": {"field": s.slice_of(sort_key), "size": SLICES}}}
    answer = searcher.aggregate(query, asked)
    books = {int(bucket["key"]): bucket["doc_count"] for bucket in answer["slices"]["buckets"]}
    before = 0
    for place, number in enumerate(places):
        if before + books.get(number, 0) > start:
            return before, places[place:]
        before += books.get(number, 0)
    return before, places[:0]
