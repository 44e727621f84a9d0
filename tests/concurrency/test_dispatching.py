"""Two do something with the same order's copies at once: each copy goes one way, and status, counters, parcels and
stock tell one story. The twins take the order's lock, or the guard, away, and the story falls apart."""

import time
from functools import partial
from itertools import count

import pytest
from django.db.models import Q

from inventory.checking import check_stock
from inventory.models import Stock
from shop.models import Order, Refund, Return, Shipment
from shop.orders import calling_off, copies, dispatching, returning
from shop.orders.calling_off import cancel_rest
from shop.orders.cancelling import cancel_order
from shop.orders.copies import SentBefore, TooManyCopies
from shop.orders.dispatching import dispatch_order
from shop.orders.returning import receive_return, take_return
from shop.orders.transitions import NotPossible
from tests.makers import make_book, make_dispatched_order, make_paid_order

from .racers import race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

REFUSED = (NotPossible, TooManyCopies, SentBefore)


def refused(results):
    return [result for result in results if isinstance(result, REFUSED)]


def broken(results):
    return [r for r in results if isinstance(r, Exception) and not isinstance(r, REFUSED)]


def send(order, number_of_copies=None, **options):
    chosen = {order.lines.get().pk: number_of_copies} if number_of_copies else None
    return partial(dispatch_order, order_id=order.pk, actor=None, copies=chosen, **options)


def on_hand(book):
    return Stock.objects.get(pk=book.pk).on_hand


@pytest.fixture
def without_the_lock(monkeypatch):
    """The order is read as it is, and nobody is kept from changing it meanwhile."""

    def read(order_id):
        order = Order.objects.get(pk=order_id)
        time.sleep(0.1)
        return order

    for module in (calling_off, dispatching, returning):
        monkeypatch.setattr(module, "locked", read)
        monkeypatch.setattr(module, "lock", lambda order: None)


def test_of_two_who_send_the_whole_order_at_once_one_does():
    book = make_book(stock=20)
    order = make_paid_order((book, 3))

    results = race(send(order), send(order))

    assert len(refused(results)) == 1 and not broken(results)
    assert Shipment.objects.count() == 1
    assert on_hand(book) == 17
    assert check_stock().flaws == []


def test_the_same_form_sent_by_many_at_once_sends_one_parcel():
    book = make_book(stock=20)
    order = make_paid_order((book, 9))

    results = race(*[send(order, 1, number=1)] * 6)

    assert len(refused(results)) == 5 and not broken(results)
    assert [parcel.number for parcel in Shipment.objects.all()] == [1]
    assert on_hand(book) == 19


def test_without_its_number_the_same_form_sends_as_many_parcels_as_times():
    """The twin: the copies alone do not tell two clicks from two parcels."""
    order = make_paid_order((make_book(stock=20), 9))

    race(*[send(order, 1)] * 6)

    assert Shipment.objects.count() == 6


def test_several_parts_sent_at_once_are_parcels_of_their_own_and_no_more_than_there_is():
    book = make_book(stock=20)
    order = make_paid_order((book, 5))

    results = race(*[send(order, 2)] * 4)

    assert len(refused(results)) == 2 and not broken(results)
    assert sorted(parcel.number for parcel in Shipment.objects.all()) == [1, 2]
    order.refresh_from_db()
    assert (order.status, order.lines.get().dispatched) == (Order.Status.PART_DISPATCHED, 4)
    assert check_stock().flaws == []


def test_without_the_lock_a_part_that_could_go_is_refused(without_the_lock):
    """The twin: all find the order paid, and only one of them can move it on from there."""
    order = make_paid_order((make_book(stock=20), 5))

    race(*[send(order, 2)] * 4)

    assert Shipment.objects.count() == 1


def test_without_the_guard_only_the_database_keeps_more_copies_from_leaving(monkeypatch, without_the_lock):
    """The twin: what is outstanding is looked at, and counted afterwards whatever it is by then."""
    order = make_paid_order((make_book(stock=20), 2))
    monkeypatch.setitem(copies.GUARDS, "dispatched", lambda n: Q())

    (problem,) = broken(race(*[send(order, 2)] * 2))

    assert "shop_orderline_copies" in str(problem)


@pytest.mark.parametrize("attempt", range(3))
def test_dispatching_and_cancelling_at_once_leave_one_of_the_two(attempt):
    book = make_book(stock=20)
    order = make_paid_order((book, 3))

    results = race(send(order), partial(cancel_order, order_id=order.pk, actor=None))

    assert len(refused(results)) == 1 and not broken(results)
    order.refresh_from_db()
    if order.status == Order.Status.CANCELLED:
        assert (Shipment.objects.count(), on_hand(book), Refund.objects.count()) == (0, 20, 1)
    else:
        assert order.status == Order.Status.DISPATCHED
        assert (Shipment.objects.count(), on_hand(book), Refund.objects.count()) == (1, 17, 0)
    assert check_stock().flaws == []


def test_without_the_guard_an_order_is_both_sent_and_cancelled(monkeypatch, without_the_lock):
    """The twin: the status is looked at, and written afterwards whatever it is by then."""
    order = make_paid_order((make_book(stock=20), 3))

    def look_then_write(order, to, *, at=None, actor=None, note="", **fields):
        time.sleep(0.2)
        Order.objects.filter(pk=order.pk).update(status=to, **fields)
        order.status = to

    monkeypatch.setattr(copies, "move", look_then_write)
    monkeypatch.setattr("shop.orders.cancelling.move", look_then_write)

    results = race(send(order), partial(cancel_order, order_id=order.pk, actor=None))

    assert not refused(results)


def test_of_dispatching_the_rest_and_cancelling_it_at_once_one_is_done():
    book = make_book(stock=20)
    order = make_paid_order((book, 3))
    dispatch_order(order_id=order.pk, copies={order.lines.get().pk: 1}, actor=None)

    results = race(send(order), partial(cancel_rest, order_id=order.pk, actor=None))

    assert len(refused(results)) == 1 and not broken(results)
    line = order.lines.get()
    assert {(1, 2): 19, (3, 0): 17}[line.dispatched, line.cancelled] == on_hand(book)
    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED
    assert check_stock().flaws == []


def test_the_same_copies_come_back_once_whoever_takes_them_at_once():
    book = make_book(stock=20)
    order = make_dispatched_order((book, 2))
    line = order.lines.get().pk
    asked = returning.ask_for_return(order_id=order.pk, copies={line: 2}, reason="", actor=None)
    both = {"copies": {line: 2}, "restocked": {line: 2}, "actor": None}

    results = race(
        *[partial(receive_return, return_id=asked.pk, **both)] * 2,
        *[partial(take_return, order_id=order.pk, reason="", **both)] * 2,
    )

    assert [isinstance(result, Return) for result in results].count(True) == 1
    assert on_hand(book) == 20
    order.refresh_from_db()
    assert order.status == Order.Status.RETURNED
    assert check_stock().flaws == []


def test_without_its_number_the_same_form_takes_copies_back_twice(monkeypatch, without_the_lock):
    """The twin."""
    order = make_dispatched_order((make_book(stock=20), 2))
    line, numbers = order.lines.get().pk, count(1)
    monkeypatch.setattr(returning, "next_number", lambda numbered, wanted=None: next(numbers))
    both = {"copies": {line: 1}, "restocked": {line: 1}, "actor": None, "reason": ""}

    results = race(*[partial(take_return, order_id=order.pk, number=1, **both)] * 2)

    # Both forms were the first of their order: two returns all the same.
    assert [isinstance(result, Return) for result in results].count(True) == 2
