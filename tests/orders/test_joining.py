"""What a guest ordered joins the account with the same address, once that address is confirmed."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from shop.customers.emails import change_email
from shop.models import Order
from shop.orders.joining import join_guest_orders
from tests.makers import PASSWORD, make_book, make_order, make_paid_order, make_user

pytestmark = pytest.mark.django_db

EMAIL = "ada@example.com"


def confirmed(email=EMAIL, **fields):
    user = make_user(email, **fields)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    return user


def sign_up(client, email=EMAIL):
    client.post(reverse("account_signup"), {"email": email, "password1": PASSWORD, "password2": PASSWORD})


@pytest.fixture
def mailed_link(client, mailoutbox, django_capture_on_commit_callbacks):
    """Sign up, and give the path of the link that was mailed."""
    with django_capture_on_commit_callbacks(execute=True):
        sign_up(client)
    (path,) = re.findall(r"(/account/confirm-email/\S+)", mailoutbox[0].body)
    return path


def test_signing_up_alone_brings_nothing_and_confirming_brings_the_orders(client, mailed_link):
    order = make_paid_order(make_book(), email="Ada@Example.com")
    others = make_order(make_book(), email="ada@example.co")
    mine = reverse("orders:mine")
    assert order.number not in client.get(mine).content.decode()

    client.post(mailed_link)

    page = client.get(mine).content.decode()
    assert order.number in page and others.number not in page
    assert client.get(order.page_address()).status_code == 200
    assert order.events.filter(note="Joined the customer's account").exists()
    client.logout()
    assert client.get(order.page_address()).status_code == 302  # a customer's order now: log in first


def test_a_confirming_link_is_for_whoever_is_logged_in_to_that_account(client, mailed_link):
    """Neither the mail alone, nor the password alone: else an account made with another's address would get that
    other's orders as soon as the other followed the link."""
    order = make_order(make_book(), email=EMAIL)
    client.logout()

    assert client.post(mailed_link)["Location"].startswith(reverse("account_login"))
    client.force_login(make_user("eve@example.com"))
    response = client.post(mailed_link, follow=True)

    assert "Log in as ada@example.com" in response.content.decode()
    assert not EmailAddress.objects.get(email=EMAIL).verified
    order.refresh_from_db()
    assert order.customer is None


def test_orders_made_since_as_a_guest_join_at_the_next_log_in(client):
    ada = confirmed()
    order = make_order(make_book(), email=EMAIL)

    client.post(reverse("account_login"), {"login": EMAIL, "password": PASSWORD})

    order.refresh_from_db()
    assert order.customer == ada


def test_a_new_address_brings_what_was_ordered_with_it():
    ada = confirmed("old@example.com")
    order = make_order(make_book(), email=EMAIL)

    change_email(user=ada, email=EMAIL)

    order.refresh_from_db()
    assert order.customer == ada


def test_an_unconfirmed_address_brings_nothing():
    ada = make_user(EMAIL)
    EmailAddress.objects.create(user=ada, email=EMAIL, primary=True, verified=False)
    EmailAddress.objects.create(user=ada, email="other@example.com", verified=True)
    make_order(make_book(), email=EMAIL)

    assert join_guest_orders(user_id=ada.pk) == 0


def test_a_closed_account_and_one_that_is_not_there_get_nothing():
    ada = confirmed(is_active=False)
    make_order(make_book(), email=EMAIL)

    assert join_guest_orders(user_id=ada.pk) == join_guest_orders(user_id=ada.pk + 999) == 0


@pytest.mark.parametrize(
    "email", ["áda@example.com", "ada@éxample.com", "ada@example.com.uk", "xada@example.com"]
)
def test_an_address_that_only_looks_the_same_is_another(email):
    """To MariaDB's collation, a and á are one letter."""
    ada = confirmed()
    make_order(make_book(), email=email)

    assert join_guest_orders(user_id=ada.pk) == 0


def test_only_guests_orders_of_the_web_shop_join():
    ada, eve = confirmed(), make_user("eve@example.com")
    make_order(make_book(), customer=eve, email=EMAIL)
    make_order(make_book(), email=EMAIL, channel=Order.Channel.EXTERNAL)

    assert join_guest_orders(user_id=ada.pk) == 0
    assert not ada.orders.exists()


def test_joining_twice_joins_once_and_moves_nothing_else():
    ada = confirmed()
    order = make_paid_order(make_book(), email=EMAIL)
    before = (order.status, order.total, order.token, order.email)

    assert [join_guest_orders(user_id=ada.pk) for _ in range(2)] == [1, 0]

    order.refresh_from_db()
    assert (order.status, order.total, order.token, order.email) == before
    assert order.events.filter(note__startswith="Joined").count() == 1


def test_a_log_in_without_guest_orders_costs_one_query(django_assert_num_queries):
    ada = confirmed()

    with django_assert_num_queries(4):  # user, orders, and the savepoint around them
        join_guest_orders(user_id=ada.pk)
