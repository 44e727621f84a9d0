"""Works, series, the trade's codes and suppliers in the admin, and lists that are long."""

from datetime import date

import pytest

from shop import long_lists
from shop.catalogue.editions import make_one_work
from shop.models import (
    Book,
    BookChange,
    BookSubjectCode,
    FeedRecord,
    Series,
    SubjectCode,
    Supplier,
    Work,
    WorkIdentifier,
)
from tests.makers import make_book, make_stock_keeper, make_subject

pytestmark = pytest.mark.django_db

BOOKS = "/admin/shop/book/"


@pytest.fixture
def staff(client):
    client.force_login(make_stock_keeper())
    return client


def titles(response):
    return sorted(book.title for book in response.context["cl"].result_list)


def said(response):
    return " ".join(str(message) for message in response.context["messages"])


# --- Works


def choose(client, *books):
    chosen = {"action": "make_one_work", "_selected_action": [book.pk for book in books]}
    return client.post(BOOKS, chosen, follow=True)


def test_chosen_books_become_editions_of_one_work(staff):
    paperback, hardback, other = make_book("Emma"), make_book("Emma", format="BB"), make_book("Persuasion")
    response = choose(staff, paperback, hardback)
    work = Work.objects.get()
    assert "editions of “Emma” now" in said(response)
    assert response.redirect_chain[-1][0] == f"/admin/shop/work/{work.pk}/change/"
    assert set(work.editions.all()) == {paperback, hardback}
    assert set(Book.objects.listed()) == {paperback, other}


def test_one_book_is_no_work(staff):
    assert "two at least" in said(choose(staff, make_book()))
    assert not Work.objects.exists()


def test_editions_of_two_works_come_together_with_all_others(staff):
    books = [make_book(f"Emma {n}") for n in range(4)]
    make_one_work(books[:2])
    make_one_work(books[2:])
    choose(staff, books[0], books[2])
    assert set(Work.objects.get().editions.all()) == set(books)


def test_an_edition_is_parted_from_its_work(staff):
    books = [make_book(f"Emma {n}") for n in range(3)]
    work = make_one_work(books)
    address = f"/admin/shop/work/{work.pk}/part/"
    assert staff.get(address).status_code == 405
    page = staff.post(address, {"book": books[0].pk}, follow=True)
    assert "a work of its own now" in said(page)
    assert set(work.editions.all()) == set(books[1:])
    page = staff.post(address, {"book": books[1].pk}, follow=True)
    assert page.redirect_chain[-1][0] == "/admin/shop/work/"
    assert not Work.objects.exists()
    assert Book.objects.listed().count() == 3


@pytest.mark.parametrize("number", ["", "x", "99999999999999999999999", "-1", "٣"])
def test_only_an_edition_of_the_work_can_be_parted_from_it(staff, number):
    work = make_one_work([make_book(), make_book()])
    page = staff.post(f"/admin/shop/work/{work.pk}/part/", {"book": number}, follow=True)
    assert "no edition of this work" in said(page)
    assert work.editions.count() == 2


def test_a_works_page_lists_its_editions_and_names_without_letting_them_be_typed(staff):
    work = make_one_work([make_book("Emma"), make_book("Emma", format="BB")])
    WorkIdentifier.objects.create(work=work, scheme="11", value="0123")
    html = staff.get(f"/admin/shop/work/{work.pk}/change/").content.decode()
    assert "Hardback" in html
    assert "0123" in html
    assert 'name="editions-0-title"' not in html


# --- Subject codes


def make_code(code="FBA", subject=None, scheme="93"):
    return SubjectCode.objects.create(scheme=scheme, code=code, heading=f"About {code}", subject=subject)


def give(book, *codes, main=None):
    for code in codes:
        BookSubjectCode.objects.create(book=book, code=code, is_main=code is main)


