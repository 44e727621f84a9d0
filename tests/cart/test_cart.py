"""The cart as its visitor sees it: filling, changing, and what changed meanwhile."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.utils import timezone

from shop.cart import clearing
from shop.models import Book, Cart, CartLine
from tests.makers import PASSWORD, make_book, make_cart, make_forthcoming, make_user

pytestmark = pytest.mark.django_db

LONG_AGO = timezone.now() - timedelta(days=31)
HTMX = {"HX-Request": "true"}


def add(client, book, quantity=1):
    return client.post("/cart/add/", {"isbn": book.isbn, "quantity": quantity})


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_guest_fills_a_cart(client):
    book = make_book("Lavinia", price="8.99")

    response = add(client, book, 2)

    assert response.status_code == 302 and response.url == "/cart/"
    page = client.get("/cart/")
    assert "“Lavinia” is in your cart." in page.content.decode()
    assert "£17.98" in page.content.decode()
    assert CartLine.objects.get().cart.user is None


def test_adding_the_same_book_again_adds_up(client):
    book = make_book()

    add(client, book, 2)
    add(client, book, 3)

    assert CartLine.objects.get().quantity == 5


def test_a_visitor_who_only_looks_gets_neither_cart_nor_session(client):
    client.get("/cart/")

    assert not Cart.objects.exists() and not Session.objects.exists()


def test_an_isbn_may_be_hyphenated(client):
    book = make_book(isbn="9780441478125")

    client.post("/cart/add/", {"isbn": "978-0-441-47812-5", "quantity": 1})

    assert CartLine.objects.get().book == book


@pytest.mark.parametrize(
    "quantity", ["-1", "0", "1.5", "1" + "0" * 20, "NaN", "٣", "３", "1e2", "' OR 1=1", "100"]
)
def test_a_senseless_quantity_is_refused_with_a_clear_message(client, quantity):
    book = make_book()

    response = add(client, book, quantity)

    assert response.status_code == 302
    assert said(response) == ["Write a whole number from 1 to 99, in the digits 0 to 9."]
    assert not CartLine.objects.exists()


@pytest.mark.parametrize(
    "isbn", ["", "9780000000002", "978044147812X", "'; DROP TABLE", "٩٧٨", "9" * 5000, "\x00"]
)
def test_an_unknown_or_malformed_isbn_is_refused_with_a_clear_message(client, isbn):
    response = client.post("/cart/add/", {"isbn": isbn, "quantity": 1})

    assert response.status_code == 302
    assert said(response) == ["We do not have this book."]
    assert not CartLine.objects.exists()


def test_a_missing_quantity_is_asked_for(client):
    response = add(client, make_book(), "")

    assert said(response) == ["How many copies?"]
    assert not CartLine.objects.exists()


def test_a_book_that_is_not_on_sale_cannot_be_put_into_a_cart(client):
    book = make_book(on_sale=False)

    assert said(add(client, book)) == ["We do not have this book."]


def test_no_more_copies_than_are_available_fit_into_a_cart(client):
    book = make_book("Rare", stock=3)
    add(client, book, 2)

    assert said(add(client, book, 2))[-1] == "Only 3 copies of “Rare” can be ordered."
    assert CartLine.objects.get().quantity == 2


def test_a_book_out_of_stock_cannot_be_put_into_a_cart(client):
    assert said(add(client, make_book("Gone", stock=0))) == ["“Gone” is out of stock."]
    assert not CartLine.objects.exists()


def test_copies_are_changed_without_javascript(client):
    book = make_book()
    add(client, book)

    response = client.post(f"/cart/{book.isbn}/copies/", {"quantity": "4"})

    assert response.status_code == 302 and response.url == "/cart/"
    assert CartLine.objects.get().quantity == 4


def test_copies_are_changed_in_place_with_htmx(client):
    book = make_book(price="2.00")
    add(client, book)
    client.get("/cart/")

    response = client.post(f"/cart/{book.isbn}/copies/", {"quantity": "4"}, headers=HTMX)

    html = response.content.decode()
    assert response.status_code == 200
    assert "£8.00" in html
    assert '<span id="cart-count" hx-swap-oob="true">4</span>' in html
    assert "<html" not in html
    assert "Your cart is up to date." in html


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_line_is_removed(client, headers):
    book = make_book()
    add(client, book)

    client.post(f"/cart/{book.isbn}/copies/", {"quantity": "not even read", "remove": "1"}, headers=headers)

    assert not CartLine.objects.exists()
    assert "nothing in your cart" in client.get("/cart/").content.decode()


def test_zero_copies_are_none(client):
    book = make_book()
    add(client, book)

    client.post(f"/cart/{book.isbn}/copies/", {"quantity": "0"})

    assert not CartLine.objects.exists()


@pytest.mark.parametrize("quantity", ["-1", "1.5", "1" + "0" * 20, "NaN", "٣", "100"])
def test_a_senseless_change_is_refused_and_changes_nothing(client, quantity):
    book = make_book()
    add(client, book, 2)

    response = client.post(f"/cart/{book.isbn}/copies/", {"quantity": quantity}, headers=HTMX)

    assert "Write a whole number from 0 to 99, in the digits 0 to 9." in response.content.decode()
    assert CartLine.objects.get().quantity == 2


def test_a_price_that_changed_is_shown_and_not_applied(client):
    book = make_book(price="9.99")
    add(client, book)
    Book.objects.update(price=Decimal("12.99"))

    html = client.get("/cart/").content.decode()

    assert "The price was £9.99 when you put this book here; it is now £12.99." in html
    assert "To the checkout" not in html
    assert CartLine.objects.get().unit_price == Decimal("9.99")


def test_the_customer_accepts_a_new_price(client):
    book = make_book(price="9.99")
    add(client, book)
    Book.objects.update(price=Decimal("12.99"))

    client.post(f"/cart/{book.isbn}/price/", {"price": "12.99"})

    assert CartLine.objects.get().unit_price == Decimal("12.99")
    assert "To the checkout" in client.get("/cart/").content.decode()


@pytest.mark.parametrize("price", ["0.01", "NaN", "-5", "", "1e99", "٣"])
def test_a_price_that_is_not_the_books_is_never_taken(client, price):
    book = make_book(price="9.99")
    add(client, book)
    Book.objects.update(price=Decimal("12.99"))

    response = client.post(f"/cart/{book.isbn}/price/", {"price": price})

    assert "The price has changed once more. Please look at it again." in said(response)
    assert CartLine.objects.get().unit_price == Decimal("9.99")


def test_copies_that_were_sold_meanwhile_are_shown_and_not_taken_out(client):
    book = make_book(stock=5)
    add(client, book, 5)
    type(book.stock).objects.update(allocated=3)

    html = client.get("/cart/").content.decode()

    assert "Only 2 copies are left" in html
    assert "To the checkout" not in html
    assert CartLine.objects.get().quantity == 5


def test_a_book_taken_off_sale_is_shown_as_such(client):
    book = make_book()
    add(client, book)
    Book.objects.update(on_sale=False)

    assert "no longer on sale" in client.get("/cart/").content.decode()


def test_a_visitor_sees_and_changes_no_cart_but_the_own(client):
    book = make_book()
    theirs = make_cart((book, 2), user=make_user())
    guests = make_cart((book, 3))

    client.post(f"/cart/{book.isbn}/copies/", {"quantity": "9"})

    assert "nothing in your cart" in client.get("/cart/").content.decode()
    assert theirs.lines.get().quantity == 2 and guests.lines.get().quantity == 3


def test_a_session_that_names_a_customers_cart_does_not_open_it(client):
    theirs = make_cart(make_book(), user=make_user())
    session = client.session
    session["cart_id"] = theirs.pk
    session.save()

    assert "nothing in your cart" in client.get("/cart/").content.decode()


def test_a_guest_who_logs_in_keeps_both_carts(client):
    ada = make_user("ada@example.com")
    both, guests, own = make_book("Both"), make_book("Guests"), make_book("Own")
    make_cart((both, 2), own, user=ada)
    add(client, both, 3)
    add(client, guests, 1)

    client.login(email="ada@example.com", password=PASSWORD)

    assert {line.book.title: line.quantity for line in CartLine.objects.all()} == {
        "Both": 5,
        "Guests": 1,
        "Own": 1,
    }
    assert Cart.objects.get().user == ada


def test_merged_carts_hold_no_more_than_a_cart_takes(client):
    ada = make_user("ada@example.com")
    book = make_book(stock=200)
    make_cart((book, 90), user=ada)
    add(client, book, 90)

    client.login(email="ada@example.com", password=PASSWORD)

    assert CartLine.objects.get().quantity == 99


@pytest.mark.parametrize("books", [5, 50])
def test_the_cart_page_asks_as_many_questions_for_many_books_as_for_few(
    client, django_assert_num_queries, books
):
    cart = make_cart(*[make_book(f"Book {n}") for n in range(books)])
    session = client.session
    session["cart_id"] = cart.pk
    session.save()

    with django_assert_num_queries(2):  # session, lines with their cart and books
        client.get("/cart/")


@pytest.mark.parametrize("path", ["/cart/add/", "/cart/9780441478125/copies/", "/cart/9780441478125/price/"])
def test_a_cart_is_changed_by_post_alone(client, path):
    assert client.get(path).status_code == 405


@pytest.mark.parametrize("nonsense", ["abc", "1; DROP TABLE", [1], {"pk": 1}, 1.5])
def test_a_session_that_names_no_cart_is_one_without(client, nonsense):
    session = client.session
    session["cart_id"] = nonsense
    session.save()

    assert client.get("/cart/").status_code == 200
    assert add(client, make_book()).url == "/cart/"
    assert CartLine.objects.count() == 1


def test_adding_to_a_cart_that_has_just_gone_is_told_and_can_be_done_again(client, monkeypatch):
    book = make_book()
    gone = make_cart()
    Cart.objects.all().delete()
    with monkeypatch.context() as at_that_moment:
        at_that_moment.setattr("shop.cart.views.open_cart", lambda request: gone)
        response = add(client, book)

    assert response.url == book.get_absolute_url()
    assert said(response) == ["Your cart has just changed. Please add the book again."]
    add(client, book)
    assert CartLine.objects.get().book == book


@pytest.mark.parametrize(
    "change",
    [
        lambda client, book: add(client, book),
        lambda client, book: client.post(f"/cart/{book.isbn}/copies/", {"quantity": 2}),
        lambda client, book: client.post(f"/cart/{book.isbn}/copies/", {"remove": ""}),
        lambda client, book: client.post(f"/cart/{book.isbn}/price/", {"price": book.price}),
    ],
)
def test_every_change_of_a_line_counts_as_use_of_the_cart(client, change):
    book = make_book()
    add(client, book)
    Cart.objects.update(updated_at=LONG_AGO)

    change(client, book)

    assert Cart.objects.get().updated_at > LONG_AGO


def test_guests_carts_are_cleared_with_their_sessions_and_customers_carts_never(client, capsys):
    for _ in range(3):
        make_cart(make_book())
    own = make_cart(make_book(), user=make_user())
    Cart.objects.update(updated_at=LONG_AGO)
    add(client, make_book())
    Session.objects.create(session_key="old", session_data="", expire_date=LONG_AGO)
    in_use = Cart.objects.get(user=None, updated_at__gt=LONG_AGO)

    call_command("clear_stale")

    assert set(Cart.objects.all()) == {own, in_use}
    assert CartLine.objects.count() == 2
    assert [session.session_key for session in Session.objects.all()] == [client.session.session_key]
    assert "Carts cleared: 3" in capsys.readouterr().out


def test_many_carts_are_cleared_a_few_at_a_time(monkeypatch):
    monkeypatch.setattr(clearing, "AT_ONCE", 2)
    Cart.objects.bulk_create(Cart() for _ in range(5))
    Cart.objects.update(updated_at=LONG_AGO)

    assert clearing.clear_guests_carts() == 5


def test_a_book_not_yet_published_can_be_put_into_a_cart_without_a_copy_of_it(client):
    book = make_forthcoming("Orbital", stock=0)

    assert said(add(client, book, 99)) == ["“Orbital” is in your cart."]
    page = client.get("/cart/")
    assert not page.context["needs_attention"]
    assert "ordered in advance" in page.content.decode()


def test_no_more_copies_of_it_than_of_any_other_fit_into_a_cart(client):
    book = make_forthcoming("Orbital", stock=500)
    add(client, book, 60)

    assert said(add(client, book, 60))[-1] == "Only 99 copies of “Orbital” can be ordered."


def test_a_book_not_yet_published_and_not_on_sale_cannot_be_put_into_a_cart(client):
    assert said(add(client, make_forthcoming(on_sale=False))) == ["We do not have this book."]
