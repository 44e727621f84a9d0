"""Stripe's events: twice, late, in any order, forged, stale; and each has one effect or none."""

import json
from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from django.utils import timezone

from inventory.models import Stock
from shop.models import Order, OrderEvent, Payment, ProviderEvent, Refund
from shop.orders.cancelling import cancel_order, expire_order
from shop.payments.paying_back import pay_back
from tests.makers import make_book, make_order, make_paid_order, pay
from tests.payments.conftest import status_of

pytestmark = pytest.mark.django_db

Came = ProviderEvent.Outcome


@pytest.fixture
def book():
    return make_book(stock=10, price="10.00")


@pytest.fixture
def order(book):
    return make_order((book, 2), expires_at=timezone.now() + timedelta(minutes=30))


@pytest.fixture
def payment(begin, order):
    return begin(order)


def expire(order):
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    expire_order(order_id=order.pk)


def allocated(book):
    return Stock.objects.get(pk=book.pk).allocated


def outcome_of(event):
    return ProviderEvent.objects.get(event_id=event["id"]).outcome


# --- Paid


def test_a_completed_page_pays_the_order(deliver, stub, order, payment):
    *_others, completed = stub.pay(payment.session)

    assert deliver(completed).status_code == 200

    assert status_of(order) == Order.Status.PAID and status_of(payment) == Payment.Status.SUCCEEDED
    assert payment.reference == completed["data"]["object"]["payment_intent"]
    kept = ProviderEvent.objects.get()
    assert (kept.payment, kept.outcome, kept.kind) == (payment, Came.DONE, "checkout.session.completed")


def test_an_event_that_comes_ten_times_is_kept_once_and_counted(deliver, stub, order, payment):
    *_others, completed = stub.pay(payment.session)

    assert {deliver(completed).status_code for _ in range(10)} == {200}

    assert ProviderEvent.objects.get().times_received == 10
    assert order.events.filter(what=OrderEvent.What.PAID).count() == 1
    assert not Refund.objects.exists()


def test_the_same_news_in_two_events_is_one_payment(deliver, stub, order, payment):
    *_others, completed = stub.pay(payment.session)

    deliver(completed, {**completed, "id": "evt_again"})

    assert order.events.filter(what=OrderEvent.What.PAID).count() == 1
    assert ProviderEvent.objects.get(event_id="evt_again").outcome == Came.IGNORED


def test_an_event_that_is_faster_than_the_answer_with_the_page_finds_its_payment(
    deliver, stub, order, payment
):
    Payment.objects.update(session=None, url="")

    deliver(*stub.pay(payment.session))

    assert status_of(order) == Order.Status.PAID
    assert stub.sessions[payment.session]["id"] == Payment.objects.get().session


def test_what_events_tell_of_the_customer_is_not_kept(deliver, stub, payment):
    deliver(*stub.pay(payment.session))

    kept = json.dumps(list(ProviderEvent.objects.values_list("payload", flat=True)))
    assert "checkout.session" in kept and payment.session in kept
    assert not any(secret in kept for secret in ("Ada", "@example.com", payment.order.token))


# --- Every order of the events that matter


@pytest.mark.parametrize("order_of_events", list(permutations(range(4))), ids=str)
def test_whatever_comes_first_the_end_is_the_same(deliver, stub, order, payment, order_of_events):
    *_others, completed = stub.pay(payment.session)
    intent = completed["data"]["object"]["payment_intent"]
    told = [completed, *stub.give_back(intent, 500), *stub.dispute(intent)]

    for place in order_of_events:
        assert deliver(told[place]).status_code == 200
        assert deliver(told[place]).status_code == 200

    assert status_of(order) == Order.Status.PAID and status_of(payment) == Payment.Status.SUCCEEDED
    refund = Refund.objects.get()
    assert (refund.amount, refund.status, refund.origin) == (Decimal("5.00"), "done", Refund.Origin.PROVIDER)
    assert payment.refunded == Decimal("5.00")
    assert payment.needs_attention and "disputes" in payment.problem
    assert set(ProviderEvent.objects.values_list("outcome", flat=True)) <= {Came.DONE, Came.IGNORED}


@pytest.mark.parametrize("order_of_events", list(permutations(range(3))), ids=str)
@pytest.mark.parametrize("ends", ["bank_pays", "bank_refuses"])
def test_a_bank_that_takes_its_time_has_one_end_whatever_comes_first(
    deliver, stub, order, payment, order_of_events, ends
):
    told = [*stub.pay_later(payment.session), *stub.decline(payment.session)]
    told += getattr(stub, ends)(payment.session)

    for place in order_of_events:
        deliver(told[place], told[place])

    is_paid = ends == "bank_pays"
    assert status_of(order) == ("paid" if is_paid else "placed")
    assert status_of(payment) == ("succeeded" if is_paid else "failed")


def test_while_the_bank_takes_its_time_the_order_waits(deliver, stub, order, payment):
    deliver(*stub.pay_later(payment.session))

    order.refresh_from_db()
    assert order.awaits_payment and order.expires_at > timezone.now() + timedelta(days=13)
    deliver(*stub.bank_refuses(payment.session))
    order.refresh_from_db()
    assert order.awaits_payment and order.expires_at < timezone.now() + timedelta(hours=1)


