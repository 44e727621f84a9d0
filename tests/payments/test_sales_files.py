"""Sales made elsewhere come in from a file: each order whole or not at all, and once."""

import json

import pytest
from django.core.management import CommandError, call_command

from shop.isbn import hyphenated
from shop.models import Order, OrderLine, Payment
from shop.payments.sales_files import read_sales, take_sales
from tests.makers import make_book

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path):
    """Write a file of this content, text or bytes."""

    def write(content, name="sales.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


@pytest.fixture
def run(capsys):
    """Run process_orders; what it prints, its error and its exit code."""

    def run(path, **options):
        try:
            call_command("process_orders", path, **options)
        except CommandError as error:
            return capsys.readouterr().out, str(error), error.returncode
        return capsys.readouterr().out, "", 0

    return run


def levels(*books):
    for book in books:
        book.stock.refresh_from_db()
    return [(book.stock.on_hand, book.stock.allocated) for book in books]


def test_an_order_is_taken_in_paid_and_its_copies_promised(file, run):
    emma, solaris = make_book("Emma", stock=12, price="8.00"), make_book("Solaris", stock=30, price="5.00")

    printed, _, code = run(
        file(f"order,isbn,quantity\nT-1,{hyphenated(emma.isbn)},3\nT-1,{solaris.isbn},1\n")
    )

    assert code == 0
    assert "T-1: taken" in printed
    assert f"{hyphenated(emma.isbn)}  Emma: 3, now 9 available, 12 on hand" in printed
    assert "Solaris: 1, now 29 available, 30 on hand" in printed
    order = Order.objects.get()
    assert (order.status, order.channel, order.reference, str(order.total)) == (
        "paid",
        "external",
        "T-1",
        "29.00",
    )
    assert Payment.objects.get().amount == order.total
    assert levels(emma, solaris) == [(12, 3), (30, 1)]


def test_it_ends_with_the_books_of_the_file_that_are_low(file, run):
    emma, solaris = make_book("Emma", stock=12), make_book("Solaris", stock=30)
    make_book("Of no concern", stock=1)

    printed, _, _ = run(file(f"order,isbn,quantity\nT-1,{emma.isbn},3\nT-2,{solaris.isbn},1\n"))

    ending = printed[printed.index("To restock:") :]
    assert "Emma: 9 left, threshold 10" in ending
    assert "Solaris" not in ending
    assert "Of no concern" not in ending


def test_what_was_handed_over_has_left_the_building(file, run):
    book = make_book(stock=12)

    run(file(f"order,isbn,quantity\nT-1,{book.isbn},3\n"), handed_over=True)

    assert levels(book) == [(9, 0)]
    assert Order.objects.get().status == "dispatched"


def test_the_lines_of_an_order_may_lie_apart_and_the_same_book_adds_up(file, run):
    emma, solaris = make_book("Emma", stock=12), make_book("Solaris", stock=12)
    rows = [("T-1", emma, 1), ("T-2", emma, 1), ("T-1", solaris, 2), ("T-1", emma, 3)]

    run(file("order,isbn,quantity\n" + "".join(f"{name},{book.isbn},{n}\n" for name, book, n in rows)))

    assert {
        (line.order.reference, line.title, line.quantity)
        for line in OrderLine.objects.select_related("order")
    } == {("T-1", "Emma", 4), ("T-1", "Solaris", 2), ("T-2", "Emma", 1)}


def test_the_same_file_twice_does_nothing_twice(file, run):
    book = make_book(stock=12)
    path = file(f"order,isbn,quantity\nT-1,{book.isbn},3\n")
    run(path)

    printed, _, code = run(path)

    assert code == 0
    assert "T-1: already taken" in printed
    assert Order.objects.count() == Payment.objects.count() == 1
    assert levels(book) == [(12, 3)]


@pytest.mark.parametrize(("title", "copies"), [("Emma", 2), ("Solaris", 3)])
def test_a_reference_that_another_sale_has_is_refused(file, run, title, copies):
    """Two tills that count from the same number, or one that begins anew: no sale is lost without a word."""
    books = {"Emma": make_book("Emma", stock=12), "Solaris": make_book("Solaris", stock=12)}
    run(file(f"order,isbn,quantity\n1001,{books['Emma'].isbn},3\n"))

    printed, error, code = run(file(f"order,isbn,quantity\n1001,{books[title].isbn},{copies}\n"))

    assert (code, error) == (1, "1 order was refused.")
    assert (
        f"1001: refused\n  order {Order.objects.get().number} has this reference, with other copies"
        in printed
    )
    assert levels(*books.values()) == [(12, 3), (12, 0)]


def test_each_channel_has_numbers_of_its_own(file, run):
    book = make_book(stock=12)
    path = file(f"order,isbn,quantity\n1001,{book.isbn},3\n")

    codes = [run(path, channel=channel)[2] for channel in ("", "till-2", "till-2")]

    assert codes == [0, 0, 0]
    assert sorted(Order.objects.values_list("reference", flat=True)) == ["1001", "till-2/1001"]
    assert levels(book) == [(12, 6)]


def test_an_order_is_refused_whole_and_the_others_go_in(file, run):
    emma, solaris = make_book("Emma", stock=12), make_book("Solaris", stock=2)
    path = file(
        "order,isbn,quantity\n"
        f"T-1,{emma.isbn},3\nT-1,{solaris.isbn},5\n"  # too few of the second
        f"T-2,{emma.isbn},1\nT-2,9780140449136,1\n"  # unknown
        f"T-3,{emma.isbn},1\nT-3,9780140449137,1\n"  # malformed
        f"T-4,{emma.isbn},1\n"
    )

    printed, error, code = run(path)

    assert code == 1
    assert error == "3 orders were refused."
    assert f"T-1: refused\n  line 3: insufficient stock of {solaris.isbn}: 5 asked, 2 left" in printed
    assert "T-2: refused\n  line 5: the shop has no book 9780140449136" in printed
    assert "T-3: refused\n  line 7: “9780140449137” is not a valid ISBN" in printed
    assert "T-4: taken" in printed
    assert "Taken in: 1. Already taken: 0. Refused: 3." in printed
    assert list(Order.objects.values_list("reference", flat=True)) == ["T-4"]
    assert levels(emma, solaris) == [(12, 1), (2, 0)]


@pytest.mark.parametrize("quantity", ["-1", "0", "1.5", str(10**20), "100001", "NaN", "٣", ""])
def test_a_bad_quantity_refuses_its_order(file, run, quantity):
    book = make_book(stock=12)

    printed, _, code = run(file(f"order,isbn,quantity\nT-1,{book.isbn},1\nT-1,{book.isbn},{quantity}\n"))

    assert code == 1
    assert f"line 3: “{quantity}” is not a quantity." in printed
    assert not Order.objects.exists()
    assert levels(book) == [(12, 0)]


def test_a_refused_order_can_come_again_once_it_is_right(file, run):
    book = make_book(stock=12)
    run(file(f"order,isbn,quantity\nT-1,{book.isbn},13\n"))

    _, _, code = run(file(f"order,isbn,quantity\nT-1,{book.isbn},12\n"))

    assert code == 0
    assert levels(book) == [(12, 12)]


def test_json_lines_are_read_too(file, run):
    book = make_book(stock=12)
    sale = {"order_id": 4711, "isbn": book.isbn, "quantity": 2, "customer": None}

    _, _, code = run(file(json.dumps(sale) + "\n", "sales.jsonl"))

    assert code == 0
    assert Order.objects.get().reference == "4711"


@pytest.mark.parametrize(
    ("tail", "problem"),
    [
        ('T-1,"{isbn},3\n', "line 3: the row cannot be read"),
        ("T-1,{isbn}", "line 3: the row has only 2 cells for 3 columns: is the file cut off?"),
        (",{isbn},1\n", "line 3: no order reference"),
        ("T-1," + "x" * 1_000_000 + ",1\n", "line 3: a cell has more than 100,000 characters"),
    ],
)
def test_a_line_that_could_belong_to_any_order_stops_them_all(file, run, tail, problem):
    book = make_book(stock=12)

    printed, error, code = run(file(f"order,isbn,quantity\nT-1,{book.isbn},1\n{tail.format(isbn=book.isbn)}"))

    assert code == 1
    assert printed == ""
    assert problem in error
    assert not Order.objects.exists()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"", "empty"),
        (b"order,isbn,quantity\n", "nothing below it"),
        (b"isbn,quantity\n1,2\n", "no column order"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not a text file"),
    ],
)
def test_a_file_that_cannot_be_read_is_told_in_a_line(file, run, content, problem):
    _, error, code = run(file(content))

    assert code == 1
    assert problem in error
    assert "\n" not in error


def test_a_total_beyond_all_measure_is_refused(file, run):
    books = [make_book(stock=100_000, price="99999999.00") for _ in range(2)]

    printed, _, code = run(file("order,isbn,quantity\n" + "".join(f"T-1,{b.isbn},90000\n" for b in books)))

    assert code == 1
    assert "its total is more than the shop can book" in printed
    assert levels(*books) == [(100_000, 0)] * 2


def test_a_reference_too_long_for_the_order_is_refused(file, run):
    book = make_book(stock=12)

    printed, _, code = run(file(f"order,isbn,quantity\n{'T' * 101},{book.isbn},1\n"))

    assert code == 1
    assert "more than 100 characters" in printed


def test_no_book_is_left_out_of_the_order_of_the_file(file):
    book = make_book(stock=12)
    sales = read_sales(file(f"order,isbn,quantity\nB,{book.isbn},1\nA,{book.isbn},1\nB,{book.isbn},1\n"))

    assert [sale.reference for sale in sales] == ["B", "A"]
    assert [outcome.is_new for outcome in take_sales(sales)] == [True, True]
