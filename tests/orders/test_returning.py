"""Copies come back: asked for, received, refused; counters, stock and status tell one story."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.checking import check_stock
from inventory.models import Backorder, Stock, StockMovement
from shop.models import Order, OrderEvent, Return
from shop.orders.calling_off import cancel_rest
from shop.orders.copies import SentBefore, TooManyCopies
from shop.orders.delivering import deliver_order
from shop.orders.dispatching import dispatch_order
from shop.orders.returning import (
    AlreadyClosed,
    TooLate,
    ask_for_return,
    may_ask_for_return,
    receive_return,
    refuse_return,
    returnable,
    take_return,
)
from shop.orders.transitions import NotPossible
from tests.makers import (
    make_book,
    make_cancelled_order,
    make_dispatched_order,
    make_forthcoming,
    make_order,
    make_paid_order,
    make_user,
)

pytestmark = pytest.mark.django_db

What = OrderEvent.What


def by_line(order, copies):
    return {order.lines.get(book=book).pk: n for book, n in copies.items()}


def ask(order, copies, **options):
    options = {"reason": "Given twice", "actor": order.customer, **options}
    return ask_for_return(order_id=order.pk, copies=by_line(order, copies), **options)


def receive(asked, copies, restocked=None, **options):
    return receive_return(
        return_id=asked.pk,
        copies=by_line(asked.order, copies),
        restocked=by_line(asked.order, copies if restocked is None else restocked),
        **{"actor": None, **options},
    )


def take(order, copies, restocked=None, **options):
    return take_return(
        order_id=order.pk,
        copies=by_line(order, copies),
        restocked=by_line(order, copies if restocked is None else restocked),
        **{"reason": "Brought back", "actor": None, **options},
    )


def figures(book):
    stock = Stock.objects.get(pk=book.pk)
    return stock.on_hand, stock.allocated


def happened(order):
    return list(order.events.order_by("pk").values_list("what", flat=True))


def contents(returned):
    return [(line.line.book_id, line.quantity, line.restocked) for line in returned.lines.all()]


# --- asking


def test_a_customer_asks_to_return_copies_and_nothing_moves_until_they_come():
    book, ada = make_book(stock=20), make_user()
    order = make_dispatched_order((book, 3), customer=ada)

    asked = ask(order, {book: 2})

    assert (asked.status, asked.number, asked.reason) == (Return.Status.ASKED, 1, "Given twice")
    assert contents(asked) == [(book.pk, 2, 0)]
    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED
    assert figures(book) == (17, 0)
    event = order.events.last()
    assert (event.what, event.actor, event.note) == (What.RETURN_ASKED, ada, f"2 × {book.title}")


def test_no_more_is_asked_back_than_was_sent_and_is_not_asked_for_already():
    book, other = make_book(stock=20), make_book(stock=20)
    order = make_dispatched_order((book, 3), (other, 1))
    ask(order, {book: 2})

    with pytest.raises(TooManyCopies, match="2 asked for, but 1 at most"):
        ask(order, {book: 2, other: 1})
    assert Return.objects.count() == 1

    ask(order, {book: 1, other: 1})
    assert returnable(order) == {}
    assert not may_ask_for_return(order)


def test_what_was_refused_can_be_asked_for_again_and_what_came_back_cannot():
    book, other = make_book(), make_book()
    order = make_dispatched_order(book, other)
    refuse_return(return_id=ask(order, {book: 1}).pk, answer="It is signed", actor=None)
    receive(ask(order, {other: 1}), {other: 1})

    assert returnable(order) == by_line(order, {book: 1})


def test_only_what_has_left_can_be_returned():
    book, other = make_book(), make_book()
    order = make_paid_order(book, other)
    with pytest.raises(NotPossible):
        ask(order, {book: 1})

    dispatch_order(order_id=order.pk, copies=by_line(order, {book: 1}), actor=None)
    with pytest.raises(TooManyCopies):
        ask(order, {other: 1})
    assert ask(order, {book: 1})


@pytest.mark.parametrize("make", [make_order, make_cancelled_order])
def test_no_return_is_asked_of_an_order_that_never_left(make):
    order = make(make_book())

    with pytest.raises(NotPossible):
        ask(order, {order.lines.get().book: 1})
    assert not may_ask_for_return(order)


def test_a_return_is_asked_for_within_so_many_days_of_the_last_parcel(settings):
    settings.RETURN_DAYS = 14
    book = make_book()
    order = make_dispatched_order((book, 2))
    order.shipments.update(dispatched_at=timezone.now() - timedelta(days=13, hours=23))
    assert may_ask_for_return(order)
    ask(order, {book: 1})

    order.shipments.update(dispatched_at=timezone.now() - timedelta(days=14, minutes=1))
    assert not may_ask_for_return(order)
    with pytest.raises(TooLate):
        ask(order, {book: 1})


def test_the_same_form_twice_asks_once():
    book = make_book()
    order = make_dispatched_order((book, 3))

    ask(order, {book: 1}, number=1)
    with pytest.raises(SentBefore):
        ask(order, {book: 1}, number=1)

    assert Return.objects.count() == 1


# --- answering


def test_staff_refuse_a_return_and_tell_why():
    book, keeper = make_book(stock=20), make_user()
    order = make_dispatched_order((book, 2))
    asked = ask(order, {book: 1})

    refuse_return(return_id=asked.pk, answer="It was read in the bath", actor=keeper)

    asked.refresh_from_db()
    assert (asked.status, asked.answer) == (Return.Status.REFUSED, "It was read in the bath")
    assert asked.actor == keeper and asked.closed_at
    assert figures(book) == (18, 0)
    assert happened(order)[-1] == What.RETURN_REFUSED


def test_copies_received_are_on_hand_again_but_for_those_that_cannot_be_sold():
    book, other, keeper = make_book(stock=20), make_book(stock=20), make_user()
    order = make_dispatched_order((book, 3), (other, 2))
    asked = ask(order, {book: 3})

    receive(asked, {book: 2, other: 1}, restocked={book: 1}, actor=keeper)

    asked.refresh_from_db()
    assert (asked.status, asked.actor) == (Return.Status.RECEIVED, keeper)
    assert contents(asked) == [(book.pk, 2, 1), (other.pk, 1, 0)]
    assert (order.lines.get(book=book).returned, order.lines.get(book=other).returned) == (2, 1)
    assert (figures(book), figures(other)) == ((18, 0), (18, 0))
    movement = StockMovement.objects.get(kind=StockMovement.Kind.RETURNED)
    assert (movement.book, movement.quantity, movement.actor) == (book, 1, keeper)
    assert (movement.reference, movement.order_line) == (f"{order.number}/R1", order.lines.get(book=book))
    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED
    assert happened(order)[-1] == What.PART_RETURNED
    assert check_stock().flaws == []


def test_a_return_is_closed_once():
    book = make_book(stock=20)
    order = make_dispatched_order((book, 3))
    asked = ask(order, {book: 1})
    receive(asked, {book: 1})

    with pytest.raises(AlreadyClosed):
        receive(asked, {book: 1})
    with pytest.raises(AlreadyClosed):
        refuse_return(return_id=asked.pk, answer="No", actor=None)

    assert figures(book) == (18, 0)


def test_an_order_that_came_back_whole_is_returned():
    book, other = make_book(stock=20), make_book(stock=20)
    order = make_dispatched_order((book, 2), other)
    deliver_order(order_id=order.pk, actor=None)

    receive(ask(order, {book: 2}), {book: 2})
    take(order, {other: 1}, restocked={})

    order.refresh_from_db()
    assert order.status == Order.Status.RETURNED
    assert happened(order)[-2:] == [What.PART_RETURNED, What.RETURNED]
    assert (figures(book), figures(other)) == ((20, 0), (19, 0))
    assert check_stock().flaws == []


def test_copies_that_nobody_asked_to_return_are_taken_back_too():
    book = make_book(stock=20)
    order = make_dispatched_order((book, 3))

    first, second = take(order, {book: 1}, number=1), take(order, {book: 1}, number=2)
    with pytest.raises(SentBefore):
        take(order, {book: 1}, number=2)

    assert [str(first), str(second)] == [f"{order.number}/R1", f"{order.number}/R2"]
    assert figures(book) == (19, 0)


def test_more_than_was_sent_does_not_come_back_and_nothing_moves():
    book = make_book(stock=20)
    order = make_dispatched_order((book, 3))
    take(order, {book: 1})

    for copies, restocked in (({book: 3}, {}), ({book: 1}, {book: 2})):
        with pytest.raises(TooManyCopies):
            take(order, copies, restocked)

    assert Return.objects.count() == 1
    assert figures(book) == (18, 0)


def test_who_waits_for_a_copy_gets_the_one_that_came_back():
    book = make_forthcoming(stock=1)
    sent = make_paid_order((book, 1))
    type(book).objects.filter(pk=book.pk).update(publication_date=timezone.localdate())
    dispatch_order(order_id=sent.pk, actor=None)
    type(book).objects.filter(pk=book.pk).update(publication_date=book.publication_date)
    book.refresh_from_db()
    make_paid_order((book, 2))
    assert Backorder.objects.get().quantity == 2

    take(sent, {book: 1})

    assert Backorder.objects.get().quantity == 1
    assert figures(book) == (1, 1)
    assert check_stock().flaws == []


def test_a_parcel_that_came_back_while_a_part_is_outstanding_leaves_the_order_to_be_sent():
    book = make_book(stock=20)
    order = make_paid_order((book, 3))
    dispatch_order(order_id=order.pk, copies=by_line(order, {book: 1}), actor=None)

    take(order, {book: 1})
    order.refresh_from_db()
    assert order.status == Order.Status.PART_DISPATCHED

    cancel_rest(order_id=order.pk, actor=None)
    order.refresh_from_db()
    assert order.status == Order.Status.RETURNED
    assert figures(book) == (20, 0)
    assert check_stock().flaws == []
