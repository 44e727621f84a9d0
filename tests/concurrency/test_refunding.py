"""Two refunds at once, and a refund against a cancellation, on MariaDB; and the first with the guards taken away."""

from decimal import Decimal
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import transaction

from inventory.models import Stock
from shop.models import Order, Payment, Refund
from shop.orders.cancelling import cancel_order
from shop.orders.transitions import NotPossible
from shop.payments import owing, refunding
from shop.payments.apportioning import Fate, Part
from shop.payments.owing import CannotRefund
from shop.payments.refunding import refund_payment, take_over_refund
from shop.transactions import retry_on_conflict
from tests.makers import make_book, make_paid_order

from .racers import PATIENCE, race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

ROUNDS = 8


def paid_order():
    """Three copies at 10.00, and delivery."""
    order = make_paid_order((make_book(price="10.00", stock=20), 3))
    return order, order.payments.get(), order.lines.get()


def give_back(payment, line, copies, amount, *, fate=Fate.KEEP, key=None):
    return refund_payment(
        payment_id=payment.pk,
        parts=[Part(line.pk, copies, Decimal(amount), fate)],
        reason="Damaged",
        key=key or uuid4().hex,
        actor=None,
    )


def given_back(order):
    """All that refunds say went back, once payment and line are seen to say the same."""
    told = sum(Refund.objects.filter(payment__order=order).values_list("amount", flat=True))
    line = order.lines.get()
    order.refresh_from_db()
    assert told == order.payments.get().refunded == line.refunded + order.shipping_refunded
    assert sum(credit.refunded for credit in line.credits.all()) == line.refunded
    return told


def test_of_two_refunds_at_once_the_second_gets_only_what_is_left():
    for _ in range(ROUNDS):
        order, payment, line = paid_order()

        results = race(*(partial(give_back, payment, line, 2, "20.00") for _ in range(2)))

        assert sorted(type(result).__name__ for result in results) == ["CannotRefund", "Refund"]
        assert given_back(order) == Decimal("20.00")


def test_many_small_refunds_at_once_all_go_back_as_long_as_there_is_something_left():
    order, payment, line = paid_order()

    results = race(*(partial(give_back, payment, line, 1, "4.00") for _ in range(12)))

    assert sum(isinstance(result, Refund) for result in results) == 7  # 28.00 of 30.00
    assert sum(isinstance(result, CannotRefund) for result in results) == 5
    assert given_back(order) == Decimal("28.00")


def test_the_same_form_sent_eight_times_at_once_gives_back_once():
    order, payment, line = paid_order()

    results = race(*(partial(give_back, payment, line, 3, "30.00", key="form") for _ in range(8)))

    assert len({result.pk for result in results}) == 1
    assert given_back(order) == Decimal("30.00")


def test_one_refund_of_the_provider_told_eight_times_at_once_is_taken_over_once():
    order, payment, _ = paid_order()

    @retry_on_conflict
    @transaction.atomic(durable=True)
    def tell():
        told = Payment.objects.select_related("order").get(pk=payment.pk)
        return take_over_refund(told, reference="re_1", amount=Decimal("5.00"), reason="")

    results = race(*[tell] * 8)

    assert len({result.pk for result in results}) == 1
    assert given_back(order) == Decimal("5.00")


def test_a_refund_against_a_cancellation_gives_back_all_of_it_once_and_frees_every_copy():
    for _ in range(ROUNDS):
        order, payment, line = paid_order()

        refunded, cancelled = race(
            partial(give_back, payment, line, 1, "10.00", fate=Fate.RESTOCK),
            partial(cancel_order, order_id=order.pk, actor=None),
        )

        assert isinstance(refunded, Refund | NotPossible) and isinstance(cancelled, Order)
        assert given_back(order) == order.total
        assert Stock.objects.get(pk=line.book_id).allocated == 0


def test_without_the_guards_two_refunds_give_back_more_than_was_paid(monkeypatch):
    """The twin: look at what is left first, write it afterwards, and let nobody wait for the order."""
    both_have_looked = Barrier(2)

    def look(left, parts, *_others):
        assert all(part.amount <= left.of(part.line_id).amount for part in parts)
        both_have_looked.wait(PATIENCE)

    def write(rows, counter, amount, *, within):
        """On top of nothing, which is what both have seen."""
        return bool(not amount or rows.update(**{counter: amount}))

    monkeypatch.setattr(refunding, "locked", lambda order_id: Order.objects.get(pk=order_id))
    monkeypatch.setattr(refunding, "_check", look)
    monkeypatch.setattr(owing, "take", write)
    _, payment, line = paid_order()

    results = race(
        partial(give_back, payment, line, 2, "20.00"), partial(give_back, payment, line, 2, "20.00")
    )

    assert [type(result).__name__ for result in results] == ["Refund", "Refund"]
    told = sum(Refund.objects.values_list("amount", flat=True))
    assert told == Decimal("40.00") > payment.amount
