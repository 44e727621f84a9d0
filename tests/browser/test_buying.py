"""A guest finds a book and buys it; stock, alert and report follow."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from inventory.models import RestockAlert
from shop.models import Order
from tests.makers import make_book, make_manager, make_subject

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def book():
    """Of which twelve copies are there: one order of three, and it is low."""
    make_book("The Left Hand of Darkness", subjects=(make_subject("Science fiction"),))
    return make_book("The Dispossessed", price="9.99", stock=12, subjects=(make_subject("Science fiction"),))


def buy_three(visitor, check):
    """From the home page to a paid order; `check` looks at each page on the way."""
    page = visitor.page
    visitor.go("/")
    check()
    page.get_by_role("banner").get_by_label("Search title, author or ISBN").fill("le guin dispossessed")
    page.get_by_role("banner").get_by_role("button", name="Search").click()
    check()
    page.get_by_role("main").get_by_role("link", name="The Dispossessed").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Dispossessed")
    check()
    page.get_by_label("Copies").fill("2")
    page.get_by_role("button", name="Add to cart").click()
    expect(page.get_by_role("main").get_by_role("status")).to_contain_text("is in your cart")
    check()
    page.get_by_label("Copies of The Dispossessed").fill("3")
    page.get_by_role("button", name="Change copies of The Dispossessed").click()
    expect(page.locator("#cart-count")).to_have_text("3")
    expect(page.get_by_role("region", name="Summary")).to_contain_text("£29.97")
    page.get_by_role("link", name="To the checkout").click()
    check()
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Full name").fill("Ada Reader")
    page.get_by_label("Address", exact=True).fill("1 Paternoster Row")
    page.get_by_label("Town or city").fill("London")
    page.get_by_label("Postcode").fill("EC4M 7DX")
    page.get_by_label("Country").select_option("GB")
    page.get_by_role("button", name="Review your order").click()
    expect(page.get_by_role("main")).to_contain_text("1 Paternoster Row")
    check()
    page.get_by_role("button", name="Place the order: £33.47").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay £33.47")
    check()
    page.get_by_label("A card that is accepted").check()
    page.get_by_role("button", name="Pay £33.47").click()
    expect(page.get_by_role("main").get_by_role("status")).to_have_text("Thank you. Your order is paid.")
    check()


def check_what_followed(book, mailoutbox):
    order = Order.objects.get()
    assert (order.status, order.email, str(order.total)) == ("paid", "ada@example.com", "33.47")
    book.stock.refresh_from_db()
    assert (book.stock.on_hand, book.stock.allocated) == (12, 3)
    assert RestockAlert.objects.get(is_open=True).book == book
    assert mailoutbox[0].to == ["ada@example.com"]
    assert order.number in mailoutbox[0].body


def test_a_guest_finds_a_book_and_buys_it(visitor, new_visitor, book, mailoutbox):
    buy_three(visitor, visitor.check)

    check_what_followed(book, mailoutbox)
    manager = new_visitor()
    manager.log_in(make_manager().email)
    today = timezone.localdate().isoformat()
    manager.go(f"/reports/customers/?from={today}&to={today}")
    row = manager.page.get_by_role("row", name="ada@example.com")
    expect(row).to_contain_text("£29.97")


def test_a_guest_without_javascript_buys_just_the_same(new_visitor, book, mailoutbox):
    visitor = new_visitor(java_script_enabled=False)

    buy_three(visitor, lambda: None)

    check_what_followed(book, mailoutbox)
