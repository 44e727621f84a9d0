"""The order as its customer reads it, and the list of one's own orders."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone

from shop.models import Order, OrderEvent, OrderLine, Refund, Return, ReturnLine, Shipment, ShipmentLine
from shop.orders.returning import take_return
from shop.payments.settling import start_payment
from tests.makers import (
    make_book,
    make_cancelled_order,
    make_dispatched_order,
    make_order,
    make_paid_order,
    make_stock_keeper,
    make_user,
)

pytestmark = pytest.mark.django_db


def page(client, order):
    return client.get(f"/orders/{order.token}/")


def text(client, order):
    return page(client, order).content.decode()


def sent_in_part(order, *titles, **fields):
    """The order with a parcel of all copies of these titles; the others have yet to leave."""
    parcel = Shipment.objects.create(order=order, number=1, **fields)
    for line in order.lines.filter(title__in=titles):
        ShipmentLine.objects.create(shipment=parcel, line=line, quantity=line.quantity)
        OrderLine.objects.filter(pk=line.pk).update(dispatched=line.quantity)
    Order.objects.filter(pk=order.pk).update(status=Order.Status.PART_DISPATCHED)
    order.refresh_from_db()
    return parcel


@pytest.mark.parametrize("status", Order.Status.values)
@pytest.mark.parametrize("delivery", Order.Delivery.values)
def test_an_order_in_any_state_has_a_page_that_says_how_it_stands(client, status, delivery):
    order = make_order(delivery_method=delivery)
    Order.objects.update(status=status)

    response = page(client, order)

    assert response.status_code == 200
    assert str(response.context["stands"]) in response.content.decode()


def test_who_has_left_the_payment_to_the_bank_is_not_asked_to_pay_again(client):
    order = make_order()
    assert "Pay £" in text(client, order)

    start_payment(order_id=order.pk, gateway="stripe")
    order.payments.update(session="cs_1", url="")

    html = text(client, order)
    assert "Your bank is making the payment." in html and "Pay £" not in html


def test_a_collected_order_is_told_as_one_that_was_collected(client):
    order = make_dispatched_order(delivery_method="collection")

    html = text(client, order)

    assert "You have collected the last of it" in html
    assert "Sent" not in html


def test_who_collects_reads_where_and_when(client, settings):
    settings.SHOP_ADDRESS = "1 Paternoster Row | London"
    settings.SHOP_OPENING_HOURS = "Monday to Saturday, 9 to 18"

    where = "<dt>Where</dt> <dd>1 Paternoster Row, London<br>Monday to Saturday, 9 to 18</dd>"
    assert where in " ".join(text(client, make_order(delivery_method="collection")).split())
    assert "<dt>Where</dt>" not in text(client, make_order())


def test_the_timeline_tells_what_happened_and_nothing_of_the_shops_own_business(client):
    keeper = make_stock_keeper()
    order = make_paid_order()
    OrderEvent.objects.create(order=order, what="note", note="Rang twice, rude", actor=keeper)
    OrderEvent.objects.create(order=order, what="called_off", note="Sam dropped it", actor=keeper)

    response = page(client, order)

    assert [str(told.words) for told in response.context["timeline"]] == [
        "You placed the order",
        "Your payment came in",
        "Some copies were called off",
    ]
    for internal in ("Rang twice", "Sam dropped it", keeper.email):
        assert internal not in response.content.decode()


def test_an_order_taken_by_telephone_says_so(client):
    assert "We took your order by telephone" in text(client, make_order(channel=Order.Channel.PHONE))


def test_a_parcel_tells_what_is_in_it_and_the_rest_is_still_to_come(client):
    order = make_paid_order((make_book("Emma"), 2), make_book("Ulysses"))
    sent_in_part(order, "Emma", carrier="Royal Mail", tracking="RB123456785GB")

    response = page(client, order)

    [parcel], [rest] = response.context["parcels"], response.context["to_come"]
    assert [(copies.quantity, copies.line.title) for copies in parcel.copies] == [(2, "Emma")]
    assert (rest.quantity, rest.line.title) == (1, "Ulysses")
    for shown in ("Partly sent", "Royal Mail", "RB123456785GB", "Still to come"):
        assert shown in response.content.decode()


def test_editions_of_one_title_are_told_apart(client):
    paperback, hardback = make_book("Emma"), make_book("Emma", format="BB")
    order = make_paid_order(paperback, hardback)
    parcel = Shipment.objects.create(order=order, number=1)
    ShipmentLine.objects.create(shipment=parcel, line=order.lines.get(book=paperback), quantity=1)
    order.lines.filter(book=paperback).update(dispatched=1)
    Order.objects.update(status=Order.Status.PART_DISPATCHED)

    html = text(client, order)

    for shown in ("1 × Emma (Paperback)", "1 × Emma (Hardback)", "<p>Paperback</p>", "<p>Hardback</p>"):
        assert shown in html
    assert "Emma (Paperback)" in client.get(f"/orders/{order.token}/return/").content.decode()


def test_what_has_left_in_part_cannot_be_cancelled_by_the_customer_who_is_told_what_to_do(client):
    order = make_paid_order(make_book("Emma"), make_book("Ulysses"))
    sent_in_part(order, "Emma")

    html = text(client, order)
    assert "Cancel the order" not in html
    assert "please write to us or call us" in html
    response = client.post(f"/orders/{order.token}/cancel/", follow=True)
    assert "can no longer be cancelled: its status is “Partly sent”" in response.content.decode()
    order.refresh_from_db()
    assert order.status == Order.Status.PART_DISPATCHED


def test_a_delivered_parcel_says_when(client):
    order = make_paid_order(make_book("Emma"), make_book("Ulysses"))
    day = timezone.now() - timedelta(days=1)
    sent_in_part(order, "Emma", dispatched_at=day, delivered_at=day)

    assert f"Delivered on {timezone.localtime(day):%-d %B %Y}." in text(client, order)


def test_a_return_shows_its_books_and_the_shops_answer(client):
    order = make_paid_order((make_book("Emma"), 2), make_book("Ulysses"))
    sent_in_part(order, "Emma")
    asked = Return.objects.create(
        order=order,
        number=1,
        status="refused",
        reason="Torn",
        answer="It was read.",
        closed_at=timezone.now(),
    )
    ReturnLine.objects.create(part_of=asked, line=order.lines.get(title="Emma"), quantity=1)

    html = text(client, order)

    for shown in (f"Return {order.number}/R1", "You wrote: Torn", "Our answer: It was read.", "1 × Emma"):
        assert shown in html


def test_who_is_to_send_books_back_reads_where_to(client, settings):
    settings.SHOP_ADDRESS = "9 Bell Yard | London"
    order = make_dispatched_order()
    to = f"To: {settings.SHOP_NAME}, 9 Bell Yard, London"

    assert to in client.get(f"/orders/{order.token}/return/").content.decode()
    Return.objects.create(order=order, number=1)
    assert to in text(client, order)
    Return.objects.update(status="refused", closed_at=timezone.now())
    assert to not in text(client, order)


def test_what_staff_note_of_books_that_were_just_brought_is_not_told_as_the_customers_words(
    client, django_capture_on_commit_callbacks
):
    order = make_dispatched_order(make_book("Emma"))
    copies = {order.lines.get().pk: 1}
    with django_capture_on_commit_callbacks(execute=True):
        take_return(
            order_id=order.pk, copies=copies, restocked={}, reason="Smells of smoke, as ever", actor=None
        )

    (letter,) = [message for message in mail.outbox if "is here" in message.subject]
    assert "1 × Emma" in text(client, order) and "Emma" in letter.body
    assert "smoke" not in text(client, order) + letter.body


def test_money_given_back_is_shown_as_done_or_as_due(client):
    order = make_paid_order(make_book(price="9.99"))
    payment = order.payments.get()
    now = timezone.now()
    Refund.objects.create(payment=payment, amount=Decimal("4.00"), reason="x", status="done", done_at=now)
    Refund.objects.create(payment=payment, amount=Decimal("1.50"), reason="They shouted", status="failed")

    html = text(client, order)

    assert "£4.00 has been given back" in html
    assert "£1.50 will be given back" in html
    assert "They shouted" not in html


def test_discount_tax_and_delivery_are_told_apart(client):
    order = make_order(make_book(price="12.00"), shipping_name="Royal Mail 48")
    Order.objects.update(discount="2.00", total="13.50", tax="1.00")

    html = text(client, order)

    for shown in ("£12.00", "−£2.00", "£3.50", "£13.50", "£1.00"):
        assert shown in html


@pytest.mark.parametrize("books", [5, 50])
def test_a_just_paid_order_asks_few_questions_for_many_books_as_for_few(
    client, django_assert_num_queries, books
):
    order = make_paid_order(*[make_book(f"Book {n}") for n in range(books)])

    with django_assert_num_queries(4):  # the order, its lines, what happened to it, refunds
        page(client, order)


@pytest.mark.parametrize("books", [5, 50])
def test_a_dispatched_order_asks_few_questions_for_many_books_as_for_few(
    client, django_assert_num_queries, books
):
    order = make_paid_order(*[make_book(f"Book {n}") for n in range(books)])
    sent_in_part(order, *(f"Book {n}" for n in range(books - 1)))

    with django_assert_num_queries(10):
        page(client, order)


class TestOnesOwnOrders:
    @pytest.fixture
    def ada(self, client):
        user = make_user()
        client.force_login(user)
        return user

    def numbers(self, client, **asked):
        response = client.get("/account/orders/", asked)
        assert response.status_code == 200
        return [order.number for order, _ in response.context["orders"]]

    def test_are_found_by_title_isbn_or_number(self, client, ada):
        emma = make_book("Emma", isbn="9780141439587")
        first, second = make_order(emma, make_book("Emma's War"), customer=ada), make_order(customer=ada)
        make_order(emma, customer=make_user())

        assert self.numbers(client, q="emma") == [first.number]
        assert self.numbers(client, q="978-0-14-143958-7") == [first.number]
        assert self.numbers(client, q=second.number[:5]) == [second.number]
        assert self.numbers(client, q="Ulysses") == []

    def test_are_found_by_how_they_stand(self, client, ada):
        make_order(customer=ada)
        cancelled = make_cancelled_order(customer=ada)

        assert self.numbers(client, status="cancelled") == [cancelled.number]
        assert (
            "None of your orders is like that."
            in client.get("/account/orders/", {"status": "returned"}).content.decode()
        )

    @pytest.mark.parametrize("asked", [{"q": "\x00"}, {"status": "teleported"}, {"q": "%"}, {"q": "x" * 500}])
    def test_a_senseless_question_is_no_error(self, client, ada, asked):
        make_order(customer=ada)

        assert self.numbers(client, **asked) is not None

    def test_more_than_a_page_of_them_leads_to_the_next(self, client, ada):
        book = make_book(stock=100)
        orders = [make_order(book, customer=ada) for _ in range(21)]

        html = client.get("/account/orders/?q=dispossessed").content.decode()
        assert 'href="?q=dispossessed&amp;page=2"' in html
        assert self.numbers(client, page=2) == [orders[0].number]

    def test_can_be_ordered_again_from_the_list(self, client, ada):
        order = make_order(customer=ada)

        assert f'action="/orders/{order.token}/again/"' in client.get("/account/orders/").content.decode()


class TestAReturn:
    @pytest.fixture
    def order(self):
        return make_dispatched_order((make_book("Emma"), 3), make_book("Ulysses"))

    def asked(self, order):
        return [
            (asked.status, asked.reason, dict(asked.lines.values_list("line__title", "quantity")))
            for asked in order.returns.order_by("number")
        ]

    def form(self, client, order, *, reason="", **copies):
        """What the browser sends of the page as it is now."""
        response = client.get(f"/orders/{order.token}/return/")
        form = response.context["form"]
        answers = {field.html_name: copies.get(line.title, 0) for line, _, field in form.rows()}
        return {"number": form["number"].value(), "reason": reason, **answers}

    def send(self, client, order, answers):
        return client.post(f"/orders/{order.token}/return/", answers, follow=True)

    def test_is_asked_for_by_a_guest_with_the_orders_link(self, client, order):
        assert "Return books" in text(client, order)

        response = self.send(client, order, self.form(client, order, Emma=2, reason="Two too many"))

        assert "We have your request" in response.content.decode()
        assert self.asked(order) == [("asked", "Two too many", {"Emma": 2})]
        assert "You asked for it on" in response.content.decode()

    def test_sent_twice_is_asked_for_once(self, client, order):
        answers = self.form(client, order, Emma=1)

        self.send(client, order, answers)
        response = self.send(client, order, answers)

        assert "We have your request" in response.content.decode()
        assert self.asked(order) == [("asked", "", {"Emma": 1})]

    def test_of_everything_sent_twice_is_asked_for_once(self, client, order):
        answers = self.form(client, order, Emma=3, Ulysses=1)

        self.send(client, order, answers)
        response = self.send(client, order, answers)

        assert "We have your request" in response.content.decode()
        assert self.asked(order) == [("asked", "", {"Emma": 3, "Ulysses": 1})]
        assert "Return books" not in text(client, order)

    def test_made_out_before_another_one_is_looked_at_again(self, client, order):
        stale = self.form(client, order, Emma=1)
        self.send(client, order, self.form(client, order, Ulysses=1))

        response = self.send(client, order, stale)

        assert "Something has changed meanwhile" in response.content.decode()
        assert self.asked(order) == [("asked", "", {"Ulysses": 1})]

    @pytest.mark.parametrize(
        ("copies", "complaint"),
        [
            ({}, "Please say how many copies of which book"),
            ({"Emma": 4}, "Write a whole number from 0 to 3"),
            ({"Emma": -1}, "Write a whole number from 0 to 3"),
            ({"Emma": "two"}, "Write a whole number from 0 to 3"),
            ({"Emma": "9" * 400}, "Write a whole number from 0 to 3"),
            ({"Emma": 1, "reason": "x" * 201}, "at most 200 characters"),
            ({"Emma": 1, "reason": "\x00"}, "Null characters"),
        ],
    )
    def test_that_makes_no_sense_is_told_and_loses_nothing(self, client, order, copies, complaint):
        answers = self.form(client, order, Ulysses=0, **copies)

        response = self.send(client, order, answers)

        assert complaint in response.content.decode()
        assert self.asked(order) == []

    def test_of_copies_that_another_open_one_has_is_refused_in_words(self, client, order):
        self.send(client, order, self.form(client, order, Emma=2))
        answers = self.form(client, order) | {f"copies-{order.lines.get(title='Emma').pk}": 3}

        response = self.send(client, order, answers)

        assert "3 asked for, but 1 at most are possible now." in response.content.decode()
        assert len(self.asked(order)) == 1

    @pytest.mark.parametrize("number", ["", "x", "0", "9" * 30])
    def test_with_a_made_up_number_is_no_error(self, client, order, number):
        response = self.send(client, order, self.form(client, order, Emma=1) | {"number": number})

        assert response.status_code == 200
        assert self.asked(order) == []

    def test_cannot_be_asked_for_before_anything_has_left_or_when_its_days_are_over(
        self, client, order, settings
    ):
        paid = make_paid_order()
        settings.RETURN_DAYS = 30
        answers = self.form(client, order, Emma=1)
        Shipment.objects.update(dispatched_at=timezone.now() - timedelta(days=31))

        for each in (paid, order):
            response = client.get(f"/orders/{each.token}/return/", follow=True)
            assert "nothing of this order that can be returned now" in response.content.decode()
        response = self.send(client, order, answers)
        assert "can no longer be returned here" in response.content.decode()
        assert self.asked(order) == []

    def test_of_somebody_elses_order_cannot_be_asked_for(self, client):
        order = make_dispatched_order(customer=make_user())
        client.force_login(make_user())

        assert client.get(f"/orders/{order.token}/return/").status_code == 404
        assert client.post(f"/orders/{order.token}/return/", {}).status_code == 404

    @pytest.mark.parametrize("books", [5, 50])
    def test_is_asked_for_with_few_questions_for_many_books_as_for_few(
        self, client, django_assert_num_queries, books
    ):
        order = make_dispatched_order(*[make_book(f"Book {n}") for n in range(books)])

        with django_assert_num_queries(8):
            client.get(f"/orders/{order.token}/return/")
