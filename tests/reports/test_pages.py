"""The managers' pages: who sees them, what is on them, and what they make of bad input."""

import csv
import io
import re
from decimal import Decimal

import pytest
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from shop.models import Contributor
from tests.makers import (
    make_administrator,
    make_book,
    make_manager,
    make_stock_keeper,
    make_user,
)
from tests.reports.sales import sell, sell_many

pytestmark = pytest.mark.django_db

JUNE = "from=2026-06-01&to=2026-06-30"
RANKINGS = ["/reports/customers/", "/reports/authors/", "/reports/books/"]
PAGES = ["/reports/", *RANKINGS]
FILES = [f"{page}{file}" for page in RANKINGS for file in ("export.csv", "chart.svg")]


def logged_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def manager(db) -> Client:
    return logged_in(make_manager())


def figures_on(page) -> list[list[str]]:
    """The text of a page's table, row by row."""
    rows = re.findall(r"<tr>(.*?)</tr>", page.content.decode(), re.S)
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in rows]
    return [[" ".join(re.sub(r"<[^>]*>", " ", cell).split()) for cell in row] for row in cells]


# --- Who may read


@pytest.mark.parametrize("address", PAGES + FILES)
def test_who_is_not_logged_in_is_asked_to(client, address):
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer.url == f"/account/login/?next={address}"


@pytest.mark.parametrize("address", PAGES + FILES)
def test_customers_and_stock_keepers_are_refused(address):
    for user in (make_user(), make_stock_keeper()):
        assert logged_in(user).get(address).status_code == 403


@pytest.mark.parametrize("address", PAGES + FILES)
def test_managers_and_administrators_may_read_and_nothing_is_kept_in_caches(address):
    for user in (make_manager(), make_administrator()):
        answer = logged_in(user).get(address)
        assert answer.status_code == 200
        assert "no-store" in answer.headers["Cache-Control"]


def test_one_customers_purchases_are_for_managers_only(client):
    ada = make_user("ada@example.com")
    order = sell(make_book(), customer=ada)

    for file in ("", "export.csv", "chart.svg"):
        address = f"/reports/customers/{order.number}/{file}?{JUNE}"
        assert client.get(address).status_code == 302
        assert logged_in(ada).get(address).status_code == 403
        assert logged_in(make_manager()).get(address).status_code == 200


@pytest.mark.parametrize("address", PAGES + FILES)
def test_reports_are_only_read(manager, address):
    assert manager.post(address).status_code == 405


def test_the_migrations_make_a_permission_that_managers_have_and_no_other_of_its_kind():
    (permission,) = Permission.objects.filter(content_type__app_label="reports")
    assert permission.codename == "view_reports"
    assert list(Group.objects.get(name="Managers").permissions.all()) == [permission]
    assert not Group.objects.get(name="Stock keepers").permissions.filter(pk=permission.pk).exists()


def test_a_dump_of_the_data_looks_for_no_table_of_the_reports(capsys):
    call_command("dumpdata", "auth", "reports")

    assert "view_reports" in capsys.readouterr().out


# --- What is on them


def test_the_first_page_shows_the_period_at_a_glance(manager):
    sell((make_book("Emma", price="9.99", authors=("Jane Austen",)), 3), email="bob@example.com")
    sell_many(make_book("Dune", price="1200.00"), 11)

    text = " ".join(re.sub(r"<[^>]*>", " ", manager.get(f"/reports/?{JUNE}").content.decode()).split())
    assert "Orders paid 12 0 before" in text
    assert "Copies sold 14 0 before" in text
    assert "Paid for books £13,229.97 £0.00 before" in text
    assert "Paid for delivery £3.50 £0.00 before" in text
    assert "Given back £0.00 £0.00 before" in text
    assert "bob@example.com 3" in text
    assert "Jane Austen £29.97" in text
    assert "Dune 11" in text


def test_customers_are_listed_with_their_total_and_lead_to_their_purchases(manager):
    ada = make_user("ada@example.com", name="Ada Reader")
    sell((make_book("Emma", price="600.00"), 2), customer=ada)
    sell(make_book("Dune", price="9.99"), email="bob@example.com")

    page = manager.get(f"/reports/customers/?{JUNE}")
    assert figures_on(page) == [
        ["Customer", "Copies ▾", "Spent"],
        ["Ada Reader ada@example.com · 1 order", "2", "£1,200.00"],
        ["bob@example.com guest 1 order", "1", "£9.99"],
        ["All 2 customers", "3", "£1,209.99"],
    ]
    links = re.findall(r'href="(/reports/customers/[^"]*-[^"]*)"', page.content.decode())
    assert [figures_on(manager.get(link.replace("&amp;", "&")))[2:] for link in links] == [
        [["Emma", "2", "£1,200.00"], ["Total", "2", "£1,200.00"]],
        [["Dune", "1", "£9.99"], ["Total", "1", "£9.99"]],
    ]
    assert not any("@" in link for link in links)


