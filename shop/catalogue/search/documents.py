"""Books as the index keeps them, read from the database in a few large queries."""

import json
import math
import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, cast

from django.db.models import Max, Min
from tantivy import Document

from ..bands import price_band, year_band
from ..models import Book, BookQuerySet, Contribution, Subject
from ..text import sort_title, with_joined_initials
from . import schema as s
from .ordering import SAMPLE, Slices, cut
from .words import canonical, indexed, indexed_name, indexed_plainly

BATCH = 5000  # books read at a time
KEY_BITS = 31  # of a sort key, for the book's own key
LONGEST_BEGINNING = 6  # words of a title that are kept as a beginning of it
TAGS = re.compile(r"<[^>]*>")  # of a description, which is clean HTML
LIFT = 0.25  # what sales can add to a score, as a share of it
BEST_SOLD = 1000  # copies that add all of that

COLUMNS = (
    *("pk", "isbn", "title", "subtitle", "sort_title", "byline", "work_id", "listed", "on_sale"),
    *(
        "series_id",
        "series__name",
        "series_position",
        "publisher_id",
        "publisher__name",
        "imprint",
        "description",
        "keywords",
    ),
    *("format", "edition_type", "language", "price", "first_published", "publication_date", "added_at"),
    *("stock__on_hand", "stock__allocated", "sales_rank__copies"),
)


class Row(NamedTuple):
    """A book as the queries give it."""

    pk: int
    isbn: str
    title: str
    subtitle: str
    sort_title: str
    byline: str
    work: int | None
    listed: bool
    on_sale: bool
    series: int | None
    series_name: str | None
    series_position: Any
    publisher: int | None
    publisher_name: str | None
    imprint: str
    description: str
    keywords: str
    format: str
    edition_type: str
    language: str
    price: Any
    first_published: int | None
    publication_date: Any
    added_at: Any
    on_hand: int | None
    allocated: int | None
    copies: int | None


class Person(NamedTuple):
    key: int
    name: str
    is_author: bool


class Editions:
    """What the edition that lists show is also found by: titles and people of the other editions of its work."""

    def __init__(self, rows: Iterable[Row]) -> None:
        works = {row.work for row in rows if row.work and row.listed}
        self.titles: dict[int, set[str]] = defaultdict(set)
        self.people: dict[int, dict[int, Person]] = defaultdict(dict)
        self.copies: dict[int, int] = defaultdict(int)
        if not works:
            return
        editions = Book.objects.filter(work__in=works, on_sale=True)
        for work, title, copies in editions.values_list("work_id", "title", "sales_rank__copies"):
            self.titles[work].add(title)
            self.copies[work] += copies or 0
        parts = Contribution.objects.filter(book__work__in=works, book__on_sale=True)
        columns = ("book__work_id", "contributor_id", "contributor__name", "role")
        for work, key, name, role in parts.values_list(*columns):
            self.people[work][key] = _person(key, name, role)


class Topics:
    """The tree of subjects: each subject's key with those of what it is part of, and their names as words."""

    def __init__(self) -> None:
        by_path = {subject.path: subject for subject in Subject.objects.order_by()}
        self.keys: dict[int, list[int]] = {}
        self.words: dict[int, str] = {}
        for subject in by_path.values():
            line = [by_path[path] for path in (*subject.ancestor_paths, subject.path) if path in by_path]
            self.keys[subject.pk] = [each.pk for each in line]
            self.words[subject.pk] = indexed(" ".join(each.name for each in line))


def every_book() -> Iterator[list[Row]]:
    """All books in batches, in the order of their keys, each batch one query."""
    last = 0
    while rows := _rows(Book.objects.filter(pk__gt=last).order_by("pk")[:BATCH]):
        yield rows
        last = rows[-1].pk


def books_and_siblings(keys: Iterable[int]) -> list[Row]:
    """These books, as far as there are such books, and the other editions of their works."""
    keys = list(keys)
    works = set(Book.objects.filter(pk__in=keys).exclude(work=None).values_list("work_id", flat=True))
    siblings = Book.objects.filter(work__in=works).values_list("pk", flat=True) if works else []
    return _rows(Book.objects.filter(pk__in={*keys, *siblings}).order_by("pk"))


