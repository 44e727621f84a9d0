"""Paying on Stripe's page: how the customer gets there and back, and what goes wrong on the way."""

import time
from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from shop.models import Order, Payment
from shop.orders.cancelling import cancel_order
from shop.payments.gateways import stripe as gateway
from shop.payments.settling import start_payment
from tests.makers import make_book, make_order
from tests.payments.stripe_stub import Mishap

pytestmark = pytest.mark.django_db


def asked(stub, path="/v1/checkout/sessions", method="POST"):
    return [params for how, where, params in stub.requests if (how, where) == (method, path)]


@pytest.fixture
def order():
    return make_order(
        (make_book("Emma", price="8.99"), 2),
        make_book("Solaris", price="10.50"),
        expires_at=timezone.now() + timedelta(minutes=30),
    )


def choose_card(client, order):
    return client.post(f"/orders/{order.token}/pay/", {"gateway": "stripe"}, follow=False)


def test_the_customer_is_led_to_a_page_that_lists_the_order_to_the_penny(begin, stub, order):
    payment = begin(order)

    session = stub.sessions[payment.session]
    assert payment.url == session["url"] and payment.is_open
    assert (session["amount_total"], session["currency"]) == (int(order.total * 100), "gbp")
    (params,) = asked(stub)
    assert [item["price_data"]["product_data"]["name"] for item in params["line_items"].values()][:2] == [
        "Emma",
        "Solaris",
    ]
    assert params["customer_email"] == order.email
    assert params["metadata"] == {"payment": str(payment.pk), "order": order.number}
    assert params["payment_intent_data"]["metadata"] == params["metadata"]
    assert params["success_url"] == f"http://testserver/orders/{order.token}/payments/{payment.pk}/returned/"


def test_the_order_is_held_until_after_the_page_has_closed(begin, stub, order):
    payment = begin(order)

    order.refresh_from_db()
    assert order.expires_at.timestamp() >= stub.sessions[payment.session]["expires_at"] + 60


def test_whoever_comes_back_is_led_to_the_same_page(begin, stub, order):
    first = begin(order)

    assert begin(order) == first
    assert len(stub.sessions) == 1 and order.payments.count() == 1


def test_a_page_that_has_closed_is_followed_by_another_one(begin, stub, order):
    first = begin(order)
    stub.expire(first.session)

    second = begin(order)

    first.refresh_from_db()
    assert first.status == Payment.Status.FAILED
    assert second != first and second.session != first.session


def test_a_page_that_stripe_does_not_know_is_followed_by_another_one(begin, stub, order):
    first = begin(order)
    stub.sessions.clear()  # as with the live keys after the test keys

    assert begin(order).pk != first.pk


def test_what_was_asked_otherwise_before_is_asked_under_another_key(
    client, begin, stub, order, settings, monkeypatch
):
    monkeypatch.setattr(gateway, "TRIES_MORE", 0)
    stub.mishaps.append(Mishap(hang_up=True))
    client.post(f"/orders/{order.token}/pay/", {"gateway": "stripe"})
    settings.SHOP_NAME = "Another name"

    payment = begin(order)

    assert order.payments.count() == 2 and stub.sessions[payment.session]["status"] == "open"


def test_a_discount_leaves_the_sum_right(begin, stub):
    order = make_order((make_book("Emma", price="10.00"), 3))
    line = order.lines.get()
    order.lines.update(discount=Decimal("0.50"))
    Order.objects.filter(pk=order.pk).update(discount=Decimal("0.50"), total=order.total - Decimal("0.50"))
    order.refresh_from_db()

    payment = begin(order)

    assert stub.sessions[payment.session]["amount_total"] == int(order.total * 100)
    items = asked(stub)[0]["line_items"]
    assert items["0"]["price_data"] | {"quantity": items["0"]["quantity"]} == {
        "currency": "gbp",
        "unit_amount": str(int((line.total - Decimal("0.50")) * 100)),
        "product_data": {"name": "3 × Emma"},
        "quantity": "1",
    }


def test_more_books_than_the_page_can_list_are_one_item(begin, stub, order, monkeypatch):
    monkeypatch.setattr(gateway, "MOST_LINE_ITEMS", 2)

    payment = begin(order)

    assert len(asked(stub)[0]["line_items"]) == 1
    assert stub.sessions[payment.session]["amount_total"] == int(order.total * 100)


