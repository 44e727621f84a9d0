"""One refund that several ask Stripe for at once, on MariaDB; and the same without the key that makes it one."""

from decimal import Decimal
from functools import partial
from uuid import uuid4

import pytest

from shop.models import Mail, Refund
from shop.payments.apportioning import Part
from shop.payments.events import take_event
from shop.payments.gateways.base import ProviderAway
from shop.payments.gateways.stripe_events import news_of
from shop.payments.paying_back import pay_back
from shop.payments.refunding import refund_payment
from tests.payments.stripe_stub import SECRET_KEY, Mishap, StripeStub

from .racers import race
from .test_events import Paid

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

ASKERS = 6


@pytest.fixture
def stub(settings, monkeypatch):
    monkeypatch.setattr("stripe.HTTPClient.INITIAL_DELAY", 0.01)
    settings.STRIPE_SECRET_KEY = SECRET_KEY
    settings.TASKS_NEED_WORKER = True  # nobody asks Stripe but who is told to here
    with StripeStub() as stub:
        settings.STRIPE_API_BASE = stub.url
        yield stub


def due(stub, copies, amount, *, shipping="0.00"):
    """A refund of an order that was paid on this account's page, for which Stripe has not been asked yet."""
    paid = Paid()
    paid.take(paid.completed)()
    stub.intents |= paid.account.intents
    made = refund_payment(
        payment_id=paid.payment.pk,
        parts=[Part(paid.order.lines.get().pk, copies, Decimal(amount))],
        shipping=Decimal(shipping),
        reason="Damaged",
        key=uuid4().hex,
        actor=None,
    )
    return paid.now(), made


def test_however_many_ask_at_once_the_money_goes_back_once(stub):
    _, made = due(stub, 1, "5.00")
    stub.mishaps = [Mishap("/v1/refunds", wait=0.3, hang_up=True)]

    results = race(*[partial(pay_back, made.pk)] * ASKERS)

    assert all(result is None or isinstance(result, ProviderAway) for result in results), results
    pay_back(made.pk)  # as reconciling does, where nobody had an answer
    made.refresh_from_db()
    (there,) = stub.refunds.values()
    assert (made.status, made.reference, there["amount"]) == (Refund.Status.DONE, there["id"], 500)
    assert Mail.objects.filter(kind="refunded").count() == 1


def test_without_the_key_it_goes_back_more_than_once(stub, monkeypatch):
    """The twin."""
    monkeypatch.setattr(Refund, "provider_key", property(lambda refund: uuid4().hex))
    _, made = due(stub, 1, "5.00")
    stub.mishaps = [Mishap("/v1/refunds", wait=0.3) for _ in range(ASKERS)]

    race(*[partial(pay_back, made.pk)] * ASKERS)

    assert len(stub.refunds) > 1


def test_all_of_it_from_here_and_from_the_dashboard_at_once_is_one_refund_that_is_done(stub):
    for _ in range(4):
        stub.refunds.clear()
        paid, made = due(stub, 2, "19.98", shipping="3.50")
        events = stub.give_back(paid.intent, int(paid.order.total * 100))

        race(partial(pay_back, made.pk), *(partial(take_event, news_of(event)) for event in events))

        made.refresh_from_db()
        paid.now()
        (there,) = stub.refunds.values()
        assert (made.status, made.reference) == (Refund.Status.DONE, there["id"])
        assert paid.payment.refunded == paid.order.total
        assert list(paid.payment.refunds.all()) == [made]
