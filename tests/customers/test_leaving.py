"""What an erased account must not leave behind in places that nobody thinks of."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from shop.customers.leaving import erase_account
from shop.models import Order, User
from shop.personal_data import NotErasable
from tests.makers import (
    ADDRESS,
    make_administrator,
    make_book,
    make_dispatched_order,
    make_paid_order,
    make_user,
)

pytestmark = pytest.mark.django_db(transaction=True)

EMAIL = "ada@example.com"


@pytest.fixture
def ada():
    return make_user(EMAIL)


def confirm(user):
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=True)


def test_what_was_ordered_as_a_guest_since_the_last_login_is_forgotten_too(ada):
    confirm(ada)
    order = make_dispatched_order(make_book(), email=EMAIL)

    erase_account(user_id=ada.pk)

    order.refresh_from_db()
    assert (order.customer, order.email, order.recipient, order.line1) == (None, "", "", "")


def test_an_open_order_of_a_guest_with_the_confirmed_address_keeps_the_account_as_it_was(ada):
    confirm(ada)
    order = make_paid_order(make_book(), email=EMAIL)

    with pytest.raises(NotErasable, match=order.number):
        erase_account(user_id=ada.pk)

    order.refresh_from_db()
    assert (order.customer, order.email) == (None, EMAIL)
    assert User.objects.filter(pk=ada.pk).exists()


def test_with_an_address_never_confirmed_nobody_erases_the_orders_of_a_guest(ada):
    order = make_dispatched_order(make_book(), email=EMAIL)

    erase_account(user_id=ada.pk)

    assert Order.objects.get(pk=order.pk).email == EMAIL


def test_the_history_of_the_admin_does_not_name_who_was_erased(client, ada):
    ada.addresses.create(**ADDRESS)
    client.force_login(make_administrator())
    page = client.get(reverse("admin:shop_user_change", args=[ada.pk])).context
    forms = [page["adminform"].form, *page["inline_admin_formsets"][0].formset.forms[:1]]
    forms += [formset.formset.management_form for formset in page["inline_admin_formsets"]]
    fields = {field.html_name: field.value() for form in forms for field in form if field.value() is not None}
    sent = client.post(
        reverse("admin:shop_user_change", args=[ada.pk]), fields | {"addresses-0-line1": "9 New Street"}
    )
    assert sent.status_code == 302
    entry = LogEntry.objects.get()
    assert EMAIL in entry.object_repr and "9 New Street" in entry.change_message

    erase_account(user_id=ada.pk)

    entry.refresh_from_db()
    assert entry.object_id == str(ada.pk)
    assert (entry.object_repr, entry.change_message) == ("An account that is erased", "")


def test_a_button_pressed_twice_erases_once(ada, mailoutbox):
    erase_account(user_id=ada.pk)
    erase_account(user_id=ada.pk)

    assert len(mailoutbox) == 1
