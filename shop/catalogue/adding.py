"""New books take their place in the shop: by hand in the admin, or many at a time from a file."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from shop.signals import books_added

from .credits import refresh_credits
from .models import Book


def introduce(
    *,
    copies: Mapping[int, int],
    actor: Any = None,
    reason: str = "",
    is_credited: bool = False,
    **details: Any,
) -> None:
    """Bring new books, saved with their contributions, to the knowledge of search and of inventory.

    `copies` has the opening copies by book id, `actor` is who added them; `is_credited`: the books bear their bylines
    and search texts already, and their change is noted. Joins the caller's transaction, which has made the books:
    whatever raises here is to undo them too.
    """
    with transaction.atomic():
        if not is_credited:
            refresh_credits(Book(pk=book_id) for book_id in copies)
        books_added.send(sender=Book, quantities=dict(copies), actor=actor, reason=reason, **details)
