"""What staff see of payments that need attention, and of what providers told."""

import pytest

from shop.models import Payment, ProviderEvent
from tests.makers import make_manager, make_order, make_stock_keeper

pytestmark = pytest.mark.django_db


@pytest.fixture
def keeper(client):
    keeper = make_stock_keeper()
    client.force_login(keeper)
    return keeper


@pytest.fixture
def payment(begin):
    return begin(make_order())


def events_of(payment, count):
    ProviderEvent.objects.bulk_create(
        ProviderEvent(
            provider="stripe", event_id=f"evt_{n}", kind="charge.updated", payload={"id": n}, payment=payment
        )
        for n in range(ProviderEvent.objects.count(), count)
    )


def test_a_payment_that_was_refused_says_why_until_somebody_has_seen_to_it(
    client, begin, deliver, stub, payment, keeper
):
    deliver(*stub.pay(payment.session, amount_total=1))
    listed = client.get("/admin/shop/payment/?needs_attention__exact=1").content.decode()
    assert "0.01 GBP was paid" in listed

    client.post("/admin/shop/payment/", {"action": "seen_to", "_selected_action": [payment.pk]})

    payment.refresh_from_db()
    assert not payment.needs_attention and payment.problem
    assert "0.01 GBP was paid" not in client.get("/admin/shop/payment/").content.decode()


def test_a_payment_leads_to_what_was_told_of_it_and_back(client, deliver, stub, payment, keeper):
    deliver(*stub.pay(payment.session))
    event = ProviderEvent.objects.get(kind="checkout.session.completed")

    assert f"/admin/shop/providerevent/{event.pk}/change/" in (
        client.get(f"/admin/shop/payment/{payment.pk}/change/").content.decode()
    )
    page = client.get(f"/admin/shop/providerevent/{event.pk}/change/").content.decode()
    assert f"/admin/shop/payment/{payment.pk}/change/" in page and payment.session in page
    assert "The order is paid." in page


def test_events_are_changed_by_nobody(client, payment, admin_client):
    events_of(payment, 1)
    event = ProviderEvent.objects.get()

    admin_client.post(f"/admin/shop/providerevent/{event.pk}/change/", {"outcome": "refused"})
    assert admin_client.post(f"/admin/shop/providerevent/{event.pk}/delete/").status_code == 403

    event.refresh_from_db()
    assert event.outcome == ProviderEvent.Outcome.RECEIVED


def test_managers_without_the_back_office_see_none_of_it(client):
    client.force_login(make_manager())

    assert client.get("/admin/shop/providerevent/").status_code == 302


@pytest.mark.parametrize(
    "address", ["/admin/shop/providerevent/", "/admin/shop/payment/", "/admin/shop/payment/{pk}/change/"]
)
def test_as_many_queries_for_fifty_as_for_five(
    client, payment, keeper, address, django_assert_max_num_queries
):
    address = address.format(pk=payment.pk)
    counts = []
    for rows in (5, 50):
        events_of(payment, rows)
        while Payment.objects.count() < rows:
            Payment.objects.create(
                order=payment.order, gateway="stripe", amount=1, currency="GBP", needs_attention=True
            )
        client.get(address)
        with django_assert_max_num_queries(20) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