@pytest.mark.parametrize(
    "mishap", [Mishap(hang_up=True), Mishap(status=429), Mishap(wait=0.5), Mishap(status=503)]
)
def test_a_provider_that_does_not_answer_is_told_and_the_next_try_finds_the_same_page(
    client, begin, stub, order, monkeypatch, mishap
):
    monkeypatch.setattr(gateway, "TIMEOUT", (0.2, 0.2))
    monkeypatch.setattr(gateway, "TRIES_MORE", 0)
    stub.mishaps.append(mishap)

    answer = client.post(f"/orders/{order.token}/pay/", {"gateway": "stripe"}, follow=True)

    assert "cannot be reached" in answer.content.decode()
    assert order.payments.get().is_open
    time.sleep(mishap.wait)
    begin(order)
    done = [session for session in stub.sessions.values() if session["status"] == "open"]
    assert len(done) == 1 or mishap.status == 503


def test_the_sdk_itself_asks_again_under_the_same_key(begin, stub, order):
    stub.mishaps.append(Mishap(hang_up=True))

    payment = begin(order)

    assert len(asked(stub)) == 2 and list(stub.sessions) == [payment.session]


def test_an_error_that_stripe_repeats_under_its_key_ends_that_try(client, stub, order, monkeypatch):
    stub.mishaps.append(Mishap(status=500))

    answer = choose_card(client, order)

    failed, begun = order.payments.order_by("pk")
    assert (failed.status, begun.status) == (Payment.Status.FAILED, Payment.Status.STARTED)
    assert answer["Location"] == begun.url
    assert failed.session is None  # nobody has seen the page that Stripe may have made


def test_a_provider_that_fails_whatever_it_is_asked_is_told(client, stub, order):
    stub.mishaps += [Mishap(status=500), Mishap(status=500)]

    answer = client.post(f"/orders/{order.token}/pay/", {"gateway": "stripe"}, follow=True)

    assert "cannot be reached" in answer.content.decode()
    assert not Payment.objects.filter(status=Payment.Status.SUCCEEDED).exists()


def test_what_never_reached_stripe_is_begun_anew_once_it_is_too_late_for_its_page(begin, order):
    first = start_payment(order_id=order.pk, gateway="stripe")

    with time_machine.travel(timezone.now() + timedelta(minutes=20), tick=True):
        second = begin(order)

    first.refresh_from_db()
    assert first.status == Payment.Status.FAILED and second.pk != first.pk


def test_a_wrong_key_is_the_shops_trouble_and_told_as_none_of_the_customers(client, stub, order, settings):
    settings.STRIPE_SECRET_KEY = "sk_test_wrong"

    answer = client.post(f"/orders/{order.token}/pay/", {"gateway": "stripe"}, follow=True)

    assert "cannot be reached" in answer.content.decode() and not stub.sessions


def test_an_order_below_what_stripe_charges_cannot_be_paid_by_card(client, stub):
    order = make_order(make_book(price="0.10"), delivery_method=Order.Delivery.COLLECTION)

    answer = client.post(f"/orders/{order.token}/pay/", {"gateway": "stripe"}, follow=True)

    assert "This order cannot be paid by card." in answer.content.decode()
    assert order.payments.get().status == Payment.Status.FAILED


def test_an_order_that_costs_nothing_needs_no_page(client, stub):
    order = make_order(make_book(price="0.00"), delivery_method=Order.Delivery.COLLECTION)

    choose_card(client, order)

    order.refresh_from_db()
    assert order.is_paid and not stub.requests


def test_coming_back_settles_nothing(client, begin, order):
    payment = begin(order)

    page = client.get(f"/orders/{order.token}/payments/{payment.pk}/returned/")

    assert "We are waiting for the bank’s confirmation." in page.content.decode()
    order.refresh_from_db()
    assert order.awaits_payment


def test_the_page_one_comes_back_to_asks_stripe_and_shows_what_it_says(client, begin, stub, order):
    payment = begin(order)
    stub.pay(payment.session)

    page = client.get(f"/orders/{order.token}/payments/{payment.pk}/returned/", follow=True)

    assert page.redirect_chain[-1][0] == f"/orders/{order.token}/"
    assert "Your order is paid." in page.content.decode()
    payment.refresh_from_db()
    assert payment.reference == stub.sessions[payment.session]["payment_intent"]


def test_whoever_paid_something_else_is_not_asked_to_pay_again(client, begin, stub, order):
    payment = begin(order)
    stub.pay(payment.session, amount_total=1)

    page = client.get(f"/orders/{order.token}/payments/{payment.pk}/returned/", follow=True)

    assert "Something is wrong with your payment." in page.content.decode()
    assert page.redirect_chain[-1][0] == f"/orders/{order.token}/"


def test_a_page_that_closed_unpaid_leads_back_to_the_ways_of_paying(client, begin, stub, order):
    payment = begin(order)
    stub.expire(payment.session)

    page = client.get(f"/orders/{order.token}/payments/{payment.pk}/returned/", follow=True)

    assert "closed before anything was paid. You can try again." in page.content.decode()


