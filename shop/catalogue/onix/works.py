"""Which of the books that feeds bring are editions of one work."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from django.db import connection

from shop import rows
from shop.catalogue.editions import hold_editions, leading, make_one_work
from shop.catalogue.models import Book, ProductRelation, Work, WorkIdentifier

from . import codes
from .product import WorkName


def join_works(told: Mapping[int, Collection[WorkName]]) -> set[int]:
    """Bring books together with the other editions of their works, inside the caller's transaction.

    `told` has what their records call their works, by book id; their relations are in the database already. Books
    are editions of one work if they bear the same name of a work, or if one is said to be another format of the other.
    Returns the ids of the books that now have a work, or another one: what lists show of them is for the caller to
    bring in step. A book whose work has a name gets one even if it is the only edition yet: the next will find it.
    """
    groups = _Groups()
    _by_names(told, groups)
    _by_relations(told.keys(), groups)
    found = groups.all()
    books = {book.pk: book for book in hold_editions(key for group in found for key in group)}
    given: dict[int, int] = {}
    without: list[list[Book]] = []
    for group in found:
        editions = [books[key] for key in group if key in books]
        works = sorted({book.work_id for book in editions if book.work_id})
        if len(works) > 1:
            make_one_work(editions)
        elif works:
            given |= {book.pk: works[0] for book in editions if book.work_id is None}
        elif editions:
            without.append(editions)
    for editions, work in zip(without, _new_works(without), strict=True):
        given |= dict.fromkeys((book.pk for book in editions), work)
    rows.update_numbers(Book, "work_id", given)
    _keep_names(told)
    return set(given)


def _new_works(groups: Sequence[Sequence[Book]]) -> list[int]:
    """A new work for each group of editions."""
    titles = dict(Book.objects.filter(pk__in=[b.pk for g in groups for b in g]).values_list("pk", "title"))
    works = [Work(title=titles[(leading(editions) or editions[0]).pk]) for editions in groups]
    if connection.features.can_return_rows_from_bulk_insert:
        Work.objects.bulk_create(works)
    else:  # MySQL returns no keys
        for work in works:
            work.save()
    return [work.pk for work in works]


def _by_names(told: Mapping[int, Collection[WorkName]], groups: "_Groups") -> None:
    """Books that bear the same name of a work, in this batch or before."""
    bearers: dict[WorkName, list[int]] = defaultdict(list)
    for key, names in told.items():
        for name in names:
            bearers[name].append(key)
    if not bearers:
        return
    known = _known_names(bearers)
    of_work = Book.objects.filter(work__in=set(known.values())).values_list("work_id", "pk")
    editions: dict[int, list[int]] = defaultdict(list)
    for work, book in of_work:
        editions[work or 0].append(book)
    for name, keys in bearers.items():
        groups.join([*keys, *editions.get(known.get(name, 0), [])])


def _by_relations(book_ids: Collection[int], groups: "_Groups") -> None:
    """Books that are other formats of each other, whichever of the two says so and came first."""
    isbns = dict(Book.objects.filter(pk__in=book_ids).values_list("isbn", "pk"))
    same = ProductRelation.objects.filter(code__in=codes.OTHER_EDITIONS)
    pairs = [
        *same.filter(book__in=book_ids).values_list("book_id", "isbn"),
        *same.filter(isbn__in=isbns).values_list("book_id", "isbn"),
    ]
    missing = {isbn for _book, isbn in pairs} - isbns.keys()
    isbns |= dict(Book.objects.filter(isbn__in=missing).values_list("isbn", "pk"))
    for book, isbn in pairs:
        if isbn in isbns:
            groups.join([book, isbns[isbn]])


def _keep_names(told: Mapping[int, Collection[WorkName]]) -> None:
    """Keep what works are called, so that editions that come later find them."""
    named = {key: names for key, names in told.items() if names}
    if not named:
        return
    known = _known_names(name for names in named.values() for name in names)
    works = dict(Book.objects.filter(pk__in=named).exclude(work=None).values_list("pk", "work_id"))
    new = {
        name: works[key]
        for key, names in named.items()
        for name in names
        if key in works and name not in known
    }
    WorkIdentifier.objects.bulk_create(
        (WorkIdentifier(work_id=work, scheme=name.scheme, value=name.value) for name, work in new.items()),
        ignore_conflicts=True,
    )


def _known_names(names: Iterable[WorkName]) -> dict[WorkName, int]:
    """Which works bear these names already."""
    wanted = set(names)
    rows = WorkIdentifier.objects.filter(value__in={name.value for name in wanted})
    found = rows.values_list("scheme", "value", "work_id")
    return {WorkName(s, v): work for s, v, work in found if WorkName(s, v) in wanted}


class _Groups:
    """Keys that belong together: what is joined with the same is joined."""

    def __init__(self) -> None:
        self._above: dict[int, int] = {}

    def join(self, keys: Collection[int]) -> None:
        tops = [self._top(key) for key in keys]
        for top in tops[1:]:
            self._above[self._top(top)] = self._top(tops[0])

    def all(self) -> list[list[int]]:
        groups: dict[int, list[int]] = defaultdict(list)
        for key in sorted(self._above):
            groups[self._top(key)].append(key)
        return list(groups.values())

    def _top(self, key: int) -> int:
        self._above.setdefault(key, key)
        while self._above[key] != key:
            key = self._above[key]
        return key
