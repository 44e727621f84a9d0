"""Copies of a paid order are called off: the line's counters, the stock and the order's status tell one story."""

import pytest
from django.db import transaction
from django.utils import timezone

from inventory.checking import check_stock
from inventory.models import Backorder, Stock, StockMovement
from shop.models import Order, Refund
from shop.orders.calling_off import call_off, cancel_rest
from shop.orders.copies import TooManyCopies
from shop.orders.dispatching import dispatch_order
from shop.orders.models import OrderEvent
from shop.orders.transitions import NotPossible
from tests.makers import (
    make_book,
    make_cancelled_order,
    make_dispatched_order,
    make_forthcoming,
    make_order,
    make_paid_order,
    make_stock_keeper,
    make_user,
)

pytestmark = pytest.mark.django_db

What = OrderEvent.What


def line_of(order, book):
    return order.lines.get(book=book)


def off(order, copies, **options):
    """Call off copies by book."""
    by_line = {line_of(order, book).pk: n for book, n in copies.items()}
    lost = {line_of(order, book).pk: n for book, n in options.pop("written_off", {}).items()}
    options = {"actor": None, "at": timezone.now(), **options}
    with transaction.atomic():
        call_off(order, by_line, written_off=lost, **options)


def figures(book):
    stock = Stock.objects.get(pk=book.pk)
    return stock.on_hand, stock.allocated, stock.awaited


def happened(order):
    return list(order.events.values_list("what", flat=True))


def test_copies_called_off_can_be_sold_again_and_the_order_goes_on():
    book, keeper = make_book(stock=20), make_user()
    order = make_paid_order((book, 5))

    off(order, {book: 2}, actor=keeper)

    line = line_of(order, book)
    assert (line.cancelled, line.outstanding) == (2, 3)
    assert figures(book) == (20, 3, 0)
    assert order.status == Order.Status.PAID
    event = order.events.last()
    assert (event.what, event.actor, event.note) == (What.CALLED_OFF, keeper, f"2 × {book.title}")
    assert check_stock().flaws == []


def test_copies_that_cannot_be_sold_leave_the_stock_with_a_movement():
    book = make_book(stock=20)
    order = make_paid_order((book, 5))

    off(order, {book: 3}, written_off={book: 2})
    off(order, {book: 1}, written_off={book: 1})

    assert figures(book) == (17, 1, 0)
    movements = StockMovement.objects.filter(kind=StockMovement.Kind.WRITTEN_OFF).order_by("pk")
    assert [movement.quantity for movement in movements] == [-2, -1]
    assert len({movement.reference for movement in movements}) == 2
    assert check_stock().flaws == []


def test_what_a_line_waits_for_is_given_up_first():
    book = make_forthcoming(stock=2)
    order = make_paid_order((book, 5))
    assert figures(book) == (2, 2, 3)

    off(order, {book: 2})
    assert figures(book) == (2, 2, 1) and Backorder.objects.get().quantity == 1

    off(order, {book: 2})
    assert figures(book) == (2, 1, 0) and not Backorder.objects.exists()


def test_copies_that_are_written_off_are_among_those_here():
    book = make_forthcoming(stock=2)
    order = make_paid_order((book, 5))

    with pytest.raises(TooManyCopies, match="3 asked for, but 2 at most"):
        off(order, {book: 4}, written_off={book: 3})
    assert figures(book) == (2, 2, 3)

    off(order, {book: 2}, written_off={book: 2})
    assert figures(book) == (0, 0, 3)
    assert check_stock().flaws == []


def test_more_than_is_outstanding_is_refused_and_nothing_moves():
    book, other = make_book(stock=20), make_book(stock=20)
    order = make_paid_order((book, 5), (other, 1))
    before = happened(order)

    with pytest.raises(TooManyCopies, match="2 asked for, but 1 at most"):
        off(order, {book: 1, other: 2})

    assert figures(book) == (20, 5, 0)
    assert line_of(order, book).cancelled == 0
    assert happened(order) == before


@pytest.mark.parametrize("copies", [{}, {0: 1}])
def test_copies_of_no_line_of_the_order_are_refused(copies):
    order = make_paid_order((make_book(), 2))

    with pytest.raises(ValueError, match="Not copies of order"), transaction.atomic():
        call_off(order, copies, actor=None, at=timezone.now())


@pytest.mark.parametrize("make", [make_order, make_dispatched_order, make_cancelled_order])
def test_only_of_an_order_that_is_paid_and_has_not_left_are_copies_called_off(make):
    book = make_book()
    order = make((book, 2))
    before = figures(book)

    with pytest.raises(NotPossible):
        off(order, {book: 1})

    assert figures(book) == before


def test_an_order_of_which_all_copies_are_called_off_is_cancelled_and_owes_no_second_refund():
    book, other = make_book(stock=20), make_book(stock=20)
    order = make_paid_order((book, 2), (other, 1))

    off(order, {book: 2})
    off(order, {other: 1})

    assert order.status == Order.Status.CANCELLED
    assert happened(order)[-3:] == [What.CALLED_OFF, What.CALLED_OFF, What.CANCELLED]
    assert figures(book) == figures(other) == (20, 0, 0)
    assert not Refund.objects.exists()
    assert check_stock().flaws == []


def test_an_order_whose_rest_is_called_off_is_dispatched_since_its_last_parcel():
    book = make_book(stock=20)
    order = make_paid_order((book, 5))
    line = line_of(order, book)
    dispatch_order(order_id=order.pk, actor=None, copies={line.pk: 3})

    cancel_rest(order_id=order.pk, actor=None)

    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED
    assert order.dispatched_at == order.shipments.get().dispatched_at
    assert happened(order)[-4:] == [*(What.PART_DISPATCHED, What.CALLED_OFF, What.DISPATCHED, What.REFUNDED)]
    assert figures(book) == (17, 0, 0)
    assert Refund.objects.get().amount == 2 * book.price
    assert check_stock().flaws == []


@pytest.mark.parametrize("make", [make_order, make_paid_order, make_dispatched_order, make_cancelled_order])
def test_there_is_a_rest_only_of_what_is_partly_dispatched(make):
    order = make((make_book(), 2))

    with pytest.raises(NotPossible):
        cancel_rest(order_id=order.pk, actor=None)


def test_staff_who_cancel_the_rest_read_which_edition_of_a_title_it_is(client):
    paperback, hardback = make_book("Emma", stock=5), make_book("Emma", stock=5, format="BB")
    order = make_paid_order(paperback, hardback)
    dispatch_order(order_id=order.pk, copies={order.lines.get(book=paperback).pk: 1}, actor=None)
    client.force_login(make_stock_keeper())

    html = client.get(f"/admin/shop/order/{order.pk}/cancel/").content.decode()

    assert "1 × Emma (Hardback)" in html and "Emma (Paperback)" not in html
