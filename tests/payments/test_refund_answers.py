"""What Stripe says of one refund, twice and late, while it is tried again or given by hand: money goes back once."""

from datetime import timedelta
from decimal import Decimal
from itertools import permutations

import pytest
from django.utils import timezone

from shop.models import Order, Payment, ProviderEvent, Refund
from shop.payments.gateways.stripe import _ours
from shop.payments.paying_back import (
    mark_given_by_hand,
    mark_paid_back,
    mark_refund_failed,
    pay_back,
    try_again,
)
from tests.makers import make_book, make_order
from tests.payments.conftest import status_of

from .refunds import adds_up, refund

pytestmark = pytest.mark.django_db

Came = ProviderEvent.Outcome


@pytest.fixture
def order():
    """Two copies at 10.00, and 3.50 for delivery."""
    return make_order(
        (make_book(stock=10, price="10.00"), 2), expires_at=timezone.now() + timedelta(minutes=30)
    )


@pytest.fixture
def payment(begin, deliver, stub, order):
    """Paid."""
    begun = begin(order)
    deliver(*stub.pay(begun.session))
    assert status_of(begun) == Payment.Status.SUCCEEDED
    order.refresh_from_db()
    return begun


def at_stripe(stub):
    """What really went back, in pence."""
    return sum(one["amount"] for one in stub.refunds.values() if one["status"] != "failed")


def once_more(event, kind, name):
    """Stripe tells of one thing by events of several kinds."""
    return {**event, "id": name, "type": kind}


def made_there(stub, payment, made):
    """Our refund, made at Stripe without our hearing so."""
    ours = {**_ours(payment), "refund": str(made.pk)}
    return stub._new_refund(stub.intents[payment.reference], int(made.amount * 100), ours)


@pytest.fixture
def given(order, payment, django_capture_on_commit_callbacks):
    """One copy's price, given back through Stripe."""
    with django_capture_on_commit_callbacks(execute=True):
        made = refund(order, (order.lines.get(), 1, "10.00"))
    assert status_of(made) == Refund.Status.DONE
    return made


@pytest.fixture
def failed(order, payment):
    """One copy's price, which Stripe refused to give back."""
    made = refund(order, (order.lines.get(), 1, "10.00"))
    Refund.objects.filter(pk=made.pk).update(status=Refund.Status.FAILED, problem="No funds")
    return made


@pytest.mark.parametrize("order_of_events", list(permutations(range(4))), ids=str)
def test_a_refund_that_came_back_has_failed_whatever_is_told_first(
    deliver, stub, given, payment, order_of_events
):
    done = stub.events[-2]
    assert done["type"] == "refund.created" and done["data"]["object"]["id"] == given.reference
    (came_back,) = stub.refund_is(given.reference, "failed", failure_reason="expired_or_canceled_card")
    told = [done, came_back, once_more(came_back, "charge.refund.updated", "evt_1")]
    told.append(once_more(came_back, "refund.updated", "evt_2"))

    for place in order_of_events:
        assert deliver(told[place], told[place]).status_code == 200

    assert status_of(given) == Refund.Status.FAILED and given.problem == "expired or canceled card"
    payment.refresh_from_db()
    assert payment.needs_attention and payment.refunded == Decimal("10.00")


def test_once_given_by_hand_the_failure_told_again_changes_nothing(deliver, stub, given):
    (came_back,) = stub.refund_is(given.reference, "failed")
    deliver(came_back)
    assert mark_given_by_hand(refund_id=given.pk, actor=None)

    deliver(once_more(came_back, "charge.refund.updated", "evt_again"))

    given.refresh_from_db()
    assert (given.status, given.by_hand) == (Refund.Status.DONE, True)
    assert not mark_given_by_hand(refund_id=given.pk, actor=None)


def test_the_failure_of_the_first_try_told_again_is_not_that_of_the_second(
    deliver, stub, given, django_capture_on_commit_callbacks
):
    (came_back,) = stub.refund_is(given.reference, "failed")
    deliver(came_back)
    with django_capture_on_commit_callbacks() as tasks:
        assert try_again(refund_id=given.pk)

    deliver(once_more(came_back, "charge.refund.updated", "evt_again"))
    for task in tasks:
        task()

    assert status_of(given) == Refund.Status.DONE and given.reference != came_back["data"]["object"]["id"]
    assert at_stripe(stub) == 1000


def test_a_refusal_that_comes_late_is_not_that_of_the_try_after_it(failed):
    assert try_again(refund_id=failed.pk)

    assert not mark_refund_failed(refund_id=failed.pk, problem="No funds", tries=1)

    assert status_of(failed) == Refund.Status.DUE
    assert mark_refund_failed(refund_id=failed.pk, problem="No funds", tries=2)


