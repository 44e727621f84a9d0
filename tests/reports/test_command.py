"""`manage.py report`."""

import json

import pytest
from django.core.management import CommandError, call_command

from tests.makers import make_book
from tests.reports.sales import sell, sell_many

pytestmark = pytest.mark.django_db

IN_JUNE = ("--from", "2026-06-01", "--to", "2026-06-30")


def printed(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("report", *arguments)
    return capsys.readouterr().out


def test_a_table_says_what_it_is_about(capsys):
    sell((make_book(price="9.99", authors=("Jane Austen",)), 2))

    assert printed(capsys, "author_revenue", *IN_JUNE).splitlines() == [
        "Revenue by author, 2026-06-01 to 2026-06-30",
        "",
        "Author       Editions  Copies  Revenue",
        "-----------  --------  ------  -------",
        "Jane Austen         1       2    19.98",
        "-----------  --------  ------  -------",
        "                                 19.98",
    ]


def test_csv_and_json_hold_the_same_and_nothing_else(capsys):
    sell((make_book(price="9.99", authors=("Jane Austen",)), 2))

    assert printed(capsys, "author_revenue", *IN_JUNE, "--format", "csv").splitlines() == [
        "Author,Editions,Copies,Revenue",
        "Jane Austen,1,2,19.98",
    ]
    assert json.loads(printed(capsys, "author_revenue", *IN_JUNE, "--format", "json")) == [
        {"author": "Jane Austen", "titles": 1, "copies": 2, "revenue": "19.98"}
    ]


def test_every_option_reaches_its_query(capsys):
    order = sell(make_book("Emma", price="9.00"), email="ada@example.com")
    sell_many(make_book("Dune", price="1.00"), 3, quantity=5, email="bob@example.com")

    def first(*arguments: str) -> dict:
        return json.loads(printed(capsys, *arguments, *IN_JUNE, "--format", "json"))[0]

    assert first("customer_purchases", "--sort", "copies")["email"] == "bob@example.com"
    assert first("popular_books", "--more-than", "2")["title"] == "Dune"
    assert first("popular_books", "--more-than", "10", "--sort", "copies")["copies"] == 15
    assert first("customer_orders", "--customer", order.number)["title"] == "Emma"


def test_without_a_period_it_is_the_last_twelve_months(capsys, time_machine):
    time_machine.move_to("2026-11-23 12:00Z")

    assert printed(capsys, "author_revenue").startswith("Revenue by author, 2025-11-24 to 2026-11-23\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["authors"],
            "There is no report authors. There are customer_purchases, author_revenue, popular_books",
        ),
        (["author_revenue", "--from", "2026-02-30"], "--from: Enter a day of the calendar"),
        (["author_revenue", "--from", "yesterday"], "--from: Enter a day of the calendar"),
        (["author_revenue", "--to", "٢٠٢٦-٠١-٠١"], "--to: Enter a day of the calendar"),
        (["author_revenue", "--from", "0001-01-01"], "--from: Choose a day between 1900 and 2999."),
        (
            ["author_revenue", "--from", "2026-02-02", "--to", "2026-02-01"],
            "The period ends before it begins.",
        ),
        (["author_revenue", "--sort", "name"], "--sort: Select a valid choice."),
        (["author_revenue", "--more-than", "3"], "author_revenue takes no --more-than."),
        (
            ["popular_books", "--more-than", "-1"],
            "--more-than: Ensure this value is greater than or equal to 0.",
        ),
        (["popular_books", "--more-than", "1.5"], "--more-than: Enter a whole number"),
        (["customer_orders"], "--customer: "),
        (["customer_orders", "--customer", "7K3Q9-X2M4B"], "--customer: No customer has an order"),
    ],
)
def test_what_cannot_be_reported_is_said_in_one_line(arguments, message):
    with pytest.raises(CommandError) as refused:
        call_command("report", *arguments)

    assert str(refused.value).startswith(message)
    assert "\n" not in str(refused.value)
