"""A code of the trade comes to stand for another of the shop's subjects: its books follow, some hundreds at a time."""

from collections.abc import Iterator, Sequence

from django.db import transaction

from shop.transactions import retry_on_conflict

from .changes import note_changes
from .models import Book, BookSubjectCode
from .onix.schemes import ORDER

AT_ONCE = 500  # books of one transaction


def remap_books(code_id: int) -> None:
    """Bring the subjects of all books that have the code in step with what their codes stand for now.

    Books whose subjects staff have set stay as they are. A task: it may be done again at any time.
    """
    for book_ids in _pages(code_id):
        _remap(book_ids)


def _pages(code_id: int) -> Iterator[list[int]]:
    given = BookSubjectCode.objects.filter(code=code_id).order_by("book_id")
    last = 0
    while page := list(given.filter(book__gt=last).values_list("book_id", flat=True)[:AT_ONCE]):
        yield page
        last = page[-1]


@retry_on_conflict
@transaction.atomic(durable=True)
def _remap(book_ids: Sequence[int]) -> None:
    books = {
        book.pk: book
        for book in Book.objects.filter(pk__in=book_ids).only("main_subject", "staff_fields")
        if "subjects" not in book.staff_fields
    }
    subjects_of = Book.subjects.through
    now: dict[int, list[int]] = {key: [] for key in books}
    for key, subject in _by_codes(list(books)):
        if subject not in now[key]:
            now[key].append(subject)
    before = set(subjects_of.objects.filter(book__in=books).values_list("book_id", "subject_id"))
    after = {(key, subject) for key, subjects in now.items() for subject in subjects}
    gone = before - after
    for subject in {subject for _key, subject in gone}:
        keys = [key for key, each in gone if each == subject]
        subjects_of.objects.filter(subject=subject, book__in=keys).delete()
    subjects_of.objects.bulk_create(
        subjects_of(book_id=key, subject_id=s) for key, s in sorted(after - before)
    )
    changed = {key for key, _subject in before ^ after}
    for key, subjects in now.items():
        main = subjects[0] if subjects else None
        if books[key].main_subject_id != main:
            Book.objects.filter(pk=key).update(main_subject=main)
            changed.add(key)
    note_changes(sorted(changed))


def _by_codes(book_ids: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Books and what their codes stand for, of each book the most telling code first."""
    given = BookSubjectCode.objects.filter(book__in=book_ids, code__subject__isnull=False).order_by("pk")
    rows = given.values_list("book_id", "is_main", "code__scheme", "code__subject_id")

    def rank(row: tuple[int, bool, str, int | None]) -> tuple[bool, int]:
        _book, is_main, scheme, _subject = row
        return not is_main, ORDER.index(scheme) if scheme in ORDER else len(ORDER)

    for book, _main, _scheme, subject in sorted(rows, key=rank):
        yield book, subject or 0
