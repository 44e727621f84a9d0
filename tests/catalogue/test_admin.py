"""The catalogue in the admin."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from inventory.models import Stock, StockMovement
from shop.catalogue.editions import refresh_listed
from shop.catalogue.search.building import build
from shop.models import Book, Contribution, Subject
from shop.transactions import Conflict
from tests.makers import make_administrator, make_book, make_contributor, make_order, make_subject, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_administrator())
    return client


def fields(**changes):
    """What the form for a new book sends."""
    sent = {
        "isbn": "978-0-441-01359-3",
        "title": "Dune",
        "subtitle": "",
        "series": "",
        "series_number": "",
        "price": "9.99",
        "copies": "7",
        "on_sale": "on",
        "format": "BC",
        "language": "eng",
        "pages": "604",
        "publication_date": "2005-08-02",
        "first_published": "1965",
        "description": "",
        "main_subject": "",
        "publisher": "",
        "contributions-TOTAL_FORMS": "0",
        "contributions-INITIAL_FORMS": "0",
        **changes,
    }
    return {name: value for name, value in sent.items() if value is not None}


def by(*people, role="A01"):
    """The inline forms for these contributors."""
    sent = {"contributions-TOTAL_FORMS": str(len(people))}
    for n, person in enumerate(people):
        sent |= {f"contributions-{n}-contributor": person.pk, f"contributions-{n}-role": role}
        sent |= {f"contributions-{n}-position": str(n + 1)}
    return sent


def add(client, **changes):
    return client.post("/admin/shop/book/add/", fields(**changes))


def problems(response):
    assert response.status_code == 200
    return " ".join(
        str(error) for errors in response.context["adminform"].form.errors.values() for error in errors
    )


def test_a_book_is_added_with_its_contributors_and_its_opening_stock(staff):
    response = add(staff, **by(make_contributor("Frank Herbert"), make_contributor("Brian Herbert")))
    assert response.status_code == 302
    book = Book.objects.get()
    assert (book.isbn, book.title, book.price) == ("9780441013593", "Dune", Decimal("9.99"))
    assert book.publication_date == date(2005, 8, 2)
    assert book.byline == "Frank Herbert and Brian Herbert"
    assert book.stock.on_hand == 7
    movement = StockMovement.objects.get()
    assert (movement.kind, movement.quantity) == ("opening", 7)
    assert movement.actor.is_superuser
    page = staff.get("/search/?q=dune+herbert")
    assert [found.title for found in page.context["listing"].page.object_list] == ["Dune"]


def test_a_book_may_start_without_copies(staff):
    assert add(staff, copies="0").status_code == 302
    assert Stock.objects.get().on_hand == 0
    assert not StockMovement.objects.exists()


@pytest.mark.parametrize(
    "written", ["9780441013593", "0-441-01359-7", "978 0 441 01359 3", "ISBN 0441013597"]
)
def test_an_isbn_may_be_typed_in_any_way(staff, written):
    assert add(staff, isbn=written).status_code == 302
    assert Book.objects.get().isbn == "9780441013593"


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("isbn", "978-0-441-01359-4", "not a valid ISBN"),
        ("isbn", "", "required"),
        ("isbn", "٩٧٨٠٤٤١٠١٣٥٩٣", "not a valid ISBN"),
        ("isbn", "9" * 10_000, "at most 40"),
        ("title", "", "required"),
        ("title", "x" * 301, "at most 300"),
        ("price", "-1", "greater than or equal to 0"),
        ("price", "NaN", "in the digits 0 to 9"),
        ("price", "1e1", "in the digits 0 to 9"),
        ("price", "1_0", "in the digits 0 to 9"),
        ("price", "١٢", "in the digits 0 to 9"),
        ("price", "9" * 20, "digits"),
        ("price", "9.999", "2 decimal places"),
        ("price", "", "A book needs a price to be on sale"),
        ("copies", "-1", "from 0 to 100,000"),
        ("copies", "1.5", "whole number"),
        ("copies", "1_0", "in the digits 0 to 9"),
        ("copies", "١٢", "in the digits 0 to 9"),
        ("copies", "100000000000000000000", "from 0 to 100,000"),
        ("copies", "", "required"),
        ("language", "english", "at most 3"),
        ("language", "ENG", "Three letters"),
        ("format", "XX", "not one of the available choices"),
        ("publication_date", "31 February", "valid date"),
        ("first_published", "99999999", "less than or equal"),
        ("main_subject", "999", "not one of the available choices"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_written(staff, name, value, problem):
    assert problem in problems(add(staff, **{name: value}))
    assert not Book.objects.exists()
    assert not Stock.objects.exists()


def test_an_isbn_that_the_shop_has_already_is_refused_in_whatever_way_it_is_written(staff):
    make_book(isbn="9780441013593")
    assert "already exists" in problems(add(staff, isbn="0-441-01359-7"))
    assert Book.objects.count() == 1


def test_a_main_subject_is_one_of_the_books_subjects_and_the_first_of_them_unless_chosen(staff):
    fiction, travel = make_subject("Fiction"), make_subject("Travel")
    add(staff, subjects=[travel.pk])
    book = Book.objects.get()
    assert book.main_subject == travel
    staff.post(
        f"/admin/shop/book/{book.pk}/change/",
        fields(copies=None, subjects=[travel.pk], main_subject=fiction.pk),
    )
    book.refresh_from_db()
    assert book.main_subject == fiction
    assert set(book.subjects.all()) == {fiction, travel}


# --- Changing


def change(client, book, **changes):
    inline = {"contributions-INITIAL_FORMS": str(book.contributions.count())}
    for n, part in enumerate(book.contributions.all()):
        inline |= {f"contributions-{n}-id": part.pk, f"contributions-{n}-book": book.pk}
        inline |= {
            f"contributions-{n}-contributor": part.contributor_id,
            f"contributions-{n}-role": part.role,
        }
        inline |= {f"contributions-{n}-position": part.position}
    inline |= {"contributions-TOTAL_FORMS": inline["contributions-INITIAL_FORMS"]}
    sent = fields(**({"copies": None, "isbn": book.isbn, "title": book.title} | inline | changes))
    return client.post(f"/admin/shop/book/{book.pk}/change/", sent)


def page_of(client, book):
    """A book's page in the admin, and what the book said when it was made."""
    page = client.get(f"/admin/shop/book/{book.pk}/change/").content.decode()
    return page, re.search(r'name="seen" value="([^"]+)"', page)[1]


