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

SLICES = 256
SAMPLE = 20_000  # books that tell where to cut
SORTED_WHOLE = 10_000  # books that are sorted without the help of slices

Slices = Mapping[str, Sequence[Any]]  # the sort keys at which each order is cut


def cut(keys: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
    """Where to cut each order, from the sort keys of a sample of books."""
    return {name: _quantiles(sorted(values)) for name, values in keys.items()}


def _quantiles(values: Sequence[Any]) -> list[Any]:
    if len(values) < SLICES:
        return []
    return [values[len(values) * cut // SLICES] for cut in range(1, SLICES)]


def first_in_order(
    searcher: tantivy.Searcher, query: Query, order: tuple[str, bool], *, wanted: int, total: int
) -> list[tantivy.DocAddress]:
    """The first `wanted` of the `total` books of a query, in an order: (sort key, whether downwards)."""
    sort_key, down = order
    direction = tantivy.Order.Desc if down else tantivy.Order.Asc
    if total <= SORTED_WHOLE:
        found = searcher.search(query, wanted, count=False, order_by_field=sort_key, order=direction)
        return [address for _key, address in found.hits]
    addresses: list[tantivy.DocAddress] = []
    step = max(1, SLICES * wanted // total)
    for place in range(0, SLICES, step):
        low, high = (SLICES - place - step, SLICES - place - 1) if down else (place, place + step - 1)
        within = _in_slices(sort_key, max(low, 0), high)
        part = Query.boolean_query([(Occur.Must, query), (Occur.Must, within)])
        left = wanted - len(addresses)
        found = searcher.search(part, left, count=False, order_by_field=sort_key, order=direction)
        addresses += [address for _key, address in found.hits]
        if len(addresses) >= wanted:
            break
    return addresses


def _in_slices(sort_key: str, low: int, high: int) -> Query:
    field = s.slice_of(sort_key)
    if low == high:
        return Query.term_query(s.schema(), field, low)
    return Query.term_set_query(s.schema(), field, list(range(low, high + 1)))
