"""What a visitor looked at last, and what others bought with a book: the shelves below a book."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from shop.catalogue.editions import make_one_work
from shop.catalogue.looked_at import COOKIE
from shop.models import Book, Companion
from tests.makers import make_administrator, make_book

pytestmark = pytest.mark.django_db


def titles(cards):
    return [card["title"] for card in cards]


def look_at(client, *books):
    """The response to looking at the last of these books, after the others."""
    for book in books:
        response = client.get(book.get_absolute_url())
        assert response.status_code == 200
    return response


# --- Recently looked at


def test_the_books_looked_at_last_are_on_the_next_books_page_and_on_the_front_page(client):
    dune, emma, solaris = make_book("Dune"), make_book("Emma"), make_book("Solaris")

    assert titles(look_at(client, dune, emma, solaris).context["recently"]) == ["Emma", "Dune"]
    assert titles(look_at(client, dune).context["recently"]) == ["Solaris", "Emma"]
    front = client.get("/")
    assert titles(front.context["recently"]) == ["Dune", "Solaris", "Emma"]
    assert front.context["shelves"] == []  # no book twice
    assert front.content.decode().count("Recently looked at") == 1


def test_who_has_looked_at_nothing_sees_no_such_shelf(client):
    book = make_book()
    assert "Recently looked at" not in client.get("/").content.decode()
    assert "Recently looked at" not in look_at(client, book).content.decode()


def test_six_books_are_shown_and_a_few_more_remembered(client):
    books = [make_book(f"Book {n}") for n in range(12)]

    response = look_at(client, *books)

    assert titles(response.context["recently"]) == [f"Book {n}" for n in range(10, 4, -1)]
    assert len(client.cookies[COOKIE].value.split(".")) == 9


def test_the_cookie_is_the_browsers_alone_and_nothing_is_written_in_the_shop(client):
    book = make_book()
    with CaptureQueriesContext(connection) as asked:
        response = look_at(client, book)

    cookie = response.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    assert "sessionid" not in response.cookies
    assert not [query["sql"] for query in asked if not query["sql"].startswith("SELECT")]
    assert COOKIE not in look_at(client, book).cookies  # it says so already


def test_no_cache_may_show_another_visitor_what_this_one_looked_at(client):
    for response in (look_at(client, make_book()), client.get("/")):
        assert "Cookie" in response["Vary"]
        assert "private" in response["Cache-Control"]


@pytest.mark.parametrize(
    "written",
    [
        "<script>",
        "1;2",
        "1.2.x",
        "-1",
        "1.",
        ".1",
        "0",
        "9" * 19,
        "1 OR 1=1",
        "1.2.3.4.5.6.7.8.9.10",
        "." * 4000,
        "9" * 4000,
    ],
)
def test_a_cookie_that_says_anything_else_is_ignored(client, written):
    book = make_book()
    client.cookies[COOKIE] = written

    assert client.get("/").context["recently"] == []
    assert look_at(client, book).context["recently"] == []


def test_books_that_are_gone_or_were_never_there_are_left_out(client):
    there, gone = make_book("There"), make_book("Gone")
    look_at(client, there, gone)
    Book.objects.filter(pk=gone.pk).update(on_sale=False, listed=False)
    client.cookies[COOKIE] = f"{client.cookies[COOKIE].value}.999999999999999999"

    assert titles(client.get("/").context["recently"]) == ["There"]


def test_the_very_edition_that_was_looked_at_is_shown(client):
    hardback, paperback = (
        make_book("Dune", format=code) for code in (Book.Format.HARDBACK, Book.Format.PAPERBACK)
    )
    make_one_work([hardback, paperback])
    look_at(client, hardback)

    assert [card["address"] for card in client.get("/").context["recently"]] == [hardback.get_absolute_url()]


def test_a_book_that_only_staff_may_see_is_not_remembered(client):
    client.force_login(make_administrator())
    assert COOKIE not in look_at(client, make_book(on_sale=False)).cookies


def test_a_visitor_can_have_it_forgotten(client):
    dune, emma = make_book("Dune"), make_book("Emma")
    page = look_at(client, dune, emma).content.decode()
    assert 'action="/looked-at/forget/"' in page
    assert f'name="next" value="{emma.get_absolute_url()}"' in page

    response = client.post("/looked-at/forget/", {"next": emma.get_absolute_url()})

    assert response["Location"] == emma.get_absolute_url()
    assert client.cookies[COOKIE].value == ""
    assert client.get("/").context["recently"] == []


@pytest.mark.parametrize(
    "elsewhere", ["//evil.example/", "https://evil.example/", "javascript:alert(1)", "", "x", "/\\e"]
)
def test_forgetting_leads_nowhere_else(client, elsewhere):
    assert client.post("/looked-at/forget/", {"next": elsewhere})["Location"] == "/"


# --- Bought together


def accompany(book, *others):
    Companion.objects.bulk_create(Companion(book=book, other=other, orders=2) for other in others)


def test_a_books_page_shows_six_of_what_is_bought_with_it_in_their_order(client):
    book = make_book("Dune")
    others = [make_book(f"Book {n}") for n in range(9)]
    accompany(book, *others)

    response = look_at(client, book)

    assert titles(response.context["companions"]) == [f"Book {n}" for n in range(6)]
    assert "Bought together with this book" in response.content.decode()
    assert "Bought together" not in look_at(client, others[0]).content.decode()


def test_companions_that_are_off_sale_make_room_for_the_next(client):
    book = make_book("Dune")
    others = [make_book(f"Book {n}") for n in range(8)]
    accompany(book, *others)
    Book.objects.filter(pk=others[0].pk).update(on_sale=False, listed=False)

    assert titles(look_at(client, book).context["companions"]) == [f"Book {n}" for n in range(1, 7)]


def test_every_edition_has_its_works_companions(client):
    hardback, paperback = (
        make_book("Dune", format=code) for code in (Book.Format.HARDBACK, Book.Format.PAPERBACK)
    )
    make_one_work([hardback, paperback])
    accompany(paperback, make_book("Solaris"))

    for edition in (hardback, paperback):
        assert titles(look_at(client, edition).context["companions"]) == ["Solaris"]


def test_both_shelves_cost_no_query_of_their_own(client):
    book = make_book("Dune")
    alone = make_book("Alone")
    with CaptureQueriesContext(connection) as without:
        look_at(client, alone)
    accompany(book, *(make_book(f"Book {n}", authors=("Ann Other",)) for n in range(12)))
    look_at(client, *(make_book(f"Seen {n}", authors=("Ann Other",)) for n in range(9)))
    with CaptureQueriesContext(connection) as both:
        response = look_at(client, book)

    assert (len(response.context["companions"]), len(response.context["recently"])) == (6, 6)
    assert len(both) == len(without)
