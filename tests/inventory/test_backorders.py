"""Books not yet published are promised before their copies come in; who has waited longest gets them first."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from inventory.alerts import resolve
from inventory.checking import check_stock
from inventory.models import Backorder, RestockAlert, Stock
from inventory.promising import StockOutOfStep
from inventory.stocking import NotEnoughCopies, adjust_copies, receive_copies, set_threshold
from shop.models import Book, Order
from shop.orders.cancelling import cancel_order, expire_order
from shop.orders.dispatching import NotYet, dispatch_order, record_dispatch
from shop.payments.external import take_external_order
from shop.signals import InsufficientStock, availability_changed
from tests.makers import make_book, make_forthcoming, make_order, make_paid_order

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _stock_is_in_order():
    """Whatever a test has done, the stock is in order afterwards."""
    yield
    assert check_stock().flaws == []


def figures(book):
    stock = Stock.objects.get(pk=book.pk)
    return stock.on_hand, stock.allocated, stock.awaited


def awaited(*orders):
    """The copies that each order still waits for."""
    return [sum(line.awaited for line in order.lines.with_books()) for order in orders]


def receive(book, copies):
    receive_copies(quantities={book.pk: copies}, actor=None)


def publish(book):
    book.publication_date, book.embargo_date = timezone.localdate(), None
    book.save()


# --- placing


def test_what_is_here_of_a_forthcoming_book_is_allocated_and_the_rest_awaited():
    book = make_forthcoming(stock=2)

    order = make_order((book, 5))

    assert figures(book) == (2, 2, 3)
    backorder = Backorder.objects.get()
    assert (backorder.order_line, backorder.book, backorder.quantity) == (order.lines.get(), book, 3)


def test_a_forthcoming_book_with_copies_enough_keeps_nobody_waiting():
    book = make_forthcoming(stock=5)

    make_order((book, 5))

    assert figures(book) == (5, 5, 0)
    assert not Backorder.objects.exists()


@pytest.mark.parametrize("dates", [{"publication_date": 1}, {"publication_date": -9, "embargo_date": 1}])
def test_a_book_is_forthcoming_until_the_later_of_its_days(dates):
    today = timezone.localdate()
    days = {name: today + timedelta(days=n) for name, n in dates.items()}
    book = make_book(stock=0, **days)

    make_order(book)

    assert figures(book) == (0, 0, 1)


@pytest.mark.parametrize("day", [None, 0, -1])
def test_of_a_book_that_is_published_no_more_is_promised_than_is_here(day):
    date = None if day is None else timezone.localdate() + timedelta(days=day)
    book = make_book(stock=2, publication_date=date)

    with pytest.raises(InsufficientStock):
        make_order((book, 3))

    assert figures(book) == (2, 0, 0)


def test_one_book_that_is_short_refuses_the_whole_order_and_only_that_one_is_named():
    coming, short, plenty = make_forthcoming(stock=1), make_book(stock=2), make_book(stock=9)

    with pytest.raises(InsufficientStock) as refused:
        make_order((coming, 4), (short, 3), (plenty, 1))

    assert [(s.book_id, s.requested, s.available) for s in refused.value.shortages] == [(short.pk, 3, 2)]
    assert [figures(book) for book in (coming, short, plenty)] == [(1, 0, 0), (2, 0, 0), (9, 0, 0)]
    assert not Backorder.objects.exists() and not Order.objects.exists()


def test_an_order_may_hold_books_that_are_here_and_books_that_are_not():
    coming, here = make_forthcoming(), make_book(stock=9)

    order = make_order((coming, 2), (here, 3))

    assert figures(coming) == (0, 0, 2) and figures(here) == (9, 3, 0)
    assert awaited(order) == [2]


def test_a_sale_made_elsewhere_needs_copies_that_are_here():
    book = make_forthcoming(stock=1)

    with pytest.raises(InsufficientStock):
        take_external_order(reference="TILL-1", quantities={book.isbn: 2})

    assert figures(book) == (1, 0, 0)


def test_the_database_refuses_that_somebody_waits_while_a_copy_is_free():
    book = make_book(stock=2)

    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.filter(pk=book.pk).update(awaited=1)


# --- copies come in, or are given back


def test_copies_that_come_in_go_to_whoever_has_waited_longest_and_partly_if_need_be():
    book = make_forthcoming()
    first, second, third = (make_order((book, n)) for n in (3, 4, 2))

    receive(book, 5)
    assert awaited(first, second, third) == [0, 2, 2]
    assert figures(book) == (5, 5, 4)

    receive(book, 3)
    assert awaited(first, second, third) == [0, 0, 1]

    receive(book, 10)
    assert figures(book) == (18, 9, 0)
    assert not Backorder.objects.exists()


def test_copies_of_several_books_go_to_those_who_wait_for_each():
    one, two, three = make_forthcoming("One"), make_forthcoming("Two"), make_book("Three", stock=0)
    order = make_order((one, 2), (two, 2))

    receive_copies(quantities={two.pk: 1, one.pk: 3, three.pk: 4}, actor=None)

    assert [figures(book) for book in (one, two, three)] == [(3, 2, 0), (1, 1, 1), (4, 0, 0)]
    assert awaited(order) == [1]


def test_copies_that_are_found_on_the_shelf_go_to_those_who_wait_too():
    book = make_forthcoming()
    order = make_order((book, 3))

    adjust_copies(book_id=book.pk, difference=2, actor=None, reason="Found")

    assert awaited(order) == [1]
    with pytest.raises(NotEnoughCopies):
        adjust_copies(book_id=book.pk, difference=-1, actor=None, reason="Lost again")


def test_the_copies_of_a_cancelled_order_go_to_those_who_wait():
    book = make_forthcoming(stock=2)
    first, second, third = make_order((book, 2)), make_order((book, 1)), make_order((book, 4))

    cancel_order(order_id=first.pk, actor=None)

    assert awaited(second, third) == [0, 3]
    assert figures(book) == (2, 2, 3)


def test_cancelling_an_order_that_waits_gives_back_only_what_it_was_allocated():
    book = make_forthcoming(stock=2)
    order, later = make_order((book, 5)), make_order((book, 4))

    cancel_order(order_id=order.pk, actor=None)

    assert figures(book) == (2, 2, 2)
    assert awaited(order, later) == [0, 2]


def test_cancelling_the_only_order_that_waits_leaves_the_copies_available():
    book = make_forthcoming(stock=2)
    order = make_order((book, 5))

    cancel_order(order_id=order.pk, actor=None)

    assert figures(book) == (2, 0, 0)


def test_an_order_that_expires_waits_no_longer():
    book = make_forthcoming()
    order = make_order((book, 5), expires_at=timezone.now() - timedelta(seconds=1))

    expire_order(order_id=order.pk)

    assert figures(book) == (0, 0, 0)
    assert not Backorder.objects.exists()


def test_those_who_wait_when_the_book_is_published_keep_their_place():
    book = make_forthcoming()
    order = make_order((book, 2))
    publish(book)

    with pytest.raises(InsufficientStock):
        make_order(book)
    receive(book, 3)

    assert awaited(order) == [0]
    assert figures(book) == (3, 2, 0)


@pytest.mark.parametrize("waiting", [5, 50])
def test_a_delivery_asks_as_many_queries_however_many_wait(waiting, django_assert_num_queries):
    book = make_forthcoming()
    for _ in range(waiting):
        make_order(book)

    with django_assert_num_queries(9):
        receive(book, waiting)

    assert not Backorder.objects.exists()


# --- dispatching


def test_an_order_that_waits_is_not_dispatched_and_the_reason_names_the_book():
    book = make_forthcoming("Orbital", stock=1)
    publish(book)
    other = make_forthcoming("Held")
    order = make_paid_order((book, 1), (other, 1))
    before = figures(book)

    with pytest.raises(NotYet) as refused:
        dispatch_order(order_id=order.pk, actor=None)

    (reason,) = refused.value.reasons
    assert reason.startswith("“Held”: waits for 1 copy, not before ")
    order.refresh_from_db()
    assert order.status == Order.Status.PAID and figures(book) == before


@pytest.mark.parametrize("field", ["publication_date", "embargo_date"])
def test_an_order_whose_copies_are_here_is_kept_until_the_day(field):
    day = timezone.localdate() + timedelta(days=1)
    order = make_paid_order(make_book("Held", stock=3, **{field: day}))

    with pytest.raises(NotYet):
        dispatch_order(order_id=order.pk, actor=None)

    Book.objects.update(**{field: timezone.localdate()})
    assert dispatch_order(order_id=order.pk, actor=None).status == Order.Status.DISPATCHED


def test_an_order_goes_out_once_its_copies_are_in_and_published():
    book = make_forthcoming()
    order = make_paid_order((book, 2))
    receive(book, 2)
    publish(book)

    dispatch_order(order_id=order.pk, actor=None)

    assert figures(book) == (0, 0, 0)


def test_copies_promised_to_others_never_leave_for_an_order_that_waits():
    """The stock's own guard, behind the one that tells staff."""
    book = make_forthcoming(stock=2)
    make_order((book, 2))
    late = make_paid_order((book, 2))

    with pytest.raises(StockOutOfStep), transaction.atomic():
        record_dispatch(late, actor=None, at=timezone.now())

    assert figures(book) == (2, 2, 2)