@pytest.mark.parametrize("late", ["paid", "expired"])
def test_a_page_that_was_paid_and_is_said_to_have_expired_is_paid(deliver, stub, order, payment, late):
    expired = {**stub.expire(payment.session)[0]}
    stub.sessions[payment.session]["status"] = "open"
    *_others, completed = stub.pay(payment.session)

    deliver(*([expired, completed] if late == "paid" else [completed, expired]))

    assert status_of(order) == Order.Status.PAID


def test_a_declined_card_is_noted_and_the_page_stays_open(deliver, stub, order, payment):
    deliver(*stub.decline(payment.session))

    assert payment.is_open and "card_declined" in ProviderEvent.objects.get().note
    deliver(*stub.pay(payment.session))
    assert status_of(order) == Order.Status.PAID


def test_who_paid_through_a_bank_is_told_to_wait_and_not_to_pay_again(client, deliver, stub, order, payment):
    deliver(*stub.pay_later(payment.session))

    page = client.get(f"/orders/{order.token}/pay/").content.decode()
    assert "You need not pay again." in page
    waiting = client.post(f"/orders/{order.token}/pay/", {"gateway": "stripe"}, follow=True)
    assert "which may take some days" in waiting.content.decode()
    assert b"look=" not in waiting.content
    assert order.payments.count() == 1


def test_a_page_that_was_left_fails_its_payment_and_not_the_order(deliver, stub, order, payment):
    deliver(*stub.expire(payment.session))

    assert status_of(payment) == Payment.Status.FAILED and status_of(order) == Order.Status.PLACED


# --- Refused


@pytest.mark.parametrize(
    "changes", [{"amount_total": 1}, {"amount_total": 10**7}, {"currency": "eur"}, {"amount_total": 0}]
)
def test_another_amount_or_currency_is_refused_flagged_and_pays_nothing(
    deliver, stub, order, payment, changes
):
    *_others, completed = stub.pay(payment.session, **changes)

    assert deliver(completed).status_code == 200

    assert status_of(order) == Order.Status.PLACED and order.paid_at is None
    assert status_of(payment) == Payment.Status.FAILED and payment.needs_attention
    assert order.number in payment.problem
    assert outcome_of(completed) == Came.REFUSED


@pytest.mark.parametrize(
    "metadata",
    [
        {},
        {"payment": "999999", "order": "AAAAA-BBBBB"},
        {"payment": "x", "order": ""},
        {"payment": "9" * 30, "order": "1"},
    ],
)
def test_a_payment_that_is_not_ours_is_kept_and_left_alone(deliver, stub, order, payment, metadata):
    *_others, completed = stub.pay(payment.session)
    completed["data"]["object"] |= {"metadata": metadata, "id": "cs_test_foreign"}

    assert deliver(completed).status_code == 200

    assert outcome_of(completed) == Came.REFUSED
    assert status_of(order) == Order.Status.PLACED


def test_the_payment_of_another_shop_with_the_same_key_is_not_taken_for_ours(deliver, stub, order, payment):
    *_others, completed = stub.pay(payment.session)
    completed["data"]["object"] |= {"metadata": {"payment": str(payment.pk), "order": "AAAAA-BBBBB"}}

    deliver(completed)

    assert status_of(order) == Order.Status.PLACED and outcome_of(completed) == Came.REFUSED


def test_what_happens_in_the_other_mode_pays_nothing(deliver, stub, order, payment, settings):
    settings.STRIPE_SECRET_KEY = "sk_live_1"
    *_others, completed = stub.pay(payment.session)

    assert deliver(completed).status_code == 200

    assert status_of(order) == Order.Status.PLACED and outcome_of(completed) == Came.REFUSED


# --- Late


def test_a_payment_for_an_expired_order_is_honoured_while_its_copies_are_there(
    deliver, stub, book, order, payment
):
    expire(order)
    assert allocated(book) == 0

    deliver(*stub.pay(payment.session))

    assert status_of(order) == Order.Status.PAID and order.expires_at is None
    assert allocated(book) == 2
    what = list(order.events.order_by("pk").values_list("what", flat=True))
    assert what == ["placed", "expired", "revived", "paid"]
    assert not Refund.objects.exists()


def test_a_payment_for_an_expired_order_whose_copies_are_gone_goes_back(deliver, stub, book, order, payment):
    expire(order)
    make_paid_order((book, 9))

    deliver(*stub.pay(payment.session))

    assert status_of(order) == Order.Status.EXPIRED and allocated(book) == 9
    refund = Refund.objects.get()
    assert (refund.amount, refund.status, refund.payment) == (order.total, Refund.Status.DONE, payment)
    (at_stripe,) = stub.refunds.values()
    assert at_stripe["amount"] == int(order.total * 100)
    assert list(order.events.order_by("pk").values_list("what", flat=True))[:2] == ["placed", "expired"]


