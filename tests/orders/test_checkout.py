"""From the cart to a placed order, as a customer's browser goes."""

import re
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client

from inventory.models import Stock
from shop.models import Book, Order
from shop.payments.external import take_external_order
from tests.makers import ADDRESS, PASSWORD, make_book, make_cart, make_order, make_paid_order, make_user

pytestmark = pytest.mark.django_db

PLACES_TO_LOOK = ("/cart/", "/checkout/review/")
ANSWERS = {"email": "ada@example.com", "delivery_method": "standard", **ADDRESS}


def fill_cart(client, *books):
    for book in books:
        client.post("/cart/add/", {"isbn": book.isbn, "quantity": 1})


def answer(client, **changes):
    return client.post("/checkout/", ANSWERS | changes)


def agreement_on(page):
    """What the review page's form says back: which checkout it is, and what was seen."""
    return dict(re.findall(r'name="(checkout_key|reviewed)" value="([^"]+)"', page.content.decode()))


def go_to_review(client, *books):
    fill_cart(client, *books)
    answer(client)
    return agreement_on(client.get("/checkout/review/"))


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_a_guest_orders(client):
    book = make_book("Lavinia", price="9.99")
    fill_cart(client, book)

    assert client.get("/checkout/").status_code == 200
    assert answer(client).url == "/checkout/review/"
    review = client.get("/checkout/review/")
    assert "£13.49" in review.content.decode() and "1 Paternoster Row" in review.content.decode()
    response = client.post("/checkout/review/", agreement_on(review))

    order = Order.objects.get()
    assert response.url == f"/orders/{order.token}/pay/"
    assert (order.email, order.customer, order.total) == ("ada@example.com", None, Decimal("13.49"))
    assert client.get("/cart/").context["lines"] == []


def test_a_customer_orders_with_what_the_account_knows(client):
    ada = make_user("ada@example.com", name="Ada Reader")
    make_order(customer=ada, line1="2 Lovelace Lane")
    client.force_login(ada)
    fill_cart(client, make_book())

    html = client.get("/checkout/").content.decode()

    assert 'value="ada@example.com"' in html and 'value="2 Lovelace Lane"' in html
    answer(client)
    client.post("/checkout/review/", agreement_on(client.get("/checkout/review/")))
    assert Order.objects.filter(customer=ada).count() == 2


def test_collection_needs_no_address(client):
    fill_cart(client, make_book(price="9.99"))

    response = client.post(
        "/checkout/", {"email": "ada@example.com", "delivery_method": "collection", "recipient": "Ada Reader"}
    )

    assert response.url == "/checkout/review/"
    client.post("/checkout/review/", agreement_on(client.get("/checkout/review/")))
    assert Order.objects.get().total == Decimal("9.99")


def test_the_checkout_and_the_review_say_where_books_are_collected(client, settings):
    settings.SHOP_ADDRESS = "1 Paternoster Row | London"
    settings.SHOP_OPENING_HOURS = "Monday to Saturday, 9 to 18"
    fill_cart(client, make_book())
    where = "1 Paternoster Row, London<br>Monday to Saturday, 9 to 18"

    html = client.get("/checkout/").content.decode()
    assert 'aria-describedby="collected_at"' in html and where in html
    answers = {"email": "ada@example.com", "delivery_method": "collection", "recipient": "Ada Reader"}
    assert where in client.post("/checkout/", answers, follow=True).content.decode()


def test_an_address_given_for_collection_is_not_kept(client):
    fill_cart(client, make_book())
    answer(client, delivery_method="collection")

    client.post("/checkout/review/", agreement_on(client.get("/checkout/review/")))

    order = Order.objects.get()
    assert (order.recipient, order.line1, order.postcode) == ("Ada Reader", "", "")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"email": ""}, "This field is required."),
        ({"email": "not an address"}, "Enter a valid email address."),
        ({"delivery_method": "teleport"}, "Select a valid choice."),
        ({"line1": ""}, "We need this to deliver your books."),
        ({"recipient": "", "delivery_method": "collection"}, "This field is required."),
        ({"country": "XX"}, "We do not deliver there."),
        ({"postcode": "12345"}, "This is not a postcode of United Kingdom. One looks like EC1Y 8SY."),
        ({"telephone": "call me"}, "This is not a telephone number."),
        ({"telephone": "1" * 16}, "This is not a telephone number."),
        ({"recipient": "x" * 151}, "at most 150 characters"),
        ({"city": "\x00"}, "Null characters are not allowed."),
    ],
)
def test_a_wrong_answer_is_told_at_its_field_and_loses_nothing(client, changes, complaint):
    fill_cart(client, make_book())

    response = answer(client, **changes)

    html = response.content.decode()
    assert response.status_code == 200
    assert complaint in html
    if "postcode" not in changes:
        assert 'value="EC4M 7DX"' in html
    assert not Order.objects.exists()