# --- alerts


def test_a_book_that_customers_wait_for_must_be_restocked_whatever_its_threshold():
    book = make_forthcoming(stock=0)
    set_threshold(book_id=book.pk, threshold=0)
    assert not RestockAlert.objects.open().exists()

    make_order((book, 2))
    assert RestockAlert.objects.open().get().book == book

    receive(book, 2)
    assert not RestockAlert.objects.open().exists()


def test_what_is_left_does_not_do_while_customers_wait():
    book = make_forthcoming(stock=0)
    resolve(alert_ids=[RestockAlert.objects.open().get().pk])
    assert not RestockAlert.objects.open().exists()

    make_order((book, 2))
    alert = RestockAlert.objects.open().get()

    assert resolve(alert_ids=[alert.pk]) == 0
    assert RestockAlert.objects.open().exists()


def test_what_staff_said_will_do_grows_only_by_the_copies_that_nobody_waited_for():
    book = make_forthcoming(stock=0)
    resolve(alert_ids=[RestockAlert.objects.open().get().pk])
    make_order((book, 2))

    receive(book, 5)
    stock = Stock.objects.get(pk=book.pk)
    assert (stock.available, stock.accepted_low) == (3, 3)
    assert not RestockAlert.objects.open().exists()

    make_order(book)
    assert RestockAlert.objects.open().get().book == book


