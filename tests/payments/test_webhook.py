"""Where Stripe delivers its events: what is let in, and what is answered."""

import json
import logging
import time

import pytest

from shop.models import Order, ProviderEvent
from shop.payments import events, webhooks
from tests.makers import make_order
from tests.payments.conftest import ADDRESS, status_of

pytestmark = pytest.mark.django_db

Came = ProviderEvent.Outcome


@pytest.fixture
def order():
    return make_order()


@pytest.fixture
def payment(begin, order):
    return begin(order)


def outcome_of(event):
    return ProviderEvent.objects.get(event_id=event["id"]).outcome


def post(client, body, signature):
    return client.post(
        ADDRESS, body, content_type="application/json", headers={"Stripe-Signature": signature}
    )


@pytest.mark.parametrize(
    "signature",
    ["", "t=1,v1=abc", "nonsense", "t=x,v1=y", "v1=" + "0" * 64, "t=99999999999,v1=" + "0" * 64, "t=1\x00"],
)
def test_a_forged_event_is_refused_and_leaves_a_line_in_the_log(
    client, stub, order, payment, caplog, signature
):
    *_others, completed = stub.pay(payment.session)

    with caplog.at_level(logging.WARNING):
        answer = post(client, json.dumps(completed).encode(), signature)

    assert answer.status_code == 400 and "Refused as Stripe's event" in caplog.text
    assert not ProviderEvent.objects.exists() and status_of(order) == Order.Status.PLACED


def test_a_body_that_was_changed_after_signing_is_refused(client, stub, order, payment):
    *_others, completed = stub.pay(payment.session, amount_total=1)
    body = json.dumps(completed).encode()
    changed = body.replace(b'"amount_total": 1,', b'"amount_total": 2350,')
    assert changed != body

    assert post(client, changed, stub.sign(body)).status_code == 400
    assert not ProviderEvent.objects.exists()


def test_a_stale_event_is_refused(client, stub, order, payment):
    body = json.dumps(stub.pay(payment.session)[-1]).encode()

    assert post(client, body, stub.sign(body, at=time.time() - 301)).status_code == 400
    assert post(client, body, stub.sign(body, at=time.time() - 290)).status_code == 200


def test_while_the_secret_is_replaced_both_count_and_no_third(client, stub, settings, order, payment):
    settings.STRIPE_WEBHOOK_SECRETS = ["whsec_new", stub.webhook_secret]
    body = json.dumps(stub.pay(payment.session)[-1]).encode()

    assert post(client, body, stub.sign(body, secret="whsec_third")).status_code == 400
    assert post(client, body, stub.sign(body, secret="whsec_new")).status_code == 200
    assert post(client, body, stub.sign(body)).status_code == 200


def test_without_a_secret_nothing_is_believed(client, stub, settings, order, payment):
    settings.STRIPE_WEBHOOK_SECRETS = []
    body = json.dumps(stub.pay(payment.session)[-1]).encode()

    assert post(client, body, stub.sign(body, secret="")).status_code == 400


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b"{", b'{"id": 5}', b"null", b'{"id": "' + b"x" * 200 + b'"}']
)
def test_what_is_signed_and_no_event_is_refused(client, stub, body):
    assert post(client, body, stub.sign(body)).status_code == 400
    assert not ProviderEvent.objects.exists()


def test_bytes_that_are_no_text_are_refused(client, stub):
    assert post(client, b"\xff\xfe{}", stub.sign(b"\xff\xfe{}")).status_code == 400


@pytest.mark.parametrize("size", [webhooks.LARGEST + 1, 2 * 1024 * 1024])
def test_what_is_too_large_is_refused_unread(client, stub, caplog, size):
    assert post(client, b"x" * size, "t=1,v1=1").status_code == 413
    assert "ERROR" not in caplog.text  # anybody can send it


def test_events_are_posted_and_nothing_else(client, stub):
    assert client.get(ADDRESS).status_code == 405


def test_kinds_that_mean_nothing_here_are_kept(deliver, stub):
    assert deliver(stub.tell("customer.created", {"id": "cus_1", "object": "customer"})).status_code == 200
    assert deliver(stub.tell("v9.new.kind", {})).status_code == 200

    assert set(ProviderEvent.objects.values_list("outcome", flat=True)) == {Came.IGNORED}


def test_a_genuine_event_that_is_not_as_its_kind_should_be_is_kept_and_refused(deliver, stub):
    broken = stub.tell("checkout.session.completed", {"object": "checkout.session", "id": "cs_1"})

    assert deliver(broken).status_code == 200
    assert outcome_of(broken) == Came.REFUSED


def test_what_fails_here_is_kept_and_asked_for_again(client, stub, order, payment, monkeypatch, deliver):
    *_others, completed = stub.pay(payment.session)
    body = json.dumps(completed).encode()
    client.raise_request_exception = False
    with monkeypatch.context() as broken:
        broken.setattr(events, "record_answer", None)
        assert post(client, body, stub.sign(body)).status_code == 500
    assert outcome_of(completed) == Came.RECEIVED and status_of(order) == Order.Status.PLACED

    deliver(completed)

    assert status_of(order) == Order.Status.PAID and outcome_of(completed) == Came.DONE
