"""Fields that staff have set, in the admin: noted, shown beside what the feed says, given back."""

from io import BytesIO

import pytest
from django.contrib.auth.models import Permission
from django.utils import timezone

from shop.catalogue.onix.exporting import export_onix
from shop.catalogue.onix.importing import begin_import, import_onix
from shop.models import Book, FeedRecord
from tests.catalogue.test_admin import by, change, fields
from tests.makers import make_book, make_contributor, make_stock_keeper, make_subject

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff(client):
    client.force_login(make_stock_keeper())
    return client


@pytest.fixture
def book(tmp_path):
    """A book that the shop has from a feed, and nobody has touched."""
    make_book(
        "Dune", authors=("Frank Herbert",), isbn="9780441013593", pages=604, publisher="Ace", price="9.99"
    )
    bring_in_what_is_there(tmp_path)
    return Book.objects.get()


def bring_in_what_is_there(folder):
    """Have a feed say of every book what the shop has of it now."""
    file = BytesIO()
    export_onix(file)
    path = folder / "feed.xml"
    path.write_bytes(file.getvalue())
    import_onix(begin_import(path), path, on_note=lambda note: None, on_progress=lambda run: None)


def page(client, book):
    return client.get(f"/admin/shop/book/{book.pk}/change/")


def held(client, book):
    return {field.name: field.feed_says for field in page(client, book).context["held_fields"]}


# --- Noting


def test_a_save_notes_exactly_what_was_changed(staff, book):
    same = {"publisher": book.publisher_id, "pages": "604", "publication_date": "", "first_published": ""}
    assert change(staff, book, **same).status_code == 302
    book.refresh_from_db()
    assert book.staff_fields == []
    assert change(staff, book, **same | {"price": "8.99", "subtitle": "The first"}).status_code == 302
    book.refresh_from_db()
    assert book.staff_fields == ["price", "subtitle"]


def test_a_description_that_browsers_send_back_untouched_has_not_changed(staff, book):
    Book.objects.update(description="<p>One</p>\n<p>Two</p>")
    same = {"publisher": book.publisher_id, "publication_date": "", "first_published": ""}
    change(staff, book, description="<p>One</p>\r\n<p>Two</p>", **same)
    book.refresh_from_db()
    assert book.staff_fields == []
    change(staff, book, description="<p>One</p>\r\n<p>Three</p>", **same)
    book.refresh_from_db()
    assert book.staff_fields == ["description"]


def test_contributors_and_subjects_count_as_one_field_each(staff, book):
    same = {"publisher": book.publisher_id, "publication_date": "", "first_published": ""}
    change(staff, book, subjects=[make_subject().pk], **{"contributions-0-role": "B01"}, **same)
    book.refresh_from_db()
    assert book.staff_fields == ["contributors", "subjects"]


def test_what_is_typed_for_a_new_book_is_noted_too(staff):
    staff.post("/admin/shop/book/add/", fields(**by(make_contributor())))
    assert {"title", "price", "pages", "contributors"} <= set(Book.objects.get().staff_fields)