# --- telling whether a copy can be had


@pytest.fixture
def told():
    """The ids of the books that inventory says have come into stock, or gone out of it."""
    heard = []

    def hear(sender, book_ids, **kwargs):
        heard.append(list(book_ids))

    availability_changed.connect(hear)
    yield heard
    availability_changed.disconnect(hear)


def test_an_order_that_takes_the_last_copy_tells_so_and_another_does_not(told):
    last, others = make_book(stock=2), make_book(stock=3)

    make_order((last, 1), (others, 1))
    assert told == []

    make_order((last, 1), (others, 1))
    assert told == [[last.pk]]


def test_what_brings_a_book_back_or_takes_it_away_tells_so(told):
    book = make_book(stock=0)

    receive(book, 2)
    receive(book, 1)
    adjust_copies(book_id=book.pk, difference=-1, actor=None, reason="Lost")
    assert told == [[book.pk]]

    adjust_copies(book_id=book.pk, difference=-2, actor=None, reason="Lost")
    assert told == [[book.pk]] * 2


def test_copies_that_are_given_back_tell_so(told):
    book = make_book(stock=2)
    order = make_order((book, 2))

    cancel_order(order_id=order.pk, actor=None)

    assert told == [[book.pk]] * 2


def test_copies_that_all_go_to_those_who_wait_bring_nothing_back(told):
    book = make_forthcoming()
    make_order((book, 2))
    told.clear()

    receive(book, 2)
    assert told == []

    receive(book, 1)
    assert told == [[book.pk]]


def test_an_ordinary_order_asks_nothing_about_backorders():
    books = [make_book(stock=50) for _ in range(3)]
    with CaptureQueriesContext(connection) as queries:
        make_order(*books)

    statements = [query["sql"] for query in queries]
    assert not [sql for sql in statements if "backorder" in sql]
    stock = [sql for sql in statements if "inventory_stock" in sql]
    assert len(stock) == 2, stock  # the copies are promised, and it is looked what is left
