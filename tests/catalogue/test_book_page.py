"""A book's own page, and its address."""

import re
from datetime import date

import pytest

from shop.catalogue.editions import make_one_work
from shop.catalogue.models import BookText, ProductRelation
from shop.isbn import hyphenated
from shop.models import Book, Contribution, Series
from tests.makers import (
    make_administrator,
    make_book,
    make_contributor,
    make_forthcoming,
    make_order,
    make_stock_keeper,
    make_subject,
    make_user,
    make_work,
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
    make_book("Another")
    with django_assert_max_num_queries(6) as asked:
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


# --- Editions of one work


def test_a_works_page_lists_its_editions_with_the_one_of_its_address_chosen(client):
    paperback, hardback, large, audio = make_work(
        "Tales",
        {"format": "BC", "price": "8.99", "stock": 20},
        {"format": "BB", "price": "18.99", "stock": 3, "publication_date": date(2001, 2, 3)},
        {"format": "BC", "edition_type": "LTE", "price": "12.99", "stock": 0},
        {"format": "AC", "price": "24.99", "minutes": 605},
    )
    response = client.get(hardback.get_absolute_url())
    editions = response.context["editions"]
    assert [(e["format"], e["price"], e["words"], e["date"]) for e in editions] == [
        ("Paperback", "£8.99", "In stock", ""),
        ("Hardback", "£18.99", "Only 3 left", "3 February 2001"),
        ("Audio CD", "£24.99", "In stock", ""),
        ("Large print", "£12.99", "Out of stock", ""),
    ]
    assert [e["address"] for e in editions] == [
        book.get_absolute_url() for book in (paperback, hardback, audio, large)
    ]
    page = response.content.decode()
    assert page.count(f'<a href="{hardback.get_absolute_url()}" aria-current="page">') == 1
    assert all(hyphenated(book.isbn) in page for book in (paperback, hardback, large, audio))
    assert "£18.99" in page and "10 hours 5 minutes" in page_of(client, audio)


def test_all_editions_name_the_leading_ones_address_as_the_canonical_one(client):
    paperback, hardback = make_work("Tales", "BC", "BB")
    alone = make_book("Alone")
    for book, canonical in [(paperback, paperback), (hardback, paperback), (alone, alone)]:
        (address,) = re.findall(r'<link rel="canonical" href="([^"]*)">', page_of(client, book))
        assert address.endswith(canonical.get_absolute_url())


def test_an_edition_off_sale_is_no_choice_and_its_address_leads_to_the_others(client):
    paperback, hardback = make_work("Tales", "BC", {"format": "BB", "on_sale": False})
    page = page_of(client, paperback)
    assert "/books/" + hardback.isbn not in page
    assert "Editions" not in page
    response = client.get(hardback.get_absolute_url())
    assert (response.status_code, response["Location"]) == (302, paperback.get_absolute_url())


def test_more_by_the_author_is_not_the_same_work_again(client):
    author = make_contributor("Ann Author")
    paperback, _hardback = make_work("Tales", "BC", "BB", authors=(author,))
    other, _audio = make_work("More", "BC", "AC", authors=(author,))
    Contribution.objects.create(book=other, contributor=author, role="A12", position=2)
    response = client.get(paperback.get_absolute_url())
    assert [card["address"] for card in response.context["more"]] == [other.get_absolute_url()]


# --- What is yet to come, and what has been replaced


def test_a_book_that_is_yet_to_come_shows_its_day_and_can_be_ordered_in_advance(client):
    page = page_of(client, make_forthcoming(publication_date=date(2100, 3, 3)))
    assert "Published 3 March 2100" in page
    assert '<button class="btn btn-primary btn-lg">Order in advance</button>' in page
    assert "Add to cart" not in page


def test_a_book_that_is_replaced_leads_to_the_newer_one_whichever_record_says_so(client):
    old = make_book("Atlas, 1st edition")
    new = make_book("Atlas, 2nd edition", publication_date=date(2020, 5, 1))
    assert "newer edition" not in page_of(client, old)
    relation = ProductRelation.objects.create(book=old, code="05", isbn=new.isbn)
    assert f'There is a newer edition: <a href="{new.get_absolute_url()}">' in page_of(client, old)
    relation.delete()
    ProductRelation.objects.create(book=new, code="03", isbn=old.isbn)
    assert f'There is a newer edition: <a href="{new.get_absolute_url()}">' in page_of(client, old)
    assert "newer edition" not in page_of(client, new)
    Book.objects.filter(pk=new.pk).update(on_sale=False)
    assert "newer edition" not in page_of(client, old)


# --- Texts, series, publishers


def test_texts_of_the_trade_have_headings_and_nothing_in_them_runs(client):
    book = make_book()
    BookText.objects.create(book=book, text_type="04", html="<ol><li>One</li></ol>")
    BookText.objects.create(
        book=book, text_type="06", html="<p>Very good<script>alert(1)</script></p>", source="The <Paper>"
    )
    BookText.objects.create(book=book, text_type="13", html="<p>For booksellers only</p>")
    page = page_of(client, book)
    assert "<ol><li>One</li></ol>" in page
    assert "<p>Very good</p>" in page
    assert "The &lt;Paper&gt;" in page
    assert list(client.get(book.get_absolute_url()).context["texts"]) == ["Reviews", "Contents"]
    assert "For booksellers only" not in page


def test_a_book_of_a_series_leads_to_the_series_and_to_the_books_before_and_after_it(client):
    def numbered(title, number, **fields):
        return make_book(title, series="Earthsea", series_number=number, **fields)

    numbered("First", "1")
    before = numbered("Second", "2")
    here = numbered("Third", "3")
    hardback = numbered("Third", "3", format="BB")
    make_one_work([here, hardback])
    after = numbered("Fourth", "3.5")
    numbered("Hidden", "3.2", on_sale=False)
    numbered("Companion", "")
    for edition in (here, hardback):
        response = client.get(edition.get_absolute_url())
        assert (response.context["previous"], response.context["following"]) == (before, after)
    page = page_of(client, here)
    assert f'<a href="{here.series.get_absolute_url()}">Earthsea</a>' in page
    assert "2. Second" in page and "3.5. Fourth" in page
    assert client.get(after.get_absolute_url()).context["following"] is None


def test_a_book_names_its_imprint_beside_its_publisher(client):
    book = make_book(publisher="Penguin Books", imprint="Pelican")
    assert f'<a href="{book.publisher.get_absolute_url()}">Penguin Books</a>, Pelican</dd>' in page_of(
        client, book
    )


def test_a_page_asks_the_database_the_same_of_a_work_with_5_editions_and_with_50(
    client, django_assert_num_queries, django_assert_max_num_queries
):
    few, *_others = make_work("Few", *["BC"] * 5, authors=("Ann Author",))
    for n in range(3):
        make_book(f"Volume {n}", series="Long", series_number=str(n), authors=())
    Book.objects.filter(pk=few.pk).update(series=Series.objects.get(), series_number="1", series_position=1)
    with django_assert_max_num_queries(6) as asked:
        client.get(few.get_absolute_url())
    for n in range(47):
        make_book(f"Other {n}", series="Long", series_number=str(n + 10), authors=("Ann Author",))
    make_one_work([few, *[make_book("Few", authors=()) for _ in range(45)]])
    with django_assert_num_queries(len(asked)):
        client.get(few.get_absolute_url())