def test_totals_are_of_all_pages_and_the_rest_is_on_the_next(manager):
    sell_many(make_book(price="9.99"), 7)

    first, second = (figures_on(manager.get(f"/reports/customers/?{JUNE}&page={page}")) for page in (1, 2))
    assert [len(first), len(second)] == [1 + 5 + 1, 1 + 2 + 1]
    assert first[-1] == second[-1] == ["All 7 customers", "7", "£69.93"]
    assert not {row[0] for row in first[1:-1]} & {row[0] for row in second[1:-1]}


def test_sales_to_nobody_in_particular_are_told_under_the_customers(manager):
    book = make_book(price="5.00")
    sell_many(book, 2, email="")
    sell(book)

    assert "2 sales to nobody in particular" in manager.get(f"/reports/customers/?{JUNE}").content.decode()


def test_authors_without_a_name_are_called_so_and_only_revenue_has_a_total(manager):
    sell(make_book(price="10.00", authors=()), make_book(price="20.00", authors=("Jane Austen",)))

    assert figures_on(manager.get(f"/reports/authors/?{JUNE}")) == [
        ["Author", "Editions", "Copies", "Revenue ▾"],
        ["Jane Austen", "1", "1", "£20.00"],
        ["(no author)", "1", "1", "£10.00"],
        ["All 2 authors", "", "", "£30.00"],
    ]


def test_popular_books_link_to_their_pages_while_they_are_on_sale(manager):
    on_sale, gone = make_book("Emma", authors=("Jane Austen",)), make_book("Dune", authors=(), on_sale=False)
    sell_many(on_sale, 12)
    sell_many(gone, 11)

    page = manager.get(f"/reports/books/?{JUNE}")
    assert figures_on(page) == [
        ["Title", "Orders ▾", "Copies"],
        ["Emma Jane Austen", "12", "12"],
        ["Dune", "11", "11"],
        ["All 2 books", "", "23"],
    ]
    assert f'href="/books/{on_sale.isbn}/"' in page.content.decode()
    assert gone.isbn not in page.content.decode()


def test_without_a_question_it_is_the_last_twelve_months_in_the_shops_zone(manager, time_machine):
    time_machine.move_to("2026-06-30 23:30Z", tick=False)

    page = manager.get("/reports/authors/").content.decode()
    assert 'name="from" value="2025-07-02"' in page
    assert 'name="to" value="2026-07-01"' in page


def test_an_empty_field_asks_for_its_default(manager):
    sell_many(make_book("Emma", authors=()), 11)

    assert figures_on(manager.get(f"/reports/books/?{JUNE}&more_than=&sort=&show="))[1] == [
        "Emma",
        "11",
        "11",
    ]


def test_a_title_is_text_whatever_is_in_it(manager):
    sell_many(make_book("<script>alert(1)</script>", authors=("<b>",)), 11)

    for address in RANKINGS:
        assert "<script>alert" not in manager.get(f"{address}?{JUNE}").content.decode()


def test_the_file_has_all_rows_for_a_spreadsheet(manager):
    book = make_book(price="9.99", authors=("=cmd()",))
    sell_many(book, 30)

    answer = manager.get(f"/reports/customers/export.csv?{JUNE}&show=5&page=2")
    content = answer.getvalue().decode()
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="customer_purchases_2026-06-01_2026-06-30.csv"'
    )
    assert content.startswith("\ufeffCustomer,Name,Orders,Copies,Spent\r\n")
    assert len(content.splitlines()) == 31
    authors = manager.get(f"/reports/authors/export.csv?{JUNE}").getvalue().decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(authors)))[1:] == [["'=cmd()", "1", "30", "299.70"]]


def test_chart_and_file_are_asked_for_what_the_page_shows(manager):
    sell_many(make_book("Emma"), 4)

    page = manager.get(f"/reports/books/?{JUNE}&more_than=3&sort=copies").content.decode()
    question = "from=2026-06-01&amp;to=2026-06-30&amp;more_than=3&amp;sort=copies&amp;show=20"
    assert f'src="chart.svg?{question}"' in page
    assert f'href="export.csv?{question}"' in page
    chart = manager.get(f"/reports/books/chart.svg?{question.replace('&amp;', '&')}")
    assert chart.headers["Content-Type"] == "image/svg+xml"
    assert ">Emma<" in chart.content.decode()


