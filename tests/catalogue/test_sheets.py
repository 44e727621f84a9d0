"""Books go out of the admin as a spreadsheet, and come back."""

import csv
import io
import os
import re
import zipfile
from datetime import date
from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from inventory.models import Stock, StockMovement
from shop.catalogue import intake
from shop.catalogue.editions import make_one_work
from shop.models import Book, BookChange, Contribution, Contributor
from tests.makers import make_administrator, make_book, make_contributor, make_isbn, make_stock_keeper

pytestmark = pytest.mark.django_db

IMPORT, CONFIRM, EXPORT = (f"/admin/shop/book/{name}/" for name in ("import", "process_import", "export"))
ISBN = "9780441013593"


@pytest.fixture
def staff(client):
    client.force_login(make_stock_keeper())
    return client


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.INTAKE_ROOT = tmp_path / "intake"
    return settings.INTAKE_ROOT


def as_csv(*rows, delimiter=","):
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter).writerows(rows)
    return buffer.getvalue().encode()


def as_xlsx(*rows):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def look_at(client, content, name="books.csv"):
    return client.post(IMPORT, {"import_file": SimpleUploadedFile(name, content), "resource": "0"})


def bring_in(client, content, name="books.csv"):
    """Look at the file and confirm; the page that one lands on."""
    preview = look_at(client, content, name)
    assert "confirm_form" in preview.context, mistakes(preview)
    return client.post(CONFIRM, preview.context["confirm_form"].initial, follow=True)


def mistakes(page):
    """What a preview says is wrong, as (row, column, text)."""
    form, result = page.context["form"], page.context.get("result")
    found = [("", name, str(problem)) for name, problems in form.errors.items() for problem in problems]
    for row in result.invalid_rows if result else []:
        for name, problems in row.field_specific_errors.items():
            found += [(row.number, name, str(problem)) for problem in problems]
    return found + [
        (line, "", str(e.error)) for line, errors in (result.row_errors() if result else []) for e in errors
    ]


def said(page):
    return " ".join(str(message) for message in page.context["messages"])


def export(client, kind="0", query=""):
    return client.post(EXPORT + query, {"format": kind})


def rows_of_csv(response):
    content = b"".join(response.streaming_content)
    assert content.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def snapshot():
    """Everything that an import could change."""
    return (
        list(Book.objects.order_by("pk").values()),
        list(Contribution.objects.order_by("pk").values()),
        list(Stock.objects.order_by("pk").values()),
        StockMovement.objects.count(),
        Contributor.objects.count(),
        BookChange.objects.count(),
        LogEntry.objects.count(),
    )


# --- Out


def test_a_row_says_what_a_bookseller_asks_of_a_book(staff):
    book = make_book(
        "Emma",
        authors=("Jane Austen", "Anne Other"),
        subtitle="A novel",
        series="Classics",
        series_number="4",
        publication_date=date(2003, 5, 6),
        pages=512,
        first_published=-750,
        description="<p>Handsome, clever, and rich.</p>",
        stock=7,
        price="6.50",
    )
    Contribution.objects.create(book=book, contributor=make_contributor("Ed Editor"), role="B01", position=3)
    response = export(staff)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="books-\d{4}-\d\d-\d\d\.csv"', response["Content-Disposition"])
    assert rows_of_csv(response) == [
        {
            "ISBN": book.isbn,
            "Title": "Emma",
            "Subtitle": "A novel",
            "Series": "Classics",
            "Series number": "4",
            "Authors": "Jane Austen; Anne Other",
            "Publisher": "Ace Books",
            "Imprint": "",
            "Format": "Paperback",
            "Edition type": "",
            "Language": "eng",
            "Pages": "512",
            "Minutes": "",
            "Weight": "",
            "Publication date": "2003-05-06",
            "Not sold before": "",
            "First published": "-750",
            "Price": "6.50",
            "On sale": "yes",
            "On hand": "7",
            "Available": "7",
            "Description": "<p>Handsome, clever, and rich.</p>",
        }
    ]


