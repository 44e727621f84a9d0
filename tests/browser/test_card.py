"""A customer pays by card on the page of Stripe's stand-in, and comes back."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from shop.models import Payment
from tests.makers import make_book, make_order
from tests.payments.stripe_stub import SECRET_KEY, WEBHOOK_SECRET, Mishap, StripeStub

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def stub(settings, live_server):
    with StripeStub() as stub:
        settings.PAYMENT_GATEWAYS = ["stripe"]
        settings.STRIPE_SECRET_KEY, settings.STRIPE_WEBHOOK_SECRETS = SECRET_KEY, [WEBHOOK_SECRET]
        settings.STRIPE_API_BASE = stub.url
        settings.SHOP_URL = live_server.url
        policy = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
        leads_there = policy | {"form-action": ["'self'", stub.url]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": leads_there}
        yield stub


@pytest.fixture
def order():
    soon = timezone.now() + timedelta(minutes=30)
    return make_order((make_book("Solaris", price="9.99"), 2), expires_at=soon)


def go_and_pay(page, order):
    page.get_by_role("button", name="by card").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Stripe's stand-in")
    page.get_by_role("button", name="Have the card declined").click()
    expect(page.get_by_role("alert")).to_have_text("Your card was declined.")
    page.get_by_role("button", name="Pay", exact=True).click()


def test_a_customer_pays_on_stripes_page_and_comes_back_to_a_paid_order(visitor, stub, order):
    page = visitor.page
    visitor.go(f"/orders/{order.token}/pay/")
    visitor.check()
    page.get_by_role("button", name="by card").click()
    page.get_by_role("link", name="Go back").click()
    expect(page.get_by_role("main")).to_contain_text("You have not paid yet.")

    go_and_pay(page, order)

    expect(page.get_by_role("main").get_by_role("status")).to_have_text("Thank you. Your order is paid.")
    order.refresh_from_db()
    assert order.is_paid and len(stub.sessions) == 1


def test_while_stripe_has_not_said_so_the_customer_waits_and_is_led_on_when_it_does(visitor, stub, order):
    page = visitor.page
    visitor.go(f"/orders/{order.token}/pay/")
    stub.mishaps += [Mishap("/v1/checkout/sessions/", status=503)] * 2

    go_and_pay(page, order)

    expect(page.get_by_role("main")).to_contain_text("We are waiting for the bank’s confirmation.")
    visitor.check()
    order.refresh_from_db()
    assert order.awaits_payment
    stub.webhook_url = f"{visitor.home}/payments/stripe/webhook/"
    stub.deliver(stub.events[-1])
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("Thank you. Your order is paid.")


def test_without_javascript_the_customer_looks_again(new_visitor, stub, order):
    visitor = new_visitor(java_script_enabled=False)
    page = visitor.page
    visitor.go(f"/orders/{order.token}/pay/")
    stub.mishaps += [Mishap("/v1/checkout/sessions/", status=503)] * 2
    go_and_pay(page, order)
    stub.webhook_url = f"{visitor.home}/payments/stripe/webhook/"
    stub.deliver(stub.events[-1])

    page.get_by_role("link", name="Look again").click()

    expect(page.get_by_role("main").get_by_role("status")).to_have_text("Thank you. Your order is paid.")
    assert Payment.objects.get().status == Payment.Status.SUCCEEDED
