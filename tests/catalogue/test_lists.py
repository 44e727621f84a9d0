"""Lists of books: pages, orders, filters, and whatever else an address may say."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from shop.catalogue.models import Book
from tests.makers import make_book, make_order, make_subject

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("engine")]


def titles(response):
    return [book.title for book in response.context["listing"].page.object_list]


def make_books(number, **fields):
    return [make_book(f"Volume {n:03d}", authors=("Anne Onyma",), **fields) for n in range(1, number + 1)]


def test_all_books_come_24_to_a_page_in_the_order_of_their_titles(client):
    make_books(30)
    first, second = client.get("/books/"), client.get("/books/?page=2")
    assert titles(first) == [f"Volume {n:03d}" for n in range(1, 25)]
    assert titles(second) == [f"Volume {n:03d}" for n in range(25, 31)]
    assert "30 books" in first.content.decode()
    assert 'href="?page=2"' in first.content.decode()


def test_a_title_is_sorted_without_its_article(client):
    for title in ("The Zoo", "An Apple", "Middlemarch"):
        make_book(title)
    assert titles(client.get("/books/")) == ["An Apple", "Middlemarch", "The Zoo"]


def test_a_book_that_is_not_on_sale_is_in_no_list(client):
    fiction = make_subject()
    hidden = make_book("Withdrawn", subjects=(fiction,), on_sale=False)
    author = hidden.contributors.get()
    for address in ("/", "/books/", "/search/?q=withdrawn", "/subjects/fiction/", author.get_absolute_url()):
        assert "Withdrawn" not in client.get(address).content.decode(), address


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("title", ["Cheap", "Dear", "Middling"]),
        ("price", ["Cheap", "Middling", "Dear"]),
        ("-price", ["Dear", "Middling", "Cheap"]),
        ("newest", ["Dear", "Cheap", "Middling"]),
        ("recent", ["Middling", "Dear", "Cheap"]),
    ],
)
def test_a_list_can_be_sorted(client, sort, expected):
    now = timezone.now()
    for title, price, days, year in [
        ("Cheap", "1.00", 2, -750),
        ("Middling", "5.00", 3, 2020),
        ("Dear", "25.00", 1, 1850),
    ]:
        book = make_book(title, price=price, first_published=year)
        Book.objects.filter(pk=book.pk).update(added_at=now - timedelta(days=days))
    response = client.get("/books/", {"sort": sort})
    assert titles(response) == expected
    assert [choice.chosen for choice in response.context["listing"].sorts].count(True) == 1


def test_a_list_can_be_filtered_by_subject_and_what_lies_below_it(client):
    fiction = make_subject("Fiction")
    crime = make_subject("Crime", parent=fiction)
    make_book("Novel", subjects=(fiction,))
    make_book("Whodunit", subjects=(crime, fiction))
    make_book("Atlas", subjects=(make_subject("Travel"),))
    assert titles(client.get("/books/?subject=fiction")) == ["Novel", "Whodunit"]
    assert titles(client.get("/books/?subject=fiction/crime")) == ["Whodunit"]


def test_a_subject_does_not_hold_the_books_of_one_whose_name_begins_alike(client):
    make_book("Art", subjects=(make_subject("Art"),))
    make_book("Craft", subjects=(make_subject("Art craft"),))
    assert titles(client.get("/subjects/art/")) == ["Art"]


def test_a_list_can_be_filtered_by_format_price_and_stock_together(client):
    make_book("Right", format="BB", price="10.00")
    make_book("Paperback", format="BC", price="10.00")
    make_book("Too cheap", format="BB", price="9.99")
    make_book("Too dear", format="BB", price="20.01")
    make_book("Sold out", format="BB", price="10.00", stock=0)
    promised = make_book("All promised", format="BB", price="10.00", stock=1)
    make_order(promised)
    response = client.get("/books/?format=BB&min=10&max=20&in_stock=1")
    assert titles(response) == ["Right"]


def test_each_filter_in_force_is_shown_and_can_be_taken_off_by_itself(client):
    make_book("Right", format="BB", price="10.00")
    response = client.get("/books/?format=BB&min=10&sort=price&page=1")
    applied = {choice.label: choice.address for choice in response.context["listing"].applied}
    assert applied == {"Hardback": "?min=10&sort=price", "From £10.00": "?format=BB&sort=price"}
    assert response.context["listing"].without_filters == "?sort=price"
    for address in applied.values():
        assert f'href="{address.replace("&", "&amp;")}"' in response.content.decode()


def test_a_list_can_be_searched_within_and_says_so(client):
    fiction = make_subject()
    make_book("Dune", subjects=(fiction,))
    make_book("Emma", subjects=(fiction,))
    response = client.get("/subjects/fiction/?q=dune")
    assert titles(response) == ["Dune"]
    listing = response.context["listing"]
    assert [(choice.label, choice.address) for choice in listing.applied] == [("“dune”", "?")]
    assert listing.without_filters == "?"


def test_links_to_other_pages_and_orders_keep_the_filters(client):
    make_books(30, format="BB")
    page = client.get("/books/?format=BB&max=99").content.decode()
    assert 'href="?format=BB&amp;max=99&amp;page=2"' in page
    assert 'href="?format=BB&amp;max=99&amp;sort=price"' in page


def test_a_list_without_a_fitting_book_says_so_and_offers_a_way_on(client):
    make_book()
    page = client.get("/books/?min=1000").content.decode()
    assert "No book fits all of these filters" in page
    assert "Try it without the filters" in page


def test_an_empty_shop_still_has_pages(client):
    for address in ("/", "/books/", "/subjects/", "/search/?q=anything"):
        assert client.get(address).status_code == 200


@pytest.mark.parametrize(
    "number", ["abc", "0", "-1", "1.5", "", "٢", "10" * 10, "9" * 5000, "2\x00", "1e3", "NaN", "' OR 1=1"]
)
@pytest.mark.parametrize("address", ["/books/", "/subjects/fiction/", "/search/?q=volume"])
def test_a_page_that_is_not_there_leads_to_one_that_is(client, address, number):
    make_books(1, subjects=(make_subject(),))
    response = client.get(address, {**({"q": "volume"} if "search" in address else {}), "page": number})
    assert response.status_code == 200
    assert titles(response) == ["Volume 001"]


def test_past_the_last_page_comes_the_last_page(client):
    make_books(25)
    assert titles(client.get("/books/?page=100000000000000000000")) == ["Volume 025"]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("min", "NaN"),
        ("min", "-1"),
        ("min", "Infinity"),
        ("max", "9,99"),
        ("max", "1e400"),
        ("max", "1e1"),
        ("max", "1_0"),
        ("max", "١٢"),
        ("max", "0.001"),
        ("max", "9" * 400),
        ("min", "ten"),
        ("min", "1\x002"),
        ("format", "ZZ"),
        ("format", "BB' --"),
        ("subject", "no/such/subject"),
        ("subject", "%"),
        ("sort", "DROP TABLE shop_book"),
        ("sort", "search_text"),
    ],
)
def test_what_cannot_be_understood_is_named_and_left_out(client, name, value):
    make_book("Still here")
    response = client.get("/books/", {name: value})
    assert response.status_code == 200
    assert titles(response) == ["Still here"]
    assert name in response.context["listing"].form.errors
    assert "Not all of this could be understood" in response.content.decode()
    assert not response.context["listing"].applied


def test_a_lowest_price_above_the_highest_is_named(client):
    make_book(price="10.00")
    response = client.get("/books/?min=20&max=5")
    assert "less than the lowest price" in response.content.decode()


def test_a_filter_given_twice_counts_once(client):
    make_book("Hardback", format="BB")
    make_book("Paperback", format="BC")
    assert titles(client.get("/books/?format=BB&format=BC")) == ["Paperback"]


def test_nothing_typed_into_an_address_comes_back_as_markup(client):
    page = client.get("/search/", {"q": "<script>alert(1)</script>", "min": '"><script>alert(2)</script>'})
    assert "<script>alert" not in page.content.decode()


def test_the_filters_are_plain_links_and_a_form_and_swap_only_the_list_with_htmx(client):
    make_book("Dune", format="BB", price="9.00")
    page = client.get("/books/?sort=price").content.decode()
    assert 'href="?sort=price&amp;format=BB"' in page
    assert '<form class="price-range" action="/books/">' in page
    assert '<input type="hidden" name="sort" value="price">' in page
    assert 'hx-boost="true" hx-target="#listing" hx-select="#listing"' in page
    assert 'id="listing"' in page


@pytest.mark.parametrize(
    "address",
    [
        "/",
        "/books/",
        "/books/?in_stock=1&sort=price",
        "/search/?q=volume",
        "/subjects/fiction/",
        "/subjects/",
    ],
)
def test_a_page_asks_the_database_as_often_for_50_books_as_for_5(
    client, django_assert_num_queries, django_assert_max_num_queries, address
):
    fiction = make_subject()
    make_books(5, subjects=(fiction,))
    client.get(address)
    with django_assert_max_num_queries(12) as few:
        Client().get(address)
    queries = len(few)
    for n in range(45):
        make_book(f"Another volume {n}", authors=(f"Author {n}",), subjects=(fiction,))
    client.get(address)
    with django_assert_num_queries(queries):
        Client().get(address)


def test_a_visitor_without_cookies_is_given_none_and_is_not_looked_up(
    client, engine, django_assert_num_queries
):
    make_book("Volume")
    for address in ("/", "/books/", "/search/?q=volume"):
        assert not client.get(address).cookies
    # the tree of subjects and the page's books; without an index also how many there are, and the page's keys
    with django_assert_num_queries(2 if engine == "index" else 4):
        Client().get("/books/")
