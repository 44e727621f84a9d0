"""Paying against cancelling, paying against expiring, on MariaDB; and each with the guard taken away."""

from datetime import timedelta
from functools import partial
from threading import Barrier, Event, current_thread

import pytest
from django.utils import timezone

from inventory.models import Stock
from shop.models import Order, OrderEvent, Payment, Refund
from shop.orders.cancelling import cancel_order, expire_order
from shop.orders.transitions import ALLOWED_FROM, NotPossible
from shop.payments.settling import hold_for_collection, settle, start_payment
from shop.signals import InsufficientStock
from tests.makers import make_book, make_order

from .racers import PATIENCE, race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

ROUNDS = 12  # a race is run more than once: who wins is chance


def placed_order():
    order = make_order((make_book(stock=20), 2), expires_at=timezone.now() - timedelta(seconds=1))
    return order, start_payment(order_id=order.pk, gateway="test_card")


def pay(order, payment):
    return settle(payment_id=payment.pk, amount=order.total, currency="GBP", reference=f"ref-{payment.pk}")


def allocated_for(order):
    return Stock.objects.get(pk=order.lines.get().book_id).allocated


def statuses_of(order):
    moves = OrderEvent.objects.filter(order=order, what__in=Order.Status)
    return list(moves.order_by("pk").values_list("what", flat=True))


def tells_one_story(order):
    """Kept means paid, copies promised, nothing to give back; ended means copies free and money back, once."""
    order.refresh_from_db()
    succeeded = Payment.objects.filter(order=order, status=Payment.Status.SUCCEEDED).count()
    refunds = Refund.objects.filter(payment__order=order).count()
    if order.status == Order.Status.PAID:
        return (succeeded, refunds, allocated_for(order)) == (1, 0, 2)
    return (succeeded, refunds, allocated_for(order)) == (1, 1, 0)


def test_pay_against_expire_tells_one_story():
    for _ in range(ROUNDS):
        order, payment = placed_order()

        paid, expired = race(partial(pay, order, payment), partial(expire_order, order_id=order.pk))

        # Paying wins in any case, also over an expiry that came just before: the copies are still there.
        assert isinstance(paid, Payment)
        what = list(OrderEvent.objects.filter(order=order).order_by("pk").values_list("what", flat=True))
        late = ["expired", "revived"] if isinstance(expired, Order) else []
        assert what == ["placed", *late, "paid"]
        order.refresh_from_db()
        assert order.status == Order.Status.PAID and tells_one_story(order)


def test_pay_against_expire_and_another_who_wants_the_copies_sells_them_once():
    for _ in range(ROUNDS):
        book = make_book(stock=2)
        order = make_order((book, 2), expires_at=timezone.now() - timedelta(seconds=1))
        payment = start_payment(order_id=order.pk, gateway="test_card")

        paid, _expired, bought = race(
            partial(pay, order, payment),
            partial(expire_order, order_id=order.pk),
            partial(make_order, (book, 2)),
        )

        assert isinstance(paid, Payment)
        order.refresh_from_db()
        assert isinstance(bought, InsufficientStock) == (order.status == Order.Status.PAID)
        assert Stock.objects.get(pk=book.pk).allocated == 2
        assert Refund.objects.filter(payment=payment).exists() != order.is_paid


def test_a_late_payment_told_sixteen_times_at_once_takes_the_copies_once():
    order, payment = placed_order()
    expire_order(order_id=order.pk)

    results = race(*(partial(pay, order, payment) for _ in range(16)))

    assert all(isinstance(result, Payment) for result in results), results
    assert statuses_of(order) == ["placed", "expired", "paid"]
    assert tells_one_story(order)


def test_a_late_payment_told_sixteen_times_at_once_goes_back_once():
    order, payment = placed_order()
    expire_order(order_id=order.pk)
    make_order((order.lines.get().book, 20))

    results = race(*(partial(pay, order, payment) for _ in range(16)))

    assert all(isinstance(result, Payment) for result in results), results
    assert statuses_of(order) == ["placed", "expired"]
    assert Refund.objects.count() == 1


