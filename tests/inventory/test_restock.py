"""Deliveries from a file: whole or not at all, once, and every problem told with its line."""

import json
from datetime import date, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from inventory.models import Delivery, RestockAlert, Stock, StockMovement
from shop.isbn import hyphenated
from tests.makers import make_book, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """Write a file of this content, text or bytes."""

    def write(content, name="delivery.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def levels(*books):
    rows = Stock.objects.in_bulk([book.pk for book in books])
    return [(rows[book.pk].on_hand, rows[book.pk].allocated) for book in books]


def refusal(*args, **options):
    """What a command that must fail says last; its exit code is 1."""
    with pytest.raises(CommandError) as failure:
        call_command("restock", *args, **options)
    assert failure.value.returncode == 1
    return str(failure.value)


def test_a_delivery_is_received_and_each_new_level_printed(file, capsys):
    emma, solaris = make_book("Emma", stock=4), make_book("Solaris", stock=30)
    make_order((emma, 2))

    call_command("restock", file(f"isbn,quantity\n{hyphenated(emma.isbn)},10\n{solaris.isbn},1\n"))

    printed = capsys.readouterr().out
    assert f"{hyphenated(emma.isbn)}  Emma: +10, now 12 available, 14 on hand" in printed
    assert "Solaris: +1, now 31 available, 31 on hand" in printed
    assert "Alert closed: Emma" in printed
    assert "Alert closed: Solaris" not in printed
    assert "11 copies received" in printed
    assert levels(emma, solaris) == [(14, 2), (31, 0)]
    assert not RestockAlert.objects.open().exists()


@pytest.mark.parametrize(
    "header", ["ISBN,QTY", "Isbn-13,Copies", "ean,Count", "title;ISBN13;units", "ISBN\tquantity"]
)
def test_columns_are_found_by_any_of_their_usual_names(file, header):
    book = make_book(stock=4)
    mark = ";" if ";" in header else "\t" if "\t" in header else ","
    cells = [
        book.isbn if "N" in name.upper()[:4] and "U" not in name.upper() else "3"
        for name in header.split(mark)
    ]
    if header.startswith("title"):
        cells[0] = "Emma, or so"
    else:
        cells = [book.isbn, "3"]

    call_command("restock", file(f"{header}\n{mark.join(cells)}\n"))

    assert levels(book) == [(7, 0)]


def test_json_lines_are_read_too(file):
    book = make_book(stock=4)
    lines = [{"isbn": book.isbn, "quantity": 3}, {"isbn": int(book.isbn), "quantity": "2"}]

    call_command("restock", file("\n".join(json.dumps(line) for line in lines), "delivery.jsonl"))

    assert levels(book) == [(9, 0)]
    assert StockMovement.objects.filter(kind="received").get().quantity == 5


def test_the_same_file_twice_receives_nothing_twice(file, capsys):
    book = make_book(stock=4)
    content = f"isbn,quantity\n{book.isbn},3\n"

    call_command("restock", file(content))
    call_command("restock", file(content, "renamed.csv"))

    assert "received already" in capsys.readouterr().out
    assert levels(book) == [(7, 0)]


def test_a_reference_tells_two_deliveries_of_the_same_books_apart(file):
    book = make_book(stock=4)
    path = file(f"isbn,quantity\n{book.isbn},3\n")

    for reference in ("DN-1", "DN-2", "DN-1"):
        call_command("restock", path, reference=reference)

    assert levels(book) == [(10, 0)]
    assert set(Delivery.objects.values_list("reference", flat=True)) == {"DN-1", "DN-2"}
    assert set(StockMovement.objects.filter(kind="received").values_list("reference", flat=True)) == {
        "DN-1",
        "DN-2",
    }


def test_a_file_may_hold_several_deliveries(file, capsys):
    book = make_book(stock=4)
    call_command("restock", file(f"delivery,isbn,quantity\nA,{book.isbn},3\n"))
    capsys.readouterr()

    call_command("restock", file(f"delivery,isbn,quantity\nA,{book.isbn},3\nB,{book.isbn},5\n"))

    printed = capsys.readouterr().out
    assert "A was received already" in printed
    assert "B: 5 copies received" in printed
    assert levels(book) == [(12, 0)]


def test_a_known_name_with_other_copies_refuses_the_file(file, capsys):
    """A genuine delivery is never dropped without a word, nor half of its file received."""
    book = make_book(stock=4)
    call_command("restock", file(f"delivery,isbn,quantity\nA,{book.isbn},3\n"))

    said = refusal(file(f"delivery,isbn,quantity\nB,{book.isbn},5\nA,{book.isbn},4\n"))

    assert said == "Nothing was received."
    assert "delivery A was received already, with other copies" in capsys.readouterr().err
    assert levels(book) == [(7, 0)]
    assert list(Delivery.objects.values_list("reference", flat=True)) == ["A"]


def test_a_delivery_is_booked_at_the_day_it_came(file):
    book = make_book(stock=4)

    call_command("restock", file(f"isbn,quantity\n{book.isbn},3\n"), date="2025-06-01")

    movement = StockMovement.objects.filter(kind="received").get()
    assert timezone.localtime(movement.at).date() == date(2025, 6, 1)


@pytest.mark.parametrize("day", ["2025-02-30", "yesterday", "1.6.2025"])
def test_a_day_that_is_none_is_refused(file, day):
    book = make_book(stock=4)

    assert "is not a day" in refusal(file(f"isbn,quantity\n{book.isbn},3\n"), date=day)
    assert levels(book) == [(4, 0)]


def test_a_day_to_come_is_refused(file):
    book = make_book(stock=4)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()

    assert "yet to come" in refusal(file(f"isbn,quantity\n{book.isbn},3\n"), date=tomorrow)
    assert levels(book) == [(4, 0)]


def test_one_bad_line_refuses_the_file_and_every_bad_line_is_told(file, capsys):
    book = make_book(stock=4)
    bad = ["-1", "0", "1.5", str(10**20), "NaN", "٣", ""]
    lines = [f"{book.isbn},{quantity}" for quantity in bad]
    lines += ["9780140449136,1", "9780140449137,1", ",1", "nonsense,1"]

    said = refusal(file("isbn,quantity\n" + "\n".join([f"{book.isbn},3", *lines]) + "\n"))

    problems = capsys.readouterr().err.splitlines()
    assert said == "Nothing was received."
    assert len(problems) == len(lines)
    assert problems[0] == (
        "line 3: “-1” is not a quantity. Write a whole number from 1 to 100,000, in the digits 0 to 9."
    )
    assert problems[-4:] == [
        "line 10: the shop has no book 9780140449136",
        "line 11: “9780140449137” is not a valid ISBN",
        "line 12: no ISBN",
        "line 13: “nonsense” is not a valid ISBN",
    ]
    assert levels(book) == [(4, 0)]
    assert not Delivery.objects.exists()


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "cp1252"])
def test_files_of_other_encodings_are_read(file, encoding):
    book = make_book(stock=4)

    call_command("restock", file(f"title,isbn,quantity\nÉmile,{book.isbn},3\n".encode(encoding)))

    assert levels(book) == [(7, 0)]


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"\n\n\n", "empty"),
        (b"isbn,quantity\n", "nothing below it"),
        (b"isbn,price\n1,2\n", "no column quantity"),
        (b"\x00\x01\x02\x03" * 100, "not a text file"),
        (bytes(range(128, 256)) * 10, "not a text file"),
        (b"PK\x03\x04rest of a workbook", "save it as CSV"),
        ("isbn,quantity,title\n1,2,éé".encode()[:-1], "cut off"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_line(file, content, problem):
    said = refusal(file(content))

    assert problem in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ('"{isbn},3', "line 3: the row cannot be read"),
        ("{isbn}", "line 3: the row has only 1 cells for 2 columns: is the file cut off?"),
        ("{isbn},1,234", "line 3: the row has 3 cells for 2 columns"),
        ("x" * 1_000_000 + ",3", "line 3: a cell has more than 100,000 characters"),
    ],
)
def test_a_line_that_cannot_be_read_is_told_and_nothing_received(file, capsys, line, problem):
    book = make_book(stock=4)

    refusal(file(f"isbn,quantity\n{book.isbn},3\n{line.format(isbn=book.isbn)}"))

    assert capsys.readouterr().err.startswith(problem)
    assert levels(book) == [(4, 0)]


def test_a_file_that_is_not_there_is_told_so(tmp_path):
    assert "No such file" in refusal(str(tmp_path / "nowhere.csv"))
    assert "cannot be opened" in refusal(str(tmp_path))
