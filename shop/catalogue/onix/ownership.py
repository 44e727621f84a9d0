"""Whose word holds for a field of a book: the feed's, or that of staff, who set it last and have not released it."""

from collections.abc import Iterable

from django.db import transaction

from shop.catalogue.editions import hold_editions, refresh_listed
from shop.catalogue.models import Book, FeedRecord
from shop.transactions import retry_on_conflict

from .planning import changed_fields, changed_groups
from .wanted import FIELDS, GROUPS, Blocks, Terms, wanted
from .writing import write_changes

# What the admin's form calls otherwise.
AS_FIELDS = {"main_subject": "subjects", "contributions": "contributors"}


def held_by_staff(book: Book, changed: Iterable[str]) -> None:
    """Note that staff have set these fields of a saved book: no feed overwrites them until they are released.

    `changed` are names of fields of the admin's form; those that no feed sets are passed over. A book's contributors,
    and its subjects, count as one field each. Joins the caller's transaction.
    """
    names = {AS_FIELDS.get(name, name) for name in changed} & {*FIELDS, *GROUPS}
    held = sorted({*book.staff_fields, *names})
    if held != sorted(book.staff_fields):
        book.staff_fields = held
        Book.objects.filter(pk=book.pk).update(staff_fields=held)


@retry_on_conflict
@transaction.atomic(durable=True)
def release(*, book_id: int, field: str) -> bool:
    """Give a field back to the book's feed, and set it at once to what that said last; False if staff did not hold it.

    A book that its sender has withdrawn goes off sale with that field. Without a feed it is only that the next one may
    set it.
    """
    hold_editions([book_id])
    book = Book.objects.select_related("publisher", "series", "stock").get(pk=book_id)
    if field not in book.staff_fields:
        return False
    book.staff_fields = [name for name in book.staff_fields if name != field]
    Book.objects.filter(pk=book_id).update(staff_fields=book.staff_fields)
    record = FeedRecord.objects.filter(book=book).first()
    if record and record.is_withdrawn:
        if field == "on_sale":
            Book.objects.filter(pk=book_id).update(on_sale=False)
            refresh_listed([book_id])
    elif record:
        said = wanted(Blocks.from_json(record.data), Terms.now())
        # What depends on the field, such as being on sale on the price, follows it.
        changes = changed_fields(book, said, None)
        groups = changed_groups(book, said, None) & {field}
        write_changes(book, said, changes, groups)
    return True
