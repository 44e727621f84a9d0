"""Staff take an order by telephone."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from allauth.account.models import EmailAddress
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from inventory.models import Stock
from shop.models import Book, Mail, Order, Payment
from tests.makers import (
    ADDRESS,
    make_administrator,
    make_book,
    make_forthcoming,
    make_order,
    make_stock_keeper,
    make_user,
)

pytestmark = pytest.mark.django_db

PAGE = reverse("admin:shop_order_phone")
PERSON = {"recipient": "Ada Reader", "telephone": "020 7946 0018", "email": "ada@example.com"}
COLLECTED = {**PERSON, "delivery_method": "collection"}
SENT = {**PERSON, **ADDRESS, "delivery_method": "standard"}


@pytest.fixture(autouse=True)
def keeper(client):
    user = make_stock_keeper()
    client.force_login(user)
    return user


def copies(*books):
    """The fields of the form for one copy of each book, or so many of it."""
    entries = [entry if isinstance(entry, tuple) else (entry, 1) for entry in books]
    return {f"copies-{book.isbn}": n for book, n in entries}


def look(client, **fields):
    return client.post(PAGE, {"look": "1", **fields})


def answers_of(page):
    """What the page's hidden fields say back."""
    return dict(re.findall(r'name="(key|seen)" value="([^"]*)"', page.content.decode()))


def place(client, fields, **changes):
    """Work out the sum, then press the button that places the order."""
    shown = client.post(PAGE, {"look": "1", **fields})
    return client.post(PAGE, {"place": "1", **fields, **answers_of(shown), **changes})


def rows(page):
    return [(row.book.title, row.typed, row.problem) for row in page.context["rows"]]


def said(response):
    return [str(message) for message in response.context["messages"]]


def test_an_order_is_placed_for_a_customer_without_an_account(
    client, keeper, mailoutbox, django_capture_on_commit_callbacks
):
    book = make_book("Lavinia", price="9.99", stock=5)

    with django_capture_on_commit_callbacks(execute=True):
        response = place(client, {**SENT, **copies((book, 2))})

    order = Order.objects.get()
    assert response.url == reverse("admin:shop_order_change", args=[order.pk])
    assert (order.channel, order.status, order.customer) == ("phone", "placed", None)
    assert (order.email, order.telephone, order.line1) == (
        "ada@example.com",
        "020 7946 0018",
        ADDRESS["line1"],
    )
    assert order.items_total == Decimal("19.98") and order.total == order.items_total + order.shipping
    assert order.shipping_name
    [event] = order.events.all()
    assert (event.what, event.actor) == ("placed", keeper)
    assert Stock.objects.get(pk=book.pk).allocated == 2
    assert [mail.to for mail in mailoutbox] == [["ada@example.com"]]
    assert order.page_address() in mailoutbox[0].body


def test_staff_are_told_the_link_by_which_the_customer_pays(client):
    response = client.get(place(client, {**COLLECTED, **copies(make_book(price="9.99"))}).url)

    order = Order.objects.get()
    assert f"Order {order.number} is placed: £9.99" in said(response)[0]
    assert order.page_address() in said(response)[0]
    client.logout()
    assert "Pay £9.99 now" in client.get(order.page_address()).content.decode()


def test_it_is_held_for_days_and_its_money_may_be_taken_in_the_shop(client):
    place(client, {**SENT, **copies(make_book())})

    order, payment = Order.objects.get(), Payment.objects.get()
    assert order.expires_at > timezone.now() + timedelta(days=6)
    assert (payment.gateway, payment.status, payment.amount) == ("collection", "started", order.total)
    response = client.post(reverse("admin:shop_payment_take", args=[payment.pk]), {"amount": order.total})
    assert response.status_code == 302
    order.refresh_from_db()
    assert order.status == "paid"


def test_a_collected_order_of_a_book_to_come_is_held_until_it_is_there(client):
    place(client, {**COLLECTED, **copies(make_forthcoming())})

    assert Order.objects.get().expires_at is None


def test_without_an_email_address_a_telephone_number_will_do(client):
    place(client, {**COLLECTED, "email": "", **copies(make_book())})

    assert Order.objects.get().email == ""
    assert not Mail.objects.exists()


def test_without_either_nothing_is_placed_and_nothing_lost(client):
    page = place(client, {**SENT, "email": "", "telephone": "", **copies((make_book("Emma"), 3))})

    assert "Write a telephone number, or an e-mail address, or both." in page.content.decode()
    assert rows(page) == [("Emma", "3", "")]
    assert 'value="EC4M 7DX"' in page.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"recipient": ""}, "This field is required."),
        ({"email": "ada"}, "Enter a valid email address."),
        ({"telephone": "call me"}, "This is not a telephone number."),
        ({"line1": ""}, "We need this to deliver your books."),
        ({"postcode": "12345"}, "This is not a postcode of"),
        ({"delivery_method": "teleport"}, "Select a valid choice."),
        ({"method": "x"}, "Enter a whole number."),
        ({"recipient": "\x00"}, "Null characters are not allowed."),
        ({"key": "nonsense", "seen": "\x00"}, "The sum has changed."),
    ],
)
def test_a_wrong_answer_is_told_and_loses_nothing(client, changes, complaint):
    page = place(client, {**SENT, **copies((make_book("Emma"), 3))}, **changes)

    assert page.status_code == 200
    assert complaint in page.content.decode()
    assert rows(page) == [("Emma", "3", "")]
    assert not Order.objects.exists()