def map_to(client, code, subject, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        sent = {"subject": subject.pk if subject else ""}
        response = client.post(f"/admin/shop/subjectcode/{code.pk}/change/", sent)
    assert response.status_code == 302


def test_codes_that_stand_for_nothing_come_first_with_how_many_books_have_them(staff):
    mapped, unmapped = make_code("A", subject=make_subject()), make_code("Z")
    give(make_book(), mapped, unmapped)
    give(make_book(), unmapped)
    found = staff.get("/admin/shop/subjectcode/").context["cl"].result_list
    assert [(code.code, code.count) for code in found] == [("Z", 2), ("A", 1)]


def test_the_books_of_a_code_follow_it_to_another_subject(staff, django_capture_on_commit_callbacks):
    fiction, crime, travel = make_subject("Fiction"), make_subject("Crime"), make_subject("Travel")
    code, other = make_code("FF", subject=fiction), make_code("WT", subject=travel)
    book = make_book(subjects=(fiction, travel))
    give(book, other, code, main=code)
    held = make_book("Held", subjects=(fiction,), staff_fields=["subjects"])
    give(held, code)
    without = make_book("Without the code", subjects=(fiction,))
    BookChange.objects.all().delete()
    map_to(staff, code, crime, django_capture_on_commit_callbacks)
    book.refresh_from_db()
    assert book.main_subject == crime
    assert set(book.subjects.all()) == {crime, travel}
    for same in (held, without):
        assert set(same.subjects.all()) == {fiction}
    assert set(BookChange.objects.values_list("book_id", flat=True)) == {book.pk}
    map_to(staff, code, None, django_capture_on_commit_callbacks)
    book.refresh_from_db()
    assert (book.main_subject, set(book.subjects.all())) == (travel, {travel})


def test_many_books_follow_their_code(staff, django_capture_on_commit_callbacks, monkeypatch):
    monkeypatch.setattr("shop.catalogue.remapping.AT_ONCE", 3)
    code, subject = make_code(), make_subject()
    for n in range(8):
        give(make_book(f"Book {n}"), code)
    map_to(staff, code, subject, django_capture_on_commit_callbacks)
    assert Book.objects.filter(subjects=subject, main_subject=subject).count() == 8


# --- The list of books


def test_the_list_is_narrowed_down(staff):
    make_book("On sale")
    make_book("Off sale", on_sale=False, staff_fields=["on_sale"])
    make_book("Forthcoming", publication_date=date(2999, 1, 1))
    Book.objects.filter(pk=make_book("No price", on_sale=False).pk).update(price=None)
    fed = make_book("Fed")
    FeedRecord.objects.create(key="k", sender="s", reference="r", book=fed, digest="d")
    assert titles(staff.get(BOOKS)) == ["Fed", "Forthcoming", "No price", "Off sale", "On sale"]
    for query, found in {
        "on_sale__exact=0": ["No price", "Off sale"],
        "forthcoming=yes": ["Forthcoming"],
        "forthcoming=no": ["Fed", "No price", "Off sale", "On sale"],
        "priced=no": ["No price"],
        "priced=yes": ["Fed", "Forthcoming", "Off sale", "On sale"],
        "feed=yes": ["Fed"],
        "feed=no": ["Forthcoming", "No price", "Off sale", "On sale"],
        "edited=yes": ["Off sale"],
        "edited=no": ["Fed", "Forthcoming", "No price", "On sale"],
    }.items():
        assert titles(staff.get(f"{BOOKS}?{query}")) == found, query


def test_a_long_list_is_counted_only_so_far_and_says_so(staff, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(long_lists, "MOST_COUNTED", 3)
    for n in range(5):
        make_book(f"Book {n}")
    page = staff.get(BOOKS)
    assert page.context["cl"].result_count == 3
    assert "The first 3 of more books" in page.content.decode()
    with django_assert_num_queries(1) as asked:
        assert long_lists.ShortCount(Book.objects.all(), 50).has_more
    assert "LIMIT 4" in asked[0]["sql"]


def test_a_short_list_says_how_long_it_is(staff):
    make_book()
    assert "1 book\n" in staff.get(BOOKS).content.decode()


@pytest.mark.parametrize("name", ["work", "series", "subjectcode", "supplier", "feedrecord"])
def test_lists_ask_the_database_as_often_for_50_rows_as_for_5(
    staff, name, django_assert_num_queries, django_assert_max_num_queries
):
    def make(numbers):
        for n in numbers:
            book = make_book(f"Book {n}", series=f"Series {n}")
            make_one_work([book, make_book(f"Book {n}")])
            give(book, make_code(f"C{n}", subject=make_subject(f"Subject {n}")))
            Supplier.objects.create(name=f"Supplier {n}")
            FeedRecord.objects.create(key=f"k{n}", sender="s", reference=f"r{n}", book=book, digest="d")

    make(range(5))
    with django_assert_max_num_queries(12) as few:
        staff.get(f"/admin/shop/{name}/")
    make(range(5, 50))
    with django_assert_num_queries(len(few)):
        staff.get(f"/admin/shop/{name}/")


def test_a_series_that_is_renamed_is_found_by_its_new_name(staff):
    book = make_book("Tehanu", series="Earthsee")
    series = Series.objects.get()
    staff.post(f"/admin/shop/series/{series.pk}/change/", {"name": "Earthsea", "description": ""})
    book.refresh_from_db()
    assert "earthsea" in book.search_text
