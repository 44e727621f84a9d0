"""Searches and lists from the index: counts, pages, and a second try at what was typed badly."""

from dataclasses import replace

import tantivy
from tantivy import Occur, Query

from . import schema as s
from .correcting import Correction, correct, much_better
from .counting import count
from .index import Opened
from .ordering import in_order
from .querying import Clause, Words, filters, some_words_query, text_query
from .wanted import Counts, Found, Sort, Wanted, page_of, span

# The sort key of each order, and whether it goes downwards; the best match is not sorted but scored.
ORDERS = {
    Sort.TITLE: (s.BY_TITLE, False),
    Sort.NEWEST: (s.BY_ADDED, True),
    Sort.RECENT: (s.BY_YEAR, True),
    Sort.PRICE: (s.BY_PRICE, False),
    Sort.PRICE_DOWN: (s.BY_PRICE, True),
}
COLLAPSED_WHOLE = 1000  # editions that are told apart by works; of more, only a page's are


class Search:
    """One list or search of the index as it is now."""

    def __init__(self, index: Opened, wanted: Wanted) -> None:
        self.index = index
        self.searcher = index.searcher()
        self.wanted = wanted
        self.correction = Correction()
        self.text: list[Clause] = []
        if not wanted.text:
            self.counts = self._count()
            return
        words = Words(self.searcher, wanted.text)
        self._look_for(wanted, text_query(words))
        if not self.counts.total:
            self._try_again(words)
        else:
            self.correction = much_better(self.searcher, words, wanted, self.counts.total)

    def find(self, sort: Sort, number: str | None) -> Found:
        """A page in that order."""
        total, editions = self.counts.total, self.counts.editions
        if self.wanted.is_about_editions and editions <= COLLAPSED_WHOLE:
            keys = self._one_of_each_work(self._page(sort, 0, editions))
            page = page_of(len(keys), number)
            page.object_list = keys[slice(*span(page))]
        else:
            page = page_of(editions, number)
            page.object_list = self._one_of_each_work(self._page(sort, *span(page)))
        return Found(
            page,
            total,
            facets=self.counts.facets,
            searched_for=self.correction.text,
            has_some_words=self.correction.has_some_words,
            better=self.correction.better,
        )

    def _look_for(self, wanted: Wanted, query: Query, kind: str = "") -> None:
        self.wanted = wanted
        self.text = [(Occur.Must, query)]
        self.counts = self._count(kind)

    def _try_again(self, words: Words) -> None:
        """Look for what was meant, or for books that have some of the words."""
        corrected = correct(self.searcher, words, self.wanted)
        if corrected:
            query = text_query(Words(self.searcher, corrected))
            self._look_for(replace(self.wanted, text=corrected), query)
            if self.counts.total:
                self.correction = Correction(text=corrected)
                return
        if len(words.sought) > 1:
            self._look_for(replace(self.wanted, text=words.text), some_words_query(words), "some words")
            self.correction = Correction(has_some_words=self.counts.total > 0)

    def _count(self, kind: str = "") -> Counts:
        name = f"{self.index.folder} {kind}"
        return count(self.searcher, self.text, self.wanted, index=name, stamp=self.index.stamp)

    def _page(self, sort: Sort, start: int, stop: int) -> list[tantivy.DocAddress]:
        if stop <= start:
            return []
        among = self.wanted.is_about_editions
        query = Query.boolean_query([*self.text, *filters(self.wanted, among_editions=among)])
        if sort == Sort.BEST:
            best = self.searcher.search(query, stop, count=False, weight_by_field=s.WEIGHT)
            return [address for _score, address in best.hits[start:]]
        total = self.counts.editions
        return in_order(self.searcher, query, ORDERS[sort], start=start, stop=stop, total=total)

    def _one_of_each_work(self, addresses: list[tantivy.DocAddress]) -> list[int]:
        """The books' keys, of each work the one that comes first."""
        keys = self.searcher.fast_field_values(s.KEY, addresses)
        works = self.searcher.fast_field_values(s.WORK, addresses)
        first: dict[object, int] = {}
        for key, work in zip(keys, works, strict=True):
            first.setdefault(work or ("alone", key), int(key or 0))
        return list(first.values())
