"""Plausible books into the database: a thousand at a time, each batch whole or not at all."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from random import Random

from django.db import models, transaction
from django.utils.translation import gettext as _

from shop.rows import insert
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
        edition.fields["id"] = key
    _name_series(drawn)
    _make_works(works)
    insert(Book, list(drawn[0].fields), [list(edition.fields.values()) for edition in drawn])
    insert(
        Contribution,
        ["book_id", "contributor_id", "role", "position"],
        [
            (edition.key, stage.people[person], role, position)
            for edition in drawn
            for position, (person, role) in enumerate(edition.parts, 1)
        ],
    )
    on_subjects = [(edition.key, subject.pk) for edition in drawn for subject in edition.subjects]
    insert(Book.subjects.through, ["book_id", "subject_id"], on_subjects)
    insert(SalesRank, ["book_id", "copies", "rank"], _ranks(drawn, count))
    for is_stocked in (True, False):
        copies = {edition.key: edition.copies for edition in drawn if (edition.copies > 0) is is_stocked}
        reason = _("Plausible catalogue")
        books_added.send(sender=Book, quantities=copies, actor=None, reason=reason, is_stocked=is_stocked)


def _name_series(drawn: Sequence[Drawn]) -> None:
    """Give these books the keys of their series, made where there is none of the name."""
    names = {edition.series for edition in drawn if edition.series}
    keys = dict(Series.objects.filter(name__in=names).values_list("name", "pk"))
    new = [(key, name) for key, name in enumerate(sorted(names - keys.keys()), _next_key(Series))]
    insert(Series, ["id", "name"], new)
    keys |= {name: key for key, name in new}
    for edition in drawn:
        edition.fields["series_id"] = keys.get(edition.series)


def _make_works(works: Iterable[list[Drawn]]) -> None:
    """A work for books with several editions, one of which is listed; a book by itself is, if it is on sale."""
    new = []
    key = _next_key(Work)
    for editions in works:
        for edition in editions:
            edition.fields |= {"work_id": None, "listed": edition.fields["on_sale"]}
        if len(editions) > 1:
            lead = leading([Book(**edition.fields) for edition in editions])
            for edition in editions:
                edition.fields |= {"work_id": key, "listed": lead is not None and edition.key == lead.pk}
            new.append((key, editions[0].fields["title"]))
            key += 1
    insert(Work, ["id", "title"], new)


def _ranks(drawn: Iterable[Drawn], count: int) -> Iterable[tuple[int, int, int]]:
    """Every book has a place, all over the catalogue; the first few have sold, by a power law."""
    for edition in drawn:
        place = edition.number * 7_368_787 % count + 1
        if place <= count // RANKED and edition.fields["on_sale"]:
            yield edition.key, max(1, int(4000 * (place + 4) ** -0.8)), place


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
    new = [(key, name, sort_name(name)) for key, name in enumerate(names, _next_key(Contributor))]
    insert(Contributor, ["id", "name", "sort_name"], new)
    return [key for key, *_names in new]


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


def _next_key(model: type[models.Model]) -> int:
    return (model._default_manager.aggregate(last=models.Max("pk"))["last"] or 0) + 1
