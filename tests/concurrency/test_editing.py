"""Staff save a book while something else changes it, on MariaDB; and with the guard taken away."""

from decimal import Decimal
from threading import Thread

import pytest
from django.contrib import admin
from django.db import connection
from django.urls import reverse

from shop.catalogue.admin.books import BookAdmin
from shop.models import Book
from tests.catalogue.test_admin import change
from tests.makers import make_administrator, make_book

from .racers import PATIENCE

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

A_MOMENT = 0.5  # seconds that are waited for an UPDATE which is held up


@pytest.fixture
def staff(client):
    client.force_login(make_administrator())
    return client


def meanwhile(monkeypatch, book, patience=PATIENCE):
    """Have the book change between being read and being saved; gives what waits for that to be done."""

    def feed():
        Book.objects.filter(pk=book.pk).update(price="12.00", imprint="Pan", cover="covers/new.webp")
        connection.close()

    def save_model(*args, **kwargs):
        thread.start()
        thread.join(patience)
        return as_before(*args, **kwargs)

    as_before = BookAdmin.save_model
    thread = Thread(target=feed, daemon=True)
    monkeypatch.setattr(BookAdmin, "save_model", save_model)
    return lambda: thread.join(PATIENCE)


def as_it_is(book):
    return Book.objects.values_list("title", "price", "imprint", "cover").get(pk=book.pk)


def test_what_changes_while_staff_save_a_book_comes_after_it(staff, monkeypatch):
    book = make_book("Dune")
    wait = meanwhile(monkeypatch, book, A_MOMENT)

    assert change(staff, book, title="Dune, revised").status_code == 302
    wait()

    assert as_it_is(book) == ("Dune, revised", Decimal("12.00"), "Pan", "covers/new.webp")


def test_without_the_lock_it_would_be_undone(staff, monkeypatch):
    book = make_book("Dune")
    wait = meanwhile(monkeypatch, book)
    monkeypatch.setattr(BookAdmin, "get_queryset", admin.ModelAdmin.get_queryset)

    change(staff, book, title="Dune, revised")
    wait()

    assert as_it_is(book) == ("Dune, revised", Decimal("9.99"), "", "")


def test_the_list_saves_of_a_book_what_is_edited_there_and_no_more(staff, monkeypatch):
    book = make_book("Dune")
    wait = meanwhile(monkeypatch, book)
    form = {"form-TOTAL_FORMS": 1, "form-INITIAL_FORMS": 1, "form-0-id": book.pk, "_save": "Save"}

    assert staff.post(reverse("admin:shop_book_changelist"), form).status_code == 302
    wait()

    assert as_it_is(book) == ("Dune", Decimal("12.00"), "Pan", "covers/new.webp")
    book.refresh_from_db()
    assert not book.on_sale and not book.listed
