"""A thousand copies of one signed webhook on MariaDB; and what copies do where nothing keeps them apart."""

import json
from functools import partial
from threading import Barrier

import pytest
from django.test import Client

from inventory.checking import check_stock
from shop.models import Mail, Order, OrderEvent, Payment, ProviderEvent, Refund
from shop.payments.events import take_event
from shop.payments.gateways.stripe_events import news_of
from shop.tasks import OrmQ
from tests.payments.conftest import ADDRESS
from tests.payments.stripe_stub import WEBHOOK_SECRET, StripeStub

from .racers import PATIENCE, race
from .test_events import Paid

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

SENDERS, COPIES = 16, 1000


@pytest.fixture(autouse=True)
def _takes_cards(settings):
    settings.STRIPE_SECRET_KEY = "sk_test_1"
    settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    settings.TASKS_NEED_WORKER = True  # the rows of what follows are counted


def times_paid(order):
    return order.events.filter(what=OrderEvent.What.PAID).count()


def test_a_thousand_copies_of_one_webhook_have_one_effect():
    paid = Paid()
    body = json.dumps(paid.completed).encode()
    headers = {"Stripe-Signature": StripeStub().sign(body)}
    OrmQ.objects.all().delete()

    def send(copies):
        client = Client()
        return {
            client.post(ADDRESS, body, content_type="application/json", headers=headers).status_code
            for _ in range(copies)
        }

    shares = [COPIES // SENDERS + (sender < COPIES % SENDERS) for sender in range(SENDERS)]
    answers = race(*(partial(send, share) for share in shares))

    assert answers == [{200}] * SENDERS
    event = ProviderEvent.objects.get()
    assert (event.times_received, event.outcome) == (COPIES, ProviderEvent.Outcome.DONE)
    paid.now()
    assert (paid.order.status, paid.payment.status) == (Order.Status.PAID, Payment.Status.SUCCEEDED)
    assert times_paid(paid.order) == 1
    assert not Refund.objects.exists()
    assert OrmQ.objects.count() == len({task.payload for task in OrmQ.objects.all()})
    assert Mail.objects.filter(about=paid.payment.pk).count() == 1
    assert not check_stock().flaws


def test_without_the_guards_each_copy_pays_the_order(monkeypatch):
    """The twin: no unique key, no lock; look at the order's status first, and write it afterwards."""
    paid = Paid()
    Payment.objects.update(
        session=f"cs_{paid.payment.pk}"
    )  # known: else the first to note it stops the others
    copies = 4
    all_have_looked = Barrier(copies)

    def look_then_write(order, to, *, actor=None, note="", at=None, **fields):
        assert Order.objects.get(pk=order.pk).status == Order.Status.PLACED
        all_have_looked.wait(PATIENCE)
        Order.objects.filter(pk=order.pk).update(status=to, **fields)
        OrderEvent.objects.create(order=order, what=to)

    monkeypatch.setattr("shop.payments.settling.move", look_then_write)
    monkeypatch.setattr(
        "shop.payments.events.locked_payment",
        lambda pk: Payment.objects.select_related("order").get(pk=pk),
    )

    race(*(partial(take_event, news_of(paid.completed | {"id": f"evt_{copy}"})) for copy in range(copies)))

    assert times_paid(paid.order) == copies
