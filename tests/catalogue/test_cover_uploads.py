"""Covers that staff upload: how they are stored, replaced, taken away and shown."""

import re
from io import BytesIO

import pytest
from django.core.files.storage import default_storage, storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from PIL import Image

from shop.catalogue.covers import uploads
from shop.catalogue.covers.files import names_by_width
from shop.catalogue.covers.pictures import read_picture
from shop.catalogue.covers.replacing import replace_cover
from shop.models import Book
from tests.makers import make_administrator, make_book, make_subject

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _storage_without_folders(settings):
    """As a remote one: it has no paths on this machine."""
    memory = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    settings.STORAGES = settings.STORAGES | {"default": memory}


@pytest.fixture
def staff(client):
    client.force_login(make_administrator())
    return client


@pytest.fixture
def post(staff, django_capture_on_commit_callbacks):
    """Send a form, commit, and do what is done after that."""

    def send(address, sent):
        with django_capture_on_commit_callbacks(execute=True):
            return staff.post(address, sent)

    return send


def picture(size=(1000, 1500), colour="red", name="front.png"):
    content = BytesIO()
    Image.new("RGB", size, colour).save(content, "PNG")
    return SimpleUploadedFile(name, content.getvalue())


def form(book, **changes):
    """What the form of a book sends."""
    return {
        "isbn": book.isbn,
        "title": book.title,
        "price": "9.99",
        "format": "BC",
        "on_sale": "on",
        "contributions-TOTAL_FORMS": "0",
        "contributions-INITIAL_FORMS": "0",
        **changes,
    }


def change(book):
    return f"/admin/shop/book/{book.pk}/change/"


def stored():
    """The names of all files there are."""
    folder = "covers"
    return set(default_storage.listdir(folder)[1]) if default_storage.exists(folder) else set()


def with_cover(book, **kwargs):
    replace_cover(book_id=book.pk, picture=read_picture(picture(**kwargs)))
    book.refresh_from_db()
    return book


# --- Storing


def test_an_uploaded_cover_is_stored_in_several_widths_and_the_upload_is_not(post):
    book = make_book(authors=())
    assert post(change(book), form(book, cover=picture(name="../../evil.html"))).status_code == 302
    book.refresh_from_db()
    assert re.fullmatch(rf"covers/{book.isbn}-[a-z0-9]{{12}}-800x1200\.webp", book.cover.name)
    stem = book.cover.name.removeprefix("covers/").removesuffix("-800x1200.webp")
    assert stored() == {f"{stem}-{end}.webp" for end in ("160", "320", "480", "800x1200")}
    for width, name in names_by_width(book.cover.name).items():
        with default_storage.open(name) as file, Image.open(file) as image:
            assert (image.format, image.width) == ("WEBP", width)


def test_a_new_book_can_come_with_its_cover(post):
    isbn = "9780441013593"
    post("/admin/shop/book/add/", form(Book(isbn=isbn, title="Dune"), copies="3", cover=picture()))
    assert len(stored()) == 4
    assert Book.objects.get(isbn=isbn).cover.name.startswith(f"covers/{isbn}-")


def test_the_same_picture_again_has_another_address(post):
    book = with_cover(make_book(authors=()))
    before = stored()
    post(change(book), form(book, cover=picture()))
    assert len(stored()) == 4
    assert not stored() & before
    assert Book.objects.get().cover.name.removeprefix("covers/") in stored()


def test_a_form_sent_without_a_cover_leaves_the_cover_as_it_is(post):
    book = with_cover(make_book(authors=()))
    before = stored()
    post(change(book), form(book, title="Another title"))
    assert (Book.objects.get().title, Book.objects.get().cover) == ("Another title", book.cover)
    assert stored() == before


def test_a_cover_that_is_taken_away_leaves_no_files_and_the_drawn_one(post):
    book = with_cover(make_book(authors=()))
    post(change(book), form(book, **{"cover-clear": "on"}))
    book.refresh_from_db()
    assert not book.cover
    assert "/cover.svg?" in book.cover_url
    assert not stored()


def test_a_cover_goes_with_the_book_that_was_added_by_mistake(post):
    book = with_cover(make_book(stock=0))
    post(f"/admin/shop/book/{book.pk}/delete/", {"post": "yes"})
    assert not Book.objects.exists()
    assert not stored()


def test_covers_from_before_there_were_widths_are_shown_and_replaced(post):
    book = make_book(authors=())
    book.cover.save("old.jpg", picture())
    assert (book.cover_url, book.cover_srcset) == (book.cover.url, "")
    post(change(book), form(book, cover=picture()))
    assert len(stored()) == 4
    assert "old.jpg" not in stored()


# --- When something goes wrong


