"""The address of a book's cover."""

import pytest
from django.core.files.base import ContentFile

from shop.models import Subject
from tests.makers import make_book, make_subject

pytestmark = pytest.mark.django_db


def test_a_drawn_cover_is_kept_by_browsers_for_as_long_as_its_address_is_right(client):
    book = make_book()
    response = client.get(book.cover_url)
    assert response.status_code == 200
    assert response["Content-Type"] == "image/svg+xml"
    assert response["Cache-Control"] == "public, max-age=31536000, immutable"
    assert b"<svg" in response.content


@pytest.mark.parametrize("query", ["", "?v=", "?v=old", "?v=%00"])
def test_a_drawn_cover_at_any_other_address_is_kept_for_minutes(client, query):
    book = make_book()
    response = client.get(f"/books/{book.isbn}/cover.svg{query}")
    assert response.status_code == 200
    assert response["Cache-Control"] == "public, max-age=300"


def test_a_cover_has_a_new_address_once_what_is_on_it_changes():
    subject = make_subject("Fiction", colour="#112233")
    book = make_book(subjects=(subject,))
    addresses = {book.cover_url}
    Subject.objects.update(colour="#445566")
    book.refresh_from_db()
    addresses.add(book.cover_url)
    book.title = "Another"
    addresses.add(book.cover_url)
    book.price = 1
    addresses.add(book.cover_url)
    assert len(addresses) == 3


def test_a_browser_that_has_the_cover_is_told_so(client):
    book = make_book()
    etag = client.get(book.cover_url)["ETag"]
    response = client.get(book.cover_url, headers={"If-None-Match": etag})
    assert (response.status_code, response.content) == (304, b"")


def test_a_cover_can_do_nothing_and_knows_nobody(client, django_assert_num_queries):
    book = make_book()
    with django_assert_num_queries(1):
        response = client.get(book.cover_url)
    policy = response["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "script-src" not in policy
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")


def test_markup_in_a_title_stays_text_on_the_cover(client):
    book = make_book("<script>alert(1)</script> & Sons", subtitle='"</text>')
    assert b"<script" not in client.get(book.cover_url).content


@pytest.mark.parametrize("isbn", ["9780441013593", "abc", "%00", "9" * 4000])
def test_an_unknown_book_has_no_cover(client, isbn):
    assert client.get(f"/books/{isbn}/cover.svg").status_code == 404


def test_an_uploaded_cover_is_used_instead_of_the_drawn_one(client):
    book = make_book()
    drawn = book.cover_url
    book.cover.save("front.png", ContentFile(b"not looked at here"))
    assert book.cover_url == book.cover.url
    assert book.cover.url in client.get(book.get_absolute_url()).content.decode()
    response = client.get(drawn)
    assert (response.status_code, response["Location"]) == (302, book.cover.url)
