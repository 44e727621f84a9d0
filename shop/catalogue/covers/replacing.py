"""A book gets another cover, or none."""

import logging

from shop.catalogue.models import Book

from .files import remove_files, write_files
from .pictures import Picture

logger = logging.getLogger(__name__)


def replace_cover(*, book_id: int, picture: Picture | None) -> None:
    """Give the book this cover; None: the shop draws one.

    Files are written first, then the book says so in one UPDATE, then what it replaces is deleted: wherever that ends,
    the book has a whole cover. Belongs outside any transaction, for the storage may be slow or far away.
    Raises Book.DoesNotExist, and whatever the storage raises; the book is then as before, and has no files too many.
    """
    storage = Book._meta.get_field("cover").storage
    isbn = Book.objects.values_list("isbn", flat=True).get(pk=book_id)
    new = write_files(storage, isbn, picture) if picture else ""
    try:
        old = _exchange(book_id, new)
    except BaseException:
        remove_files(storage, new)
        raise
    forget_files(old)


def forget_files(name: str) -> None:
    """Delete a cover that no book has any more. Files that stay behind harm nobody: no reason to raise."""
    try:
        remove_files(Book._meta.get_field("cover").storage, name)
    except Exception:  # each kind of storage raises its own
        logger.exception("The files of the cover %s could not be deleted", name)


def _exchange(book_id: int, new: str) -> str:
    """Write the new name over whatever name is there at that moment, and say which that was."""
    while True:
        old = Book.objects.values_list("cover", flat=True).get(pk=book_id)
        if Book.objects.filter(pk=book_id, cover=old).update(cover=new):
            return old
