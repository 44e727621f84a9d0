"""What staff decide about a book that is low. Whether it is low, stock itself decides."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from shop.transactions import retry_on_conflict

from .models import RestockAlert, Stock

Status = RestockAlert.Status


@retry_on_conflict
@transaction.atomic(durable=True)
def mark_ordered(*, alert_ids: Collection[int]) -> int:
    """Note that copies are on their way; how many alerts that was news for. They stay open until those arrive."""
    waiting = RestockAlert.objects.filter(pk__in=alert_ids, status=Status.OPEN)
    return waiting.update(status=Status.ORDERED, ordered_at=timezone.now())


@retry_on_conflict
@transaction.atomic(durable=True)
def resolve(*, alert_ids: Collection[int]) -> int:
    """Be content with what is left of these books; how many alerts that closes. None where customers wait.

    Each book keeps its threshold, and that what is available now will do: the next copy that goes raises an
    alert anew, and once the book is back at its threshold this is forgotten.
    """
    chosen = RestockAlert.objects.open().filter(pk__in=alert_ids)
    book_ids = chosen.order_by("book_id").values_list("book_id", flat=True)
    accepted = [book_id for book_id in book_ids if Stock.objects.accept_low(book_id)]
    RestockAlert.objects.reassess(accepted)
    return len(accepted)
