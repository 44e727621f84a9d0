"""Reports as files, and their charts."""

import csv
import io
import json
from collections import namedtuple
from datetime import UTC, datetime
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from reports import charts, exports
from reports.definitions import AUTHOR_REVENUE, CUSTOMER_ORDERS, POPULAR_BOOKS, Column, by_month
from reports.queries import Report

Author = namedtuple("Author", "contributor_id author titles copies revenue")
Purchase = namedtuple("Purchase", "paid_at number isbn title copies price total")


def authors(*rows: tuple[str, int, int, str]) -> Report:
    return Report(Author._fields, [Author(None, *row[:3], Decimal(row[3])) for row in rows])


def purchase(paid_at: datetime, total: str) -> Purchase:
    return Purchase(paid_at, "7K3Q9-X2M4B", "9780306406157", "Emma", 1, Decimal(total), Decimal(total))


def csv_cells(report: Report) -> list[list[str]]:
    return list(csv.reader(io.StringIO("".join(exports.as_csv(AUTHOR_REVENUE, report)))))


def test_csv_has_headings_and_plain_numbers():
    assert csv_cells(authors(("Jane Austen", 2, 1500, "12345.60"), ("", 1, 1, "9.99"))) == [
        ["Author", "Editions", "Copies", "Revenue"],
        ["Jane Austen", "2", "1500", "12345.60"],
        ["(no author)", "1", "1", "9.99"],
    ]


@pytest.mark.parametrize("name", ["=1+1", "+44", "-2", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")'])
def test_a_spreadsheet_runs_nothing_that_stands_in_a_cell(name):
    assert csv_cells(authors((name, 1, 1, "1.00")))[1][0] == f"'{name}"


def test_a_cell_may_hold_commas_quotes_and_line_breaks():
    assert csv_cells(authors(('Le Guin, "Ursula"\nK.', 1, 1, "1.00")))[1][0] == 'Le Guin, "Ursula"\nK.'


def test_times_in_csv_are_in_the_shops_zone():
    report = Report(Purchase._fields, [purchase(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "9.99")])

    assert "2026-07-01 00:30" in "".join(exports.as_csv(CUSTOMER_ORDERS, report))


def test_json_keeps_every_penny_and_says_times_in_utc():
    report = Report(Purchase._fields, [purchase(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "10.00")])

    (row,) = json.loads(exports.as_json(CUSTOMER_ORDERS, report))
    assert row["total"] == "10.00"
    assert row["copies"] == 1
    assert row["paid_at"] == "2026-06-30T23:30:00+00:00"


def test_the_table_is_aligned_and_ends_with_the_totals_of_what_adds_up():
    table = exports.as_table(AUTHOR_REVENUE, authors(("Jane Austen", 2, 15, "120.50"), ("Bo", 1, 1, "9.99")))

    assert table.splitlines() == [
        "Author       Editions  Copies  Revenue",
        "-----------  --------  ------  -------",
        "Jane Austen         2      15   120.50",
        "Bo                  1       1     9.99",
        "-----------  --------  ------  -------",
        "                                130.49",
    ]


def test_a_table_of_nothing_sums_to_nothing():
    assert exports.as_table(AUTHOR_REVENUE, authors()).endswith(" 0.00")


def test_months_are_those_of_the_shops_zone_in_their_order():
    report = Report(
        Purchase._fields,
        [
            purchase(datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "1.10"),
            purchase(datetime(2026, 6, 30, 22, 30, tzinfo=UTC), "2.20"),
            purchase(datetime(2025, 12, 1, tzinfo=UTC), "4.40"),
            purchase(datetime(2026, 6, 2, tzinfo=UTC), "8.80"),
        ],
    )

    assert by_month(report, "total") == [
        ("Dec 2025", Decimal("4.40")),
        ("Jun 2026", Decimal("11.00")),
        ("Jul 2026", Decimal("1.10")),
    ]


SVG = "{http://www.w3.org/2000/svg}"
REVENUE = Column("revenue", "Revenue", "money")


def drawn(points: list[tuple[str, Decimal]]) -> tuple[list[str], list[int]]:
    """The texts of a chart, and how long its bars are."""
    chart = ElementTree.fromstring(charts.bar_chart(points, REVENUE))
    return [text.text or "" for text in chart.iter(f"{SVG}text")], [
        int(bar.attrib["width"]) for bar in chart.iter(f"{SVG}rect") if bar.attrib["width"] != "100%"
    ]


def test_bars_are_as_long_as_their_values_and_labelled():
    texts, lengths = drawn([("Jane Austen", Decimal("1200.00")), ("Bo", Decimal("300.00"))])

    assert texts == ["Jane Austen", "£1,200.00", "Bo", "£300.00"]
    assert lengths == [charts.LONGEST, charts.LONGEST / 4]


def test_a_label_is_text_whatever_is_in_it():
    texts, _ = drawn([("</text><script>alert(1)", Decimal("1.00"))])

    assert texts[0] == "</text><script>alert(1)"


def test_a_long_label_is_cut_so_that_its_value_can_be_read():
    texts, _ = drawn([("A very long title " * 9, Decimal("1.00"))])

    assert len(texts[0]) == charts.LONGEST_LABEL


def test_there_is_a_chart_of_nothing_and_of_free_books():
    assert drawn([]) == ([], [])
    assert drawn([("Gift", Decimal("0.00"))])[1] == [0]


def test_only_the_first_rows_have_bars():
    Book = namedtuple("Book", "title orders")
    report = Report(Book._fields, [Book(f"No. {n}", 99 - n) for n in range(30)])

    assert POPULAR_BOOKS.chart(report, "orders") == [(f"No. {n}", 99 - n) for n in range(10)]
