"""Accounts on MariaDB: joined while they are erased, erased while an order is placed, a button pressed twice."""

from functools import partial
from threading import Barrier, Event
from types import SimpleNamespace

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import IntegrityError

from shop.customers.leaving import erase_account
from shop.customers.models import UserManager
from shop.customers.second_factors import one_at_a_time
from shop.models import Order, OrderEvent, User
from shop.orders import joining
from shop.orders.joining import join_guest_orders
from shop.orders.placing import CartChanged, Details, place_order
from shop.personal_data import NotErasable
from tests.makers import ADDRESS, make_book, make_cancelled_order, make_cart, make_user

from .racers import PATIENCE, race

pytestmark = [pytest.mark.mariadb, pytest.mark.django_db(transaction=True)]

ROUNDS = 12
EMAIL = "ada@example.com"


def confirmed():
    ada = make_user(EMAIL)
    EmailAddress.objects.create(user=ada, email=EMAIL, primary=True, verified=True)
    return ada


def test_orders_joined_from_many_places_at_once_are_joined_once():
    ada = confirmed()
    for _ in range(3):
        make_cancelled_order(make_book(), email=EMAIL)

    results = race(*(partial(join_guest_orders, user_id=ada.pk) for _ in range(8)))

    assert sum(results) == 3, results
    assert ada.orders.count() == OrderEvent.objects.filter(note__startswith="Joined").count() == 3


def test_joining_against_erasing_leaves_no_order_with_half_a_customer():
    for _ in range(ROUNDS):
        ada = confirmed()
        order = make_cancelled_order(make_book(), email=EMAIL)

        joined, erased = race(
            partial(join_guest_orders, user_id=ada.pk), partial(erase_account, user_id=ada.pk)
        )

        assert erased is None and joined in (0, 1), (joined, erased)
        order.refresh_from_db()
        assert not User.objects.exists()
        # Joined before or by the erasing itself, the order is forgotten with the account.
        assert (order.customer_id, order.email) == (None, "")


def test_without_the_lock_an_account_is_given_orders_when_it_is_gone(monkeypatch):
    """The twin: look whether the account is there, then write."""
    ada = confirmed()
    order = make_cancelled_order(make_book(), email=EMAIL)
    has_looked, erased = Event(), Event()
    is_confirmed = joining._is_confirmed

    def look_and_wait(*args):
        found = is_confirmed(*args)
        has_looked.set()
        assert erased.wait(PATIENCE)
        return found

    def erase():
        assert has_looked.wait(PATIENCE)
        erase_account(user_id=ada.pk)
        erased.set()

    monkeypatch.setattr(
        UserManager, "select_for_update", lambda manager: manager.get_queryset(), raising=False
    )
    monkeypatch.setattr("shop.orders.joining._is_confirmed", look_and_wait)
    monkeypatch.setattr(
        "shop.orders.receivers.join_guest_orders", lambda **kwargs: 0
    )  # as erasing itself does

    joined, _ = race(partial(join_guest_orders, user_id=ada.pk), erase)

    assert isinstance(joined, IntegrityError)
    order.refresh_from_db()
    assert order.customer is None


def place(ada, cart):
    return place_order(
        cart=cart,
        customer=ada,
        details=Details(email=ada.email, delivery_method="standard", address=ADDRESS),
        checkout_key=cart.checkout_key,
    )


def test_placing_against_erasing_has_one_winner():
    for _ in range(ROUNDS):
        ada = confirmed()
        cart = make_cart(make_book(stock=20), user=ada)

        placed, erased = race(partial(place, ada, cart), partial(erase_account, user_id=ada.pk))

        if isinstance(placed, Order):
            assert isinstance(erased, NotErasable)
            assert Order.objects.get(pk=placed.pk).customer == ada
        else:
            assert isinstance(placed, CartChanged), placed
            assert erased is None
            assert not User.objects.exists() and not Order.objects.filter(email=EMAIL).exists()
        Order.objects.update(customer=None, email="")
        User.objects.all().delete()


def look_then_set_up(request, both_have_looked=None):
    """As allauth does it: one-time codes are set up where there are none yet."""
    has_some = Authenticator.objects.filter(user=request.user).exists()
    if both_have_looked:
        both_have_looked.wait(PATIENCE)
    if not has_some:
        Authenticator.objects.create(user=request.user, type=Authenticator.Type.TOTP, data={})


def pressed_by(ada):
    return SimpleNamespace(method="POST", user=ada)


def test_a_button_pressed_twice_sets_up_codes_once():
    for _ in range(ROUNDS):
        ada = make_user()

        race(*[partial(one_at_a_time(look_then_set_up), pressed_by(ada))] * 4)

        assert Authenticator.objects.filter(user=ada).count() == 1


def test_without_the_lock_codes_are_set_up_twice():
    """The twin: MariaDB has no conditional constraint to stop the second."""
    ada, both_have_looked = make_user(), Barrier(2)

    race(*[partial(look_then_set_up, pressed_by(ada), both_have_looked)] * 2)

    assert Authenticator.objects.filter(user=ada).count() == 2
