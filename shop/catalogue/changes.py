"""Tells the search index what to read again."""

from collections.abc import Iterable

from .models import BookChange


def note_changes(book_ids: Iterable[int] | None) -> None:
    """Note, inside the caller's transaction, that these books have changed; with None, that any may have."""
    ids: Iterable[int | None] = [None] if book_ids is None else book_ids
    BookChange.objects.bulk_create((BookChange(book_id=book_id) for book_id in ids), batch_size=1000)