def test_a_workbook_has_numbers_where_one_counts_and_text_where_digits_count(staff):
    book = make_book("Emma", price="6.50")
    response = export(staff, "1")
    sheet = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    header, row = ([cell.value for cell in cells] for cells in sheet.iter_rows())
    found = dict(zip(header, row, strict=True))
    assert (found["ISBN"], found["Price"], found["On hand"]) == (book.isbn, 6.5, 20)


def test_the_list_is_exported_as_it_is_filtered_and_searched(staff):
    make_book("Emma", on_sale=False)
    make_book("Persuasion")
    make_book("Lavinia")
    assert {row["Title"] for row in rows_of_csv(export(staff))} == {"Emma", "Persuasion", "Lavinia"}
    assert [row["Title"] for row in rows_of_csv(export(staff, query="?on_sale__exact=0"))] == ["Emma"]
    assert [row["Title"] for row in rows_of_csv(export(staff, query="?q=lavinia"))] == ["Lavinia"]


@pytest.mark.parametrize("kind", ["0", "1"])
@pytest.mark.parametrize("title", ["=HYPERLINK(0)", "+1", "-1+1", "@SUM(A1)", "\t=1"])
def test_no_cell_is_a_formula(staff, kind, title):
    make_book("x")
    Book.objects.update(title=title)
    response = export(staff, kind)
    if kind == "0":
        assert rows_of_csv(response)[0]["Title"] == f"'{title}"
    else:
        cell = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active["B2"]
        assert (cell.value, cell.data_type) == (f"'{title}", "s")


def test_too_many_books_are_refused_before_anything_is_read(staff, monkeypatch):
    monkeypatch.setattr("shop.catalogue.sheets.formats.Csv.most_rows", 2)
    for _ in range(3):
        make_book()
    page = export(staff)
    assert "more than 2 books" in page.content.decode()
    assert len(rows_of_csv(export(staff, query=f"?q={Book.objects.first().isbn}"))) == 1


def test_an_export_asks_the_database_as_often_for_50_books_as_for_5(staff, django_assert_num_queries):
    for n in range(5):
        make_book(f"Book {n}", series=f"Series {n}", publisher=f"House {n}")
    rows_of_csv(export(staff))
    with django_assert_num_queries(9):
        rows_of_csv(export(staff))
    for n in range(5, 50):
        make_book(f"Book {n}", series=f"Series {n}", publisher=f"House {n}")
    with django_assert_num_queries(9):
        assert len(rows_of_csv(export(staff))) == 50


# --- There and back


@pytest.mark.parametrize(("kind", "name"), [("0", "books.csv"), ("1", "books.xlsx")])
def test_what_was_exported_comes_back_and_changes_nothing(staff, kind, name):
    make_book(
        "=Emma 'quoted', \"twice\"",
        authors=("Kurt Vonnegut, Jr.", "Smith, Lord", "-Dash"),
        subtitle="  spaced\nout  ",
        series="'=apostrophes",
        series_number="+1",
        publisher="@home & <away>",
        description="<p>One</p>\n<p>Two &amp; three</p>",
        format="ZZ",
        edition_type="ZZZ",
        first_published=-750,
        publication_date=date(1999, 12, 31),
        price="1000.00",
        stock=3,
    )
    make_book("Naïve ‘Ünïcode’ 書", authors=(), price="0.00", language="", stock=0)
    Book.objects.filter(pk=make_book("No price", on_sale=False).pk).update(price=None)
    before = snapshot()
    content = b"".join(export(staff, kind).streaming_content)
    preview = look_at(staff, content, name)
    assert mistakes(preview) == []
    assert preview.context["result"].totals["skip"] == 3
    assert "3 are as they were" in said(bring_in(staff, content, name))
    assert snapshot() == before


