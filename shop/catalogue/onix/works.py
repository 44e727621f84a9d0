"""Which of the books that feeds bring are editions of one work."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from shop.catalogue.editions import make_one_work
from shop.catalogue.models import Book, ProductRelation, Work, WorkIdentifier

from . import codes
from .product import WorkName


def join_works(told: Mapping[int, Collection[WorkName]]) -> set[int]:
    """Bring books together with the other editions of their works, inside the caller's transaction.

    `told` has what their records call their works, by book id; their relations are in the database already. Books
    are editions of one work if they bear the same name of a work, or if one is said to be another format of the other.
    Returns the ids of the books that now have a work, or another one.
    """
    groups = _Groups()
    _by_names(told, groups)
    _by_relations(told.keys(), groups)
    ids = {key for group in groups.all() for key in group}
    books = {book.pk: book for book in Book.objects.filter(pk__in=ids).order_by("pk")}
    joined: set[int] = set()
    for group in groups.all():
        editions = [books[key] for key in sorted(group) if key in books]
        works = {book.work_id for book in editions}
        if len(editions) > 1 and (len(works) > 1 or None in works):
            make_one_work(editions)
            joined |= {book.pk for book in editions}
    joined |= _keep_names(told)
    return joined


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


def _keep_names(told: Mapping[int, Collection[WorkName]]) -> set[int]:
    """Keep what works are called, so that editions that come later find them; which books that gave a work."""
    named = {key: names for key, names in told.items() if names}
    if not named:
        return set()
    known = _known_names({name for names in named.values() for name in names})
    given: set[int] = set()
    new: dict[WorkName, int] = {}
    for book in Book.objects.filter(pk__in=named).order_by("pk"):
        names = [name for name in named[book.pk] if name not in known and name not in new]
        if not names:
            continue
        if book.work_id is None:
            book.work = Work.objects.create(title=book.title)
            Book.objects.filter(pk=book.pk).update(work=book.work)
            given.add(book.pk)
        new |= dict.fromkeys(names, book.work_id or 0)
    WorkIdentifier.objects.bulk_create(
        (WorkIdentifier(work_id=work, scheme=name.scheme, value=name.value) for name, work in new.items()),
        ignore_conflicts=True,
    )
    return given


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
