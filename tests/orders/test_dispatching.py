"""Orders leave the shop in parts and arrive: parcels, counters, stock and status tell one story."""

from datetime import timedelta

import pytest
from django.utils import timezone

from inventory.checking import check_stock
from inventory.models import Stock, StockMovement
from inventory.stocking import receive_copies
from shop.models import Book, Order, OrderEvent, Shipment
from shop.orders.calling_off import cancel_rest
from shop.orders.copies import SentBefore, TooManyCopies
from shop.orders.delivering import deliver_order
from shop.orders.dispatching import NotYet, dispatch_order, may_go
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


def send(order, copies=None, **options):
    """Dispatch copies by book."""
    by_line = copies and {order.lines.get(book=book).pk: n for book, n in copies.items()}
    return dispatch_order(order_id=order.pk, copies=by_line, **{"actor": None, **options})


def figures(book):
    stock = Stock.objects.get(pk=book.pk)
    return stock.on_hand, stock.allocated


def parcels(order):
    return [
        {line.line.book_id: line.quantity for line in parcel.lines.all()} for parcel in order.shipments.all()
    ]


def happened(order):
    return list(order.events.order_by("pk").values_list("what", flat=True))


def test_an_order_leaves_in_parts_each_a_parcel_with_carrier_and_tracking():
    book, other, keeper = make_book(stock=20), make_book(stock=20), make_user()
    order = make_paid_order((book, 3), (other, 1))

    send(order, {book: 2}, carrier="Royal Mail", tracking="AB123456785GB", actor=keeper)

    order.refresh_from_db()
    assert order.status == Order.Status.PART_DISPATCHED and order.dispatched_at is None
    parcel = order.shipments.get()
    assert (parcel.number, parcel.carrier, parcel.tracking) == (1, "Royal Mail", "AB123456785GB")
    assert (parcel.actor, parcels(order)) == (keeper, [{book.pk: 2}])
    assert order.lines.get(book=book).outstanding == 1
    assert (figures(book), figures(other)) == ((18, 1), (20, 1))

    send(order, {book: 1})
    send(order)

    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED
    assert parcels(order) == [{book.pk: 2}, {book.pk: 1}, {other.pk: 1}]
    assert order.dispatched_at == order.shipments.last().dispatched_at
    assert (figures(book), figures(other)) == ((17, 0), (19, 0))
    movements = StockMovement.objects.filter(kind=StockMovement.Kind.DISPATCHED).order_by("pk")
    assert [(m.reference, m.quantity) for m in movements] == [
        (f"{order.number}/1", -2),
        (f"{order.number}/2", -1),
        (f"{order.number}/3", -1),
    ]
    assert happened(order) == [
        What.PLACED,
        What.PAID,
        What.PART_DISPATCHED,
        What.PART_DISPATCHED,
        What.DISPATCHED,
    ]
    assert check_stock().flaws == []


def test_a_whole_order_goes_as_one_parcel():
    book, other = make_book(), make_book()
    order = make_dispatched_order((book, 3), other)

    assert parcels(order) == [{book.pk: 3, other.pk: 1}]
    assert happened(order) == [What.PLACED, What.PAID, What.DISPATCHED]


@pytest.mark.parametrize("number", [0, 2])
def test_a_form_that_was_made_for_another_parcel_sends_nothing(number):
    order = make_paid_order((make_book(), 3))

    with pytest.raises(SentBefore):
        send(order, {order.lines.get().book: 1}, number=number)

    assert not Shipment.objects.exists()


def test_the_same_form_twice_sends_one_parcel():
    book = make_book(stock=20)
    order = make_paid_order((book, 3))

    send(order, {book: 1}, number=1)
    with pytest.raises(SentBefore):
        send(order, {book: 1}, number=1)

    assert parcels(order) == [{book.pk: 1}]
    assert figures(book) == (19, 2)


def test_more_than_is_outstanding_does_not_leave_and_nothing_moves():
    book, other = make_book(stock=20), make_book(stock=20)
    order = make_paid_order((book, 3), (other, 1))
    send(order, {book: 1})
    before = happened(order)

    with pytest.raises(TooManyCopies, match="3 asked for, but 2 at most"):
        send(order, {book: 3, other: 1})

    assert parcels(order) == [{book.pk: 1}]
    assert (figures(book), happened(order)) == ((19, 2), before)


