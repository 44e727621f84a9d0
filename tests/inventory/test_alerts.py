"""Restock alerts: one open per low book, raised and closed by stock itself; what staff decide about them."""

import pytest

from inventory.alerts import mark_ordered, resolve
from inventory.models import RestockAlert, Stock
from inventory.stocking import adjust_copies, receive_copies, set_threshold
from shop.orders.cancelling import cancel_order
from tests.makers import make_book, make_dispatched_order, make_order

pytestmark = pytest.mark.django_db


def alerts(book):
    """The statuses of the book's alerts, oldest first."""
    return list(RestockAlert.objects.filter(book=book).order_by("pk").values_list("status", flat=True))


def test_a_book_at_its_threshold_is_not_low_and_one_copy_less_is():
    book = make_book(stock=11)

    make_order((book, 1))
    assert alerts(book) == []

    make_order((book, 1))
    assert alerts(book) == ["open"]
    assert RestockAlert.objects.get().available == 9


def test_a_low_book_has_one_open_alert_however_often_it_is_sold():
    book = make_book(stock=11)

    for _ in range(4):
        make_order((book, 2))

    assert alerts(book) == ["open"]


def test_the_alert_closes_by_itself_once_enough_copies_are_there():
    book = make_book(stock=4)

    receive_copies(quantities={book.pk: 5}, actor=None)
    assert alerts(book) == ["open"]

    receive_copies(quantities={book.pk: 1}, actor=None)
    assert alerts(book) == ["resolved"]
    assert RestockAlert.objects.get().resolved_at is not None


def test_a_cancelled_orders_copies_close_the_alert_that_it_raised():
    book = make_book(stock=11)
    order = make_order((book, 3))
    assert alerts(book) == ["open"]

    cancel_order(order_id=order.pk, actor=None)

    assert alerts(book) == ["resolved"]


def test_a_book_that_is_low_again_gets_a_new_alert():
    book = make_book(stock=4)
    receive_copies(quantities={book.pk: 7}, actor=None)

    make_order((book, 2))

    assert alerts(book) == ["resolved", "open"]


def test_dispatching_changes_no_alert():
    low, plenty = make_book(stock=12), make_book(stock=30)

    make_dispatched_order((low, 3), (plenty, 3))

    assert alerts(low) == ["open"]
    assert alerts(plenty) == []


def test_an_alert_marked_as_ordered_stays_open_until_the_copies_arrive():
    book, other = make_book(stock=4), make_book(stock=4)
    alert = RestockAlert.objects.get(book=book)

    assert mark_ordered(alert_ids=[alert.pk]) == 1
    assert mark_ordered(alert_ids=[alert.pk]) == 0

    assert alerts(book) == ["ordered"]
    assert RestockAlert.objects.open().count() == 2
    receive_copies(quantities={book.pk: 20}, actor=None)
    assert alerts(book) == ["resolved"]
    assert alerts(other) == ["open"]


def test_a_closed_alert_cannot_be_marked_as_ordered():
    book = make_book(stock=4)
    receive_copies(quantities={book.pk: 20}, actor=None)

    assert mark_ordered(alert_ids=[RestockAlert.objects.get().pk]) == 0

    assert alerts(book) == ["resolved"]


def test_resolving_is_being_content_with_what_is_left_until_another_copy_goes():
    book, other = make_book(stock=4), make_book(stock=4)
    alert = RestockAlert.objects.get(book=book)

    assert resolve(alert_ids=[alert.pk]) == 1
    assert resolve(alert_ids=[alert.pk]) == 0

    assert alerts(book) == ["resolved"]
    assert alerts(other) == ["open"]
    stock = Stock.objects.get(pk=book.pk)
    assert (stock.on_hand, stock.allocated, stock.threshold, stock.accepted_low) == (4, 0, None, 4)
    make_order((book, 1))
    assert alerts(book) == ["resolved", "open"]


@pytest.mark.parametrize("threshold", [None, 8])
def test_a_book_keeps_its_threshold_whatever_was_accepted(threshold):
    book = make_book(stock=12)
    set_threshold(book_id=book.pk, threshold=threshold)
    adjust_copies(book_id=book.pk, difference=-12, actor=None, reason="Flood")
    resolve(alert_ids=[RestockAlert.objects.get().pk])

    receive_copies(quantities={book.pk: 50}, actor=None)
    stock = Stock.objects.get(pk=book.pk)
    assert (stock.threshold, stock.accepted_low) == (threshold, None)

    adjust_copies(book_id=book.pk, difference=-43, actor=None, reason="Flood")
    assert alerts(book) == ["resolved", "open"]


def test_copies_that_come_are_not_enough_when_one_of_them_goes():
    """Nothing was left and that would do; five come, still too few, and are sold again."""
    book = make_book(stock=0)
    resolve(alert_ids=[RestockAlert.objects.get().pk])

    receive_copies(quantities={book.pk: 5}, actor=None)
    assert alerts(book) == ["resolved"]

    make_order((book, 1))
    assert alerts(book) == ["resolved", "open"]


def test_a_cancelled_order_takes_back_the_alert_and_what_was_accepted_stands():
    book = make_book(stock=4)
    resolve(alert_ids=[RestockAlert.objects.get().pk])
    order = make_order((book, 1))
    assert alerts(book) == ["resolved", "open"]

    cancel_order(order_id=order.pk, actor=None)

    assert alerts(book) == ["resolved", "resolved"]
    assert Stock.objects.get(pk=book.pk).accepted_low == 4


def test_copies_of_a_cancelled_order_end_what_was_accepted_once_the_book_is_at_its_threshold():
    book = make_book(stock=11)
    order = make_order((book, 3))
    resolve(alert_ids=[RestockAlert.objects.get().pk])

    cancel_order(order_id=order.pk, actor=None)
    assert Stock.objects.get(pk=book.pk).accepted_low is None

    make_order((book, 2))
    assert alerts(book) == ["resolved", "open"]


def test_a_new_threshold_ends_what_was_accepted():
    book = make_book(stock=4)
    resolve(alert_ids=[RestockAlert.objects.get().pk])

    set_threshold(book_id=book.pk, threshold=5)

    assert alerts(book) == ["resolved", "open"]


def test_a_threshold_of_nothing_silences_a_book_for_good():
    book = make_book(stock=2)

    set_threshold(book_id=book.pk, threshold=0)
    make_order((book, 2))

    assert alerts(book) == ["resolved"]


def test_reassessing_costs_two_queries_when_nothing_changes(django_assert_num_queries):
    books = [make_book(stock=4) for _ in range(3)] + [make_book(stock=40) for _ in range(3)]

    with django_assert_num_queries(2):
        RestockAlert.objects.reassess([book.pk for book in books])
