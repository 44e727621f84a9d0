"""The admin's pages by which orders leave, arrive and come back, and what is printed for those who pack."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from inventory.models import Stock
from inventory.stocking import set_shelf
from shop.models import Book, Order, Return
from shop.orders.dispatching import dispatch_order
from shop.orders.returning import ask_for_return
from tests.makers import (
    make_book,
    make_dispatched_order,
    make_forthcoming,
    make_order,
    make_paid_order,
    make_stock_keeper,
    make_user,
)

pytestmark = pytest.mark.django_db

LIST = reverse("admin:shop_order_changelist")


@pytest.fixture
def keeper(client):
    keeper = make_stock_keeper()
    client.force_login(keeper)
    return keeper


@pytest.fixture(autouse=True)
def logged_in(keeper):
    return keeper


def page_of(order, name="change", *args):
    return reverse(f"admin:shop_order_{name}", args=[order.pk, *args])


def text_of(response):
    return " ".join(response.content.decode().split())


def said(response):
    return "; ".join(str(message) for message in response.context["messages"])


def fields(order, name, copies):
    return {f"{name}_{order.lines.get(book=book).pk}": n for book, n in copies.items()}


def parcels(order):
    return [
        {part.line.book_id: part.quantity for part in parcel.lines.all()} for parcel in order.shipments.all()
    ]


def listed(client, **asked):
    return set(client.get(LIST, asked).context["cl"].queryset.values_list("pk", flat=True))


# --- sending


def test_the_dispatch_page_offers_all_that_can_go_and_the_carrier_of_last_time(client):
    book, coming = make_book("The Dispossessed", stock=9), make_forthcoming("Orbital")
    order = make_paid_order((book, 3), coming)

    response = client.get(page_of(order, "dispatch"))
    html = text_of(response)
    assert 'value="3"' in html and "waits for 1 copy" in html
    assert response.context["form"].initial == {"number": 1, "carrier": ""}

    sent = {"number": 1, "carrier": "Evri", "tracking": "H00A 1", **fields(order, "copies", {book: 2})}
    response = client.post(page_of(order, "dispatch"), sent, follow=True)
    assert said(response) == "A part of the order has left; the rest is still to go."
    assert parcels(order) == [{book.pk: 2}]
    html = text_of(response)
    assert 'href="https://www.evri.com/track/parcel/H00A1"' in html
    assert client.get(page_of(order, "dispatch")).context["form"].initial == {"number": 2, "carrier": "Evri"}


def test_the_dispatch_form_sent_twice_sends_one_parcel(client, keeper):
    book = make_book(stock=9)
    order = make_paid_order((book, 3))
    sent = {"number": 1, **fields(order, "copies", {book: 1})}

    client.post(page_of(order, "dispatch"), sent)
    again = client.post(page_of(order, "dispatch"), sent, follow=True)

    assert "nothing is sent twice" in said(again)
    assert parcels(order) == [{book.pk: 1}]
    assert order.shipments.get().actor == keeper


@pytest.mark.parametrize("typed", ["", "0", "-1", "4", "1.5", "x", "٣", "9" * 40])
def test_a_number_of_copies_that_cannot_go_is_told_and_nothing_leaves(client, typed):
    book = make_book(stock=9)
    order = make_paid_order((book, 3))

    response = client.post(
        page_of(order, "dispatch"), {"number": 1, **fields(order, "copies", {book: typed})}
    )

    assert response.status_code == 200 and response.context["form"].errors
    assert "Nothing has left yet" in text_of(response)
    assert not order.shipments.exists()


@pytest.mark.parametrize("number", ["", "0", "x", "99999"])
def test_a_made_up_number_of_the_parcel_sends_nothing(client, number):
    book = make_book(stock=9)
    order = make_paid_order((book, 3))

    response = client.post(
        page_of(order, "dispatch"), {"number": number, **fields(order, "copies", {book: 1})}
    )

    assert response.status_code == 200
    assert not order.shipments.exists()


def test_copies_that_were_called_off_meanwhile_do_not_leave(client, monkeypatch):
    book, other = make_book(stock=9), make_book(stock=9)
    order = make_paid_order((book, 3), other)
    form = {"number": 1, **fields(order, "copies", {book: 3, other: 1})}
    dispatch_order(order_id=order.pk, copies={order.lines.get(book=book).pk: 1}, actor=None)

    response = client.post(page_of(order, "dispatch"), form)

    assert "from 0 to 2" in text_of(response)
    assert parcels(order) == [{book.pk: 1}]


def test_what_has_left_whole_is_not_sent_again(client):
    order = make_dispatched_order(make_book())

    response = client.get(page_of(order, "dispatch"), follow=True)

    assert said(response) == "Nothing to do: the order's status is “Dispatched”."


def test_a_collected_order_is_handed_over_without_a_carrier(client):
    order = make_paid_order(make_book(stock=9), delivery_method=Order.Delivery.COLLECTION)

    html = text_of(client.get(page_of(order, "dispatch")))

    assert "Hand over order" in html and "Carrier" not in html


# --- arriving


def test_staff_say_that_one_parcel_or_all_of_an_order_have_arrived(client):
    book = make_book(stock=9)
    order = make_paid_order((book, 2))
    dispatch_order(order_id=order.pk, copies={order.lines.get().pk: 1}, actor=None)
    dispatch_order(order_id=order.pk, actor=None)
    assert 'name="parcel" value="2"' in text_of(client.get(page_of(order)))

    client.post(page_of(order, "deliver"), {"parcel": "2"})
    assert list(order.shipments.filter(delivered_at=None).values_list("number", flat=True)) == [1]

    assert "It has arrived." in said(client.post(page_of(order, "deliver"), follow=True))
    order.refresh_from_db()
    assert order.status == Order.Status.DELIVERED
    assert said(client.post(page_of(order, "deliver"), follow=True)) == "Nothing was on its way."


def test_many_orders_are_delivered_at_once_and_others_left(client):
    sent = [make_dispatched_order(make_book()) for _ in range(2)]
    paid = make_paid_order(make_book())
    collected = make_dispatched_order(make_book(), delivery_method="collection")

    chosen = {"action": "deliver_chosen", "_selected_action": [o.pk for o in [*sent, paid, collected]]}
    told = said(client.post(LIST, chosen, follow=True))

    left = f"{paid.number} (Paid), {collected.number} (Dispatched)"
    assert told == f"Delivered: 2.; Left as they are: 2. {left}"
    assert Order.objects.filter(status=Order.Status.DELIVERED).count() == 2


# --- coming back


def test_staff_receive_what_a_customer_asked_to_return(client, keeper):
    book, other = make_book("The Dispossessed", stock=9), make_book("Orbital", stock=9)
    order = make_dispatched_order((book, 3), other)
    ask_for_return(
        order_id=order.pk, copies={order.lines.get(book=book).pk: 2}, reason="Given twice", actor=None
    )
    page = page_of(order, "answer_return", 1)
    assert page in text_of(client.get(page_of(order)))
    assert listed(client, dispatch="returns") == {order.pk}
    assert "Given twice" in text_of(client.get(page))

    came = {
        "todo": "receive",
        **fields(order, "copies", {book: 2, other: 0}),
        **fields(order, "restocked", {book: 1, other: 0}),
    }
    response = client.post(page, came, follow=True)

    assert said(response).startswith("Taken back: 2. No money has gone back yet.")
    assert f'<a href="{reverse("admin:shop_refund_order", args=[order.pk])}">' in said(response)
    assert "2 × The Dispossessed (1 written off)" in text_of(response)
    assert Stock.objects.get(pk=book.pk).on_hand == 7
    assert (order.returns.get().status, order.returns.get().actor) == (Return.Status.RECEIVED, keeper)
    assert "closed already" in said(client.post(page, came, follow=True))
    assert listed(client, dispatch="returns") == set()


def test_staff_refuse_a_return_with_an_answer(client):
    order = make_dispatched_order(make_book())
    ask_for_return(order_id=order.pk, copies={order.lines.get().pk: 1}, reason="", actor=None)
    page = page_of(order, "answer_return", 1)
    assert "<strong>1</strong> return to answer" in text_of(client.get(reverse("admin:index")))

    unanswered = client.post(page, {"todo": "refuse", "answer": " "})
    assert unanswered.context["refuse"].errors and not unanswered.context["form"].errors
    client.post(page, {"todo": "refuse", "answer": "It was read in the bath"})

    assert "to answer" not in text_of(client.get(reverse("admin:index")))
    refused = order.returns.get()
    assert (refused.status, refused.answer) == (Return.Status.REFUSED, "It was read in the bath")


def test_more_back_to_stock_than_came_is_told_at_its_field(client):
    book = make_book(stock=9)
    order = make_dispatched_order((book, 3))

    typed = {
        "number": 1,
        "todo": "receive",
        **fields(order, "copies", {book: 1}),
        **fields(order, "restocked", {book: 2}),
    }
    html = text_of(client.post(page_of(order, "take_return"), typed))

    assert "No more than came." in html
    assert not order.returns.exists()


def test_copies_are_taken_back_that_nobody_asked_to_return(client):
    book = make_book(stock=9)
    order = make_dispatched_order((book, 3))
    typed = {
        "number": 1,
        "reason": "Brought back",
        **fields(order, "copies", {book: 1}),
        **fields(order, "restocked", {book: 1}),
    }

    client.post(page_of(order, "take_return"), typed)
    again = client.post(page_of(order, "take_return"), typed, follow=True)

    assert "nothing is counted twice" in said(again)
    assert Stock.objects.get(pk=book.pk).on_hand == 7


def test_nothing_comes_back_of_what_never_left(client):
    order = make_paid_order(make_book())

    assert "Nothing can come back" in said(client.get(page_of(order, "take_return"), follow=True))


# --- cancelling


def test_staff_cancel_the_rest_of_what_left_in_part(client):
    book = make_book("The Dispossessed", stock=9)
    order = make_paid_order((book, 3))
    dispatch_order(order_id=order.pk, copies={order.lines.get().pk: 1}, actor=None)

    assert "<li>2 × The Dispossessed (Paperback)</li>" in text_of(client.get(page_of(order, "cancel")))
    response = client.post(page_of(order, "cancel"), {"rest": "1"}, follow=True)

    assert said(response) == "What had not left is cancelled."
    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED and order.lines.get().cancelled == 2
    assert "1 dispatched, 2 called off" in text_of(response)


def test_who_meant_to_cancel_the_whole_order_does_not_cancel_the_rest_of_it(client):
    """A parcel left while the page that asks stood open."""
    order = make_paid_order((make_book(stock=9), 3))
    client.get(page_of(order, "cancel"))
    dispatch_order(order_id=order.pk, copies={order.lines.get().pk: 1}, actor=None)

    told = said(client.post(page_of(order, "cancel"), follow=True))

    assert told == "It cannot be cancelled: its status is “Partly dispatched”."
    assert order.lines.get().cancelled == 0


# --- what an order's page offers


@pytest.mark.parametrize(
    ("make", "offered"),
    [
        (make_order, {"cancel"}),
        (make_paid_order, {"cancel", "dispatch"}),
        (make_dispatched_order, {"deliver", "take_return"}),
    ],
)
def test_an_orders_page_offers_what_is_possible_now(client, make, offered):
    order = make(make_book(stock=9))

    html = client.get(page_of(order)).content.decode()

    assert {
        name for name in ("cancel", "dispatch", "deliver", "take_return") if page_of(order, name) in html
    } == offered


def test_staff_filter_what_is_on_its_way_and_what_left_in_part(client):
    sent, arrived, part = (make_paid_order((make_book(), 2)) for _ in range(3))
    dispatch_order(order_id=part.pk, copies={part.lines.get().pk: 1}, actor=None)
    for order in (sent, arrived):
        dispatch_order(order_id=order.pk, actor=None)
    client.post(page_of(arrived, "deliver"))
    make_dispatched_order(make_book(), delivery_method=Order.Delivery.COLLECTION)

    assert listed(client, dispatch="on_its_way") == {sent.pk, part.pk}
    assert listed(client, dispatch="part") == {part.pk}


def test_who_may_only_see_orders_changes_none(client):
    onlooker = make_user(is_staff=True)
    onlooker.user_permissions.add(Permission.objects.get(codename="view_order"))
    client.force_login(onlooker)
    order = make_dispatched_order(make_book())
    ask_for_return(order_id=order.pk, copies={order.lines.get().pk: 1}, reason="", actor=None)

    html = client.get(page_of(order)).content.decode()
    assert page_of(order, "take_return") not in html
    assert page_of(order, "deliver") not in html and page_of(order, "answer_return", 1) not in html
    for name, args in (("dispatch", ()), ("deliver", ()), ("take_return", ()), ("answer_return", (1,))):
        assert client.post(page_of(order, name, *args)).status_code == 403
    assert client.get(page_of(order, "packing_slip", 1)).status_code == 200


# --- printing


def test_the_picking_list_is_by_shelf_as_people_count_then_by_title(client):
    books = {
        shelf + title: make_book(title, stock=9)
        for shelf, title in (("A10", "Emma"), ("A2", "Persuasion"), ("A2", "Lavinia"), ("", "Orbital"))
    }
    for name, book in books.items():
        set_shelf(book_ids=[book.pk], shelf=name.removesuffix(book.title))
    first = make_paid_order(*((book, 2) for book in books.values()))
    second = make_paid_order(books["A2Lavinia"], make_forthcoming())

    chosen = {"action": "print_picking_list", "_selected_action": [second.pk, first.pk]}
    response = client.post(LIST, chosen, follow=True)

    picks = response.context["picks"]
    assert [(pick.shelf, pick.book.title, pick.copies) for pick in picks] == [
        ("A2", "Lavinia", 3),
        ("A2", "Persuasion", 2),
        ("A10", "Emma", 2),
        ("", "Orbital", 2),
    ]
    assert picks[0].orders == [(first, 2), (second, 1)]
    html = text_of(response)
    assert "9 copies, for 2 orders" in html
    assert "text/html" in response["Content-Type"]


def test_a_picking_list_holds_nothing_of_orders_that_are_not_to_be_sent(client):
    paid, sent, placed = (make(make_book()) for make in (make_paid_order, make_dispatched_order, make_order))

    response = client.get(
        reverse("admin:shop_order_picking_list"), {"orders": f"{paid.pk},{sent.pk},{placed.pk},x,,999999"}
    )

    assert response.context["orders"] == [paid]
    html = text_of(response)
    assert f"{sent.number} (Dispatched)" in html and f"{placed.number} (Awaiting payment)" in html


def test_without_chosen_orders_the_picking_list_is_of_all_that_can_go(client):
    ready = make_paid_order(make_book())
    make_paid_order(make_book(), make_forthcoming())

    assert reverse("admin:shop_order_picking_list") in client.get("/admin/shop/order/").content.decode()
    response = client.get(reverse("admin:shop_order_picking_list"))

    assert response.context["orders"] == [ready]


@pytest.mark.parametrize("action", ["print_picking_list", "print_packing_slips", "print_invoices"])
def test_more_orders_than_a_page_takes_are_not_printed_in_part(client, monkeypatch, action):
    monkeypatch.setattr("shop.orders.admin.printing.MOST", 2)
    orders = [make_paid_order(make_book()).pk for _ in range(3)]

    too_many = client.post(LIST, {"action": action, "_selected_action": orders}, follow=True)
    as_many_as_go = client.post(LIST, {"action": action, "_selected_action": orders[:2]}, follow=True)

    assert said(too_many) == "Choose 2 orders at most."
    assert 'class="sheet' in as_many_as_go.content.decode()


def test_packing_slips_say_what_is_in_each_parcel_and_what_is_to_come(client):
    book, coming = make_book("The Dispossessed", stock=9), make_forthcoming("Orbital")
    part = make_paid_order((book, 3), coming, placed_at=timezone.now() - timedelta(days=1))
    sent = make_paid_order((book, 2))
    dispatch_order(order_id=sent.pk, copies={sent.lines.get().pk: 1}, actor=None)
    dispatch_order(order_id=sent.pk, actor=None)
    unpaid = make_order(book)

    chosen = {"action": "print_packing_slips", "_selected_action": [part.pk, sent.pk, unpaid.pk]}
    response = client.post(LIST, chosen, follow=True)

    slips = response.context["slips"]
    assert [(slip.order, slip.parcel and slip.parcel.number) for slip in slips] == [
        (part, None),
        (sent, 1),
        (sent, 2),
    ]
    assert [[(line.title, n) for line, n in slip.copies] for slip in slips] == [
        [("The Dispossessed", 3)],
        [("The Dispossessed", 1)],
        [("The Dispossessed", 1)],
    ]
    assert [(line.title, n) for line, n in slips[0].to_follow] == [("Orbital", 1)]
    html = text_of(response)
    assert html.count('<article class="sheet">') == 3
    assert "1 Paternoster Row" in html and f"{unpaid.number} (Awaiting payment)" in html
    assert "£" not in html


def test_the_slip_of_one_parcel(client):
    order = make_dispatched_order(make_book("Emma"))

    html = text_of(client.get(page_of(order, "packing_slip", 1)))

    assert f"{order.number}/1" in html and "Emma" in html
    assert client.get(page_of(order, "packing_slip", 2)).status_code == 404


@pytest.mark.parametrize("name", ["picking_list", "packing_slips"])
def test_a_page_to_be_printed_asks_as_many_queries_for_50_orders_as_for_5(
    client, name, django_assert_max_num_queries
):
    def ask():
        numbers = ",".join(str(pk) for pk in Order.objects.values_list("pk", flat=True))
        with django_assert_max_num_queries(20) as queries:
            client.get(reverse(f"admin:shop_order_{name}"), {"orders": numbers})
        return len(queries)

    def make(count):
        for n in range(count):
            (make_dispatched_order if n % 2 else make_paid_order)(make_book(), make_book())

    make(5)
    few = ask()
    make(45)

    assert ask() == few


# --- the shelf


def test_many_books_are_put_on_a_shelf_at_once(client):
    first, second, other = make_book("Emma"), make_book("Persuasion"), make_book("Walden")
    chosen = {"action": "shelve_chosen", "_selected_action": [first.pk, second.pk]}
    page = client.post(reverse("admin:inventory_stock_changelist"), chosen)["Location"]
    assert "Persuasion" in text_of(client.get(page))

    assert said(client.post(page, {"shelf": "A2"}, follow=True)) == "2 books have their shelf."

    shelves = dict(Stock.objects.values_list("book__title", "shelf"))
    assert shelves == {"Emma": "A2", "Persuasion": "A2", "Walden": ""}
    assert 'value="A2"' in text_of(client.get(page))
    nothing = client.get(reverse("admin:inventory_stock_shelve"), {"books": f"x,{other.pk}9"}, follow=True)
    assert said(nothing) == "Choose the books that stand on a shelf."


def test_staff_write_down_where_a_book_stands(client):
    book = make_book()
    page = reverse("admin:inventory_stock_change", args=[book.pk])

    response = client.post(page, {"todo": "shelf", "shelf": " A2 "}, follow=True)
    assert said(response) == "It stands on the shelf “A2”."
    assert Stock.objects.get(pk=book.pk).shelf == "A2"

    too_long = client.post(page, {"todo": "shelf", "shelf": "x" * 51})
    assert too_long.status_code == 200 and Stock.objects.get(pk=book.pk).shelf == "A2"
    client.post(page, {"todo": "shelf", "shelf": ""})
    assert Stock.objects.get(pk=book.pk).shelf == ""
    assert Book.objects.get(pk=book.pk).title == book.title


@pytest.mark.parametrize("tracking", ["<b>1</b>", "H00A/1", "H00Ä1"])
def test_a_tracking_number_that_no_carrier_uses_is_refused(client, tracking):
    book = make_book()
    order = make_paid_order((book, 1))

    sent = {"number": 1, "carrier": "Evri", "tracking": tracking, **fields(order, "copies", {book: 1})}
    answer = client.post(page_of(order, "dispatch"), sent)

    assert "has only the letters A to Z, digits, spaces and hyphens" in text_of(answer)
    order.refresh_from_db()
    assert order.status == Order.Status.PAID


def test_the_copies_of_a_form_that_was_sent_are_not_filled_in_again(client):
    sent, to_send = make_dispatched_order(make_book()), make_paid_order(make_book())

    for page in (page_of(to_send, "dispatch"), page_of(sent, "take_return")):
        copies = re.search(r'<input[^>]*name="copies_[^>]*>', client.get(page).content.decode())
        assert 'autocomplete="off"' in copies[0]
