"""Editions of one work: which of them lists show, and how they come together and part."""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from shop.transactions import retry_on_conflict

from .changes import note_changes
from .formats import Format
from .models import Book, Work

# What most people buy comes first; formats that are not named here come after these.
PREFERRED = [Format.PAPERBACK, Format.BOOK, Format.HARDBACK, Format.BOARD_BOOK]
AT_ONCE = 1000  # books of one query: SQLite limits its values
# What decides which edition leads.
_DECISIVE = ["work", "on_sale", "listed", "format", "edition_type", "publication_date", "embargo_date"]
LOOKED_BACK = timedelta(
    days=14
)  # for editions that have come out: longer than the daily step may fail to run


def refresh_listed(book_ids: Iterable[int]) -> None:
    """Bring `listed` in step for these books and the other editions of their works, inside the caller's transaction.

    To be called after a book's being on sale, its work, its format or its dates have changed.
    """
    ids = sorted(set(book_ids))
    changed = set(ids)
    for start in range(0, len(ids), AT_ONCE):
        changed |= _refresh(hold_editions(ids[start : start + AT_ONCE]))
    note_changes(changed)


def _refresh(books: Iterable[Book]) -> set[int]:
    """The same for books that are held, all editions of a work or none; which of them were not in step."""
    works: dict[tuple[str, int], list[Book]] = {}
    for book in books:
        works.setdefault(("work", book.work_id) if book.work_id else ("book", book.pk), []).append(book)
    leads = {lead.pk for editions in works.values() if (lead := leading(editions))}
    wrong = {book.pk for editions in works.values() for book in editions if book.listed != (book.pk in leads)}
    if wrong & leads:
        Book.objects.filter(pk__in=wrong & leads).update(listed=True)
    if wrong - leads:
        Book.objects.filter(pk__in=wrong - leads).update(listed=False)
    return wrong


def hold_editions(book_ids: Iterable[int]) -> list[Book]:
    """Lock these books and the other editions of their works to the transaction's end, as they are now.

    Whoever changes editions takes this first: of two who change one work, the second sees what the first did.
    Locked by primary key, as everywhere; a book that joined one of the works meanwhile has all of them read again.
    """
    ids = set(book_ids)
    while True:
        held = list(Book.objects.select_for_update().filter(pk__in=ids).order_by("pk").only(*_DECISIVE))
        works = {book.work_id for book in held if book.work_id}
        editions = set(Book.objects.filter(work__in=works).values_list("pk", flat=True)) if works else set()
        if editions <= ids:
            return held
        ids |= editions


@retry_on_conflict
@transaction.atomic(durable=True)
def refresh_newly_out() -> int:
    """Have editions that came out in the last days take their place in lists; how many of these there are.

    A date passes without anybody saving anything: a step of every day does it.
    """
    today = timezone.localdate()
    lately = (today - LOOKED_BACK, today)
    out = Book.objects.exclude(work=None).filter(
        Q(publication_date__range=lately) | Q(embargo_date__range=lately)
    )
    ids = list(out.order_by().values_list("pk", flat=True))
    refresh_listed(ids)
    return len(ids)


@retry_on_conflict
@transaction.atomic(durable=True)
def set_on_sale(book_ids: Iterable[int], on_sale: bool) -> int:
    """Put books on sale, those that have a price, or take them off; how many that changed."""
    changed = Book.objects.filter(pk__in=list(book_ids), on_sale=not on_sale)
    if on_sale:
        changed = changed.exclude(price=None)
    ids = list(changed.values_list("pk", flat=True))
    hold_editions(ids)
    Book.objects.filter(pk__in=ids).update(on_sale=on_sale)
    refresh_listed(ids)
    return len(ids)


def standing(book: Book) -> tuple[bool, bool, int, int, int]:
    """A key to sort a work's editions by: first what is published, in the format most people buy, the newest."""
    form = PREFERRED.index(Format(book.format)) if book.format in PREFERRED else len(PREFERRED)
    newest = -book.publication_date.toordinal() if book.publication_date else 0
    return book.is_forthcoming, bool(book.edition_type), form, newest, book.pk


def leading(editions: Iterable[Book]) -> Book | None:
    """The edition that stands for its work in lists; None if none is on sale."""
    return min((book for book in editions if book.on_sale), key=standing, default=None)


@transaction.atomic
def make_one_work(books: Sequence[Book]) -> Work | None:
    """Have these books be editions of one work, with all editions of the works they are of; None for fewer than two.

    Like the next one it joins a transaction, which is to be run again when it loses against another one.
    """
    held = hold_editions(book.pk for book in books)
    if len(held) < 2:
        return None
    known = sorted({book.work_id for book in held if book.work_id})
    lead = leading(held) or held[0]
    work = Work.objects.filter(pk__in=known[:1]).first() or Work.objects.create(title=lead.title)
    for other in Work.objects.filter(pk__in=known[1:]):
        other.identifiers.update(work=work)
    ids = [book.pk for book in held]
    Book.objects.filter(pk__in=ids).update(work=work)
    Work.objects.filter(pk__in=known[1:]).delete()
    refresh_listed(ids)
    return work


@transaction.atomic
def part_from_work(book: Book) -> None:
    """Have the book be an edition of no work; a work that keeps only one edition is no more."""
    held = hold_editions([book.pk])
    work = next((each.work for each in held if each.pk == book.pk), None)
    if work is None:
        return
    left = [each.pk for each in held if each.pk != book.pk]
    parted = [book.pk, *left] if len(left) < 2 else [book.pk]
    Book.objects.filter(pk__in=parted).update(work=None)
    if len(left) < 2:
        work.delete()
    else:  # a work may go by the ISBN of an edition (`onix.records`): that name is no longer its
        work.identifiers.filter(value=book.isbn).delete()
    refresh_listed([book.pk, *left])
