"""Editions of one work: which of them lists show, and how they come together and part."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import F

from .changes import note_changes
from .formats import Format
from .models import Book, Work

# What most people buy comes first; formats that are not named here come after these.
PREFERRED = [Format.PAPERBACK, Format.BOOK, Format.HARDBACK, Format.BOARD_BOOK]


def refresh_listed(book_ids: Iterable[int]) -> None:
    """Bring `listed` in step for these books and the other editions of their works, inside the caller's transaction.

    To be called after a book's being on sale, its work, its format or its dates have changed.
    """
    book_ids = list(book_ids)
    singles = Book.objects.filter(pk__in=book_ids, work=None)
    singles.exclude(listed=F("on_sale")).update(listed=F("on_sale"))
    works = Book.objects.filter(pk__in=book_ids).exclude(work=None).values("work_id")
    editions: dict[int | None, list[Book]] = {}
    for book in Book.objects.filter(work__in=list(works.values_list("work_id", flat=True))).order_by("pk"):
        editions.setdefault(book.work_id, []).append(book)
    leads = [lead.pk for books in editions.values() if (lead := leading(books))]
    wrong = [b.pk for books in editions.values() for b in books if b.listed != (b.pk in leads)]
    Book.objects.filter(pk__in=set(wrong) & set(leads)).update(listed=True)
    Book.objects.filter(pk__in=set(wrong) - set(leads)).update(listed=False)
    note_changes({*book_ids, *wrong})


@transaction.atomic
def set_on_sale(book_ids: Iterable[int], on_sale: bool) -> int:
    """Put books on sale, those that have a price, or take them off; how many that changed."""
    changed = Book.objects.filter(pk__in=list(book_ids), on_sale=not on_sale)
    if on_sale:
        changed = changed.exclude(price=None)
    ids = list(changed.values_list("pk", flat=True))
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
    """Have these books be editions of one work, with all editions of the works they are of; None for fewer than two."""
    known = sorted({book.work_id for book in books if book.work_id})
    ids = {book.pk for book in books} | set(Book.objects.filter(work__in=known).values_list("pk", flat=True))
    if len(ids) < 2:
        return None
    lead = leading(books) or books[0]
    work = Work.objects.filter(pk__in=known[:1]).first() or Work.objects.create(title=lead.title)
    for other in Work.objects.filter(pk__in=known[1:]):
        other.identifiers.update(work=work)
    Book.objects.filter(pk__in=ids).update(work=work)
    Work.objects.filter(pk__in=known[1:]).delete()
    refresh_listed(ids)
    return work


@transaction.atomic
def part_from_work(book: Book) -> None:
    """Have the book be an edition of no work; a work that keeps only one edition is no more."""
    work = book.work
    if work is None:
        return
    left = list(work.editions.exclude(pk=book.pk).values_list("pk", flat=True))
    Book.objects.filter(pk=book.pk).update(work=None)
    if len(left) < 2:
        Book.objects.filter(pk__in=left).update(work=None)
        work.delete()
    refresh_listed([book.pk, *left])
