"""Pages that no story passes by, looked at wide and narrow."""

import pytest
from playwright.sync_api import expect

from shop.orders.cancelling import cancel_order
from tests.makers import (
    ADDRESS,
    PASSWORD,
    make_book,
    make_contributor,
    make_paid_order,
    make_subject,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_the_catalogue(visitor):
    fiction = make_subject("Fiction")
    science_fiction = make_subject("Science fiction", parent=fiction)
    author = make_contributor("Ursula K. Le Guin")
    make_book("The Dispossessed", authors=(author,), subjects=(science_fiction,))
    make_book("Lavinia", authors=(author,), subjects=(fiction,), stock=0)

    for path in (
        "/books/",
        "/books/?sort=price",
        "/subjects/",
        science_fiction.get_absolute_url(),
        author.get_absolute_url(),
        "/search/",
        "/search/?q=nothing+of+the+sort",
        "/cart/",
    ):
        visitor.go(path)
        visitor.check()


def test_signing_up_with_a_mistake_and_then_without(visitor):
    page = visitor.page
    visitor.go("/account/signup/")
    visitor.check()
    form = page.get_by_role("main")
    form.get_by_label("E-mail address").fill("ada@example.com")
    form.get_by_label("Password").nth(0).fill("12345")
    form.get_by_label("Password").nth(1).fill("12346")
    form.get_by_role("button", name="Make my account").click()
    expect(form).to_contain_text("This password is too short")
    visitor.check()
    form.get_by_label("Password").nth(0).fill(PASSWORD)
    form.get_by_label("Password").nth(1).fill(PASSWORD)
    form.get_by_role("button", name="Make my account").click()
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    visitor.check()


def test_a_customers_own_pages(visitor):
    ada = make_user("ada@example.com", name="Ada Reader")
    make_paid_order(make_book("Emma"), customer=ada)
    page = visitor.page
    visitor.go("/account/login/")
    visitor.check()
    visitor.log_in(ada.email)

    for path in (
        "/account/",
        "/account/details/",
        "/account/email/",
        "/account/orders/",
        "/account/password/change/",
        "/account/logout/",
        "/account/addresses/add/",
    ):
        visitor.go(path)
        visitor.check()
    for label, name in (
        ("Full name", "recipient"),
        ("Address", "line1"),
        ("Town or city", "city"),
        ("Postcode", "postcode"),
    ):
        page.get_by_role("main").get_by_label(label).first.fill(ADDRESS[name])
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("region", name="Ada Reader")).to_contain_text("London")
    page.get_by_role("link", name="Change Ada Reader").click()
    visitor.check()


def test_an_invoice_and_a_credit_note(visitor):
    order = make_paid_order(make_book("Emma"), make_book("Persuasion", format="AC"))
    cancel_order(order_id=order.pk, actor=None)
    visitor.go(order.page_address())
    visitor.page.get_by_role("link", name="Invoice").click()
    expect(visitor.page.get_by_role("heading", level=2)).to_contain_text("INV-")
    expect(visitor.page.get_by_role("button", name="Print")).to_be_visible()
    visitor.check()
    visitor.page.get_by_role("link", name="Back to the order").click()
    visitor.page.get_by_role("link", name="Credit note").click()
    visitor.check()


def test_where_links_in_mail_lead(visitor):
    for path in (
        "/account/password/reset/",
        "/account/password/reset/done/",
        "/account/password/reset/key/1-abc/",
        "/account/password/reset/key/done/",
        "/account/inactive/",
        "/account/confirm-email/abc/",
        "/account/email/confirm/abc/",
    ):
        visitor.go(path)
        visitor.check()


def test_pages_that_say_no(visitor):
    visitor.go("/books/9780000000000/")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    visitor.check()
    visitor.log_in(make_user("ada@example.com").email)
    visitor.go("/reports/")
    expect(visitor.page.get_by_role("heading", level=1)).to_have_text("This room is for staff")
    visitor.check()
    assert len(visitor.troubles) == 4  # each page's own status, and the console's word about it
    visitor.troubles.clear()