class Documents:
    """Makes documents of books, with what is the same for all of them read once."""

    def __init__(self, slices: Slices) -> None:
        self.slices = slices
        self.topics = Topics()

    def of(self, rows: list[Row]) -> Iterator[Document]:
        """These books, in the order of their keys."""
        if not rows:
            return
        first, last = rows[0].pk, rows[-1].pk
        of_these: dict[str, Any] = {"book__gte": first, "book__lte": last}
        if last - first > 2 * len(rows):  # so far apart, a list of keys is read faster than a range
            of_these = {"book__in": [row.pk for row in rows]}
        people: dict[int, list[Person]] = defaultdict(list)
        parts = Contribution.objects.filter(**of_these).order_by("position", "pk")
        for book, *person in parts.values_list("book_id", "contributor_id", "contributor__name", "role"):
            people[book].append(_person(*cast("tuple[int, str, str]", person)))
        subjects: dict[int, list[int]] = defaultdict(list)
        about = Book.subjects.through.objects.filter(**of_these)
        for book, subject in about.values_list("book_id", "subject_id"):
            subjects[book].append(subject)
        editions = Editions(rows)
        for row in rows:
            fields = _keys(row) | self._sorting(row) | self._subjects(subjects[row.pk])
            fields |= _words(row, people[row.pk], editions) | _facets(row)
            if row.keywords:
                fields[s.TOPIC] += f" {indexed(row.keywords)}"
            copies = editions.copies[row.work] if row.work and row.listed else row.copies
            fields[s.WEIGHT] = _weight(copies or 0)
            if copies:
                fields |= {sold: fields[field] for field, sold in s.SOLD.items()}
            yield Document.from_dict(fields, s.schema())

    def _subjects(self, subjects: list[int]) -> dict[str, Any]:
        keys = {key for subject in subjects for key in self.topics.keys.get(subject, ())}
        words = " ".join(self.topics.words.get(subject, "") for subject in subjects)
        return {s.SUBJECTS: sorted(keys), s.TOPIC: words}

    def _sorting(self, row: Row) -> dict[str, Any]:
        keys = sort_keys(row)
        slices = {s.slice_of(key): bisect_right(self.slices[key], value) for key, value in keys.items()}
        title = keys.pop(s.BY_TITLE).encode()[:32].ljust(32, b"\0")
        parts = (int.from_bytes(title[start : start + 8]) for start in range(0, 32, 8))
        return keys | slices | dict(zip(s.TITLE_PARTS, parts, strict=True))


def sort_keys(row: Row) -> dict[str, Any]:
    """Where the book stands in each order; numbers have its own key in them, so that no two are equal."""
    year = _year(row)
    return {
        s.BY_TITLE: row.sort_title,
        s.BY_PRICE: _sort_number(_pence(row.price), row.pk),
        s.BY_YEAR: _sort_number(0 if year is None else year + 10_000, row.pk),
        s.BY_ADDED: _sort_number(int(row.added_at.timestamp()), row.pk),
    }


def cut_slices() -> Slices:
    """Where to cut each order, from a sample of today's books."""
    keys: dict[str, list[Any]] = {name: [] for name in s.SORT_KEYS}
    for row in _sample():
        for name, value in sort_keys(row).items():
            keys[name].append(value)
    return cut(keys)


def _keys(row: Row) -> dict[str, Any]:
    keys = {
        s.KEY: row.pk,
        s.LISTED: row.listed,
        s.ON_SALE: row.on_sale,
        s.ISBN: row.isbn,
    }
    if row.work:
        keys[s.WORK] = row.work
    if row.publisher:
        keys[s.PUBLISHER_KEY] = row.publisher
    if row.series:
        keys[s.SERIES_KEY] = row.series
    return keys


def _facets(row: Row) -> dict[str, Any]:
    facets: dict[str, Any] = {
        s.FORMAT: row.edition_type if row.edition_type == Book.EditionType.LARGE_PRINT else row.format,
        s.IN_STOCK: (row.on_hand or 0) > (row.allocated or 0),
    }
    if row.language:
        facets[s.LANGUAGE] = row.language
    if row.price is not None:
        facets |= {s.PENCE: _pence(row.price), s.BAND: price_band(row.price)}
    year = _year(row)
    if year is not None:
        facets[s.YEAR] = year
        if (band := year_band(year)) is not None:
            facets[s.YEARS] = band
    return facets