@pytest.mark.parametrize("typed", ["", "0", "-1", "two", "1000", "9" * 400, "\x00", "٣"])
def test_senseless_copies_are_told_at_their_book(client, typed):
    page = place(client, {**COLLECTED, **copies((make_book("Emma"), typed), make_book("Ulysses"))})

    assert rows(page) == [
        ("Emma", typed, "Write a whole number from 1 to 999, in the digits 0 to 9."),
        ("Ulysses", "1", ""),
    ]
    assert not Order.objects.exists()


def test_an_order_of_nothing_is_not_placed(client):
    page = place(client, COLLECTED)

    assert said(page) == ["Add a book first."]


class TestBooks:
    def test_are_found_by_words_and_added_by_a_button(self, client):
        emma, _other = make_book("Emma", authors=("Jane Austen",)), make_book("Ulysses")

        page = look(client, **PERSON, find="austen emma")

        assert [book.title for book in page.context["books"]] == ["Emma"]
        assert 'value="Ada Reader"' in page.content.decode()
        page = client.post(PAGE, {"add": emma.isbn})
        assert rows(page) == [("Emma", "1", "")]
        assert rows(client.post(PAGE, {"add": emma.isbn, **copies((emma, 4))})) == [("Emma", "5", "")]

    def test_are_added_at_once_by_their_isbn_as_a_scanner_types_it(self, client):
        book = make_book("Emma", isbn="9780141439587")

        page = look(client, find="978-0-14-143958-7")
        assert rows(page) == [("Emma", "1", "")]
        assert page.context["find"] == ""
        assert rows(look(client, find="9780141439587", **copies(book))) == [("Emma", "2", "")]

    def test_that_are_not_on_sale_are_not_found_and_drop_out(self, client):
        book = make_book("Emma", on_sale=False)

        assert look(client, find="emma").context["books"] == []
        page = look(client, **copies(book))
        assert rows(page) == []
        assert said(page) == [f"{book.isbn} is not on sale."]

    def test_are_removed_by_a_button(self, client):
        emma, ulysses = make_book("Emma"), make_book("Ulysses")

        page = client.post(PAGE, {"remove": emma.isbn, **copies(emma, (ulysses, 2))})

        assert rows(page) == [("Ulysses", "2", "")]

    def test_of_which_too_few_are_there_say_so_before_and_when_the_order_is_placed(self, client):
        book = make_book("Emma", stock=2)

        page = look(client, **copies((book, 3)))
        assert rows(page) == [("Emma", "3", "Only 2 copies are there.")]
        page = place(client, {**COLLECTED, **copies((book, 3))})
        assert rows(page) == [("Emma", "3", "Only 2 copies are there.")]
        assert not Order.objects.exists()

    @pytest.mark.parametrize("sought", ["\x00", "%", "zzz", "x" * 500, "9780141439588"])
    def test_that_there_are_not_are_said_not_to_be(self, client, sought):
        page = look(client, find=sought)

        assert page.context["books"] == []
        assert page.status_code == 200

    @pytest.mark.parametrize("name", ["copies-", "copies-1", "copies-\x00", "copies-978-0-14-143958-7"])
    def test_of_made_up_numbers_are_none(self, client, name):
        assert rows(client.post(PAGE, {name: "1"})) == []