def test_what_is_tried_again_and_was_made_at_stripe_before_is_not_given_twice(
    stub, payment, failed, order, django_capture_on_commit_callbacks
):
    made = made_there(stub, payment, failed)

    with django_capture_on_commit_callbacks(execute=True):
        assert try_again(refund_id=failed.pk)

    assert status_of(failed) == Refund.Status.DONE and failed.reference == made["id"]
    assert at_stripe(stub) == 1000 and adds_up(order) == Decimal("10.00")


def test_a_refund_that_was_thought_to_have_failed_and_went_back_after_all_is_done(
    deliver, stub, payment, failed
):
    made = made_there(stub, payment, failed)

    deliver(*stub._told_of(made, "refund.created"))

    assert status_of(failed) == Refund.Status.DONE and failed.reference == made["id"] and not failed.problem
    assert not try_again(refund_id=failed.pk)


def test_staff_are_told_where_money_went_back_by_hand_and_at_the_provider(deliver, stub, payment, failed):
    made = made_there(stub, payment, failed)
    assert mark_given_by_hand(refund_id=failed.pk, actor=None)

    told, _of_its_charge = stub._told_of(made, "refund.created")
    deliver(told)

    payment.refresh_from_db()
    assert payment.needs_attention and "£10.00 seems to have gone back twice" in payment.problem
    assert ProviderEvent.objects.get(event_id=told["id"]).outcome == Came.REFUSED


def test_all_of_it_given_back_here_and_in_the_dashboard_at_once_is_one_refund(
    deliver, stub, payment, order, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as tasks:
        made = refund(order, (order.lines.get(), 2, "20.00"), shipping=order.shipping)

    deliver(*stub.give_back(payment.reference, 2350))
    for task in tasks:
        task()  # Stripe refuses: it has been refunded

    assert status_of(made) == Refund.Status.DONE and made.reference in stub.refunds
    assert Refund.objects.count() == 1 and at_stripe(stub) == 2350 and adds_up(order) == order.total


def test_a_refund_on_its_way_keeps_its_name(deliver, stub, payment, order):
    stub.refunds_are = "pending"
    made = refund(order, (order.lines.get(), 1, "10.00"))
    pay_back(made.pk)
    made.refresh_from_db()
    name = made.reference
    other = stub._new_refund(
        stub.intents[payment.reference], 1000, stub.refunds[name]["metadata"], status="pending"
    )

    deliver(*stub._told_of(other, "refund.updated"))

    made.refresh_from_db()
    assert (made.status, made.reference) == (Refund.Status.DUE, name)


def test_the_failure_of_a_second_try_that_is_faster_than_its_answer_counts(deliver, stub, payment, failed):
    assert try_again(refund_id=failed.pk)
    made = made_there(stub, payment, failed)
    made["metadata"] |= {"try": "2"}

    deliver(*stub.refund_is(made["id"], "failed"))

    assert status_of(failed) == Refund.Status.FAILED and failed.reference == made["id"]
    assert not mark_paid_back(refund_id=failed.pk, reference=made["id"])  # the answer, which is older


@pytest.mark.parametrize("is_really", ["failed", "succeeded"])
def test_of_an_earlier_try_that_is_said_to_have_gone_back_stripe_is_asked(
    deliver, stub, payment, failed, is_really, django_capture_on_commit_callbacks
):
    made = made_there(stub, payment, failed)
    (done, _of_its_charge) = stub._told_of(made, "refund.created")
    made["status"] = is_really
    with django_capture_on_commit_callbacks() as tasks:
        assert try_again(refund_id=failed.pk)

    deliver(done)

    assert status_of(failed) == (Refund.Status.DUE if is_really == "failed" else Refund.Status.DONE)
    for task in tasks:
        task()
    assert status_of(failed) == Refund.Status.DONE and at_stripe(stub) == 1000


@pytest.mark.parametrize("order_of_events", list(permutations(range(4))), ids=str)
def test_a_refund_of_the_dashboard_that_failed_has_failed_whatever_is_told_first(
    begin, deliver, stub, order, order_of_events
):
    payment = begin(order)
    *_others, completed = stub.pay(payment.session)
    created, of_its_charge = stub.give_back(completed["data"]["object"]["payment_intent"], 500)
    told = [completed, created, of_its_charge, *stub.refund_is(created["data"]["object"]["id"], "failed")]

    for place in order_of_events:
        assert deliver(told[place], told[place]).status_code == 200

    assert not Refund.objects.exclude(status=Refund.Status.FAILED).exists()
    assert at_stripe(stub) == 0 and status_of(order) == Order.Status.PAID
    assert set(ProviderEvent.objects.values_list("outcome", flat=True)) <= {Came.DONE, Came.IGNORED}
