"""Ordering the same once more."""

import pytest
from django.contrib.messages import get_messages

from shop.models import Book, Cart
from tests.makers import make_book, make_cart, make_dispatched_order, make_order, make_user, make_work

pytestmark = pytest.mark.django_db


def again(client, order):
    return client.post(f"/orders/{order.token}/again/")


def in_cart(client):
    return {line.book.title: line.quantity for line in client.get("/cart/").context["lines"]}


def said(response):
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_all_of_an_order_goes_into_the_cart_at_todays_prices(client):
    emma = make_book("Emma", price="5.00")
    order = make_dispatched_order((emma, 2), make_book("Ulysses"))
    Book.objects.filter(pk=emma.pk).update(price="6.00")

    response = again(client, order)

    assert response.url == "/cart/"
    assert said(response) == [f"All of order {order.number} is in your cart."]
    assert in_cart(client) == {"Emma": 2, "Ulysses": 1}
    assert str(Cart.objects.get().lines.get(book=emma).unit_price) == "6.00"


def test_asking_twice_puts_no_more_into_the_cart(client):
    order = make_order((make_book("Emma"), 2))

    again(client, order)
    again(client, order)

    assert in_cart(client) == {"Emma": 2}


def test_what_is_in_the_cart_already_stays(client):
    emma, ulysses, walden = make_book("Emma"), make_book("Ulysses"), make_book("Walden")
    order = make_order((emma, 2), (ulysses, 2))
    ada = make_user()
    make_cart((emma, 1), (ulysses, 5), walden, user=ada)
    client.force_login(ada)

    again(client, order)

    assert in_cart(client) == {"Emma": 2, "Ulysses": 5, "Walden": 1}


def test_what_cannot_be_had_is_said_and_the_rest_is_in_the_cart(client):
    gone, off, few = make_book("Gone", stock=1), make_book("Off"), make_book("Few", stock=5)
    order = make_order(gone, off, (few, 3), make_book("There"))
    Book.objects.filter(pk=off.pk).update(on_sale=False)

    response = again(client, order)

    assert said(response) == [
        "“Gone” is out of stock.",
        "“Off” is no longer on sale.",
        "Only 2 copies of “Few”, of the 3 that you had, can be ordered.",
    ]
    assert in_cart(client) == {"Few": 2, "There": 1}


def test_another_edition_that_can_be_had_is_offered(client):
    paperback, hardback = make_work("Emma", {"format": "BC", "stock": 1}, {"format": "BB", "stock": 3})
    order = make_order(paperback)

    response = client.post(f"/orders/{order.token}/again/", follow=True)

    assert (
        "“Emma” is out of stock. There is another edition of it: "
        f'<a href="{hardback.get_absolute_url()}">Hardback</a>.' in response.content.decode()
    )


def test_no_edition_is_offered_that_cannot_be_had_either(client):
    paperback, _hardback = make_work("Emma", {"format": "BC", "stock": 1}, {"format": "BB", "stock": 0})

    response = again(client, make_order(paperback))

    assert said(response) == ["“Emma” is out of stock."]


def test_a_title_is_never_markup(client):
    book = make_book("<b>Emma</b>", stock=1)

    response = client.post(f"/orders/{make_order(book).token}/again/", follow=True)

    assert "“&lt;b&gt;Emma&lt;/b&gt;” is out of stock." in response.content.decode()


def test_an_order_of_which_much_is_gone_is_told_in_few_messages(client):
    response = again(client, make_order(*[make_book(f"Book {n}", stock=1) for n in range(13)]))

    assert len(said(response)) == 11
    assert said(response)[-1] == "3 more books of this order are not all there."


def test_only_whoever_may_see_an_order_has_it_put_into_a_cart(client):
    order = make_order(customer=make_user())

    assert again(client, order).url == f"/account/login/?next=/orders/{order.token}/"
    client.force_login(make_user())
    assert again(client, order).status_code == 404
    assert not Cart.objects.exists()


@pytest.mark.parametrize("books", [5, 50])
def test_an_order_of_many_books_asks_as_many_questions_as_one_of_few(
    client, books, django_assert_num_queries
):
    order = make_order(*[make_book(f"Book {n}") for n in range(books)])
    again(client, order)

    with django_assert_num_queries(9):  # all of them are there already: nothing is written for any of them
        again(client, order)