def test_a_page_opened_before_a_feed_changed_the_price_does_not_take_it_back_unsaid(staff):
    book, fiction = make_book("Dune", price="9.99"), make_subject("Fiction")
    _page, seen = page_of(staff, book)
    Book.objects.filter(pk=book.pk).update(price="12.00")
    book.subjects.add(fiction)

    response = change(staff, book, title="Dune Messiah", seen=seen)

    (told,) = response.context["adminform"].form.non_field_errors()
    assert "since you opened the page: Price, Subjects." in told
    book.refresh_from_db()
    assert (book.title, book.price, book.staff_fields) == ("Dune", Decimal("12.00"), [])

    seen = re.search(r'name="seen" value="([^"]+)"', response.content.decode())[1]
    assert change(staff, book, title="Dune Messiah", seen=seen).status_code == 302
    book.refresh_from_db()
    assert (book.title, book.price) == ("Dune Messiah", Decimal("9.99"))
    assert "price" in book.staff_fields


@pytest.mark.parametrize("seen", ["", "price", "x:y : ::", "cover:1 nothing:2"])
def test_a_page_that_says_nothing_sound_of_what_it_saw_is_saved(staff, seen):
    book = make_book("Dune")

    assert change(staff, book, title="Dune Messiah", seen=seen).status_code == 302


def test_a_page_is_saved_as_long_as_nothing_has_changed_but_the_stock(staff):
    book = make_book("Dune", price="9.99", subjects=(make_subject("Fiction"), make_subject("Space")))
    _page, seen = page_of(staff, book)
    make_order(book)

    assert change(staff, book, title="Dune Messiah", seen=seen).status_code == 302
    assert Book.objects.get().title == "Dune Messiah"


