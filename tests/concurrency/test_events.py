"""Providers' events that come at the same moment, on MariaDB."""

from functools import partial

import pytest

from inventory.models import Stock
from shop.models import Order, Payment, ProviderEvent, Refund
from shop.orders.cancelling import cancel_order
from shop.payments.events import take_event
from shop.payments.gateways.stripe_events import news_of
from shop.payments.settling import start_payment
from shop.payments.taking_over import take_refund
from tests.makers import make_book, make_order
from tests.payments.stripe_account import Account

from .racers import race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

ROUNDS = 8


@pytest.fixture(autouse=True)
def _test_mode(settings):
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    settings.TASKS_NEED_WORKER = True  # what follows after the commit is not what is raced for here


class Paid:
    """An order whose page at Stripe was paid, and nobody has told the shop yet."""

    def __init__(self) -> None:
        self.order = make_order((make_book(stock=20), 2))
        self.payment = start_payment(order_id=self.order.pk, gateway="stripe")
        self.account = Account()
        session = {
            "id": f"cs_{self.payment.pk}",
            "object": "checkout.session",
            "amount_total": int(self.order.total * 100),
            "currency": "gbp",
            "status": "open",
            "payment_status": "unpaid",
            "payment_intent_data": {},
            "metadata": {"payment": str(self.payment.pk), "order": self.order.number},
        }
        self.account.sessions[session["id"]] = session
        self.completed = self.account.pay(session["id"])[-1]
        self.intent = self.completed["data"]["object"]["payment_intent"]

    def take(self, event):
        return partial(take_event, news_of(event))

    def now(self):
        self.order.refresh_from_db()
        self.payment.refresh_from_db()
        return self


def test_one_event_thirty_two_times_at_once_is_kept_once_and_counted():
    paid = Paid()

    results = race(*[paid.take(paid.completed)] * 32)

    assert all(isinstance(result, ProviderEvent) for result in results), results
    event = ProviderEvent.objects.get()
    assert (event.times_received, event.outcome) == (32, ProviderEvent.Outcome.DONE)
    assert paid.now().order.events.filter(what="paid").count() == 1
    assert paid.order.status == Order.Status.PAID


def test_an_event_against_a_cancellation_tells_one_story():
    for _ in range(ROUNDS):
        paid = Paid()

        race(paid.take(paid.completed), partial(cancel_order, order_id=paid.order.pk, actor=None))

        paid.now()
        assert paid.order.status == Order.Status.CANCELLED
        assert paid.payment.status == Payment.Status.SUCCEEDED
        assert paid.payment.refunds.get().amount == paid.payment.amount == paid.payment.refunded
        assert Stock.objects.get(pk=paid.order.lines.get().book_id).allocated == 0


def test_payment_refund_and_dispute_at_once_end_as_one_after_the_other():
    for _ in range(ROUNDS):
        paid = Paid()
        told = [paid.completed, *paid.account.give_back(paid.intent, 500), *paid.account.dispute(paid.intent)]

        results = race(*(paid.take(event) for event in told for _ in range(3)))

        assert all(isinstance(result, ProviderEvent) for result in results), results
        for event in ProviderEvent.objects.filter(outcome=ProviderEvent.Outcome.RECEIVED):
            take_event(news_of(event.payload), again=True)  # as the task does that the payment leaves
        paid.now()
        assert paid.order.status == Order.Status.PAID and paid.payment.needs_attention
        assert paid.payment.refunds.get().amount == paid.payment.refunded == 5


def test_a_refund_told_by_its_event_and_by_stripes_answer_at_once_is_one():
    for _ in range(ROUNDS):
        paid = Paid()
        take_event(news_of(paid.completed))
        told, _charge = paid.account.give_back(paid.intent, 500)
        there = news_of(told).says

        race(
            *[paid.take(told)] * 3,
            *[partial(take_refund, payment_id=paid.payment.pk, there=there)] * 3,
        )

        assert Refund.objects.filter(payment=paid.payment).count() == 1
        assert paid.now().payment.refunded == 5
