"""What people type, as a query to the index.

The query is put together from objects, never parsed: no sign that people type means anything to it. A book has to
have every word, in one field or another; what a word counts is what the best field that has it counts. These are
fixed numbers, not tf-idf: a book's rank then depends on the book, not on how many others the shop has.
"""

from collections.abc import Iterable, Sequence

import tantivy
from tantivy import FieldType, Occur, Query

from shop.isbn import isbn13

from ..text import sort_title
from . import schema as s
from .wanted import Wanted
from .words import LITTLE_WORDS, asked, canonical

WORTH = {
    s.TITLE: 8.0,
    s.AUTHOR: 7.0,
    s.SERIES: 6.0,
    s.SUBTITLE: 4.0,
    s.CREDIT: 3.0,
    s.PUBLISHER: 2.0,
    s.TOPIC: 2.0,
    s.DESCRIPTION: 1.0,
}
NAMES = (
    s.TITLE,
    s.AUTHOR,
    s.SERIES,
    s.SUBTITLE,
    s.CREDIT,
)  # where words are looked for that are typed in part
SPELT = (*NAMES, s.PUBLISHER)  # and words that are misspelt
WHOLE = {
    s.WHOLE_TITLE: 24.0,
    s.WHOLE_AUTHOR: 18.0,
    s.WHOLE_SERIES: 18.0,
    s.SERIES_OPENS: 16.0,  # who names a series begins it, however well a later book sells
    s.TITLE_BEGINS: 8.0,
}
PHRASE = 6.0  # what the words count that stand in the title as they were typed
ISBN_WORTH = 30.0
BEGINNING = 0.7  # of what the whole word counts
MISSPELT = (0.5, 0.3)  # the same for one typing error and for two
ONE_ERROR, TWO_ERRORS = 4, 8  # letters a word has at least that may hold so many
LEAST_BEGINNING = 2  # letters; with fewer, half the catalogue begins so
LEAST_DIGITS = 5  # of a number that may be the beginning of an ISBN

# A word that so many books have in a minor field is not looked for there: books that have it in their title or author
# are enough. Unless another word is rare: then few books are looked at anyway.
COMMON, RARE = 20_000, 500

Clause = tuple[Occur, Query]


class Words:
    """The words of a query, and how common each is in the index."""

    def __init__(self, searcher: tantivy.Searcher, text: str) -> None:
        self.text = text
        self.all = asked(text)
        self.sought = [word for word in self.all if word not in LITTLE_WORDS] or self.all
        self.found = {word: {f: searcher.doc_freq(f, word) for f in s.WORDS} for word in self.sought}
        self.has_rare = any(sum(found.values()) <= RARE for found in self.found.values())

    def last(self) -> str:
        """The word that may not be typed to its end."""
        return self.all[-1] if self.all else ""

    def fields(self, word: str) -> list[str]:
        """Where to look for the word."""
        there = [name for name, books in self.found[word].items() if books]
        if self.has_rare:
            return there
        return [name for name in there if name in NAMES or self.found[word][name] <= COMMON] or there


def text_query(words: Words, *, forgiving: bool = False) -> Query:
    """Books that have every word; forgiving, words that are nearly so."""
    if not words.sought:
        return Query.empty_query()
    clauses = [(Occur.Must, _word(words, word, forgiving)) for word in words.sought]
    return Query.boolean_query([*clauses, *_as_a_whole(words)])


def some_words_query(words: Words) -> Query:
    """Books that have at least half of the words, or words that are nearly so."""
    clauses = [(Occur.Should, _word(words, word, True)) for word in words.sought]
    least = (len(clauses) + 1) // 2
    some = Query.boolean_query(clauses, minimum_number_should_match=least)
    return Query.boolean_query([(Occur.Must, some), *_as_a_whole(words)])


