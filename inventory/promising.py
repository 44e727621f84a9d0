"""Copies are promised to orders, those that are here and those that have yet to come in; and promises are
taken back. All of it inside the caller's transaction."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from shop.models import OrderLine
from shop.signals import InsufficientStock, Shortage, availability_changed
from shop.transactions import Conflict

from .models import Backorder, RestockAlert, Stock, StockMovement


class StockOutOfStep(Exception):
    """Stock does not hold what an order was promised: `check_stock` tells where."""


def promise(lines: list[OrderLine], *, in_advance: Collection[int], at: datetime) -> None:
    """Promise every line's copies, or raise InsufficientStock with all lines that are short.

    Of the books `in_advance`, by id, what is not here is promised too, as a backorder. Raises Conflict, for the
    use case to run again, if copies came back at this very moment.
    """
    wanted = {line.book_id: line.quantity for line in lines}
    if not wanted.keys().isdisjoint(in_advance):
        _promise_in_advance(lines, in_advance)
    elif not _allocated(wanted):
        if short := shortages(wanted, Stock.objects.in_bulk(wanted)):
            raise InsufficientStock(short)
        raise Conflict("Copies came back between the two statements: there may be enough now.")
    _after_promising(wanted, at)


def _allocated(wanted: Mapping[int, int]) -> bool:
    """Allocate all of it, or nothing."""
    with transaction.atomic():
        done = Stock.objects.allocate(wanted)
        transaction.set_rollback(not done)  # some of it may have been done
    return done


def _promise_in_advance(lines: list[OrderLine], in_advance: Collection[int]) -> None:
    """The same where copies may be awaited. The stock rows are locked before anything is decided: a delivery
    that is booked in meanwhile is either seen here, or sees who waits."""
    wanted = {line.book_id: line.quantity for line in lines}
    stocks = Stock.objects.locked(wanted)
    strict = {book_id: copies for book_id, copies in wanted.items() if book_id not in in_advance}
    if short := shortages(strict, stocks):
        raise InsufficientStock(short)
    here = {book_id: min(copies, stocks[book_id].available) for book_id, copies in wanted.items()}
    here = {book_id: copies for book_id, copies in here.items() if copies}
    if here and not Stock.objects.allocate(here):
        raise StockOutOfStep(f"Locked, and yet gone: {here}")
    backorders = [
        Backorder(order_line=line, book_id=line.book_id, quantity=line.quantity - here.get(line.book_id, 0))
        for line in lines
        if line.quantity > here.get(line.book_id, 0)
    ]
    for backorder in backorders:
        if not Stock.objects.await_copies(backorder.book_id, backorder.quantity):
            raise StockOutOfStep(f"Locked, and yet free: book {backorder.book_id}")
    Backorder.objects.bulk_create(backorders)


def _after_promising(book_ids: Collection[int], at: datetime) -> None:
    """Raise the alerts that are due, and tell which books are out of stock now. One query if there are none."""
    stocks = Stock.objects.in_bulk(book_ids)
    if any(stock.needs_restocking for stock in stocks.values()):
        RestockAlert.objects.reassess(book_ids, at=at)
    if out := sorted(stock.pk for stock in stocks.values() if not stock.available):
        availability_changed.send(sender=Stock, book_ids=out)


def shortages(wanted: Mapping[int, int], stocks: Mapping[int, Stock]) -> list[Shortage]:
    """Which books have too few copies available for an order, and how many they have."""
    left = {book_id: stocks[book_id].available if book_id in stocks else 0 for book_id in wanted}
    return [
        Shortage(book_id, copies, left[book_id])
        for book_id, copies in wanted.items()
        if left[book_id] < copies
    ]


def take_back(lines: list[OrderLine], copies: Mapping[int, int], *, at: datetime) -> None:
    """So many copies, by the lines' primary keys, that these lines were promised go to those who wait for them,
    longest first; the rest is available again. What a line itself still waits for is given up first.

    Raises StockOutOfStep if they were not promised.
    """
    lines = [line for line in lines if copies.get(line.pk)]
    stocks = Stock.objects.locked(line.book_id for line in lines)
    awaited = _await_less(lines, copies)
    freed = {}
    for line in lines:
        waits_for = awaited.get(line.pk, 0)
        here = copies[line.pk] - waits_for
        if (waits_for and not Stock.objects.await_no_more(line.book_id, waits_for)) or (
            here and not Stock.objects.release(line.book_id, here)
        ):
            raise StockOutOfStep(f"{copies[line.pk]} of {line.isbn} were not promised.")
        stocks[line.book_id].awaited -= waits_for
        freed[line.book_id] = here
    pass_on(freed, stocks)
    RestockAlert.objects.reassess(freed, at=at)


def _await_less(lines: list[OrderLine], copies: Mapping[int, int]) -> dict[int, int]:
    """Take these lines' backorders down by so many copies, as far as they go; by how many each went."""
    given_up = {}
    for backorder in Backorder.objects.filter(order_line__in=lines):
        given_up[backorder.order_line_id] = less = min(backorder.quantity, copies[backorder.order_line_id])
        one = Backorder.objects.filter(pk=backorder.pk)
        if less == backorder.quantity:
            one.delete()
        else:
            one.update(quantity=F("quantity") - less)
    return given_up


def let_go(
    leaving: list[tuple[OrderLine, int]],
    kind: StockMovement.Kind,
    *,
    reference: str,
    actor: Any,
    at: datetime,
) -> None:
    """So many promised copies of each line are on hand no more: they were dispatched, or written off, under this
    reference. Available stays as it is, so no alert changes.

    Raises StockOutOfStep if they were not promised, or are yet to come in.
    """
    lines = [line for line, _copies in leaving]
    awaited = dict(Backorder.objects.filter(order_line__in=lines).values_list("order_line_id", "quantity"))
    if any(line.outstanding - awaited.get(line.pk, 0) < copies for line, copies in leaving):
        raise StockOutOfStep(f"{reference} waits for copies: those here are promised to others.")
    StockMovement.objects.bulk_create(
        StockMovement(
            book_id=line.book_id,
            kind=kind,
            quantity=-copies,
            order_line=line,
            reference=reference,
            actor=actor,
            at=at,
        )
        for line, copies in leaving
    )
    for line, copies in leaving:
        if not Stock.objects.consume(line.book_id, copies):
            raise StockOutOfStep(f"{reference}: {copies} of {line.isbn} were not allocated.")


def pass_on(changes: Mapping[int, int], before: Mapping[int, Stock]) -> None:
    """Copies by book id came, or were freed, or (negative) went: give those who wait what stock has promised
    them of it, and tell of which books there are copies now, or none any more.

    `before` are the books' rows as they were, locked.
    """
    turned = []
    for book_id, change in sorted(changes.items()):
        stock = before[book_id]
        passed_on = min(stock.awaited, max(change, 0))
        if passed_on:
            Backorder.objects.fill(book_id, passed_on)
        if (stock.available > 0) != (stock.available + change - passed_on > 0):
            turned.append(book_id)
    if turned:
        availability_changed.send(sender=Stock, book_ids=turned)