def test_what_is_no_cover_is_refused_with_a_reason_and_nothing_is_saved(post):
    book = with_cover(make_book("Dune", authors=()))
    before = stored()
    for content, problem in [
        (b"<svg/>", "JPEG, PNG or WebP"),
        (picture().read()[:400], "damaged"),
        (b"", "empty"),
    ]:
        sent = form(book, title="Emma", cover=SimpleUploadedFile("front.png", content))
        assert problem in post(change(book), sent).content.decode()
    assert (Book.objects.get().title, Book.objects.get().cover) == ("Dune", book.cover)
    assert stored() == before


def test_a_good_picture_in_a_form_with_a_mistake_is_not_stored(post):
    book = make_book(authors=())
    assert post(change(book), form(book, price="free", cover=picture())).status_code == 200
    assert not stored()


def test_a_transaction_that_is_undone_has_written_no_file(staff):
    book = make_book(authors=())
    staff.post(change(book), form(book, cover=picture()))  # no commit comes in this test
    assert not stored()
    assert not Book.objects.get().cover


@pytest.mark.django_db(transaction=True)
def test_a_storage_that_fails_half_way_leaves_the_book_its_old_cover_and_says_so(staff, monkeypatch):
    book = with_cover(make_book(authors=()))
    before = stored()
    save = default_storage.save

    def full_at_the_third(name, content, **kwargs):
        if len(stored()) == len(before) + 2:
            raise OSError("No space left on device")
        return save(name, content, **kwargs)

    monkeypatch.setattr(storages["default"], "save", full_at_the_third)
    page = staff.post(change(book), form(book, title="Another title", cover=picture()), follow=True)
    assert "could not be stored" in page.content.decode()
    assert (Book.objects.get().title, Book.objects.get().cover) == ("Another title", book.cover)
    assert stored() == before


def test_files_that_cannot_be_deleted_stop_nobody(post, monkeypatch):
    book = with_cover(make_book(authors=()))

    def away(name):
        raise OSError("The storage is away")

    monkeypatch.setattr(storages["default"], "delete", away)
    post(change(book), form(book, cover=picture()))
    assert Book.objects.get().cover != book.cover


def test_of_two_covers_uploaded_at_once_the_book_has_one_and_the_other_leaves_no_files(monkeypatch):
    book = make_book()
    save, also = default_storage.save, read_picture(picture(colour="blue"))

    def while_the_other_is_written(name, content, **kwargs):
        monkeypatch.setattr(storages["default"], "save", save)
        replace_cover(book_id=book.pk, picture=also)
        return save(name, content, **kwargs)

    monkeypatch.setattr(storages["default"], "save", while_the_other_is_written)
    with_cover(book)
    assert stored() == {name.removeprefix("covers/") for name in names_by_width(book.cover.name).values()}


def test_the_cover_of_a_book_that_is_gone_leaves_no_files(monkeypatch):
    book = make_book(stock=0)
    save = default_storage.save

    def while_the_book_goes(name, content, **kwargs):
        Book.objects.all().delete()
        return save(name, content, **kwargs)

    monkeypatch.setattr(storages["default"], "save", while_the_book_goes)
    with pytest.raises(Book.DoesNotExist):
        replace_cover(book_id=book.pk, picture=read_picture(picture()))
    assert not stored()


@pytest.mark.django_db(transaction=True)
def test_pictures_are_read_before_the_transaction_and_stored_after_it(staff, monkeypatch):
    book = make_book(authors=())
    inside = {}

    def noting(name, work):
        def noted(*args, **kwargs):
            inside[name] = connection.in_atomic_block
            return work(*args, **kwargs)

        return noted

    monkeypatch.setattr(uploads, "read_picture", noting("read", read_picture))
    monkeypatch.setattr(Book, "save", noting("saved", Book.save))
    monkeypatch.setattr(storages["default"], "save", noting("stored", default_storage.save))
    staff.post(change(book), form(book, cover=picture()))
    assert inside == {"read": False, "saved": True, "stored": False}
    assert Book.objects.get().cover


# --- Showing


def test_pages_offer_browsers_every_width(client):
    fiction = make_subject()
    book = with_cover(make_book(subjects=(fiction,)))
    make_book("A drawn one", subjects=(fiction,))
    assert [part.split()[1] for part in book.cover_srcset.split(", ")] == ["160w", "320w", "480w", "800w"]
    for address in (book.get_absolute_url(), "/books/", fiction.get_absolute_url()):
        page = client.get(address).content.decode()
        assert page.count(f'srcset="{book.cover_srcset}"') == 1
        assert page.count("srcset=") == page.count("sizes=") == 1  # what is drawn needs none
        assert f'src="{book.cover_url}"' in page


def test_addresses_and_widths_are_known_without_asking_the_storage(monkeypatch, client):
    with_cover(make_book())

    def asked(*args, **kwargs):
        raise AssertionError("the storage was asked")

    for name in ("exists", "open", "size"):
        monkeypatch.setattr(storages["default"], name, asked)
    assert "srcset=" in client.get("/books/").content.decode()
