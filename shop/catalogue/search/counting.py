"""How many books fit, in all and for each value of each facet.

Counting looks at every book that fits. A count of few is made for every request and is that of the moment; one of
more than MANY is kept for up to a minute, also when books have changed since.
"""

import threading
import time
from collections import OrderedDict
from typing import Any

import tantivy
from tantivy import Query

from . import schema as s
from .querying import Clause, filters
from .wanted import Counts, Wanted

MANY = 10_000
KEPT_FOR = 60.0  # seconds
MOST_KEPT = 500  # counts
EXACTLY = 5000  # editions that have siblings: of more, it is estimated how many works they are of

# Facets, and the fast fields they are counted by; those of editions are counted over all editions on
# sale, those of a work with the same value once: the list that the value leads to shows one of them.
OF_WORKS = {"subject": s.SUBJECTS, "years": s.YEARS}
OF_EDITIONS = {"format": s.FORMAT, "language": s.LANGUAGE, "price": s.BAND, "in_stock": s.IN_STOCK}
FACETS = OF_WORKS | OF_EDITIONS
MOST_VALUES = 1000  # of a facet; subjects are the most
# What tells how many works some editions are of. A book that is the only edition of its work has no work here.
COUNTED = {"repeated": {"terms": {"field": s.WORK, "size": EXACTLY, "min_doc_count": 2}}}
ESTIMATED = {"siblings": {"value_count": {"field": s.WORK}}, "works": {"cardinality": {"field": s.WORK}}}

Stamp = tuple[int, int]  # of the index that was counted


class _Kept:
    """Counts that were made before, the last ones used."""

    def __init__(self) -> None:
        self.counts: OrderedDict[Any, tuple[Stamp, float, Counts]] = OrderedDict()
        self.lock = threading.Lock()

    def get(self, key: Any, stamp: Stamp) -> Counts | None:
        with self.lock:
            kept = self.counts.get(key)
            if kept is None:
                return None
            made_for, at, counts = kept
            if made_for != stamp and (counts.total <= MANY or time.monotonic() > at + KEPT_FOR):
                return None
            self.counts.move_to_end(key)
            return counts

    def put(self, key: Any, stamp: Stamp, counts: Counts) -> None:
        with self.lock:
            self.counts[key] = stamp, time.monotonic(), counts
            while len(self.counts) > MOST_KEPT:
                self.counts.popitem(last=False)


_kept = _Kept()


def count(
    searcher: tantivy.Searcher, text: list[Clause], wanted: Wanted, *, index: str, stamp: Stamp
) -> Counts:
    """The counts for what is wanted; `text` is what its text asks for as a query."""
    key = index, wanted
    counts = _kept.get(key, stamp)
    if counts is None:
        counts = _count(searcher, text, wanted)
        _kept.put(key, stamp, counts)
    return counts


def _count(searcher: tantivy.Searcher, text: list[Clause], wanted: Wanted) -> Counts:
    """A facet that is in force is counted as if it were not: so people see what else they could choose."""
    in_force = [facet for facet in FACETS if wanted.without(facet) != wanted]
    counted = _counted(searcher, text, wanted, [facet for facet in FACETS if facet not in in_force])
    facets = counted.facets
    for facet in in_force:
        facets |= _counted(searcher, text, wanted.without(facet), [facet]).facets
    return Counts(counted.total, counted.editions, facets)


def _counted(searcher: tantivy.Searcher, text: list[Clause], wanted: Wanted, facets: list[str]) -> Counts:
    query = Query.boolean_query([*text, *filters(wanted, among_editions=True)])
    works = _telling_works(searcher, query)
    by_value: dict[str, Any] = {
        name: {"terms": {"field": FACETS[name], "size": MOST_VALUES}, "aggs": works} for name in facets
    }
    if wanted.is_about_editions:
        asked = by_value | works | {"editions": {"value_count": {"field": s.KEY}}}
        answer = searcher.aggregate(query, asked)
        editions = int(answer["editions"]["value"])
        total = _works(editions, answer)
    else:
        listed = {name: by_value.pop(name) for name in list(by_value) if name in OF_WORKS}
        asked = by_value | {"listed": {"terms": {"field": s.LISTED}, "aggs": listed}}
        answer = searcher.aggregate(query, asked)
        leading = next((b for b in answer["listed"]["buckets"] if b["key"]), {"doc_count": 0})
        total = editions = leading["doc_count"]
        answer |= leading
    return Counts(total, editions, {name: _values(answer.get(name)) for name in facets})


def _telling_works(searcher: tantivy.Searcher, query: Query) -> dict[str, Any]:
    """What to ask besides the number of editions, to know of how many works they are."""
    answer = searcher.aggregate(query, {"siblings": {"value_count": {"field": s.WORK}}})
    siblings = answer["siblings"]["value"]
    if not siblings:
        return {}
    return COUNTED if siblings <= EXACTLY else ESTIMATED


def _works(editions: int, answer: dict[str, Any]) -> int:
    """Of how many works these editions are, by the answer to what tells works."""
    if "repeated" in answer:
        return editions - sum(bucket["doc_count"] - 1 for bucket in answer["repeated"]["buckets"])
    if "works" in answer:
        return editions - max(0, int(answer["siblings"]["value"] - answer["works"]["value"]))
    return editions


def _values(answer: dict[str, Any] | None) -> dict[object, int]:
    if not answer:
        return {}
    # Numbers come as floats.
    books = {
        int(bucket["key"]) if isinstance(bucket["key"], float) else bucket["key"]: _works(
            bucket["doc_count"], bucket
        )
        for bucket in answer["buckets"]
    }
    return dict(sorted(books.items(), key=lambda value: -value[1]))
