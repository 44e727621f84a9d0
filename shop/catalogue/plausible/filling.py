"""Plausible books into the database: a thousand at a time, each batch whole or not at all."""

from array import array
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date
from random import Random
from types import NoneType
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connection, connections, models, transaction
from django.utils.translation import gettext as _

from shop.signals import books_added
from shop.transactions import retry_on_conflict

from ..changes import note_changes
from ..editions import leading
from ..models import Book, Contribution, Contributor, Publisher, SalesRank, Series, Subject, Work
from ..names import sort_name
from .drawing import BOOKS_PER_PERSON, Drawn, Stage, draw_works, subject_weights
from .naming import isbn_of, number_of, person_name, publisher_name
from .subjects import headings

BATCH = 1000  # books: what an interrupted run has to do again
MOST = 10**8  # so many ISBNs there are
RANKED = 20  # one book in so many has been sold in the last weeks


class ShopInUse(Exception):
    """The shop has books that are none of these."""


def fill(
    *, count: int, seed: int, today: date, beside_others: bool, on_progress: Callable[[int], None]
) -> int:
    """Have `count` plausible books in the shop, and say how many of them are new; tells how many there are so far.

    The same count, seed and day give the same books. Raises ShopInUse where there are other books, unless these are
    to stand beside them. A run that is interrupted, however hard, leaves whole batches; the next goes on from there.
    """
    already = _already_there()
    if not beside_others and Book.objects.exclude(isbn__range=(isbn_of(0), isbn_of(MOST - 1))).exists():
        raise ShopInUse
    if already >= count:
        return 0
    stage = Stage(
        people=_people(-(-count // BOOKS_PER_PERSON)),
        publishers=_publishers(20 + count // 300),
        subjects=(subjects := _subjects()),
        subject_weights=subject_weights(len(subjects)),
        today=today,
    )
    try:
        for start in range(already, count, BATCH):
            numbers = range(start, min(start + BATCH, count))
            add_batch(numbers, count=count, seed=seed, stage=stage)
            on_progress(numbers.stop)
    finally:
        note_changes(None)  # once for all: the search index reads everything anew
    return count - already


@retry_on_conflict
@transaction.atomic(durable=True)
def add_batch(numbers: range, *, count: int, seed: int, stage: Stage) -> None:
    """Add the books of these numbers, of `count` in all, with everything that belongs to them.

    They get their keys here, because MySQL does not tell those it gives; should somebody else take one of them
    meanwhile, that is a conflict like others.
    """
    works = list(draw_works(Random(f"{seed}:{numbers.start}"), numbers, stage))
    drawn = [edition for work in works for edition in work]
    for key, edition in enumerate(drawn, _next_key(Book)):
        edition.book.pk = key
    _insert(_series(drawn))
    _insert(_works(works))
    _insert(edition.book for edition in drawn)
    _insert_rows(
        Contribution,
        ["book_id", "contributor_id", "role", "position"],
        (
            (edition.book.pk, stage.people[person], role, position)
            for edition in drawn
            for position, (person, role) in enumerate(edition.parts, 1)
        ),
    )
    _insert_rows(
        Book.subjects.through,
        ["book_id", "subject_id"],
        ((edition.book.pk, subject.pk) for edition in drawn for subject in edition.subjects),
    )
    _insert(_ranks(drawn, count))
    copies = {edition.book.pk: edition.copies for edition in drawn}
    books_added.send(sender=Book, quantities=copies, actor=None, reason=_("Plausible catalogue"))


def _series(drawn: Sequence[Drawn]) -> list[Series]:
    """The series of these books, which are told which it is."""
    named: dict[str, list[Book]] = {}
    for edition in drawn:
        if edition.series:
            named.setdefault(edition.series, []).append(edition.book)
    known = {each.name: each for each in Series.objects.filter(name__in=named)}
    new = [
        Series(pk=key, name=name)
        for key, name in enumerate((name for name in named if name not in known), _next_key(Series))
    ]
    for each in (*known.values(), *new):
        for book in named[each.name]:
            book.series_id = each.pk
    return new


def _works(works: Iterable[list[Drawn]]) -> list[Work]:
    """A work for books that have several editions, of which one is listed; a book by itself is if it is on sale."""
    new = []
    key = _next_key(Work)
    for editions in works:
        books = [edition.book for edition in editions]
        if len(books) > 1:
            new.append(Work(pk=key, title=books[0].title))
            for book in books:
                book.work_id = key
            key += 1
        lead = leading(books)
        for book in books:
            book.listed = book is lead
    return new


def _ranks(drawn: Iterable[Drawn], count: int) -> Iterable[SalesRank]:
    """Every book has a place, all over the catalogue; the first few have sold, by a power law."""
    for edition in drawn:
        place = number_of(edition.book.isbn) * 7_368_787 % count + 1
        if place <= count // RANKED and edition.book.on_sale:
            copies = max(1, int(4000 * (place + 4) ** -0.8))
            yield SalesRank(book_id=edition.book.pk, copies=copies, rank=place)


# --- What books are drawn from


def _already_there() -> int:
    """How many of the books an earlier run has made."""
    own = Book.objects.filter(isbn__range=(isbn_of(0), isbn_of(MOST - 1)))
    last = own.order_by("-isbn").values_list("isbn", flat=True).first()
    return number_of(last) + 1 if last else 0


def _people(count: int) -> Sequence[int]:
    """The keys of contributors 0 to count, made where an earlier run has not."""
    keys = array("q")
    after = 0
    while page := list(
        Contributor.objects.filter(pk__gt=after).order_by("pk").values_list("pk", "name")[:10_000]
    ):
        for key, name in page:
            if len(keys) < count and name == person_name(len(keys)):
                keys.append(key)
        after = page[-1][0]
    for start in range(len(keys), count, 10_000):
        keys.extend(_add_people(range(start, min(start + 10_000, count))))
    return keys


@retry_on_conflict
@transaction.atomic(durable=True)
def _add_people(numbers: range) -> Sequence[int]:
    names = [person_name(number) for number in numbers]
    new = [
        Contributor(pk=key, name=name, sort_name=sort_name(name))
        for key, name in enumerate(names, _next_key(Contributor))
    ]
    _insert(new)
    return [person.pk for person in new]


def _publishers(count: int) -> Sequence[int]:
    names = [publisher_name(number) for number in range(count)]
    known = dict(Publisher.objects.values_list("name", "pk"))
    Publisher.objects.bulk_create(
        (Publisher(name=name) for name in names if name not in known), batch_size=1000
    )
    known = dict(Publisher.objects.values_list("name", "pk"))
    return [known[name] for name in names]


def _subjects() -> list[Subject]:
    known = {subject.path: subject for subject in Subject.objects.all()}
    for heading in headings():
        if heading.path not in known:
            known[heading.path] = Subject.objects.create(
                name=heading.name,
                slug=heading.path.rpartition("/")[2],
                parent=known.get(heading.parent),
                colour=heading.colour,
            )
    return [known[heading.path] for heading in headings()]


# --- Rows


def _next_key(model: type[models.Model]) -> int:
    return (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1


def _insert(objects: Iterable[models.Model]) -> None:
    """As bulk_create does, keys included, in a third of its time."""
    objects = list(objects)
    if not objects:
        return
    model, database = type(objects[0]), connections[DEFAULT_DB_ALIAS]
    fields: Collection[models.Field] = model._meta.concrete_fields
    plain = {str, int, bool, NoneType}  # what databases take as it is
    rows = (
        [
            value
            if type(value := getattr(each, field.attname)) in plain
            else field.get_db_prep_save(value, database)
            for field in fields
        ]
        for each in objects
    )
    _insert_rows(model, [field.attname for field in fields], rows)


def _insert_rows(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """The same for rows whose values are numbers and texts; keys that are not named the database gives."""
    quote = connection.ops.quote_name
    column_of = {field.attname: quote(str(field.column)) for field in model._meta.concrete_fields}
    columns = ", ".join(column_of[name] for name in names)
    places = ", ".join(["%s"] * len(names))
    statement = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES ({places})"
    with connection.cursor() as cursor:
        cursor.executemany(statement, list(rows))