def _words(row: Row, people: list[Person], editions: Editions) -> dict[str, Any]:
    """The fields of words, the whole texts, and what suggestions show."""
    titles = [row.title]
    if row.work and row.listed:
        titles += sorted(editions.titles[row.work] - {row.title})
        known = {person.key for person in people}
        people = [*people, *(p for key, p in editions.people[row.work].items() if key not in known)]
    # An anthology is its editor's, as far as people look for it.
    authors = [person for person in people if person.is_author] or people
    others = [person for person in people if not person.is_author] if authors is not people else []
    series = row.series_name or ""
    all_series = [canonical(series), canonical(sort_title(series))] if series else []
    wholes = _wholes(row, titles)
    return {
        s.TITLE: [indexed(title) for title in titles],
        s.SUBTITLE: indexed(row.subtitle) if row.subtitle else "",
        s.AUTHOR: [indexed_name(person.name) for person in authors],
        s.CREDIT: [indexed_name(person.name) for person in others],
        s.SERIES: indexed_name(series),
        s.PUBLISHER: indexed_name(f"{row.publisher_name or ''} {row.imprint}"),
        s.DESCRIPTION: indexed_plainly(TAGS.sub(" ", row.description)),
        s.WHOLE_TITLE: list(wholes),
        s.WHOLE_AUTHOR: [canonical(person.name) for person in authors],
        s.WHOLE_SERIES: all_series,
        s.SERIES_OPENS: all_series if row.series_position == 1 else [],
        s.TITLE_BEGINS: list({part for whole in wholes for part in _beginnings(whole)}),
        s.PEOPLE: list({person.key for person in people}),
        s.SHOWN: json.dumps(
            [
                *(row.isbn, row.title, row.byline, row.series, series),
                [[person.key, person.name] for person in authors],
                " ".join((row.subtitle, row.publisher_name or "", *(p.name for p in others))),
            ],
            ensure_ascii=False,
        ).encode(),
    }


class Shown(NamedTuple):
    """What suggestions show of a book, and the words that a correction reads besides."""

    isbn: str
    title: str
    byline: str
    series: int | None
    series_name: str
    authors: list[tuple[int, str]]
    words: str

    @classmethod
    def read(cls, stored: bytes) -> "Shown":
        """What a document has stored."""
        return cls(*json.loads(bytes(stored)))


def _wholes(row: Row, titles: list[str]) -> set[str]:
    """The ways to write a title in full: as it is, without its article, without or with its subtitle."""
    whole = canonical(row.title)
    wholes = {whole, with_joined_initials(row.sort_title), *map(canonical, titles[1:])}
    if row.subtitle:
        wholes.add(f"{whole} {canonical(row.subtitle)}")
    if ":" in row.title:
        wholes.add(canonical(row.title.partition(":")[0]))
    return wholes - {""}


def _beginnings(whole: str) -> Iterator[str]:
    words = whole.split(" ", LONGEST_BEGINNING)[:LONGEST_BEGINNING]
    return (" ".join(words[:count]) for count in range(1, len(words) + 1))


def _weight(copies: int) -> float:
    """What tantivy is to multiply a score with: log2(2 + weight), which here is 1 up to 1 + LIFT."""
    share = min(1.0, math.log1p(copies) / math.log1p(BEST_SOLD))
    return float(2 ** (1 + LIFT * share) - 2)


def _year(row: Row) -> int | None:
    if row.first_published is not None:
        return row.first_published
    return row.publication_date.year if row.publication_date else None


def _pence(price: Any) -> int:
    return int(price * 100) if price is not None else 0


def _sort_number(value: int, key: int) -> int:
    return (value << KEY_BITS) | key


def _sample() -> Iterator[Row]:
    """Some thousands of books, evenly spread over the keys."""
    ends = Book.objects.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    keys = range(ends["first"], ends["last"] + 1, max(1, (ends["last"] - ends["first"]) // SAMPLE))
    for start in range(0, len(keys), BATCH):
        yield from _rows(Book.objects.filter(pk__in=keys[start : start + BATCH]))


def _rows(books: BookQuerySet) -> list[Row]:
    return [Row(*values) for values in books.values_list(*COLUMNS)]


def _person(key: int, name: str, role: str) -> Person:
    return Person(key, name, role == Contribution.Role.AUTHOR)