def prefix_query(words: list[str], field: str) -> Query:
    """Books that have every word in that field; of the last word its beginning will do, where it is long enough."""
    *whole, last = words
    queries = [Query.term_query(s.schema(), field, word) for word in whole]
    is_beginning = len(last) >= LEAST_BEGINNING
    queries.append(
        _nearly(field, last, 0, True) if is_beginning else Query.term_query(s.schema(), field, last)
    )
    every = [_worth(query, 1.0) for query in queries]
    return every[0] if len(every) == 1 else Query.boolean_query([(Occur.Must, query) for query in every])


def filters(wanted: Wanted, *, among_editions: bool) -> list[Clause]:
    """What a book has to fit but for the text; of a work the leading edition, or each edition on sale."""
    schema = s.schema()
    terms: list[tuple[str, object]] = [(s.ON_SALE if among_editions else s.LISTED, True)]
    for subject in filter(None, (wanted.within, wanted.subject)):
        terms.append((s.SUBJECTS, subject.pk))
    for field, value in (
        *((s.PEOPLE, wanted.person), (s.PUBLISHER_KEY, wanted.publisher), (s.SERIES_KEY, wanted.series)),
        *((s.FORMAT, wanted.format), (s.LANGUAGE, wanted.language), (s.IN_STOCK, wanted.in_stock)),
    ):
        if value:
            terms.append((field, value))
    queries = [Query.term_query(schema, field, value) for field, value in terms]
    if not wanted.low is wanted.high is None:
        low, high = (int(bound * 100) if bound is not None else None for bound in (wanted.low, wanted.high))
        queries.append(Query.range_query(schema, s.PENCE, FieldType.Unsigned, low, high))
    if wanted.years:
        span = wanted.years.first, wanted.years.last
        queries.append(Query.range_query(schema, s.YEAR, FieldType.Integer, *span))
    return [(Occur.Must, Query.const_score_query(query, 0.0)) for query in queries]


def _word(words: Words, word: str, forgiving: bool) -> Query:
    """Books with the word: the field counts in which it counts most."""
    schema = s.schema()
    ways = [_worth(Query.term_query(schema, field, word), WORTH[field]) for field in words.fields(word)]
    is_last = word == words.last()
    if is_last and len(word) >= LEAST_BEGINNING:
        ways += [_worth(_nearly(field, word, 0, True), WORTH[field] * BEGINNING) for field in NAMES]
    if forgiving:
        for errors in range(1, errors_in(word) + 1):
            worth = MISSPELT[errors - 1]
            ways += [_worth(_nearly(field, word, errors, is_last), WORTH[field] * worth) for field in SPELT]
    ways += [_worth(query, ISBN_WORTH) for query in _isbn(word)]
    return Query.disjunction_max_query(ways) if ways else Query.empty_query()


def errors_in(word: str) -> int:
    """How many typing errors a word is forgiven: numbers none, nor words of which little would be left."""
    if not word.isalpha() or len(word) < ONE_ERROR:
        return 0
    return 2 if len(word) >= TWO_ERRORS else 1


def _as_a_whole(words: Words) -> Iterable[Clause]:
    """What the text counts besides, where it is a title, a name, or stands in a title as it was typed."""
    schema = s.schema()
    wholes = {canonical(words.text), canonical(sort_title(words.text))}
    for field, worth in WHOLE.items():
        for whole in wholes:
            yield Occur.Should, _worth(Query.term_query(schema, field, whole), worth)
    if len(words.all) > 1:
        phrase: Sequence[str] = words.all
        yield Occur.Should, _worth(Query.phrase_query(schema, s.TITLE, list(phrase)), PHRASE)


def _isbn(word: str) -> Iterable[Query]:
    if isbn := isbn13(word):
        yield Query.term_query(s.schema(), s.ISBN, isbn)
    elif word.isdecimal() and word.isascii() and len(word) >= LEAST_DIGITS:
        yield _nearly(s.ISBN, word, 0, True)


def _nearly(field: str, word: str, errors: int, is_beginning: bool) -> Query:
    return Query.fuzzy_term_query(
        s.schema(), field, word, distance=errors, transposition_cost_one=True, prefix=is_beginning
    )


def _worth(query: Query, score: float) -> Query:
    return Query.const_score_query(query, score)