@pytest.mark.parametrize("as_file", [as_csv, as_xlsx])
def test_an_edited_sheet_changes_what_was_edited_and_nothing_else(staff, as_file):
    book = make_book("Frist", authors=("Jane Austen",), isbn=ISBN, price="9.99", subtitle="stays")
    other = make_book("Other")
    stock = list(Stock.objects.values())
    content = as_file(
        ["ISBN", "Title", "Price", "Authors", "Series", "Publisher", "On hand", "Nonsense"],
        [ISBN, "First", 12.5, "Anne Other; Jane Austen", "Firsts", "New House", 999, "x"],
        [other.isbn, "Other", 9.99, "Ursula K. Le Guin", "", "Ace Books", 1, ""],
    )
    page = bring_in(staff, content)
    assert "0 books are new, 1 has changed, 1 is as it was." in said(page)
    book.refresh_from_db()
    assert (book.title, book.price, book.subtitle) == ("First", Decimal("12.50"), "stays")
    assert (book.series_name, book.publisher.name) == ("Firsts", "New House")
    assert book.byline == "Anne Other and Jane Austen"
    assert book.search_text == " first stays firsts anne other jane austen"
    assert book.staff_fields == ["contributors", "price", "publisher", "series", "title"]
    other.refresh_from_db()
    assert other.staff_fields == []
    assert list(Stock.objects.values()) == stock
    entry = LogEntry.objects.get()
    assert (entry.object_id, entry.user.is_staff) == (str(book.pk), True)
    assert not list(intake.folder().iterdir())


def test_an_empty_cell_empties_and_a_column_that_is_not_there_leaves(staff):
    book = make_book("Emma", isbn=ISBN, subtitle="A novel", pages=512, series="Classics")
    bring_in(staff, as_csv(["isbn", "subtitle", "pages"], [ISBN, "", ""]))
    book.refresh_from_db()
    assert (book.subtitle, book.pages, book.series_name) == ("", None, "Classics")


def test_a_book_put_off_sale_leaves_the_lists_to_another_edition(staff):
    paperback, hardback = make_book("Emma", isbn=ISBN), make_book("Emma", format="BB")
    make_one_work([paperback, hardback])
    bring_in(staff, as_csv(["isbn", "on sale"], [ISBN, "no"]))
    assert list(Book.objects.listed()) == [hardback]


def test_everybody_but_the_authors_keeps_their_part(staff):
    book = make_book("Emma", isbn=ISBN, authors=("A",))
    editor = make_contributor("Ed Editor")
    Contribution.objects.create(book=book, contributor=editor, role="B01", position=2)
    bring_in(staff, as_csv(["isbn", "authors"], [ISBN, "B; C"]))
    parts = [(c.contributor.name, c.role, c.position) for c in book.contributions.all()]
    assert parts == [("B", "A01", 1), ("C", "A01", 2), ("Ed Editor", "B01", 3)]


# --- New books


def test_a_new_book_takes_its_place_in_the_shop(staff):
    bring_in(
        staff,
        as_csv(
            ["ISBN-13", "title", "author", "price", "binding", "published", "on hand", "description"],
            [
                "0-441-01359-7",
                "Dune",
                "Frank Herbert",
                "9.99",
                "Mass market paperback",
                "02/08/2005",
                "4",
                "Sand.",
            ],
        ),
    )
    book = Book.objects.get()
    assert (book.isbn, book.title, book.byline, book.format) == (ISBN, "Dune", "Frank Herbert", "BC")
    assert (book.on_sale, book.listed, book.sort_title) == (True, True, "dune")
    assert book.publication_date == date(2005, 8, 2)
    assert book.description == "<p>Sand.</p>"
    assert book.stock.on_hand == 4
    movement = StockMovement.objects.get()
    assert (movement.kind, movement.quantity) == ("opening", 4)
    assert movement.actor.is_staff
    assert "frank herbert" in book.search_text


def test_a_long_sheet_takes_no_query_that_is_too_long(staff):
    rows = [[make_isbn(), f"Book {n}", "1.00"] for n in range(1_100)]
    result = look_at(staff, as_csv(["isbn", "title", "price"], *rows)).context["result"]
    assert (result.totals["new"], result.base_errors) == (1_100, [])


def test_a_script_in_a_description_is_gone(staff):
    bring_in(
        staff,
        as_csv(["isbn", "title", "price", "description"], [ISBN, "x", "1", "<p>a<script>b</script></p>"]),
    )
    assert Book.objects.get().description == "<p>a</p>"


# --- Mistakes


