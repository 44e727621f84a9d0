"""Events that Stripe signed, and that are not as its events are: kept or turned away, and never a failure here."""

import json

import pytest

from shop.models import Payment, ProviderEvent, Refund
from tests.makers import make_order
from tests.payments.conftest import ADDRESS, status_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def payment(begin, deliver, stub):
    begun = begin(make_order())
    deliver(*stub.pay(begun.session))
    assert status_of(begun) == Payment.Status.SUCCEEDED
    return begun


@pytest.fixture
def event(stub, payment):
    """Of a refund of 5.00."""
    return stub.give_back(payment.reference, 500)[0]


@pytest.mark.parametrize(
    "change",
    [
        *({"created": moment} for moment in (10**20, -(10**20), 1e300, None, "now", [1], True)),
        *({"id": name} for name in ("evt_\ud800", "", None, 5, "e" * 101)),
        *({"type": kind} for kind in (["refund.created"], "\ud800", None, "k" * 500)),
        *({"data": data} for data in ([], None, {}, {"object": "x"}, {"object": None})),
    ],
    ids=lambda change: ascii(change)[:40],
)
def test_an_event_whose_frame_is_wrong_is_answered(deliver, event, change):
    assert deliver({**event, **change}).status_code in (200, 400)


@pytest.mark.parametrize(
    "change",
    [
        *({"amount": amount} for amount in ("abc", 10**40, -5, 0, None, [1], 1.5, False)),
        *({"currency": currency} for currency in (None, 5, ["gbp"])),
        *({"id": name} for name in ("r" * 300, None, ["a"], {"a": 1}, "")),
        *({"metadata": metadata} for metadata in ([1], "x", 5)),
        *({"payment_intent": name} for name in (["x"], {"id": 5}, "p" * 400, {"a": []})),
        {"status": ["succeeded"]},
    ],
    ids=lambda change: ascii(change)[:40],
)
def test_what_is_wrong_with_a_refund_gives_nothing_back(deliver, event, payment, change):
    event["data"]["object"].update(change)

    assert deliver(event).status_code == 200

    assert not Refund.objects.exists()
    payment.refresh_from_db()
    assert not payment.refunded
    assert ProviderEvent.objects.get(event_id=event["id"]).outcome != ProviderEvent.Outcome.DONE


@pytest.mark.parametrize(
    "metadata",
    [
        [],
        {"payment": [1], "order": {}},
        {"payment": "9" * 30, "refund": "9" * 18},
        {"refund": "-1", "name": "\x00 Ünï 𝕔ode"},
    ],
    ids=lambda metadata: ascii(metadata)[:40],
)
def test_metadata_that_are_not_the_shops_are_nothing_to_go_by(deliver, event, metadata):
    event["data"]["object"]["metadata"] = metadata

    assert deliver(event).status_code == 200

    assert Refund.objects.get().origin == Refund.Origin.PROVIDER


@pytest.mark.parametrize(
    "body",
    [
        *(b"", b"null", b"12", b'"x"', b"[]", b"\xff\xfe"),
        b"[" * 100_000,
        b'{"id":"evt_1","data":{"object":' + b"[" * 900 + b"]" * 900 + b"}}",
        b'{"id":"evt_1","x":NaN}',
        b'{"id":"evt_1","x":' + b"9" * 6000 + b"}",
        b'{"id":"evt_1","x":"\\ud800"}',
    ],
    ids=lambda body: ascii(body)[:40],
)
def test_what_is_no_event_is_turned_away_and_not_kept(client, stub, body):
    answer = client.post(
        ADDRESS, body, content_type="application/json", headers={"Stripe-Signature": stub.sign(body)}
    )

    assert answer.status_code == 400
    assert not ProviderEvent.objects.exists()


def test_an_event_that_failed_here_is_read_again_without_what_it_told_of_a_person(deliver, stub, payment):
    *_others, declined = stub.decline(payment.session)
    kept = json.loads(json.dumps(declined))
    kept["data"]["object"]["last_payment_error"] = "…"

    deliver(kept)

    assert ProviderEvent.objects.get(event_id=kept["id"]).outcome == ProviderEvent.Outcome.IGNORED
