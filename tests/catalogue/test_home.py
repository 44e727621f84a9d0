"""The front page's shelves."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from shop.catalogue import shelves
from shop.catalogue.editions import make_one_work
from shop.models import Book, SalesRank, StaffPick
from tests.makers import make_book, make_stock_keeper, make_subject

pytestmark = pytest.mark.django_db


def shelves_of(client):
    """The titles on each shelf of the front page."""
    shelves = client.get("/").context["shelves"]
    return {shelf.title: [card["title"] for card in shelf.cards] for shelf in shelves}


def rank(*books):
    """These have sold, the best first."""
    for place, book in enumerate(books, 1):
        SalesRank.objects.create(book=book, copies=100 - place, rank=place)


def in_days(days):
    return timezone.localdate() + timedelta(days=days)


def test_an_empty_shop_says_that_its_shelves_are_being_filled(client):
    page = client.get("/").content.decode()
    assert "The shelves are being filled" in page
    assert page.count("<h1") == 1


def test_the_front_page_has_picks_bestsellers_new_and_coming_books_and_shelves_of_subjects(client):
    fiction, travel = make_subject("Fiction"), make_subject("Travel")
    crime = make_subject("Crime", parent=fiction)
    old = [make_book(f"Crime {n}", subjects=(crime,)) for n in range(9)]
    for n in range(8):
        make_book(f"Travel {n}", subjects=(travel,))
    make_book("Later", publication_date=in_days(20), subjects=(travel,))
    make_book("Soon", publication_date=in_days(10), subjects=(travel,))
    rank(old[0], old[1])
    StaffPick.objects.create(book=old[2])

    assert shelves_of(client) == {
        "Staff picks": ["Crime 2"],
        "Bestsellers": ["Crime 0", "Crime 1"],
        "New on our shelves": [f"Travel {n}" for n in (7, 6, 5, 4, 3, 2)],
        "Coming soon": ["Soon", "Later"],
        "Fiction": [f"Crime {n}" for n in (8, 7, 6, 5, 4, 3)],
        "Travel": ["Travel 1", "Travel 0"],
    }


def test_no_book_stands_on_two_shelves_and_no_shelf_is_empty(client):
    subject = make_subject()
    books = [make_book(f"Book {n}", subjects=(subject,)) for n in range(8)]
    rank(*books)
    StaffPick.objects.create(book=books[0])

    shelves = shelves_of(client)

    assert shelves == {
        "Staff picks": ["Book 0"],
        "Bestsellers": [f"Book {n}" for n in range(1, 7)],
        "New on our shelves": ["Book 7"],
    }


def test_a_pick_says_why_and_by_whom_and_never_tells_an_address(client):
    ada = make_stock_keeper()
    ada.name = "Ada"
    ada.save()
    nameless = make_stock_keeper()
    StaffPick.objects.create(book=make_book("Dune"), note="Sand, <b>spice</b> and sorrow.", by=ada)
    StaffPick.objects.create(book=make_book("Emma"), note="", by=nameless)
    StaffPick.objects.create(book=make_book("Solaris"), note="An ocean that thinks.")

    page = client.get("/").content.decode()

    assert "Sand, &lt;b&gt;spice&lt;/b&gt; and sorrow." in page
    assert page.count("Picked by") == 1
    assert "Picked by Ada" in page
    assert nameless.email not in page


def test_the_latest_pick_comes_first_and_six_of_them_are_shown(client):
    for n in range(8):
        StaffPick.objects.create(book=make_book(f"Book {n}"))

    assert shelves_of(client)["Staff picks"] == [f"Book {n}" for n in (7, 6, 5, 4, 3, 2)]


def test_books_off_sale_stand_on_no_shelf(client):
    gone, there = make_book("Gone", on_sale=False), make_book("There")
    rank(gone, there)
    StaffPick.objects.create(book=gone)

    assert shelves_of(client) == {"Bestsellers": ["There"]}


def test_what_sold_as_another_edition_is_shown_as_the_one_that_lists_show(client):
    hardback, paperback = (
        make_book("Dune", format=code) for code in (Book.Format.HARDBACK, Book.Format.PAPERBACK)
    )
    make_one_work([hardback, paperback])
    rank(hardback, paperback)

    (shelf,) = client.get("/").context["shelves"]

    assert [card["address"] for card in shelf.cards] == [paperback.get_absolute_url()]


def test_books_to_come_are_not_new(client):
    make_book("Embargoed", embargo_date=in_days(3))
    make_book("Soon", publication_date=in_days(3))
    make_book("There", publication_date=in_days(0))

    assert shelves_of(client) == {"New on our shelves": ["There"], "Coming soon": ["Soon"]}


def test_after_a_feed_of_announcements_the_new_are_those_that_came_out_last(client, monkeypatch):
    monkeypatch.setattr(shelves, "MANY", 3)
    out = [make_book(f"Out {n}", publication_date=in_days(-n)) for n in (9, 1, 5)]
    make_book("From the attic", publication_date=in_days(-9000))
    Book.objects.filter(pk__in=[book.pk for book in out]).update(
        added_at=timezone.now() - timedelta(days=200)
    )
    assert shelves_of(client)["New on our shelves"] == ["From the attic", "Out 1", "Out 5", "Out 9"]

    for n in range(3):
        make_book(f"Announced {n}", publication_date=in_days(90 + n))

    assert shelves_of(client)["New on our shelves"] == ["Out 1", "Out 5", "Out 9"]


def test_the_front_page_asks_the_database_as_often_for_many_books_as_for_few(client):
    def fill(begin, end):
        for n in range(begin, end):
            book = make_book(f"Book {n}", subjects=(make_subject(f"Subject {n % 4}"),))
            make_book(f"Coming {n}", publication_date=in_days(1 + n))
            SalesRank.objects.create(book=book, copies=1, rank=1)
            StaffPick.objects.create(book=book)

    fill(0, 5)
    with CaptureQueriesContext(connection) as few:
        client.get("/")
    fill(5, 50)
    with CaptureQueriesContext(connection) as many:
        client.get("/")

    # the tree of subjects, picks, bestsellers, what came in, came out and is to come, and all of these books
    assert len(few) == len(many) == 7


def test_no_more_rows_are_read_however_many_there_are(client):
    rows = "LIMIT 20", "LIMIT 60"
    book = make_book(publication_date=in_days(1))
    rank(book)
    with CaptureQueriesContext(connection) as asked:
        client.get("/")

    lists = [query["sql"] for query in asked if "ORDER BY" in query["sql"]]
    assert len(lists) == 5
    assert all(sql.endswith(rows) for sql in lists)
