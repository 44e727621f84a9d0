"""What was probably meant by a text that finds nothing, from the words that the index has."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import tantivy
from tantivy import Occur, Query

from . import schema as s
from .documents import Shown
from .querying import SPELT, Words, errors_in, filters, text_query
from .wanted import Wanted
from .words import indexed

FEW = 2  # books that make a search look as if something else was meant
MUCH = 10  # times as many that something else then has to find
LEAST_PART = 2  # letters of a word's two parts


@dataclass(frozen=True)
class Correction:
    """What was done about a text that finds nothing, or few books."""

    text: str = ""  # searched for instead
    better: str = ""  # might be searched for
    has_some_words: bool = False


def correct(searcher: tantivy.Searcher, words: Words, wanted: Wanted) -> str:
    """A text that finds a book, near to one that finds none; empty if there is none."""
    if not words.sought:
        return ""
    regrouped = [Words(searcher, text) for text in _regrouped(searcher, words)]
    for other in regrouped:
        if _best(searcher, text_query(other), wanted, 1):
            return other.text
    for other in (words, *regrouped):
        for book in _best(searcher, text_query(other, forgiving=True), wanted, 1):
            return _as_spelt_in(searcher, book, other)
    return ""


def much_better(searcher: tantivy.Searcher, words: Words, wanted: Wanted, total: int) -> Correction:
    """Offers another text where this one finds few books, by a word that hardly any book has."""
    if total > FEW or not any(_is_rare(words, word) for word in words.sought):
        return Correction()
    exact, nearly = text_query(words), text_query(words, forgiving=True)
    others = Query.boolean_query([(Occur.Must, nearly), (Occur.MustNot, exact)])
    for book in _best(searcher, others, wanted, 1):
        text = _as_spelt_in(searcher, book, words)
        better = Words(searcher, text)
        query = Query.boolean_query(
            [(Occur.Must, text_query(better)), *filters(wanted, among_editions=wanted.is_about_editions)]
        )
        found: Any = searcher.search(query, 1)  # its stub forgets the count
        if found.count >= MUCH * total:
            return Correction(better=text)
    return Correction()


def _is_rare(words: Words, word: str) -> bool:
    return errors_in(word) > 0 and sum(words.found[word].values()) <= FEW


def _best(searcher: tantivy.Searcher, query: Query, wanted: Wanted, limit: int) -> list[tantivy.DocAddress]:
    among = wanted.is_about_editions
    whole = Query.boolean_query([(Occur.Must, query), *filters(wanted, among_editions=among)])
    found = searcher.search(whole, limit, count=False, weight_by_field=s.WEIGHT)
    return [address for _score, address in found.hits]


def _regrouped(searcher: tantivy.Searcher, words: Words) -> Iterator[str]:
    """The text with two words written as one (mocking bird), or one as two (leguin), where books have those."""
    every = words.all
    for place in range(len(every) - 1):
        joined = every[place] + every[place + 1]
        if _has(searcher, joined) or place == 0 or len(every) < 4:
            yield " ".join([*every[:place], joined, *every[place + 2 :]])
    for place, word in enumerate(every):
        parts = [(word[:cut], word[cut:]) for cut in range(LEAST_PART, len(word) - LEAST_PART + 1)]
        known = [
            (min(_has(searcher, first), _has(searcher, second)), first, second) for first, second in parts
        ]
        books, first, second = max(known, default=(0, "", ""))
        if books:
            yield " ".join([*every[:place], first, second, *every[place + 1 :]])


def _has(searcher: tantivy.Searcher, word: str) -> int:
    """How many books have the word in a field where spelling matters, the one where most do."""
    return max(searcher.doc_freq(field, word) for field in SPELT)


def _as_spelt_in(searcher: tantivy.Searcher, book: tantivy.DocAddress, words: Words) -> str:
    """The text with its words as this book spells them."""
    shown = Shown.read(searcher.doc(book)[s.SHOWN][0])
    text = " ".join((shown.title, shown.byline, shown.series_name, shown.words))
    there = set(indexed(text).split())
    return " ".join(_nearest(searcher, word, there, word == words.last()) for word in words.all)


def _nearest(searcher: tantivy.Searcher, word: str, there: set[str], may_be_beginning: bool) -> str:
    if word in there or (may_be_beginning and any(other.startswith(word) for other in there)):
        return word
    most = errors_in(word)
    near = [
        (distance, -_has(searcher, other), other)
        for other in there
        if abs(len(other) - len(word)) <= most and (distance := _distance(word, other)) <= most
    ]
    return min(near)[2] if near else word


def _distance(one: str, other: str) -> int:
    """Typing errors between two words: a letter left out, put in, changed, or two swapped."""
    rows = [list(range(len(other) + 1))]
    for i, letter in enumerate(one, 1):
        above, row = rows[-1], [i]
        for j, opposite in enumerate(other, 1):
            least = min(above[j] + 1, row[-1] + 1, above[j - 1] + (letter != opposite))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == opposite:
                least = min(least, rows[-2][j - 2] + 1)
            row.append(least)
        rows.append(row)
    return rows[-1][-1]
