"""Feeds come into the shop: `manage.py import_onix`."""

import csv
import os
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from inventory.models import RestockAlert, Stock, StockMovement
from shop.catalogue.onix import importing, planning
from shop.catalogue.onix.importing import begin_import, import_onix
from shop.catalogue.onix.ownership import held_by_staff, release
from shop.models import (
    Book,
    BookChange,
    BookSubjectCode,
    BookText,
    Contribution,
    Contributor,
    FeedImport,
    FeedNote,
    FeedRecord,
    ProductRelation,
    Publisher,
    Series,
    Subject,
    SubjectCode,
    Supplier,
    SupplierPrice,
    Work,
    WorkIdentifier,
)
from tests.makers import make_book, make_isbn, make_subject
from tests.onix_messages import (
    DUNE,
    EMMA,
    ULYSSES,
    contributor,
    dated,
    described,
    edition_of,
    message,
    price,
    product,
    published,
    related,
    relation,
    subject,
    supplied,
    text,
    told,
    write,
)

MACMILLAN = Path(__file__).parents[4] / "shared/data/onix-3.0-macmillan-21.xml"

CATALOGUE = (
    *(
        Book,
        BookChange,
        BookSubjectCode,
        BookText,
        Contribution,
        Contributor,
        FeedRecord,
        ProductRelation,
        Publisher,
    ),
    *(
        Series,
        Subject,
        SubjectCode,
        Supplier,
        SupplierPrice,
        Work,
        WorkIdentifier,
        Stock,
        StockMovement,
        RestockAlert,
    ),
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(tmp_path, capsys):
    """Imports a message of these records and gives what is printed."""

    def run(*products, options=(), **message_options):
        path = write(tmp_path / "feed.xml", *products, **message_options)
        call_command("import_onix", str(path), *options)
        return capsys.readouterr().out

    return run


def contents(*models):
    """Every row of what an import may touch."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in (models or CATALOGUE)}


FULL = (
    described(
        "The Dune",
        "<Collection><CollectionType>10</CollectionType><TitleDetail><TitleType>01</TitleType><TitleElement>"
        "<TitleElementLevel>02</TitleElementLevel><PartNumber>1</PartNumber><TitleText>Dune Saga</TitleText>"
        "</TitleElement></TitleDetail></Collection>",
        contributor("Frank Herbert"),
        contributor("John Schoenherr", "A12", number=2),
        "<Language><LanguageRole>01</LanguageRole><LanguageCode>eng</LanguageCode></Language>",
        "<Extent><ExtentType>00</ExtentType><ExtentValue>412</ExtentValue><ExtentUnit>03</ExtentUnit></Extent>",
        subject("93", "FLC", main=True, heading="Classic SF"),
        subject("10", "FIC028000"),
    ),
    told(
        text("03", "&lt;p&gt;Sand&lt;script&gt;x()&lt;/script&gt;&lt;/p&gt;", form="02"),
        text("04", "One. Two."),
    ),
    published(dated("01", "20200301"), dated("11", "1965", "05")),
    related(relation("03", EMMA)),
    supplied(price("9.99"), price("8.00", "01")),
)


def test_a_record_becomes_a_book_with_everything_that_belongs_to_it(bring):
    said = bring(product(DUNE, *FULL))
    book = Book.objects.get(isbn=DUNE)
    assert (book.title, book.sort_title, book.price, book.on_sale, book.listed) == (
        *("The Dune", "dune", Decimal("9.99"), True, True),
    )
    assert (book.format, book.language, book.pages, book.first_published) == ("BC", "eng", 412, 1965)
    assert (book.series.name, book.series_number, book.series_position) == ("Dune Saga", "1", 1)
    assert (book.publisher.name, book.imprint, str(book.publication_date)) == (
        "Ace Books",
        "Ace",
        "2020-03-01",
    )
    assert (book.publishing_status, book.availability_code) == ("04", "21")
    assert book.description == "<p>Sand</p>"
    assert book.byline == "Frank Herbert"
    assert " john schoenherr" in book.search_text
    assert [(c.contributor.name, c.role, c.position) for c in book.contributions.all()] == [
        ("Frank Herbert", "A01", 1),
        ("John Schoenherr", "A12", 2),
    ]
    assert (book.main_subject.path, book.main_subject.name) == ("fiction/science-fiction", "Science fiction")
    assert [s.path for s in book.subjects.all()] == ["fiction/science-fiction"]
    codes = BookSubjectCode.objects.filter(book=book).order_by("code__code")
    assert [(c.code.code, c.is_main) for c in codes] == [("FIC028000", False), ("FLC", True)]
    assert [(t.text_type, t.html) for t in book.texts.all()] == [("04", "<p>One. Two.</p>")]
    prices = book.supplier_prices.order_by("price_type")
    assert [(p.supplier.name, p.price_type, p.amount, p.currency) for p in prices] == [
        ("Gardners", "01", Decimal("8.00"), "GBP"),
        ("Gardners", "02", Decimal("9.99"), "GBP"),
    ]
    assert [(r.code, r.isbn) for r in book.relations.all()] == [("03", EMMA)]
    assert (book.stock.on_hand, book.stock.needs_restocking, book.stock_movements.count()) == (0, False, 0)
    assert not RestockAlert.objects.exists()
    assert BookChange.objects.filter(book_id=book.pk).exists()
    assert (book.feed_record.sender, book.feed_record.reference) == ("Test & Sons", f"ref-{DUNE}")
    assert "        1 new books\n" in said


def test_an_unchanged_message_changes_nothing_however_often_it_comes(bring):
    records = [product(DUNE, *FULL), product(EMMA)]
    bring(*records)
    before = contents()
    said = bring(*records)
    assert contents() == before
    assert "        2 unchanged\n" in said


def test_a_record_that_has_changed_changes_what_differs_and_nothing_else(bring):
    bring(product(DUNE, *FULL))
    before = contents(Contribution, BookText, SupplierPrice, BookSubjectCode, Stock)
    FULL_NOW = [*FULL[:1], *FULL[1:4], supplied(price("12.50"), price("8.00", "01"))]
    said = bring(product(DUNE, *FULL_NOW))
    book = Book.objects.get(isbn=DUNE)
    assert book.price == Decimal("12.50")
    after = contents(Contribution, BookText, SupplierPrice, BookSubjectCode, Stock)
    assert sorted(str(p["amount"]) for p in after.pop("SupplierPrice")) == ["12.50", "8.00"]
    before.pop("SupplierPrice")
    assert after == before
    assert "        1 books changed\n" in said


def test_contributors_subjects_and_texts_are_replaced_when_they_change(bring):
    bring(product(DUNE, *FULL))
    bring(
        product(
            *(DUNE, described("Dune", contributor("Brian Herbert", "B01"), subject("93", "FMB", main=True))),
            *(told(text("03", "Spice."), text("06", "Good.")), published(), supplied(price())),
        )
    )
    book = Book.objects.get(isbn=DUNE)
    assert [(c.contributor.name, c.role) for c in book.contributions.all()] == [("Brian Herbert", "B01")]
    assert (book.byline, book.description) == ("Brian Herbert (editor)", "<p>Spice.</p>")
    assert "brian herbert" in book.search_text and "frank" not in book.search_text
    assert [s.path for s in book.subjects.all()] == ["fiction/fantasy"]
    assert book.main_subject.path == "fiction/fantasy"
    assert [t.text_type for t in book.texts.all()] == ["06"]
    assert (book.series, book.pages, book.relations.count()) == (None, None, 0)  # a complete record replaces


def test_an_update_replaces_only_the_blocks_that_it_has(bring):
    bring(product(DUNE, *FULL))
    before = contents(Contribution, BookText, BookSubjectCode, ProductRelation)
    bring(product(DUNE, supplied(price("4.50"), availability="31"), notification="04"))
    book = Book.objects.get(isbn=DUNE)
    assert (book.title, book.pages, book.price, book.availability_code) == (
        "The Dune",
        412,
        Decimal("4.50"),
        "31",
    )
    assert contents(Contribution, BookText, BookSubjectCode, ProductRelation) == before
    bring(product(DUNE, told(text("03", "New words.")), notification="04"))
    book.refresh_from_db()
    assert (book.description, book.price) == ("<p>New words.</p>", Decimal("4.50"))


def test_a_deleted_record_takes_its_book_off_sale_and_a_later_one_brings_it_back(bring):
    bring(product(DUNE, *FULL))
    said = bring(product(DUNE, "<RecordSourceName>x</RecordSourceName>", notification="05"))
    book = Book.objects.get(isbn=DUNE)
    assert (book.on_sale, book.listed, bool(book.withdrawn_at)) == (False, False, True)
    assert (book.title, book.contributions.count()) == ("The Dune", 2)  # never erased
    assert "        1 withdrawn by their sender\n" in said
    assert "        1 unchanged\n" in bring(product(DUNE, "<a/>", notification="05"))
    assert "deleted" in bring(product(DUNE, supplied(price()), notification="04"))
    bring(product(DUNE, *FULL))
    book.refresh_from_db()
    assert (book.on_sale, book.listed, book.withdrawn_at) == (True, True, None)


def test_an_update_or_a_deletion_of_what_was_never_received_does_nothing(bring):
    said = bring(
        product(DUNE, supplied(price()), notification="04"), product(EMMA, "<a/>", notification="05")
    )
    assert "an update to a record that the shop has not received" in said
    assert "deletes what the shop has never received" in said
    assert not Book.objects.exists()


@pytest.mark.parametrize("notification", ["08", "09", "88", "89", "77", ""])
def test_notices_tests_and_unknown_notifications_are_passed_over_and_told(bring, notification):
    said = bring(product(DUNE, notification=notification))
    assert f"notification type {notification or '–'}, which tells of no book to sell" in said
    assert not Book.objects.exists()


def test_an_isbn_belongs_to_one_record_in_a_file_and_from_file_to_file(bring):
    said = bring(
        product(DUNE, reference="first"),
        product(DUNE, described("Dune again"), published(), supplied(price()), reference="second"),
    )
    assert f"second: rejected: the ISBN of another record: {DUNE}, Test & Sons: first" in said
    bring(product(DUNE, described("Dune, other"), published(), supplied(price())), sender="Another house")
    assert Book.objects.get().title == "Dune"
    assert FeedRecord.objects.get().reference == "first"


def test_a_record_never_means_another_book(bring):
    bring(product(DUNE, reference="one"))
    said = bring(product(EMMA, reference="one"))
    assert f"another ISBN than the record had before: {EMMA}" in said
    assert list(Book.objects.values_list("isbn", flat=True)) == [DUNE]


def test_the_same_record_twice_in_a_file_ends_as_the_later_says(bring):
    later = product(DUNE, described("Dune, later"), published(), supplied(price()))
    said = bring(product(DUNE), later, product(DUNE, supplied(price("3.00")), notification="04"))
    book = Book.objects.get()
    assert (book.title, book.price) == ("Dune, later", Decimal("3.00"))
    assert "        1 new books\n        2 books changed\n" in said


def test_records_that_make_no_book_are_rejected_by_name_and_line_and_the_others_come_in(bring, tmp_path):
    path = tmp_path / "rejects.csv"
    said = bring(
        *(product("", *FULL, reference="none"), product("9780441013590", reference="wrong"), product(EMMA)),
        product(ULYSSES, described(" "), published(), supplied(price()), reference="=SUM(A1)"),
        "<Product><NotificationType>03</NotificationType></Product>",
        options=["--rejects", str(path)],
    )
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["record reference", "line", "reason"]
    assert [(row[0], row[2]) for row in rows[1:]] == [
        ("none", "no valid ISBN"),
        ("wrong", "no valid ISBN: 9780441013590"),
        ("'=SUM(A1)", "no title"),
        ("", "no RecordReference"),
    ]
    assert rows[1][1] == "4"
    assert "        4 rejected\n" in said
    assert list(Book.objects.values_list("isbn", flat=True)) == [EMMA]


# --- Staff and feed


def test_a_book_that_the_shop_had_is_filled_by_the_feed_but_for_what_staff_have_set(bring):
    book = make_book("Dune, ours", isbn=DUNE, price="4.00", stock=3, pages=500, first_published=1964)
    held_by_staff(book, ["title", "price", "copies"])
    bring(product(DUNE, *FULL))
    book.refresh_from_db()
    assert book.staff_fields == ["price", "title"]
    assert (book.title, book.price, book.pages) == ("Dune, ours", Decimal("4.00"), 412)
    assert (book.stock.on_hand, book.contributions.first().contributor.name) == (
        3,
        "Frank Herbert",
    )
    assert book.feed_record.reference == f"ref-{DUNE}"


def test_what_a_feed_never_said_stays_as_the_shop_has_it(bring):
    book = make_book("Dune", isbn=DUNE, subtitle="A novel", pages=500, first_published=1965)
    bring(product(DUNE))
    book.refresh_from_db()
    assert (book.subtitle, book.pages, book.first_published) == ("A novel", 500, 1965)


def test_a_field_that_staff_release_takes_at_once_what_the_feed_said_last(bring):
    bring(product(DUNE, *FULL))
    book = Book.objects.get()
    Book.objects.update(title="Dune, ours", price="4.00")
    mine = make_subject("Worms")
    book.subjects.set([mine])
    held_by_staff(book, ["title", "price", "subjects", "main_subject", "contributions"])
    assert book.staff_fields == ["contributors", "price", "subjects", "title"]
    newer = [described("Dune, newest", contributor("Somebody Else"), subject("93", "FMB")), *FULL[1:]]
    bring(product(DUNE, *newer))
    book.refresh_from_db()
    assert (book.title, book.price, book.byline) == ("Dune, ours", Decimal("4.00"), "Frank Herbert")
    assert [s.path for s in book.subjects.all()] == ["worms"]


@pytest.mark.django_db(transaction=True)
def test_releasing_gives_back_one_field_and_leaves_the_others_to_staff(tmp_path):
    call_command("import_onix", str(write(tmp_path / "feed.xml", product(DUNE, *FULL))))
    book = Book.objects.get()
    Book.objects.update(title="Dune, ours", price="4.00")
    book.subjects.clear()
    book.refresh_from_db()
    held_by_staff(book, ["title", "price", "subjects"])
    assert release(book_id=book.pk, field="title")
    book.refresh_from_db()
    assert (book.title, book.sort_title, book.price, book.staff_fields) == (
        *("The Dune", "dune", Decimal("4.00"), ["price", "subjects"]),
    )
    assert " the dune" in book.search_text
    assert release(book_id=book.pk, field="subjects")
    assert [s.path for s in book.subjects.all()] == ["fiction/science-fiction"]
    assert not release(book_id=book.pk, field="pages")


def test_a_book_that_staff_have_taken_off_sale_or_put_on_it_stays_so(bring):
    bring(product(DUNE, *FULL), product(EMMA))
    Book.objects.filter(isbn=DUNE).update(on_sale=False, listed=False)
    for book in Book.objects.all():
        held_by_staff(book, ["on_sale"])
    gone = published(status="07"), supplied(price("5.00"), availability="51")
    bring(
        product(DUNE, described("Dune"), *gone[:1], supplied(price("5.00"))),
        product(EMMA, described("Emma"), *gone),
    )
    assert dict(Book.objects.values_list("isbn", "on_sale")) == {DUNE: False, EMMA: True}


def test_a_book_out_of_print_is_sold_as_long_as_the_shop_has_copies(bring):
    gone = described("Dune"), published(status="07"), supplied(price(), availability="51")
    make_book("Dune", isbn=DUNE, stock=2)
    said = bring(product(DUNE, *gone), product(EMMA, *gone))
    assert dict(Book.objects.values_list("isbn", "on_sale")) == {DUNE: True, EMMA: False}
    assert "        1 not to be had any more, and no copy is left here" in said


def test_books_without_a_price_in_the_shop_s_currency_and_files_come_in_off_sale_and_are_told(bring):
    said = bring(
        product(DUNE, described("Dune"), published(), supplied(price(currency="AUD"))),
        product(EMMA, described("Emma", form="EA"), published(), supplied(price())),
    )
    assert [(b.on_sale, b.price) for b in Book.objects.order_by("isbn")] == [
        (False, Decimal("9.99")),
        (False, None),
    ]
    assert "        1 no price in the shop's currency" in said
    assert "        1 to be delivered as a file" in said


def test_a_mapping_that_staff_have_made_is_kept_and_used(bring):
    mine = make_subject("Worms")
    SubjectCode.objects.create(scheme="93", code="FLC", subject=mine)
    SubjectCode.objects.create(scheme="10", code="FIC028000", subject=None)
    bring(product(DUNE, *FULL))
    assert [s.path for s in Book.objects.get().subjects.all()] == ["worms"]
    assert SubjectCode.objects.get(code="FIC028000").subject is None


# --- Works


def test_editions_that_name_the_same_work_or_each_other_come_together(bring):
    other = make_isbn()
    bring(
        product(DUNE, described("Dune"), published(), related(edition_of("W1")), supplied(price())),
        product(EMMA, described("Emma"), published(), supplied(price())),
    )
    bring(
        product(
            ULYSSES, described("Dune", form="BB"), published(), related(edition_of("W1")), supplied(price())
        ),
        product(
            other, described("Emma", form="BB"), published(), related(relation("06", EMMA)), supplied(price())
        ),
    )
    works = dict(Book.objects.values_list("isbn", "work_id"))
    assert works[DUNE] == works[ULYSSES] != works[EMMA] == works[other]
    assert None not in works.values()
    listed = set(Book.objects.filter(listed=True).values_list("isbn", flat=True))
    assert listed == {DUNE, EMMA}  # one edition of each: the paperback


def test_a_relation_to_a_book_that_comes_later_joins_them_then(bring):
    bring(product(DUNE, described("Dune"), published(), related(relation("06", EMMA)), supplied(price())))
    assert Book.objects.get().work is None
    bring(product(EMMA, described("Dune", form="BB"), published(), supplied(price())))
    assert len(set(Book.objects.values_list("work_id", flat=True)) - {None}) == 1


# --- Dry runs, failures, interruptions


def test_a_dry_run_says_what_would_change_and_writes_nothing(bring, capsys, tmp_path):
    bring(product(DUNE, *FULL), product(ULYSSES, described("Ulysses"), published(), supplied(price())))
    before = contents(*CATALOGUE, FeedImport, FeedNote)
    changed = [FULL[0].replace("412", "420"), *FULL[1:4], supplied(price("12.50"))]
    said = bring(
        *(
            product(DUNE, *changed),
            product(EMMA),
            product(EMMA, reference="twice"),
            product("", reference="bad"),
        ),
        product(ULYSSES, "<a/>", notification="05"),
        options=["--dry-run"],
    )
    assert contents(*CATALOGUE, FeedImport, FeedNote) == before
    assert f"ref-{DUNE}: changed: pages: 412 → 420; price: 9.99 → 12.50; prices" in said
    assert f"ref-{EMMA}: new: {EMMA} Dune" in said
    assert f"twice: rejected: the ISBN of another record: {EMMA}, ref-{EMMA}" in said
    assert "bad: rejected: no valid ISBN" in said
    assert f"ref-{ULYSSES}: withdrawn" in said
    assert "nothing has been changed" in said
    assert "        1 new books\n        1 books changed\n" in said


@pytest.mark.parametrize("options", [["--dry-run"], []])
def test_a_book_that_a_file_has_twice_is_off_sale_once(bring, options):
    unpriced = (described(), published(), supplied())
    said = bring(
        *(product(DUNE, *unpriced), product(DUNE, *unpriced), product(DUNE, *unpriced, reference="twice")),
        product(EMMA, *unpriced),
        options=options,
    )
    assert "        2 no price in the shop's currency\n" in said


def test_what_comes_before_the_place_where_a_file_is_cut_off_stays(bring, tmp_path, capsys):
    whole = message(*(product(make_isbn()) for _ in range(7)), product(EMMA))
    path = tmp_path / "cut.xml"
    path.write_bytes(whole[:-200])
    with pytest.raises(CommandError, match="Not everything could be read"):
        call_command("import_onix", str(path))
    assert Book.objects.count() == 7
    run = FeedImport.objects.get()
    assert (run.status, run.position, run.added) == ("failed", 7, 7)
    assert "cut off" in run.problem
    path.write_bytes(whole)
    call_command("import_onix", str(path))
    assert Book.objects.count() == 8


def test_of_several_files_one_that_cannot_be_read_does_not_stop_the_others(tmp_path, capsys):
    good, bad = write(tmp_path / "good.xml", product()), tmp_path / "bad.xml"
    bad.write_bytes(b'<ONIXMessage release="2.1"/>')
    with pytest.raises(CommandError):
        call_command("import_onix", str(bad), str(tmp_path / "none.xml"), str(good))
    told = capsys.readouterr().err
    assert "bad.xml: This is ONIX 2.1" in told
    assert "none.xml cannot be opened" in told
    assert Book.objects.count() == 1


def test_a_record_that_the_database_refuses_keeps_none_of_the_others_out(bring, monkeypatch):
    monkeypatch.setattr("shop.catalogue.onix.descriptive.TITLE", 900)
    monkeypatch.setattr(
        "shop.catalogue.onix.writing.sort_title", lambda title: title[:1] * (400 if "!" in title else 1)
    )
    if connection.vendor == "sqlite":  # which takes any length: a price that its constraint refuses instead
        monkeypatch.setattr(planning.Said, "by", classmethod(spoilt(planning.Said.by)))
    said = bring(product(DUNE, described("Bad!"), published(), supplied(price())), product(EMMA))
    assert "the database refuses it" in said
    assert list(Book.objects.values_list("isbn", flat=True)) == [EMMA]


def spoilt(by):
    def spoil(cls, isbn, blocks, terms):
        said = by(isbn, blocks, terms)
        if "!" in said.wanted.fields["title"]:
            said.wanted.fields["price"] = Decimal("-1")
        return said

    return spoil


def test_an_interrupted_import_goes_on_where_it_stopped(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(importing, "BATCH", 5)
    path = write(tmp_path / "feed.xml", *(product(make_isbn()) for _ in range(23)))

    class PulledPlug(Exception):
        pass

    def pull(run):
        if run.position == 15:
            raise PulledPlug

    run = begin_import(path)
    with pytest.raises(PulledPlug):
        import_onix(run, path, on_note=lambda note: None, on_progress=pull)
    assert Book.objects.count() == 15
    assert FeedImport.objects.get().status == "running"
    before = contents(Book)
    call_command("import_onix", str(path))
    assert "going on after 15 records" in capsys.readouterr().out
    assert Book.objects.count() == 23
    assert contents(Book)["Book"][:15] == before["Book"]
    run.refresh_from_db()
    assert (run.status, run.position, run.added, run.unchanged) == ("done", 23, 23, 0)


def test_two_processes_do_not_take_one_import_further_at_the_same_time(tmp_path):
    path = write(tmp_path / "feed.xml", product())
    run = begin_import(path)
    FeedImport.objects.filter(pk=run.pk).update(position=4)  # as another process has
    with pytest.raises(importing.AlreadyRunning):
        import_onix(run, path, on_note=lambda note: None, on_progress=lambda run: None)
    assert not Book.objects.exists()


def test_what_a_run_has_to_say_is_kept_with_it(bring):
    bring(product(DUNE), product("", reference="bad"))
    run = FeedImport.objects.get()
    assert (run.status, run.sender, run.position, run.added, run.rejected) == ("done", "Test & Sons", 2, 1, 1)
    assert run.bytes_read == run.bytes_total > 0
    assert run.finished_at <= timezone.now()
    assert run.figures["rejected"] == {"no valid ISBN": 1}
    assert [(n.kind, n.reference, n.text) for n in run.notes.all()] == [("rejected", "bad", "no valid ISBN")]


def test_the_queries_of_a_batch_do_not_grow_with_its_books(tmp_path, django_assert_max_num_queries):
    def queries(count):
        path = write(
            tmp_path / f"{count}.xml",
            *(product(make_isbn(), FULL[0].replace("Frank", f"Frank {n}"), *FULL[1:]) for n in range(count)),
        )
        run = begin_import(path)
        with django_assert_max_num_queries(200) as found:
            import_onix(run, path, on_note=lambda note: None, on_progress=lambda run: None)
        return len(found)

    queries(1)  # makes the series, subjects and suppliers
    few, many = queries(5), queries(50)
    assert many < few + 10


def test_the_publisher_s_feed_goes_in_whole(settings, capsys):
    if not MACMILLAN.exists():
        return  # real data, where it is at hand
    settings.SHOP_CURRENCY = "AUD"
    call_command("import_onix", str(MACMILLAN))
    run = FeedImport.objects.get()
    assert (run.position, run.added, run.unchanged, run.rejected) == (21, 20, 1, 0)  # one record comes twice
    assert Book.objects.filter(price=None).count() == 0
    assert set(Book.objects.filter(on_sale=False).values_list("publishing_status", flat=True)) == {"07"}


# --- A real kill


@pytest.mark.django_db(transaction=True)
def test_a_process_that_is_killed_leaves_whole_batches_and_the_next_finishes(tmp_path):
    path = write(tmp_path / "feed.xml", *(product(make_isbn()) for _ in range(4000)))
    name = connection.settings_dict["NAME"]
    environment = {**os.environ, "ONIX_TEST_DATABASE": str(name), "DJANGO_SETTINGS_MODULE": "tests.settings"}
    process = subprocess.Popen(
        [sys.executable, "-c", IMPORT, str(path)], env=environment, stderr=subprocess.PIPE
    )
    deadline = time.monotonic() + 60
    while Book.objects.count() < 500 and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    problem = process.communicate()[1]
    assert process.returncode in (-signal.SIGKILL, 0), problem
    run = FeedImport.objects.get()
    assert Book.objects.count() == run.position == run.added >= 500
    assert run.position % importing.BATCH == 0
    assert FeedRecord.objects.count() == Stock.objects.count() == run.position
    call_command("import_onix", str(path))
    run.refresh_from_db()
    assert (run.status, run.added, Book.objects.count()) == ("done", 4000, 4000)


IMPORT = """
import os, sys
import tests.settings
name = os.environ["ONIX_TEST_DATABASE"]
tests.settings.DATABASES["default"]["NAME"] = name
import django
django.setup()
from django.core.management import call_command
call_command("import_onix", sys.argv[1])
"""