def test_a_change_is_found_by_search_and_moves_no_stock(staff):
    book = make_book("Frist Impressions", authors=("Jane Austen",), stock=7)
    assert change(staff, book, title="First Impressions", copies="99").status_code == 302
    book.refresh_from_db()
    assert book.title == "First Impressions"
    assert book.search_text == " first impressions jane austen"
    assert book.stock.on_hand == 7
    assert StockMovement.objects.count() == 1


def test_a_contributor_who_is_taken_away_leaves_the_byline(staff):
    book = make_book(authors=("Jane Austen", "Anne Other"))
    assert change(staff, book, **{"contributions-1-DELETE": "on"}).status_code == 302
    book.refresh_from_db()
    assert book.byline == "Jane Austen"
    assert "other" not in book.search_text


def test_a_renamed_contributor_is_renamed_on_all_books(staff):
    author = make_contributor("Mary Ann Evans")
    book = make_book("Middlemarch", authors=(author,))
    other = make_book("Emma", authors=("Jane Austen",))
    sent = {"name": "George Eliot", "sort_name": "", "biography": ""}
    assert staff.post(f"/admin/shop/contributor/{author.pk}/change/", sent).status_code == 302
    for each in (author, book, other):
        each.refresh_from_db()
    assert author.sort_name == "Eliot, George"
    assert book.byline == "George Eliot"
    assert " george eliot" in book.search_text
    assert other.byline == "Jane Austen"


def test_books_are_taken_off_sale_and_put_back_by_hand_or_several_at_once(staff):
    books = [make_book("One"), make_book("Two"), make_book("Three")]
    chosen = {"action": "take_off_sale", "_selected_action": [books[0].pk, books[1].pk]}
    page = staff.post("/admin/shop/book/", chosen, follow=True).content.decode()
    assert "2 books are off sale now." in page
    assert list(Book.objects.on_sale()) == [books[2]]
    chosen |= {"action": "put_on_sale"}
    assert "2 books are on sale now." in staff.post("/admin/shop/book/", chosen, follow=True).content.decode()
    assert Book.objects.on_sale().count() == 3


# --- Deleting


def test_a_book_that_was_sold_stays_and_the_way_out_is_named(staff):
    book = make_book("Sold", stock=5)
    make_order(book)
    for method in (staff.get, staff.post):
        page = method(f"/admin/shop/book/{book.pk}/delete/", {"post": "yes"}, follow=True)
        assert "Take it off sale instead" in page.content.decode()
    assert Book.objects.filter(pk=book.pk).exists()


def test_a_book_added_by_mistake_can_be_deleted_while_no_copy_was_ever_counted(staff):
    book = make_book("Mistake", stock=0)
    page = staff.post(f"/admin/shop/book/{book.pk}/delete/", {"post": "yes"})
    assert page.status_code == 302
    assert not Book.objects.exists()
    assert not Stock.objects.exists()
    assert not Contribution.objects.exists()


def test_books_are_not_deleted_in_bulk(staff):
    book = make_book(stock=0)
    staff.post(
        "/admin/shop/book/", {"action": "delete_selected", "_selected_action": [book.pk], "post": "yes"}
    )
    assert Book.objects.filter(pk=book.pk).exists()


# --- Lists


@pytest.mark.parametrize("text", ["dune", "herbert", "978-0-441-01359-3", "0441013597", "HÉRBERT dune"])
def test_books_are_searched_as_customers_search_them(staff, text):
    make_book("Dune", authors=("Frank Herbert",), isbn="9780441013593")
    make_book("Emma", authors=("Jane Austen",))
    response = staff.get("/admin/shop/book/", {"q": text})
    assert [book.title for book in response.context["cl"].result_list] == ["Dune"]


def test_books_are_searched_in_the_index_and_what_that_has_not_in_the_database(staff, empty_index):
    make_book("Dune", authors=("Frank Herbert",), on_sale=False)
    make_book("Emma", authors=("Jane Austen",))
    build()
    make_book("Dunes of Wales")
    for text, found in [
        ("dune herbert", ["Dune"]),
        ("dunes", ["Dunes of Wales"]),
        ("aus", ["Emma"]),
        ("x", []),
    ]:
        response = staff.get("/admin/shop/book/", {"q": text})
        assert [book.title for book in response.context["cl"].result_list] == found
    with CaptureQueriesContext(connection) as queries:
        staff.get("/admin/shop/book/", {"q": "dune herbert"})
    assert not any("search_text" in query["sql"].partition("WHERE")[2] for query in queries)