# --- Bad input


@pytest.mark.parametrize(
    ("address", "question", "message"),
    [
        ("/reports/", "from=2026-02-30", "Enter a day of the calendar"),
        ("/reports/", "to=tomorrow", "Enter a day of the calendar"),
        ("/reports/customers/", "from=٢٠٢٦-٠١-٠١", "Enter a day of the calendar"),
        ("/reports/customers/", "from=2026-01-01%00", "Enter a day of the calendar"),
        ("/reports/customers/", "from=0001-01-01", "Choose a day between 1900 and 2999."),
        ("/reports/customers/", "to=9999-12-31", "Choose a day between 1900 and 2999."),
        ("/reports/customers/", "from=2026-06-02&to=2026-06-01", "The period ends before it begins."),
        ("/reports/customers/", "sort=email", "Select a valid choice."),
        ("/reports/customers/", "show=1000000", "Select a valid choice."),
        ("/reports/authors/", "sort=revenue;DROP+TABLE+shop_order", "Select a valid choice."),
        ("/reports/books/", "more_than=-1", "Ensure this value is greater than or equal to 0."),
        ("/reports/books/", "more_than=1.5", "Enter a whole number"),
        ("/reports/books/", "more_than=NaN", "Enter a whole number"),
        ("/reports/books/", "more_than=١٠", "Enter a whole number"),
        ("/reports/books/", "more_than=100000000000000000000", "Ensure this value is less than or equal to"),
        ("/reports/books/", f"more_than={'9' * 5000}", "Enter a whole number"),
    ],
)
def test_bad_input_gets_a_message_and_no_figures(manager, address, question, message):
    sell(make_book())

    page = manager.get(f"{address}?{question}")
    assert page.status_code == 200
    assert message in page.content.decode()
    assert "<table" not in page.content.decode()
    if address != "/reports/":
        for file in ("export.csv", "chart.svg"):
            answer = manager.get(f"{address}{file}?{question}")
            assert answer.status_code == 400
            assert message in answer.content.decode()


@pytest.mark.parametrize("address", PAGES)
def test_a_thousand_years_are_a_period_too(manager, address):
    sell(make_book())

    assert "<table" in manager.get(f"{address}?from=1900-01-01&to=2999-12-31&more_than=0").content.decode()


@pytest.mark.parametrize("page", ["0", "-1", "99", "NaN", "100000000000000000000", "٢", "last"])
def test_a_page_that_is_not_there_is_another_that_is(manager, page):
    sell(make_book())

    assert len(figures_on(manager.get(f"/reports/customers/?{JUNE}&page={page}"))) == 3


@pytest.mark.parametrize(
    "number",
    ["7K3Q9-X2M4B", "7k3q9-x2m4b", "1", "100000000000000000000", "٧K3Q9-X2M4B", "%00", "a'b", "é" * 300],
)
@pytest.mark.parametrize("file", ["", "export.csv", "chart.svg"])
def test_a_customer_who_does_not_exist_is_not_found(manager, number, file):
    assert manager.get(f"/reports/customers/{number}/{file}").status_code == 404


def test_a_customer_cannot_be_changed_for_another_by_the_question(manager):
    ada, bob = (sell(make_book(), email=f"{name}@example.com") for name in ("ada", "bob"))

    page = manager.get(f"/reports/customers/{ada.number}/?{JUNE}&customer={bob.number}").content.decode()
    assert "ada@example.com" in page
    assert "bob@example.com" not in page


# --- How much they ask of the database


@pytest.mark.parametrize(("address", "most"), [("/reports/", 10), *((address, 7) for address in RANKINGS)])
def test_a_page_asks_as_many_questions_for_fifty_rows_as_for_five(manager, address, most):
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert manager.get(f"{address}?{JUNE}&show=100&more_than=0").status_code == 200
        return len(asked)

    for _ in range(5):
        sell_many(make_book(authors=(f"Author {Contributor.objects.count()}",)), 1)
    for_five = queries()
    for _ in range(45):
        sell_many(make_book(authors=(f"Author {Contributor.objects.count()}",)), 1)

    assert queries() == for_five <= most


def test_one_customers_page_asks_as_many_questions_for_fifty_rows_as_for_five(manager):
    def queries(number: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert manager.get(f"/reports/customers/{number}/?{JUNE}").status_code == 200
        return len(asked)

    books = [make_book(price=Decimal(n)) for n in range(1, 11)]
    order = sell(*books[:5])
    for_five = queries(order.number)
    for _ in range(5):
        sell(*books)

    assert queries(order.number) == for_five <= 7
