"""Books ordered more than so many times."""

from datetime import UTC, datetime

import pytest

from shop.models import Book
from tests.makers import make_book, make_order
from tests.reports.sales import MID_JUNE, ask, sell_many

pytestmark = pytest.mark.django_db


def popular(more_than: int = 10, sort: str = "orders") -> list[tuple[str, int, int]]:
    rows = ask("popular_books", more_than=more_than, sort=sort).rows
    return [(row.title, row.orders, row.copies) for row in rows]


def test_more_than_ten_times_is_eleven_orders():
    sell_many(make_book("Emma"), 11)
    sell_many(make_book("Dune"), 10)

    assert popular(10) == [("Emma", 11, 11)]
    assert popular(9) == [("Emma", 11, 11), ("Dune", 10, 10)]
    assert popular(11) == []


def test_an_order_of_many_copies_is_one_order_and_may_be_counted_in_copies_instead():
    sell_many(make_book("Emma"), 1, quantity=12)
    sell_many(make_book("Dune"), 11)

    assert popular(sort="orders") == [("Dune", 11, 11)]
    assert popular(sort="copies") == [("Emma", 1, 12), ("Dune", 11, 11)]


def test_an_order_counts_once_it_is_placed_unless_it_is_cancelled_or_expires():
    book = make_book("Emma", stock=100)
    make_order(book, placed_at=MID_JUNE)
    for status, count in (("paid", 2), ("dispatched", 4), ("cancelled", 8), ("expired", 16)):
        sell_many(book, count, status=status)

    assert popular(0) == [("Emma", 7, 7)]


def test_an_order_counts_on_the_day_it_is_placed_in_the_shops_zone():
    book = make_book("Emma")
    sell_many(book, 2, at=datetime(2026, 5, 31, 23, 30, tzinfo=UTC))  # 1 June in London
    sell_many(book, 4, at=datetime(2026, 6, 30, 23, 30, tzinfo=UTC))  # 1 July
    sell_many(book, 8, placed_at=MID_JUNE, paid_at=datetime(2026, 7, 2, tzinfo=UTC))

    assert popular(0) == [("Emma", 10, 10)]


def test_a_book_is_called_what_it_is_called_today():
    book = make_book("Emmma")
    sell_many(book, 1)
    Book.objects.filter(pk=book.pk).update(title="Emma")

    assert popular(0) == [("Emma", 1, 1)]