@pytest.mark.parametrize("text", ["%", "\x00", "…", "x" * 5000])
def test_a_search_for_signs_finds_nothing(staff, text):
    make_book()
    response = staff.get("/admin/shop/book/", {"q": text})
    assert response.status_code == 200
    assert "\x00" in text or not response.context["cl"].result_list


@pytest.mark.parametrize("name", ["book", "contributor", "subject", "publisher"])
def test_a_list_asks_the_database_as_often_for_50_rows_as_for_5(
    staff, name, django_assert_num_queries, django_assert_max_num_queries
):
    def make(numbers):
        for n in numbers:
            make_book(
                f"Book {n}",
                authors=(f"Author {n}",),
                subjects=(make_subject(f"Subject {n}"),),
                publisher=f"House {n}",
            )

    make(range(5))
    with django_assert_max_num_queries(12) as few:
        staff.get(f"/admin/shop/{name}/")
    make(range(5, 50))
    with django_assert_num_queries(len(few)):
        staff.get(f"/admin/shop/{name}/")


def test_a_books_form_asks_as_often_for_many_contributors_as_for_few(
    staff, django_assert_num_queries, django_assert_max_num_queries
):
    few = make_book("Few", authors=("A", "B"), subjects=(make_subject(),))
    many = make_book("Many", authors=tuple(f"Author {n}" for n in range(30)), subjects=(make_subject(),))
    address = "/admin/shop/book/{}/change/"
    staff.get(address.format(few.pk))  # what is asked once per process
    with django_assert_max_num_queries(12) as asked:
        staff.get(address.format(few.pk))
    with django_assert_num_queries(len(asked)):
        staff.get(address.format(many.pk))


# --- Subjects


def test_subjects_are_listed_as_a_tree(staff):
    science = make_subject("Science")
    make_subject("Physics", parent=science)
    make_subject("Fiction")
    page = staff.get("/admin/shop/subject/").content.decode()
    assert page.index(">Fiction<") < page.index(">Science<") < page.index(">\u2003Physics<")


def test_a_subject_cannot_become_part_of_what_is_below_it(staff):
    fiction = make_subject("Fiction")
    crime = make_subject("Crime", parent=fiction)
    sent = {"name": "Fiction", "slug": "fiction", "parent": crime.pk, "colour": "#112233"}
    response = staff.post(f"/admin/shop/subject/{fiction.pk}/change/", sent)
    assert "cannot be part of itself" in problems(response)
    assert Subject.objects.get(pk=fiction.pk).parent is None


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", '"/><script>', "#11223\n"])
def test_a_colour_is_six_hex_digits(staff, colour):
    sent = {"name": "Fiction", "slug": "fiction", "parent": "", "colour": colour}
    assert problems(staff.post("/admin/shop/subject/add/", sent))
    assert not Subject.objects.exists()


def test_customers_do_not_reach_the_catalogues_admin(client):
    client.force_login(make_user())
    book = make_book()
    for address in ("/admin/shop/book/", f"/admin/shop/book/{book.pk}/change/", "/admin/shop/subject/add/"):
        assert client.get(address).status_code in (302, 403)


@pytest.mark.django_db(transaction=True)
def test_a_save_that_loses_against_an_import_is_done_again_and_loses_nothing(staff, monkeypatch):
    losses = [Conflict("an import holds the other edition"), Conflict("and once more")]

    def refresh(book_ids):
        if losses:
            raise losses.pop()
        return refresh_listed(book_ids)

    monkeypatch.setattr("shop.catalogue.admin.books.refresh_listed", refresh)
    book = make_book("Dun", price="9.99")

    response = change(staff, book, title="Dune")

    assert (response.status_code, losses) == (302, [])
    book.refresh_from_db()
    assert book.title == "Dune"
