"""Staff at work: copies come in and the alert closes; a manager reads a report and takes it along as a file."""

import csv
import io

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.models import RestockAlert, StockMovement
from tests.makers import make_book, make_manager, make_paid_order, make_stock_keeper, make_user

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_staff_receive_copies_and_the_alert_closes(visitor):
    book = make_book("The Dispossessed", stock=12)
    make_paid_order((book, 3))
    assert RestockAlert.objects.get().is_open
    keeper = make_stock_keeper()
    page = visitor.page

    visitor.log_in(keeper.email)
    visitor.go("/admin/")
    alerts = page.get_by_role("table", name="Newest restock alerts")
    expect(alerts.get_by_role("row", name="The Dispossessed")).to_contain_text("9")
    visitor.check()
    alerts.get_by_role("link", name="The Dispossessed").click()
    expect(page.get_by_role("heading", name="Time to restock")).to_be_visible()
    visitor.check()
    page.get_by_label("Copies received").fill("5")
    page.get_by_label("Delivery reference").fill("DN-1207")
    page.get_by_role("button", name="Receive").click()

    expect(page.get_by_text("5 copies are received.")).to_be_visible()
    expect(page.get_by_role("heading", name="Time to restock")).to_have_count(0)
    visitor.check()
    visitor.go("/admin/inventory/restockalert/")
    expect(page.get_by_role("link", name="The Dispossessed")).to_have_count(0)
    visitor.check()
    book.stock.refresh_from_db()
    assert (book.stock.on_hand, book.stock.available) == (17, 14)
    movement = StockMovement.objects.get(reference="DN-1207")
    assert (movement.quantity, movement.actor) == (5, keeper)
    assert RestockAlert.objects.get().status == RestockAlert.Status.RESOLVED


def test_staff_receive_copies_of_many_books_at_once(visitor):
    books = [make_book(title, stock=2) for title in ("Emma", "Ulysses", "Walden")]
    page = visitor.page
    visitor.log_in(make_stock_keeper().email)

    visitor.go("/admin/inventory/stock/")
    visitor.check()
    for title in ("Emma", "Walden"):
        page.get_by_role("row", name=title).get_by_role("checkbox").check()
    page.get_by_role("combobox", name="Action").select_option(label="Receive copies of the chosen books")
    page.get_by_role("button", name="Go", exact=True).click()
    page.get_by_label("Emma").fill("10")
    page.get_by_label("Walden").fill("20")
    visitor.check()
    page.get_by_role("button", name="Receive").click()

    expect(page.get_by_text("30 copies are received.")).to_be_visible()
    on_hand = []
    for book in books:
        book.stock.refresh_from_db()
        on_hand.append(book.stock.on_hand)
    assert on_hand == [12, 2, 22]


def test_staff_look_at_an_order_and_at_the_books(visitor):
    order = make_paid_order(make_book("Middlemarch"))
    page = visitor.page
    visitor.log_in(make_stock_keeper().email)

    visitor.go(f"/admin/shop/order/{order.pk}/change/")
    expect(page.get_by_role("region", name="Order lines")).to_contain_text("Middlemarch")
    visitor.check()
    visitor.go("/admin/shop/book/")
    expect(page.get_by_label("“Middlemarch” is on sale")).to_be_checked()
    visitor.check()


def test_staff_give_money_back(visitor):
    order = make_paid_order((make_book("Middlemarch", price="9.99"), 3))
    page = visitor.page
    visitor.log_in(make_stock_keeper().email)

    visitor.go(f"/admin/shop/order/{order.pk}/change/")
    page.get_by_role("link", name="Give money back").click()
    visitor.check()
    line = page.get_by_role("group", name="Middlemarch")
    line.get_by_label("Copies").fill("4")
    page.get_by_role("button", name="Check").click()
    expect(line).to_contain_text("Write a whole number from 0 to 3")
    visitor.check()
    line.get_by_label("Copies").fill("1")
    page.get_by_label("Reason").fill("Torn cover")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("row", name="1 × Middlemarch")).to_contain_text("£9.99")
    visitor.check()
    page.get_by_role("button", name="Give back £9.99").click()

    expect(page.get_by_text("£9.99 goes back to the customer.")).to_be_visible()
    visitor.go("/admin/shop/refund/")
    visitor.check()
    page.get_by_role("link", name=order.number).click()
    expect(page.get_by_role("region", name="Refund lines")).to_contain_text("Middlemarch")
    visitor.check()


def test_a_manager_reads_a_report_and_exports_it(visitor):
    ada, grace = make_user("ada@example.com", name="Ada Reader"), make_user("grace@example.com")
    emma, ulysses = make_book("Emma", price="7.50"), make_book("Ulysses", price="12.00")
    make_paid_order((emma, 2), ulysses, customer=ada)
    make_paid_order(emma, customer=grace)
    today = timezone.localdate().isoformat()
    page = visitor.page

    visitor.log_in(make_manager().email)
    page.get_by_role("link", name="Reports").click()
    visitor.check()
    page.get_by_role("link", name="Customer purchases").click()
    page.get_by_label("From").fill(today)
    page.get_by_label("To", exact=True).fill(today)
    page.get_by_role("button", name="Show").click()
    first = page.get_by_role("table").get_by_role("row").nth(1)
    expect(first).to_contain_text("Ada Reader")
    expect(first).to_contain_text("£27.00")
    visitor.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all rows as CSV").click()
    assert download.value.suggested_filename == f"customer_purchases_{today}_{today}.csv"
    with open(download.value.path(), encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(io.StringIO(file.read())))
    assert rows == [
        ["Customer", "Name", "Orders", "Copies", "Spent"],
        ["ada@example.com", "Ada Reader", "1", "3", "27.00"],
        ["grace@example.com", "", "1", "1", "7.50"],
    ]

    page.get_by_role("link", name="Ada Reader").click()
    expect(page.get_by_role("main")).to_contain_text("Ulysses")
    visitor.check()
    for report in ("authors", "books"):
        visitor.go(f"/reports/{report}/?from={today}&to={today}&more_than=0")
        expect(page.get_by_role("table")).to_be_visible()
        visitor.check()
