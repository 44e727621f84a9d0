"""A book's own page, and its address."""

from datetime import date

import pytest

from shop.models import Contribution
from tests.makers import (
    make_administrator,
    make_book,
    make_contributor,
    make_order,
    make_stock_keeper,
    make_subject,
    make_user,
)

pytestmark = pytest.mark.django_db


def page_of(client, book):
    response = client.get(book.get_absolute_url())
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_tells_all_that_the_shop_knows_of_the_book(client):
    fiction = make_subject("Fiction")
    epic = make_subject("Epic", parent=fiction)
    book = make_book(
        "The Odyssey",
        authors=("Homer",),
        isbn="9780140268867",
        subtitle="A new translation",
        series="Penguin Classics",
        series_number="12",
        price="12.50",
        format="BC",
        pages=541,
        language="grc",
        publication_date=date(1999, 11, 29),
        first_published=-725,
        publisher="Penguin",
        subjects=(epic,),
        description="Tell me, Muse.\n\nOf the man of many turns.",
    )
    translator = make_contributor("Robert Fagles")
    Contribution.objects.create(book=book, contributor=translator, role="B06", position=2)
    page = page_of(client, book)
    for expected in [
        *["The Odyssey</h1>", "A new translation", "Penguin Classics", "12", "£12.50", "Paperback", "541"],
        *["Ancient Greek", "29 November 1999", "725 BC", ">Penguin</a>", "978-0-14-026886-7", "In stock"],
        *["<p>Tell me, Muse.</p>", "<p>Of the man of many turns.</p>", "(Translator)"],
        *[
            f'href="{translator.get_absolute_url()}"',
            'href="/subjects/fiction/epic/"',
            'href="/subjects/fiction/"',
        ],
        book.cover_url,
    ]:
        assert expected in page, expected


def test_a_book_of_which_little_is_known_has_a_page_too(client):
    book = make_book("Anon", authors=(), subjects=(), language="")
    page = page_of(client, book)
    assert "Anon</h1>" in page
    assert "First published" not in page
    assert "More by" not in page


def test_a_book_in_stock_can_be_put_into_the_cart(client):
    book = make_book(stock=20)
    page = page_of(client, book)
    assert '<form class="add" method="post" action="/cart/add/">' in page
    assert f'name="isbn" value="{book.isbn}"' in page
    assert 'name="quantity"' in page


def test_the_last_copies_are_counted_without_those_promised_to_others(client):
    book = make_book(stock=7)
    assert "In stock" in page_of(client, book)
    make_order((book, 4))
    assert "Only 3 left" in page_of(client, book)


def test_a_book_without_copies_is_out_of_stock_and_cannot_be_ordered(client):
    page = page_of(client, make_book(stock=0))
    assert "Out of stock" in page
    assert "/cart/add/" not in page


def test_more_books_by_the_author_are_shown_but_not_this_one_again(client):
    book = make_book("Emma", authors=("Jane Austen",))
    make_book("Persuasion", authors=("Jane Austen", "Anne Editor"))
    make_book("Hidden", authors=("Jane Austen",), on_sale=False)
    make_book("Dune", authors=("Frank Herbert",))
    response = client.get(book.get_absolute_url())
    assert [card["title"] for card in response.context["more"]] == ["Persuasion"]


@pytest.mark.parametrize(
    "written", ["978-0-441-01359-3", "978 0441013593", "0441013597", "0-441-01359-7", "isbn9780441013593"]
)
def test_an_isbn_written_in_any_way_leads_to_the_one_address(client, written):
    make_book("Dune", isbn="9780441013593")
    response = client.get(f"/books/{written}/")
    assert (response.status_code, response["Location"]) == (301, "/books/9780441013593/")


@pytest.mark.parametrize(
    "isbn",
    [
        "9780441013593",
        "9780441013594",
        "123",
        "abc",
        "٩٧٨٠٤٤١٠١٣٥٩٣",
        "%00",
        "9" * 5000,
        "978%25",
        "-",
        "..%5C",
    ],
)
def test_an_unknown_or_malformed_isbn_is_a_page_that_is_not_there(client, isbn):
    response = client.get(f"/books/{isbn}/")
    assert response.status_code == 404
    assert "Browse all books" in response.content.decode()


def test_a_book_off_sale_is_shown_to_staff_only_and_cannot_be_ordered(client):
    book = make_book("Withdrawn", on_sale=False)
    assert client.get(book.get_absolute_url()).status_code == 404
    client.force_login(make_user())
    assert client.get(book.get_absolute_url()).status_code == 404
    client.force_login(make_administrator())
    page = page_of(client, book)
    assert "only staff see this page" in page
    assert "/cart/add/" not in page


def test_stock_keepers_see_books_off_sale(client):
    book = make_book("Withdrawn", on_sale=False)
    client.force_login(make_stock_keeper())
    assert client.get(book.get_absolute_url()).status_code == 200


def test_a_description_is_text_never_markup(client):
    page = page_of(
        client, make_book("<i>Title</i>", description="<script>alert(1)</script>", authors=("<b>A</b>",))
    )
    assert "<script>alert" not in page
    assert "<i>Title" not in page
    assert "<b>A" not in page


def test_a_page_asks_the_database_the_same_whatever_the_book_has(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    few = make_book("Few", subjects=(make_subject("One"),))
    with django_assert_max_num_queries(12) as asked:
        client.get(few.get_absolute_url())
    many = make_book(
        "Many",
        authors=tuple(f"Author {n}" for n in range(50)),
        subjects=tuple(make_subject(f"Subject {n}") for n in range(50)),
    )
    for n in range(10):
        make_book(f"Other {n}", authors=("Author 0",))
    client.cookies.clear()
    with django_assert_num_queries(len(asked)):
        client.get(many.get_absolute_url())


def test_a_book_is_not_changed_by_looking_at_it(client):
    book = make_book()
    for method in (client.post, client.put, client.delete):
        assert method(book.get_absolute_url()).status_code == 405