def test_once_it_went_back_the_same_payment_told_again_takes_no_copies(deliver, stub, book, order, payment):
    expire(order)
    other = make_order((book, 9))
    *_others, completed = stub.pay(payment.session)
    deliver(completed)
    cancel_order(order_id=other.pk, actor=None)

    deliver({**completed, "id": "evt_again"})

    assert status_of(order) == Order.Status.EXPIRED and allocated(book) == 0
    assert Refund.objects.count() == 1


def test_a_payment_for_a_cancelled_order_goes_back(deliver, stub, book, order, payment):
    cancel_order(order_id=order.pk, actor=None)

    deliver(*stub.pay(payment.session))

    assert status_of(order) == Order.Status.CANCELLED and allocated(book) == 0
    assert Refund.objects.get().status == Refund.Status.DONE


def test_a_payment_for_an_order_that_was_paid_otherwise_goes_back(deliver, stub, order, payment):
    pay(order)

    deliver(*stub.pay(payment.session))

    assert Refund.objects.get().payment == payment


# --- Refunds begun at Stripe


def paid_at_stripe(deliver, stub, payment):
    deliver(*stub.pay(payment.session))
    payment.refresh_from_db()
    return payment.reference


def test_a_refund_begun_in_the_dashboard_is_taken_over_once(deliver, stub, order, payment):
    intent = paid_at_stripe(deliver, stub, payment)

    told = stub.give_back(intent, 700, reason="requested_by_customer")
    deliver(*told, *told)

    refund = Refund.objects.get()
    assert (refund.amount, refund.reason) == (Decimal("7.00"), "requested by customer")
    assert refund.reference == told[0]["data"]["object"]["id"]


def test_if_only_the_charge_is_told_of_stripe_is_asked_what_went_back(deliver, stub, order, payment):
    intent = paid_at_stripe(deliver, stub, payment)
    stub.give_back(intent, 300)
    *_refunds, charge = stub.give_back(intent, 400)

    deliver(charge)

    assert sorted(Refund.objects.values_list("amount", flat=True)) == [Decimal("3.00"), Decimal("4.00")]


def test_also_if_the_charge_is_told_of_before_its_payment(deliver, stub, order, payment):
    *_others, completed = stub.pay(payment.session)
    _refund, charge = stub.give_back(completed["data"]["object"]["payment_intent"], 300)

    deliver(charge, completed)

    assert Refund.objects.get().amount == Decimal("3.00") and outcome_of(charge) == Came.DONE


def test_a_refund_that_the_shop_began_is_no_second_one(deliver, stub, order, payment):
    paid_at_stripe(deliver, stub, payment)

    cancel_order(order_id=order.pk, actor=None)
    refund = Refund.objects.get()
    pay_back(refund.pk)
    told = [event for event in stub.events if event["type"].startswith(("refund.", "charge.refunded"))]
    deliver(*told)

    assert status_of(refund) == Refund.Status.DONE
    assert Refund.objects.count() == len(stub.refunds) == 1


def test_word_of_our_refund_that_is_faster_than_the_answer_is_of_our_refund(deliver, stub, order, payment):
    paid_at_stripe(deliver, stub, payment)
    cancel_order(order_id=order.pk, actor=None)
    refund = Refund.objects.get()
    pay_back(refund.pk)
    Refund.objects.filter(pk=refund.pk).update(status=Refund.Status.DUE, reference=None)

    deliver(next(event for event in stub.events if event["type"] == "refund.created"))

    assert status_of(refund) == Refund.Status.DONE and refund.reference in stub.refunds
    assert Refund.objects.count() == 1


@pytest.mark.parametrize("end", ["succeeded", "failed"])
def test_a_refund_that_takes_its_time_is_due_until_stripe_says_how_it_ended(
    deliver, stub, order, payment, end
):
    paid_at_stripe(deliver, stub, payment)
    stub.refunds_are = "pending"
    cancel_order(order_id=order.pk, actor=None)
    refund = Refund.objects.get()
    pay_back(refund.pk)
    assert status_of(refund) == Refund.Status.DUE and refund.reference in stub.refunds
    pay_back(refund.pk)
    assert len(stub.refunds) == 1

    deliver(*stub.refund_is(refund.reference, end, failure_reason="declined"))

    payment.refresh_from_db()
    assert status_of(refund) == ("done" if end == "succeeded" else "failed")
    assert payment.needs_attention == (end == "failed")


def test_more_than_was_paid_is_never_booked_as_given_back(deliver, stub, order, payment):
    intent = paid_at_stripe(deliver, stub, payment)
    told = stub.give_back(intent, 10**6)

    deliver(told[0])

    payment.refresh_from_db()
    assert not Refund.objects.exists() and payment.needs_attention
    assert outcome_of(told[0]) == Came.REFUSED


def test_a_disputed_payment_is_flagged(deliver, stub, order, payment):
    intent = paid_at_stripe(deliver, stub, payment)

    deliver(*stub.dispute(intent))

    payment.refresh_from_db()
    assert payment.needs_attention and "fraudulent" in payment.problem
    assert status_of(order) == Order.Status.PAID