class TestTheCustomer:
    def test_is_found_among_those_who_ordered_before_and_taken_over_by_a_button(self, client):
        make_order(email="ada@example.com", telephone="020 7946 0018", placed_at=timezone.now())
        make_order(email="bob@example.com", recipient="Bob Reader")

        page = look(client, who="ada reader")

        [ada] = page.context["people"]
        page = client.post(PAGE, {"who": "ada reader", "use": str(ada)})
        form = page.context["form"]
        assert form["email"].value() == "ada@example.com"
        assert form["telephone"].value() == "020 7946 0018"
        assert form["line1"].value() == ADDRESS["line1"]

    @pytest.mark.parametrize("who", ["ada@example.com", "020 7946 0018", "Ada"])
    def test_is_found_once_by_email_telephone_or_name(self, client, who):
        book = make_book()
        for _ in range(3):
            make_order(book, email="ada@example.com", telephone="020 7946 0018")

        assert len(look(client, who=who).context["people"]) == 1

    def test_with_an_account_but_no_order_is_found_by_the_whole_address(self, client):
        make_user("ada@example.com", name="Ada Reader")

        [ada] = look(client, who="ada@example.com").context["people"]
        assert str(ada) == "Ada Reader, ada@example.com"
        assert look(client, who="ada@").context["people"] == []

    def test_has_the_order_in_the_account_whose_confirmed_address_was_given(self, client, keeper):
        ada = make_user("ada@example.com")
        EmailAddress.objects.create(user=ada, email="ada@example.com", verified=True, primary=True)

        assert "they log in to pay" in look(client, **COLLECTED, **copies(make_book())).content.decode()
        place(client, {**COLLECTED, **copies(make_book())})

        order = Order.objects.get()
        assert order.customer == ada
        assert order.events.get().actor == keeper
        assert client.get(order.page_address()).status_code == 404
        client.force_login(ada)
        assert client.get(order.page_address()).status_code == 200
        assert order.number in client.get("/account/orders/").content.decode()

    def test_is_a_guest_while_the_accounts_address_is_not_confirmed(self, client):
        make_user("ada@example.com")

        place(client, {**COLLECTED, **copies(make_book())})

        assert Order.objects.get().customer is None


class TestTheSum:
    def test_is_shown_before_anything_is_placed(self, client):
        page = look(client, **SENT, **copies((make_book(price="10.00"), 2)))

        html = page.content.decode()
        assert f"Place the order: £{page.context['sums'].total}" in html
        assert page.context["sums"].items_total == Decimal("20.00")
        assert not Order.objects.exists()

    def test_that_has_changed_since_is_told_to_the_customer_first(self, client):
        book = make_book(price="10.00")
        fields = {**COLLECTED, **copies(book)}
        told = answers_of(look(client, **fields))
        Book.objects.filter(pk=book.pk).update(price="12.00")

        page = client.post(PAGE, {"place": "1", **fields, **told})

        assert said(page) == [
            "The sum has changed. Please tell it to the customer, and place the order then."
        ]
        assert "Place the order: £12.00" in page.content.decode()
        assert not Order.objects.exists()
        client.post(PAGE, {"place": "1", **fields, **answers_of(page)})
        assert Order.objects.get().total == Decimal("12.00")

    def test_of_tampered_fields_is_the_servers_own(self, client):
        place(client, {**COLLECTED, **copies(make_book(price="10.00")), "total": "0.01", "price": "0.01"})

        assert Order.objects.get().total == Decimal("10.00")


def test_the_button_pressed_twice_places_one_order(client):
    fields = {**COLLECTED, **copies((make_book(stock=1), 1))}
    told = answers_of(look(client, **fields))

    first = client.post(PAGE, {"place": "1", **fields, **told})
    second = client.post(PAGE, {"place": "1", **fields, **told})

    assert first.url == second.url
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_many_times_at_once_places_one_order(client):
    client.force_login(make_administrator())  # needs no group: such tests take them away
    book = make_book(stock=60)
    fields = {**COLLECTED, **copies((book, 2))}
    told = answers_of(look(client, **fields))

    def post(_):
        twin = Client()
        twin.cookies = client.cookies
        try:
            return twin.post(PAGE, {"place": "1", **fields, **told}).url
        finally:
            connection.close()

    with ThreadPoolExecutor(5) as threads:
        answers = set(threads.map(post, range(20)))

    order = Order.objects.get()
    assert answers == {reverse("admin:shop_order_change", args=[order.pk])}
    assert Stock.objects.get(pk=book.pk).allocated == 2
    assert Payment.objects.count() == 1


def test_the_key_of_a_web_order_places_nothing_and_shows_nothing(client):
    web = make_order()

    page = place(client, {**COLLECTED, **copies(make_book())}, key=str(web.checkout_key))

    assert page.status_code == 200
    assert Order.objects.get() == web


def test_an_order_larger_than_can_be_booked_is_refused_in_words(client):
    books = [make_book(f"Folio {n}", price="99999.99", stock=200) for n in range(11)]

    page = place(client, {**COLLECTED, **copies(*((book, 99) for book in books))})

    assert said(page) == ["This is more than one order can hold. Please make several of it."]


def test_a_country_that_nothing_is_sent_to_is_told(client):
    page = look(client, **SENT | {"country": "AQ"}, **copies(make_book()))

    assert page.status_code == 200
    page = client.post(PAGE, {"place": "1", **SENT, "country": "AQ", "key": uuid4(), **copies(make_book())})
    assert not Order.objects.exists()


def test_who_may_only_read_orders_takes_none(client):
    client.force_login(make_user(is_staff=True))

    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE, {"place": "1"}).status_code == 403


@pytest.mark.parametrize("books", [5, 50])
def test_the_page_asks_few_questions_for_many_books_as_for_few(client, django_assert_num_queries, books):
    fields = {**SENT, **copies(*(make_book(f"Book {n}") for n in range(books)))}

    with django_assert_num_queries(10):
        look(client, **fields)
