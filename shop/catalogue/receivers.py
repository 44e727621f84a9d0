"""What the catalogue makes of what happens elsewhere."""

from collections.abc import Iterable
from typing import Any

from django.dispatch import receiver

from shop.signals import availability_changed

from .changes import note_changes


@receiver(availability_changed, dispatch_uid="catalogue.note_availability")
def note_availability(sender: Any, book_ids: Iterable[int], **kwargs: Any) -> None:
    """Lists narrowed down to what is in stock learn of it."""
    note_changes(book_ids)
