"""`manage.py reconcile_payments`: what Stripe did not tell, it is asked."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from shop.models import Order, Payment, ProviderEvent, Refund
from shop.orders.cancelling import cancel_order, expire_order
from shop.payments.gateways import stripe as gateway
from shop.payments.settling import start_payment
from tests.makers import make_book, make_order
from tests.payments.conftest import status_of
from tests.payments.stripe_stub import Mishap

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return make_order((make_book(stock=10, price="10.00"), 2))


@pytest.fixture
def payment(begin, order):
    return begin(order)


@pytest.fixture
def reconcile(stub, capsys, django_capture_on_commit_callbacks):
    """Runs the command an hour later or so; what it says, and at the end whether it complained."""

    def run(minutes=0):
        with django_capture_on_commit_callbacks(execute=True):
            try:
                call_command("reconcile_payments", minutes=minutes)
                complaint = ""
            except CommandError as error:
                complaint = str(error)
        return capsys.readouterr().out, complaint

    return run


def test_a_payment_of_which_no_word_came_is_settled(reconcile, stub, order, payment):
    stub.pay(payment.session)

    said, complaint = reconcile()

    assert status_of(order) == Order.Status.PAID and status_of(payment) == Payment.Status.SUCCEEDED
    assert f"{order.number}: Succeeded: The order is paid." in said and not complaint


def test_a_page_that_nobody_paid_on_fails_its_payment(reconcile, stub, order, payment):
    stub.expire(payment.session)

    said, _ = reconcile()

    assert status_of(payment) == Payment.Status.FAILED and status_of(order) == Order.Status.PLACED
    assert "Failed" in said


@pytest.mark.parametrize("state", ["open", "under way"])
def test_what_is_still_open_is_left(reconcile, stub, order, payment, state):
    if state == "under way":
        stub.pay_later(payment.session)

    said, complaint = reconcile()

    assert status_of(payment) == Payment.Status.STARTED and "left open" in said and not complaint


def test_a_bank_that_refused_later_fails_the_payment(reconcile, stub, order, payment):
    stub.pay_later(payment.session)
    stub.bank_refuses(payment.session)

    reconcile()

    assert status_of(payment) == Payment.Status.FAILED


def test_what_was_begun_a_moment_ago_is_left_alone(reconcile, stub, order, payment):
    stub.pay(payment.session)

    said, _ = reconcile(minutes=5)

    assert "Looked at: 0" in said and status_of(payment) == Payment.Status.STARTED


def test_running_it_again_and_the_event_after_all_change_nothing_more(
    reconcile, deliver, stub, order, payment
):
    told = stub.pay(payment.session)
    reconcile()

    assert "Looked at: 0" in reconcile()[0]
    deliver(*told)

    assert order.events.filter(what="paid").count() == 1 and not Refund.objects.exists()


def test_the_page_of_a_cancelled_order_is_closed_at_last(reconcile, stub, order, payment):
    cancel_order(order_id=order.pk, actor=None)  # its task was lost
    assert stub.sessions[payment.session]["status"] == "open"

    reconcile()

    assert stub.sessions[payment.session]["status"] == "expired"
    assert status_of(payment) == Payment.Status.FAILED


def test_money_for_an_order_that_ended_goes_back_though_no_event_came(reconcile, stub, order, payment):
    cancel_order(order_id=order.pk, actor=None)
    stub.pay(payment.session)

    reconcile()

    assert status_of(order) == Order.Status.CANCELLED
    assert Refund.objects.get().status == Refund.Status.DONE and len(stub.refunds) == 1


def test_late_money_is_honoured_here_too(reconcile, stub, order, payment):
    Order.objects.filter(pk=order.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
    expire_order(order_id=order.pk)
    stub.pay(payment.session)

    reconcile()

    assert status_of(order) == Order.Status.PAID


def test_another_amount_is_refused_and_people_are_told(reconcile, stub, order, payment):
    stub.pay(payment.session, amount_total=1)

    said, complaint = reconcile()

    assert status_of(order) == Order.Status.PLACED and status_of(payment) == Payment.Status.FAILED
    assert payment.needs_attention and "To be looked at by people: 1" in complaint and order.number in said


def test_a_payment_whose_page_was_never_made_fails_once_that_is_certain(reconcile, order):
    payment = start_payment(order_id=order.pk, gateway="stripe")

    assert "its page was not made yet" in reconcile()[0]
    Payment.objects.update(started_at=timezone.now() - timedelta(hours=1))
    reconcile()

    assert status_of(payment) == Payment.Status.FAILED


def test_a_provider_that_is_away_is_told_and_the_others_are_seen_to(reconcile, begin, stub, order, payment):
    other = begin(make_order())
    stub.pay(other.session)
    stub.mishaps += [Mishap(status=503)] * 2

    said, complaint = reconcile()

    assert f"{order.number}: the provider does not answer" in said
    assert status_of(other) == Payment.Status.SUCCEEDED and status_of(payment) == Payment.Status.STARTED
    assert "1" in complaint


def test_a_refund_whose_task_was_lost_is_made_once(reconcile, deliver, stub, order, payment):
    deliver(*stub.pay(payment.session))
    cancel_order(order_id=order.pk, actor=None)
    refund = Refund.objects.get()
    assert status_of(refund) == Refund.Status.DUE and not stub.refunds

    assert f"{order.number}: refund done" in reconcile()[0]
    reconcile()

    assert status_of(refund) == Refund.Status.DONE and len(stub.refunds) == 1


def test_a_refund_whose_answer_was_lost_is_made_once(reconcile, deliver, stub, order, payment):
    deliver(*stub.pay(payment.session))
    cancel_order(order_id=order.pk, actor=None)
    stub.mishaps += [Mishap("/v1/refunds", hang_up=True), Mishap("/v1/refunds", status=503)]

    reconcile()
    reconcile()

    assert Refund.objects.get().status == Refund.Status.DONE and len(stub.refunds) == 1


def test_a_refund_is_made_once_though_stripe_has_forgotten_its_key(reconcile, deliver, stub, order, payment):
    deliver(*stub.pay(payment.session))
    cancel_order(order_id=order.pk, actor=None)
    stub.mishaps += [Mishap("/v1/refunds", hang_up=True)]
    with pytest.MonkeyPatch.context() as once:
        once.setattr(gateway, "TRIES_MORE", 0)
        gateway._client_for.cache_clear()
        reconcile()
    assert Refund.objects.get().status == Refund.Status.DUE and len(stub.refunds) == 1
    stub.keys.clear()
    Refund.objects.update(created_at=timezone.now() - timedelta(hours=25))

    reconcile()

    assert Refund.objects.get().status == Refund.Status.DONE and len(stub.refunds) == 1


def test_a_refund_that_stripe_made_and_failed_to_say_so_is_found(reconcile, deliver, stub, order, payment):
    deliver(*stub.pay(payment.session))
    cancel_order(order_id=order.pk, actor=None)
    stub.mishaps.append(Mishap("/v1/refunds", status=500))

    reconcile()

    assert Refund.objects.get().status == Refund.Status.DONE and len(stub.refunds) == 1


def test_a_refund_that_stripe_refuses_has_failed_and_people_are_told(
    reconcile, deliver, stub, order, payment
):
    deliver(*stub.pay(payment.session))
    payment.refresh_from_db()
    stub.give_back(payment.reference, 2 * 1000)
    cancel_order(order_id=order.pk, actor=None)

    _said, complaint = reconcile()

    refund = Refund.objects.get()
    assert refund.status == Refund.Status.FAILED and "greater than" in refund.problem and complaint


def test_an_event_that_waited_for_a_payment_of_somebody_elses_is_given_up(
    reconcile, deliver, stub, order, payment
):
    deliver(*stub.pay(payment.session))
    stub.intents["pi_foreign"] = {"id": "pi_foreign", "amount": 100, "currency": "gbp", "metadata": {}}
    (told, _charge) = stub.give_back("pi_foreign", 100)
    deliver(told)
    event = ProviderEvent.objects.get(event_id=told["id"])
    assert event.outcome == ProviderEvent.Outcome.RECEIVED
    ProviderEvent.objects.update(received_at=timezone.now() - timedelta(hours=2))

    said, complaint = reconcile()

    event.refresh_from_db()
    assert event.outcome == ProviderEvent.Outcome.REFUSED and told["id"] in said and complaint
    assert "Looked at: 0" in reconcile()[0]


def test_an_event_that_failed_here_is_acted_on_later(reconcile, deliver, stub, order, payment, monkeypatch):
    deliver(*stub.pay(payment.session))
    payment.refresh_from_db()
    told, _charge = stub.give_back(payment.reference, 300)
    with monkeypatch.context() as broken:
        broken.setattr("shop.payments.events.record_refund_there", None)
        with pytest.raises(TypeError):
            deliver(told)
    assert not Refund.objects.exists()
    ProviderEvent.objects.update(received_at=timezone.now() - timedelta(hours=2))

    said, complaint = reconcile()

    assert f"{told['id']}: refund.created: Done" in said and not complaint
    assert Refund.objects.get().reference == told["data"]["object"]["id"]


def test_a_page_that_stripe_does_not_know_fails_its_payment(reconcile, client, stub, order, payment):
    stub.sessions.clear()

    reconcile()

    assert status_of(payment) == Payment.Status.FAILED and status_of(order) == Order.Status.PLACED


def test_a_refund_that_came_before_its_payment_is_taken_over_when_stripe_is_asked(
    reconcile, deliver, stub, order, payment
):
    *_others, completed = stub.pay(payment.session)
    told, _charge = stub.give_back(completed["data"]["object"]["payment_intent"], 300)
    deliver(told)
    assert not Refund.objects.exists()

    reconcile()

    assert Refund.objects.get().reference == told["data"]["object"]["id"]
