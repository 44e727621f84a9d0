"""Staff, a feed and a sheet at one book at once, on MariaDB; and with the guard taken away."""

from decimal import Decimal
from threading import Thread

import pytest
from django.core.management import call_command
from django.db import connection
from tablib import Dataset

from shop.catalogue import resources
from shop.catalogue.onix import importing, planning
from shop.models import Book
from tests.onix_messages import DUNE, described, price, product, published, supplied, write

from .racers import PATIENCE

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

A_MOMENT = 0.5  # seconds that are waited for an UPDATE which is held up


def titled(path, title):
    call_command(
        "import_onix",
        write(path / "feed.xml", product(DUNE, described(title), published(), supplied(price()))),
    )


@pytest.fixture
def interrupted(monkeypatch):
    """Has staff set the title between an import's reading and its writing; gives what waits for that to be done."""

    def staff():
        Book.objects.filter(isbn=DUNE).update(title="Dune, as staff have it", staff_fields=["title"])
        connection.close()

    def meanwhile(patience):
        def interrupt(*args, **options):
            thread.start()
            thread.join(patience)
            carry_out(*args, **options)

        carry_out = importing.carry_out
        monkeypatch.setattr(importing, "carry_out", interrupt)
        return lambda: thread.join(PATIENCE)

    thread = Thread(target=staff, daemon=True)
    return meanwhile


def test_what_staff_set_during_an_import_stays(tmp_path, interrupted):
    titled(tmp_path, "Dune")
    wait = interrupted(A_MOMENT)
    titled(tmp_path, "Dune, as the feed has it")
    wait()

    assert Book.objects.get().title == "Dune, as staff have it"


def test_without_the_lock_the_feed_would_overwrite_it(tmp_path, interrupted, monkeypatch):
    titled(tmp_path, "Dune")
    wait = interrupted(PATIENCE)
    monkeypatch.setattr(planning, "hold_editions", lambda book_ids: None)
    titled(tmp_path, "Dune, as the feed has it")
    wait()

    assert Book.objects.get().title == "Dune, as the feed has it"


def bring_in_a_sheet(monkeypatch, patience):
    """Have a sheet set the title while something else sets the price."""

    def elsewhere():
        Book.objects.filter(isbn=DUNE).update(price="12.00")
        connection.close()

    def save(book, is_create):
        thread.start()
        thread.join(patience)
        as_before(book, is_create)

    thread = Thread(target=elsewhere, daemon=True)
    sheet = resources.BookResource()
    as_before = sheet.do_instance_save
    monkeypatch.setattr(sheet, "do_instance_save", save)
    rows = Dataset([2, "", DUNE, "Dune, of the sheet"], headers=["line", "problem", "isbn", "title"])
    assert not sheet.import_data(rows, raise_errors=True).has_errors()
    thread.join(PATIENCE)
    return Book.objects.values_list("title", "price").get()


def test_what_is_set_while_a_sheet_comes_in_stays(tmp_path, monkeypatch):
    titled(tmp_path, "Dune")

    assert bring_in_a_sheet(monkeypatch, A_MOMENT) == ("Dune, of the sheet", Decimal("12.00"))


def test_without_the_lock_the_sheet_would_undo_it(tmp_path, monkeypatch):
    titled(tmp_path, "Dune")
    monkeypatch.setattr(resources, "hold_editions", lambda book_ids: None)

    assert bring_in_a_sheet(monkeypatch, PATIENCE) == ("Dune, of the sheet", Decimal("9.99"))
