"""Orders in the admin: what can go out, what waits and for what."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from inventory.stocking import receive_copies
from shop.models import Book, Order
from tests.makers import (
    make_book,
    make_cancelled_order,
    make_dispatched_order,
    make_forthcoming,
    make_order,
    make_paid_order,
    make_stock_keeper,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:shop_order_changelist")


@pytest.fixture(autouse=True)
def keeper(client):
    user = make_stock_keeper()
    client.force_login(user)
    return user


def day_of(book):
    return date_format(book.may_be_dispatched_from, "j F Y")


def page_of(order):
    return reverse("admin:shop_order_change", args=[order.pk])


def listed(client, **asked):
    return {order.pk for order in client.get(LIST, asked).context["cl"].result_list}


def text_of(client, address):
    return client.get(address).content.decode()


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


def test_the_list_says_what_each_order_waits_for(client):
    book = make_forthcoming("Orbital", stock=1)
    make_paid_order((book, 1))
    html = text_of(client, LIST)
    assert f"not before {day_of(book)}" in html and "waits for" not in html

    make_paid_order((book, 1))
    assert f"waits for 1 copy, not before {day_of(book)}" in text_of(client, LIST)


@pytest.mark.parametrize("make", [make_cancelled_order, make_dispatched_order])
def test_an_order_that_is_closed_waits_for_nothing(client, make):
    book = make_book(stock=3)
    order = make(book)
    Book.objects.update(publication_date=timezone.localdate() + timedelta(days=1))

    assert "not before" not in text_of(client, LIST)
    assert "not before" not in text_of(client, page_of(order))


def test_staff_filter_what_can_go_now_and_what_cannot_yet(client):
    here, coming = make_book(stock=9), make_forthcoming()
    held = make_book(stock=9, embargo_date=timezone.localdate() + timedelta(days=1))
    ready = make_paid_order(here)
    waiting = {make_paid_order(here, coming).pk, make_paid_order(held).pk}
    for make in (make_order, make_dispatched_order, make_cancelled_order):
        make(here)
    make_order(coming)

    assert listed(client, dispatch="ready") == {ready.pk}
    assert listed(client, dispatch="waiting") == waiting
    assert len(listed(client)) == 7


def test_the_first_page_counts_what_can_go_and_what_waits(client):
    make_paid_order(make_book(stock=9))
    assert "?dispatch=waiting" not in text_of(client, reverse("admin:index"))

    make_paid_order(make_forthcoming())
    make_paid_order(make_forthcoming())
    html = " ".join(text_of(client, reverse("admin:index")).split())

    assert "<strong>1</strong> order to send or hand over" in html
    assert "<strong>2</strong> paid orders that wait for copies or a day" in html


def test_what_cannot_go_yet_is_left_and_the_message_names_the_book(client):
    here, coming = make_paid_order(make_book(stock=9)), make_paid_order(make_forthcoming("Orbital"))

    chosen = {"action": "dispatch_chosen", "_selected_action": [here.pk, coming.pk], "confirmed": "1"}
    response = client.post(LIST, chosen, follow=True)

    assert "Dispatched: 1." in said(response)
    assert f"Left as they are: 1. {coming.number} (“Orbital”: waits for 1 copy, not before" in said(response)
    coming.refresh_from_db()
    assert coming.status == Order.Status.PAID


def test_before_chosen_orders_go_staff_see_which_are_sent_which_handed_over_and_which_stay(client):
    sent, coming = make_paid_order((make_book("Emma"), 2)), make_paid_order(make_forthcoming("Orbital"))
    collected = make_paid_order(make_book("Dune"), delivery_method=Order.Delivery.COLLECTION)
    unpaid = make_order()
    orders = [sent, coming, collected, unpaid]

    chosen = {"action": "dispatch_chosen", "_selected_action": [order.pk for order in orders]}
    answer = client.post(LIST, chosen)
    html = " ".join(answer.content.decode().split())

    assert "2 × Emma" in html.partition("To be sent")[2].partition("To be handed over")[0]
    assert "1 × Dune" in html.partition("To be handed over")[2].partition("These stay")[0]
    stay = html.partition("These stay as they are")[2]
    assert "“Orbital”: waits for 1 copy" in stay and f"{unpaid.number}</a> · Awaiting payment" in stay
    assert "Let 2 orders go" in html
    assert [Order.objects.get(pk=order.pk).status for order in orders] == ["paid", "paid", "paid", "placed"]

    agreed = dict(re.findall(r'name="(action|confirmed)" value="(\w+)"', html))
    agreed["_selected_action"] = re.findall(r'name="_selected_action" value="(\d+)"', html)
    client.post(LIST, agreed)

    moved = [Order.objects.get(pk=order.pk).status for order in orders]
    assert moved == ["dispatched", "paid", "dispatched", "placed"]


def test_choosing_orders_to_dispatch_asks_the_database_as_often_for_50_as_for_5(client):
    def queries(count):
        chosen = [make_paid_order(make_book(stock=9)).pk for _each in range(count)]
        with CaptureQueriesContext(connection) as captured:
            client.post(LIST, {"action": "dispatch_chosen", "_selected_action": chosen})
        return len(captured)

    assert queries(5) == queries(50)


def test_an_orders_page_offers_to_dispatch_only_what_can_go(client):
    book = make_forthcoming("Orbital")
    order = make_paid_order((book, 2))
    button = reverse("admin:shop_order_dispatch", args=[order.pk])

    html = text_of(client, page_of(order))
    assert button not in html
    assert "waits for 2 copies, not before " in html
    line = order.lines.get()
    nothing = client.post(button, {"number": 1, f"copies_{line.pk}": 2}).content.decode()
    assert "Write of at least one book how many copies go." in nothing and "waits for 2 copies" in nothing

    receive_copies(quantities={book.pk: 2}, actor=None)
    Book.objects.update(publication_date=timezone.localdate())
    html = text_of(client, page_of(order))
    assert button in html and "waits for" not in html


def count_queries(client, address):
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


@pytest.mark.parametrize("asked", ["", "?dispatch=ready", "?dispatch=waiting"])
def test_the_list_asks_as_many_queries_for_50_orders_as_for_5(client, asked):
    def make(count):
        for _ in range(count):
            make_paid_order(make_book(), make_forthcoming())
            make_paid_order(make_book())

    make(3)
    few = count_queries(client, LIST + asked)
    make(22)

    assert count_queries(client, LIST + asked) == few <= 9


def test_an_orders_page_asks_as_many_queries_for_20_lines_as_for_2(client):
    small = make_paid_order(*(make_forthcoming() for _ in range(2)))
    large = make_paid_order(*(make_forthcoming() for _ in range(20)))

    assert count_queries(client, page_of(small)) == count_queries(client, page_of(large))


def test_an_orders_lines_tell_their_prices_as_money_and_no_empty_columns(client):
    order = make_paid_order((make_book("Emma", price="9.99"), 2))

    html = text_of(client, page_of(order))

    assert "£9.99" in html and "£19.98" in html
    assert "column-price" in html and "column-given_back" not in html
