"""Staff send an order off in two parcels, print what they need for it, and take a copy back."""

import pytest
from playwright.sync_api import expect

from inventory.stocking import set_shelf
from shop.models import Order
from shop.orders.returning import ask_for_return
from tests.makers import make_book, make_paid_order, make_stock_keeper

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_staff_send_an_order_in_two_parcels_and_take_a_copy_back(visitor):
    emma, walden = make_book("Emma", stock=12), make_book("Walden", stock=12)
    set_shelf(book_ids=[emma.pk], shelf="A2")
    order = make_paid_order((emma, 2), walden)
    page = visitor.page
    visitor.log_in(make_stock_keeper().email)

    visitor.go("/admin/shop/order/?dispatch=ready")
    visitor.check()
    page.get_by_role("checkbox", name="Select this object").check()
    page.get_by_role("combobox", name="Action").select_option(label="Picking list")
    page.get_by_role("button", name="Go", exact=True).click()
    expect(page.get_by_role("row", name="Emma")).to_contain_text("A2")
    visitor.check()
    page.get_by_role("link", name="Back to the orders").click()

    page.get_by_role("link", name=order.number).click()
    visitor.check()
    page.get_by_role("link", name="Packing slip").click()
    expect(page.get_by_role("article")).to_contain_text("Walden")
    visitor.check()

    visitor.go(f"/admin/shop/order/{order.pk}/dispatch/")
    page.get_by_label("Emma").fill("3")
    page.get_by_role("button", name="Dispatch").click()
    expect(page.get_by_text("Nothing has left yet")).to_be_visible()
    visitor.check()
    page.get_by_label("Emma").fill("1")
    page.get_by_label("Carrier").fill("Royal Mail")
    page.get_by_label("Tracking number").fill("AB123456785GB")
    page.get_by_label("Tracking number").press("Enter")
    expect(page.get_by_text("A part of the order has left")).to_be_visible()
    expect(page.get_by_role("link", name="AB123456785GB")).to_be_visible()
    visitor.check()
    page.get_by_role("link", name="Dispatch", exact=True).click()
    page.get_by_role("button", name="Dispatch").click()
    expect(page.get_by_text("All that was outstanding has left.")).to_be_visible()

    shipments = page.get_by_role("region", name="Shipments")
    shipments.get_by_role("row", name=f"{order.number}/1").get_by_role("button").click()
    expect(page.get_by_text("It has arrived.", exact=True)).to_be_visible()
    expect(shipments.get_by_role("button", name="It has arrived")).to_have_count(1)

    line = order.lines.get(book=emma).pk
    ask_for_return(order_id=order.pk, copies={line: 2}, reason="Given twice", actor=None)
    visitor.go("/admin/shop/order/?dispatch=returns")
    page.get_by_role("link", name=order.number).click()
    page.get_by_role("link", name="Receive or refuse").click()
    visitor.check()
    page.get_by_label("Of Emma, back to stock").fill("1")
    page.get_by_role("button", name="Take them back").click()
    expect(page.get_by_text("2 × Emma (1 written off)")).to_be_visible()
    visitor.check()
    order.refresh_from_db()
    assert order.status == Order.Status.DISPATCHED
    emma.stock.refresh_from_db()
    assert emma.stock.on_hand == 11
