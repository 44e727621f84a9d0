"""Orders that come to nothing, and orders that go out."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inventory.models import RestockAlert, Stock, StockMovement
from shop.models import Order, Payment, Refund
from shop.orders.cancelling import cancel_order, expire_order, expire_orders
from shop.orders.dispatching import dispatch_order
from shop.orders.transitions import NotPossible
from tests.makers import (
    make_book,
    make_cancelled_order,
    make_dispatched_order,
    make_order,
    make_paid_order,
    make_user,
)

pytestmark = pytest.mark.django_db


def stock_of(book):
    stock = Stock.objects.get(pk=book.pk)
    return stock.on_hand, stock.allocated


def overdue_order(*books):
    return make_order(*books, expires_at=timezone.now() - timedelta(seconds=1))


def test_cancelling_gives_the_copies_back_and_closes_the_alert():
    book = make_book(stock=12)
    order = make_order((book, 5))
    assert RestockAlert.objects.open().count() == 1
    ada = make_user()

    cancel_order(order_id=order.pk, actor=ada, note="Changed her mind")

    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED and order.expires_at is None
    assert stock_of(book) == (12, 0)
    assert RestockAlert.objects.open().count() == 0
    event = order.events.last()
    assert (event.what, event.actor, event.note) == (Order.Status.CANCELLED, ada, "Changed her mind")
    assert not Refund.objects.exists()


def test_cancelling_a_paid_order_gives_the_money_back(django_capture_on_commit_callbacks):
    order = make_paid_order()

    with django_capture_on_commit_callbacks(execute=True):
        cancel_order(order_id=order.pk, actor=None)

    refund = Refund.objects.get()
    assert (refund.payment.order, refund.amount, refund.status) == (order, order.total, Refund.Status.DONE)
    assert refund.reference


def test_cancelling_fails_the_payment_that_was_only_begun():
    order = make_order()
    payment = Payment.objects.create(order=order, gateway="test_card", amount=order.total, currency="GBP")

    cancel_order(order_id=order.pk, actor=None)

    payment.refresh_from_db()
    assert payment.status == Payment.Status.FAILED


@pytest.mark.parametrize("make", [make_dispatched_order, make_cancelled_order])
def test_an_order_that_is_gone_or_cancelled_cannot_be_cancelled(make):
    book = make_book(stock=20)
    order = make((book, 2))
    before = stock_of(book), order.events.count()

    with pytest.raises(NotPossible) as refused:
        cancel_order(order_id=order.pk, actor=None)

    assert refused.value.order == order
    assert (stock_of(book), order.events.count()) == before


def test_an_unpaid_order_expires_and_gives_its_copies_back():
    book = make_book(stock=20)
    order = overdue_order((book, 2))

    assert expire_orders() == ([order], [])

    order.refresh_from_db()
    assert order.status == Order.Status.EXPIRED
    assert stock_of(book) == (20, 0)


def test_an_order_expires_neither_early_nor_when_paid_nor_when_held_for_collection():
    make_order(expires_at=timezone.now() + timedelta(minutes=1))
    make_order(expires_at=None)
    paid = make_paid_order()
    Order.objects.filter(pk=paid.pk).update(expires_at=timezone.now() - timedelta(days=1))

    assert expire_orders() == ([], [])
    assert not Order.objects.filter(status=Order.Status.EXPIRED).exists()


def test_expiring_by_hand_asks_whether_it_is_time():
    order = make_order(expires_at=timezone.now() + timedelta(minutes=1))

    with pytest.raises(NotPossible):
        expire_order(order_id=order.pk)


def test_an_order_that_cannot_expire_stops_no_other(capsys):
    book = make_book(stock=20)
    broken, sound = overdue_order((book, 2)), overdue_order()
    Stock.objects.filter(pk=book.pk).update(allocated=0)

    with pytest.raises(CommandError, match="could not be expired: 1"):
        call_command("expire_orders")

    assert Order.objects.get(pk=sound.pk).status == Order.Status.EXPIRED
    assert Order.objects.get(pk=broken.pk).status == Order.Status.PLACED


def test_books_that_cost_nothing_are_cancelled_without_a_refund():
    order = make_paid_order(make_book(price="0.00"), delivery_method=Order.Delivery.COLLECTION)

    cancel_order(order_id=order.pk, actor=None)

    assert not Refund.objects.exists()


def test_the_command_says_what_expired(capsys):
    order = overdue_order()

    call_command("expire_orders")
    call_command("expire_orders")

    assert capsys.readouterr().out == f"{order.number}\nOrders expired: 1\nOrders expired: 0\n"


def test_dispatching_takes_the_copies_out_of_the_building():
    book = make_book(stock=20)
    order = make_paid_order((book, 3))
    keeper = make_user()
    assert stock_of(book) == (20, 3)

    dispatch_order(order_id=order.pk, actor=keeper)

    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED and order.dispatched_at
    assert stock_of(book) == (17, 0)
    movement = StockMovement.objects.get(kind=StockMovement.Kind.DISPATCHED)
    assert (movement.book, movement.quantity, movement.actor) == (book, -3, keeper)
    assert movement.order_line == order.lines.get()


@pytest.mark.parametrize("make", [make_order, make_dispatched_order, make_cancelled_order])
def test_only_a_paid_order_is_dispatched(make):
    book = make_book(stock=20)
    order = make((book, 2))
    before = stock_of(book)

    with pytest.raises(NotPossible):
        dispatch_order(order_id=order.pk, actor=None)

    assert stock_of(book) == before