def test_two_clicks_at_once_lead_to_one_page(client, stub, order, monkeypatch):
    """The first request is still under way at Stripe when the second one comes."""
    monkeypatch.setattr(gateway, "TIMEOUT", (0.2, 0.2))
    monkeypatch.setattr(gateway, "TRIES_MORE", 0)
    stub.mishaps.append(Mishap(wait=0.6))

    answers = [choose_card(client, order)["Location"] for _ in range(2)]

    assert answers == [f"/orders/{order.token}/pay/"] * 2  # neither has had its page yet
    time.sleep(0.6)
    assert choose_card(client, order)["Location"] == order.payments.get().url
    assert len(stub.sessions) == 1


def test_however_often_one_looks_stripe_is_asked_now_and_then(client, begin, stub, order):
    payment = begin(order)

    for _ in range(4):
        client.get(f"/orders/{order.token}/payments/{payment.pk}/returned/")

    assert len(asked(stub, f"/v1/checkout/sessions/{payment.session}", "GET")) == 1


def test_the_waiting_page_asks_again_by_itself_for_a_while_and_goes_on_when_the_order_is_paid(
    client, begin, stub, deliver, order
):
    payment = begin(order)
    address = f"/orders/{order.token}/payments/{payment.pk}/returned/"

    again = client.get(address, {"look": 1}, headers={"HX-Request": "true"}).content.decode()
    assert "look=2" in again and "<html" not in again
    assert "hx-get" not in client.get(address, {"look": 20}, headers={"HX-Request": "true"}).content.decode()
    deliver(*stub.pay(payment.session))
    answer = client.get(address, {"look": 2}, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/orders/{order.token}/"


def test_whoever_comes_back_while_stripe_is_away_waits_on(client, begin, stub, order):
    payment = begin(order)
    stub.mishaps += [Mishap(status=503)] * 2

    page = client.get(f"/orders/{order.token}/payments/{payment.pk}/returned/")

    assert page.status_code == 200 and "waiting" in page.content.decode()


def test_leaving_the_page_unpaid_leads_back_to_the_ways_of_paying(client, begin, order):
    payment = begin(order)

    page = client.get(f"/orders/{order.token}/payments/{payment.pk}/left/", follow=True)

    assert "You have not paid yet." in page.content.decode()
    assert page.redirect_chain[-1][0] == f"/orders/{order.token}/pay/"
    assert begin(order) == payment


def test_choosing_card_again_after_paying_asks_for_no_second_payment(client, begin, stub, order):
    payment = begin(order)
    stub.pay(payment.session)

    answer = client.post(f"/orders/{order.token}/pay/", {"gateway": "stripe"}, follow=True)

    assert "Your order is paid." in answer.content.decode()
    assert order.payments.count() == 1


def test_cancelling_closes_the_page(begin, stub, order, django_capture_on_commit_callbacks):
    payment = begin(order)

    with django_capture_on_commit_callbacks(execute=True):
        cancel_order(order_id=order.pk, actor=None)

    payment.refresh_from_db()
    assert stub.sessions[payment.session]["status"] == "expired"
    assert payment.status == Payment.Status.FAILED


def test_choosing_to_pay_on_collection_closes_the_page(
    client, begin, stub, django_capture_on_commit_callbacks
):
    order = make_order(delivery_method=Order.Delivery.COLLECTION)
    payment = begin(order)

    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/orders/{order.token}/pay/", {"gateway": "collection"})

    payment.refresh_from_db()
    assert stub.sessions[payment.session]["status"] == "expired"
    assert payment.status == Payment.Status.FAILED


def test_an_order_cancelled_while_its_page_is_made_has_no_page(client, stub, order, monkeypatch):

    start = gateway.StripeCheckout.start

    def slow(self, payment, data):
        page = start(self, payment, data)
        cancel_order(order_id=payment.order_id, actor=None)
        return page

    monkeypatch.setattr(gateway.StripeCheckout, "start", slow)
    answer = choose_card(client, order)

    assert answer["Location"] == f"/orders/{order.token}/"
    (session,) = stub.sessions.values()
    assert session["status"] == "expired"
    assert order.payments.get().status == Payment.Status.FAILED


def test_cancelling_does_not_need_stripe(begin, stub, order, django_capture_on_commit_callbacks):
    payment = begin(order)
    stub.mishaps.append(Mishap(status=429))

    with django_capture_on_commit_callbacks(execute=True):
        cancel_order(order_id=order.pk, actor=None)

    order.refresh_from_db()
    payment.refresh_from_db()
    assert order.status == Order.Status.CANCELLED
    assert payment.is_open  # somebody may yet pay there: reconcile_payments sees to it