def test_two_who_go_to_the_providers_page_at_once_go_to_the_same_one():
    order = make_order(expires_at=timezone.now() + timedelta(minutes=30))

    started = race(*(partial(start_payment, order_id=order.pk, gateway="stripe") for _ in range(8)))

    assert len({payment.pk for payment in started}) == 1


def test_pay_against_cancel_tells_one_story():
    for _ in range(ROUNDS):
        order, payment = placed_order()

        paid, cancelled = race(
            partial(pay, order, payment), partial(cancel_order, order_id=order.pk, actor=None)
        )

        # Cancelling wins in any case, also over a payment that came just before: then the money goes back.
        assert isinstance(paid, Payment) and isinstance(cancelled, Order)
        order.refresh_from_db()
        assert order.status == Order.Status.CANCELLED
        assert tells_one_story(order)


def test_of_two_payments_under_one_reference_at_once_one_is_refused():
    def settle_as_once(order, payment):
        return settle(payment_id=payment.pk, amount=order.total, currency="GBP", reference="once")

    for _ in range(ROUNDS):
        results = race(*(partial(settle_as_once, *placed_order()) for _ in range(2)))

        assert sorted(type(result).__name__ for result in results) == ["Payment", "ReferenceUsed"]
        Payment.objects.update(reference=None)


def test_one_payment_told_sixteen_times_at_once_settles_once():
    order, payment = placed_order()

    results = race(*(partial(pay, order, payment) for _ in range(16)))

    assert all(isinstance(result, Payment) for result in results), results
    assert statuses_of(order) == [Order.Status.PLACED, Order.Status.PAID]
    assert tells_one_story(order)


def test_two_payments_at_once_pay_once_and_one_goes_back():
    order, first = placed_order()
    second = start_payment(order_id=order.pk, gateway="test_card")

    race(partial(pay, order, first), partial(pay, order, second))

    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert Payment.objects.filter(order=order, status=Payment.Status.SUCCEEDED).count() == 2
    assert Refund.objects.count() == 1


def test_an_order_is_either_held_for_collection_or_expires():
    for _ in range(ROUNDS):
        order = make_order(
            make_book(stock=20),
            delivery_method=Order.Delivery.COLLECTION,
            expires_at=timezone.now() - timedelta(seconds=1),
        )
        payment = start_payment(order_id=order.pk, gateway="collection")

        held, expired = race(
            partial(hold_for_collection, payment_id=payment.pk), partial(expire_order, order_id=order.pk)
        )

        order.refresh_from_db()
        was_held = order.status == Order.Status.PLACED
        assert isinstance(held, NotPossible) != was_held
        assert isinstance(expired, NotPossible) == was_held


@pytest.mark.parametrize("end", [expire_order, partial(cancel_order, actor=None)])
def test_without_the_guard_an_order_is_paid_although_it_ended(monkeypatch, end):
    """The twin: look at the status first, write it afterwards. Money is kept for copies that are free again."""
    both_have_looked, ended = Barrier(2), Event()

    def look_then_write(order, to, *, actor=None, note="", at=None, **fields):
        order.refresh_from_db()
        if order.status not in ALLOWED_FROM[to]:
            raise NotPossible(order)
        both_have_looked.wait(PATIENCE)
        if to == Order.Status.PAID:
            assert ended.wait(PATIENCE), current_thread()
        Order.objects.filter(pk=order.pk).update(status=to, **fields)
        OrderEvent.objects.create(order=order, what=to)

    monkeypatch.setattr("shop.orders.cancelling.move", look_then_write)
    monkeypatch.setattr("shop.payments.settling.move", look_then_write)
    order, payment = placed_order()

    def end_it():
        end(order_id=order.pk)
        ended.set()

    race(partial(pay, order, payment), end_it)

    order.refresh_from_db()
    assert order.status == Order.Status.PAID and allocated_for(order) == 0
    assert not tells_one_story(order)