@pytest.mark.parametrize(
    ("column", "cell", "problem"),
    [
        ("isbn", "9780441013594", "wrong check digit"),
        ("isbn", "", "no ISBN"),
        ("isbn", "9.78044E+12", "no ISBN"),
        ("title", "", "cannot be empty"),
        ("title", "x" * 301, "longer than 300"),
        ("price", "cheap", "not a price"),
        ("price", "-1", "not a price"),
        ("price", "1e3", "not a price"),
        ("price", "", "needs a price"),
        ("pages", "many", "whole number"),
        ("pages", "0", "from 1"),
        ("pages", "1.5", "whole number"),
        ("first published", "99999", "whole number"),
        ("publication date", "31/02/2020", "not a date"),
        ("publication date", "20000-01-01", "not a date"),
        ("language", "Klingonese", "no language"),
        ("format", "papyrus", "not known"),
        ("edition type", "huge", "not known"),
        ("on sale", "perhaps", "yes or no"),
        ("authors", "x" * 201, "longer than 200"),
        ("description", "x" * 20_001, "longer than 20000"),
    ],
)
def test_a_mistake_is_named_by_row_and_column_and_nothing_is_written(staff, column, cell, problem):
    good = make_book("Good", isbn="9780140275360")
    make_book("Emma", isbn=ISBN)
    before = snapshot()
    row = {"isbn": ISBN, column: cell}
    if column == "isbn":
        row["title"] = "Emma"
    content = as_csv(
        ["isbn", "imprint", *[c for c in row if c != "isbn"]],
        [good.isbn, "changes", *["Good"] * (column == "isbn"), *{"title": ["Good"]}.get(column, [])],
        [row["isbn"], "changes", *[row[c] for c in row if c != "isbn"]],
    )
    found = [m for m in mistakes(look_at(staff, content)) if m[0] == 3]
    assert [(m[1] in (column.replace(" ", "_"),), problem in m[2]) for m in found] == [(True, True)], found
    assert snapshot() == before


def test_an_isbn_that_comes_twice_is_named_in_both_rows(staff):
    page = look_at(staff, as_csv(["isbn", "title", "price"], [ISBN, "a", "1"], ["0441013597", "b", "1"]))
    assert mistakes(page) == [
        (2, "isbn", "Several rows have this ISBN."),
        (3, "isbn", "Several rows have this ISBN."),
    ]


def test_a_new_book_needs_a_title_and_a_price(staff):
    page = look_at(staff, as_csv(["isbn", "subtitle"], [ISBN, "x"]))
    assert {(m[1], m[2]) for m in mistakes(page)} == {
        ("title", "A new book needs one."),
        ("price", "A book needs a price to be on sale."),
    }