def test_tampered_prices_totals_and_owners_are_ignored(client):
    other = make_user()
    book = make_book(price="9.99")
    agreement = go_to_review(client, book)

    client.post(
        "/checkout/review/",
        {
            **agreement,
            "total": "0.01",
            "price": "0.01",
            "unit_price": "0.01",
            "shipping": "-100",
            "customer": other.pk,
            "status": "paid",
        },
    )

    order = Order.objects.get()
    assert (order.total, order.status, order.customer) == (Decimal("13.49"), Order.Status.PLACED, None)


@pytest.mark.parametrize("path", ["/checkout/", "/checkout/review/"])
def test_an_empty_cart_leads_back_to_the_cart(client, path):
    assert client.get(path).url == "/cart/"
    assert client.post(path, ANSWERS).url == "/cart/"


def test_the_review_asks_for_answers_first(client):
    fill_cart(client, make_book())

    assert client.get("/checkout/review/").url == "/checkout/"


@pytest.mark.parametrize("key", ["", "nonsense", "00000000-0000-0000-0000-000000000000", "\x00", "9" * 5000])
def test_a_made_up_key_places_nothing(client, key):
    agreement = go_to_review(client, make_book())

    assert client.post("/checkout/review/", agreement | {"checkout_key": key}).url in PLACES_TO_LOOK
    assert not Order.objects.exists()


def test_copies_sold_in_the_meantime_are_told_at_their_line(client):
    book = make_book("Rare", stock=3)
    fill_cart(client, book)
    client.post(f"/cart/{book.isbn}/copies/", {"quantity": "3"})
    answer(client)
    agreement = agreement_on(client.get("/checkout/review/"))
    make_order((book, 2))

    response = client.post("/checkout/review/", agreement, follow=True)

    assert response.redirect_chain[-1][0] == "/cart/"
    assert "Only 1 copy is left" in response.content.decode()
    assert Order.objects.count() == 1
    assert Stock.objects.get(pk=book.pk).allocated == 2


def test_a_price_raised_in_the_meantime_is_told_before_anything_is_placed(client):
    book = make_book(price="9.99")
    agreement = go_to_review(client, book)
    Book.objects.update(price=Decimal("19.99"))

    response = client.post("/checkout/review/", agreement, follow=True)

    assert "it is now £19.99" in response.content.decode()
    assert not Order.objects.exists()


def test_the_button_pressed_twice_places_one_order(client):
    agreement = go_to_review(client, make_book())

    first = client.post("/checkout/review/", agreement)
    second = client.post("/checkout/review/", agreement)

    assert first.url == second.url
    assert Order.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_fifty_identical_posts_at_once_place_one_order(client):
    book = make_book(stock=60)
    agreement = go_to_review(client, book)

    def post(_):
        twin = Client()
        twin.cookies = client.cookies
        try:
            return twin.post("/checkout/review/", agreement).url
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as threads:
        answers = set(threads.map(post, range(50)))

    order = Order.objects.get()
    assert answers == {f"/orders/{order.token}/pay/"}
    assert Stock.objects.get(pk=book.pk).allocated == 1


def test_an_order_page_shows_its_owner_everything(client):
    order = make_order((make_book("Lavinia", price="8.99"), 2))

    html = client.get(f"/orders/{order.token}/").content.decode()

    for shown in (order.number, "Lavinia", "£17.98", "£21.48", "1 Paternoster Row", "Awaiting payment"):
        assert shown in html


def test_a_customers_order_is_for_that_customer_alone(client):
    ada = make_user()
    order = make_order(customer=ada)
    path = f"/orders/{order.token}/"

    assert client.get(path).url == f"/account/login/?next={path}"
    client.force_login(make_user())
    assert client.get(path).status_code == 404
    assert client.post(f"{path}cancel/").status_code == 404
    client.force_login(ada)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("token", ["x", "' OR 1=1 --", "9" * 2000, "..%2f..", "%00", "🐛"])
def test_a_made_up_link_finds_nothing(client, token):
    make_order()

    response = client.get(f"/orders/{token}/")

    assert response.status_code == 404
    assert "Traceback" not in response.content.decode()


def test_order_pages_are_not_kept_by_caches(client):
    order = make_order()

    assert "no-store" in client.get(f"/orders/{order.token}/")["Cache-Control"]


def test_a_customer_cancels_before_dispatch(client):
    order = make_order()

    response = client.post(f"/orders/{order.token}/cancel/", follow=True)

    assert "Your order is cancelled." in response.content.decode()
    order.refresh_from_db()
    assert order.status == Order.Status.CANCELLED


def test_a_dispatched_order_can_no_longer_be_cancelled(client):
    order = make_order()
    Order.objects.update(status=Order.Status.DISPATCHED)

    response = client.post(f"/orders/{order.token}/cancel/", follow=True)

    assert "can no longer be cancelled" in response.content.decode()


