"""Where an order goes and how: forms that fit the country, and methods to choose from."""

import pytest
from playwright.sync_api import expect

from shop.models import Order
from tests.makers import make_book

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_guest_chooses_the_country_then_how_it_is_sent(new_visitor, scripts):
    visitor = new_visitor(java_script_enabled=scripts)
    check = visitor.check if scripts else lambda: None
    book = make_book(price="10.00")
    page = visitor.page
    visitor.go(f"/books/{book.isbn}/")
    page.get_by_role("button", name="Add to cart").click()
    visitor.go("/checkout/")
    page.get_by_label("E-mail").fill("ada@example.com")
    page.get_by_label("Full name").fill("Ada Reader")
    page.get_by_label("Address", exact=True).fill("1 Main St")
    page.get_by_label("Town or city").fill("Boston")

    page.get_by_label("Country").select_option("United States of America")
    if not scripts:
        page.get_by_role("button", name="Change country").click()
    expect(page.get_by_label("ZIP code")).to_be_visible()
    expect(page.get_by_label("Address", exact=True)).to_have_value("1 Main St")
    expect(page.get_by_label("Town or city")).to_have_value("Boston")
    expect(page.locator("#delivery-from")).to_contain_text("£11.50")
    page.get_by_label("ZIP code").fill("021")
    page.get_by_label("E-mail").press("Enter")  # goes on, and says what is missing
    expect(page.get_by_label("ZIP code")).to_have_accessible_description(
        "For example 95014 This is not a postcode of United States of America. One looks like 95014."
    )
    check()
    page.get_by_label("Country").select_option("Ireland")
    page.get_by_label("E-mail").press("Enter")
    expect(page.get_by_label("Eircode")).to_be_visible()
    page.get_by_label("Town or city").fill("Dublin")
    page.get_by_label("Eircode").fill("d02x285")
    page.get_by_role("button", name="Review your order").click()

    expect(page.get_by_role("main")).to_contain_text("D02 X285")
    expect(page.get_by_role("button", name="Place the order: £15.95")).to_be_visible()
    check()
    page.get_by_label("Tracked").check()
    if not scripts:
        page.get_by_role("button", name="Show what it comes to").click()
    page.get_by_role("button", name="Place the order: £19.50").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay £19.50")
    assert Order.objects.get().shipping_name == "Tracked"


def test_who_collects_is_not_shown_an_address(visitor):
    book = make_book()
    page = visitor.page
    visitor.go(f"/books/{book.isbn}/")
    page.get_by_role("button", name="Add to cart").click()
    visitor.go("/checkout/")

    page.get_by_label("Collect from the shop").check()

    expect(page.get_by_label("Country")).to_be_hidden()
    expect(page.get_by_label("Full name")).to_be_visible()
    visitor.check()