def an_xlsx_with(part, content):
    file = io.BytesIO(as_xlsx(["isbn"], [ISBN]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(part, content)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("empty.csv", b" ", "empty"),
        ("no-isbn.csv", b"title\nEmma\n", "There is no column"),
        ("cover.jpg", b"\xff\xd8\xff\xe0\x00\x10JFIF", "not a text file"),
        ("old.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "too old"),
        ("zip.xlsx", b"PK\x03\x04 and then nothing", "damaged"),
        ("no-rows.csv", b"isbn\n", "No valid data"),
        ("not-a-book.xlsx", None, "no workbook that can be read"),
        ("bomb.xlsx", an_xlsx_with("xl/bomb.xml", b"0" * (101 * 1024 * 1024)), "far too large"),
        (
            "laughs.xlsx",
            an_xlsx_with("xl/x.xml", b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'),
            "declares entities",
        ),
    ],
)
def test_a_file_that_is_no_sheet_of_books_is_refused_by_name(staff, name, content, problem):
    if content is None:
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            archive.writestr("hello.txt", "hello")
        content = file.getvalue()
    ((_, field, text),) = mistakes(look_at(staff, content, name))
    assert field == "import_file"
    assert problem in text


def test_a_sheet_that_claims_a_million_rows_is_read_no_further_than_it_may_be_long(staff, monkeypatch):
    monkeypatch.setattr("shop.catalogue.sheets.formats.MOST_ROWS", 10)
    book = Workbook()
    book.active.append(["isbn"])
    book.active["A1048576"] = ISBN
    file = io.BytesIO()
    book.save(file)
    assert "No valid data" in mistakes(look_at(staff, file.getvalue(), "x.xlsx"))[0][2]
    for as_file in (as_csv, as_xlsx):
        page = look_at(staff, as_file(["isbn"], *([ISBN] for _ in range(11))))
        assert "more than 10 rows" in mistakes(page)[0][2]


def test_a_file_that_is_too_large_is_refused(staff, monkeypatch):
    monkeypatch.setattr("shop.catalogue.sheets.forms.MOST_BYTES", 1024 * 1024)
    page = look_at(staff, b"isbn\n" + b"x" * 1024 * 1024)
    assert "larger than 1 MB" in mistakes(page)[0][2]


# --- Confirming


def test_looking_writes_nothing(staff):
    make_book("Emma", isbn=ISBN)
    before = snapshot()
    page = look_at(
        staff, as_csv(["isbn", "title", "price"], [ISBN, "Emma!", "1"], ["9780140275360", "New", "2"])
    )
    html = page.content.decode()
    assert "<del>Emma</del>" in html
    assert "<ins>Emma!</ins>" in html
    assert page.context["result"].totals["new"] == 1
    assert snapshot() == before


def test_it_is_brought_in_once(staff):
    preview = look_at(staff, as_csv(["isbn", "title", "price"], [ISBN, "Emma", "1"]))
    sent = preview.context["confirm_form"].initial
    staff.post(CONFIRM, sent)
    page = staff.post(CONFIRM, sent, follow=True)
    assert "Nothing was brought in" in said(page)
    assert Book.objects.count() == 1


def test_what_has_become_wrong_since_undoes_all_of_it(staff):
    book = make_book("Emma", isbn=ISBN)
    preview = look_at(
        staff, as_csv(["isbn", "title", "on sale"], [ISBN, "Emma!", "yes"], ["9780140275360", "New", "no"])
    )
    Book.objects.filter(pk=book.pk).update(price=None, on_sale=False)
    page = staff.post(CONFIRM, preview.context["confirm_form"].initial, follow=True)
    assert "Nothing was brought in" in said(page)
    assert [b.title for b in Book.objects.all()] == ["Emma"]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "x.sheet", "", "0" * 32 + ".sheet"])
def test_only_a_file_that_waits_there_can_be_confirmed(staff, name):
    sent = {"import_file_name": name, "original_file_name": "x", "format": "0", "resource": "0"}
    assert "Nothing was brought in" in said(staff.post(CONFIRM, sent, follow=True))


def test_sheets_that_nobody_confirmed_are_cleared_away(staff):
    look_at(staff, as_csv(["isbn", "title", "price"], [ISBN, "Emma", "1"]))
    (file,) = intake.folder().iterdir()
    assert intake.forget_left_behind() == 0
    os.utime(file, (0, 0))
    assert intake.forget_left_behind() == 1
    assert not list(intake.folder().iterdir())


# --- Who may


def test_who_may_only_look_exports_and_does_not_import(client):
    user = make_stock_keeper()
    user.groups.clear()
    user.user_permissions.set(Permission.objects.filter(codename="view_book"))
    client.force_login(user)
    make_book("Emma")
    assert len(rows_of_csv(export(client))) == 1
    assert client.get(IMPORT).status_code == 403
    assert client.post(CONFIRM).status_code == 403
    page = client.get("/admin/shop/book/").content.decode()
    assert EXPORT in page
    assert IMPORT not in page


def test_an_import_is_confirmed_by_post_alone(staff):
    assert staff.get(CONFIRM).status_code == 405


def test_an_import_asks_the_database_little_for_books_that_do_not_change(
    staff, django_assert_max_num_queries
):
    books = [make_book(f"Book {n}") for n in range(50)]
    content = as_csv(["isbn", "title"], *([book.isbn, book.title] for book in books))
    look_at(staff, content)
    with django_assert_max_num_queries(120):
        look_at(staff, content)


def test_an_administrator_may_too(client):
    client.force_login(make_administrator())
    bring_in(client, as_csv(["isbn", "title", "price"], [ISBN, "Emma", "1"]))
    assert Book.objects.get().title == "Emma"
