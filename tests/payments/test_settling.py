"""Money and orders move together, once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from inventory.models import RestockAlert, Stock
from shop.models import Order, Payment, Refund
from shop.orders.cancelling import cancel_order
from shop.orders.transitions import NotPossible
from shop.payments.external import ReferenceTaken, UnknownBooks, take_external_order
from shop.payments.paying_back import pay_back
from shop.payments.settling import (
    ReferenceUsed,
    WrongAmount,
    fail,
    hold_for_collection,
    settle,
    start_payment,
)
from shop.signals import InsufficientStock
from tests.makers import make_book, make_order, make_paid_order, make_user

pytestmark = pytest.mark.django_db


def begin(order, gateway="test_card"):
    return start_payment(order_id=order.pk, gateway=gateway)


def settle_in_full(payment, **changes):
    arguments = {"amount": payment.order.total, "currency": "GBP", "reference": "ref-1"} | changes
    return settle(payment_id=payment.pk, **arguments)


def test_settling_pays_the_order():
    order = make_order()
    keeper = make_user()

    settle_in_full(begin(order), actor=keeper)

    order.refresh_from_db()
    payment = order.payments.get()
    assert order.status == Order.Status.PAID and order.paid_at and order.expires_at is None
    assert (payment.status, payment.reference, payment.actor) == (Payment.Status.SUCCEEDED, "ref-1", keeper)
    assert payment.settled_at == order.paid_at
    assert order.events.last().what == Order.Status.PAID


@pytest.mark.parametrize(
    "said",
    [
        {"amount": Decimal("0.01")},
        {"amount": Decimal("1000000.00")},
        {"currency": "EUR"},
        {"amount": Decimal("-1.00")},
    ],
)
def test_another_amount_or_currency_is_refused_and_changes_nothing(said):
    order = make_order()
    payment = begin(order)

    with pytest.raises(WrongAmount, match=order.number):
        settle_in_full(payment, **said)

    order.refresh_from_db()
    payment.refresh_from_db()
    assert order.status == Order.Status.PLACED and order.paid_at is None
    assert payment.status == Payment.Status.STARTED and payment.reference is None


def test_settling_twice_settles_once():
    order = make_order()
    payment = begin(order)

    settle_in_full(payment)
    settle_in_full(payment, reference="ref-2")

    payment.refresh_from_db()
    assert payment.reference == "ref-1"
    assert order.events.filter(what=Order.Status.PAID).count() == 1
    assert not Refund.objects.exists()


def test_a_reference_that_settled_another_payment_is_refused_at_once_and_changes_nothing():
    settle_in_full(begin(make_order()))
    order = make_order()
    payment = begin(order)

    with pytest.raises(ReferenceUsed, match="ref-1"):
        settle_in_full(payment)

    order.refresh_from_db()
    payment.refresh_from_db()
    assert order.status == Order.Status.PLACED
    assert payment.status == Payment.Status.STARTED and payment.reference is None


def test_money_for_a_cancelled_order_is_given_back(django_capture_on_commit_callbacks):
    order = make_order()
    payment = begin(order)
    cancel_order(order_id=order.pk, actor=None)

    with django_capture_on_commit_callbacks(execute=True):
        settle_in_full(payment)

    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    refund = Refund.objects.get()
    assert (refund.payment, refund.amount, refund.status) == (payment, order.total, Refund.Status.DONE)


def test_a_second_payment_of_a_paid_order_is_given_back():
    order = make_order()
    first, second = begin(order), begin(order)

    settle_in_full(first)
    settle_in_full(second, reference="ref-2")

    assert Refund.objects.get().payment == second


def test_a_declined_payment_leaves_the_order_to_be_paid():
    order = make_order()
    payment = begin(order)

    fail(payment_id=payment.pk, problem="No money")
    settle_in_full(begin(order))

    order.refresh_from_db()
    payment.refresh_from_db()
    assert (payment.status, payment.problem) == (Payment.Status.FAILED, "No money")
    assert order.is_paid


def test_a_paid_order_is_not_paid_again():
    order = make_paid_order()

    with pytest.raises(NotPossible):
        begin(order)

    assert order.payments.count() == 1


def test_an_order_paid_on_collection_waits_some_days_and_no_longer():
    order = make_order(
        delivery_method=Order.Delivery.COLLECTION, expires_at=timezone.now() + timedelta(minutes=30)
    )

    hold_for_collection(payment_id=begin(order, "collection").pk)

    order.refresh_from_db()
    assert order.awaits_payment
    assert order.expires_at == order.placed_at + timedelta(days=7)


def test_what_people_must_give_back_stays_due_until_they_say_so():
    order = make_order(delivery_method=Order.Delivery.COLLECTION)
    settle_in_full(begin(order, "collection"))
    cancel_order(order_id=order.pk, actor=None)
    refund = Refund.objects.get()

    pay_back(refund.pk)

    refund.refresh_from_db()
    assert refund.status == Refund.Status.DUE


def test_a_sale_from_elsewhere_comes_in_paid():
    book = make_book(stock=20, price="9.99")

    order, is_new = take_external_order(reference="TILL-1", quantities={book.isbn: 3})

    assert is_new
    assert (order.status, order.total, order.channel) == (Order.Status.PAID, Decimal("29.97"), "external")
    assert order.payments.get().amount == Decimal("29.97")
    stock = Stock.objects.get(pk=book.pk)
    assert (stock.on_hand, stock.allocated) == (20, 3)


def test_a_sale_that_was_handed_over_leaves_the_stock_at_once():
    book = make_book(stock=20)

    order, _ = take_external_order(reference="TILL-1", quantities={book.isbn: 3}, handed_over=True)

    stock = Stock.objects.get(pk=book.pk)
    assert order.status == Order.Status.DISPATCHED
    assert (stock.on_hand, stock.allocated) == (17, 0)


def test_the_same_sale_from_elsewhere_is_taken_once():
    book = make_book(stock=20)
    order, _ = take_external_order(reference="TILL-1", quantities={book.isbn: 3})

    again, is_new = take_external_order(reference="TILL-1", quantities={book.isbn: 3})

    assert (again, is_new) == (order, False)
    assert Stock.objects.get(pk=book.pk).allocated == 3


@pytest.mark.parametrize("other", [{"emma": 5}, {"solaris": 3}, {"emma": 3, "solaris": 1}])
def test_another_sale_under_the_same_reference_is_refused(other):
    books = {"emma": make_book("Emma", stock=20), "solaris": make_book("Solaris", stock=20)}
    order, _ = take_external_order(reference="1001", quantities={books["emma"].isbn: 3})

    with pytest.raises(ReferenceTaken) as refused:
        take_external_order(
            reference="1001", quantities={books[title].isbn: copies for title, copies in other.items()}
        )

    assert refused.value.order == order
    assert [Stock.objects.get(pk=book.pk).allocated for book in books.values()] == [3, 0]


def test_a_sale_from_elsewhere_goes_whole_or_not_at_all():
    plenty, few = make_book(stock=20), make_book(stock=1)

    with pytest.raises(InsufficientStock):
        take_external_order(reference="TILL-1", quantities={plenty.isbn: 1, few.isbn: 2})
    with pytest.raises(UnknownBooks, match="9780000000002"):
        take_external_order(reference="TILL-2", quantities={plenty.isbn: 1, "9780000000002": 2})

    assert not Order.objects.exists() and not Payment.objects.exists()
    assert Stock.objects.get(pk=plenty.pk).allocated == 0


def test_a_cancelled_sale_from_elsewhere_is_for_people_to_give_back():
    book = make_book()
    order, _ = take_external_order(reference="M-1", quantities={book.isbn: 1})

    cancel_order(order_id=order.pk, actor=None)

    assert Refund.objects.get().status == Refund.Status.DUE


def test_a_gateway_that_does_not_exist_is_found_at_the_start(settings):
    from django.core.management.base import SystemCheckError

    settings.PAYMENT_GATEWAYS = ["test_card", "gold"]

    with pytest.raises(SystemCheckError, match="gold"):
        call_command("check")


def test_a_book_that_runs_low_by_a_late_payment_does_so_then_and_not_when_it_was_ordered():
    book = make_book(stock=10)
    order = make_order(book, placed_at=timezone.now() - timedelta(days=2))
    payment = begin(order)
    Order.objects.update(expires_at=timezone.now())
    call_command("expire_orders")
    ended = order.events.get(what="expired").at

    settle_in_full(payment)

    assert RestockAlert.objects.get(is_open=True, book=book).raised_at > ended


def test_an_order_by_telephone_that_is_paid_late_is_not_waiting_at_the_till():
    order = make_order(channel=Order.Channel.PHONE)
    payment = begin(order)
    Order.objects.update(expires_at=timezone.now())
    call_command("expire_orders")

    settle_in_full(payment)

    order.refresh_from_db()
    assert order.is_paid
    assert set(order.payments.values_list("gateway", "status")) == {
        ("test_card", Payment.Status.SUCCEEDED),
        ("collection", Payment.Status.FAILED),
    }