def test_own_orders_are_listed_newest_first_and_no_others(client):
    ada = make_user("ada@example.com")
    orders = [make_order(customer=ada), make_order(customer=ada)]
    foreign = make_order(customer=make_user())
    client.login(email="ada@example.com", password=PASSWORD)

    html = client.get("/account/orders/").content.decode()

    assert html.index(orders[1].number) < html.index(orders[0].number)
    assert foreign.number not in html


@pytest.mark.parametrize("orders", [5, 20])
def test_the_list_of_orders_asks_as_many_questions_for_many_as_for_few(
    client, django_assert_num_queries, orders
):
    ada = make_user()
    book = make_book(stock=100)
    for _ in range(orders):
        make_order(book, customer=ada)
    client.force_login(ada)

    with django_assert_num_queries(8):
        client.get("/account/orders/")


@pytest.mark.parametrize("page", ["0", "-1", "NaN", "9" * 30, "٣"])
def test_a_senseless_page_of_orders_is_no_error(client, page):
    client.force_login(make_user())

    assert client.get("/account/orders/", {"page": page}).status_code == 200


def test_a_cart_of_fifty_books_is_placed(client):
    cart = make_cart(*[make_book(f"Book {n}") for n in range(50)])
    session = client.session
    session["cart_id"] = cart.pk
    session.save()
    answer(client)

    client.post("/checkout/review/", agreement_on(client.get("/checkout/review/")))

    assert Order.objects.get().lines.count() == 50


def test_an_order_larger_than_can_be_booked_is_refused_in_words(client):
    books = [make_book(f"Folio {n}", price="99999.99", stock=200) for n in range(11)]
    cart = make_cart(*((book, 99) for book in books))
    session = client.session
    session["cart_id"] = cart.pk
    session.save()
    answer(client, delivery_method="collection")

    response = client.post("/checkout/review/", agreement_on(client.get("/checkout/review/")), follow=True)

    assert "more than one order can hold" in response.content.decode()
    assert not Order.objects.exists()


def test_what_changed_in_another_tab_is_reviewed_before_it_is_ordered(client):
    agreement = go_to_review(client, make_book(price="5.00"))
    fill_cart(client, make_book("Dear", price="100.00"))

    response = client.post("/checkout/review/", agreement, follow=True)

    assert response.redirect_chain[-1][0] == "/checkout/review/"
    assert "has changed since you looked at it" in response.content.decode()
    assert "£108.50" in response.content.decode()
    assert not Order.objects.exists()


@pytest.mark.parametrize("change", [{"delivery_method": "collection"}, {"line1": "2 Other Street"}])
def test_another_delivery_chosen_in_another_tab_is_reviewed_too(client, change):
    agreement = go_to_review(client, make_book())
    answer(client, **change)

    client.post("/checkout/review/", agreement)

    assert not Order.objects.exists()


@pytest.mark.parametrize(
    "answers",
    [{}, {"email": "ada@example.com"}, ANSWERS | {"delivery_method": "express"}, "text", ["list"], None, 5],
)
def test_answers_of_another_time_are_asked_for_again(client, answers):
    agreement = go_to_review(client, make_book())
    session = client.session
    session["checkout"] = answers
    session.save()

    assert client.get("/checkout/review/").url == "/checkout/"
    assert client.get("/checkout/").status_code == 200
    assert client.post("/checkout/review/", agreement).url == "/cart/"
    assert not Order.objects.exists()


def test_a_sale_made_elsewhere_has_no_page_and_no_key_opens_it(client):
    book = make_book()
    sale, _ = take_external_order(reference="1001", quantities={book.isbn: 1})

    response = client.post("/checkout/review/", {"checkout_key": str(sale.checkout_key)})

    assert sale.token not in response.url
    assert client.get(f"/orders/{sale.token}/").status_code == 404
    assert client.post(f"/orders/{sale.token}/cancel/").status_code == 404


def test_whoever_logs_in_to_cancel_is_led_to_the_order(client):
    order = make_order(customer=make_user())

    assert client.post(f"/orders/{order.token}/cancel/").url == f"/account/login/?next=/orders/{order.token}/"


def test_back_from_the_payment_leads_to_the_order(client):
    agreement = go_to_review(client, make_book())
    client.post("/checkout/review/", agreement)

    assert client.get("/checkout/review/").url == f"/orders/{Order.objects.get().token}/"
    assert client.get("/checkout/").url == f"/orders/{Order.objects.get().token}/"


def test_whoever_cancels_a_paid_order_is_told_what_is_given_back(client):
    order = make_paid_order(make_book(price="9.99"))

    response = client.post(f"/orders/{order.token}/cancel/", follow=True)

    assert "Your order is cancelled. £13.49 of what you paid is given back." in response.content.decode()