def test_the_list_and_its_actions_note_that_staff_decided_about_the_sale(staff, book):
    rows = {"form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "1", "form-0-id": book.pk, "_save": "Save"}
    staff.post("/admin/shop/book/", rows)
    book.refresh_from_db()
    assert (book.on_sale, book.listed, book.staff_fields) == (False, False, ["on_sale"])
    other = make_book("Other")
    staff.post("/admin/shop/book/", {"action": "take_off_sale", "_selected_action": [other.pk]})
    other.refresh_from_db()
    assert (other.on_sale, other.staff_fields) == (False, ["on_sale"])


# --- Showing and giving back


def test_a_books_page_shows_what_staff_set_beside_what_the_feed_says(staff, book):
    Book.objects.filter(pk=book.pk).update(
        title="Duen",
        price="1.00",
        on_sale=False,
        staff_fields=["contributors", "format", "on_sale", "price", "title"],
    )
    assert held(staff, book) == {
        "contributors": "Frank Herbert",
        "format": "Paperback",
        "on_sale": "yes",
        "price": "9.99",
        "title": "Dune",
    }
    html = page(staff, book).content.decode()
    assert f"record {FeedRecord.objects.get().reference}" in html
    assert "Set by staff: feeds leave it as it is." in html


def test_a_field_that_is_given_back_is_the_feeds_at_once(staff, book):
    Book.objects.filter(pk=book.pk).update(title="Duen", staff_fields=["price", "title"])
    response = staff.post(f"/admin/shop/book/{book.pk}/release/", {"field": "title"}, follow=True)
    assert [str(message) for message in response.context["messages"]] == ["“Title” is the feed's again."]
    book.refresh_from_db()
    assert (book.title, book.sort_title, book.staff_fields) == ("Dune", "dune", ["price"])
    assert list(held(staff, book)) == ["price"]


def give_back(client, book, field):
    response = client.post(f"/admin/shop/book/{book.pk}/release/", {"field": field}, follow=True)
    return [str(message) for message in response.context["messages"]]


def test_what_the_feed_does_not_say_stays_and_is_said_to(staff, book, tmp_path):
    Book.objects.update(price=None, on_sale=False)
    FeedRecord.objects.all().delete()
    bring_in_what_is_there(tmp_path)
    Book.objects.update(
        price="5.00", on_sale=True, staff_fields=["contributors", "on_sale", "price", "subjects"]
    )
    stays = "“{}” stays as it is until the feed brings one: it has none."

    assert give_back(staff, book, "price") == [stays.format("Price")]
    assert give_back(staff, book, "subjects") == [stays.format("Subjects")]
    assert give_back(staff, book, "contributors") == ["“Contributors” is the feed's again."]
    assert give_back(staff, book, "on_sale") == ["“On sale” is the feed's again."]
    book.refresh_from_db()
    assert (str(book.price), book.staff_fields) == ("5.00", [])


def test_what_is_given_back_where_no_feed_tells_of_the_book_stays_and_is_said_to(staff, book):
    Book.objects.update(staff_fields=["pages", "title"])
    FeedRecord.objects.update(digest="")
    assert give_back(staff, book, "pages") == [
        "“Pages” stays as it is: the feed has withdrawn the book, until it brings it again."
    ]
    FeedRecord.objects.all().delete()
    assert give_back(staff, book, "title") == [
        "“Title” stays as it is: the book has no feed. A feed that brings it may set it."
    ]


def test_a_withdrawn_book_that_staff_sell_all_the_same_goes_off_sale_when_that_is_given_back(staff, book):
    FeedRecord.objects.filter(book=book).update(digest="")
    Book.objects.filter(pk=book.pk).update(withdrawn_at=timezone.now(), staff_fields=["on_sale", "title"])
    assert held(staff, book) == {"on_sale": "no: its sender has withdrawn it", "title": ""}

    staff.post(f"/admin/shop/book/{book.pk}/release/", {"field": "title"})
    book.refresh_from_db()
    assert (book.title, book.on_sale, book.listed) == ("Dune", True, True)
    staff.post(f"/admin/shop/book/{book.pk}/release/", {"field": "on_sale"})
    book.refresh_from_db()
    assert (book.staff_fields, book.on_sale, book.listed) == ([], False, False)


@pytest.mark.parametrize("name", ["", "title", "isbn", "pk", "x" * 5000, "\x00"])
def test_what_staff_do_not_hold_cannot_be_given_back(staff, book, name):
    before = Book.objects.values().get()
    response = staff.post(f"/admin/shop/book/{book.pk}/release/", {"field": name}, follow=True)
    assert "was not set by staff" in response.content.decode()
    assert Book.objects.values().get() == before


def test_giving_back_takes_a_post_by_somebody_who_may_change_the_book(client, book):
    Book.objects.update(staff_fields=["title"])
    user = make_stock_keeper()
    client.force_login(user)
    assert client.get(f"/admin/shop/book/{book.pk}/release/").status_code == 405
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename="view_book"))
    client.force_login(user)
    assert client.post(f"/admin/shop/book/{book.pk}/release/", {"field": "title"}).status_code == 403
    assert "Give back" not in page(client, book).content.decode()
    assert Book.objects.get().staff_fields == ["title"]


def test_a_book_without_a_feed_shows_what_staff_set_too(staff):
    book = make_book(staff_fields=["title"])
    assert held(staff, book) == {"title": ""}


def test_a_form_with_codes_that_the_shop_does_not_know_keeps_them(staff, book):
    Book.objects.update(format="ZZ", edition_type="XYZ")
    html = page(staff, book).content.decode()
    assert '<option value="ZZ" selected>Other (ZZ)</option>' in html
    assert '<option value="XYZ" selected>XYZ (XYZ)</option>' in html
    same = {"publisher": book.publisher_id, "publication_date": "", "first_published": ""}
    assert change(staff, book, format="ZZ", edition_type="XYZ", **same).status_code == 302
    book.refresh_from_db()
    assert (book.format, book.edition_type, book.staff_fields) == ("ZZ", "XYZ", [])


# --- Records


def test_a_feeds_record_is_shown_and_found_by_reference_and_isbn(staff, book):
    record = FeedRecord.objects.get()
    html = staff.get(f"/admin/shop/feedrecord/{record.pk}/change/").content.decode()
    assert "&quot;title&quot;: &quot;Dune&quot;" in html
    assert 'name="_save"' not in html
    for text in (record.reference, "978-0-441-01359-3"):
        found = staff.get("/admin/shop/feedrecord/", {"q": text})
        assert list(found.context["cl"].result_list) == [record]
    assert not staff.get("/admin/shop/feedrecord/", {"q": "nothing"}).context["cl"].result_list


def test_a_books_page_asks_as_often_however_much_feeds_have_brought(
    staff, book, django_assert_max_num_queries
):
    page(staff, book)
    Book.objects.update(staff_fields=["contributors", "description", "format", "pages", "price", "title"])
    with django_assert_max_num_queries(18):
        page(staff, book)
