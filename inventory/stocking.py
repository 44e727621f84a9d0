"""Copies come in, and counts are put right: the use cases behind every change of `on_hand` by hand."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.utils import timezone

from shop.models import OrderLine
from shop.transactions import retry_on_conflict

from .models import Delivery, RestockAlert, Stock, StockMovement
from .promising import pass_on

Kind = StockMovement.Kind


class NotEnoughCopies(Exception):
    """More copies were to be taken away than are on hand and promised to nobody."""

    def __init__(self, book_id: int) -> None:
        self.book_id = book_id
        super().__init__(f"Book {book_id} has too few copies that are promised to nobody.")


class StockMoved(Exception):
    """Copies came or went since the number on hand was looked at."""


@retry_on_conflict
@transaction.atomic(durable=True)
def receive_copies(
    *,
    quantities: Mapping[int, int],
    actor: AbstractBaseUser | None,
    reason: str = "",
    reference: str = "",
    at: datetime | None = None,
    delivery: str = "",
) -> bool:
    """Book in a delivery: copies by book id. All of it or, if anything raises, none.

    `delivery` names it once and for all, to the letter: False, and nothing done, if it is booked in already;
    raises DeliveryDiffers if one of that name is, with other copies.
    """
    at = at or timezone.now()
    if delivery:
        actor_id = actor.pk if actor else None
        if not Delivery.objects.record(delivery, quantities, actor_id=actor_id, at=at):
            return False
    move(quantities, Kind.RECEIVED, actor=actor, reason=reason, reference=reference, at=at)
    return True


@retry_on_conflict
@transaction.atomic(durable=True)
def adjust_copies(
    *, book_id: int, difference: int, actor: AbstractBaseUser | None, reason: str, seen: int | None = None
) -> None:
    """Put a count right by so many copies, up or down; raises NotEnoughCopies below what is allocated.

    `seen` is the number on hand that the difference was reckoned from: if it is another by now, raises
    StockMoved, because the difference no longer leads to what was counted.
    """
    if seen is not None and not Stock.objects.is_still(book_id, seen):
        raise StockMoved
    move({book_id: difference}, Kind.ADJUSTED, actor=actor, reason=reason)


@retry_on_conflict
@transaction.atomic(durable=True)
def set_threshold(*, book_id: int, threshold: int | None) -> None:
    """Set the number below which a book is low (None: the shop's own), and raise or close its alert.

    It stands in place of what staff may have accepted before.
    """
    Stock.objects.filter(pk=book_id).update(threshold=threshold, accepted_low=None)
    RestockAlert.objects.reassess([book_id])


def set_shelf(*, book_ids: Collection[int], shelf: str) -> None:
    """Write down on which shelf these books stand; empty if on none that has a name."""
    Stock.objects.filter(pk__in=book_ids).update(shelf=shelf)


def move(
    quantities: Mapping[int, int],
    kind: Kind,
    *,
    actor: AbstractBaseUser | None = None,
    reason: str = "",
    reference: str = "",
    at: datetime | None = None,
) -> None:
    """Change copies on hand and write the ledger, inside the caller's transaction, books in primary-key order.

    Who has waited longest for a book gets its copies first.
    """
    at = at or timezone.now()
    changes = sorted((book_id, quantity) for book_id, quantity in quantities.items() if quantity)
    StockMovement.objects.bulk_create(
        StockMovement(
            book_id=book_id,
            kind=kind,
            quantity=quantity,
            actor_id=actor.pk if actor else None,
            reason=reason,
            reference=reference,
            at=at,
        )
        for book_id, quantity in changes
    )
    _change(changes, at)


def bring_back(returning: list[tuple[OrderLine, int]], *, reference: str, actor: Any, at: datetime) -> None:
    """So many copies of each line, in the order of their books' primary keys, are on hand again: they came back, with
    the return called so. Inside the caller's transaction."""
    StockMovement.objects.bulk_create(
        StockMovement(
            book_id=line.book_id,
            kind=Kind.RETURNED,
            quantity=copies,
            order_line=line,
            reference=reference,
            actor=actor,
            at=at,
        )
        for line, copies in returning
    )
    _change([(line.book_id, copies) for line, copies in returning], at)


def _change(changes: list[tuple[int, int]], at: datetime) -> None:
    """Change the copies on hand by book id, of which the ledger tells already."""
    before = Stock.objects.locked(book_id for book_id, _ in changes)
    for book_id, quantity in changes:
        if not Stock.objects.change(book_id, quantity):
            raise NotEnoughCopies(book_id)
    pass_on(dict(changes), before)
    RestockAlert.objects.reassess([book_id for book_id, _ in changes], at=at)
