"""Orders in advance against deliveries and cancellations, on MariaDB; and with the guard taken away."""

from functools import partial
from threading import Event

import pytest

from inventory.checking import check_stock
from inventory.models import Backorder, Stock, StockQuerySet
from inventory.promising import StockOutOfStep
from shop.models import Book, Order, OrderLine
from shop.orders.cancelling import cancel_order
from tests.makers import make_cart, make_forthcoming, make_order

from .racers import PATIENCE, race
from .test_buying import buy
from .test_stock import receive

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

BUYERS = 8


def figures(book):
    stock = Stock.objects.get(pk=book.pk)
    return stock.on_hand, stock.allocated, stock.awaited


def delivery_between_look_and_promise(monkeypatch, book):
    """Let a delivery come at the very moment between an order's look at the stock and its promise.

    Gives the two racers. The buyer waits for the delivery for a moment only: under the lock it cannot come.
    """
    has_looked, has_come = Event(), Event()
    locked = StockQuerySet.locked

    def look_then_wait(self, book_ids):
        stocks = locked(self, book_ids)
        if not has_looked.is_set():
            has_looked.set()
            has_come.wait(0.5)
        return stocks

    def deliver():
        assert has_looked.wait(PATIENCE)
        receive(book, 3)
        has_come.set()

    monkeypatch.setattr(StockQuerySet, "locked", look_then_wait)
    monkeypatch.setattr(type(Stock.objects), "locked", look_then_wait)
    return partial(buy, make_cart((book, 2))), deliver


def test_an_order_in_advance_and_a_delivery_do_not_miss_each_other(monkeypatch):
    book = make_forthcoming()

    order, _ = race(*delivery_between_look_and_promise(monkeypatch, book))

    assert isinstance(order, Order)
    assert figures(book) == (3, 2, 0)
    assert not Backorder.objects.exists() and check_stock().flaws == []


def test_without_the_lock_an_order_would_wait_while_copies_lie_there(monkeypatch):
    """The twin: look without a lock. What the order then means to do is wrong, and only the next guard stops it."""
    book = make_forthcoming()
    monkeypatch.setattr(StockQuerySet, "locked", lambda self, book_ids: self.in_bulk(list(book_ids)))

    order, _ = race(*delivery_between_look_and_promise(monkeypatch, book))

    assert isinstance(order, StockOutOfStep)
    assert figures(book) == (3, 0, 0)


def test_orders_deliveries_and_cancellations_at_once_leave_the_stock_in_order():
    books = [make_forthcoming(f"Book {n}", stock=n) for n in range(3)]

    for _ in range(4):
        waiting = [make_order((book, 3)) for book in books]
        results = race(
            *(partial(buy, make_cart((books[n % 3], 2), books[(n + 1) % 3])) for n in range(BUYERS)),
            *(partial(receive, book, 4) for book in books),
            *(partial(cancel_order, order_id=order.pk, actor=None) for order in waiting),
        )
        assert not [result for result in results if isinstance(result, Exception)], results
        assert check_stock().flaws == []

    asked = sum(OrderLine.objects.exclude(order__status="cancelled").values_list("quantity", flat=True))
    assert sum(sum(figures(book)[1:]) for book in books) == asked


def test_one_delivery_for_many_who_wait_is_given_out_once_while_they_cancel():
    book = make_forthcoming()
    orders = [make_order((book, 2)) for _ in range(6)]

    race(
        *(partial(receive, book, 3) for _ in range(3)),
        *(partial(cancel_order, order_id=order.pk, actor=None) for order in orders[::2]),
    )

    assert figures(book) == (9, 6, 0)
    assert not Backorder.objects.exists() and check_stock().flaws == []


def test_of_two_orders_for_copies_in_advance_both_are_placed_and_none_is_promised_twice():
    book = make_forthcoming(stock=5)

    results = race(*(partial(buy, make_cart((book, 2))) for _ in range(BUYERS)))

    assert all(isinstance(result, Order) for result in results), results
    assert figures(book) == (5, 5, 2 * BUYERS - 5)
    assert sum(Backorder.objects.values_list("quantity", flat=True)) == 2 * BUYERS - 5
    assert Book.objects.get().restock_alerts.count() == 1
