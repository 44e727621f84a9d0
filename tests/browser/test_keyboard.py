"""The shop by keyboard alone."""

import pytest
from playwright.sync_api import expect

from tests.makers import make_book, make_dispatched_order

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def press_until(page, key, locator, most=40):
    """Press a key until the element has the focus, as a person without a mouse gets there."""
    for _ in range(most):
        page.keyboard.press(key)
        if locator.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{most} times {key} do not lead to {locator}")


def test_the_first_tab_offers_to_skip_to_the_content(visitor):
    make_book("Emma")
    page = visitor.page
    visitor.go("/books/")

    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_be_focused()
    press_until(page, "Tab", page.get_by_role("main").get_by_role("link", name="Emma"))


def test_the_number_of_copies_changes_by_keyboard_and_the_focus_stays(visitor):
    book = make_book("Emma", price="7.50")
    page = visitor.page
    visitor.go(book.get_absolute_url())
    press_until(page, "Tab", page.get_by_role("button", name="Add to cart"))
    page.keyboard.press("Enter")
    expect(page.locator("#cart-count")).to_have_text("1")

    copies = page.get_by_label("Copies of Emma")
    press_until(page, "Tab", copies)
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    change = page.get_by_role("button", name="Change copies of Emma")
    press_until(page, "Tab", change, most=1)
    page.keyboard.press("Enter")

    expect(page.locator("#cart-count")).to_have_text("3")
    expect(page.get_by_role("region", name="Summary")).to_contain_text("£22.50")
    expect(change).to_be_focused()  # swapped in place, and found again
    press_until(page, "Tab", page.get_by_role("button", name="Remove Emma"), most=1)
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("There is nothing in your cart yet.")


def test_a_return_is_asked_for_by_keyboard(visitor):
    order = make_dispatched_order((make_book("Emma"), 2))
    page = visitor.page
    visitor.go(order.page_address())
    press_until(page, "Tab", page.get_by_role("link", name="Return books"))
    page.keyboard.press("Enter")

    copies = page.get_by_label("Emma")
    press_until(page, "Tab", copies)
    page.keyboard.press("ArrowUp")
    press_until(page, "Tab", page.get_by_label("Why, if you like to tell us"), most=1)
    page.keyboard.type("Given twice")
    ask = page.get_by_role("button", name="Ask for the return")
    press_until(page, "Tab", ask, most=1)
    page.keyboard.press("Enter")

    expect(page.get_by_role("main")).to_contain_text(f"{order.number}/R1")
    expect(page.get_by_role("main")).to_contain_text("You wrote: Given twice")
