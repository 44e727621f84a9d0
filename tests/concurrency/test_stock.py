"""Copies that come, go and are counted at the same moment, on MariaDB: the ledger and the alerts stay right."""

import time
from functools import partial
from threading import Lock

import pytest
from django.db import connection
from django.db.models import F

from inventory.alerts import mark_ordered, resolve
from inventory.checking import Result, check_stock
from inventory.models import RestockAlert, RestockAlertQuerySet, Stock, StockMovement, StockQuerySet
from inventory.stocking import StockMoved, adjust_copies, receive_copies, set_threshold
from shop.models import Order
from tests.makers import make_book, make_cart

from .racers import race
from .test_buying import buy

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

RACERS = 12


def receive(book, copies=3, **options):
    return receive_copies(quantities={book.pk: copies}, actor=None, **options)


def adjust(book, difference=-1, **options):
    return adjust_copies(book_id=book.pk, difference=difference, actor=None, reason="Count", **options)


def on_hand(book):
    return Stock.objects.get(pk=book.pk).on_hand


def moved(book):
    return sum(StockMovement.objects.filter(book=book).values_list("quantity", flat=True))


def test_receiving_and_adjusting_at_once_keep_the_ledger_equal_to_what_is_on_hand():
    book = make_book(stock=20)

    race(*[partial(receive, book), partial(adjust, book)] * (RACERS // 2))

    assert on_hand(book) == moved(book) == 20 + (3 - 1) * RACERS // 2


def test_without_the_update_in_the_database_the_ledger_goes_wrong(monkeypatch):
    """The twin: look first, write afterwards; nor is the row locked before."""
    book = make_book(stock=20)

    def look_then_write(self, book_id, quantity):
        with connection.cursor() as cursor:
            cursor.execute("SELECT on_hand FROM inventory_stock WHERE book_id = %s", [book_id])
            (seen,) = cursor.fetchone()
            time.sleep(0.1)
            cursor.execute(
                "UPDATE inventory_stock SET on_hand = %s WHERE book_id = %s", [seen + quantity, book_id]
            )
        return True

    def unlocked(self, book_ids):
        return self.in_bulk(list(book_ids))

    for stocks in (StockQuerySet, type(Stock.objects)):
        monkeypatch.setattr(stocks, "change", look_then_write)
        monkeypatch.setattr(stocks, "locked", unlocked)

    race(*[partial(receive, book), partial(adjust, book)] * (RACERS // 2))

    assert on_hand(book) != moved(book)


def test_the_same_delivery_sent_by_many_at_once_is_received_once():
    book = make_book(stock=20)

    results = race(*[partial(receive, book, delivery="DN-7")] * RACERS)

    assert sorted(results) == [False] * (RACERS - 1) + [True]
    assert on_hand(book) == moved(book) == 23


def test_of_two_who_counted_the_same_shelf_one_is_told_that_copies_moved():
    book = make_book(stock=20)

    results = race(*[partial(adjust, book, difference=-2, seen=20)] * 2)

    assert [type(result) for result in results].count(StockMoved) == 1
    assert on_hand(book) == moved(book) == 18


def test_many_orders_at_once_raise_one_alert():
    book = make_book(stock=RACERS + 5)

    results = race(*(partial(buy, make_cart(book)) for _ in range(RACERS)))

    assert all(isinstance(result, Order) for result in results), results
    assert RestockAlert.objects.open().filter(book=book).count() == RestockAlert.objects.count() == 1


def test_no_two_transactions_judge_the_same_book_at_once(monkeypatch):
    """Whoever reassesses a book holds the lock on its row: what one has read stays true until it commits."""
    book = make_book(stock=4)
    busy, together, most = Lock(), 0, 0
    reassess = RestockAlertQuerySet.reassess

    def slowly(self, book_ids, at=None):
        nonlocal together, most
        with busy:
            together += 1
            most = max(most, together)
        time.sleep(0.02)
        reassess(self, book_ids, at=at)
        with busy:
            together -= 1

    monkeypatch.setattr(RestockAlertQuerySet, "reassess", slowly)
    monkeypatch.setattr(type(RestockAlert.objects), "reassess", slowly)

    thresholds = [partial(set_threshold, book_id=book.pk, threshold=n) for n in (3, 8)]
    race(*[partial(receive, book), partial(adjust, book), *thresholds] * 3)

    assert most == 1
    assert check_stock().flaws == []


def test_alerts_are_right_when_books_run_low_and_are_restocked_at_once():
    books = [make_book(f"Book {n}", stock=11) for n in range(3)]

    for _ in range(5):
        alert_ids = list(RestockAlert.objects.values_list("pk", flat=True))
        results = race(
            *(partial(buy, make_cart((book, 2))) for book in books),
            *(partial(receive, book, 2) for book in books),
            *(partial(adjust, book, 1) for book in books),
            partial(resolve, alert_ids=alert_ids),
            partial(mark_ordered, alert_ids=alert_ids),
            partial(set_threshold, book_id=books[0].pk, threshold=10),
        )
        assert not [result for result in results if isinstance(result, Exception)]
        assert check_stock().flaws == []


def test_check_stock_finds_nothing_wrong_while_orders_are_being_placed():
    books = [make_book(f"Book {n}", stock=40) for n in range(3)]

    results = race(
        *(partial(buy, make_cart((books[n % 3], n % 2 + 1))) for n in range(RACERS)),
        *(partial(receive, book) for book in books),
        *[check_stock] * 8,
    )

    checks = [result for result in results if isinstance(result, Result)]
    assert len(checks) == 8
    assert [check.flaws for check in checks] == [[]] * 8
    assert Stock.objects.filter(on_hand=F("allocated")).count() == 0
