"""Stripe's stand-in, and a shop that takes cards through it."""

import json

import pytest

from shop.orders.models import Order
from tests.payments.stripe_stub import SECRET_KEY, WEBHOOK_SECRET, StripeStub

ADDRESS = "/payments/stripe/webhook/"


@pytest.fixture
def stub(settings, monkeypatch):
    """A Stripe account with its server, which the shop uses."""
    monkeypatch.setattr("stripe.HTTPClient.INITIAL_DELAY", 0.01)  # before the SDK's own second try
    with StripeStub() as stub:
        settings.PAYMENT_GATEWAYS = ["stripe", "collection"]
        settings.STRIPE_SECRET_KEY = SECRET_KEY
        settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
        settings.STRIPE_API_BASE = stub.url
        settings.SHOP_URL = "http://testserver"
        yield stub


@pytest.fixture
def deliver(client, stub, django_capture_on_commit_callbacks):
    """Delivers events as Stripe does, signed; what the shop answers to the last of them."""

    def send(*events, signature=None, **signed):
        for event in events:
            body = json.dumps(event, indent=2).encode()
            with django_capture_on_commit_callbacks(execute=True):
                answer = client.post(
                    ADDRESS,
                    body,
                    content_type="application/json",
                    headers={"Stripe-Signature": signature or stub.sign(body, **signed)},
                )
        return answer

    return send


@pytest.fixture
def begin(client, stub, django_capture_on_commit_callbacks):
    """The customer goes to Stripe's page for an order; gives its payment, with the name of the page."""

    def go(order: Order):
        with django_capture_on_commit_callbacks(execute=True):
            answer = client.post(f"/orders/{order.token}/pay/", {"gateway": "stripe"})
        assert answer.status_code == 302, answer.content.decode()
        payment = order.payments.filter(gateway="stripe").order_by("pk").last()
        assert answer["Location"] == payment.url
        return payment

    return go


def status_of(row) -> str:
    row.refresh_from_db()
    return row.status
