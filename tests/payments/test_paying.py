"""Paying, as a customer does it and as staff do it."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from shop.models import Order, Payment, Refund
from shop.orders.cancelling import cancel_order
from shop.payments.gateways.base import Accepted
from shop.payments.gateways.test_card import TestCard
from tests.makers import make_order, make_paid_order, make_stock_keeper, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def order():
    return make_order()


def pay(client, order, card="accepted", **more):
    return client.post(
        f"/orders/{order.token}/pay/", {"gateway": "test_card", "card": card, **more}, follow=True
    )


def test_a_card_is_accepted(client, order):
    response = pay(client, order)

    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert "Your order is paid." in response.content.decode()


def test_a_declined_card_leaves_the_order_to_be_paid(client, order):
    response = pay(client, order, "declined")

    order.refresh_from_db()
    assert order.status == Order.Status.PLACED
    assert "The card was declined. You can try again." in response.content.decode()
    assert order.payments.get().status == Payment.Status.FAILED


@pytest.mark.parametrize(("button", "status"), [("approve", "paid"), ("refuse", "placed")])
def test_a_bank_asks_for_confirmation(client, order, button, status):
    page = pay(client, order, "confirm")
    assert "Your test bank" in page.content.decode()
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED

    client.post(page.redirect_chain[-1][0], {button: "1"})

    order.refresh_from_db()
    assert order.status == status


def test_a_confirmation_that_comes_twice_counts_once(client, order):
    address = pay(client, order, "confirm").redirect_chain[-1][0]

    client.post(address, {"approve": "1"})
    response = client.post(address, {"approve": "1"}, follow=True)

    assert response.redirect_chain[-1][0] == f"/orders/{order.token}/"
    assert "Nothing was taken" not in response.content.decode()
    assert order.payments.filter(status=Payment.Status.SUCCEEDED).count() == 1
    assert not Refund.objects.exists()


def test_a_confirmation_for_a_cancelled_order_takes_nothing(client, order):
    address = pay(client, order, "confirm").redirect_chain[-1][0]
    cancel_order(order_id=order.pk, actor=None)

    response = client.post(address, {"approve": "1"}, follow=True)

    assert "Nothing was taken: the order’s status is “Cancelled”." in response.content.decode().replace(
        "&#x27;", "’"
    )
    assert not Payment.objects.filter(status=Payment.Status.SUCCEEDED).exists()


def test_a_reference_that_the_gateway_has_used_before_is_told_and_pays_nothing(client, order, monkeypatch):
    monkeypatch.setattr(TestCard, "confirm", lambda self, payment: Accepted("once", payment.amount, "GBP"))
    pay(client, make_order())

    page = pay(client, order)

    order.refresh_from_db()
    assert order.status == Order.Status.PLACED
    assert page.redirect_chain[-1][0] == f"/orders/{order.token}/pay/"
    assert "belongs to another order" in page.content.decode()


def test_a_payment_is_confirmed_only_under_its_own_order(client, order):
    address = pay(client, order, "confirm").redirect_chain[-1][0]
    foreign = make_order()

    assert client.post(address.replace(order.token, foreign.token), {"approve": "1"}).status_code == 404


def test_tampered_amounts_are_ignored(client, order):
    pay(client, order, amount="0.01", total="0.01", currency="EUR")

    assert order.payments.get().amount == order.total


@pytest.mark.parametrize(
    "data", [{}, {"gateway": "gold"}, {"gateway": "test_card"}, {"gateway": "test_card", "card": "x"}]
)
def test_a_senseless_choice_is_told_and_changes_nothing(client, order, data):
    response = client.post(f"/orders/{order.token}/pay/", data)

    assert response.status_code == 200
    assert not Payment.objects.exists()


def test_paying_on_collection_is_offered_for_collected_orders_alone(client, order):
    assert b"Pay when I collect" not in client.get(f"/orders/{order.token}/pay/").content
    response = client.post(f"/orders/{order.token}/pay/", {"gateway": "collection"})
    assert response.status_code == 200 and not Payment.objects.exists()

    collected = make_order(delivery_method=Order.Delivery.COLLECTION)
    assert b"Pay when I collect" in client.get(f"/orders/{collected.token}/pay/").content


def test_paying_on_collection_holds_the_order(client):
    soon = timezone.now() + timedelta(minutes=30)
    order = make_order(delivery_method=Order.Delivery.COLLECTION, expires_at=soon)

    client.post(f"/orders/{order.token}/pay/", {"gateway": "collection"})

    order.refresh_from_db()
    assert order.awaits_payment and order.expires_at == order.placed_at + timedelta(days=7)
    assert b"when you collect them." in client.get(f"/orders/{order.token}/").content


def test_the_test_card_is_gone_when_settings_do_not_name_it(client, order, settings):
    address = pay(client, order, "confirm").redirect_chain[-1][0]
    settings.PAYMENT_GATEWAYS = ["collection"]

    assert b"Test card" not in client.get(f"/orders/{order.token}/pay/").content
    assert client.post(address, {"approve": "1"}).status_code == 404
    pay(client, order)
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED


def test_with_debug_off_the_test_card_must_be_named(monkeypatch):
    import subprocess
    import sys

    ask = "from django.conf import settings; print(settings.PAYMENT_GATEWAYS)"
    environment = {
        "ENV_FILE": "/dev/null",
        "SECRET_KEY": "k",
        "ALLOWED_HOSTS": "books.example",
        "DJANGO_SETTINGS_MODULE": "shop.settings",
    }

    def gateways(**more):
        command = [sys.executable, "-c", ask]
        return subprocess.run(
            command, env=environment | more, capture_output=True, text=True, check=True
        ).stdout

    assert "test_card" not in gateways()
    assert "test_card" in gateways(PAYMENT_GATEWAYS="test_card")
    assert "test_card" in gateways(DEBUG="1")


def test_another_customers_order_cannot_be_paid(client):
    order = make_order(customer=make_user())
    client.force_login(make_user())

    assert pay(client, order).status_code == 404


def test_a_paid_order_leads_to_its_page(client):
    order = make_paid_order()

    assert client.get(f"/orders/{order.token}/pay/").url == f"/orders/{order.token}/"


# --- Staff, in the admin


@pytest.fixture
def keeper(client):
    user = make_stock_keeper()
    client.force_login(user)
    return user


def held_order():
    order = make_order(delivery_method=Order.Delivery.COLLECTION)
    payment = Payment.objects.create(
        order=order, gateway="collection", amount=order.total, currency=order.currency
    )
    return order, payment


def test_staff_take_the_payment_of_a_collected_order(client, keeper):
    order, payment = held_order()

    page = client.get(f"/admin/shop/payment/{payment.pk}/change/")
    assert f"/admin/shop/payment/{payment.pk}/take/" in page.content.decode()
    client.post(f"/admin/shop/payment/{payment.pk}/take/", {"amount": str(order.total)})

    order.refresh_from_db()
    assert order.status == Order.Status.PAID
    assert order.payments.get().actor == keeper


def test_an_orders_page_leads_to_the_till_while_its_payment_is_taken_there(client, keeper):
    order, payment = held_order()
    page, take = f"/admin/shop/order/{order.pk}/change/", f"/admin/shop/payment/{payment.pk}/take/"

    assert take in client.get(page).content.decode()

    client.post(take, {"amount": str(order.total)})
    assert take not in client.get(page).content.decode()


def test_another_amount_taken_is_told_for_the_till(client, keeper):
    order, payment = held_order()

    html = client.post(f"/admin/shop/payment/{payment.pk}/take/", {"amount": "1"}).content.decode()

    total = f"£{order.total}"
    assert f"You wrote £1.00, but order {order.number} costs {total}. Nothing was booked." in html


@pytest.mark.parametrize("amount", ["0.01", "-1", "NaN", "1e9", "", "٣"])
def test_another_amount_taken_is_refused_and_changes_nothing(client, keeper, amount):
    order, payment = held_order()

    response = client.post(f"/admin/shop/payment/{payment.pk}/take/", {"amount": amount})

    assert response.status_code == 200
    assert "errorlist" in response.content.decode()
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED


@pytest.mark.parametrize("zero", "٠０", ids=["Arabic", "full width"])
def test_the_amount_taken_is_written_in_plain_digits(client, keeper, zero):
    order, payment = held_order()
    amount = str(order.total).translate({ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)})

    response = client.post(f"/admin/shop/payment/{payment.pk}/take/", {"amount": amount})

    assert "in the digits 0 to 9" in response.content.decode()
    order.refresh_from_db()
    assert order.status == Order.Status.PLACED


def test_a_card_payment_cannot_be_taken_at_the_till(client, keeper):
    order = make_order()
    payment = Payment.objects.create(order=order, gateway="test_card", amount=order.total, currency="GBP")

    client.post(f"/admin/shop/payment/{payment.pk}/take/", {"amount": str(order.total)})

    order.refresh_from_db()
    assert order.status == Order.Status.PLACED


def test_staff_dispatch_and_cancel_from_the_list_and_from_the_page(client, keeper):
    paid, also_paid, placed = make_paid_order(), make_paid_order(), make_order()

    response = client.post(
        "/admin/shop/order/",
        {"action": "dispatch_chosen", "_selected_action": [paid.pk, placed.pk], "confirmed": "1"},
        follow=True,
    )
    assert f"Left as they are: 1. {placed.number} (Awaiting payment)" in response.content.decode()
    parcel = {"number": 1, f"copies_{also_paid.lines.get().pk}": 1}
    client.post(f"/admin/shop/order/{also_paid.pk}/dispatch/", parcel)
    client.post(f"/admin/shop/order/{placed.pk}/cancel/")

    assert [Order.objects.get(pk=o.pk).status for o in (paid, also_paid, placed)] == [
        "dispatched",
        "dispatched",
        "cancelled",
    ]
    assert Order.objects.get(pk=paid.pk).events.last().actor == keeper


def test_staff_are_asked_before_an_order_is_cancelled(client, keeper):
    order = make_paid_order()

    page = client.get(f"/admin/shop/order/{order.pk}/cancel/").content.decode()

    assert "the customer gets £13.49 back" in page
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_an_order_cannot_be_typed_over(client, keeper):
    order = make_order()

    client.post(f"/admin/shop/order/{order.pk}/change/", {"total": "0.01", "status": "paid"})

    order.refresh_from_db()
    assert order.status == Order.Status.PLACED and order.total > Decimal("0.01")
    assert client.get("/admin/shop/order/add/").status_code == 403
    assert client.get(f"/admin/shop/order/{order.pk}/delete/").status_code == 403


def test_dispatching_needs_the_permission(client):
    order = make_paid_order()
    client.force_login(make_user(is_staff=True))

    assert client.post(f"/admin/shop/order/{order.pk}/dispatch/").status_code == 403
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_staff_mark_a_refund_as_done(client, keeper):
    order, payment = held_order()
    client.post(f"/admin/shop/payment/{payment.pk}/take/", {"amount": str(order.total)})
    client.post(f"/admin/shop/order/{order.pk}/cancel/")
    refund = Refund.objects.get()
    assert refund.status == Refund.Status.DUE

    client.post("/admin/shop/refund/", {"action": "mark_done", "_selected_action": [refund.pk]})

    refund.refresh_from_db()
    assert refund.status == Refund.Status.DONE and refund.done_at
