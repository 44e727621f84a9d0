"""After the purchase: a customer asks for a return and orders again; staff take an order by telephone."""

import pytest
from playwright.sync_api import expect

from shop.models import Order, Return
from shop.orders.dispatching import dispatch_order
from tests.makers import make_book, make_paid_order, make_stock_keeper, make_user

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_a_customer_asks_for_a_return_and_orders_the_same_again(visitor):
    ada = make_user("ada@example.com", name="Ada Reader")
    emma, ulysses = make_book("Emma"), make_book("Ulysses")
    order = make_paid_order((emma, 2), ulysses, customer=ada)
    copies = {line.pk: line.quantity for line in order.lines.filter(book=emma)}
    dispatch_order(
        order_id=order.pk, actor=None, copies=copies, carrier="Royal Mail", tracking="RB123456785GB"
    )
    page, main = visitor.page, visitor.page.get_by_role("main")

    visitor.log_in(ada.email)
    page.get_by_role("link", name="Orders").click()
    visitor.check()
    main.get_by_role("link", name=order.number).click()
    expect(main.get_by_role("link", name="follow parcel RB123456785GB")).to_be_visible()
    expect(main.get_by_role("region", name="Still to come")).to_contain_text("1 × Ulysses")
    visitor.check()
    main.get_by_role("link", name="Return books").click()
    visitor.check()
    main.get_by_label("Emma").fill("3")
    main.get_by_role("button", name="Ask for the return").click()
    expect(main).to_contain_text("Write a whole number from 0 to 2")
    visitor.check()
    main.get_by_label("Emma").fill("1")
    main.get_by_label("Why, if you like to tell us").fill("One too many")
    main.get_by_role("button", name="Ask for the return").click()
    expect(main.get_by_role("region", name=f"Return {order.number}/R1")).to_contain_text("One too many")
    visitor.check()

    main.get_by_role("button", name="Order again").click()
    expect(main.get_by_role("status")).to_have_text(f"All of order {order.number} is in your cart.")
    expect(main.get_by_label("Copies of Emma")).to_have_value("2")
    assert Return.objects.get().lines.get().quantity == 1


@pytest.mark.parametrize("scripts", [True, False])
def test_staff_take_an_order_by_telephone(new_visitor, scripts):
    visitor = new_visitor(java_script_enabled=scripts)
    check = visitor.check if scripts else lambda: None
    make_book("Middlemarch", price="9.99", stock=3)
    page, main = visitor.page, visitor.page.get_by_role("main")
    visitor.log_in(make_stock_keeper().email)

    visitor.go("/admin/shop/order/")
    page.get_by_role("link", name="Take an order by telephone").click()
    check()
    main.get_by_label("ISBN, or words of title and author").fill("middlemarch")
    main.get_by_role("button", name="Find").click()
    main.get_by_role("button", name="Add Middlemarch").click()
    main.get_by_label("Middlemarch").fill("2")
    main.get_by_label("Full name").fill("Ada Reader")
    main.get_by_label("Telephone:").fill("020 7946 0018")
    main.get_by_label("Collect from the shop").check()
    main.get_by_role("button", name="Work out the sum").click()
    expect(main.get_by_role("region", name="To be told to the customer")).to_contain_text("£19.98")
    check()
    main.get_by_role("button", name="Place the order: £19.98").click()

    expect(main).to_contain_text("is placed: £19.98")
    order = Order.objects.get()
    assert (order.channel, order.telephone, order.recipient) == ("phone", "020 7946 0018", "Ada Reader")
