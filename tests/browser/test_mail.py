"""Staff and the shop's mails: what went out, how it is worded, and what it looks like in a window of its own."""

import pytest
from playwright.sync_api import expect

from shop.models import Mail, Wording
from shop.orders.emails import mail_confirmation
from tests.makers import make_administrator, make_book, make_order, make_stock_keeper

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_staff_see_the_outbox_and_send_a_mail_again(visitor, mailoutbox):
    mail_confirmation(make_order(make_book("Lavinia"), email="aad@example.com"))
    page = visitor.page
    visitor.log_in(make_stock_keeper().email)

    visitor.go("/admin/shop/mail/")
    visitor.check()
    page.get_by_role("link", name="Order confirmation", exact=True).first.click()
    expect(page.get_by_text("1 x Lavinia")).to_be_visible()
    visitor.check()
    page.get_by_label("Send it again to").fill("ada@example.com")
    page.get_by_role("button", name="Send again").click()

    expect(page.get_by_text("1 mail is on its way.")).to_be_visible()
    assert [message.to for message in mailoutbox] == [["aad@example.com"], ["ada@example.com"]]
    assert Mail.objects.filter(status=Mail.Status.SENT).count() == 2


def test_an_administrator_words_a_mail_and_sees_it_before_saving(visitor):
    page = visitor.page
    visitor.log_in(make_administrator().email)

    visitor.go("/admin/shop/wording/")
    visitor.check()
    page.get_by_role("link", name="Order confirmation", exact=True).click()
    page.get_by_label("Subject").fill("Thanks, {name}!")
    visitor.check()
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Preview these words as HTML").click()
    letter = opened.value
    expect(letter.get_by_role("heading", name="Thanks, Ada Reader!")).to_be_visible()
    # Its styles are let through: the button is one.
    button = letter.get_by_role("link", name="Your order's page")
    assert button.evaluate("link => getComputedStyle(link).backgroundColor") == "rgb(23, 73, 59)"
    letter.close()
    assert not Wording.objects.exists()
    page.get_by_role("button", name="Save", exact=True).click()

    visitor.go("/admin/shop/wording/confirmation/preview/")
    framed = page.frame_locator("iframe").get_by_role("heading", name="Thanks, Ada Reader!")
    expect(framed).to_be_visible()
    expect(page.locator("pre.letter")).to_contain_text("Dear Ada Reader,")
    visitor.check()
