"""What the outbox knows of a person: handed over, and forgotten with the account."""

import pytest

from shop.customers.leaving import data_of, erase_account
from shop.models import Mail
from shop.orders.emails import mail_confirmation
from tests.makers import make_cancelled_order, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_person_is_given_the_mails_that_are_still_known():
    ada, eve = make_user("ada@example.com"), make_user("eve@example.com")
    order = make_cancelled_order(customer=ada)
    make_cancelled_order(customer=eve)
    mail_confirmation(order)

    mails = data_of(ada)["mails"]

    assert [told["kind"] for told in mails] == ["Order cancelled", "Order confirmation"]
    assert {told["order"] for told in mails} == {order.number}
    assert order.number in mails[0]["text"] and mails[0]["sent_at"]


def test_mails_go_with_the_account_sent_or_not():
    ada = make_user("ada@example.com")
    make_cancelled_order(customer=ada)
    for n, to in enumerate(["ada@example.com", "adà@example.com", "eve@example.com"]):
        Mail.objects.create(kind="confirmation", key=f"c:{n}", to=to)

    erase_account(user_id=ada.pk)

    assert set(Mail.objects.values_list("to", flat=True)) == {"adà@example.com", "eve@example.com"}


def test_a_mail_that_an_erased_customer_is_still_owed_goes_too_whatever_its_address():
    ada = make_user("ada@example.com")
    make_cancelled_order(customer=ada, email="ada@work.example")
    assert Mail.objects.get().to == "ada@work.example"

    erase_account(user_id=ada.pk)

    assert not Mail.objects.exists()