def test_a_line_of_another_order_is_refused():
    order, other = make_paid_order(make_book()), make_paid_order(make_book())

    with pytest.raises(ValueError, match="Not copies of order"):
        dispatch_order(order_id=order.pk, copies={other.lines.get().pk: 1}, actor=None)


@pytest.mark.parametrize("make", [make_order, make_dispatched_order, make_cancelled_order])
def test_no_part_of_an_order_leaves_that_is_not_paid_or_has_left(make):
    book = make_book(stock=20)
    order = make((book, 2))
    before = figures(book)

    with pytest.raises(NotPossible):
        send(order, {book: 1})

    assert figures(book) == before


def test_what_is_here_can_leave_while_other_copies_are_awaited():
    book = make_forthcoming("Orbital", stock=2)
    here = make_book(stock=9)
    order = make_paid_order((book, 5), (here, 1))
    send(order, {here: 1})
    assert [may_go(line) for line in order.lines.with_books()] == [0, 0]
    with pytest.raises(NotYet):
        send(order, {book: 1})  # not before its day

    Book.objects.filter(pk=book.pk).update(publication_date=timezone.localdate())
    assert may_go(order.lines.with_books().get(book=book)) == 2
    with pytest.raises(NotYet, match="“Orbital”: waits for 3 copies"):
        send(order, {book: 3})
    send(order, {book: 2})

    receive_copies(quantities={book.pk: 3}, actor=None)
    send(order)
    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED
    assert parcels(order) == [{here.pk: 1}, {book.pk: 2}, {book.pk: 3}]
    assert check_stock().flaws == []


def test_a_whole_order_waits_for_its_last_copy_unless_staff_say_which_are_to_go():
    here, coming = make_book(stock=9), make_forthcoming()
    order = make_paid_order(here, coming)

    with pytest.raises(NotYet):
        send(order)

    assert not order.shipments.exists()


# --- arriving


def test_an_order_is_delivered_once_all_its_parcels_have_arrived():
    book, keeper = make_book(stock=20), make_user()
    order = make_paid_order((book, 3))
    send(order, {book: 1})
    send(order)

    deliver_order(order_id=order.pk, parcel=2, actor=keeper)
    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED and order.delivered_at is None
    assert order.events.last().note == f"Delivered: {order.number}/2"

    deliver_order(order_id=order.pk, actor=keeper)
    order.refresh_from_db()
    first, second = order.shipments.all()
    assert order.status == Order.Status.DELIVERED
    assert order.delivered_at == first.delivered_at > second.delivered_at
    assert (order.events.last().what, order.events.last().actor) == (What.DELIVERED, keeper)


def test_an_order_of_which_a_part_is_outstanding_is_not_delivered():
    book = make_book(stock=20)
    order = make_paid_order((book, 3))
    send(order, {book: 1})

    deliver_order(order_id=order.pk, actor=None)

    order.refresh_from_db()
    assert order.status == Order.Status.PART_DISPATCHED
    assert order.shipments.get().delivered_at


@pytest.mark.parametrize("make", [make_order, make_paid_order, make_cancelled_order])
def test_what_has_not_left_does_not_arrive(make):
    order = make(make_book())

    with pytest.raises(NotPossible):
        deliver_order(order_id=order.pk, actor=None)


def test_a_parcel_arrives_once():
    order = make_dispatched_order(make_book())
    deliver_order(order_id=order.pk, actor=None)

    for parcel in (None, 1, 2):
        with pytest.raises(NotPossible):
            deliver_order(order_id=order.pk, parcel=parcel, actor=None)

    assert happened(order).count(What.DELIVERED) == 1


def test_an_order_whose_rest_is_called_off_is_delivered_if_its_parcels_have_arrived():
    order = make_paid_order((make_book(stock=20), 3))
    send(order, {order.lines.get().book: 1})
    deliver_order(order_id=order.pk, actor=None)
    arrived = timezone.now() - timedelta(days=1)
    order.shipments.update(delivered_at=arrived)

    cancel_rest(order_id=order.pk, actor=None)

    order.refresh_from_db()
    assert (order.status, order.delivered_at) == (Order.Status.DELIVERED, arrived)
